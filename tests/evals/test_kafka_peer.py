import base64
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Message, Producer, TopicPartition

from engine.errors import NotPossible
from evals.peers.kafka.apache import ApacheKafka, new_cluster_id
from evals.peers.kafka.broker import Broker, open_broker
from evals.peers.kafka.jars import cache_folder, fetch_jars
from evals.peers.kafka.process import LOOPBACK, PORTS, find_free_port

PARTITIONS = 4
Offsets = tuple[int, ...]


def place(message: Message) -> tuple[int, int]:
    part, at = message.partition(), message.offset()
    assert part is not None and at is not None
    return part, at


def produce(broker: Broker, numbers: range) -> Counter[int]:
    """One event per number, spread evenly; how many each partition acknowledged."""
    acknowledged: Counter[int] = Counter()

    def count(error: object, message: Message) -> None:
        assert error is None
        acknowledged[place(message)[0]] += 1

    producer = Producer({"bootstrap.servers": broker.bootstrap, "acks": "all", "log_level": 0})
    for number in numbers:
        producer.produce(
            "orders", str(number).encode(), partition=number % PARTITIONS, on_delivery=count
        )
    assert producer.flush(30) == 0
    return acknowledged


def open_consumer(broker: Broker) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "group.id": "reader",
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
            "fetch.queue.backoff.ms": 5,
            "log_level": 0,
        }
    )


def read(broker: Broker, start: Offsets, wanted: int) -> tuple[list[int], Offsets]:
    """At least `wanted` numbers from the stored offsets, and the offsets to store after them."""
    numbers: list[int] = []
    offsets = list(start)
    deadline = time.monotonic() + 30
    with closing(open_consumer(broker)) as consumer:
        consumer.assign([TopicPartition("orders", part, at) for part, at in enumerate(start)])
        while len(numbers) < wanted and time.monotonic() < deadline:
            for message in consumer.consume(min(500, wanted - len(numbers)), timeout=0.2):
                assert message.error() is None
                numbers.append(int(message.value() or b""))
                part, at = place(message)
                offsets[part] = at + 1
    return numbers, tuple(offsets)


def ends(broker: Broker) -> list[int]:
    with closing(open_consumer(broker)) as consumer:
        return [
            consumer.get_watermark_offsets(TopicPartition("orders", part), timeout=10)[1]
            for part in range(PARTITIONS)
        ]


@pytest.fixture
def mesh() -> Iterator[Broker]:
    with open_broker("mesh") as broker:
        broker.create_topic("orders", PARTITIONS)
        yield broker


def test_mesh_gives_every_event_once_from_the_stored_offsets(mesh: Broker) -> None:
    assert produce(mesh, range(2_000)) == Counter(dict.fromkeys(range(PARTITIONS), 500))
    first, offsets = read(mesh, (0,) * PARTITIONS, 700)
    rest, offsets = read(mesh, offsets, 1_300)
    assert sorted(first + rest) == list(range(2_000))
    assert offsets == (500,) * PARTITIONS


def test_mesh_names_the_start_of_the_last_batch_as_the_end(mesh: Broker) -> None:
    for start in (0, 400, 800):
        produce(mesh, range(start, start + 400))
    # 300 events in each partition, in three batches of 100.
    assert ends(mesh) == [201] * PARTITIONS


def test_mesh_is_empty_after_a_kill_and_keeps_its_address(mesh: Broker) -> None:
    assert not mesh.durable
    produce(mesh, range(8))
    before, killed = mesh.bootstrap, mesh.pid
    mesh.kill()
    with pytest.raises(NotPossible, match="is not running"):
        mesh.kill()
    mesh.restart()
    assert (mesh.bootstrap, mesh.pid != killed) == (before, True)
    mesh.create_topic("orders", PARTITIONS)
    produce(mesh, range(100, 104))
    assert read(mesh, (0,) * PARTITIONS, 4) == ([100, 101, 102, 103], (1,) * PARTITIONS)


def test_a_topic_that_is_there_already_is_refused_by_name(mesh: Broker) -> None:
    with pytest.raises(NotPossible, match="did not create the topic 'orders'.*already exists"):
        mesh.create_topic("orders", PARTITIONS)


def test_a_broker_that_cannot_start_tells_what_its_log_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with socket.create_server((LOOPBACK, find_free_port())) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(NotPossible, match="it ended with code") as caught,
            open_broker("mesh", port),
        ):
            pass
    assert "in use" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_run_by_hand_prints_its_address_and_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "evals.peers.kafka", "--mesh"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        host, port = running.stdout.readline().strip().split(":")
        socket.create_connection((host, int(port)), timeout=5).close()
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5)
    assert list(tmp_path.iterdir()) == []


def test_ports_are_free_and_never_given_to_clients() -> None:
    port = find_free_port()
    assert port in PORTS
    with socket.create_server((LOOPBACK, port)):
        pass


def test_apache_without_java_says_so_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SEGUE_CACHE", str(tmp_path / "cache"))
    with pytest.raises(NotPossible, match="needs Java 17 or newer.*Install Java"), ApacheKafka():
        pass
    assert not (tmp_path / "cache").exists()


def test_cluster_ids_are_sixteen_bytes_and_never_look_like_an_option() -> None:
    ids = {new_cluster_id() for _ in range(300)}
    assert len(ids) == 300
    assert {len(base64.urlsafe_b64decode(one + "==")) for one in ids} == {16}
    assert not any(one.startswith("-") for one in ids)


# ---- the jars, with a stand-in for Maven that writes one jar and a line per call --------------

STAND_IN = """#!/bin/sh
echo called >> "$CALLS"
for word in "$@"; do
  case "$word" in -DoutputDirectory=*) folder="${word#-DoutputDirectory=}" ;; esac
done
mkdir -p "$folder" && echo jar > "$folder/kafka.jar"
if [ -e "$CALLS.broken" ]; then echo "no route to any mirror"; exit 1; fi
"""


@pytest.fixture
def maven_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    calls = tmp_path / "calls"
    program = tmp_path / "bin" / "mvn"
    program.parent.mkdir()
    program.write_text(STAND_IN, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("CALLS", str(calls))
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("SEGUE_CACHE", str(tmp_path / "cache"))
    return calls


def test_jars_are_fetched_once_even_by_two_at_the_same_time(maven_calls: Path) -> None:
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(fetch_jars())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [cache_folder() / "jars"] * 2
    assert maven_calls.read_text(encoding="utf-8") == "called\n"


def test_a_fetch_that_failed_is_told_and_begun_again(maven_calls: Path) -> None:
    broken = maven_calls.with_name("calls.broken")
    broken.touch()
    with pytest.raises(NotPossible, match="no route to any mirror"):
        fetch_jars()
    broken.unlink()
    assert [jar.name for jar in fetch_jars().iterdir()] == ["kafka.jar"]
    assert maven_calls.read_text(encoding="utf-8") == "called\n" * 2


# ---- the real one ------------------------------------------------------------------------------


@pytest.mark.full
def test_apache_keeps_every_acknowledged_event_over_a_kill_and_tells_true_ends() -> None:
    with open_broker("apache") as broker:
        assert broker.durable
        broker.create_topic("orders", PARTITIONS)
        each = Counter(dict.fromkeys(range(PARTITIONS), 25_000))
        assert produce(broker, range(100_000)) == each
        assert ends(broker) == [25_000] * PARTITIONS
        first, offsets = read(broker, (0,) * PARTITIONS, 40_000)

        broker.kill()
        broker.restart()
        assert ends(broker) == [25_000] * PARTITIONS
        rest, offsets = read(broker, offsets, 60_000)
        assert sorted(first + rest) == list(range(100_000))

        assert produce(broker, range(100_000, 100_400)) == dict.fromkeys(range(PARTITIONS), 100)
        more, offsets = read(broker, offsets, 400)
        assert sorted(more) == list(range(100_000, 100_400))
        assert offsets == (25_100,) * PARTITIONS


@pytest.mark.full
def test_apache_that_cannot_start_fails_with_its_own_words() -> None:
    with socket.create_server((LOOPBACK, find_free_port())) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(NotPossible, match="(?s)it ended with code.*already in use"),
            open_broker("apache", port),
        ):
            pass
