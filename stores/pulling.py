"""Pulling a table: in pieces, into columns of text.

At no time are more than `PIECE` rows held as Python objects. The content hash is over the sorted
digests of the rows, so that the same rows have the same hash in whatever order they come.
"""

import hashlib
import warnings
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.errors import BadInput
from stores.cells import as_text, digests_of, python_type, refuse_compound, text_columns
from stores.sources import SqlSource, find_column, find_table, open_source
from stores.watermarks import Mark, Value, read_mark

if TYPE_CHECKING:
    import polars as pl

PIECE = 10_000  # rows
_ORDERED = (int, float, Decimal, date, datetime, str)  # of which a database has a greatest
_TAIL = " will be asked for again"  # beside the table's own columns, none of which starts blank


@dataclass(frozen=True, eq=False)
class Pulled:
    """The rows of one pull. `tail` is the hash of those that the next pull will see again."""

    rows: "pl.DataFrame"
    content_hash: str
    tail: str | None
    mark: Mark | None
    key_columns: tuple[str, ...]
    assumed: dict[str, str]


@dataclass(frozen=True)
class Pull:
    """What a load remembers of the pull that brought it, so that the next one goes on from it."""

    scope: str
    watermark: str | None
    mark: Mark | None
    tail: str | None

    @classmethod
    def of(cls, source: SqlSource, pulled: Pulled) -> "Pull":
        return cls(source.scope, source.watermark, pulled.mark, pulled.tail)

    def to_json(self) -> dict[str, Any]:
        mark = self.mark.to_json() if self.mark else None
        return {
            "scope": self.scope, "watermark": self.watermark, "mark": mark, "tail": self.tail
        }  # fmt: skip

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "Pull":
        mark = Mark.from_json(found["mark"]) if found["mark"] else None
        return cls(found["scope"], found["watermark"], mark, found["tail"])


def pull(
    source: SqlSource, since: Mark | None, now: datetime, most_rows: int | None = None
) -> Pulled:
    """All rows, or those from a little before `since` on."""
    with open_source(source) as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)  # of types it has no name for
        table, is_view = find_table(connection, source)
        refuse_compound(table.columns, source.name)
        watermark = None if source.watermark is None else find_column(table, source.watermark)
        mark = None if watermark is None else _greatest(connection, watermark, source, now)
        cells = (
            table.columns if connection.dialect.name == "sqlite" else map(as_text, table.columns)
        )
        query = sa.select(*cells, _tail_flag(watermark, mark))
        if watermark is not None and since is not None:
            query = query.where(_from(watermark, since))
        order = list(table.primary_key.columns) or ([] if watermark is None else [watermark])
        rows, digests, tail = _read(connection, query.order_by(*order).limit(most_rows))
        keys = tuple(column.name for column in table.primary_key.columns)
        assumed = _assumed(connection, table, is_view, watermark, since)
    if most_rows is not None and len(rows) == most_rows:
        assumed["rows"] = f"only the first {most_rows:,} rows were looked at"
    identity = [*rows.columns, f"watermark {source.watermark}"]
    return Pulled(
        rows=rows,
        content_hash=_hash_of(identity, digests),
        tail=None if mark is None else _hash_of(identity, digests.filter(tail)),
        mark=mark,
        key_columns=keys,
        assumed=assumed,
    )


# ---- the watermark -----------------------------------------------------------------------------


def _greatest(
    connection: sa.Connection, watermark: sa.Column[Any], source: SqlSource, now: datetime
) -> Mark | None:
    """Of the values that do not lie in the future; none when all are empty."""
    query = sa.select(sa.func.max(watermark))
    if python_type(watermark) not in _ORDERED and not _is_untyped(watermark):
        raise _no_watermark(source, "")
    found = connection.scalar(query)
    if found is None:
        return None
    mark = read_mark(found)
    if mark is None:
        raise _no_watermark(source, f" ('{str(found)[:40]}')")
    ceiling = mark.ceiling(now)
    if ceiling is None or mark.value <= ceiling:  # type: ignore[operator]  # of one kind
        return mark
    return read_mark(connection.scalar(query.where(watermark <= _bound(watermark, ceiling))))


def _no_watermark(source: SqlSource, example: str) -> BadInput:
    return BadInput(
        f"The column '{source.watermark}' of {source.name} holds no dates and no numbers{example}.",
        "A watermark is a column such as updated_at, or a number that only grows.",
    )


def _is_untyped(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.types.NullType)


def _from(watermark: sa.Column[Any], mark: Mark) -> sa.ColumnElement[bool]:
    return sa.or_(watermark >= _bound(watermark, mark.next_from()), watermark.is_(None))


def _bound(watermark: sa.Column[Any], value: Value) -> sa.ColumnElement[Any]:
    if not _is_untyped(watermark):
        return sa.literal(value, watermark.type)
    return sa.literal(float(value) if isinstance(value, Decimal) else value)


def _tail_flag(watermark: sa.Column[Any] | None, mark: Mark | None) -> sa.ColumnElement[bool]:
    if watermark is None or mark is None:
        return sa.false().label(_TAIL)
    return _from(watermark, mark).label(_TAIL)


# ---- rows, in pieces ---------------------------------------------------------------------------


def _read(
    connection: sa.Connection, query: sa.Select[Any]
) -> tuple["pl.DataFrame", "pl.Series", "pl.Series"]:
    """The rows as text, a digest of each, and whether the next pull will see it again."""
    import polars as pl

    result = connection.execute(query, execution_options={"yield_per": PIECE})
    names = list(result.keys())[:-1]
    pieces = [text_columns(names, [], 0)]
    digests, tail = [pl.Series(dtype=pl.String)], [pl.Series(dtype=pl.Boolean)]
    with closing(result.cursor) if result.cursor else nullcontext():  # also when it breaks
        for number, rows in enumerate(result.partitions()):
            piece = text_columns(names, rows, number * PIECE)
            pieces.append(piece)
            digests.append(pl.Series(list(digests_of(piece)), dtype=pl.String))
            tail.append(pl.Series([bool(row[-1]) for row in rows], dtype=pl.Boolean))
    return pl.concat(pieces), pl.concat(digests), pl.concat(tail)


def _hash_of(identity: Sequence[str], digests: "pl.Series") -> str:
    found = hashlib.sha256(repr(identity).encode())
    for digest in digests.sort():
        found.update(digest.encode())
    return found.hexdigest()


# ---- what is said of it ------------------------------------------------------------------------


def _assumed(
    connection: sa.Connection,
    table: sa.Table,
    is_view: bool,
    watermark: sa.Column[Any] | None,
    since: Mark | None,
) -> dict[str, str]:
    said = {}
    if not table.primary_key.columns:
        what = "a view" if is_view else "without a primary key"
        said["key"] = f"{table.name} is {what}: a row that changes there comes as a new row"
    if watermark is None:
        return said
    empty = connection.scalar(
        sa.select(sa.func.count()).select_from(table).where(watermark.is_(None))
    )
    if empty:
        rows, they = ("row has", "it is") if empty == 1 else ("rows have", "they are")
        said["watermark"] = f"{empty:,} {rows} no {watermark.name}: {they} read each time"
    if since is not None:
        said["from"] = (
            f"only rows from {since.next_from()} on were asked for, a little before {since.value}, "
            "because what is committed late may be marked earlier"
        )
    return said
