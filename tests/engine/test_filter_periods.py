"""Periods as days of the shop's calendar."""

from datetime import date, timedelta

import pytest
from filtering import FIELDS, periods
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadInput
from engine.filters import parse_filter
from engine.filters.model import When
from engine.filters.periods import (
    Ago,
    Dated,
    Last,
    Period,
    bounds,
    period_words,
    require_period,
    unit_start,
)

TODAY = date(2024, 3, 31)  # a Sunday after a leap day


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("in 2024-02", "2024-02-01", "2024-03-01"),
        ("in 2023", "2023-01-01", "2024-01-01"),
        ("in 2024-02-29", "2024-02-29", "2024-03-01"),
        ("before 2024-02", None, "2024-02-01"),
        ("until 2024-02", None, "2024-03-01"),
        ("since 2024-02", "2024-02-01", None),
        ("after 2024-02", "2024-03-01", None),
        ("between 2023-12 and 2024-02", "2023-12-01", "2024-03-01"),
        ("in last 1 day", "2024-03-31", "2024-04-01"),
        ("in last 90 days", "2024-01-02", "2024-04-01"),
        ("in last 2 weeks", "2024-03-18", "2024-04-01"),
        ("in last 1 month", "2024-02-29", "2024-04-01"),
        ("in last 1 year", "2023-03-31", "2024-04-01"),
        ("in last month", "2024-02-01", "2024-03-01"),
        ("in this month", "2024-03-01", "2024-04-01"),
        ("in last week", "2024-03-18", "2024-03-25"),
        ("in last quarter", "2023-10-01", "2024-01-01"),
        ("in last year", "2023-01-01", "2024-01-01"),
        ("since last month", "2024-02-01", None),
        ("before 30 days ago", None, "2024-03-01"),
        ("in 1 month ago", "2024-02-29", "2024-03-01"),
        ("since 1 quarter ago", "2023-12-31", None),
    ],
)
def test_bounds(text: str, first: str | None, after: str | None) -> None:
    filter = parse_filter(f"signup_date {text}", FIELDS)
    assert isinstance(filter, When)
    found = tuple(day and day.isoformat() for day in bounds(filter.period, TODAY))
    assert found == (first, after)


_days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@settings(deadline=None)  # the first example imports what the others use
@given(_days, st.integers(1, 400))
def test_the_last_days_are_so_many_and_end_today(today: date, count: int) -> None:
    first, after = bounds(Period("in", Last(count, "day")), today)
    assert first is not None and after is not None
    assert (after - first).days == count
    assert after - timedelta(days=1) == today
    day, _ = bounds(Period("since", Ago(count, "day")), today)
    assert day is not None and (today - day).days == count


@settings(deadline=None)  # the first example imports what the others use
@given(periods, _days)
def test_a_day_is_in_a_period_or_in_its_opposite(period: Period, today: date) -> None:
    require_period(period)
    first, after = bounds(period, today)
    if period.relation in ("before", "until", "since", "after"):
        opposite = {"before": "since", "until": "after", "since": "before", "after": "until"}
        turned = Period(opposite[period.relation], period.stretch)  # type: ignore[arg-type]
        assert bounds(turned, today) == (after, first)
    assert period_words(period, today)


@settings(deadline=None)  # the first example imports what the others use
@given(_days)
def test_units_start_on_their_first_day(day: date) -> None:
    assert unit_start(day, "week").isoweekday() == 1
    assert unit_start(day, "month").day == 1
    assert unit_start(day, "quarter").month in (1, 4, 7, 10)
    for unit in ("day", "week", "month", "quarter", "year"):
        start = unit_start(day, unit)  # type: ignore[arg-type]
        assert start <= day and unit_start(start, unit) == start  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "period",
    [
        Period("in", Dated("2025-00")),
        Period("in", Dated("1")),
        Period("in", Dated("0001-01-01")),
        Period("in", Dated("٢٠٢٥")),
        Period("in", Last(0, "day")),
        Period("in", Ago(101, "year")),
        Period("between", Dated("2025"), Dated("2024-12")),
    ],
)
def test_what_cannot_be_meant_is_refused(period: Period) -> None:
    with pytest.raises(BadInput):
        require_period(period)
