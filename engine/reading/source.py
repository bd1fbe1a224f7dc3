"""What was read from one file, before anything is mended."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import BadInput, NotFound
from engine.reading.columnar import read_columnar
from engine.reading.columns import NEEDED, recognise
from engine.reading.delimited import read_delimited
from engine.records import RecordKind

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, eq=False)
class Source:
    """One file: `table` holds its own columns, every cell as untouched text or null.

    `lines` says where in the file each row starts, from 1 (in Parquet: the row's number).
    `assumed` is what had to be taken for granted, by column or topic.
    `key_columns` identify a row of the table that `key_scope` names; empty: all columns do.
    """

    name: str
    table: "pl.DataFrame"
    lines: "pl.Series"
    mapping: dict[str, str]
    ignored: tuple[str, ...]
    assumed: dict[str, str]
    content_hash: str
    kind: RecordKind = "transactions"
    key_columns: tuple[str, ...] = ()
    key_scope: str = ""

    @property
    def rows(self) -> "pl.DataFrame":
        """The recognised columns under our names."""
        return self.table.select(*self.mapping).rename(self.mapping)

    @property
    def missing(self) -> tuple[str, ...]:
        """What cannot be done without, and no column is known to hold."""
        return tuple(name for name in NEEDED if name not in self.mapping.values())

    def place(self, row: int, column: str) -> str:
        """Where a person finds a cell: file, line and the column's own name."""
        own = next(name for name, canonical in self.mapping.items() if canonical == column)
        return f"{self.name}, line {self.lines[row]}, column '{own}'"

    def text_of(self, rows: "pl.Series") -> "pl.Series":
        """The given rows written as CSV lines, for the list of dropped rows."""
        import polars as pl

        cells = [_quoted(pl.col(name)) for name in self.table.columns]
        picked = self.table[rows]
        return picked.select(pl.concat_str(cells, separator=",").alias("text")).to_series()


def read_source(
    path: Path,
    mapping: Mapping[str, str] | None = None,
    name: str | None = None,
    need_all: bool = True,
) -> Source:
    """Read a comma CSV or a Parquet file; `mapping` is source column -> our column.

    `name` is what a person calls the file, where it lies under another. Without `need_all` the
    columns that are still missing are left for the person to name: see `missing`.
    """
    if _looks_like_parquet(path):
        table, empty_lines = read_columnar(path), 0
        lines = _row_numbers(table)
    else:
        table, lines, empty_lines = read_delimited(path)
    name = name or path.name
    known = recognise(table.columns, mapping, name, need_all)
    if not len(table):
        raise BadInput(f"{name} names its columns but holds no rows.", "Export it again.")
    return Source(
        name=name,
        table=table,
        lines=lines,
        mapping=known,
        ignored=tuple(name for name in table.columns if name not in known),
        assumed=_assumptions(known, empty_lines),
        content_hash=_hash_of(path),
    )


def source_of(
    table: "pl.DataFrame",
    name: str,
    content_hash: str,
    mapping: Mapping[str, str] | None = None,
    kind: RecordKind | None = None,
    lines: "pl.Series | None" = None,
    key_columns: Sequence[str] = (),
    need_all: bool = True,
    key_scope: str = "",
) -> Source:
    """Rows that come from elsewhere than a file, every cell as text or null."""
    known = recognise(table.columns, mapping, name, need_all)
    if not len(table):
        raise BadInput(f"{name} names its columns but holds no rows.", "Fill it first.")
    return Source(
        name=name,
        table=table,
        lines=_row_numbers(table) if lines is None else lines,
        mapping=known,
        ignored=tuple(column for column in table.columns if column not in known),
        assumed=_assumptions(known, 0),
        content_hash=content_hash,
        kind=kind or "transactions",
        key_columns=tuple(key_columns),
        key_scope=key_scope,
    )


def sample_rows(source: Source, count: int = 5) -> list[dict[str, str | None]]:
    """The first rows under the file's own column names, to show a mapping to a person."""
    return source.table.head(count).to_dicts()


def _assumptions(mapping: Mapping[str, str], empty_lines: int) -> dict[str, str]:
    assumed = {}
    if "order_id" not in mapping.values():
        assumed["order_id"] = "no order id in the file: one order per customer and moment"
    if empty_lines:
        assumed["empty lines"] = f"{empty_lines} lines without any value are not rows"
    return assumed


def _quoted(cell: "pl.Expr") -> "pl.Expr":
    import polars as pl

    marked = '"' + cell.str.replace_all('"', '""', literal=True) + '"'
    plain = ~cell.str.contains(r'[",\r\n]')
    return pl.when(plain).then(cell).otherwise(marked).fill_null("")


def _row_numbers(table: "pl.DataFrame") -> "pl.Series":
    import polars as pl

    return pl.int_range(1, len(table) + 1, dtype=pl.Int64, eager=True).alias("line")


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _looks_like_parquet(path: Path) -> bool:
    """By what the file starts with; refuses what is no table of text at all."""
    start = _start_of(path)
    if not start:
        raise BadInput(f"{path.name} is empty.", "Export it again: it holds no bytes.")
    if start.startswith(b"PAR1"):
        return True
    for mark, what in _OTHER_KINDS.items():
        if start.startswith(mark):
            raise BadInput(f"{path.name} is {what}.", "Save it as comma-separated CSV in UTF-8.")
    if b"\0" in start:
        at = start.index(b"\0")
        raise BadInput(
            f"{path.name} is no text: byte {at + 1}, on line {start[:at].count(10) + 1}, is zero.",
            "Give a CSV or Parquet file.",
        )
    return False


_OTHER_KINDS = {
    b"PK\x03\x04": "a workbook or a zip archive, not CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook, not CSV",
    b"\x1f\x8b": "compressed (gzip)",
    b"\xff\xfe": "text in UTF-16, not UTF-8",
    b"\xfe\xff": "text in UTF-16, not UTF-8",
}


def _start_of(path: Path) -> bytes:
    if not path.exists():
        beside = [entry.name for entry in path.parent.glob("*")] if path.parent.is_dir() else []
        raise NotFound.named("file", path.name, beside, str(path.parent))
    if not path.is_file():
        raise BadInput(f"{path} is a folder, not a file.", "Name one file in it.")
    try:
        with path.open("rb") as file:
            return file.read(65_536)
    except PermissionError as error:
        raise BadInput(f"{path} may not be read.", "Check who may read the file.") from error
