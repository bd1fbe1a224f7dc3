"""What was read from one source, before anything is mended."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.reading.columns import Recognised, recognise, require
from engine.reading.contents import measure
from engine.reading.exports import carry_down, known_export
from engine.reading.file import require_file
from engine.reading.forms import read_rows
from engine.reading.guess import ACCEPTED, Guess
from engine.reading.kinds import choose_kind, require_kind
from engine.reading.needs import missing_columns
from engine.reading.rows import Rows, listed, numbered
from engine.records import RecordKind

if TYPE_CHECKING:
    import polars as pl

_SURE = 0.65  # a recognised column below this is said


@dataclass(frozen=True, eq=False)
class Source:
    """One source: `table` holds its own columns, every cell as untouched text or null.

    `lines` says where in the file each row starts, from 1 (in Parquet: the row's number).
    `assumed` is what had to be taken for granted, by column or topic. `guesses` are all columns
    that were recognised or nearly so; `mapping` holds those that are taken. `key_columns` identify
    a row of the table that `key_scope` names; without any, all columns together do.
    """

    name: str
    table: "pl.DataFrame"
    lines: "pl.Series"
    mapping: dict[str, str]
    ignored: tuple[str, ...]
    assumed: dict[str, str]
    content_hash: str
    kind: RecordKind = "transactions"
    guesses: tuple[Guess, ...] = ()
    key_columns: tuple[str, ...] = ()
    key_scope: str = ""

    @property
    def rows(self) -> "pl.DataFrame":
        """The recognised columns under our names."""
        return self.table.select(*self.mapping).rename(self.mapping)

    @property
    def missing(self) -> tuple[str, ...]:
        """What cannot be done without, and no column is known to hold."""
        return missing_columns(self.kind, self.mapping.values())

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
    kind: RecordKind | None = None,
) -> Source:
    """Read a shop's export in whatever form; `mapping` is source column -> our column.

    `name` is what a person calls the file, where it lies under another. Without `need_all` the
    columns that are still missing are left for the person to name: see `missing`. Without `kind`
    it is recognised.
    """
    require_file(path)
    name = name or path.name
    before = _state_of(path)
    rows, content_hash = read_rows(path, name)
    if _state_of(path) != before:
        raise BadInput(
            f"{name} was written to while it was read.", "Load it again once it is complete."
        )
    source = source_of(rows.table, name, content_hash, mapping, kind, rows.lines, need_all=need_all)
    return replace(source, assumed=rows.assumed | source.assumed)


def source_of(
    table: "pl.DataFrame",
    name: str,
    content_hash: str,
    mapping: Mapping[str, str] | None = None,
    kind: RecordKind | None = None,
    lines: "pl.Series | None" = None,
    key_columns: tuple[str, ...] = (),
    need_all: bool = True,
    key_scope: str = "",
) -> Source:
    """Rows that were read elsewhere, every cell text or null, with their columns recognised."""
    if not len(table):
        found = "names its columns but" if table.columns else "is readable but"
        raise BadInput(f"{name} {found} holds no rows.", "Export it again.")
    recognised = _recognised(table, dict(mapping or {}), name, kind, need_all)
    rows = Rows(table, numbered(table) if lines is None else lines)
    rows = _carried(rows, recognised)
    return Source(
        name=name,
        table=rows.table,
        lines=rows.lines,
        mapping=recognised.mapping,
        ignored=_ignored(table, recognised),
        assumed=rows.assumed | recognised.assumed | _assumptions(table, recognised),
        content_hash=content_hash,
        kind=recognised.kind,
        guesses=recognised.guesses,
        key_columns=tuple(key_columns),
        key_scope=key_scope,
    )


def sample_rows(source: Source, count: int = 5) -> list[dict[str, str | None]]:
    """The first rows under the file's own column names, to show a mapping to a person."""
    return source.table.head(count).to_dicts()


def _state_of(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _recognised(
    table: "pl.DataFrame",
    wanted: dict[str, str],
    name: str,
    kind: RecordKind | None,
    need_all: bool,
) -> Recognised:
    measured = measure(table)
    if kind is not None:
        require_kind(kind)
        recognised, question = recognise(measured, wanted, kind, name), None
    else:
        recognised, question = choose_kind(table, measured, wanted, name)
    if need_all:
        if question is not None:
            raise question
        require(recognised, measured, name)
    return recognised


def _carried(rows: Rows, recognised: Recognised) -> Rows:
    export = known_export(rows.table.columns)
    if export is None or export.kind != recognised.kind:
        return rows
    table, said = carry_down(rows.table, export)
    return Rows(table, rows.lines, {"export": f"an export of {export.name}"} | said)


def _ignored(table: "pl.DataFrame", recognised: Recognised) -> tuple[str, ...]:
    """Of customers nothing is: what is no column of ours is kept as an attribute."""
    if recognised.kind == "customers":
        return ()
    return tuple(name for name in table.columns if name not in recognised.mapping)


def _assumptions(table: "pl.DataFrame", recognised: Recognised) -> dict[str, str]:
    assumed = {}
    ours = recognised.mapping.values()
    if recognised.kind == "transactions" and "order_id" not in ours:
        assumed["order_id"] = "no order id in the file: one order per customer and moment"
    if recognised.kind != "transactions":
        assumed["kind"] = f"the rows are {recognised.kind}"
    more = [name for name in table.columns if name not in recognised.mapping]
    if recognised.kind == "customers" and more:
        assumed["attributes"] = f"kept as attributes: {listed(more)}"
    unsure = [
        f"'{guess.theirs}' as {guess.ours}"
        for guess in recognised.guesses
        if ACCEPTED <= guess.confidence < _SURE and guess.theirs in recognised.mapping
    ]
    if unsure:
        assumed["columns"] = f"recognised with some doubt: {', '.join(unsure)}"
    return assumed


def _quoted(cell: "pl.Expr") -> "pl.Expr":
    import polars as pl

    marked = '"' + cell.str.replace_all('"', '""', literal=True) + '"'
    plain = ~cell.str.contains(r'[",\r\n]')
    return pl.when(plain).then(cell).otherwise(marked).fill_null("")
