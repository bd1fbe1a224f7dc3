"""`segue move`: which state goes where, and who must not be at work meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from api.running import find_service
from api.settings import Settings
from engine.errors import BadInput, NotPossible
from stores.home import STATE_FILE, Home
from stores.moving import move

SQLITE = "sqlite"


def move_state(
    settings: Settings, database: str | None, progress: Callable[[str], None]
) -> dict[str, Any]:
    service = find_service(settings.home)
    if service is not None:
        raise NotPossible(f"A service runs on this home, at {service.address}.", "Stop it first.")
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
