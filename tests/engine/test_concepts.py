"""Money and moments."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from engine.concepts import Moment, Money
from engine.errors import BadInput


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("6.95", "GBP", 695), ("0.125", "GBP", 12), ("0.135", "GBP", 14), ("7.5", "JPY", 8)],
)
def test_money_rounds_half_to_even(amount: str, currency: str, minor: int) -> None:
    assert Money.of(Decimal(amount), currency).minor == minor


def test_a_date_is_midnight_in_the_shop() -> None:
    moment = Moment.parse("2025-07-01", "Europe/London")
    assert moment.at.isoformat() == "2025-06-30T23:00:00+00:00"
    assert moment.local_date == date(2025, 7, 1)


def test_days_before_keeps_the_local_time_across_a_clock_change() -> None:
    moment = Moment.parse("2025-04-01T00:00", "Europe/London")
    assert moment.days_before(7).local.isoformat() == "2025-03-25T00:00:00+00:00"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        Moment.of(datetime(2025, 1, 1), "UTC")  # noqa: DTZ001


def test_words_that_are_no_date_are_named() -> None:
    with pytest.raises(BadInput, match="'next week' is no date"):
        Moment.parse("next week", "UTC")
