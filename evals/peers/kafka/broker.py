"""What the stream's tests and measurements ask of a broker, whichever it is."""

from types import TracebackType
from typing import ClassVar, Literal, Protocol, Self

Kind = Literal["apache", "mesh"]


class Broker(Protocol):
    """`with open_broker(kind) as broker:` starts it; leaving ends it and removes its files."""

    name: str
    """For people, so that a result can say which broker it was measured on."""
    bootstrap: str
    """host:port for clients; the same after a restart."""
    durable: ClassVar[bool]
    """Whether acknowledged events outlive kill() and restart()."""

    @property
    def pid(self) -> int: ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def create_topic(self, name: str, partitions: int) -> None: ...
    def kill(self) -> None: ...
    def restart(self) -> None: ...
    def stop(self) -> None: ...
    def wait(self) -> None: ...
    def log_tail(self, lines: int = 20) -> str: ...


def open_broker(kind: Kind, port: int | None = None) -> Broker:
    if kind == "mesh":
        from evals.peers.kafka.mesh import MeshBroker

        return MeshBroker(port)
    from evals.peers.kafka.apache import ApacheKafka

    return ApacheKafka(port)
