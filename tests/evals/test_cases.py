"""Verified answers are asked again: the same on the same records, or it is said what changed."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Ask

from agent.verifying import cases_of, verify
from evals.__main__ import main
from evals.cases import differences
from stores.feedback import FeedbackStore
from stores.people import PeopleStore
from stores.runs import RunStore
from stores.threads import ThreadStore
from tools.context import Context

FIRST = "how much revenue do Champions bring?"
NEXT = "and how many customers are they?"


@pytest.fixture
def cases(context: Context, ask: Ask, tmp_path: Path) -> Path:
    """A follow-up that was verified, as a file of cases."""
    me = PeopleStore(context.home).ensure_local(NOW)
    before, _ = ask(FIRST)
    found, _ = ask(NEXT, thread_id=before.thread_id)
    FeedbackStore(context.home).give(found.answer_id, me, "good", NOW)
    verify(context.home, found.answer_id, me, NOW)
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": cases_of(context.home)}), encoding="utf-8")
    return file


def run(
    cases: Path, context: Context, capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, Any]]:
    code = main(["--questions", str(cases), "--home", str(context.home.root), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_follow_up_comes_out_the_same_and_leaves_no_thread(
    cases: Path, context: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    [case] = json.loads(cases.read_text(encoding="utf-8"))["cases"]
    assert (case["before"], case["say"]) == ([FIRST], NEXT)
    assert case["figures"][0]["metric"] == "customers"
    threads = ThreadStore(context.home).all("local")
    code, found = run(cases, context, capsys)
    assert (code, found["same"], found["of"]) == (0, 1, 1)
    assert found["cases"][0]["model"] == "planner"
    assert ThreadStore(context.home).all("local") == threads


def test_what_changed_is_named(
    cases: Path, context: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    best = next(segment for segment in context.segments if segment.name == "Champions")
    RunStore(context.home).rename(context.dataset.dataset_id, best, "Darlings")
    code, found = run(cases, context, capsys)
    assert (code, found["same"]) == (1, 0)
    assert "not shown any more: customers of Champions" in found["cases"][0]["changed"][0]


def test_records_that_are_gone_are_named(
    cases: Path, context: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    held = json.loads(cases.read_text(encoding="utf-8"))
    held["cases"][0]["snapshot"] = "snapshot_gone"
    cases.write_text(json.dumps(held), encoding="utf-8")
    code, found = run(cases, context, capsys)
    assert code == 1
    assert "it cannot be asked" in found["cases"][0]["changed"][0]


def test_a_file_without_cases_says_how_to_get_some(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.json"
    file.write_text('{"cases": [{"id": "a"}]}', encoding="utf-8")
    assert main(["--questions", str(file)]) == 2
    assert "segue feedback cases --out cases.json" in capsys.readouterr().err


def test_a_value_that_moved_is_told_with_both() -> None:
    figure = {"subject": "New", "metric": "orders", "period": "as of 1 Jan 2026",
              "operation": None, "value": 7, "text": "7"}  # fmt: skip
    fact = {"subject": {"name": "New"}, "metric": "orders", "operation": None, "value": 8,
            "text": "8", "period": {"words": "as of 1 Jan 2026"}}  # fmt: skip
    case = {"outcome": "answer", "figures": [figure]}
    assert differences(case, {"kind": "answer", "facts": [fact]}) == [
        "orders of New as of 1 Jan 2026: 7, and 8 now"
    ]
    assert differences(case, {"kind": "clarify", "facts": []}) == [
        "its kind was answer, and is clarify now",
        "not shown any more: orders of New as of 1 Jan 2026: 7",
    ]
