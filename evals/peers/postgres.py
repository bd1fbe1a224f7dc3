"""A PostgreSQL of one's own: a cluster in a new folder, on a free port, gone afterwards.

    python -m evals.peers.postgres      starts one, prints its URL, runs until interrupted

Debian's `postgresql` package brings the programs. They refuse to run as root; for root they run as
the user `postgres` that the package makes.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from engine.errors import NotPossible
from evals.peers.kafka.process import LOOPBACK, find_free_port

if TYPE_CHECKING:
    from psycopg.sql import SQL, Composed

_PROGRAMS = Path("/usr/lib/postgresql")
_OWNER = "postgres"


class PostgresServer:
    """Used with `with`; `url` is its empty database."""

    def __init__(self) -> None:
        self.port = find_free_port()
        self.url = f"postgresql://{_OWNER}@{LOOPBACK}:{self.port}/postgres"
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="segue-postgres-")
        if _is_root():
            shutil.chown(self._folder.name, _OWNER)
        try:
            self._run("initdb", "-D", self._data, "-U", _OWNER, "-A", "trust", "-E", "UTF8",
                      "--locale=C.UTF-8", "--no-sync")  # fmt: skip
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

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses={LOOPBACK} -c unix_socket_directories= -F"
        self._run("pg_ctl", "-D", self._data, "-o", options, "-l", f"{self._data}.log", "-w",
                  "start")  # fmt: skip

    def halt(self) -> None:
        """Ends the server at once and leaves its records, as a crash would."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def stop(self) -> None:
        if self._folder is None:
            return
        if Path(self._data, "postmaster.pid").exists():
            self.halt()
        self._folder.cleanup()
        self._folder = None

    def new_database(self, name: str, like: str | None = None) -> str:
        """The URL of another database of the same server: empty, or a copy of the one at `like`,
        which nobody may have open."""
        from psycopg import sql

        template = like.rpartition("/")[2] if like else "template0"
        self.run_sql(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url.rpartition("/")[0] + f"/{name}"

    def drop_database(self, url: str) -> None:
        """Whoever has it open is cut off."""
        from psycopg import sql

        name = sql.Identifier(url.rpartition("/")[2])
        self.run_sql(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def run_sql(self, statement: "Composed | SQL") -> None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    @property
    def _data(self) -> str:
        assert self._folder is not None
        return f"{self._folder.name}/data"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(find_program(program)), *arguments]
        if _is_root():
            command = ["runuser", "-u", _OWNER, "--", *command]
        found = subprocess.run(
            command, check=False, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        if found.returncode:
            raise NotPossible(f"{program} failed: {found.stderr.strip()}")


def find_program(name: str) -> Path:
    """On the path, or of the newest version that Debian keeps beside it."""
    if on_path := shutil.which(name):
        return Path(on_path)
    kept = sorted(_PROGRAMS.glob(f"*/bin/{name}"), key=lambda file: float(file.parts[-3]))
    if not kept:
        raise NotPossible(
            "PostgreSQL is not installed.", "On Debian: apt-get install postgresql; then again."
        )
    return kept[-1]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


if __name__ == "__main__":
    with PostgresServer() as server:
        print(server.url, flush=True)
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("ended")
