"""Comma-separated text: fast when it is sound, with the guilty line named when it is not."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import BadInput

if TYPE_CHECKING:
    import polars as pl


def read_delimited(path: Path) -> tuple["pl.DataFrame", "pl.Series", int]:
    """The cells as text, the file line each row starts on, and how many empty lines were left."""
    import polars as pl

    header = _read_header(path)
    names = _column_names(header, path)
    try:
        table = pl.read_csv(path, infer_schema=False, new_columns=names, glob=False)
    except pl.exceptions.PolarsError as error:
        raise _explained(path, len(names), str(error)) from error
    first_line = 2 + sum(name.count("\n") for name in header)
    lines = _start_lines(table, first_line)
    filled = table.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return table.filter(filled), lines.filter(filled), int((~filled).sum())


def _start_lines(table: "pl.DataFrame", first_line: int) -> "pl.Series":
    """A quoted field may run over several lines, so a row's number is not its line."""
    import polars as pl

    breaks = pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).fill_null(0))
    length = breaks.cast(pl.Int64) + 1
    return table.select((length.cum_sum() - length + first_line).alias("line")).to_series()


def _read_header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return next(csv.reader(lines), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise _explained(path, 0, str(error)) from error


def _column_names(header: Sequence[str], path: Path) -> list[str]:
    if not any(name.strip() for name in header):
        raise BadInput(
            f"The first line of {path.name} is empty.",
            "The first line must name the columns.",
        )
    names = [name if name.strip() else f"column {n}" for n, name in enumerate(header, start=1)]
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        places = [str(n) for n, name in enumerate(names, start=1) if name == repeated[0]]
        raise BadInput(
            f"{path.name}, line 1: the column name '{repeated[0]}' appears "
            f"{len(places)} times, in columns {' and '.join(places)}.",
            "Rename one of them in the first line.",
        )
    return names


# ---- only for a file that could not be read ------------------------------------------------------


def _explained(path: Path, width: int, reason: str) -> BadInput:
    return (
        _badly_encoded(path)
        or _badly_shaped(path, width)
        or BadInput(
            f"{path.name} could not be read as comma-separated text: {reason.splitlines()[0]}.",
            "Save it again as comma-separated CSV in UTF-8.",
        )
    )


def _badly_encoded(path: Path) -> BadInput | None:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                column = line[: error.start].count(b",") + 1
                return BadInput(
                    f"{path.name}, line {number}, about column {column}: byte "
                    f"0x{line[error.start]:02X} is not UTF-8, after "
                    f"'{line[: error.start].decode('utf-8')[-20:]}'.",
                    "Save the file as 'CSV UTF-8'.",
                )
    return None


def _badly_shaped(path: Path, width: int) -> BadInput | None:
    """The first record with too many fields or with a quote that leads astray."""
    for line, fields, raw in _records(path):
        if fields is None or raw.count('"') % 2:
            return BadInput(
                f'{path.name}, line {line}: a quote (") opens or closes in an odd place, near '
                f"'{raw.strip()[:60]}'.",
                'Inside a quoted field write a quote twice (""), and close every quote.',
            )
        if width and len(fields) > width:
            return BadInput(
                f"{path.name}, line {line}: {len(fields)} fields where the first line names "
                f"{width} columns; the first too many is column {width + 1}, "
                f"'{fields[width][:40]}'.",
                "Put quotes around a field that holds a comma, or remove the extra field.",
            )
    return None


def _records(path: Path) -> Iterator[tuple[int, list[str] | None, str]]:
    """First line, fields (None when broken) and raw text of each record."""
    consumed: list[str] = []

    def watched(lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            consumed.append(line)
            yield line

    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(watched(lines), strict=True)
        start = 1
        while True:
            try:
                fields = next(reader, None)
            except csv.Error:
                yield start, None, "".join(consumed)
                return
            if fields is None:
                return
            yield start, fields, "".join(consumed)
            start += len(consumed)
            consumed.clear()
