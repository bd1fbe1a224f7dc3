"""Whether the stream comes to what the batch comes to, whatever happens on the way.

Events in any order, one in ten of them twice, late ones among them; the worker is killed with -9
five times while it takes them, and the broker once where it is durable. Then the members of a
moment by the live rows are held against the feature table and the frozen model over the same
events loaded from a file. The value counts the customers who differ in anything.
"""

import csv
import json
import random
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

from api.producing import send
from api.stream import Source
from engine.concepts import Moment
from engine.errors import NotPossible
from engine.features import feature_table, open_transactions
from evals.bench.bars import Setting
from evals.bench.stream_shop import NOW, Message, make_events, open_shop
from evals.bench.worker import PATIENCE, start_worker, taken, wait_until
from evals.peers.kafka.broker import Broker, open_broker
from stores.datasets import DatasetStore
from stores.home import Home
from tools.datasets import LoadRequest, load_file
from tools.streaming import Stream, live_snapshot

KILLS = 5
PARTITIONS = 4
COLUMNS = ["recency", "frequency", "monetary", "tenure", "segment_id"]


def measure(setting: Setting) -> float:
    events = 200_000 if setting.full else 30_000
    kind = "apache" if setting.full else "mesh"
    with (
        tempfile.TemporaryDirectory(prefix="segue-replay-") as folder,
        open_broker("apache" if kind == "apache" else "mesh") as broker,
    ):
        return replay(broker, events, Path(folder), setting.say)


def replay(broker: Broker, events: int, folder: Path, say: Callable[[str], None]) -> float:
    source = Source(broker.bootstrap, "segue.events")
    broker.create_topic(source.topic, PARTITIONS)
    home, _ = open_shop(folder, twin="batch")
    unique = list(make_events(events, customers=3000, seed=3))
    messages = disorder(unique)
    say(f"{broker.name}: {len(messages):,} messages of {events:,} events, {KILLS} kills")
    for part in range(KILLS):
        share = slice(part * len(messages) // KILLS, (part + 1) * len(messages) // KILLS)
        kill_while_it_works(home, source, messages[share], say)
        if part == KILLS // 2 and broker.durable:
            broker.kill()
            broker.restart()
            say("broker killed and started again")
    worker = start_worker(home, source, "--once")
    if worker.wait(PATIENCE) != 0:
        raise NotPossible("The worker did not come to the end of the topic.")
    return float(differing(home, folder, unique, say))


def disorder(events: list[Message]) -> list[Message]:
    """Every event, one in ten twice, in any order."""
    messages = events + events[::10]
    random.Random(4).shuffle(messages)  # noqa: S311  (no secret)
    return messages


def kill_while_it_works(
    home: Home, source: Source, messages: list[Message], say: Callable[[str], None]
) -> None:
    """Half is there when the worker starts, half comes while it runs; then it is killed."""
    before = taken(home)
    half = len(messages) // 2
    send(source, messages[:half], None, lambda text: None)
    worker = start_worker(home, source)
    try:
        wait_until(lambda: taken(home) > before or worker.poll() is not None)
        send(source, messages[half:], None, lambda text: None)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    say(f"worker killed: it has taken {taken(home):,}")


def differing(home: Home, folder: Path, events: list[Message], say: Callable[[str], None]) -> int:
    import pandas as pd

    dataset = DatasetStore(home).get()
    moment = Moment.parse("2026-01-16T12:00", dataset.shop.zone)
    live = live_snapshot(home, dataset, moment)[COLUMNS]
    other = Home.open(folder / "batch")
    load_file(other, LoadRequest(write_csv(folder / "events.csv", events)), NOW)
    store = DatasetStore(other)
    with open_transactions(store.files(store.get(), store.version(store.get()))) as records:
        batch = feature_table(records, moment)
    batch["segment_id"] = Stream(other, store.get()).need_model().assign(batch)
    both = live.add_suffix("_live").join(batch.add_suffix("_batch"), how="outer")
    same = pd.concat(
        [both[f"{name}_live"].eq(both[f"{name}_batch"]) for name in COLUMNS], axis=1
    ).all(axis=1)
    say(f"{len(both):,} customers compared at {moment.iso()}, {int((~same).sum())} differ")
    return int((~same).sum())


def write_csv(file: Path, events: list[Message]) -> Path:
    rows = [json.loads(value) for _, value in events]
    names = [name for name in rows[0] if name != "currency"]
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return file
