"""`segue move`: what goes where, and who must not be at work meanwhile."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from api.running import find_service
from api.settings import Settings
from engine.errors import BadInput, NotPossible
from stores.file_moving import move_files
from stores.home import STATE_FILE, Home
from stores.moving import move

SQLITE = "sqlite"
HOME = "home"


def move_state(
    settings: Settings, database: str | None, progress: Callable[[str], None]
) -> dict[str, Any]:
    _require_quiet(settings)
    back = database == SQLITE
    url = settings.places.database if back else database or settings.places.database
    if url is None:
        raise BadInput(
            "No database is named.",
            "Say --database postgresql://USER@HOST:5432/DATABASE, or set SEGUE_DATABASE_URL.",
        )
    if not back and not (settings.home / STATE_FILE).exists():
        raise NotPossible(
            f"The home {settings.home} has no state of its own to move.",
            "Name the right one with --home; a new home needs no move, only SEGUE_DATABASE_URL.",
        )
    source = Home.open(settings.home, replace(settings.places, database=url if back else None))
    moved = move(source, None if back else url, progress)
    return {"from": moved.before, "to": moved.after, "tables": moved.rows}


def move_records(settings: Settings, files: str, progress: Callable[[str], None]) -> dict[str, Any]:
    """Records, snapshots, scores, uploads and reports, to an object store or back."""
    _require_quiet(settings)
    url = None if files == HOME else files
    if url == settings.places.files:
        raise BadInput(
            f"The files are {'on ' + url if url else 'in the home'} already.",
            "Name where they are to go; SEGUE_FILES_URL says where they are.",
        )
    source = Home.open(settings.home, settings.places)
    target = Home.at(settings.home, replace(settings.places, files=url))
    try:
        with source.write(alone="files"):
            moved = move_files(source, target, progress)
    finally:
        target.close()
        source.close()
    return {"from": source.files.place, "to": target.files.place, **asdict(moved)}


def _require_quiet(settings: Settings) -> None:
    service = find_service(settings.home)
    if service is not None:
        raise NotPossible(f"A service runs on this home, at {service.address}.", "Stop it first.")
