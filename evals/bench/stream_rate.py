"""How much of the speed of reading is left when everything is done with an event.

Baseline: consume and decode the whole topic, nothing more. Complete path: the worker itself, into
a shop with a published run: decode, check, drop duplicates, fold, assign, and one durable
transaction a batch. Both from the assignment of the partitions to the last event, in turn, in one
process; the value is the median of the ratios of three rounds.
"""

import shutil
import statistics
import tempfile
import time
from datetime import datetime
from pathlib import Path

from api.producing import send
from api.stream import PIECE, Source, Worker, open_consumer, partitions_of
from engine.events import read_events
from evals.bench.bars import Setting
from evals.bench.stream_shop import NOW, make_events, open_shop
from evals.peers.kafka.broker import open_broker
from stores.datasets import DatasetStore
from stores.home import Home
from tools.streaming import Batch, Stream, Taken

ROUNDS = 3
PARTITIONS = 4
CUSTOMERS = 100_000


def measure(setting: Setting) -> float:
    events = 1_000_000 if setting.full else 300_000
    ratios = []
    with (
        tempfile.TemporaryDirectory(prefix="segue-rate-") as folder,
        open_broker("apache" if setting.full else "mesh") as broker,
    ):
        setting.say(f"{broker.name}, {events:,} events of {CUSTOMERS:,} customers")
        source = Source(broker.bootstrap, "segue.events")
        broker.create_topic(source.topic, PARTITIONS)
        home, _ = open_shop(Path(folder))
        home.close()
        send(source, make_events(events, CUSTOMERS, seed=1), None, lambda text: None)
        warm_up(Path(folder))
        for number in range(ROUNDS):
            read = events / seconds_to_read(source, events)
            full = events / seconds_to_take(source, events, Path(folder), number)
            ratios.append(full / read)
            setting.say(
                f"round {number + 1}: consume and decode {read:,.0f}/s, complete {full:,.0f}/s, "
                f"ratio {full / read:.3f}"
            )
    return statistics.median(ratios)


def seconds_to_read(source: Source, events: int) -> float:
    from confluent_kafka import TopicPartition

    consumer = open_consumer(source)
    try:
        partitions = partitions_of(consumer, source)
        started, count = time.perf_counter(), 0
        consumer.assign([TopicPartition(source.topic, p, 0) for p in partitions])
        while count < events:
            values = [message.value() for message in consumer.consume(PIECE, timeout=1)]
            count += len(read_events(values)[0])
        return time.perf_counter() - started
    finally:
        consumer.close()


class TimedStream(Stream):
    """Knows when its last batch was committed."""

    finished = 0.0

    def take(self, batch: Batch, now: datetime) -> Taken:
        taken = super().take(batch, now)
        self.finished = time.perf_counter()
        return taken


def seconds_to_take(source: Source, events: int, folder: Path, number: int) -> float:
    shutil.copytree(folder / "home", folder / f"home{number}")
    home = Home.open(folder / f"home{number}")
    stream = TimedStream(home, DatasetStore(home).get())
    started: list[float] = []
    worker = Worker(stream, source, lambda: NOW)
    worker.run(True, lambda text: started.append(time.perf_counter()))
    with stream.live.reading() as live:
        taken = live.notes()["events"]
    home.close()
    assert taken == events, f"{taken} of {events} events taken"
    return stream.finished - started[0]


def warm_up(folder: Path) -> None:
    """Everything imported, as in a worker that has run for a while."""
    shutil.copytree(folder / "home", folder / "warm")
    home = Home.open(folder / "warm")
    stream = Stream(home, DatasetStore(home).get())
    stream.sweep(NOW)
    values = [value for _, value in make_events(1000, 100, seed=2)]
    stream.take(Batch(values, str), NOW)
    home.close()
