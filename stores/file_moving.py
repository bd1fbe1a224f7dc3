"""Moving the files of a home: from its folder to an object store, or back, or between two.

Nothing is taken away from where they were; both places hold the same afterwards. What was copied
before is recognised by its content, so that a move that was cut short is simply done again.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import Conflict, Defect
from stores.files import Files
from stores.home import Home

FOLDERS = ("datasets", "snapshots", "scores", "audiences", "uploads", "reports", "exports")
_LOG = "/_delta_log/"
# Delta's pointer to its newest checkpoint is the one file that changes under its name.
_CHANGING = "_last_checkpoint"


@dataclass(frozen=True)
class Moved:
    files: int
    bytes: int
    already_there: int


def move_files(
    source: Home, target: Home, progress: Callable[[str], None] = lambda text: None
) -> Moved:
    """Copies every file and compares its content with what arrived. Nothing may load meanwhile."""
    found = {
        name: size
        for folder in FOLDERS
        for name, size in source.files.all(folder).items()
        if _belongs(name)
    }
    known = {name for folder in FOLDERS for name in target.files.all(folder)}
    copied = 0
    for number, name in enumerate(sorted(found, key=_order), start=1):
        if name not in known or not _is_same(source.files, target.files, name):
            _copy(source.files, target.files, name)
            copied += 1
        progress(f"{number:,} of {len(found):,} files")
    return Moved(copied, sum(found.values()), len(found) - copied)


def _belongs(name: str) -> bool:
    """The stream's own file belongs to the home, half-written ones to nobody."""
    last = name.rpartition("/")[2]
    return not last.startswith("stream.db") and not last.endswith((".tmp", ".part"))


def _order(name: str) -> tuple[bool, bool, str]:
    """A table's commits after its data, and each after the one before."""
    return _LOG in name, name.endswith(_CHANGING), name


def _is_same(source: Files, target: Files, name: str) -> bool:
    if source.fingerprint(name) == target.fingerprint(name):
        return True
    if name.endswith(_CHANGING):
        return False
    raise Conflict(
        f"{target.place} holds another {name} than {source.place}.",
        "Move into an empty place, or take away what is there.",
    )


def _copy(source: Files, target: Files, name: str) -> None:
    with (
        source.opened(name) as there,
        target.writing(name, cached=False) as unfinished,
        unfinished.open("wb") as here,
    ):
        shutil.copyfileobj(there, here)
    if source.fingerprint(name) != target.fingerprint(name):
        raise Defect(f"{name} is not the same in {target.place} after it was copied there.")
