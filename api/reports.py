"""Writing a report's files, for the command line and for jobs."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.narrative import RULES, Narrative
from agent.reporting import build_report
from engine.render.formats import need_formats, to_file
from tools.context import Context


def write_report(
    context: Context,
    formats: Sequence[str],
    folder: Path,
    now: datetime,
    progress: Callable[[str], None],
    narrative: Narrative = RULES,
) -> list[dict[str, Any]]:
    """The same report in each format; all are rendered before any file is written."""
    need_formats(formats)
    report = build_report(context, narrative)
    name = f"segments-{context.as_of.local_date.isoformat()}"
    made: list[tuple[str, bytes]] = []
    for wanted in dict.fromkeys(formats):
        progress(f"Writing the {wanted.upper()}")
        made.append((wanted, to_file(report, wanted, now)))
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for wanted, content in made:
        file = folder / f"{name}.{wanted}"
        file.write_bytes(content)
        files.append({"format": wanted, "name": file.name, "file": str(file), "size": len(content)})
    return files


def keep_report(
    context: Context,
    formats: Sequence[str],
    name: str,
    now: datetime,
    progress: Callable[[str], None],
    narrative: Narrative = RULES,
) -> list[dict[str, Any]]:
    """Among the files of the home, where every service finds it; `name` is the folder's there."""
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        for file in write_report(context, formats, Path(folder), now, progress, narrative):
            place = f"{name}/{file['name']}"
            with context.home.files.writing(place) as unfinished:
                shutil.copyfile(file["file"], unfinished)
            kept.append(file | {"file": place})
    return kept
