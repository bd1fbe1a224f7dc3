"""Ugly files with known truth (`evals/ugly`): differences between it and what the engine says."""

import tempfile
from pathlib import Path

from evals.bench.bars import Setting
from evals.ugly.checking import differences

FILES, MORE_FILES = 60, 400


def measure(setting: Setting) -> float:
    files = MORE_FILES if setting.full else FILES
    with tempfile.TemporaryDirectory(prefix="segue-ugly-") as folder:
        found = [each for seed in range(files) for each in differences(seed, Path(folder))]
    for each in found[:20]:
        setting.say(each)
    setting.say(f"{files} files, {len(found)} differences")
    return float(len(found))
