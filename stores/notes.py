"""Notes: texts kept for recall, of a dataset or (definitions) of every one.

SQL holds text, validity and vector, and is the truth. Chroma is an index over them
(stores/note_index.py) that only proposes; where it is not there, the vectors in SQL are searched.
The answer is the same, only slower when there are very many notes.

A note holds no figure. Where it shows one it says [[1]], and `sources` say which tool call gives
it: so a note that is recalled has figures of now, with receipts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from engine.errors import OutOfReach
from engine.recall import Kept, is_named, rate
from stores.erasing import Traces, delete_rows, rows_naming
from stores.home import Home
from stores.schema import notes, snapshots

if TYPE_CHECKING:
    import numpy as np

    from engine.embedding import Embedder
    from stores.note_index import NoteIndex

# "term" defines a word; "run" tells how the segments were found; "answer" was verified by a person.
NoteKind = Literal["term", "segment", "run", "shift", "report", "answer"]
_OF_THE_RUN = ("segment", "run")
_PROPOSED = 300  # by the index, for names and words to choose from; few shops have as many


@dataclass(frozen=True)
class Source:
    """Which figure of which call; `operands` are what a calculation is given as its facts."""

    tool: str
    arguments: dict[str, Any]
    key: tuple[str, ...]
    operands: tuple["Source", ...] = ()

    def to_json(self) -> dict[str, Any]:
        operands = [operand.to_json() for operand in self.operands]
        return {"tool": self.tool, "arguments": self.arguments, "key": list(self.key),
                "operands": operands}  # fmt: skip

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "Source":
        operands = tuple(cls.from_json(one) for one in found["operands"])
        return cls(found["tool"], found["arguments"], tuple(found["key"]), operands)


@dataclass(frozen=True)
class Note:
    """`about` is what it is of, in a person's words; further words for it stand after a "|"."""

    note_id: str
    kind: NoteKind
    about: str
    text: str
    dataset_id: str | None = None
    snapshot_id: str | None = None
    segment_id: str | None = None
    version: int | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    sources: tuple[Source, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.about.split("|"))

    @property
    def searched(self) -> str:
        """What its vector is made of."""
        return f"{', '.join(self.names[:3])}: {self.text}"


@dataclass(frozen=True)
class Standing:
    """The records that a question is about; a note has to be true of them."""

    dataset_id: str
    version: int
    run_id: str | None = None
    snapshot_id: str | None = None


@dataclass(frozen=True)
class Recalled:
    """The best notes first, each with whether it is true now; and how they were looked for."""

    notes: tuple[tuple[Note, bool], ...]
    by: str


class NoteStore:
    def __init__(self, home: Home, embedder: "Embedder") -> None:
        self._home = home
        self._embedder = embedder

    @property
    def embedder_id(self) -> str:
        return self._embedder.id

    def save(self, found: Sequence[Note], now: datetime) -> None:
        """They take the place of those of before: of the same kind, and for terms and answers of
        the same name."""
        if not found:
            return
        embedder, vectors = self._vectors([note.searched for note in found])
        with self._home.write() as connection:
            for note in found:
                connection.execute(
                    notes.update().where(*_replaced(note)).values(valid_until=note.valid_from)
                )
            for note, vector in zip(found, vectors, strict=True):
                values = vars(note) | {"sources": [one.to_json() for one in note.sources]}
                made = {"embedder": embedder, "vector": vector.astype("<f4").tobytes()}
                connection.execute(notes.insert().values(**values, **made, created_at=now))

    def search(
        self,
        standing: Standing,
        query: str,
        limit: int,
        index: "NoteIndex | None" = None,
        kind: str = "",
        past: bool = False,
    ) -> Recalled:
        """The notes that answer best and are true for the standing; `past` adds those that were.

        By meaning, words and names; where the embedder is out of reach, by words and names.
        """
        rows = [
            (row, true) for row, true in self._known(standing)
            if (true or past) and kind in ("", row.kind)
        ]  # fmt: skip
        try:
            made = self._made_alike([row for row, _ in rows])
            asked = self._embedder.embed([query])[0]
        except OutOfReach as error:
            return Recalled(_best(query, rows, None, limit), f"by words only: {error.message}")
        by = "in the state, by meaning, words and names"
        if index is not None and not made:
            ids = {row.note_id for row, _ in rows}
            proposed = index.nearest(self, standing.dataset_id, ids, asked, max(limit, _PROPOSED))
            if proposed is not None:
                told = {row.note_id for row, _ in rows if is_named(query, _note(row).names)}
                rows = [(row, true) for row, true in rows if row.note_id in {*proposed, *told}]
                by = "in the index, by meaning, words and names"
        near = [float(asked @ (made.get(row.note_id, _vector(row)))) for row, _ in rows]
        return Recalled(_best(query, rows, near, limit), by)

    def rows(self) -> list[Any]:
        """Every note with its vector: what an index is rebuilt from."""
        with self._home.read() as connection:
            return list(
                connection.execute(
                    sa.select(notes).where(notes.c.embedder == self._embedder.id)
                ).all()
            )

    def ids(self, dataset_id: str) -> set[str]:
        """Of the notes that an index should hold for the dataset."""
        wanted = (notes.c.embedder == self._embedder.id, _within(dataset_id))
        with self._home.read() as connection:
            return set(connection.scalars(sa.select(notes.c.note_id).where(*wanted)))

    def of(self, dataset_id: str | None, kind: NoteKind) -> list[Note]:
        """The notes of a kind that nothing has taken the place of."""
        wanted = (notes.c.dataset_id == dataset_id, notes.c.kind == kind)
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(notes)
                .where(*wanted, notes.c.valid_until.is_(None))
                .order_by(notes.c.created_at, notes.c.note_id)
            ).all()
        return [_note(row) for row in rows]

    def end(self, ended: Iterable[Note], at: datetime) -> None:
        """They are no longer true."""
        ids = [note.note_id for note in ended]
        with self._home.write() as connection:
            connection.execute(
                notes.update().where(notes.c.note_id.in_(ids)).values(valid_until=at)
            )

    def first_dataset(self) -> str | None:
        """The dataset that this installation noted something about first."""
        with self._home.read() as connection:
            return connection.scalar(
                sa.select(notes.c.dataset_id)
                .where(notes.c.dataset_id.is_not(None))
                .order_by(notes.c.created_at, notes.c.note_id)
                .limit(1)
            )

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        return [
            {"note": row.note_id, "snapshot": row.snapshot_id, "text": row.text}
            for row in self._naming(customer)
        ]

    def erase(self, customer: Traces) -> int:
        """The index follows by itself: it drops what SQL does not hold."""
        return delete_rows(self._home, notes, self._naming(customer))

    def renew(self) -> int:
        """Vectors of another embedder are made anew; how many. What an index calls for first."""
        with self._home.read() as connection:
            rows = connection.execute(sa.select(notes)).all()
        return len(self._made_alike(rows))

    def _naming(self, customer: Traces) -> list[Any]:
        own = notes.c.dataset_id == customer.dataset_id
        return rows_naming(self._home, notes, customer, ["about", "text", "sources"], own)

    def _known(self, standing: Standing) -> list[tuple[Any, bool]]:
        """The notes of the dataset and the definitions, each with whether it is true now."""
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(notes, snapshots.c.run_id)
                .outerjoin(snapshots, notes.c.snapshot_id == snapshots.c.snapshot_id)
                .where(_within(standing.dataset_id))
                .order_by(notes.c.note_id)
            ).all()
        return [(row, is_true(row, standing)) for row in rows]

    def _vectors(self, texts: Sequence[str]) -> "tuple[str, np.ndarray]":
        """Of the embedder, or by words where it is out of reach: then they are renewed later."""
        from engine.embedding import TermEmbedder

        try:
            return self._embedder.id, self._embedder.embed(texts)
        except OutOfReach:
            return TermEmbedder.id, TermEmbedder().embed(texts)

    def _made_alike(self, rows: Sequence[Any]) -> "dict[str, np.ndarray]":
        """Vectors for the rows that another embedder made, which are kept from then on."""
        other = [row for row in rows if row.embedder != self._embedder.id]
        if not other:
            return {}
        vectors = self._embedder.embed([_note(row).searched for row in other])
        with self._home.write() as connection:
            for row, vector in zip(other, vectors, strict=True):
                made = {"embedder": self._embedder.id, "vector": vector.astype("<f4").tobytes()}
                mine = notes.c.note_id == row.note_id
                connection.execute(notes.update().where(mine).values(**made))
        return {row.note_id: vector for row, vector in zip(other, vectors, strict=True)}


def is_true(row: Any, standing: Standing) -> bool:
    """Segments are what they are as long as their run is; what moved, what was reported and
    answered is of one snapshot of one version."""
    if row.valid_until is not None:
        return False
    if row.kind == "term":
        return True
    if row.kind in _OF_THE_RUN:
        return bool(row.run_id == standing.run_id)
    return bool((row.snapshot_id, row.version) == (standing.snapshot_id, standing.version))


def _replaced(note: Note) -> list[sa.ColumnElement[bool]]:
    mine = notes.c.dataset_id == note.dataset_id
    same = [mine, notes.c.kind == note.kind, notes.c.valid_until.is_(None)]
    if note.kind in ("term", "answer"):
        same.append(notes.c.about == note.about)
    if note.kind == "segment":  # those of one run are saved together
        same.append(notes.c.snapshot_id != note.snapshot_id)
    return same


def _within(dataset_id: str) -> sa.ColumnElement[bool]:
    return (notes.c.dataset_id == dataset_id) | notes.c.dataset_id.is_(None)


def _best(
    query: str, rows: Sequence[tuple[Any, bool]], near: Sequence[float] | None, limit: int
) -> tuple[tuple[Note, bool], ...]:
    found = [(_note(row), true) for row, true in rows]
    rated = rate(query, [_kept(note) for note, _ in found], near)
    order = sorted(range(len(found)), key=lambda i: (-rated[i], found[i][0].note_id))
    return tuple(found[i] for i in order[:limit])


def _kept(note: Note) -> Kept:
    return Kept(note.names, note.text, note.kind == "term")


def _vector(row: Any) -> "np.ndarray":
    import numpy as np

    return np.frombuffer(row.vector, dtype="<f4")


def _note(row: Any) -> Note:
    return Note(
        row.note_id, row.kind, row.about, row.text, row.dataset_id, row.snapshot_id,
        row.segment_id, row.version, row.valid_from, row.valid_until,
        tuple(Source.from_json(one) for one in row.sources),
    )  # fmt: skip
