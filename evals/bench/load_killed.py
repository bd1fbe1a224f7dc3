"""A load killed with -9 leaves the dataset as it was or as the load makes it, never between.

A child process loads the later half of an export into a home that holds the earlier one, and dies
at a step drawn from a seed: a call or return in Segue's own code, half of the steps where it
writes; some die by the clock instead. The value counts what is wrong afterwards: records that are
neither the old nor the new, a list of loads that does not fit them, a second load that does not
come to the new.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from engine.errors import NotPossible, SegueError
from evals.bench.bars import Setting
from evals.bench.export import export_as_csv
from evals.bench.overlap_union import halves
from evals.bench.record_rows import fresh_copy, records_of, request_of, rows_that_differ
from evals.bench.stream_shop import NOW
from stores.datasets import DatasetStore
from stores.home import Home
from tools.datasets import load_file

if TYPE_CHECKING:
    import polars as pl

KILLS, BY_CLOCK = 20, 4
_ROOT = Path(__file__).parents[2]
_EVERYWHERE = ("engine", "stores", "tools")
_WRITING = ("stores",)


@dataclass(frozen=True)
class Kill:
    """At the `step`-th step in these packages, or after some seconds."""

    packages: tuple[str, ...] = ()
    step: int = 0
    seconds: float = 0.0


def measure(setting: Setting) -> float:
    with tempfile.TemporaryDirectory(prefix="segue-killed-") as name:
        folder = Path(name)
        early, late = halves(export_as_csv(setting, folder), folder)
        old = folder / "old"
        _load(old, early)
        new = fresh_copy(old, folder / "new")
        started = time.perf_counter()
        _run(new, late, Kill(_EVERYWHERE))
        seconds = time.perf_counter() - started
        before, after = records_of(old), records_of(new)
        wrong = 0
        for kill in _kills(setting, fresh_copy(old, folder / "count"), late, seconds):
            tried = fresh_copy(old, folder / "tried")
            died = _run(tried, late, kill)
            faults = list(_faults(tried, late, before, after))
            wrong += len(faults)
            setting.say(f"{kill}: {'died' if died else 'lived'}; {'; '.join(faults) or 'sound'}")
        return float(wrong)


def _kills(setting: Setting, home: Path, file: Path, seconds: float) -> Iterator[Kill]:
    draw = random.Random(7)  # noqa: S311  (no secret)
    steps = {packages: _count(home, file, packages) for packages in (_EVERYWHERE, _WRITING)}
    setting.say(f"{steps[_EVERYWHERE]:,} steps, {steps[_WRITING]:,} of them where records are kept")
    for number in range(KILLS):
        if number < BY_CLOCK:
            yield Kill(seconds=draw.uniform(0.3, 1) * seconds)
        else:
            packages = _WRITING if number % 2 else _EVERYWHERE
            yield Kill(packages, draw.randrange(1, steps[packages]))


def _faults(root: Path, file: Path, before: "pl.DataFrame", after: "pl.DataFrame") -> Iterator[str]:
    try:
        found = records_of(root)
        is_new = not rows_that_differ(found, after)
        if not is_new and rows_that_differ(found, before):
            yield "the records are neither the old nor the new"
        loads = _load(root, file)
        if len(loads) != 2 or len(set(loads)) != 2:
            yield f"the loads are {loads}"
        if rows_that_differ(records_of(root), after):
            yield "the second load does not come to the new"
    except SegueError as error:
        yield f"refused: {error}"


def _load(root: Path, file: Path) -> list[str]:
    """Loads, and names every load that the dataset has now by its file."""
    home = Home.open(root)
    try:
        load_file(home, request_of(file), NOW)
        store = DatasetStore(home)
        return [load.source for load in store.loads(store.get())]
    finally:
        home.close()


# ---- the child -----------------------------------------------------------------------------------


def _count(home: Path, file: Path, packages: tuple[str, ...]) -> int:
    target = fresh_copy(home, home.parent / "counted")
    done = _start(target, file, Kill(packages)).communicate()[0]
    return int(done.split()[-1])


def _run(home: Path, file: Path, kill: Kill) -> bool:
    """Whether the child died; raises when it failed in another way."""
    child = _start(home, file, kill)
    if kill.seconds:
        try:
            child.wait(kill.seconds)
        except subprocess.TimeoutExpired:
            child.kill()
    child.communicate()
    if child.returncode not in (0, -signal.SIGKILL):
        raise NotPossible(f"The load ended with {child.returncode}, neither done nor killed.")
    return child.returncode != 0


def _start(home: Path, file: Path, kill: Kill) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "evals.bench.load_killed", str(home), str(file),
               str(kill.step), *kill.packages]  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _load_until(home: Path, file: Path, step: int, packages: tuple[str, ...]) -> int:
    """The steps there were; with a step to die at, this process ends there."""
    folders = tuple(str(_ROOT / package) + os.sep for package in packages)
    taken = 0

    def follow(frame: FrameType, event: str, argument: object) -> None:
        nonlocal taken
        if frame.f_code.co_filename.startswith(folders):
            taken += 1
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)

    if folders:
        sys.setprofile(follow)
    _load(home, file)
    sys.setprofile(None)
    return taken


if __name__ == "__main__":
    print(_load_until(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), tuple(sys.argv[4:])))
