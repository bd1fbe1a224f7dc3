"""Two exports that overlap by a month come to their union, in whatever way they are loaded.

Either first, both twice, and both at once from two processes; each time the records are held
against those of one load of the whole. The value counts the rows that differ.
"""

import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from engine.errors import NotPossible
from evals.bench.bars import Setting
from evals.bench.export import CURRENCY, ZONE, export_as_csv
from evals.bench.record_rows import records_of, request_of, rows_that_differ
from evals.bench.stream_shop import NOW
from stores.home import Home
from tools.datasets import load_file

OVERLAP = timedelta(days=30)
_LOAD = "from api.cli import main; main()"


def measure(setting: Setting) -> float:
    with tempfile.TemporaryDirectory(prefix="segue-overlap-") as name:
        folder = Path(name)
        whole = export_as_csv(setting, folder)
        early, late = halves(whole, folder)
        union = records_of(_loaded(folder / "whole", whole))
        differing = 0
        for how, files in (
            ("one after the other", (early, late)),
            ("the later one first", (late, early)),
            ("both twice", (early, late, early, late)),
        ):
            found = records_of(_loaded(folder / how, *files))
            differing += _tell(setting, how, rows_that_differ(found, union))
        found = records_of(_at_once(folder / "at once", early, late))
        differing += _tell(setting, "at once", rows_that_differ(found, union))
        return float(differing)


def halves(whole: Path, folder: Path) -> tuple[Path, Path]:
    """Up to a month after the middle, and from the middle on."""
    import polars as pl

    rows = pl.read_csv(whole, infer_schema=False)
    dates = next(name for name in rows.columns if "date" in name.casefold())
    days = rows[dates].str.slice(0, 10)
    middle = str(days.sort()[len(days) // 2])
    end = (datetime.fromisoformat(middle) + OVERLAP).date().isoformat()
    early, late = folder / "early.csv", folder / "late.csv"
    rows.filter(days < end).write_csv(early)
    rows.filter(days >= middle).write_csv(late)
    return early, late


def _loaded(root: Path, *files: Path) -> Path:
    home = Home.open(root)
    try:
        for file in files:
            load_file(home, request_of(file), NOW)
    finally:
        home.close()
    return root


def _at_once(root: Path, *files: Path) -> Path:
    Home.open(root).close()
    options = ["--home", str(root), "--zone", ZONE, "--currency", CURRENCY, "--json"]
    loads = [
        subprocess.Popen([sys.executable, "-c", _LOAD, "load", str(file), *options],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for file in files
    ]  # fmt: skip
    for load in loads:
        _, said = load.communicate()
        if load.returncode:
            raise NotPossible(f"One of two loads at once failed: {said}")
    return root


def _tell(setting: Setting, how: str, differing: int) -> int:
    setting.say(f"{how}: {differing:,} rows differ from the union")
    return differing
