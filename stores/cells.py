"""Cells: what a database holds, as the text that a CSV of the table would hold."""

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import MONEY, TIMESTAMP

from engine.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

_SEPARATOR, _NOTHING = "\x1f", "\x1e"  # no export writes them


def python_type(column: sa.ColumnElement[Any]) -> type:
    try:
        return column.type.python_type
    except NotImplementedError:
        return object


def refuse_compound(columns: Iterable[sa.Column[Any]], where: str) -> None:
    for column in columns:
        if python_type(column) in (bytes, list):
            what = "bytes" if python_type(column) is bytes else "several values in one cell"
            raise BadInput(
                f"Column '{column.name}' of {where} holds {what}.",
                "Make a view without the column, and load the view.",
            )


def as_text(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """As text by the server, except floats, which `_text` writes."""
    if python_type(column) is float:
        return column
    text = sa.cast(column, sa.Text)
    if isinstance(column.type, MONEY):  # written as the server's country does, else
        text = sa.cast(sa.cast(column, sa.Numeric), sa.Text)
    if isinstance(column.type, TIMESTAMP) and column.type.timezone:
        return sa.func.replace(text, "+00", "Z").label(column.name)  # the session is in UTC
    return text.label(column.name)


def text_columns(names: Sequence[str], rows: Sequence[Any], before: int) -> "pl.DataFrame":
    """`before` is how many rows came earlier."""
    import polars as pl

    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pl.DataFrame(
        [
            pl.Series(name, _texts(name, cells, before), dtype=pl.String)
            for name, cells in zip(names, columns, strict=False)
        ]
    )


def digests_of(piece: "pl.DataFrame") -> Iterator[str]:
    """A digest a row; an empty cell differs from an empty text."""
    for row in piece.iter_rows():
        text = _SEPARATOR.join(_NOTHING if cell is None else cell for cell in row)
        yield hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _texts(name: str, cells: Sequence[object], before: int) -> list[str | None]:
    try:
        return [_text(cell) for cell in cells]
    except TypeError:
        number = next(n for n, cell in enumerate(cells, before + 1) if isinstance(cell, bytes))
        raise BadInput(
            f"Column '{name}' holds bytes in row {number}, not text.",
            "Make a view without the column, and load the view.",
        ) from None


def _text(cell: object) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bytes):
        raise TypeError
    if isinstance(cell, float):
        if math.isnan(cell):
            return None
        plain = repr(cell)
        return format(Decimal(plain), "f") if "e" in plain else plain
    return str(cell)
