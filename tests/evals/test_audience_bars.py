"""The bars about audiences find a fault when there is one."""

from pathlib import Path

import pytest

from engine import uplift
from evals.bench import audience_pushed
from evals.bench.bars import Setting
from evals.bench.uplift_covered import count_runs
from tools import pushing

QUIET = Setting(False, lambda text: None)


def test_what_reaches_the_receiver_is_what_was_approved(tmp_path: Path) -> None:
    assert audience_pushed.pushed_wrongly(tmp_path, 120, 0, QUIET) == 0


def test_somebody_held_out_who_is_sent_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.audience_lists.held_out", lambda *asked: frozenset())
    assert audience_pushed.pushed_wrongly(tmp_path, 120, 0, QUIET) > 10


def test_somebody_who_is_never_taken_off_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = pushing.message
    monkeypatch.setattr("api.push_sending.message", lambda *asked: {**made(*asked), "removed": []})
    assert audience_pushed.pushed_wrongly(tmp_path, 120, 0, QUIET) > 5


def test_intervals_that_are_too_narrow_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = count_runs(400, 40, seed=3)
    assert min(vars(honest).values()) >= 34  # 38 of 40 are expected
    monkeypatch.setattr(uplift.rate_effect, "__defaults__", (0.5,))
    narrow = count_runs(400, 40, seed=3)
    assert narrow.rate_held < 30 and narrow.rate_null < 30
