"""Why a delimited text could not be read: looked into only once it could not."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from engine.errors import BadInput
from engine.reading.dialect import Dialect


def explained(path: Path, name: str, dialect: Dialect, width: int, reason: str) -> BadInput | None:
    """The guilty line; nothing when rows are only followed by empty fields."""
    overlong = False
    for line, fields, raw in _records(path, dialect):
        if fields is None or raw.count('"') % 2:
            return _odd_quote(name, line, raw)
        if any(field.strip() for field in fields[width:]):
            return _too_many(name, dialect, line, fields, width)
        overlong = overlong or len(fields) > width
    if overlong:
        return None
    return BadInput(
        f"{name} could not be read as {dialect.words}-separated text: {reason.splitlines()[0]}.",
        "Save it again as comma-separated CSV in UTF-8.",
    )


def first_overlong(path: Path, dialect: Dialect, width: int) -> int:
    records = _records(path, dialect)
    return next(line for line, fields, _ in records if fields is not None and len(fields) > width)


def _odd_quote(name: str, line: int, raw: str) -> BadInput:
    return BadInput(
        f'{name}, line {line}: a quote (") opens or closes in an odd place, near '
        f"'{' '.join(raw.split())[:60]}'.",
        'Inside a quoted field write a quote twice (""), and close every quote.',
    )


def _too_many(name: str, dialect: Dialect, line: int, fields: list[str], width: int) -> BadInput:
    return BadInput(
        f"{name}, line {line}: {len(fields)} fields where line {dialect.skipped + 1} names "
        f"{width} columns; the first too many is column {width + 1}, '{fields[width][:40]}'.",
        f"Put quotes around a field that holds a {dialect.words}, or remove the extra field.",
    )


def _records(path: Path, dialect: Dialect) -> Iterator[tuple[int, list[str] | None, str]]:
    """First line, fields (None when broken) and raw text of each record below the header."""
    consumed: list[str] = []

    def watched(lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            consumed.append(line)
            yield line

    with path.open(encoding="utf-8-sig", newline="") as lines:
        above = dialect.skipped + dialect.header_lines
        below = islice(lines, above, None)
        reader = csv.reader(watched(below), delimiter=dialect.separator, strict=True)
        start = above + 1
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
