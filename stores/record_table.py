"""The records of a dataset: one Delta table, in the home or on an object store."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from engine.errors import Conflict
from stores.files import Files

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import CommitProperties, DeltaTable


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

    def append(
        self, rows: "pa.Table", properties: "CommitProperties", **options: Any
    ) -> "DeltaTable":
        """The table with these rows; they are there whole, or not at all."""
        from deltalake import ColumnProperties, DeltaTable, WriterProperties, write_deltalake
        from deltalake.exceptions import DeltaError

        place, storage = self.files.table_place(self.name)
        # No id repeats, so a dictionary of them would only be begun and thrown away.
        ids = ColumnProperties(dictionary_enabled=False)
        form = WriterProperties(compression="LZ4_RAW", column_properties={"event_id": ids})
        with self.files.speaking():
            try:
                write_deltalake(
                    place,
                    rows,
                    mode="append",
                    commit_properties=properties,
                    storage_options=storage,
                    writer_properties=form,
                    **options,
                )
                return DeltaTable(place, storage_options=storage)
            except DeltaError as error:
                raise Conflict(
                    f"The records in {self.files.place} were changed by somebody else at the same "
                    "time.",
                    "Do the same again: what was kept is recognised and not added twice.",
                ) from error

    def local_files(self, table: "DeltaTable") -> list[str]:
        """Paths on this machine of the Parquet files that make up the table's version."""
        place, options = self.files.table_place(self.name)
        found = table.file_uris()
        if options is None:
            return found
        inside = [unquote(uri.removeprefix(f"{place}/")) for uri in found]
        return [str(self.files.get(f"{self.name}/{name}")) for name in inside]
