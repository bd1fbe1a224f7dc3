"""Excel workbooks: the values that the cells show, never a formula, a macro or a link."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.reading.rows import Rows, column_names, listed, numbered, without_empty
from engine.reading.unpacking import opened_zip, require_bounded

if TYPE_CHECKING:
    import fastexcel
    import polars as pl

_HEADER_WITHIN_ROWS = 50


def is_workbook(path: Path, name: str) -> bool:
    with opened_zip(path, name) as archive:
        return any(entry.startswith("xl/") for entry in archive.namelist())


def read_workbook(path: Path, name: str) -> Rows:
    """The sheet that holds rows; sheets of the same columns are put one after the other."""
    import fastexcel

    with opened_zip(path, name) as archive:
        require_bounded(archive, name)
    try:
        reader = fastexcel.read_excel(path)
        sheets = {sheet: _sheet(reader, sheet, name) for sheet in reader.sheet_names}
    except fastexcel.FastExcelError as error:
        raise BadInput(
            f"{name} is an Excel workbook that cannot be read: {str(error).splitlines()[0]}.",
            "Open it in Excel and save it again as .xlsx, or as CSV.",
        ) from error
    tables = {sheet: rows for sheet, rows in sheets.items() if rows is not None}
    return _joined(_fitting(tables, name), list(sheets))


def _sheet(reader: "fastexcel.ExcelReader", sheet: str, name: str) -> Rows | None:
    """Nothing for a sheet that is no table: fewer than two columns, or no row below the header."""
    import polars as pl

    loaded = reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
    cells: pl.DataFrame = loaded.to_polars()
    above = _header_row(cells)
    if above is None:
        return None
    header = cells.row(above)
    names = column_names(header, above + 1, f"{name}, sheet '{sheet}'")
    below = cells[above + 1 :].rename(dict(zip(cells.columns, names, strict=True)))
    # A time of day alone is one of day 0 to Excel.
    table = below.with_columns(pl.all().str.replace(r"^1899-12-3[01] (\d\d:\d\d:\d\d)", "$1"))
    said = {"title": f"sheet '{sheet}' names its columns in row {above + 1}"} if above else {}
    unnamed = [own for own, cell in zip(names, header, strict=True) if not (cell or "").strip()]
    rows = without_empty(Rows(table, numbered(table, above + 2), said), unnamed)
    return rows if len(rows.table) else None


def _header_row(cells: "pl.DataFrame") -> int | None:
    """The first row about as full as the fullest of the first ones: a title is one merged cell."""
    first = cells.head(_HEADER_WITHIN_ROWS).rows()
    filled = [sum(cell is not None and bool(cell.strip()) for cell in row) for row in first]
    enough = max(2, 0.6 * max(filled, default=0))
    return next((n for n, count in enumerate(filled) if count >= enough), None)


def _fitting(tables: dict[str, Rows], name: str) -> dict[str, Rows]:
    """Those with the columns of the longest; another one nearly as long makes it a question."""
    if not tables:
        raise BadInput(
            f"{name} is a workbook without a sheet of rows.",
            "A sheet needs a row with the names of its columns, and rows below it.",
        )
    longest = max(tables.values(), key=lambda rows: len(rows.table))
    fitting = {n: rows for n, rows in tables.items() if _columns(rows) == _columns(longest)}
    others = [n for n in tables if n not in fitting]
    rivals = [n for n in others if 2 * len(tables[n].table) > len(longest.table)]
    if rivals:
        raise BadInput(
            f"{name} has several sheets of different columns: {listed(list(tables))}.",
            "Save the sheet you mean as a file of its own.",
        )
    return fitting


def _columns(rows: Rows) -> Sequence[str]:
    return [name.strip().casefold() for name in rows.table.columns]


def _joined(fitting: dict[str, Rows], sheets: Sequence[str]) -> Rows:
    """Lines are those of each sheet; with several, those of the next go on after the one before."""
    import polars as pl

    parts = list(fitting.values())
    names = parts[0].table.columns
    same = [rows.table.rename(dict(zip(rows.table.columns, names, strict=True))) for rows in parts]
    lines, reached = [], 0
    for rows in parts:
        lines.append(rows.lines + reached)
        reached = int(lines[-1][-1])
    assumed = {topic: said for rows in parts for topic, said in rows.assumed.items()}
    if len(sheets) > 1:
        assumed["sheets"] = _said(list(fitting), sheets)
    return Rows(pl.concat(same), pl.concat(lines), assumed)


def _said(taken: Sequence[str], sheets: Sequence[str]) -> str:
    left = [sheet for sheet in sheets if sheet not in taken]
    joined = ", which have the same columns, one after the other" if len(taken) > 1 else ""
    return f"taken: {listed(taken)}{joined}" + (f"; left out: {listed(left)}" if left else "")
