"""A server as a child process, on a free port, with a folder that goes when it goes."""

import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from engine.errors import NotPossible
from evals.peers.kafka.process import LOOPBACK, find_free_port, listens

START_SECONDS = 60
END_SECONDS = 15


class Server(ABC):
    name: ClassVar[str]
    host = LOOPBACK

    def __init__(self) -> None:
        self.port = find_free_port()
        self.url = f"http://{self.host}:{self.port}"
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """What starts the server on its port, with its data in `folder`."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="segue-peer-")
        try:
            self.start()
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
    def is_entered(self) -> bool:
        return self._folder is not None

    @property
    def folder(self) -> Path:
        assert self._folder is not None
        return Path(self._folder.name)

    def start(self) -> None:
        log = self.folder / "server.log"
        with log.open("ab") as said:
            self._process = subprocess.Popen(
                self.command(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=said,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < until:
            if listens(self.port):
                return
            time.sleep(0.05)
        said_last = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise NotPossible(f"{self.name} is not ready at {self.url}.", f"It said:\n{said_last}")

    def kill(self) -> None:
        """Ends it as a crash would; what it had written stays."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """It accepts connections and answers nothing, until `resume`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.kill()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def run_by_hand(server: Server) -> None:
    with server:
        print(server.url, flush=True)
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("ended")
