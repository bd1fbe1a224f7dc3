"""A broker as a child process: its port, its folder, its end, and what its log said last."""

import secrets
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

from engine.errors import NotPossible

if TYPE_CHECKING:
    from confluent_kafka.admin import AdminClient
    from confluent_kafka.admin._metadata import ClusterMetadata

LOOPBACK = "127.0.0.1"
START_SECONDS = 60
END_SECONDS = 15

# Below the ports that systems hand out to clients (32768 and up): a client that keeps trying to
# reach a dead broker on one of those can be given that very port, and then holds it.
PORTS = range(20_000, 32_000)


class BrokerProcess(ABC):
    """What both brokers share. Used with `with`: it starts on entry and leaves nothing behind."""

    name: str
    durable: ClassVar[bool]

    def __init__(self, port: int | None = None) -> None:
        self.port = port or find_free_port()
        self.bootstrap = f"{LOOPBACK}:{self.port}"
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._admin: AdminClient | None = None

    @abstractmethod
    def prepare(self) -> None:
        """Lay out the folder, once, before the first start."""

    @abstractmethod
    def command(self) -> list[str]:
        """What starts the broker on its port."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="segue-kafka-")
        try:
            self.prepare()
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def folder(self) -> Path:
        if self._folder is None:
            raise NotPossible(f"{self.name} is not started.", "Enter it with `with` first.")
        return Path(self._folder.name)

    @property
    def pid(self) -> int:
        return self._running().pid

    def create_topic(self, name: str, partitions: int) -> None:
        from confluent_kafka import KafkaException
        from confluent_kafka.cimpl import NewTopic

        topic = NewTopic(name, num_partitions=partitions, replication_factor=1)
        made = self._client().create_topics([topic], operation_timeout=START_SECONDS)[name]
        try:
            made.result(timeout=START_SECONDS)
        except KafkaException as error:
            raise NotPossible(
                f"{self.name} did not create the topic '{name}': {error.args[0].str()}"
            ) from error
        self._wait_until_it_answers([name])

    def kill(self) -> None:
        """End it as a power cut of the process would: SIGKILL, to its own pid only."""
        process = self._running()
        process.kill()
        process.wait()
        self._process = None

    def restart(self) -> None:
        """Start again on the same port and folder, after an orderly end if it still runs."""
        self._end()
        self._start()

    def stop(self) -> None:
        self._end()
        self._admin = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def wait(self) -> None:
        """Return when the broker ends by itself."""
        self._running().wait()

    def log_tail(self, lines: int = 20) -> str:
        log = self.folder / "broker.log"
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise NotPossible(f"{self.name} is not running.", "Start it with restart().")
        return self._process

    def _start(self) -> None:
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we end the broker in order
            )
        self._wait_until_it_answers()

    def _end(self) -> None:
        if self._process is None:
            return
        if self.durable:
            self._process.terminate()
        else:
            self._process.kill()  # it has nothing to save, and would wait for its clients to go
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _client(self) -> "AdminClient":
        from confluent_kafka.admin import AdminClient

        if self._admin is None:
            # Silent: while a broker starts, refused connections are the expected thing.
            self._admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})
        return self._admin

    def _wait_until_it_answers(self, topics: Iterable[str] = ()) -> None:
        """Until a broker is listed, every partition is led, and `topics` are known."""
        from confluent_kafka import KafkaException

        process, deadline = self._running(), time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                if listens(self.port) and is_ready(self._client().list_topics(timeout=1), topics):
                    return
            except KafkaException:
                pass  # it listens, but does not serve yet
            time.sleep(0.05)
        code = process.poll()
        found = f"no answer in {START_SECONDS} s" if code is None else f"it ended with code {code}"
        raise NotPossible(
            f"{self.name} is not ready on {self.bootstrap}: {found}.",
            f"Its log ends:\n{self.log_tail()}",
        )


def is_ready(cluster: "ClusterMetadata", topics: Iterable[str]) -> bool:
    parts = [part for topic in cluster.topics.values() for part in topic.partitions.values()]
    led = all(part.leader in cluster.brokers for part in parts)
    return bool(cluster.brokers) and led and set(topics) <= set(cluster.topics)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0


def find_free_port() -> int:
    for _ in range(100):
        port = secrets.choice(PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise NotPossible(f"No free port among 100 tried from {PORTS.start} to {PORTS.stop - 1}.")
