"""A file of any form to its rows, by what it holds and not by what it is called."""

import hashlib
from pathlib import Path

from engine.errors import BadInput
from engine.reading.columnar import read_columnar
from engine.reading.delimited import read_delimited
from engine.reading.file import Form, form_of
from engine.reading.json_rows import read_json_array, read_json_lines
from engine.reading.rows import Rows
from engine.reading.unpacking import gunzipped, unzipped
from engine.reading.workbook import is_workbook, read_workbook

_READERS = {
    "parquet": read_columnar,
    "json lines": read_json_lines,
    "json array": read_json_array,
    "archive": read_workbook,
}


def read_rows(path: Path, name: str) -> tuple[Rows, str]:
    """The rows and the hash of the bytes; a compressed file has the hash of what is inside."""
    form = form_of(path, name)
    if form == "gzip":
        with gunzipped(path, name) as inside:
            return _read_inside(inside, name, "gzip")
    if form == "archive" and not is_workbook(path, name):
        with unzipped(path, name) as inside:
            return _read_inside(inside, name, "zip")
    return _read(path, name, form)


def _read_inside(path: Path, name: str, packing: str) -> tuple[Rows, str]:
    form = form_of(path, name)
    if form == "gzip" or (form == "archive" and not is_workbook(path, name)):
        raise BadInput(f"{name} is compressed twice.", "Unpack it once.")
    rows, content_hash = _read(path, name, form)
    return Rows(rows.table, rows.lines, {"packing": packing} | rows.assumed), content_hash


def _read(path: Path, name: str, form: Form) -> tuple[Rows, str]:
    if form == "text":
        return read_delimited(path, name)
    rows = _READERS[form](path, name)
    with path.open("rb") as file:
        return rows, hashlib.file_digest(file, "sha256").hexdigest()
