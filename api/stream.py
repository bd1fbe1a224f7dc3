"""The worker: a Kafka topic read into a dataset, one partition by one worker, each event once.

assign() from the offsets that are kept with the state; a group is never joined
consume -> Stream.take: one transaction; a fence stops a worker that was replaced
a database that goes away is waited for; then it goes on from the offsets that are kept there
offsets are committed to Kafka afterwards, only so that tools that show lag see them
"""

import logging
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import FrameType
from typing import TYPE_CHECKING, Any

from engine.errors import NotPossible, OutOfReach
from engine.folding import micros_of
from stores.datasets import DatasetStore
from stores.event_log import waiting
from stores.jobs import JobStore
from stores.live import Position
from stores.people import PeopleStore
from tools.streaming import Batch, Stream, Taken

if TYPE_CHECKING:
    from confluent_kafka import Consumer, Message, TopicPartition

_LOG = logging.getLogger("segue.stream")
PIECE = 10_000  # messages of one consume
LARGEST_BATCH = 50_000  # when the worker is behind, a transaction takes several pieces
FLUSH_ROWS = 200_000
FLUSH_AFTER = timedelta(minutes=5)
_METADATA_SECONDS = 15
_QUIET_SECONDS = 1.5  # with --once: the end is where nothing more comes
_COMMIT_EVERY = 5.0
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0  # seconds until a database that is away is asked again


@dataclass(frozen=True)
class Source:
    """Where the events come from."""

    bootstrap: str
    topic: str

    @property
    def dead_topic(self) -> str:
        return f"{self.topic}.dead"


def open_consumer(source: Source, quiet: bool = False) -> "Consumer":
    from confluent_kafka import Consumer

    return Consumer(
        {
            "bootstrap.servers": source.bootstrap,
            "group.id": f"segue.{source.topic}",  # the client wants one; the group is never joined
            "enable.auto.commit": False,
            "auto.offset.reset": "error",  # a silent reset would count twice or leave out
            "fetch.queue.backoff.ms": 5,
            "queued.min.messages": 1_000_000,
            "fetch.wait.max.ms": 50,
            "log_level": 0 if quiet else 4,
        },
        logger=_LOG,
    )


def partitions_of(consumer: "Consumer", source: Source) -> list[int]:
    from confluent_kafka import KafkaException

    try:
        found = consumer.list_topics(source.topic, timeout=_METADATA_SECONDS)
    except KafkaException as error:
        raise NotPossible(
            f"No Kafka broker answers at {source.bootstrap}: {error.args[0].str()}.",
            "Check SEGUE_KAFKA, and that the broker runs.",
        ) from None
    topic = found.topics[source.topic]
    if topic.error is not None or not topic.partitions:
        raise NotPossible(
            f"The broker at {source.bootstrap} has no topic '{source.topic}'.",
            "Create it, or name another with SEGUE_KAFKA_TOPIC.",
        )
    return sorted(topic.partitions)


def ends_of(consumer: "Consumer", source: Source, partitions: Sequence[int]) -> dict[int, int]:
    from confluent_kafka import KafkaException, TopicPartition

    try:
        return {
            partition: consumer.get_watermark_offsets(
                TopicPartition(source.topic, partition), timeout=_METADATA_SECONDS
            )[1]
            for partition in partitions
        }
    except KafkaException as error:
        raise NotPossible(
            f"The broker at {source.bootstrap} does not say where {source.topic} ends: "
            f"{error.args[0].str()}.",
            "Try again when it is well.",
        ) from None


def partition_ends(source: Source) -> dict[tuple[str, int], int]:
    """Where every partition of the topic ends now."""
    consumer = open_consumer(source, quiet=True)
    try:
        ends = ends_of(consumer, source, partitions_of(consumer, source))
    finally:
        consumer.close()
    return {(source.topic, partition): end for partition, end in ends.items()}


@dataclass
class Pace:
    """Events a second over the last stretch of at least five seconds of work."""

    since: float = field(default_factory=time.monotonic)
    events: int = 0
    speed: float | None = None

    def add(self, events: int) -> None:
        self.events += events
        seconds = time.monotonic() - self.since
        if seconds >= 5 or self.speed is None:
            self.speed = self.events / max(seconds, 0.001)
        if seconds >= 5:
            self.since, self.events = time.monotonic(), 0


class Worker:
    def __init__(self, stream: Stream, source: Source, now: Callable[[], datetime]) -> None:
        self.stream = stream
        self.source = source
        self.now = now
        self.pace = Pace()
        self._stopping = False
        self._committed = time.monotonic()
        self._owned: dict[int, Position] = {}
        self._failed = 0  # times in a row that the database was away

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """After the batch in hand."""
        self._stopping = True

    def run(self, once: bool, said: Callable[[str], None]) -> None:
        """Until told to stop; with `once`, until the ends that the partitions have."""
        while not self._came_to_an_end(once, said) and not self._stopping:
            self._wait()

    def _came_to_an_end(self, once: bool, said: Callable[[str], None]) -> bool:
        """False when the database went away: nothing of the batch in hand was kept."""
        try:
            with self.stream.live.kept_open():
                self._run(once, said)
            DatasetStore(self.stream.home).take_log(self.stream.dataset)
        except OutOfReach as away:
            self._failed += 1
            if self._failed == 1:
                said(f"{away.message} Nothing is lost; it is asked again until it does.")
            _LOG.warning("%s", away.message)
            return False
        return True

    def _wait(self) -> None:
        seconds = min(_FIRST_WAIT * 2 ** (self._failed - 1), _LONGEST_WAIT)
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._stopping:
            time.sleep(0.1)

    def _run(self, once: bool, said: Callable[[str], None]) -> None:
        consumer = open_consumer(self.source)
        try:
            partitions = partitions_of(consumer, self.source)
            self._sweep()
            self._own(partitions)
            self._failed = 0
            ends = ends_of(consumer, self.source, partitions) if once else {}
            consumer.assign([self._kafka(position) for position in self._owned.values()])
            said(f"Reading {self.source.topic} at {self.source.bootstrap}")
            self._loop(consumer, self._owned, ends, once)
            self._commit(consumer, self._owned.values())
        finally:
            consumer.close()
        self._send_dead()

    def _own(self, partitions: Sequence[int]) -> None:
        """Taken over from whoever had them; but what this worker has had it never takes back."""
        live = self.stream.live
        if self._owned:
            found = live.resume(list(self._owned.values()))
        else:
            found = live.claim(self.source.topic, partitions)
        self._owned = {position.partition: position for position in found}

    def _loop(
        self, consumer: "Consumer", owned: dict[int, Position], ends: dict[int, int], once: bool
    ) -> None:
        while not self._stopping:
            messages = self._read(consumer, _QUIET_SECONDS if once else 0.5)
            if messages:
                taken = self._take(consumer, messages, owned)
                if taken.needs_sweep:
                    self._sweep()
            elif once and all(owned[p].next >= end for p, end in ends.items()):
                return
            self._keep_house(consumer, owned, idle=not messages)

    def _read(self, consumer: "Consumer", timeout: float) -> "list[Message]":
        messages = consumer.consume(PIECE, timeout=timeout)
        while len(messages) % PIECE == 0 and 0 < len(messages) < LARGEST_BATCH:
            more = consumer.consume(PIECE, timeout=0)
            if not more:
                break
            messages += more
        for message in messages:
            if message.error() is not None:
                return [m for m in messages if not self._is_error(m)]
        return messages

    def _is_error(self, message: "Message") -> bool:
        from confluent_kafka import KafkaError

        error = message.error()
        if error is None:
            return False
        if error.code() in (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE):
            raise NotPossible(
                f"Partition {message.partition()} of {self.source.topic} no longer holds the "
                f"offset that is read next: {error.str()}.",
                "The topic was emptied or made anew. Use a topic of another name, or load what "
                "is missing from a file.",
            )
        _LOG.warning("kafka: %s", error.str())
        return True

    def _take(
        self, consumer: "Consumer", messages: "Sequence[Message]", owned: dict[int, Position]
    ) -> Taken:
        moved = self._positions(consumer, owned)
        self.pace.add(len(messages))

        def place_of(index: int) -> str:
            message = messages[index]
            return f"{self.source.topic}:{message.partition()}:{message.offset()}"

        batch = Batch(
            [message.value() for message in messages],
            place_of,
            tuple(moved),
            self.source.dead_topic,
            {"speed": self.pace.speed},
        )
        taken = self.stream.take(batch, self.now())
        owned.update({position.partition: position for position in moved})
        if taken.dead:
            self._send_dead()
        return taken

    def _positions(self, consumer: "Consumer", owned: dict[int, Position]) -> list[Position]:
        """Where the next batch starts, of the partitions that have moved."""
        moved = []
        for place in consumer.position([self._kafka(p) for p in owned.values()]):
            before = owned[place.partition]
            if place.offset > before.next:
                end = self._known_end(consumer, place)
                moved.append(replace(before, next=place.offset, end=end))
        return moved

    def _known_end(self, consumer: "Consumer", place: "TopicPartition") -> int:
        """As the last fetch told it; never before what was read."""
        found = consumer.get_watermark_offsets(place, cached=True)
        return max(found[1], place.offset) if found else place.offset

    def _kafka(self, position: Position) -> "TopicPartition":
        from confluent_kafka import TopicPartition

        return TopicPartition(position.topic, position.partition, position.next)

    # ---- between batches ----

    def _sweep(self) -> None:
        """Of all customers; that some moved is written down by a job, which may take its time."""
        now, home = self.now(), self.stream.home
        if self.stream.sweep(now):
            owner = PeopleStore(home).ensure_local(now).person_id
            JobStore(home).add_once(owner, "story", {"dataset": self.stream.dataset.name}, now)

    def _keep_house(self, consumer: "Consumer", owned: dict[int, Position], idle: bool) -> None:
        if time.monotonic() - self._committed < (_COMMIT_EVERY if not idle else 1.0):
            return
        self._commit(consumer, owned.values())
        self._committed = time.monotonic()
        now = self.now()
        if idle and self.stream.needs_sweep(now):
            self._sweep()
        with self.stream.live.reading() as live:
            rows, since = waiting(live.connection)
        old = since is not None and since < micros_of(now - FLUSH_AFTER)
        if rows >= FLUSH_ROWS or old:
            DatasetStore(self.stream.home).take_log(self.stream.dataset)
        self._send_dead()

    def _commit(self, consumer: "Consumer", positions: Any) -> None:
        from confluent_kafka import KafkaException

        offsets = [self._kafka(position) for position in positions if position.next]
        if offsets:
            try:
                consumer.commit(offsets=offsets, asynchronous=True)
            except KafkaException as error:  # only tools that show lag miss it
                _LOG.warning("offsets not told to the broker: %s", error.args[0].str())

    def _send_dead(self) -> None:
        """From the outbox to the dead-letter topic; what does not arrive waits for another time."""
        waiting_letters = self.stream.live.outbox()
        if not waiting_letters:
            return
        from confluent_kafka import Producer

        arrived: list[int] = []
        producer = Producer(
            {"bootstrap.servers": self.source.bootstrap, "message.timeout.ms": 5000, "log_level": 0}
        )
        for number, topic, key, reason, value in waiting_letters:
            producer.produce(
                topic, value, key, headers={"reason": reason}, on_delivery=_noting(number, arrived)
            )
        producer.flush(6)
        self.stream.live.sent(arrived)
        if len(arrived) < len(waiting_letters):
            _LOG.warning("%d dead letters wait for the topic %s",
                         len(waiting_letters) - len(arrived), waiting_letters[0][1])  # fmt: skip


def _noting(number: int, arrived: list[int]) -> Callable[[Any, Any], None]:
    def note(error: Any, message: Any) -> None:
        if error is None:
            arrived.append(number)

    return note


def stop_on_signals(worker: Worker) -> None:
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)


def make_dead_topic(source: Source) -> None:
    """One partition, if the broker lets us and it is not there yet."""
    from concurrent.futures import wait

    from confluent_kafka.admin import AdminClient
    from confluent_kafka.cimpl import NewTopic

    admin = AdminClient({"bootstrap.servers": source.bootstrap, "log_level": 0})
    topic = NewTopic(source.dead_topic, num_partitions=1, replication_factor=-1)
    wait(admin.create_topics([topic], operation_timeout=5).values(), timeout=6)
