"""The bars about answers find what they are there to find."""

import random

import pytest

from engine.grounding import Verdict
from evals.bench import receipts_rerun
from evals.bench.bars import Setting
from evals.bench.gate_hostile import wrong_answers
from evals.corpus.cases import read_corpus
from evals.corpus.judging import judge, tally
from tools.context import Context


@pytest.mark.parametrize("name", ["first", "second", "third", "fourth", "fifth"])
def test_ids_are_unique_and_what_a_right_text_refers_to_exists(name: str) -> None:
    cases = read_corpus(name)
    assert len({case.id for case in cases}) == len(cases)
    for case in cases:
        if case.released:
            assert all(f"[[{n}]]" not in case.text or n in case.facts for n in ("f1", "f2", "f9"))


# Of the first two, some compare two figures of their answer truly, or say their period in a label;
# they were written when only a comparing fact proved that, and count as released.
def test_the_first_half_lets_next_to_nothing_wrong_through() -> None:
    found = tally(map(judge, read_corpus("first")))
    assert found.share_released <= 0.02
    assert found.share_withheld <= 0.01


def test_the_second_half_stays_near_its_bar() -> None:
    found = tally(map(judge, read_corpus("second")))
    assert found.share_released <= 0.03
    assert found.share_withheld <= 0.05


def test_the_third_part_lets_nothing_wrong_through() -> None:
    found = tally(map(judge, read_corpus("third")))
    assert found.share_released <= 0.01
    assert found.share_withheld <= 0.05


def test_the_fourth_part_lets_nothing_wrong_through() -> None:
    found = tally(map(judge, read_corpus("fourth")))
    assert found.wrong_released == 0
    assert found.share_withheld <= 0.09


# Five of its right sentences write a fact's own figure without a reference, which is withheld.
def test_the_fifth_part_lets_nothing_wrong_through() -> None:
    found = tally(map(judge, read_corpus("fifth")))
    assert found.wrong_released == 0
    assert found.share_withheld <= 0.225


def test_a_model_that_lies_shows_no_wrong_figure(context: Context) -> None:
    said: list[str] = []
    assert wrong_answers(context, 6, Setting(False, said.append)) == 0
    assert said[-1].startswith("6 questions, ")


def test_a_gate_that_lets_everything_through_is_found(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.gate.check_sentence", lambda *a, **k: Verdict(True, (), ()))
    assert wrong_answers(context, 2, Setting(False, lambda text: None)) > 0


def test_receipts_are_worked_out_again_to_the_same_value(context: Context) -> None:
    said: list[str] = []
    draw = random.Random(1)  # noqa: S311
    assert receipts_rerun.differing(context, 15, draw, Setting(False, said.append)) == 0
    assert said[-1].startswith("15 of ")
