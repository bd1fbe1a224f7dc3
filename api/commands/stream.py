"""Commands about the stream: stream, produce, replay."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli import Door, command

if TYPE_CHECKING:
    from api.stream import Source

_DATASET = click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
_SHOWN = 50


@command
@click.argument("action", type=click.Choice(["status", "dead"]), required=False)
@_DATASET
@click.option("--once", is_flag=True, help="Read up to where the topic ends now, then stop.")
def stream(door: Door, action: str | None, dataset: str | None, once: bool) -> None:
    """Read events from Kafka until stopped; status: how far it is; dead: what was unusable.

    SEGUE_KAFKA names the brokers, SEGUE_KAFKA_TOPIC the topic. Stopped in whatever way, it goes on
    where it was: no event is lost or counted twice.
    """
    from stores.datasets import DatasetStore

    found = DatasetStore(door.services.home).get(dataset)
    if action == "dead":
        _show_dead(door, found)
        return
    if action is None:
        _run(door, found, once)
    if action == "status" or once:
        _show_status(door, found)


def _run(door: Door, dataset: Any, once: bool) -> None:
    from api.stream import Worker, make_dead_topic, stop_on_signals
    from tools.streaming import Stream

    services = door.services
    source = _source(door)
    worker = Worker(Stream(services.home, dataset), source, services.now)
    stop_on_signals(worker)
    make_dead_topic(source)
    worker.run(once, door.progress)


def _show_status(door: Door, dataset: Any) -> None:
    from api.words import table
    from tools.stream import stream_card

    ends = _ends(door) if door.settings.kafka else {}
    found = stream_card(door.services.home, dataset, door.services.now(), ends)

    def words() -> str:
        rows = [
            (p["topic"], str(p["partition"]), f"{p['offset']:,}",
             "?" if p["end"] is None else f"{p['end']:,}",
             "?" if p["lag"] is None else f"{p['lag']:,}")
            for p in found["partitions"]
        ]  # fmt: skip
        lines = [table(("topic", "partition", "offset", "end", "lag"), rows)] if rows else []
        lines.append(
            f"{found['events']:,} events, {found['events_per_second']:,.0f} a second; "
            f"{found['duplicates']:,} came again, {found['late']:,} late, "
            f"{found['dead']:,} unusable (segue stream dead)."
        )
        lines.append(f"The newest event is of {found['last_event_at'] or 'no day yet'}.")
        return "\n".join(lines)

    door.show(found, words)


def _ends(door: Door) -> dict[tuple[str, int], int]:
    """Where the partitions end now; nothing when the broker does not answer."""
    from api.stream import partition_ends
    from engine.errors import NotPossible

    try:
        return partition_ends(_source(door))
    except NotPossible as error:
        click.echo(error.message, err=True)
        return {}


def _show_dead(door: Door, dataset: Any) -> None:
    from api.words import table
    from tools.stream import dead_card

    found = dead_card(door.services.home, dataset, 10_000 if door.json else _SHOWN)

    def words() -> str:
        if not found["letters"]:
            return "No message was unusable."
        rows = [(one["place"], one["reason"], one["text"][:60]) for one in found["letters"]]
        return table(("place", "reason", "text"), rows)

    door.show(found, words)


@command
@_DATASET
@click.option("--customers", type=click.IntRange(1, 1_000_000), default=2000, show_default=True)
@click.option("--seed", type=int, default=8, show_default=True)
@click.option("--events", type=click.IntRange(1), help="Stop after so many; default: all.")
@click.option("--speed", default="max", show_default=True, help="Events a second, or max.")
def produce(
    door: Door, dataset: str | None, customers: int, seed: int, events: int | None, speed: str
) -> None:
    """Send what a sample shop sells after the newest record to Kafka."""
    from api.producing import future_events
    from stores.datasets import DatasetStore

    store = DatasetStore(door.services.home)
    found = store.get(dataset)
    newest = store.newest(found, store.version(found))
    door.progress("Making the events")
    made = future_events(customers, seed, found.shop, newest.local, door.services.now())
    _send(door, made.messages[:events], speed, made.left_out)


@command
@click.argument("file", type=click.Path(path_type=Path))
@_DATASET
@click.option("--speed", default="max", show_default=True, help="Events a second, or max.")
def replay(door: Door, file: Path, dataset: str | None, speed: str) -> None:
    """Send the rows of a file of orders to Kafka, oldest first."""
    from api.producing import events_of_file
    from stores.datasets import DatasetStore

    shop = DatasetStore(door.services.home).get(dataset).shop
    door.progress(f"Reading and cleaning {file.name}")
    prepared = events_of_file(file, shop, door.services.now())
    _send(door, prepared.messages, speed, prepared.left_out)


def _send(door: Door, messages: Any, speed: str, left_out: dict[str, int]) -> None:
    from api.producing import send

    source = _source(door)
    sent = send(source, messages, _speed(speed), door.progress)
    found = {"topic": source.topic, "sent": sent, "left_out": left_out}

    def words() -> str:
        rest = ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())
        return f"Sent {sent:,} events to {source.topic}." + (f" Left out: {rest}." if rest else "")

    door.show(found, words)


def _speed(text: str) -> float | None:
    from engine.errors import BadInput

    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < 1e9:
        raise BadInput(f"--speed '{text}' is no speed.", "Give events a second, or max.")
    return speed


def _source(door: Door) -> "Source":
    from api.stream import Source
    from engine.errors import NotPossible

    settings = door.settings
    if not settings.kafka:
        raise NotPossible(
            "No Kafka is named.",
            "Set SEGUE_KAFKA to its brokers, e.g. localhost:9092; without Kafka send events to "
            "POST /v1/events.",
        )
    return Source(settings.kafka, settings.kafka_topic)


COMMANDS = (stream, produce, replay)
