"""JSON: one object a line, or one array of objects; objects inside become columns."""

import codecs
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.reading.encoding import survey, transcode
from engine.reading.rows import Rows, numbered, without_empty

if TYPE_CHECKING:
    import polars as pl

_LARGEST_ARRAY_BYTES = 256 << 20  # an array is read at once


def read_json_lines(path: Path, name: str) -> Rows:
    survey(path, name)
    with _without_mark(path, name) as plain:
        rows = _read(plain, name)
        numbers = _object_lines(plain)
    lines = numbers if len(numbers) == len(rows.table) else rows.lines
    return without_empty(Rows(rows.table, lines, rows.assumed), ())


def read_json_array(path: Path, name: str) -> Rows:
    """Written out as JSON lines, so that both read alike; a row's line is its number."""
    import msgspec

    if path.stat().st_size > _LARGEST_ARRAY_BYTES:
        raise BadInput(
            f"{name} is one JSON array of {path.stat().st_size >> 20} MB; up to "
            f"{_LARGEST_ARRAY_BYTES >> 20} MB can be read.",
            "Write it as JSON lines: one object a line.",
        )
    try:
        content = path.read_bytes().removeprefix(codecs.BOM_UTF8)
        objects = msgspec.json.decode(content, type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        raise _unreadable(name, error) from error
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        lines = Path(folder) / "lines"
        with lines.open("wb") as file:
            # A line break inside a value is written \\n, so that these only part values.
            file.writelines(bytes(each).replace(b"\n", b" ") + b"\n" for each in objects)
        return without_empty(_read(lines, name), ())


@contextmanager
def _without_mark(path: Path, name: str) -> Iterator[Path]:
    """A byte order mark is no JSON."""
    with path.open("rb") as file:
        marked = file.read(3) == codecs.BOM_UTF8
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        plain = Path(folder) / "lines" if marked else path
        if marked:
            transcode(path, plain, "utf-8-sig", name)
        yield plain


def _read(path: Path, name: str) -> Rows:
    import polars as pl

    try:
        found = pl.scan_ndjson(path, infer_schema_length=None).collect_schema()
        table = pl.read_ndjson(path, schema=_as_text(found))
    except pl.exceptions.PolarsError as error:
        _refuse_bad_line(path, name)
        table = _mixed(path, name, error)
    flat, said = _flattened(table, name)
    return Rows(flat, numbered(flat), said)


def _as_text(found: "pl.Schema") -> "dict[str, pl.DataType | type[pl.DataType]]":
    """Every value as the text that stands in the file; lists and what lies deeper as JSON."""
    import polars as pl

    return {
        name: pl.Struct(dict.fromkeys((inner.name for inner in kind.fields), pl.String))
        if isinstance(kind, pl.Struct) and kind.fields
        else pl.String
        for name, kind in found.items()
    }


def _mixed(path: Path, name: str, error: Exception) -> "pl.DataFrame":
    """Keys that hold an object here and a value there stay JSON text."""
    import polars as pl

    keys: dict[str, None] = {}
    with path.open(encoding="utf-8-sig") as lines:
        for line in lines:
            if line.strip():
                keys |= dict.fromkeys(json.loads(line))
    try:
        return pl.read_ndjson(path, schema=dict.fromkeys(keys, pl.String))
    except pl.exceptions.PolarsError:
        raise _unreadable(name, error) from error


def _flattened(table: "pl.DataFrame", name: str) -> tuple["pl.DataFrame", dict[str, str]]:
    import polars as pl

    nested = [own for own, kind in table.schema.items() if isinstance(kind, pl.Struct)]
    for own in nested:
        inner = [f"{own}.{field}" for field in table[own].struct.fields]
        taken = [column for column in inner if column in table.columns]
        if taken:
            raise BadInput(
                f"{name} has '{taken[0]}' both as a key and inside '{own}'.", "Rename one of them."
            )
        table = table.with_columns(table[own].struct.rename_fields(inner)).unnest(own)
    said = {"nested": f"objects became columns: {', '.join(nested)}"} if nested else {}
    return table, said


def _object_lines(path: Path) -> "pl.Series":
    """Where the objects stand; blank lines hold none."""
    import polars as pl

    with path.open("rb") as lines:
        numbers = [number for number, line in enumerate(lines, start=1) if line.strip()]
    return pl.Series("line", numbers, dtype=pl.Int64)


def _refuse_bad_line(path: Path, name: str) -> None:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                is_object = isinstance(json.loads(line), dict)
            except (ValueError, RecursionError):
                is_object = False
            if not is_object:
                raise BadInput(
                    f"{name}, line {number}: this is no JSON object: "
                    f"'{line.decode('utf-8', 'replace').strip()[:60]}'.",
                    "Write one object a line, as in JSON lines, and nothing else.",
                )


def _unreadable(name: str, error: Exception) -> BadInput:
    return BadInput(
        f"{name} starts like JSON but cannot be read: {str(error).splitlines()[0]}.",
        "Write it as JSON lines: one object a line.",
    )
