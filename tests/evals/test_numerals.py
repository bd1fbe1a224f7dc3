"""Numbers outside of what a fact renders are found, in figures and in words."""

from typing import Any

import pytest

from evals.questions.numerals import loose_numbers, numbers, renders

PERIOD = {"start": "2025-04-01T00:00:00+01:00", "end": "2025-05-01T00:00:00+01:00",
          "horizon_days": None, "words": "from 1 Apr 2025 to 30 Apr 2025"}  # fmt: skip


def fact(text: str, value: Any = 1234, unit: str = "count") -> dict[str, Any]:
    subject = {"kind": "product", "id": "85123A", "name": "STAND 3 TIER"}
    return {"id": "f1", "text": text, "value": value, "unit": unit, "subject": subject,
            "period": PERIOD}  # fmt: skip


def loose(text: str, asked: str = "") -> list[str]:
    """Of an answer in which 1,234 is the rendering of a fact."""
    start = text.index("1,234")
    span = {"start": start, "end": start + 5, "fact": "f1", "receipt": "r1"}
    answer = {"sentences": [{"text": text, "spans": [span]}], "facts": [fact("1,234")],
              "state": {"as_of": "2025-12-31T23:00:00+00:00"}}  # fmt: skip
    return loose_numbers(answer, [asked], [])


def test_a_number_is_loose_unless_something_allows_it() -> None:
    assert loose("They bought 1,234.") == []
    assert loose("They bought 1,234, 17 more than twice as many.") == ["17", "twice"]
    assert loose("1. They bought 1,234 in April 2025 (30 days).") == []
    assert loose("They bought 1,234 of STAND 3 TIER (85123A).") == []
    assert loose("They bought 1,234, and 500 is what you asked.", "more than 500?") == []
    assert loose("Sie kauften 1,234, die Hälfte davon zwei Mal.") == ["zwei"]


def test_a_rendering_that_was_changed_is_loose() -> None:
    span = {"start": 0, "end": 5, "fact": "f1", "receipt": "r1"}
    answer = {"sentences": [{"text": "1,299 units", "spans": [span]}], "facts": [fact("1,234")],
              "state": {"as_of": "2025-12-31T23:00:00+00:00"}}  # fmt: skip
    assert loose_numbers(answer, [], []) == ["1299"]


def test_numbers_as_people_write_them() -> None:
    assert numbers("1,234,567 or 12.5 % or a dozen, often") == ["1234567", "12.5", "dozen"]


@pytest.mark.parametrize(
    ("text", "value", "unit", "right"),
    [
        ("£1,235", {"minor": 123456, "currency": "GBP"}, "money", True),
        ("£1,234", {"minor": 123456, "currency": "GBP"}, "money", False),
        ("-£12.30", {"minor": -1230, "currency": "GBP"}, "money", True),
        ("34.5%", 0.34478, "share", True),
        ("34.6%", 0.34478, "share", False),
        ("9 May 2025", "2025-05-09", "date", True),
        ("8 May 2025", "2025-05-09", "date", False),
        ("12 days", 12.0, "days", True),
    ],
)
def test_a_rendering_shows_its_value(text: str, value: Any, unit: str, right: bool) -> None:
    assert renders(fact(text, value, unit)) is right
