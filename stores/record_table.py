"""The records of a dataset: one Delta table for all four kinds, in the home or on an object store.

It is partitioned by kind and by the shop's own year; customers, and texts without a date, have no
year. A load of several kinds is one commit, and a version is one number for everything. The log of
the table outlives an erasure: it keeps statistics only of columns that say nothing of a person.

A table of an earlier Segue holds transactions in one part. It is read as it is; the first write
puts it into parts, and its versions stay.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from engine.errors import Conflict
from engine.records import COLUMNS, RecordKind, conform, record_schema
from stores.files import Files

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import CommitProperties, DeltaTable

WHAT = "segue_what"  # of a commit: why it was made, where no load made it
_PARTS = ["kind", "year"]
_PROPERTIES = {"delta.dataSkippingStatsColumns": "local_date,weekday,quantity,total_minor"}


@dataclass(frozen=True)
class Part:
    """One Parquet file of the table; `name` is its path below the table's folder."""

    name: str
    kind: RecordKind
    year: int | None
    rows: int
    size: int  # bytes


@dataclass(frozen=True)
class RecordTable:
    files: Files
    name: str  # its folder's

    def open(self, version: int | None = None) -> "DeltaTable | None":
        """Nothing when no record was ever kept."""
        from deltalake import DeltaTable

        place, options = self.files.table_place(self.name)
        with self.files.speaking():
            if not DeltaTable.is_deltatable(place, options):
                return None
            return DeltaTable(place, version=version, storage_options=options)

    # ---- reading ----

    def parts_of(self, version: int) -> "tuple[Part, ...] | None":
        """Nothing when no record was ever kept. A version never changes, so it is read once, for
        as long as its entry in the log of the table is the same file."""
        place, options = self.files.table_place(self.name)
        entry = Path(place, "_delta_log", f"{version:020}.json")
        made = entry.stat().st_mtime_ns if options is None and entry.exists() else None
        return _parts_of(self, version, made)

    def parts(self, table: "DeltaTable") -> list[Part]:
        import pyarrow as pa

        found = pa.table(table.get_add_actions()).to_pylist()
        return [_part(action) for action in found]

    def counts(self, parts: Sequence[Part]) -> dict[RecordKind, int]:
        """How many records of each kind there are."""
        found = {kind: sum(part.rows for part in parts if part.kind == kind) for kind in COLUMNS}
        return {kind: rows for kind, rows in found.items() if rows}

    def local_files(
        self,
        parts: Sequence[Part],
        kind: RecordKind | None = None,
        years: Collection[int | None] | None = None,
    ) -> list[str]:
        """Paths on this machine of the Parquet files of a version: all, or of one kind or years."""
        place, options = self.files.table_place(self.name)
        names = [
            part.name
            for part in parts
            if kind in (None, part.kind) and (years is None or part.year in years)
        ]
        if options is None:
            return [f"{place}/{name}" for name in names]
        return [str(self.files.get(f"{self.name}/{name}")) for name in names]

    # ---- writing ----

    def write(
        self,
        tables: "Mapping[RecordKind, pa.Table]",
        properties: "CommitProperties",
        replace: bool = False,
    ) -> "DeltaTable":
        """Adds these records in one commit; `replace`: instead of all others of their kinds."""
        import pyarrow as pa

        self.put_in_parts()
        rows = pa.concat_tables(
            [_placed(conform(table, kind), kind) for kind, table in tables.items()],
            promote_options="default",
        )
        how: dict[str, Any] = {"mode": "append"}
        if replace and self.open() is not None:
            kinds = " OR ".join(f"kind = '{kind}'" for kind in tables)
            how = {"mode": "overwrite", "predicate": kinds}
        return self.append(
            rows, properties, schema_mode="merge", partition_by=_PARTS,
            configuration=_PROPERTIES, **how,
        )  # fmt: skip

    def put_in_parts(self) -> None:
        """A table of an earlier Segue, written anew as it is laid out today."""
        table = self.open()
        if table is None or table.metadata().partition_columns:
            return
        from deltalake import CommitProperties

        with self._committing():
            table.alter.set_table_properties(_PROPERTIES)
        self.append(
            _in_parts(self.local_files(self.parts(table))),
            CommitProperties(custom_metadata={WHAT: "layout"}),
            mode="overwrite", schema_mode="overwrite", partition_by=_PARTS,
        )  # fmt: skip

    def append(
        self,
        rows: "pa.Table | pa.RecordBatchReader",
        properties: "CommitProperties",
        **options: Any,
    ) -> "DeltaTable":
        """The table with these rows; they are there whole, or not at all."""
        from deltalake import ColumnProperties, DeltaTable, WriterProperties, write_deltalake

        place, storage = self.files.table_place(self.name)
        # No id repeats, so a dictionary of them would only be begun and thrown away.
        ids = ColumnProperties(dictionary_enabled=False)
        form = WriterProperties(compression="LZ4_RAW", column_properties={"event_id": ids})
        with self._committing():
            write_deltalake(
                place,
                rows,
                commit_properties=properties,
                storage_options=storage,
                writer_properties=form,
                **({"mode": "append"} | options),
            )
            return DeltaTable(place, storage_options=storage)

    @contextmanager
    def _committing(self) -> Iterator[None]:
        """Around a commit: what the library says of another writer becomes one sentence."""
        from deltalake.exceptions import DeltaError

        with self.files.speaking():
            try:
                yield
            except DeltaError as error:
                raise Conflict(
                    f"The records in {self.files.place} were changed by somebody else at the same "
                    "time.",
                    "Do the same again: what was kept is recognised and not added twice.",
                ) from error


def _part(action: Mapping[str, Any]) -> Part:
    """Without a kind it is of a table of an earlier Segue."""
    place = action.get("partition") or {}
    return Part(
        name=unquote(action["path"]),
        kind=place.get("kind", "transactions"),
        year=place.get("year"),
        rows=action["num_records"] or 0,
        size=action["size_bytes"],
    )


def years_of(rows: "pa.Table") -> "pa.ChunkedArray":
    """The part that each row belongs to, by the shop's calendar."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if "local_date" not in rows.column_names:
        return pa.chunked_array([pa.nulls(len(rows), pa.int32())])
    return pc.year(rows["local_date"]).cast(pa.int32())


def _placed(rows: "pa.Table", kind: RecordKind) -> "pa.Table":
    import pyarrow as pa

    kinds = pa.repeat(pa.scalar(kind, pa.string()), len(rows))
    return rows.append_column("kind", kinds).append_column("year", years_of(rows))


def _in_parts(files: Sequence[str]) -> "pa.RecordBatchReader":
    """The transactions of these files with their parts, a piece at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def batches() -> Iterator[pa.RecordBatch]:
        for file in files:
            for batch in pq.ParquetFile(file).iter_batches():
                rows = conform(pa.Table.from_batches([batch]))
                yield from _placed(rows, "transactions").to_batches()

    empty = _placed(record_schema().empty_table(), "transactions")
    return pa.RecordBatchReader.from_batches(empty.schema, batches())


@lru_cache(maxsize=64)
def _parts_of(records: RecordTable, version: int, made: int | None) -> tuple[Part, ...] | None:
    table = records.open(version)
    return None if table is None else tuple(records.parts(table))


@lru_cache(maxsize=256)
def newest_in(file: str) -> datetime | None:
    """A file of records never changes under its name."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    moments = pq.read_table(file, columns=["occurred_at"], partitioning=None)["occurred_at"]
    found: datetime | None = pc.max(moments).as_py()
    return found
