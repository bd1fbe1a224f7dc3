"""The walk of `make stream-demo`: orders stream in, the worker is killed, nothing is lost.

    python -m evals.stream_demo

Everything lies in a folder that goes with it, and whatever it starts, it ends.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from api.producing import send
from api.stream import Source
from engine.errors import Fixable, NotPossible
from evals.bench.replay_exact import disorder, write_csv
from evals.bench.stream_shop import NOW, Message, make_events, open_shop
from evals.bench.worker import PATIENCE, start_worker, taken, wait_until
from evals.peers.kafka.broker import Broker, Kind, open_broker
from stores.datasets import DatasetStore
from stores.home import Home
from tools.datasets import LoadRequest, dataset_summary, load_file

EVENTS = 30_000
SPEED = 2500.0  # events a second
COUNTED = ("rows", "customers", "orders", "revenue")


def main() -> int:
    try:
        with tempfile.TemporaryDirectory(prefix="segue-stream-") as folder:
            return walk_through(Path(folder))
    except Fixable as error:
        print(error, file=sys.stderr)
        return 2


def walk_through(folder: Path) -> int:
    say("\n== A sample shop, loaded and segmented")
    home, _ = open_shop(folder, twin="batch")
    events = list(make_events(EVENTS, customers=3000, seed=3))
    messages = disorder(events)
    with start_broker() as broker:
        source = Source(broker.bootstrap, "segue.events")
        broker.create_topic(source.topic, 4)
        say(f"== {broker.name} at {broker.bootstrap}")
        say(f"== {EVENTS:,} events, shuffled, one in ten of them sent twice")
        stream_and_kill(home, source, messages)
        show_status(home, source)
    return compare(home, folder, events)


def start_broker() -> Broker:
    """A real Kafka where Java and Maven are, else the small one; started by the caller's `with`."""
    real = all(shutil.which(name) for name in ("java", "mvn"))
    kind: Kind = "apache" if real else "mesh"
    if not real:
        say("== Java or Maven is not here: the small broker takes the place of Apache Kafka")
    return open_broker(kind)


def stream_and_kill(home: Home, source: Source, messages: list[Message]) -> None:
    producer = threading.Thread(
        target=send, args=(source, messages, SPEED, lambda text: None), daemon=True
    )
    worker = start_worker(home, source)
    try:
        producer.start()
        say("== The worker reads while a producer sends")
        for share in (0.15, 0.3, 0.45):
            wait_until(lambda: taken(home) >= share * len(messages) or worker.poll() is not None)  # noqa: B023
            say(f"   {taken(home):>7,} taken")
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        say(f"== The worker is killed with -9; it has taken {taken(home):,}")
    finally:
        worker.kill()
        worker.wait()
    worker = start_worker(home, source)
    try:
        say("== Another worker goes on where the first one was")
        wait_until(lambda: taken(home) >= len(messages) or worker.poll() is not None)
        producer.join(PATIENCE)
        worker.terminate()
        if worker.wait(PATIENCE) != 0 or taken(home) != len(messages):
            raise NotPossible(f"{taken(home):,} of {len(messages):,} messages were taken.")
    finally:
        worker.kill()
        worker.wait()


def show_status(home: Home, source: Source) -> None:
    say("== $ segue stream status")
    environment = os.environ | {
        "SEGUE_HOME": str(home.root),
        "SEGUE_KAFKA": source.bootstrap,
        "SEGUE_KAFKA_TOPIC": source.topic,
    }
    command = [sys.executable, "-c", "from api.cli import main; main()", "stream", "status"]
    subprocess.run(command, env=environment, check=True)


def compare(home: Home, folder: Path, events: list[Message]) -> int:
    """The streamed shop beside one that loaded the same events from a file."""
    other = Home.open(folder / "batch")
    load_file(other, LoadRequest(write_csv(folder / "events.csv", events)), NOW)
    streamed, loaded = summary(home), summary(other)
    say("\n== The same events as a batch")
    for name in COUNTED:
        same = "the same" if streamed[name] == loaded[name] else "DIFFERS"
        say(f"   {name:<10} streamed {streamed[name]!s:<42} loaded {loaded[name]!s:<42} {same}")
    if any(streamed[name] != loaded[name] for name in COUNTED):
        say("== Something was lost or counted twice.")
        return 1
    say("== Nothing was lost, and nothing was counted twice.")
    return 0


def summary(home: Home) -> dict[str, Any]:
    return dataset_summary(home, DatasetStore(home).get())


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
