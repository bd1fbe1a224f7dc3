"""The stream beside the batch on a real Apache Kafka, with everything that can happen to it; and
its live state in a real PostgreSQL, with everything that can happen to that.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.producing import send
from api.stream import Source, Worker
from engine.concepts import Moment
from engine.errors import Conflict, NotPossible
from engine.features import feature_table, open_transactions
from engine.synthetic import make_shop, write_shop
from evals.bench.replay_exact import disorder, replay, write_csv
from evals.bench.stream_shop import NOW, make_events
from evals.peers.kafka.broker import Broker, open_broker
from evals.peers.postgres import PostgresServer
from stores.datasets import DatasetStore
from stores.home import Home, Places
from tools.datasets import LoadRequest, load_file
from tools.segmenting import SegmentRequest, run_segmentation
from tools.stream import stream_card
from tools.streaming import Stream, live_snapshot

pytestmark = pytest.mark.full
PARTITIONS = 2
EVENTS = 6000


def test_killed_shuffled_and_sent_twice_the_stream_is_the_batch(tmp_path: Path) -> None:
    told: list[str] = []
    with open_broker("apache") as broker:
        assert replay(broker, 5000, tmp_path, told.append) == 0
    assert sum("worker killed" in line for line in told) == 5
    assert "broker killed and started again" in told


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with open_broker("mesh") as started:
        yield started


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as started:
        yield started


@pytest.fixture
def home(server: PostgresServer, tmp_path: Path) -> Iterator[Home]:
    opened = Home.open(tmp_path / "home", Places(database=server.url))
    files = write_shop(make_shop(300, seed=5), tmp_path / "files")
    request = LoadRequest(files["transactions"], zone="Europe/London", currency="GBP")
    load_file(opened, request, NOW)
    dataset = DatasetStore(opened).get()
    run_segmentation(opened, dataset, SegmentRequest(method="rules"), NOW, lambda text: None)
    yield opened
    opened.close()


@pytest.fixture
def source(broker: Broker, tmp_path: Path) -> Source:
    found = Source(broker.bootstrap, f"events-{tmp_path.name[-40:]}")
    broker.create_topic(found.topic, PARTITIONS)
    return found


def worker(home: Home, source: Source) -> Worker:
    return Worker(Stream(home, DatasetStore(home).get()), source, lambda: NOW)


def check_nothing_lost_or_doubled(home: Home, events: int) -> None:
    card = stream_card(home, DatasetStore(home).get(), NOW)
    assert card["events"] - card["duplicates"] == events
    assert sum(p["offset"] for p in card["partitions"]) == card["events"]
    assert not home.stream_file(DatasetStore(home).get().dataset_id).exists()
    check_against_batch(home)


def check_against_batch(home: Home) -> None:
    store = DatasetStore(home)
    dataset = store.get()
    moment = Moment.parse("2026-01-16T12:00", "Europe/London")
    with open_transactions(store.files(dataset, store.version(dataset))) as records:
        features = feature_table(records, moment)
    members = live_snapshot(home, dataset, moment)
    assert members[list(features.columns)].to_dict("index") == features.to_dict("index")
    expected = Stream(home, dataset).need_model().assign(features)
    assert members["segment_id"].to_dict() == expected.to_dict()


def test_the_worker_that_was_replaced_keeps_nothing_and_stops(home: Home, source: Source) -> None:
    send(source, make_events(EVENTS, 400, seed=3), None, lambda text: None)
    old = worker(home, source)

    def replace_it(text: str) -> None:
        """Between its claim and its first batch."""
        worker(home, source).run(True, lambda text: None)

    with pytest.raises(Conflict, match="Another worker has taken over"):
        old.run(True, replace_it)
    check_nothing_lost_or_doubled(home, EVENTS)


def test_a_file_is_loaded_while_the_stream_runs(home: Home, source: Source, tmp_path: Path) -> None:
    events = list(make_events(EVENTS, 400, seed=3))
    older = list(make_events(500, 400, seed=9))
    running = worker(home, source)
    told: list[str] = []
    thread = threading.Thread(target=running.run, args=(False, told.append))
    thread.start()
    try:
        send(source, events[: EVENTS // 2], None, lambda text: None)
        wait_until(lambda: events_of(home) > 0)
        load_file(home, LoadRequest(write_csv(tmp_path / "older.csv", older)), NOW)
        send(source, events[EVENTS // 2 :], None, lambda text: None)
        wait_until(lambda: events_of(home) == EVENTS)
    finally:
        running.stop()
        thread.join(60)
    assert not thread.is_alive()
    check_nothing_lost_or_doubled(home, EVENTS)
    store = DatasetStore(home)
    assert [load.ledger["kept"] for load in store.loads(store.get())][1:] == [500]


def test_killed_in_mid_batch_its_lock_is_free_at_once(home: Home, source: Source) -> None:
    messages = disorder(list(make_events(EVENTS, 400, seed=3)))
    send(source, messages[:3000], None, lambda text: None)
    running = start_worker(home, source)
    try:
        wait_until(lambda: writing_now(home) or running.poll() is not None)
        assert running.poll() is None
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait(20)
    send(source, messages[3000:], None, lambda text: None)
    worker(home, source).run(True, lambda text: None)
    check_nothing_lost_or_doubled(home, EVENTS)


def test_a_server_that_halts_is_waited_for(
    home: Home, server: PostgresServer, source: Source
) -> None:
    events = list(make_events(EVENTS, 400, seed=3))
    running, told = worker(home, source), list[str]()
    thread = threading.Thread(target=running.run, args=(False, told.append))
    thread.start()
    try:
        send(source, events[:2000], None, lambda text: None)
        wait_until(lambda: events_of(home) > 0)
        server.halt()
        send(source, events[2000:], None, lambda text: None)
        wait_until(lambda: any("does not answer" in text for text in told))
        server.start()
        home.engine.dispose()  # what this test itself had open died with the server
        wait_until(lambda: events_of(home) == EVENTS)
    finally:
        running.stop()
        thread.join(60)
    assert not thread.is_alive()
    assert sum("does not answer" in text for text in told) == 1
    check_nothing_lost_or_doubled(home, EVENTS)


def test_taken_over_while_the_server_was_away_it_does_not_take_back(
    home: Home, source: Source
) -> None:
    live = Stream(home, DatasetStore(home).get()).live
    mine = live.claim(source.topic, [0, 1])
    assert live.resume(mine) == mine
    live.claim(source.topic, [1])
    with pytest.raises(Conflict, match="taken over partition 1"):
        live.resume(mine)


def start_worker(home: Home, source: Source) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", "from api.cli import main; main()", "stream"]
    environment = os.environ | {
        "SEGUE_HOME": str(home.root),
        "SEGUE_DATABASE_URL": home.places.database or "",
        "SEGUE_KAFKA": source.bootstrap,
        "SEGUE_KAFKA_TOPIC": source.topic,
    }
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, env=environment, cwd=root, stderr=subprocess.DEVNULL)


def writing_now(home: Home) -> bool:
    """Whether somebody holds a write lock of a stream, past its first sweep."""
    import sqlalchemy as sa

    locks = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    with home.read() as connection:
        held = bool(connection.scalar(locks))
    return held and bool(stream_positions(home))


def stream_positions(home: Home) -> list[object]:
    live = Stream(home, DatasetStore(home).get()).live
    if not live.exists:
        return []
    with live.reading() as reading:
        return list(reading.positions())


def events_of(home: Home) -> int:

    try:
        found: int = stream_card(home, DatasetStore(home).get(), NOW)["events"]
    except NotPossible:
        return 0
    return found


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not happened():
        assert time.monotonic() < deadline, "nothing happened for a minute and a half"
        time.sleep(0.01)
