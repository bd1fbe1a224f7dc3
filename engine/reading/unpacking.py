"""Compressed files, unpacked into a temporary one, within bounds.

A few kilobytes can unpack to more than a disk holds, so what comes out is counted as it comes.
"""

import errno
import gzip
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from engine.errors import BadInput

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

PIECE_BYTES = 1 << 20
LARGEST_BYTES = 8 << 30
LARGEST_RATIO = 200  # tables rarely shrink more than fifty times
_RATIO_FROM_BYTES = 64 << 20  # below, a high ratio harms nobody


@contextmanager
def gunzipped(path: Path, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        target = Path(folder) / "unpacked"
        with gzip.open(path, "rb") as packed, target.open("wb") as file:
            _copy(packed, file, path.stat().st_size, name)
        yield target


@contextmanager
def unzipped(path: Path, name: str) -> Iterator[Path]:
    """The one file of a zip archive; its name inside is never used as a place to write to."""
    with tempfile.TemporaryDirectory(prefix="segue-") as folder, opened_zip(path, name) as archive:
        target = Path(folder) / "unpacked"
        inside = _only_file(archive, name)
        with archive.open(inside) as packed, target.open("wb") as file:
            _copy(packed, file, inside.compress_size, name)
        yield target


@contextmanager
def opened_zip(path: Path, name: str) -> Iterator["ZipFile"]:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise _cut_short(name) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # else its table of contents points outside of it
            raise
        raise _cut_short(name) from error
    except RuntimeError as error:  # what zipfile raises for an encrypted entry
        raise BadInput(
            f"{name} is protected by a password.", "Give a copy without password."
        ) from error


def require_bounded(archive: "ZipFile", name: str) -> None:
    """Unpacks every entry to nowhere, so that whoever reads it next meets what it says it holds."""
    for inside in archive.infolist():
        if not inside.is_dir():
            with archive.open(inside) as packed:
                _copy(packed, None, inside.compress_size, name)


def _only_file(archive: "ZipFile", name: str) -> "ZipInfo":
    files = [
        inside
        for inside in archive.infolist()
        if not inside.is_dir() and not inside.filename.startswith("__MACOSX/")
    ]
    if len(files) != 1:
        shown = ", ".join(f"'{inside.filename}'" for inside in files[:5])
        raise BadInput(
            f"{name} is an archive of {len(files)} files{': ' if files else ''}{shown}.",
            "Unpack it and give one file of rows.",
        )
    inside = files[0].filename
    if inside.startswith(("/", "\\")) or ".." in Path(inside.replace("\\", "/")).parts:
        raise BadInput(
            f"{name} holds a file that points outside of the archive: '{inside}'.",
            "Do not trust this archive; ask for the file itself.",
        )
    return files[0]


def _copy(
    packed: "IO[bytes] | gzip.GzipFile", target: IO[bytes] | None, packed_bytes: int, name: str
) -> None:
    total = 0
    try:
        while piece := packed.read(PIECE_BYTES):
            total += len(piece)
            _require_within_bounds(total, packed_bytes, name)
            if target is not None:
                target.write(piece)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _cut_short(name) from error


def _require_within_bounds(total: int, packed_bytes: int, name: str) -> None:
    if total > LARGEST_BYTES or (
        total > _RATIO_FROM_BYTES and total > LARGEST_RATIO * max(packed_bytes, 1)
    ):
        raise BadInput(
            f"{name} unpacks to more than {total >> 20} MB from {packed_bytes >> 10} kB; the "
            f"bounds are {LARGEST_RATIO} times its size and {LARGEST_BYTES >> 30} GB.",
            "Unpack it yourself and give the file, if you trust it.",
        )


def _cut_short(name: str) -> BadInput:
    return BadInput(
        f"{name} cannot be unpacked: it is damaged or cut short.", "Copy or download it again."
    )
