"""A real Apache Kafka: one node that is broker and controller (KRaft), on loopback."""

import base64
import secrets
import subprocess
from typing import ClassVar

from engine.errors import NotPossible
from evals.peers.kafka.jars import fetch_jars, find_program, kafka_version
from evals.peers.kafka.process import LOOPBACK, BrokerProcess, find_free_port

JAVA = "Java 17 or newer"
FORMAT_SECONDS = 60


class ApacheKafka(BrokerProcess):
    """Needs Java, and Maven for the first start.

    Every acknowledged event outlives a kill -9, because the system still holds what the broker
    wrote; a power cut of the machine is another matter (one replica, no forced flush).
    """

    durable: ClassVar[bool] = True

    def __init__(self, port: int | None = None) -> None:
        super().__init__(port)
        self.name = f"Apache Kafka {kafka_version()}"
        self.controller_port = find_free_port()

    def prepare(self) -> None:
        """Write the settings and format the data folder for a new cluster."""
        properties = "".join(f"{key}={value}\n" for key, value in self.settings().items())
        (self.folder / "server.properties").write_text(properties, encoding="utf-8")
        storage = ["format", "-t", new_cluster_id(), "-c", "server.properties"]
        done = subprocess.run(
            self.java("kafka.tools.StorageTool", *storage),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=FORMAT_SECONDS,
        )
        if done.returncode != 0:
            raise NotPossible(
                f"{self.name} could not format its data folder.",
                f"It runs on {JAVA}; `java -version` says which one this is. "
                f"It said:\n{(done.stdout + done.stderr).strip()[-2000:]}",
            )

    def command(self) -> list[str]:
        return self.java("kafka.Kafka", "server.properties")

    def java(self, main: str, *arguments: str) -> list[str]:
        program = find_program("java", JAVA)
        quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        return [program, "-Xmx512m", quiet, "-cp", f"{fetch_jars()}/*", main, *arguments]

    def settings(self) -> dict[str, str | int]:
        controller = f"{LOOPBACK}:{self.controller_port}"
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@{controller}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://{controller}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": str(self.folder / "data"),
            "auto.create.topics.enable": "false",
            # One node holds the only copy of everything.
            "offsets.topic.replication.factor": 1,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            # Fewer files of its own: a start and a restart in seconds.
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.num.partitions": 4,
            "group.initial.rebalance.delay.ms": 0,
            # After a kill -9 the next start waits until the one before is given up (default 9 s).
            "broker.session.timeout.ms": 4000,
            "broker.heartbeat.interval.ms": 500,
            # Nothing is deleted by age or size.
            "log.retention.ms": -1,
            "log.retention.bytes": -1,
        }


def new_cluster_id() -> str:
    """16 random bytes in URL-safe base 64 without padding, as Kafka writes its ids.

    It never begins with '-', which the storage tool would read as an option.
    """
    raw = bytes([secrets.randbelow(128)]) + secrets.token_bytes(15)
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")
