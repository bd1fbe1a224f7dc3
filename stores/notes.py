"""Notes: texts kept for recall, each true for one snapshot.

SQL holds text, validity and vector, and is the truth. Chroma is an index over them
(stores/note_index.py) that only proposes; where it is not there, the vectors in SQL are searched.
The answer is the same, only slower when there are very many notes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from stores.erasing import Traces, delete_rows, rows_naming
from stores.home import Home
from stores.schema import notes

if TYPE_CHECKING:
    import numpy as np

    from engine.embedding import Embedder
    from stores.note_index import NoteIndex


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

    @property
    def embedder_id(self) -> str:
        return self._embedder.id

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
        known = {row.note_id: row for row in self._of(snapshot_id)}
        proposed = None
        if index is not None and all(row.embedder == self.embedder_id for row in known.values()):
            proposed = index.nearest(self, snapshot_id, known, query, limit)
        found = [known[note_id] for note_id in (known if proposed is None else proposed)]
        ranked = [(_note(row), float(query @ self._vector(row))) for row in found]
        return sorted(ranked, key=lambda pair: (-pair[1], pair[0].note_id))[:limit]

    def rows(self) -> list[Any]:
        """Every note with its vector: what an index is rebuilt from."""
        with self._home.read() as connection:
            return list(
                connection.execute(
                    sa.select(notes).where(notes.c.embedder == self._embedder.id)
                ).all()
            )

    def first_dataset(self) -> str | None:
        """The dataset that this installation noted something about first."""
        with self._home.read() as connection:
            return connection.scalar(
                sa.select(notes.c.dataset_id).order_by(notes.c.created_at, notes.c.note_id).limit(1)
            )

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        return [
            {"note": row.note_id, "snapshot": row.snapshot_id, "text": row.text}
            for row in self._naming(customer)
        ]

    def erase(self, customer: Traces) -> int:
        """The index follows by itself: it drops what SQL does not hold."""
        return delete_rows(self._home, notes, self._naming(customer))

    def _naming(self, customer: Traces) -> list[Any]:
        own = notes.c.dataset_id == customer.dataset_id
        return rows_naming(self._home, notes, customer, ["text"], own)

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


def _note(row: Any) -> Note:
    return Note(row.note_id, row.dataset_id, row.snapshot_id, row.segment_id, row.text)
