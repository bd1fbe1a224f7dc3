"""Ugly files with known truth, through the engine: every row lands where it has to."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.cleaning import DROPPED_REASONS, FIXED_REASONS
from evals.ugly.checking import differences
from evals.ugly.row import Row
from evals.ugly.style import draw_style
from evals.ugly.writing import UglyFile, write_ugly

SEEDS = range(12)
# Of two readings of one file, and of a table whose rows have a key; not of one file alone.
BETWEEN_LOADS = {"already in the dataset", "changed in the source", "erased customer"}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_fares_as_it_has_to(seed: int, tmp_path: Path) -> None:
    assert differences(seed, tmp_path) == []


def test_the_files_meet_every_form_kind_and_reason(tmp_path: Path) -> None:
    files = [write_ugly(seed, tmp_path) for seed in range(60)]
    assert {file.style.form for file in files[:12]} >= {"comma", "xlsx", "jsonl", "parquet"}
    assert {row.kind for file in files[:12] for row in file.rows.values()} == {
        "transactions", "customers", "events", "texts"
    }  # fmt: skip
    planted = [row for file in files for row in file.rows.values()]
    assert {row.dropped for row in planted} - {""} == {*DROPPED_REASONS} - BETWEEN_LOADS
    assert {reason for row in planted for reason in row.fixed} == {*FIXED_REASONS}


def test_another_truth_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison itself can fail: a wrong value, a wrong reason, a row too many."""
    file = write_ugly(0, tmp_path)
    sound = next(line for line, row in file.rows.items() if row.values and not row.fixed)
    wrong = replace(file.rows[sound], values=file.rows[sound].values | {"quantity": -7.5})
    more: dict[int, Row] = file.rows | {sound: wrong, 9999: wrong}
    spoiled = UglyFile(file.path, draw_style(0), more)
    monkeypatch.setattr("evals.ugly.checking.write_ugly", lambda seed, folder: spoiled)
    found = " ".join(differences(0, tmp_path))
    assert "not -7.5" in found
    assert "line 9999 is nowhere" in found
    assert "the ledger says rows in" in found
