"""What a dataset knows already of the records that come, by DuckDB: however many it holds, only
the ids that come are kept in memory.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.records import COLUMNS, RecordKind
from stores.record_table import RecordTable, years_of

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from deltalake import DeltaTable

    from engine.cleaning import Cleaned

_SAME_ID = "SELECT event_id FROM known SEMI JOIN asked USING (event_id)"
# Of a row that a key identifies, the first half of the id says the key.
_SAME_KEY = """
    SELECT event_id FROM known
    WHERE left(event_id, 16) IN (SELECT left(event_id, 16) FROM asked)
"""


def without_known(cleaned: "Cleaned", records: RecordTable, table: "DeltaTable") -> "Cleaned":
    """Without the rows that the dataset has, kind by kind."""
    from engine.cleaning import drop_known

    parts = records.parts(table)
    for kind, rows in list(cleaned.tables.items()):
        if len(rows):
            files = records.local_files(parts, kind, _years(cleaned, rows, table))
            by_key = bool(cleaned.source.key_columns)
            cleaned = drop_known(cleaned, known_ids(files, rows["event_id"], by_key), kind)
    return cleaned


def known_ids(
    files: Sequence[str], event_ids: "pa.ChunkedArray", by_key: bool = False
) -> "pa.ChunkedArray":
    """Those of the files that are among these ids; `by_key`: that have a key of theirs."""
    import pyarrow as pa

    if not files:
        return pa.chunked_array([[]], pa.string())
    with _opened() as connection:
        connection.read_parquet(list(files), hive_partitioning=False).create_view("known")
        connection.register("asked", pa.table({"event_id": event_ids}))
        found = connection.sql(_SAME_KEY if by_key else _SAME_ID).to_arrow_table()
    return found["event_id"]


def holds_exactly(
    records: RecordTable, table: "DeltaTable", tables: "Mapping[RecordKind, pa.Table]"
) -> bool:
    """Whether the dataset's records of these kinds are these, whichever load brought them."""
    parts = records.parts(table)
    return all(_is_same(records.local_files(parts, kind), kind, rows)
               for kind, rows in tables.items())  # fmt: skip


def _is_same(files: Sequence[str], kind: RecordKind, rows: "pa.Table") -> bool:
    if not files:
        return not len(rows)
    names = [name for name, *_ in COLUMNS[kind] if name != "load_id"]
    with _opened() as connection:
        there = connection.read_parquet(list(files), union_by_name=True, hive_partitioning=False)
        if not set(names) <= set(there.columns):  # of an earlier Segue
            return False
        known = there.select(*names)
        new = connection.from_arrow(rows).select(*names)
        return _count(known) == _count(new) and _count(new.except_(known)) == 0


def _count(rows: "duckdb.DuckDBPyRelation") -> int:
    return int(rows.aggregate("count(*)").fetchall()[0][0])


def _years(cleaned: "Cleaned", rows: "pa.Table", table: "DeltaTable") -> set[int | None] | None:
    """Where a copy of these rows may lie. An id that follows from all of a row follows from its
    date; one that was given, or that a key gave, may have come with another date.
    """
    source = cleaned.source
    is_given = bool(source.key_columns) or "event_id" in source.mapping.values()
    if is_given or not table.metadata().partition_columns:
        return None
    return set(years_of(rows).unique().to_pylist())


@contextmanager
def _opened() -> "Iterator[duckdb.DuckDBPyConnection]":
    import duckdb

    with duckdb.connect(config={"preserve_insertion_order": "false"}) as connection:
        yield connection
