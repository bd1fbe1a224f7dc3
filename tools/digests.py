"""Digests as tools: which there are, what one would tell, and a new one for a Slack channel.

Who sends them, and when, is the service's. A digest to a webhook is made on the command line, where
the addresses that may be reached are settled.
"""

import re
from collections.abc import Sequence

from pydantic import Field

from engine.concepts import Moment
from engine.errors import BadInput
from engine.facts import Figure
from engine.schedule import next_moments
from stores.digests import DeliveryStore, Digest, DigestStore
from stores.home import new_id
from stores.snapshots import SnapshotStore
from tools.changes import settle_moment
from tools.context import Context
from tools.shifts import BEYOND_CHANCE, SegmentShifts, segment_shifts, touches
from tools.tool import Arguments, Result, Tool

_NAME = re.compile(r"[\w][\w .-]{0,60}")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,}")


class ListDigests(Arguments):
    pass


def list_digests(context: Context, arguments: ListDigests) -> Result:
    """The digests that the asker has, when each comes next and what became of the last one.

    When to use: when asked which digests, reports by schedule or subscriptions there are, or
    whether one arrived.
    Arguments: none.
    Result: one text a digest: name, state, schedule, where it goes, from when on it tells what
    moved, when it comes next, and the state of its last delivery.
    """
    found = DigestStore(context.home).all(context.person)
    texts = tuple(_told(context, digest) for digest in found)
    return Result(texts=texts or ({"digests": "There is none yet."},))


def _told(context: Context, digest: Digest) -> dict[str, str]:
    deliveries = DeliveryStore(context.home).latest(digest, limit=1)
    coming = next_moments(digest.cron, digest.zone, context.now, 1)[0]
    return {
        "digest": digest.name,
        "state": digest.state,
        "schedule": f"{digest.cron} in {digest.zone}",
        "goes_to": f"{digest.target['kind']} {digest.target['address']}",
        "starts": starts_at(context, digest).iso(),
        "next": Moment.of(coming, digest.zone).iso() if digest.state == "active" else "paused",
        "last_delivery": deliveries[0].state if deliveries else "not sent yet",
    }


class PreviewDigest(Arguments):
    since: str | None = None


def preview_digest(context: Context, arguments: PreviewDigest) -> Result:
    """What a digest would tell now; nothing is sent.

    When to use: when asked what a digest would say, or for what is worth knowing of the last week.
    Arguments: since, the date or moment it starts from (list_digests tells where a digest will
    start); left out, seven days before the newest record.
    Result: of the segments whose change is beyond chance, the figures and texts of segment_shifts,
    with the large moves from and to them; when there is none, a text that says so.
    """
    week_ago = context.as_of.days_before(7).iso()
    since = settle_moment(context.dataset, context.as_of, arguments.since or week_ago)
    if since.at >= context.as_of.at:
        return Result(texts=({"digest": "No newer record has come, so there is nothing to tell."},))
    found = segment_shifts(context, SegmentShifts(since=since.iso(), until=None, reasons=True))
    news = {text["segment"] for text in found.texts if text.get("change") == BEYOND_CHANCE}
    if not news:
        return Result(texts=({"digest": "No segment moved by more than chance."},))
    return Result(tuple(_of(news, found.figures)), _telling(news, found.texts))


def starts_at(context: Context, digest: Digest) -> Moment:
    """Where the digest before ended; for the first one, the snapshot there was when it was made."""
    if digest.last_snapshot_id is None:
        return context.snapshot_moment
    last = SnapshotStore(context.home).get(digest.last_snapshot_id)
    return Moment.of(last.as_of, context.dataset.shop.zone)


def _of(news: set[str], figures: Sequence[Figure]) -> list[Figure]:
    return [figure for figure in figures if figure.subject.name in news or _moves(news, figure)]


def _moves(news: set[str], figure: Figure) -> bool:
    return figure.subject.kind == "selection" and touches(figure.subject.name, news)


def _telling(news: set[str], texts: Sequence[dict[str, str]]) -> tuple[dict[str, str], ...]:
    return tuple(
        text for text in texts
        if text.get("segment") in news or touches(text.get("move", ""), news)
    )  # fmt: skip


class SubscribeDigest(Arguments):
    name: str = Field(min_length=1, max_length=61)
    channel: str = Field(min_length=3, max_length=40)
    cron: str = Field(default="0 9 * * mon", max_length=100)
    zone: str = Field(default="", max_length=60)


def subscribe_digest(context: Context, arguments: SubscribeDigest) -> Result:
    """Have what moved between the segments told in a Slack channel, by a schedule.

    When to use: when asked to send, post or schedule a digest, a weekly summary or an update.
    Arguments: name of the digest; channel, the id of a Slack channel that has the app; cron, five
    fields (minute hour day month weekday), Mondays at nine when left out; zone, whose clock
    (Europe/London), the shop's when left out.
    Result: the digest with its schedule and when it comes first.
    """
    target = slack_target(arguments.channel)
    digest = new_digest(context, arguments.name, arguments.cron, arguments.zone, target)
    DigestStore(context.home).add(digest)
    return Result(texts=(_told(context, digest),))


def slack_target(channel: str) -> dict[str, str]:
    if not _CHANNEL.fullmatch(channel):
        raise BadInput(
            f"'{channel}' is no id of a Slack channel.",
            "It starts with C; Slack shows it at the end of the channel's details.",
        )
    return {"kind": "slack", "address": channel}


def new_digest(context: Context, name: str, cron: str, zone: str, target: dict[str, str]) -> Digest:
    """Not kept yet. Its first one tells what moved after the newest record there is now."""
    if not _NAME.fullmatch(name):
        raise BadInput(
            f"'{name}' is no name for a digest.", "Use letters, digits, spaces, dots and hyphens."
        )
    zone = zone or context.dataset.shop.zone
    return Digest(
        digest_id=new_id("digest"),
        owner=context.person,
        dataset_id=context.dataset.dataset_id,
        name=name,
        cron=cron,
        zone=zone,
        target=target,
        state="active",
        last_snapshot_id=context.need_snapshot().snapshot_id,
        next_at=next_moments(cron, zone, context.now, 1)[0],
        created_at=context.now,
    )


TOOLS = (
    Tool(list_digests, ListDigests, "reads"),
    Tool(preview_digest, PreviewDigest, "computes"),
    Tool(
        subscribe_digest,
        SubscribeDigest,
        "changes",
        "Post a digest of '{dataset}' to a Slack channel by a schedule? Everybody in the channel "
        "reads it, until you delete it.",
    ),
)
