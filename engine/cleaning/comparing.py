"""The first rows of a load before and after cleaning, for a person to compare."""

from datetime import date
from decimal import Decimal
from typing import Any

from engine.cleaning.cleaned import Cleaned
from engine.cleaning.rules import FIXED_REASONS


def before_after(cleaned: Cleaned, count: int = 10) -> list[dict[str, Any]]:
    """The first rows of the source: `line`, `before` under the source's own column names, `after`
    as the record it became (None: dropped), its `kind`, and the `reasons` in either case.
    """
    first = cleaned.source.lines.head(count).to_list()
    before = cleaned.source.table.head(count).to_dicts()
    taken = _taken(cleaned, count)
    dropped = {row["line"]: row["reason"] for row in cleaned.dropped.to_pylist()}
    found = []
    for row, (line, cells) in enumerate(zip(first, before, strict=True)):
        kind, after, reasons = taken.get(row, (None, None, [dropped.get(line)]))
        found.append(
            {"line": line, "before": cells, "after": after, "kind": kind, "reasons": reasons}
        )
    return found


def _taken(cleaned: Cleaned, count: int) -> dict[int, tuple[str, dict[str, Any], list[str]]]:
    """Source row -> kind, record and what was mended in it, for the first rows."""
    import polars as pl

    found: dict[int, tuple[str, dict[str, Any], list[str]]] = {}
    start = 0
    for kind, table in cleaned.tables.items():
        marks = cleaned.marks.slice(start, len(table)).with_row_index("place")
        start += len(table)
        for mark in marks.filter(pl.col("row") < count).iter_rows(named=True):
            record = _plain(table.slice(mark["place"], 1).to_pylist()[0])
            reasons = [reason for reason in FIXED_REASONS if mark[reason]]
            found[mark["row"]] = (kind, record, reasons)
    return found


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """As JSON can hold it: moments and exact numbers as text."""
    return {
        name: value.isoformat() if isinstance(value, date)
        else f"{value.normalize():f}" if isinstance(value, Decimal)
        else value
        for name, value in record.items()
    }  # fmt: skip
