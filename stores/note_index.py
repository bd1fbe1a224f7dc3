"""The Chroma index over the notes: in a folder of the home, or on a server.

It proposes which notes are nearest and is never the truth: before each search it is compared with
the notes that SQL holds for the snapshot, and made anew from them where they differ. In a folder
one process writes it, the holder of the lock file. A server takes every process; one that is down
or slow is left alone for a while, and the vectors in SQL are searched meanwhile.
"""

import logging
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from engine.errors import BadInput
from stores.home import Home, Places
from stores.notes import NoteStore

if TYPE_CHECKING:
    import chromadb
    import httpx
    import numpy as np
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client

_LOG = logging.getLogger("segue.notes")
_COLLECTION = "notes"
_FORMER = "segment_notes"  # of an earlier Segue
_EVERYWHERE = "all"  # definitions, which are of every dataset
_ANSWER_SECONDS = 3
_REST_SECONDS = 15
Found = TypeVar("Found")


class NoteIndex:
    def __init__(
        self,
        connect: "Callable[[], Client]",
        shared: bool,
        lock: IO[str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`shared`: other installations may keep collections in the same Chroma."""
        self._connect = connect
        self._shared = shared
        self._lock = lock
        self._clock = clock
        self._client: Client | None = None
        self._resting_until: float | None = None

    @classmethod
    def open(cls, home: Home) -> "NoteIndex | None":
        """None when the index is a folder and another process holds its lock. Connects later."""
        if home.places.chroma is not None:
            return cls(lambda: _open_server(home.places), shared=True)
        folder = home.index_folder
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "holder.lock").open("a+", encoding="utf-8")
        if not _try_lock(lock):
            lock.close()
            return None
        return cls(lambda: _open_folder(folder / "chroma"), shared=False, lock=lock)

    def sync(self, store: NoteStore) -> int | None:
        """Adds what the state has and the index lacks, removes what only the index has; how many
        that were, or None where the index is out of reach."""
        return self._asked(lambda: self._made_equal(store))

    def nearest(
        self,
        store: NoteStore,
        dataset_id: str,
        known: Collection[str],
        query: "np.ndarray",
        limit: int,
    ) -> list[str] | None:
        """Ids of the nearest of the known notes; None where the index cannot say."""

        def search() -> list[str] | None:
            if self._shared and store.first_dataset() is None:
                return None
            where: Any = {"scope": {"$in": [dataset_id, _EVERYWHERE]}}
            held = set(self._collection(store).get(where=where, include=[])["ids"])
            if held != store.ids(dataset_id):
                self._made_equal(store)
            found = self._collection(store).query(
                query_embeddings=[query], ids=sorted(known), n_results=limit, include=[]
            )
            ids = [note_id for note_id in found["ids"][0] if note_id in known]
            # Another process may have changed it in between; what SQL says is always right.
            return ids if len(ids) == min(limit, len(known)) else None

        return self._asked(search) if known else []

    def close(self) -> None:
        """Lets another process hold the index; every write before was durable when it returned."""
        self._let_go()
        if self._lock is not None:
            self._lock.close()

    def _let_go(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            _close(client, self._shared)

    def _made_equal(self, store: NoteStore) -> int:
        import numpy as np

        if self._shared and store.first_dataset() is None:
            return 0
        collection = self._collection(store)
        self._forget_others(store)
        # The index first: what it holds and SQL, read later, does not is truly gone.
        indexed = set(collection.get(include=[])["ids"])
        rows = {row.note_id: row for row in store.rows()}
        gone = sorted(indexed - rows.keys())
        new = sorted(rows.keys() - indexed)
        if gone:
            collection.delete(ids=gone)
        if new:
            collection.upsert(
                ids=new,
                embeddings=[np.frombuffer(rows[i].vector, dtype="<f4") for i in new],
                metadatas=[{"scope": rows[i].dataset_id or _EVERYWHERE} for i in new],
            )
        return len(new) + len(gone)

    def _collection(self, store: NoteStore) -> "chromadb.Collection":
        """Vectors of two models, and notes of two installations, are never mixed."""
        if self._client is None:
            self._client = self._connect()
        return self._client.get_or_create_collection(
            self._name(store, _COLLECTION) + store.embedder_id,
            metadata={"hnsw:space": "cosine"},
            embedding_function=None,
        )

    def _name(self, store: NoteStore, beginning: str) -> str:
        owner = f"{store.first_dataset()}-" if self._shared else ""
        return f"{beginning}-{owner}"

    def _forget_others(self, store: NoteStore) -> None:
        """What another embedder made is not searched, so nothing would be erased from it."""
        assert self._client is not None  # noqa: S101  the collection was opened just before
        own = self._name(store, _COLLECTION)
        mine = (own, self._name(store, _FORMER))
        for other in self._client.list_collections():
            if other.name.startswith(mine) and other.name != own + store.embedder_id:
                self._client.delete_collection(other.name)

    def _asked(self, ask: Callable[[], Found]) -> Found | None:
        if not self._shared:
            return ask()
        if self._resting_until is not None and self._clock() < self._resting_until:
            return None
        try:
            found = ask()
        except _failures() as error:
            if self._resting_until is None:
                _LOG.warning("%s Notes are searched in the state meanwhile.", _sentence(error))
            self._resting_until = self._clock() + _REST_SECONDS
            self._let_go()
            return None
        if self._resting_until is not None:
            _LOG.warning("The Chroma server answers again.")
            self._resting_until = None
        return found


def _open_folder(folder: Path) -> "Client":
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    return cast("Client", chromadb.PersistentClient(str(folder), settings=settings))


def _open_server(places: Places) -> "Client":
    import chromadb
    import httpx
    from chromadb.config import Settings

    url = places.chroma or ""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise BadInput(
            "The address of the Chroma server is not understood.",
            "Give SEGUE_CHROMA_URL as http://host:port; a token belongs into SEGUE_CHROMA_TOKEN.",
        )
    headers = {"Authorization": f"Bearer {places.chroma_token}"} if places.chroma_token else {}
    # Chroma's client waits for ever; so it only meets a server that has just answered.
    alive = httpx.get(
        f"{url.rstrip('/')}/api/v2/heartbeat", headers=headers, timeout=_ANSWER_SECONDS
    )
    alive.raise_for_status()
    if "nanosecond heartbeat" not in alive.text:
        raise httpx.RequestError("what answers there is no Chroma server")
    is_https = parts.scheme == "https"
    client = chromadb.HttpClient(
        host=parts.hostname,
        port=parts.port or (443 if is_https else 8000),
        ssl=is_https,
        headers=headers,
        settings=Settings(anonymized_telemetry=False),
    )
    for connections in _connections(client):
        connections.timeout = httpx.Timeout(_ANSWER_SECONDS)
    return cast("Client", client)


def _close(client: "Client", at_server: bool) -> None:
    """With its connections, which Chroma would leave to the garbage collector."""
    if at_server:
        for connections in _connections(client):
            connections.close()
    client.close()


def _connections(client: "ClientAPI") -> "list[httpx.Client]":
    """Its own, and those of the client for tenants that it makes for itself."""
    servers: list[Any] = [client._server, client._admin_client._server]  # type: ignore[attr-defined]
    return [server._session for server in servers]


def _failures() -> tuple[type[Exception], ...]:
    import httpx
    from chromadb.errors import ChromaError

    # ValueError: how Chroma's client says that nobody listens.
    return (httpx.HTTPError, ChromaError, ValueError, BadInput)


def _sentence(error: Exception) -> str:
    import httpx

    if isinstance(error, BadInput):
        return error.message
    if isinstance(error, httpx.HTTPStatusError) and error.response.status_code in (401, 403):
        return "The Chroma server refuses the token in SEGUE_CHROMA_TOKEN."
    said = " ".join(str(error).split())[:200].rstrip(".")
    return f"The Chroma server cannot be used: {said}."


def _try_lock(file: IO[str]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
