"""Delimited text: fast when it is sound, with the guilty line named when it is not."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.reading.broken import explained, first_overlong
from engine.reading.dialect import Dialect, is_of_values, sniff
from engine.reading.encoding import (
    legacy_encoding,
    line_end,
    survey,
    transcode,
    wide_encoding,
)
from engine.reading.file import START_BYTES, start_of
from engine.reading.rows import Rows, column_names, numbered, without_empty

if TYPE_CHECKING:
    import polars as pl

_ENCODINGS = {"cp1252": "Windows-1252 (Western Europe)", "latin-1": "Latin-1"}


def read_delimited(path: Path, name: str) -> tuple[Rows, str]:
    """The rows, and the hash of the file's bytes."""
    with as_utf8(path, name) as (plain, assumed, found):
        content_hash, lines = found
        rows = _read(plain, name, lines)
    return Rows(rows.table, rows.lines, assumed | rows.assumed), content_hash


@contextmanager
def as_utf8(path: Path, name: str) -> Iterator[tuple[Path, dict[str, str], tuple[str, int]]]:
    """The same text in UTF-8, what was assumed, and the hash of the bytes with the lines."""
    wide = wide_encoding(start_of(path, name))
    found = None if wide else survey(path, name)
    if found is not None and found.is_utf8:
        yield path, {}, (found.content_hash, found.lines)
        return
    encoding = wide or legacy_encoding(path, name)
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        plain = Path(folder) / "text"
        transcode(path, plain, encoding, name)
        again = survey(plain, name)
        said = {"encoding": f"the text is {_ENCODINGS.get(encoding, encoding.upper())}"}
        yield plain, said, (found.content_hash if found else _hash_of(path), again.lines)


def _read(path: Path, name: str, file_lines: int) -> Rows:
    with path.open("rb") as file:
        start = file.read(4 * START_BYTES)
    end = line_end(start).decode()
    dialect = sniff(_whole_lines(start, end.encode()))
    names = _names(dialect, name)
    table, assumed = _table(path, name, dialect, names, end)
    first_line = dialect.skipped + dialect.header_lines + 1
    lines = _start_lines(table, first_line, file_lines, end)
    assumed |= _said(dialect, end) | _short_rows(path, table, lines, dialect, end)
    unnamed = [
        own for own, said in zip(table.columns, dialect.header, strict=True) if not said.strip()
    ]
    return without_empty(Rows(table, lines, assumed), unnamed)


def _whole_lines(start: bytes, end: bytes) -> str:
    if len(start) == 4 * START_BYTES:
        start = start[: start.rfind(end) + 1] or start
    return start.decode("utf-8-sig", "replace")


def _names(dialect: Dialect, name: str) -> list[str]:
    line = dialect.skipped + 1
    if not any(field.strip() for field in dialect.header):
        raise BadInput(f"{name} holds blank lines only.", "Export it again: it holds no rows.")
    if is_of_values(dialect.header):
        shown = ", ".join(f"'{field}'" for field in dialect.header[:3])
        raise BadInput(
            f"{name}, line {line}: where the names of the columns should be there are values: "
            f"{shown}.",
            "Put a line above it that names the columns.",
        )
    return column_names(dialect.header, line, name)


def _table(
    path: Path, name: str, dialect: Dialect, names: Sequence[str], end: str
) -> tuple["pl.DataFrame", dict[str, str]]:
    import polars as pl

    def read(truncated: bool) -> "pl.DataFrame":
        return pl.read_csv(
            path,
            separator=dialect.separator,
            skip_lines=dialect.skipped,
            eol_char=end,
            infer_schema=False,
            new_columns=list(names),
            truncate_ragged_lines=truncated,
            glob=False,
        )

    try:
        return read(truncated=False), {}
    except pl.exceptions.NoDataError:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String)), {}
    except pl.exceptions.PolarsError as error:
        problem = explained(path, name, dialect, len(names), str(error))
        if problem is not None:
            raise problem from error
    line = first_overlong(path, dialect, len(names))
    said = f"empty fields beyond the last column are left out, the first on line {line}"
    return read(truncated=True), {"long rows": said}


def _start_lines(table: "pl.DataFrame", first_line: int, file_lines: int, end: str) -> "pl.Series":
    """A quoted field may run over several lines, so a row's number is not always its line."""
    import polars as pl

    if first_line - 1 + len(table) == file_lines:
        return numbered(table, first_line)
    breaks = pl.sum_horizontal(pl.all().str.count_matches(end, literal=True).fill_null(0))
    length = breaks.cast(pl.Int64) + 1
    return table.select((length.cum_sum() - length + first_line).alias("line")).to_series()


def _said(dialect: Dialect, end: str) -> dict[str, str]:
    said = {}
    if dialect.separator != ",":
        said["separator"] = f"fields are separated by {dialect.words}"
    if end == "\r":
        said["line ends"] = "lines end in a carriage return alone"
    if dialect.skipped:
        said["title"] = f"the columns are named on line {dialect.skipped + 1}; above is no row"
    return said


def _short_rows(
    path: Path, table: "pl.DataFrame", lines: "pl.Series", dialect: Dialect, end: str
) -> dict[str, str]:
    """Rows that stop before the last column; only rows whose last cell is empty can be such."""
    import polars as pl

    last = table.to_series(-1)
    if not last.null_count() or table.width == 1:
        return {}
    text = pl.read_csv(
        path, separator="\x1f", quote_char=None, has_header=False, eol_char=end,
        infer_schema=False, truncate_ragged_lines=True, glob=False, new_columns=["line"],
        empty_string_is_null=False,
    )["line"]  # fmt: skip
    at = lines.filter(last.is_null())
    unquoted = text[at - 1].str.replace_all(r'"[^"]*"', "")
    marks = unquoted.str.count_matches(dialect.separator, literal=True)
    whole = ~unquoted.str.contains('"', literal=True)  # else the row goes on in the next line
    short = at.filter(whole & (marks < table.width - 1) & (unquoted.str.strip_chars() != ""))
    if not len(short):
        return {}
    return {
        "short rows": f"{_rows_have(len(short))} fewer fields than there are columns, the first on "
        f"line {short[0]}; what is missing counts as empty"
    }


def _rows_have(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"


def _hash_of(path: Path) -> str:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
