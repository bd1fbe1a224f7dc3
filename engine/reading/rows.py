"""The rows of a file in whatever form: every cell as text or null."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import BadInput

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, eq=False)
class Rows:
    """`lines` says where in the file each row starts, from 1; `assumed` what was taken so."""

    table: "pl.DataFrame"
    lines: "pl.Series"
    assumed: dict[str, str] = field(default_factory=dict)


def column_names(header: Sequence[str | None], line: int, where: str) -> list[str]:
    """The header's names, with one for each column that has none."""
    names = [
        name if name and name.strip() else f"column {n}" for n, name in enumerate(header, start=1)
    ]
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        places = [str(n) for n, name in enumerate(names, start=1) if name == repeated[0]]
        raise BadInput(
            f"{where}, line {line}: the column name '{repeated[0]}' appears "
            f"{len(places)} times, in columns {' and '.join(places)}.",
            f"Rename one of them in line {line}.",
        )
    return names


def without_empty(rows: Rows, unnamed: Sequence[str]) -> Rows:
    """Without rows that hold nothing, and without nameless columns that hold nothing."""
    table, lines, assumed = rows.table, rows.lines, dict(rows.assumed)
    hollow = [name for name in unnamed if table[name].null_count() == len(table)]
    if hollow and len(hollow) < len(table.columns):
        table = table.drop(hollow)
        assumed["empty columns"] = (
            f"{_counted(len(hollow), 'column')} without a name or any value left out"
        )
    if all(column.null_count() for column in table):
        import polars as pl

        filled = table.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        empty = int((~filled).sum())
        table, lines = table.filter(filled), lines.filter(filled)
        if empty:
            assumed["empty lines"] = f"{_counted(empty, 'line')} without any value left out"
    return Rows(table, lines, assumed)


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def numbered(table: "pl.DataFrame", first: int = 1) -> "pl.Series":
    import polars as pl

    return pl.int_range(first, first + len(table), dtype=pl.Int64, eager=True).alias("line")


def listed(names: Sequence[str], most: int = 30) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
