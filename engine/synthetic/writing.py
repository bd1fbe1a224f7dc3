"""Tables written piece by piece, as CSV or Parquet."""

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Literal

if TYPE_CHECKING:
    import polars as pl
    import pyarrow.parquet as pq

Format = Literal["csv", "parquet"]


class TableFiles:
    """One open file for each table, in a folder; tables of the truth lie in truth/."""

    def __init__(self, folder: Path, format: Format) -> None:
        self.folder, self.format = folder, format
        self.paths: dict[str, Path] = {"truth": folder / "truth"}
        self._texts: dict[str, BinaryIO] = {}
        self._columns: dict[str, pq.ParquetWriter] = {}
        self.paths["truth"].mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "TableFiles":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in (*self._texts.values(), *self._columns.values()):
            file.close()

    def append(self, name: str, table: "pl.DataFrame") -> None:
        path = self.folder / f"{name}.{self.format}"
        if "/" not in name:
            self.paths[name] = path
        if self.format == "csv":
            self._append_text(name, path, table)
        else:
            self._append_columns(name, path, table)

    def _append_text(self, name: str, path: Path, table: "pl.DataFrame") -> None:
        started = name in self._texts
        if not started:
            self._texts[name] = path.open("wb")
        table.write_csv(self._texts[name], include_header=not started)

    def _append_columns(self, name: str, path: Path, table: "pl.DataFrame") -> None:
        import polars as pl
        import pyarrow.parquet as pq

        piece = table.to_arrow(compat_level=pl.CompatLevel.oldest())
        if name not in self._columns:
            self._columns[name] = pq.ParquetWriter(path, piece.schema, compression="zstd")
        self._columns[name].write_table(piece)
