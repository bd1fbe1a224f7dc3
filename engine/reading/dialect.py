"""How a delimited text is written: its separator, and the line that names the columns."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from engine.reading.contents import looks_like_value

SEPARATORS: dict[str, str] = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SAMPLED_RECORDS = 200
_SAYS_SEPARATOR = re.compile(r'^"?sep=(.)"?$', re.IGNORECASE)

Record = tuple[int, list[str]]  # how many lines stand before it, its fields


@dataclass(frozen=True)
class Dialect:
    separator: str
    skipped: int  # lines above the header
    header: tuple[str, ...]
    header_lines: int

    @property
    def words(self) -> str:
        return SEPARATORS.get(self.separator, repr(self.separator))


def sniff(text: str) -> Dialect:
    """`text` is the start of the file; its lines may end in any of the three ways."""
    lines = list(StringIO(text, newline=""))
    if said := _SAYS_SEPARATOR.match(lines[0].strip() if lines else ""):
        return _header(_records(lines, said[1])[1:], said[1])
    found = [(_header(records, mark), records) for mark, records in _parsed(lines)]
    return max(found, key=lambda each: _consistency(*each))[0]


def is_of_values(fields: Sequence[str]) -> bool:
    """Whether a record holds numbers and dates where a header has words."""
    filled = [field for field in fields if field.strip()]
    return bool(filled) and 3 * sum(map(looks_like_value, filled)) >= len(filled)


def _parsed(lines: Sequence[str]) -> list[tuple[str, list[Record]]]:
    return [(mark, _records(lines, mark)) for mark in SEPARATORS]


def _records(lines: Sequence[str], separator: str) -> list[Record]:
    reader = csv.reader(lines, delimiter=separator)
    records: list[Record] = []
    before = 0
    try:
        for fields in islice(reader, _SAMPLED_RECORDS):
            records.append((before, fields))
            before = reader.line_num
    except csv.Error:  # a field too long to be one: what was read until there has to do
        pass
    return records


def _header(records: Sequence[Record], separator: str) -> Dialect:
    """The first record as wide as most, made of words; else the first with anything in it."""
    filled = [record for record in records if _width(record[1])]
    if not filled:
        return Dialect(separator, 0, (), 1)
    widths = Counter(_width(fields) for _, fields in filled)
    usual = max(widths, key=lambda width: (widths[width], -width))
    for skipped, fields in filled:
        if _width(fields) >= max(usual, 2) and not is_of_values(fields):
            return _dialect(separator, skipped, fields)
    return _dialect(separator, *filled[0])


def _dialect(separator: str, skipped: int, fields: Sequence[str]) -> Dialect:
    breaks = sum(len(re.findall(r"\r\n|\r|\n", field)) for field in fields)
    return Dialect(separator, skipped, tuple(fields), 1 + breaks)


def _width(fields: Sequence[str]) -> int:
    """Without the empty fields at the end."""
    return max((n for n, field in enumerate(fields, start=1) if field.strip()), default=0)


def _consistency(dialect: Dialect, records: Sequence[Record]) -> tuple[float, int]:
    """The share of rows that are as wide as their header; a single column tells nothing."""
    width = _width(dialect.header)
    if width < 2:
        return 0.0, width
    below = [fields for skipped, fields in records if skipped > dialect.skipped and fields]
    fitting = sum(_width(fields) <= width <= len(fields) for fields in below)
    return (fitting / len(below) if below else 0.5), width
