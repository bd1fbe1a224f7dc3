"""Where the homes of a test run keep their state: in their folders, or, with `--database
postgres`, each in a database of its own on one server."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evals.peers.postgres import PostgresServer
from stores.home import Home, Places


class Databases:
    def __init__(self, server: PostgresServer | None) -> None:
        self.server = server
        self._urls: dict[Path, str] = {}
        self._made = 0

    def places(self, folder: Path) -> Places:
        if self.server is None:
            return Places()
        if folder not in self._urls:
            self._urls[folder] = self._new(None)
        return Places(self._urls[folder])

    def open(self, folder: Path) -> Home:
        return Home.open(folder, self.places(folder))

    def copy(self, source: Path, target: Path) -> None:
        shutil.copytree(source, target)
        if self.server is not None:
            self._urls[target] = self._new(source)

    def settings(self, folder: Path) -> dict[str, str]:
        """What the environment says besides the home."""
        url = self.places(folder).database
        return {} if url is None else {"SEGUE_DATABASE_URL": url}

    @contextmanager
    def kept_for_a_while(self) -> Iterator[None]:
        """The databases made inside are dropped afterwards."""
        before = set(self._urls)
        yield
        for folder in self._urls.keys() - before:
            assert self.server is not None
            self.server.drop_database(self._urls.pop(folder))

    def _new(self, source: Path | None) -> str:
        assert self.server is not None
        self._made += 1
        template = self._urls[source] if source else None
        return self.server.new_database(f"home_{self._made}", template)
