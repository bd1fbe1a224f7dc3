"""Watermarks: kept with a load, and where the next pull begins."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stores.watermarks import Mark, Value, read_mark

NOON = datetime(2025, 1, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "begins"),
    [
        (NOON, datetime(2025, 1, 3, 11, tzinfo=UTC)),
        (date(2025, 1, 3), date(2025, 1, 2)),
        ("2025-01-03", "2025-01-02"),
        ("2025-01-03 12:00:00", "2025-01-03 11:00:00"),
        ("2025-01-03T00:30:00.500000", "2025-01-02T23:30:00.500000"),
        (5000, 4000),
        (Decimal("5000.5"), Decimal("4000.5")),
        (1_735_905_600, 1_735_902_000),  # seconds since 1970
        (1_735_905_600_000, 1_735_902_000_000),
    ],
)
def test_the_next_pull_begins_a_little_earlier(value: Value, begins: Value) -> None:
    assert Mark(value).next_from() == begins


@given(
    st.one_of(
        st.integers(),
        st.decimals(allow_nan=False, allow_infinity=False),
        st.dates(),
        st.datetimes(timezones=st.just(UTC)),
        st.datetimes(),
        st.datetimes().map(lambda moment: moment.isoformat(sep=" ")),
    )
)
def test_a_mark_comes_back_as_it_was_kept(value: Value) -> None:
    again = Mark.from_json(Mark(value).to_json())
    assert again.value == value
    assert again.kind == Mark(value).kind


@pytest.mark.parametrize("value", [None, True, "yesterday", "20250103", "", float("nan"), b"x"])
def test_what_is_no_date_and_no_number_is_no_mark(value: object) -> None:
    assert read_mark(value) is None


@pytest.mark.parametrize(
    "value", [NOON, NOON.replace(tzinfo=None), NOON.date(), "2025-01-03 12:00:00"]
)
def test_a_mark_of_today_is_below_the_ceiling_and_one_of_next_week_above(value: Value) -> None:
    mark = Mark(value)
    now_ceiling = mark.ceiling(NOON)
    then_ceiling = mark.ceiling(NOON - timedelta(days=7))
    assert now_ceiling is not None
    assert then_ceiling is not None
    assert then_ceiling < value < now_ceiling  # type: ignore[operator]
