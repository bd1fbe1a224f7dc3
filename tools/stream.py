"""The stream: how far it has been read, and what came of the events."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import NotPossible
from engine.facts import Figure, Period, Value
from stores.datasets import Dataset
from stores.home import Home
from stores.live import LiveStore, Position
from tools.context import Context
from tools.tool import Arguments, Result

_IDLE_AFTER = timedelta(seconds=30)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class StreamStatus(Arguments):
    pass


def stream_status(context: Context, arguments: StreamStatus) -> Result:
    """How far the stream of events has been read, and what came of the events.

    When to use: questions about the stream itself: whether it is up to date, how far behind it is,
    how many events came, how many came twice, late, or could not be used.
    Arguments: none.
    Result: facts about the dataset's stream now: events, duplicates, late, dead letters; lag when a
    broker brings the events; the day of the newest event.
    """
    card = stream_card(context.home, context.dataset, context.now)
    now = Period(end=context.now.astimezone(ZoneInfo(context.dataset.shop.zone)))
    found: list[tuple[str, Value, str]] = [
        ("events", card["events"], "messages taken, those that came again included"),
        ("duplicates", card["duplicates"], "messages whose event id was known"),
        ("late", card["late"], "events of a day whose sweep had been made"),
        ("dead_letters", card["dead"], "messages kept with the reason why they are unusable"),
    ]
    lags = [p["lag"] for p in card["partitions"] if p["lag"] is not None]
    if lags:
        found.append(("lag", sum(lags), "end less next offset, over all partitions"))
    if card["last_event_at"]:
        newest = datetime.fromisoformat(card["last_event_at"]).date()
        found.append(("last_event", newest, "shop day of the newest event"))
    return Result(
        tuple(
            Figure(context.subject, metric, now, value, formula, card["events"])
            for metric, value, formula in found
        )
    )


def stream_card(
    home: Home,
    dataset: Dataset,
    now: datetime,
    ends: Mapping[tuple[str, int], int] | None = None,
) -> dict[str, Any]:
    """`ends`: where the partitions end now; without it, where they ended when last looked at."""
    with _opened(home, dataset).reading() as live:
        notes, positions = live.notes(), live.positions()
        reasons = live.dead_reasons()
    newest = notes.get("newest")
    zone = ZoneInfo(dataset.shop.zone)
    idle = _moment(notes.get("last_batch", 0)) < now - _IDLE_AFTER
    return {
        "dataset": dataset.name,
        "partitions": [_partition(position, ends or {}) for position in positions],
        "events": notes.get("events", 0),
        "events_per_second": 0.0 if idle else round(notes.get("speed", 0.0), 1),
        "last_event_at": _moment(newest).astimezone(zone).isoformat() if newest else None,
        "duplicates": notes.get("duplicates", 0),
        "late": notes.get("late", 0),
        "dead": sum(reasons.values()),
        "dead_reasons": reasons,
    }


def dead_card(home: Home, dataset: Dataset, limit: int) -> dict[str, Any]:
    """The newest messages that could not be used, and how many of each reason there are."""
    with _opened(home, dataset).reading() as live:
        reasons, letters = live.dead_reasons(), live.dead(limit)
    return {
        "dead": sum(reasons.values()),
        "dead_reasons": reasons,
        "letters": [
            {
                "place": one.place,
                "reason": one.reason,
                "detail": one.detail,
                "at": _moment(one.at).isoformat(),
                "text": (one.value or b"").decode("utf-8", errors="replace")[:2000],
            }
            for one in letters
        ],
    }


def _opened(home: Home, dataset: Dataset) -> LiveStore:
    store = LiveStore(home, dataset.dataset_id)
    if not store.exists:
        raise NotPossible(
            f"No event has come to the dataset '{dataset.name}' yet: it has no stream.",
            "Start one with segue stream, or send events over HTTP.",
        )
    return store


def _partition(position: Position, ends: Mapping[tuple[str, int], int]) -> dict[str, Any]:
    end = ends.get((position.topic, position.partition), position.end)
    if end is not None:
        end = max(end, position.next)
    return {
        "topic": position.topic,
        "partition": position.partition,
        "offset": position.next,
        "end": end,
        "lag": None if end is None else end - position.next,
    }


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)
