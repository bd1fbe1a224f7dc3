import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition

from api.producing import open_producer, send
from api.stream import Source, Worker, make_dead_topic
from engine.concepts import Moment
from engine.errors import Conflict, NotPossible
from engine.features import feature_table, open_transactions
from evals.peers.kafka.broker import Broker, open_broker
from stores.datasets import DatasetStore
from stores.home import Home
from stores.jobs import JobStore
from tests.conftest import NOW
from tools.stream import dead_card, stream_card
from tools.streaming import Stream, live_snapshot

PARTITIONS = 3


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with open_broker("mesh") as started:
        yield started


@pytest.fixture
def source(broker: Broker, request: pytest.FixtureRequest) -> Source:
    found = Source(broker.bootstrap, f"events-{abs(hash(request.node.name)) % 10**8}")
    broker.create_topic(found.topic, PARTITIONS)
    return found


def event(number: int) -> tuple[str, bytes]:
    """One of about 400 customers; every ninth is a return."""
    customer = f"c{number % 397}"
    day, minute = 1 + number % 28, number % 60
    found = {
        "event_id": f"{number:032x}",
        "order_id": f"s{number // 3}",
        "customer_id": customer,
        "occurred_at": f"2025-12-{day:02d}T10:{minute:02d}:00Z",
        "product_id": f"P{number % 7}",
        "quantity": -1 if number % 9 == 0 else 1,
        "unit_price": f"{1 + number % 50}.99",
    }
    return customer, json.dumps(found).encode()


def worker(home: Home, source: Source, now: datetime = NOW) -> Worker:
    return Worker(Stream(home, DatasetStore(home).get()), source, lambda: now)


def read_once(home: Home, source: Source, now: datetime = NOW) -> Worker:
    made = worker(home, source, now)
    made.run(True, lambda text: None)
    return made


def check_against_batch(home: Home) -> None:
    store = DatasetStore(home)
    dataset = store.get()
    moment = Moment.parse("2026-01-02", "Europe/London")
    with open_transactions(store.files(dataset, store.version(dataset))) as records:
        features = feature_table(records, moment)
    members = live_snapshot(home, dataset, moment)
    columns = list(features.columns)
    assert members[columns].to_dict("index") == features.to_dict("index")


def test_a_topic_is_read_once_from_where_it_was(home: Home, source: Source) -> None:
    send(source, [event(n) for n in range(1200)], None, lambda text: None)
    read_once(home, source)
    card = stream_card(home, DatasetStore(home).get(), NOW)
    assert (card["events"], card["duplicates"], card["dead"]) == (1200, 0, 0)
    assert sum(p["offset"] for p in card["partitions"]) == 1200
    assert [p["lag"] for p in card["partitions"]] == [0] * PARTITIONS
    # Half of what comes now was here before.
    send(source, [event(n) for n in range(1000, 1400)], None, lambda text: None)
    read_once(home, source)
    card = stream_card(home, DatasetStore(home).get(), NOW)
    assert (card["events"], card["duplicates"]) == (1600, 200)
    check_against_batch(home)


def test_that_customers_moved_is_to_be_written_down_once(home: Home, source: Source) -> None:
    send(source, [event(n) for n in range(400)], None, lambda text: None)
    read_once(home, source)
    jobs = JobStore(home)
    before = len(jobs.all("local", "story"))
    for days in (60, 61):  # who buys nothing for so long is somewhere else
        read_once(home, source, NOW + timedelta(days=days))
    assert before == 0
    assert [job.arguments for job in jobs.all("local", "story")] == [{"dataset": "corner"}]


def test_dead_messages_are_told_and_sent_on(home: Home, source: Source) -> None:
    bad = [b"[]", b"{}\n{}", b"\xff", None]
    producer = open_producer(source)
    for value in [*bad, event(1)[1]]:
        producer.produce(source.topic, value, partition=0)
    assert producer.flush(30) == 0
    make_dead_topic(source)
    made = read_once(home, source)
    found = dead_card(home, DatasetStore(home).get(), 10)
    assert found["dead"] == 4
    assert {one["place"] for one in found["letters"]} == {f"{source.topic}:0:{n}" for n in range(4)}
    assert made.stream.live.outbox() == []
    assert sorted(dead_keys(source, 4)) == [f"{source.topic}:0:{n}" for n in range(4)]


def dead_keys(source: Source, wanted: int) -> list[str]:
    consumer = Consumer({"bootstrap.servers": source.bootstrap, "group.id": "test"})
    consumer.assign([TopicPartition(source.dead_topic, 0, 0)])
    keys: list[str] = []
    deadline = time.monotonic() + 20
    while len(keys) < wanted and time.monotonic() < deadline:
        keys += [(m.key() or b"").decode() for m in consumer.consume(10, timeout=0.2)]
    consumer.close()
    return keys


def test_the_worker_that_was_replaced_keeps_nothing_and_stops(home: Home, source: Source) -> None:
    send(source, [event(n) for n in range(300)], None, lambda text: None)
    old = worker(home, source)

    def replace_it(text: str) -> None:
        """Between its claim and its first batch."""
        read_once(home, source)

    with pytest.raises(Conflict, match="Another worker has taken over"):
        old.run(True, replace_it)
    card = stream_card(home, DatasetStore(home).get(), NOW)
    assert (card["events"], card["duplicates"]) == (300, 0)


def test_killed_in_the_middle_it_loses_and_repeats_nothing(home: Home, source: Source) -> None:
    shuffled = [event(n) for n in range(6000)] + [event(n) for n in range(0, 6000, 10)]
    random.Random(3).shuffle(shuffled)  # noqa: S311  (no secret)
    running = start_worker(home, source)
    try:
        send(source, shuffled[:3000], None, lambda text: None)
        wait_until(lambda: events_of(home) > 0)
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait(20)
    send(source, shuffled[3000:], None, lambda text: None)
    read_once(home, source)
    card = stream_card(home, DatasetStore(home).get(), NOW)
    assert (card["events"], card["duplicates"]) == (6600, 600)
    check_against_batch(home)


def test_told_to_stop_it_ends_in_order(home: Home, source: Source) -> None:
    running = start_worker(home, source)
    send(source, [event(n) for n in range(50)], None, lambda text: None)
    wait_until(lambda: events_of(home) == 50)
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 0


def start_worker(home: Home, source: Source) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", "from api.cli import main; main()", "stream"]
    environment = os.environ | {
        "SEGUE_HOME": str(home.root),
        "SEGUE_KAFKA": source.bootstrap,
        "SEGUE_KAFKA_TOPIC": source.topic,
    }
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, env=environment, cwd=root, stderr=subprocess.DEVNULL)


def events_of(home: Home) -> int:
    try:
        found: int = stream_card(home, DatasetStore(home).get(), NOW)["events"]
    except NotPossible:
        return 0
    return found


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline, "nothing happened for a minute"
        time.sleep(0.05)


def test_a_topic_that_is_missing_is_told(home: Home, broker: Broker) -> None:
    with pytest.raises(NotPossible, match="has no topic 'nowhere'"):
        read_once(home, Source(broker.bootstrap, "nowhere"))
