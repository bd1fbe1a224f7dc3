"""The walk's own part: which commands, in which order, shown how, stopped when.

A recorder stands where the console script is: it notes what it was asked and answers in the JSON
of the command line, so that only the walk is under test here.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from evals.demo import QUESTION, Walk, WalkStopped, walk_through

RECORDER = """
import json, os, sys
name = sys.argv[1]
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps([os.environ["SEGUE_HOME"], *sys.argv[1:]]) + "\\n")
print(json.dumps(json.loads(os.environ["ANSWERS"]).get(name, {})))
sys.exit(name == os.environ.get("FAILS") and 2)
"""
ANSWERS: dict[str, Any] = {
    "datasets": {"datasets": [{"name": "demo"}]},
    "generate": {
        "files": {"transactions": "shop/orders.csv"},
        "zone": "Europe/London",
        "currency": "GBP",
    },
    "load": {"already_loaded": True, "load_id": "load_1"},
    "ledger": {"rows": [{"line": 7, "reason": "zero price", "text": "7,tea,0"}]},
    "snapshots": {
        "snapshots": [
            {"as_of": "2025-10-01T00:00:00+01:00"},
            {"as_of": "2025-11-01T00:00:00+00:00"},
            {"as_of": "2025-11-20T17:00:00+00:00"},
        ]
    },
    "shifts": {"reasons": [{"from": "Loyal", "to": "Lost", "example": "c7"}]},
    "ask": {"answer": "Loyal has 12.", "facts": [{"text": "12", "receipt": "r7"}]},
}


class Recorded:
    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        script = folder / "recorder.py"
        script.write_text(RECORDER)
        self.log, self.patch = folder / "calls", patch
        self.walk = Walk((sys.executable, str(script)), folder / "home")
        patch.setenv("CALLS", str(self.log))
        self.answer(ANSWERS)

    def answer(self, answers: dict[str, Any]) -> None:
        self.patch.setenv("ANSWERS", json.dumps(answers))

    @property
    def calls(self) -> list[list[str]]:
        calls = [json.loads(line) for line in self.log.read_text().splitlines()]
        assert {home for home, *_ in calls} == {str(self.walk.home)}
        return [call for _, *call in calls]


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return Recorded(tmp_path, monkeypatch)


def test_the_walk_goes_from_a_sample_shop_to_receipts_and_reasons(recorded: Recorded) -> None:
    walk_through(recorded.walk)
    sample = str(recorded.walk.home / "sample")
    shop = ["--zone=Europe/London", "--currency=GBP"]
    month = ["--from", "2025-10-01", "--to", "2025-11-01"]
    assert recorded.calls == [
        ["generate", "--customers", "2000", "--seed", "7", "--out", sample, "--json"],
        ["load", "shop/orders.csv", "--dataset", "demo", *shop],
        ["load", "shop/orders.csv", "--dataset", "demo", *shop, "--json"],
        ["ledger", "load_1", "--dropped", "--json"],
        ["profile"],
        ["segment"],
        ["score"],
        ["scores"],
        ["ask", QUESTION],
        ["ask", QUESTION, "--json"],
        ["receipt", "r7", "--rerun"],
        ["snapshots", "--monthly", "--json"],
        ["shifts", *month],
        ["shifts", *month, "--json"],
        ["why", "c7", *month],
    ]


def test_a_shop_without_a_whole_month_says_so(recorded: Recorded) -> None:
    young = {"snapshots": [{"as_of": "2025-11-01T00:00:00+00:00"}]}
    recorded.answer(ANSWERS | {"snapshots": young})
    with pytest.raises(WalkStopped, match="too young to have a whole month"):
        walk_through(recorded.walk)


def test_every_command_is_shown_before_what_it_prints(
    recorded: Recorded, capfd: pytest.CaptureFixture[str]
) -> None:
    walk_through(recorded.walk)
    said = capfd.readouterr().out
    shown = [line.split()[2] for line in said.splitlines() if line.startswith("$ segue ")]
    assert shown == [call[0] for call in recorded.calls]
    assert f"$ segue ask '{QUESTION}'" in said
    assert said.index("$ segue load") > said.index('"transactions": "shop/orders.csv"')


def test_a_second_walk_looks_whose_home_it_is(recorded: Recorded) -> None:
    recorded.walk.home.mkdir()
    walk_through(recorded.walk)
    assert recorded.calls[0] == ["datasets", "--json"]


def test_a_home_with_records_of_its_own_is_left_alone(recorded: Recorded) -> None:
    recorded.walk.home.mkdir()
    recorded.answer(ANSWERS | {"datasets": {"datasets": [{"name": "our shop"}]}})
    with pytest.raises(WalkStopped, match="holds 'our shop' already") as stopped:
        walk_through(recorded.walk)
    assert stopped.value.exit_code == 2
    assert recorded.calls == [["datasets", "--json"]]


def test_a_command_that_fails_ends_the_walk_with_its_own_exit_code(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAILS", "segment")
    with pytest.raises(WalkStopped, match="'segue segment' did not succeed") as stopped:
        walk_through(recorded.walk)
    assert stopped.value.exit_code == 2
    assert recorded.calls[-1] == ["segment"]


def test_an_answer_without_facts_is_no_success(recorded: Recorded) -> None:
    recorded.answer(ANSWERS | {"ask": {"answer": "", "facts": []}})
    with pytest.raises(WalkStopped, match="carries no fact"):
        walk_through(recorded.walk)
