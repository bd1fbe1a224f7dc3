"""What a figure is held against: which stretch, and how the sentence says it."""

from datetime import date

import pytest
from conftest import Ask

from agent.against import compared_to, follows, recent_year
from agent.times import Stretch

FIRST = date(2024, 1, 1)
NOVEMBER = Stretch(date(2025, 11, 1), date(2025, 12, 1))


@pytest.mark.parametrize(
    ("stretch", "compare"),
    [
        (NOVEMBER, "previous period"),
        (Stretch(date(2025, 1, 1), date(2026, 1, 1)), "same period last year"),
        (Stretch(date(2025, 1, 1)), "same period last year"),
        (Stretch(date(2024, 1, 1), date(2025, 1, 1)), ""),
        (Stretch(date(2025, 11, 3), date(2025, 11, 4)), ""),
        (None, ""),
    ],
)
def test_which_stretch_stands_beside_it(stretch: Stretch | None, compare: str) -> None:
    assert compared_to(stretch, FIRST) == compare


def test_a_young_year_gives_way_to_the_last() -> None:
    assert recent_year(date(2025, 6, 1), FIRST) == Stretch(date(2025, 1, 1))
    assert recent_year(date(2026, 2, 1), FIRST) == Stretch(date(2025, 1, 1), date(2026, 1, 1))
    assert recent_year(date(2025, 2, 1), FIRST) is None


def test_two_stretches_that_follow_each_other() -> None:
    october = Stretch(date(2025, 10, 1), date(2025, 11, 1))
    a_year_ago = Stretch(date(2024, 11, 1), date(2024, 12, 1))
    assert follows(october, NOVEMBER) == "previous period"
    assert follows(a_year_ago, NOVEMBER) == "same period last year"
    assert follows(Stretch(date(2025, 6, 1), date(2025, 7, 1)), NOVEMBER) == ""


@pytest.mark.parametrize(
    ("question", "beside"),
    [
        ("revenue in November 2025", " in Oct 2025 ("),
        ("average order of Champions", "the shop's own"),
        ("how much did Germany bring", "of all revenue"),
        ("is Champions' average order higher than the overall average?", "Yes.\n"),
    ],
)
def test_a_figure_does_not_stand_alone(ask: Ask, question: str, beside: str) -> None:
    found, _ = ask(question)
    assert beside in found.text and found.withheld == 0, found.text
