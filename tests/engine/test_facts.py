"""How a figure becomes the words that a person reads."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.concepts import Money
from engine.facts import Figure, Period, Subject, Value, to_text, value_from_json, value_to_json

DAY = datetime(2011, 12, 9, 12, 51, tzinfo=UTC)
SHOP = Subject("dataset", "d", "shop")


def figure(metric: str, value: Value, period: Period | None = None, **more: object) -> Figure:
    return Figure(SHOP, metric, period or Period(end=DAY), value, "", 1, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (figure("customers", 5852), "5,852"),
        (figure("revenue", Money(1_764_512_345, "GBP")), "£17,645,123"),
        (figure("revenue", Money(123_456, "GBP")), "£1,235"),
        (figure("revenue", Money(-99_950, "EUR")), "-€999.50"),
        (figure("revenue", Money(5, "JPY")), "¥5"),
        (figure("revenue", Money(1_234_567, "KWD")), "1,235 KWD"),
        (figure("revenue", Money(4_200, "XXX")), "42.00 (currency unknown)"),
        (figure("share_of_revenue", 0.7012), "70.1%"),
        (figure("share_of_revenue", 0.0312), "3.12%"),
        (figure("recency", 15), "15 days"),
        (figure("recency", 1), "1 day"),
        (figure("recency", 15.5), "15.5 days"),
        (figure("first_sale", date(2009, 12, 1)), "1 Dec 2009"),
        (figure("revenue", 3.4211, operation="ratio"), "3.42 times"),
        (figure("revenue", -0.052, operation="growth"), "-5.20%"),
        (
            figure("churn", 0.4123, Period(end=DAY, horizon_days=90)),
            "41.2% within 90 days of 9 Dec 2011",
        ),
    ],
)
def test_a_figure_reads_as_people_write_it(found: Figure, text: str) -> None:
    assert to_text(found) == text


def test_periods_say_from_when_to_when() -> None:
    start = datetime(2009, 12, 1, tzinfo=UTC)
    assert Period(end=DAY).words() == "as of 9 Dec 2011"
    assert Period(end=DAY, start=start).words() == "from 1 Dec 2009 to 9 Dec 2011"
    midnight = datetime(2011, 5, 19, tzinfo=UTC)
    week = Period(end=midnight, start=datetime(2011, 5, 12, tzinfo=UTC))
    assert week.words() == "from 12 May 2011 to 18 May 2011"
    assert Period(end=midnight, start=midnight - timedelta(days=1)).words() == "on 18 May 2011"


@pytest.mark.parametrize("value", [3, 0.25, Money(12, "GBP"), date(2025, 2, 28)])
def test_values_survive_json(value: Value) -> None:
    assert value_from_json(value_to_json(value)) == value
