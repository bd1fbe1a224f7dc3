"""What people do with audiences at the doors: look, save, list, export, push, read out, delete."""

import asyncio
from pathlib import Path
from typing import Any

from api.push_sending import PushSender, audience_secret
from api.services import Services
from api.webhooks import WebhookPoster, read_place
from engine.errors import Fixable, NotPossible
from stores.audiences import Audience, AudienceStore
from stores.jobs import JobStore
from stores.pushes import Push
from tools.audience_lists import People
from tools.audiences import audience_card, keep_audience, look_at
from tools.catalog import call
from tools.context import Context
from tools.exports import current_people, find_audience, write_addresses, write_customers
from tools.pushing import approve, difference, is_sent, require_approved


def understand(context: Context, say: str) -> str:
    """The filter that plain words mean; the look at it shows the sentence it was read as."""
    from agent.saying import filter_of
    from agent.vocabulary import vocabulary_of

    return filter_of(say, vocabulary_of(context))


def preview(
    context: Context,
    where: str,
    name: str | None = None,
    holdout: float = 0.0,
    out: Path | None = None,
    emails: Path | None = None,
) -> dict[str, Any]:
    """Counts, value, a few ids and the sentence, before anything is saved; files if they are
    asked for."""
    looked = look_at(context, where, name, holdout)
    return looked.card | write_files(context, looked.people, out, emails)


def save(context: Context, name: str, where: str, holdout: float) -> dict[str, Any]:
    """For a door that has shown the person what is saved."""
    return audience_card(context, keep_audience(context, name, where, holdout))


def all_cards(context: Context) -> dict[str, Any]:
    found = AudienceStore(context.home).all(context.person, context.dataset.dataset_id)
    return {
        "dataset": context.dataset.name,
        "audiences": [_card_or_trouble(context, audience) for audience in found],
    }


def _card_or_trouble(context: Context, audience: Audience) -> dict[str, Any]:
    """One that cannot be worked out any more leaves the others be."""
    try:
        return audience_card(context, audience)
    except Fixable as error:
        return {
            "audience": audience.name,
            "audience_id": audience.audience_id,
            "sentence": audience.sentence,
            "where": audience.where_text,
            "trouble": str(error),
        }


def facts(context: Context, tool: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """What a tool counts, each figure with its receipt."""
    return [fact.to_json() for fact in call(context, tool, arguments).facts]


def show(context: Context, name: str) -> dict[str, Any]:
    return audience_card(context, find_audience(context, name))


def delete(context: Context, name: str) -> dict[str, Any]:
    audience = find_audience(context, name)
    AudienceStore(context.home).delete(audience)
    return {"audience": audience.name, "deleted": True}


def export(context: Context, name: str, out: Path | None, emails: Path | None) -> dict[str, Any]:
    audience = find_audience(context, name)
    return {"audience": audience.name} | write_files(
        context, current_people(context, audience), out, emails
    )


def write_files(
    context: Context, people: People, out: Path | None, emails: Path | None
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if out is not None:
        found |= {"file": str(out), "rows": write_customers(context, people, out)}
    if emails is not None:
        missing = write_addresses(context, people, emails)
        found |= {"emails_file": str(emails), "without_email": missing}
    return found


def readout(context: Context, name: str, days: int) -> dict[str, Any]:
    """Its facts with their receipts, and the verdict."""
    called = call(context, "audience_readout", {"name": name, "days": days})
    return {
        "audience": find_audience(context, name).name,
        "days": days,
        "verdict": called.texts[0]["verdict"],
        "facts": [fact.to_json() for fact in called.facts],
    }


def signing_secret(services: Services, context: Context, name: str) -> dict[str, Any]:
    audience = find_audience(context, name)
    secret = audience_secret(services.settings.webhook_secret, audience.audience_id)
    return {"audience": audience.name, "secret": secret}


def push_difference(services: Services, context: Context, name: str, to: str) -> dict[str, Any]:
    """What would be sent; `approve` in it is what an approval has to name."""
    read_place(to, services.settings.webhook_hosts)
    audience = find_audience(context, name)
    return {"audience": audience.name} | difference(context, audience, to).to_json()


def push(
    services: Services,
    context: Context,
    name: str,
    to: str,
    content: str,
    again: bool = False,
) -> dict[str, Any]:
    """Sends what was approved, once."""
    read_place(to, services.settings.webhook_hosts)
    audience = find_audience(context, name)
    secret = audience_secret(services.settings.webhook_secret, audience.audience_id)
    taken = approve(context, audience, to, content, again)
    if taken is None:
        return {"audience": audience.name, "to": to, "state": "nothing to send", "sent": False}
    poster = WebhookPoster(services.settings.webhook_hosts)
    sender = PushSender(context, audience, secret, poster, services.now)
    return _told(audience, asyncio.run(sender.send(taken)))


def begin_push(
    services: Services, context: Context, name: str, to: str, content: str, again: bool
) -> dict[str, Any]:
    """The job that sends what was approved, or that there is nothing to send."""
    read_place(to, services.settings.webhook_hosts)
    audience = find_audience(context, name)
    audience_secret(services.settings.webhook_secret, audience.audience_id)
    if is_sent(context, audience, to, content):
        return {"audience": audience.name, "to": to, "state": "nothing to send", "sent": False}
    require_approved(context, audience, to, content)
    asked = {"dataset": context.dataset.name, "audience": audience.audience_id, "to": to,
             "approve": content, "again": again}  # fmt: skip
    job = JobStore(context.home).add(context.person, "push", asked, context.now)
    return {"audience": audience.name, "to": to, "state": "sending", "job": job.to_json()}


def _told(audience: Audience, ended: Push) -> dict[str, Any]:
    if ended.state == "sent":
        return {
            "audience": audience.name,
            "to": ended.address,
            "state": "sent",
            "sent": True,
            "push_id": ended.push_id,
            "added": ended.added,
            "removed": ended.removed,
        }
    reason = (ended.outcome or {}).get("reason", "")
    arrived = f"{ended.parts_sent} of {ended.parts} parts arrived."
    if ended.state == "failed":
        raise NotPossible(
            f"The push of '{audience.name}' was refused. {arrived} {reason}",
            "When the receiver is mended, push again: it goes on where it stopped.",
        )
    raise NotPossible(
        f"Whether the push of '{audience.name}' arrived is unknown. {arrived} {reason}",
        "Look at the receiver. It is not sent again by itself; --again does, with the same keys.",
    )
