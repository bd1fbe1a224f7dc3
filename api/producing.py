"""Events sent to Kafka: a file replayed, or a sample shop that goes on selling."""

import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from api.stream import Source
from engine.concepts import Shop
from engine.errors import NotPossible

Messages = list[tuple[str | None, bytes]]
_SEND_SECONDS = 60
_SHORTEST_DAYS = 60  # of a sample shop


@dataclass(frozen=True)
class Prepared:
    """Messages in the order in which they occurred, and the rows that make none, by reason."""

    messages: Messages
    left_out: dict[str, int]


def events_of_file(path: Path, shop: Shop, now: datetime) -> Prepared:
    """The rows of a file as cleaning takes them, so that stream and load come to the same."""
    from engine.cleaning import clean
    from engine.events import to_messages
    from engine.reading import read_source

    cleaned = clean(read_source(path), shop, "", now)
    return Prepared(to_messages(cleaned.rows), dict(cleaned.ledger.dropped_reasons))


def future_events(
    customers: int, seed: int, shop: Shop, after: datetime, now: datetime
) -> Prepared:
    """What a sample shop sells from the day after `after` until now."""
    from engine.synthetic import make_shop

    start = after.date() + timedelta(days=1)
    days = (now.date() - start).days + 1
    if days < 1:
        raise NotPossible(
            f"The records reach to {after.date()}: no day has passed since.",
            "Come back tomorrow, or replay a file: segue replay FILE.",
        )
    end = start + timedelta(days=max(days, _SHORTEST_DAYS))
    made = make_shop(customers, seed, dirt=False, start=start, end=end)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "future.csv"
        made.transactions.write_csv(file)
        return events_of_file(file, shop, now)


def send(
    source: Source,
    messages: Iterable[tuple[str | None, bytes]],
    speed: float | None,
    said: Callable[[str], None],
) -> int:
    """All of them acknowledged; `speed` in events a second, None as fast as it goes."""
    producer = open_producer(source)
    failed: list[str] = []

    def note(error: Any, message: Any) -> None:
        if error is not None:
            failed.append(error.str())

    started, sent = time.monotonic(), 0
    for key, value in messages:
        while True:
            try:
                producer.produce(source.topic, value, key, on_delivery=note)
                break
            except BufferError:  # its queue is full
                producer.poll(0.1)
        sent += 1
        if sent % 1000 == 0:
            producer.poll(0)
            said(f"Sent {sent:,} events")
        if speed is not None:
            time.sleep(max(0.0, started + sent / speed - time.monotonic()))
    left = producer.flush(_SEND_SECONDS)
    if failed or left:
        raise NotPossible(
            f"{len(failed) + left:,} of {sent:,} events did not reach {source.topic} at "
            f"{source.bootstrap}: {failed[0] if failed else 'no answer'}.",
            "Check the broker and the topic, then send again: events are counted once.",
        )
    return sent


def open_producer(source: Source) -> Any:
    from confluent_kafka import Producer

    return Producer(
        {
            "bootstrap.servers": source.bootstrap,
            "enable.idempotence": True,
            "compression.type": "lz4",
            "linger.ms": 20,
            "message.timeout.ms": _SEND_SECONDS * 1000,
            "log_level": 0,
        }
    )
