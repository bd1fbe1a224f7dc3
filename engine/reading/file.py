"""What a file is by what it starts with, and the refusal of what is no table at all."""

import codecs
import os
import stat
from pathlib import Path
from typing import Literal

from engine.errors import BadInput, NotFound

Form = Literal["text", "parquet", "archive", "gzip", "json lines", "json array"]
START_BYTES = 65_536
LONGEST_NAME_BYTES = 255

_EXPORT_AGAIN = "Export it as CSV, Excel workbook (.xlsx), Parquet or JSON lines."
_REFUSED: dict[bytes, str] = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3\0": "an SQLite database",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"(\xb5/\xfd": "compressed with Zstandard",
    b"\x7fELF": "a program",
    b"<": "a web page or XML document",
}
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def form_of(path: Path, name: str) -> Form:
    start = start_of(path, name)
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        return "archive"
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    if start.startswith(_OLD_WORKBOOK):
        raise _old_or_encrypted(path, name)
    opening = start.removeprefix(codecs.BOM_UTF8).lstrip()
    for mark, what in _REFUSED.items():
        if opening.startswith(mark):
            raise BadInput(f"{name} is {what}, no table of rows.", _EXPORT_AGAIN)
    if opening[:1] == b"{":
        return "json lines"
    if opening[:1] == b"[" and opening[1:].lstrip()[:1] in (b"{", b"]"):
        return "json array"
    return "text"


def require_file(path: Path) -> None:
    """Before anything is opened: opening a pipe waits for whoever writes to it."""
    if any(len(os.fsencode(part)) > LONGEST_NAME_BYTES for part in path.parts):
        raise BadInput(
            f"'{path.name[:60]}...' is too long to be the name of a file.", "Name one file."
        )
    if path.is_symlink() and not path.exists():
        raise BadInput(
            f"{path} is a link that leads to no file, or in a circle.", "Name the file itself."
        )
    if not path.exists():
        beside = [entry.name for entry in path.parent.glob("*")] if path.parent.is_dir() else []
        raise NotFound.named("file", path.name, beside, str(path.parent.absolute()))
    if path.is_dir():
        raise BadInput(f"{path} is a folder, not a file.", "Name one file in it.")
    if not stat.S_ISREG(path.stat().st_mode):
        raise BadInput(
            f"{path} is a pipe, a socket or a device, not a file.",
            "Save what it gives to a file, and name that.",
        )


def start_of(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(START_BYTES)
    except PermissionError as error:
        raise BadInput(f"{path} may not be read.", "Check who may read the file.") from error
    if not start or start in _BYTE_ORDER_MARKS:
        raise BadInput(f"{name} is empty.", "Export it again: it holds no rows.")
    return start


def _old_or_encrypted(path: Path, name: str) -> BadInput:
    with path.open("rb") as file:
        while piece := file.read(START_BYTES):
            if _ENCRYPTED in piece:
                return BadInput(
                    f"{name} is a workbook that is protected by a password.",
                    "Open it in Excel, save a copy without password, and give that.",
                )
    return BadInput(
        f"{name} is a workbook of the old form (.xls).", "Save it in Excel as .xlsx or CSV."
    )
