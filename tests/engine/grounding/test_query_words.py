"""What a query counts can be told: its subjects, its metrics, and nothing else by their names."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from engine.concepts import Money
from engine.facts import Fact, Figure, Operation, Period, Subject, Value
from engine.grounding import check_sentence

LONDON = ZoneInfo("Europe/London")
ALL = Period(datetime(2011, 12, 9, 13, tzinfo=LONDON), datetime(2009, 12, 1, tzinfo=LONDON))
NOVEMBER = Period(datetime(2011, 12, 1, tzinfo=LONDON), datetime(2011, 11, 1, tzinfo=LONDON))
SHOP = Subject("dataset", "shop", "shop")
CHAMPIONS = Subject("segment", "s-1", "Champions")
GERMANY = Subject("country", "Germany", "Germany")
FRANCE = Subject("country", "France", "France")
TEA = Subject("product", "T1", "GREEN TEA")
GERMAN_TEA = Subject("selection", "product=T1;country in Germany", "GREEN TEA within Germany")
MONDAY = Subject("weekday", "1", "Monday")
COHORT = Subject("selection", "c", "cohort of Oct 2011, 3 months after the first")
LAPSED = Subject("selection", "w", "customers where recency > 60")


def fact(
    number: int, subject: Subject, metric: str, value: Value, operation: Operation | None = None,
    period: Period = ALL,
) -> Fact:  # fmt: skip
    figure = Figure(subject, metric, period, value, "by hand", 1, operation)
    return Fact(f"f{number}", figure, f"r-{number}")


FACTS = {
    each.id: each
    for each in (
        fact(1, GERMANY, "revenue", Money(500_000, "GBP")),
        fact(2, FRANCE, "revenue", Money(300_000, "GBP")),
        fact(3, GERMANY, "revenue", Money(500_000, "GBP"), "largest"),
        fact(4, GERMANY, "customers", 14),
        fact(5, TEA, "units", 1200),
        fact(6, TEA, "units", 1200, "largest"),
        fact(7, GERMAN_TEA, "units", 100),
        fact(8, SHOP, "average_order", Money(8000, "GBP"), None, NOVEMBER),
        fact(9, SHOP, "revenue", 0.21, "growth", NOVEMBER),
        fact(10, MONDAY, "orders", 300),
        fact(11, COHORT, "customers", 9),
        fact(12, LAPSED, "revenue", Money(90_000, "GBP")),
        fact(13, CHAMPIONS, "repeat_rate", 0.82),
        fact(14, GERMANY, "returning_customers", 9),
        fact(15, GERMANY, "new_customers", 5),
        fact(16, GERMANY, "items_per_order", 5.2),
        fact(17, CHAMPIONS, "mean_monetary", Money(40_000, "GBP")),
        fact(18, GERMANY, "discount_share", 0.05),
    )
}


@pytest.mark.parametrize(
    "sentence",
    [
        "Germany brought [[f1]] of revenue and France [[f2]].",
        "Germany brought the most revenue: [[f3]].",
        "[[f4]] customers bought in Germany.",
        "GREEN TEA sold [[f5]] units.",
        "GREEN TEA is the best seller with [[f6]] units.",
        "GREEN TEA within Germany sold [[f7]] units.",
        "The average order across the shop was [[f8]] in November 2011.",
        "Revenue grew by [[f9]] in November 2011.",
        "On Monday there are [[f10]] orders.",
        "Of the cohort of Oct 2011, 3 months after the first, [[f11]] customers bought.",
        "The customers where recency > 60 bring [[f12]] of revenue.",
        "The repeat rate of Champions is [[f13]].",
        "Germany has [[f14]] returning customers and [[f15]] new customers.",
        "Germany has [[f16]] items per order.",
        "The average spend of Champions is [[f17]].",
        "Germany has a discount share of [[f18]].",
    ],
)
def test_what_was_counted_may_be_said(sentence: str) -> None:
    assert check_sentence(sentence, FACTS, [CHAMPIONS], "").reasons == ()


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("GREEN TEA sold [[f7]] units.", "is about GREEN TEA within Germany"),
        ("Germany sold [[f7]] units.", "is about GREEN TEA within Germany"),
        ("France brought [[f1]] of revenue.", "is about Germany"),
        ("The shop brought [[f1]] of revenue.", "is about Germany"),
        ("Spain brought [[f1]] of revenue.", "'Spain' is nobody"),
        ("Germany sold [[f1]] units.", "name it next to"),
        ("Germany has [[f14]] customers.", "but the sentence calls it customers"),
        ("Germany has [[f14]] new customers.", "name it next to"),
        ("France brought the most revenue: [[f2]].", "'most' compares"),
        ("Germany is the best seller with [[f4]] customers.", "'best' compares"),
        ("The repeat rate of Germany is [[f13]].", "is about Champions"),
        ("The average order across the shop was [[f8]] in October 2011.", "is not the period"),
        ("On Tuesday there are [[f10]] orders.", "'Tuesday' is not the period"),
    ],
)
def test_what_was_not_counted_is_withheld(sentence: str, reason: str) -> None:
    verdict = check_sentence(sentence, FACTS, [CHAMPIONS], "")
    assert not verdict.ok
    assert any(reason in each for each in verdict.reasons), verdict.reasons
