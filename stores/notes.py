"""Notes: texts kept for recall, each true for one snapshot.

SQL holds text, validity and vector. Chroma is an index over them that one process writes: the
holder of the lock file in its folder. Everybody else searches the vectors in SQL; the answer is
the same, only slower when there are very many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import sqlalchemy as sa

from stores.home import Home
from stores.schema import notes

if TYPE_CHECKING:
    import numpy as np

    from engine.embedding import Embedder

_COLLECTION = "segment_notes"


@dataclass(frozen=True)
class Note:
    note_id: str
    dataset_id: str
    snapshot_id: str
    segment_id: str
    text: str


class NoteStore:
    def __init__(self, home: Home, embedder: "Embedder") -> None:
        self._home = home
        self._embedder = embedder

    def save(self, found: Sequence[Note], now: datetime) -> None:
        vectors = self._embedder.embed([note.text for note in found])
        with self._home.write() as connection:
            connection.execute(
                notes.insert(),
                [
                    {
                        "note_id": note.note_id,
                        "dataset_id": note.dataset_id,
                        "snapshot_id": note.snapshot_id,
                        "segment_id": note.segment_id,
                        "text": note.text,
                        "embedder": self._embedder.id,
                        "vector": vector.astype("<f4").tobytes(),
                        "created_at": now,
                    }
                    for note, vector in zip(found, vectors, strict=True)
                ],
            )

    def search(
        self, snapshot_id: str, text: str, limit: int, index: "NoteIndex | None" = None
    ) -> list[tuple[Note, float]]:
        """The nearest notes that are true for the snapshot, with their cosine similarity."""
        query = self._embedder.embed([text])[0]
        known = self._of(snapshot_id)
        if index is not None:
            nearest = index.nearest(snapshot_id, query, limit)
        else:
            vectors = [self._vector(row) for row in known]
            ranked = sorted(
                ((row.note_id, float(query @ v)) for row, v in zip(known, vectors, strict=True)),
                key=lambda pair: (-pair[1], pair[0]),
            )
            nearest = ranked[:limit]
        by_id = {row.note_id: _note(row) for row in known}
        return [(by_id[note_id], score) for note_id, score in nearest if note_id in by_id]

    def rows(self) -> list[Any]:
        """Every note with its vector: what an index is rebuilt from."""
        with self._home.read() as connection:
            return list(
                connection.execute(
                    sa.select(notes).where(notes.c.embedder == self._embedder.id)
                ).all()
            )

    def _of(self, snapshot_id: str) -> list[Any]:
        with self._home.read() as connection:
            return list(
                connection.execute(
                    sa.select(notes)
                    .where(notes.c.snapshot_id == snapshot_id)
                    .order_by(notes.c.note_id)
                ).all()
            )

    def _vector(self, row: Any) -> "np.ndarray":
        """Made anew where another embedder made it."""
        import numpy as np

        if row.embedder != self._embedder.id:
            made: np.ndarray = self._embedder.embed([row.text])[0]
            return made
        return np.frombuffer(row.vector, dtype="<f4")


class NoteIndex:
    """The Chroma index, for the one process that holds its lock."""

    def __init__(self, folder: Path, lock: IO[str], embedder_id: str) -> None:
        import chromadb
        from chromadb.config import Settings

        self._lock = lock
        self._client = chromadb.PersistentClient(
            str(folder / "chroma"), settings=Settings(anonymized_telemetry=False)
        )
        # Another embedder makes another collection: vectors of two models are never mixed.
        self._collection = self._client.get_or_create_collection(
            f"{_COLLECTION}-{embedder_id}",
            metadata={"hnsw:space": "cosine"},
            embedding_function=None,
        )

    @classmethod
    def open(cls, home: Home, embedder_id: str) -> "NoteIndex | None":
        """None when another process holds the lock."""
        home.index_folder.mkdir(parents=True, exist_ok=True)
        lock = (home.index_folder / "holder.lock").open("a+", encoding="utf-8")
        if not _try_lock(lock):
            lock.close()
            return None
        return cls(home.index_folder, lock, embedder_id)

    def sync(self, store: NoteStore) -> int:
        """Adds what the state has and the index lacks, removes what only the index has."""
        import numpy as np

        rows = {row.note_id: row for row in store.rows()}
        indexed = set(self._collection.get(include=[])["ids"])
        gone = sorted(indexed - rows.keys())
        new = sorted(rows.keys() - indexed)
        if gone:
            self._collection.delete(ids=gone)
        if new:
            self._collection.upsert(
                ids=new,
                embeddings=[np.frombuffer(rows[i].vector, dtype="<f4") for i in new],
                metadatas=[{"snapshot_id": rows[i].snapshot_id} for i in new],
            )
        return len(new) + len(gone)

    def nearest(self, snapshot_id: str, query: "np.ndarray", limit: int) -> list[tuple[str, float]]:
        found = self._collection.query(
            query_embeddings=[query],
            n_results=limit,
            where={"snapshot_id": snapshot_id},
            include=["distances"],
        )
        distances = found["distances"] or [[]]
        return [(i, 1 - d) for i, d in zip(found["ids"][0], distances[0], strict=True)]

    def close(self) -> None:
        """Lets another process hold the index; every write before was durable when it returned."""
        self._lock.close()


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


def _note(row: Any) -> Note:
    return Note(row.note_id, row.dataset_id, row.snapshot_id, row.segment_id, row.text)
