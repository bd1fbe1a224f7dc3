"""What people do with digests: add, list, preview, send, pause, resume, delete."""

import asyncio
from datetime import datetime
from typing import Any

from api.scheduler import Scheduler, compose
from api.services import Services
from api.slack_post import SlackWebPoster
from api.webhooks import WebhookPoster, read_place
from engine.concepts import Moment
from engine.errors import BadInput, NotPossible
from engine.schedule import next_moments
from stores.digests import FINAL, Delivery, DeliveryStore, Digest, DigestStore
from stores.people import Person
from tools.digests import new_digest, slack_target

_WAIT_SECONDS = 60.0  # for a digest that is sent at once


def build_scheduler(services: Services) -> Scheduler:
    settings = services.settings
    token = settings.slack_bot_token
    slack = SlackWebPoster(token.get_secret_value(), settings.slack_url) if token else None
    webhooks = WebhookPoster(settings.webhook_hosts)
    return Scheduler(services.home, services.now, slack, webhooks, services.narrative())


def add_digest(
    services: Services,
    person: Person,
    name: str,
    dataset: str | None,
    cron: str,
    zone: str | None,
    slack: str | None,
    webhook: str | None,
) -> dict[str, Any]:
    """Kept from now on; the first one tells what moved after the newest record there is now."""
    context = services.context(person, dataset)
    target = _target(services, slack, webhook)
    digest = new_digest(context, name, cron, zone or "", target)
    body, _ = compose(services.home, digest, services.now(), services.narrative())
    DigestStore(services.home).add(digest)
    return card(services, digest) | {"text": body["text"], "facts": body["facts"]}


def _target(services: Services, slack: str | None, webhook: str | None) -> dict[str, str]:
    if (slack is None) == (webhook is None):
        raise BadInput(
            "Say where the digest goes.", "Give either --slack CHANNEL or --webhook URL."
        )
    if webhook is not None:
        read_place(webhook, services.settings.webhook_hosts)
        return {"kind": "webhook", "address": webhook}
    return slack_target(str(slack))


def list_digests(services: Services, person: Person) -> dict[str, Any]:
    return {
        "digests": [
            card(services, digest) for digest in DigestStore(services.home).all(person.person_id)
        ]
    }


def preview_digest(services: Services, person: Person, name: str) -> dict[str, Any]:
    """What it would say now; nothing is sent, and the next one starts where it would have."""
    digest = DigestStore(services.home).get(person.person_id, name)
    body, _ = compose(services.home, digest, services.now(), services.narrative())
    return card(services, digest) | {"text": body["text"], "facts": body["facts"]}


def send_digest(services: Services, person: Person, name: str) -> dict[str, Any]:
    """At once, beside the schedule, by the same path."""
    digest = DigestStore(services.home).get(person.person_id, name)
    delivery = asyncio.run(_send_now(build_scheduler(services), digest))
    if delivery.state != "sent":
        reason = (delivery.outcome or {}).get("reason", "")
        raise NotPossible(
            f"The digest '{name}' is {delivery.state}. {reason}".strip(),
            "segue digest list shows what becomes of it.",
        )
    fresh = DigestStore(services.home).get(person.person_id, name)
    body = delivery.body
    return card(services, fresh) | {"text": body["text"], "facts": body["facts"]}


async def _send_now(scheduler: Scheduler, digest: Digest) -> Delivery:
    """A running service may take it out of our hands; then we wait for what it does."""
    store = DeliveryStore(scheduler.home)
    opened = await asyncio.to_thread(store.open_now, digest, scheduler.clock())
    await scheduler.work_on(opened)
    loop = asyncio.get_running_loop()
    until = loop.time() + _WAIT_SECONDS
    while True:
        delivery = await asyncio.to_thread(store.get, opened.delivery_id)
        if delivery.state in FINAL or loop.time() > until:
            return delivery
        taken = await asyncio.to_thread(store.take, scheduler.clock(), opened.delivery_id)
        if taken is not None:
            await scheduler.work_on(taken)
        else:
            await asyncio.sleep(0.1)


def set_state(services: Services, person: Person, name: str, state: str) -> dict[str, Any]:
    """Active or paused; what was due meanwhile is not made up for."""
    store = DigestStore(services.home)
    digest = store.get(person.person_id, name)
    following = next_moments(digest.cron, digest.zone, services.now(), 1)[0]
    store.set_state(digest, state, following)
    return card(services, store.get(person.person_id, name))


def delete_digest(services: Services, person: Person, name: str) -> dict[str, Any]:
    store = DigestStore(services.home)
    digest = store.get(person.person_id, name)
    store.delete(digest)
    return {"digest": digest.name, "deleted": True, "next": []}


def card(services: Services, digest: Digest) -> dict[str, Any]:
    """The digest as programs read it: its next three moments, its latest deliveries."""
    deliveries = DeliveryStore(services.home).latest(digest)
    return {
        "digest": digest.name,
        "digest_id": digest.digest_id,
        "state": digest.state,
        "cron": digest.cron,
        "zone": digest.zone,
        "target": digest.target,
        "next": _next(digest, services.now()),
        "deliveries": [_delivery_row(delivery, digest.zone) for delivery in deliveries],
    }


def _next(digest: Digest, now: datetime) -> list[str]:
    if digest.state != "active":
        return []
    return [
        Moment.of(moment, digest.zone).iso()
        for moment in next_moments(digest.cron, digest.zone, now)
    ]


def _delivery_row(delivery: Delivery, zone: str) -> dict[str, Any]:
    return {
        "delivery_id": delivery.delivery_id,
        "at": Moment.of(delivery.created_at, zone).iso(),
        "state": delivery.state,
        "attempts": delivery.attempts,
        "outcome": delivery.outcome,
    }
