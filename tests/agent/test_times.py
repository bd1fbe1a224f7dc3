"""What stretch of time a question names; the newest record is of 9 December 2025, a Tuesday."""

from datetime import date

import pytest

from agent.times import Stretch, read_stretch, usual_stretch

TODAY = date(2025, 12, 9)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("what changed since May?", "2025-05-01", None),
        ("who moved since may 2024", "2024-05-01", None),
        ("what changed since December?", "2025-12-01", None),
        ("what changed in May?", "2025-05-01", "2025-06-01"),
        ("what changed in December?", "2025-12-01", None),
        ("what changed since 2025-11-03?", "2025-11-03", None),
        ("what moved in 2025-10?", "2025-10-01", "2025-11-01"),
        ("from March to May, who moved?", "2025-03-01", "2025-06-01"),
        ("between 2025-02-03 and 2025-02-09, who moved?", "2025-02-03", "2025-02-10"),
        ("who moved last month?", "2025-11-01", "2025-12-01"),
        ("who moved since last month?", "2025-11-01", None),
        ("who moved this month?", "2025-12-01", None),
        ("who moved last week?", "2025-12-01", "2025-12-08"),
        ("what changed last quarter?", "2025-07-01", "2025-10-01"),
        ("what changed this year?", "2025-01-01", None),
        ("what changed in the last 30 days?", "2025-11-10", None),
        ("what changed over the past 3 months?", "2025-09-09", None),
    ],
)
def test_what_is_named(question: str, since: str, until: str | None) -> None:
    found, rest = read_stretch(question, TODAY)
    assert found == Stretch(day(since), day(until) if until else None)
    assert "2025" not in rest


@pytest.mark.parametrize(
    "question", ["what changed?", "may I see who moved?", "since 2025-13-40", "who moved in 12?"]
)
def test_where_none_is_named(question: str) -> None:
    assert read_stretch(question, TODAY) == (None, question)
    assert usual_stretch(TODAY) == Stretch(day("2025-11-01"))


def test_the_year_turns() -> None:
    assert read_stretch("last month", date(2026, 1, 5))[0] == Stretch(
        day("2025-12-01"), day("2026-01-01")
    )
