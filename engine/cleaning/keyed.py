"""Rows that a key identifies: whether the dataset knows one, and whether it has changed since.

The event id of such a row says both: its first half is a digest of the key (and of the table the
key belongs to), its second half one of the values that are taken.
"""

from typing import TYPE_CHECKING

from engine.cleaning.rules import ALREADY_KNOWN, CHANGED_THERE
from engine.reading import Source

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

_SEPARATOR, _NOTHING = "\x1f", "\x1e"  # no export writes them
_HALF = 16  # hex digits: of a thousand million rows no two keys are likely to share them
_DIGEST = "SELECT left(md5(key), 16) || left(md5(taken), 16) AS id FROM halves"


def keyed_ids(source: Source) -> "pl.Series":
    import duckdb
    import polars as pl

    taken = list(source.mapping) if source.kind == "transactions" else source.table.columns
    in_our_order = sorted(taken, key=lambda name: source.mapping.get(name, f"~{name}"))
    halves = source.table.select(
        key=pl.concat_str(pl.lit(source.key_scope), *_cells(source.key_columns),
                          separator=_SEPARATOR),
        taken=pl.concat_str(_cells(in_our_order), separator=_SEPARATOR),
    )  # fmt: skip
    with duckdb.connect() as connection:
        connection.register("halves", halves.to_arrow())
        return pl.Series("id", connection.sql(_DIGEST).to_arrow_table()["id"])


def known_reasons(
    source: Source, event_ids: "pa.ChunkedArray", known: "pa.ChunkedArray | pa.Array"
) -> "pl.Series":
    """Why each row is not new; null for one that is."""
    import polars as pl
    import pyarrow.compute as pc

    rows = pl.DataFrame({"known": pl.Series(pc.is_in(event_ids, value_set=known))})
    changed = pl.lit(False)
    if source.key_columns:
        halves = [pc.utf8_slice_codeunits(ids, 0, _HALF) for ids in (event_ids, known)]
        changed = pl.lit(pl.Series(pc.is_in(halves[0], value_set=halves[1])))
    return rows.select(
        reason=pl.when("known")
        .then(pl.lit(ALREADY_KNOWN))
        .when(changed)
        .then(pl.lit(CHANGED_THERE))
    )["reason"]


def _cells(names: "tuple[str, ...] | list[str]") -> "list[pl.Expr]":
    import polars as pl

    return [pl.col(name).fill_null(_NOTHING) for name in names]
