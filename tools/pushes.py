"""The tools that send an audience to a webhook: what would be sent, and the job that sends it."""

from pydantic import Field

from engine.concepts import Moment
from engine.facts import Figure, Period
from stores.audiences import Audience
from stores.jobs import JobStore
from stores.pushes import PushStore
from tools.audiences import audience_subject
from tools.context import Context
from tools.exports import find_audience
from tools.pushing import Difference, difference, is_sent, require_approved
from tools.tool import Arguments, Result


class PreviewPush(Arguments):
    name: str = Field(max_length=61)
    to: str = Field(min_length=1, max_length=2000, description="an https address")


def preview_push(context: Context, arguments: PreviewPush) -> Result:
    """What a push of a saved audience to a webhook would send; nothing is sent.

    When to use: before push_audience, and when asked what a receiver does not have yet.
    Arguments: name of the audience; to, the address of the webhook.
    Result: how many people the receiver would have afterwards, without the holdout and who opted
    out; since the last push, who would be added (entered) and removed (left). A text with its state
    and `approve`, which push_audience needs.
    """
    audience = find_audience(context, arguments.name)
    found = difference(context, audience, arguments.to)
    state = str(found.to_json()["state"])
    text = {
        "audience": audience.name,
        "to": found.address,
        "state": state,
        "approve": found.content,
    }
    return Result(tuple(_figures(context, audience, found)), (text,))


def _figures(context: Context, audience: Audience, found: Difference) -> list[Figure]:
    subject, as_of = audience_subject(audience), context.snapshot_period()
    count = len(found.added) + len(found.stays)
    formula = "people the receiver would have, nobody held out or opted out"
    figures = [Figure(subject, "customers", as_of, count, formula, count)]
    last = PushStore(context.home).latest(audience, found.address)
    if last is None:
        return figures
    start = Moment.of(last.created_at, context.dataset.shop.zone).local
    since = Period(start=min(start, as_of.end), end=max(start, as_of.end))
    return figures + [
        Figure(subject, metric, since, len(who), f"{words} since the last push", len(who))
        for metric, who, words in (
            ("entered", found.added, "to be added"), ("left", found.removed, "to be removed"),
        )
    ]  # fmt: skip


class PushAudience(Arguments):
    name: str = Field(max_length=61)
    to: str = Field(min_length=1, max_length=2000, description="an https address")
    approve: str = Field(min_length=64, max_length=64, description="as preview_push gave it")


def push_audience(context: Context, arguments: PushAudience) -> Result:
    """Send a saved audience to a webhook: what changed since the last push, once.

    When to use: when asked to send or push an audience to an address. Look with preview_push first.
    Arguments: name of the audience; to, the address; approve, what preview_push gave: when the
    audience is another by then, nothing is sent.
    Result: a job; its result says how many were added and removed.
    """
    audience = find_audience(context, arguments.name)
    if not is_sent(context, audience, arguments.to, arguments.approve):
        require_approved(context, audience, arguments.to, arguments.approve)
    asked = {"dataset": context.dataset.name, "audience": audience.audience_id,
             "to": arguments.to, "approve": arguments.approve, "again": False}  # fmt: skip
    return Result(job=JobStore(context.home).add(context.person, "push", asked, context.now))
