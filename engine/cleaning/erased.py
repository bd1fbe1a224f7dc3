"""Rows of customers who were erased: counted on the ledger, and nothing of them is kept."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.cleaning.cells import Cells
from engine.cleaning.cleaned import Cleaned, recount
from engine.cleaning.mending import mend_ids
from engine.cleaning.rules import ERASED_CUSTOMER
from engine.reading import Source

if TYPE_CHECKING:
    import polars as pl


def drop_erased(cleaned: Cleaned, erased: Callable[[Iterable[str]], set[str]]) -> Cleaned:
    """`erased` says which of some ids were erased. Their rows are dropped for that reason alone,
    those that were dropped for another included, and without their text."""
    import polars as pl

    written = _ids_as_written(cleaned.source)
    kept = [pl.Series("id", table["customer_id"]) for table in cleaned.tables.values()]
    ids = pl.concat([written, *kept]).drop_nulls().unique()
    gone = sorted(erased(ids.to_list()))
    if not gone:
        return cleaned
    tables, marks, rows = {}, [], []
    for kind, table in cleaned.tables.items():
        own = cleaned.marks.filter(pl.col("kind") == kind)
        theirs = pl.Series(table["customer_id"]).is_in(gone).fill_null(False)
        tables[kind] = table.filter((~theirs).to_arrow())
        marks.append(own.filter(~theirs))
        rows.append(own["row"].filter(theirs))
    lines = cleaned.source.lines
    before = pl.DataFrame(cleaned.dropped)
    blotted = before["line"].is_in(lines.filter(written.is_in(gone).fill_null(False)).implode())
    dropped = pl.concat([
        before.with_columns(
            reason=pl.when(blotted).then(pl.lit(ERASED_CUSTOMER)).otherwise("reason"),
            text=pl.when(blotted).then(pl.lit("")).otherwise("text"),
        ),
        pl.DataFrame({"line": lines[pl.concat(rows)].cast(pl.Int64)}).with_columns(
            reason=pl.lit(ERASED_CUSTOMER), text=pl.lit("")
        ),
    ])  # fmt: skip
    left = replace(cleaned, tables=tables, marks=pl.concat(marks))
    return recount(left, dropped.sort("line", maintain_order=True))


def _ids_as_written(source: Source) -> "pl.Series":
    """What each source row names as its customer, read as cleaning reads it."""
    import polars as pl

    if "customer_id" not in source.mapping.values():
        return pl.repeat(None, len(source.table), dtype=pl.String, eager=True).alias("id")
    cells = Cells.of_all(source.rows.select("customer_id"))["customer_id"].trimmed()[0]
    return mend_ids(cells)[0].texts().alias("id")
