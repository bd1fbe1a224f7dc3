"""The slot parser: names with their typos, ids, measures, bounds, days; the rest is masked."""

from datetime import date
from typing import Any

import pytest

from agent.slots import read_slots
from agent.times import Stretch
from agent.vocabulary import Vocabulary

SHOP = Vocabulary(
    date(2025, 12, 9),
    segments=("Champions", "Loyal", "At risk", "Lost", "One-time buyers"),
    countries=("EIRE", "France", "Germany", "United Kingdom"),
    categories=("Garden", "Kitchen"),
    products=(("oak tray", "Oak Tray"), ("p-100", "Oak Tray")),
)

YEAR = Stretch(date(2024, 1, 1), date(2025, 1, 1))


@pytest.mark.parametrize(
    ("question", "kind", "names"),
    [
        ("compare champions and lost", "segment", ("Champions", "Lost")),
        ("how many champs are there", "segment", ("Champions",)),
        ("size of chmpions", "segment", ("Champions",)),
        ("at-risk customers", "segment", ("At risk",)),
        ("who is at risk of leaving", "segment", ()),
        ("how many customers have we lost", "segment", ()),
        ("one time buyers", "segment", ("One-time buyers",)),
        ("sales in the UK and in Germany", "country", ("United Kingdom", "Germany")),
        ("Umsatz in Deutschland", "country", ("Germany",)),
        ("our French customers", "country", ("France",)),
        ("kitchen sales", "category", ("Kitchen",)),
        ("units of Oak Tray", "product", ("Oak Tray",)),
        ("revenue of P-100", "product", ("Oak Tray",)),
        ("how big is At risk", "segment", ("At risk",)),
        ("chmapions and lsot revenue", "segment", ("Champions",)),
        ("share of revenue At irsk", "segment", ("At risk",)),
    ],
)
def test_names(question: str, kind: str, names: tuple[str, ...]) -> None:
    assert read_slots(question, SHOP).of(kind) == names


@pytest.mark.parametrize(
    ("question", "measures"),
    [
        ("how much did we sell", ("revenue",)),
        ("average basket", ("average_order",)),
        ("orders and revenue", ("orders", "revenue")),
        ("repeat purchase rate", ("repeat_rate",)),
        ("new customers", ("new_customers",)),
        ("how often do they buy", ("frequency",)),
        ("what came back as returns", ("returns",)),
        ("share of revenue", ("share_of_revenue",)),
        ("by revenue, not pieces", ("revenue",)),
        ("Kitchen, how many and how much", ("customers", "revenue")),
        ("credit notes", ("returns",)),
        ("gross vs net", ("gross_revenue", "revenue")),
        ("buyers per month, not orders", ("customers",)),
        ("Ø Bestellwert und Umsatz", ("average_order", "revenue")),
        ("pedidos", ("orders",)),
        ("panier moyen", ("average_order",)),
        ("wann hat Kunde 12345 zuletzt bestellt", ("last_order",)),
        ("when was their 1st purchase, and the latest one", ("first_order", "last_order")),
        ("which of them brings most per head in future", ("expected_value_per_customer",)),
        ("what they might still spend", ("expected_value",)),
        ("which products do they leave the most money on", ("revenue",)),
        ("how many do we stand to lose", ("expected_leavers",)),
    ],
)
def test_measures(question: str, measures: tuple[str, ...]) -> None:
    assert read_slots(question, SHOP).measures == measures


@pytest.mark.parametrize(
    ("question", "where"),
    [
        ("who spent over 500", "monetary > 500"),
        ("who spent at least £1,200.50", "monetary >= 1200.5"),
        ("customers worth more than 2k", "monetary > 2000"),
        ("customers with more than 3 orders", "frequency > 3"),
        ("who bought only once", "frequency = 1"),
        ("who has not bought for 60 days", "recency > 60"),
        ("no orders in the last two months", "recency > 61"),  # those of the calendar
        ("quiet for over 6 months", "recency > 183"),
        ("> 365 d since last order", "recency > 365"),
        ("cuántos clientes llevan más de 90 días sin comprar", "recency > 90"),
        ("wer hat seit mehr als 90 Tagen nichts gekauft", "recency > 90"),
        ("combien n'ont rien acheté depuis plus de 90 jours", "recency > 90"),
        ("spent under 20 and more than 2 orders", "monetary < 20 and frequency > 2"),
        ("how much did they spend", ""),
    ],
)
def test_bounds(question: str, where: str) -> None:
    assert read_slots(question, SHOP).where == where


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("top 5 products", {"top": 5, "extreme": "largest", "dimensions": ("product",)}),
        ("the three worst categories", {"extreme": "smallest", "dimensions": ("category",)}),
        ("revenue per month", {"dimensions": ("month",), "extreme": None}),
        ("which weekday is busiest", {"dimensions": ("weekday",), "extreme": "largest"}),
        ("customer A-1042", {"customers": ("A-1042",)}),
        ("what is 12345 worth", {"customers": ("12345",)}),
        ("what did we sell in 2024", {"customers": (), "periods": (YEAR,)}),
    ],
)  # fmt: skip
def test_the_rest(question: str, found: dict[str, Any]) -> None:
    slots = read_slots(question, SHOP, ("12345",))
    assert {name: getattr(slots, name) for name in found} == found


GOODS = Vocabulary(
    date(2025, 12, 9),
    segments=("New",),
    products=(
        ("regency cakestand 3 tier", "REGENCY CAKESTAND 3 TIER"),
        ("red spotty lunch bag", "RED SPOTTY LUNCH BAG"),
        ("blue spotty lunch bag", "BLUE SPOTTY LUNCH BAG"),
        ("oak money bank", "OAK MONEY BANK"),
    ),
)


@pytest.mark.parametrize(
    ("question", "products"),
    [
        ("how many cakestands did we sell", ("REGENCY CAKESTAND 3 TIER",)),
        ("revenue of the spotty lunch bag in blue", ("BLUE SPOTTY LUNCH BAG",)),
        ("did she buy the regency stand", ("REGENCY CAKESTAND 3 TIER",)),
        ("I like cakestands", ()),  # nothing is counted
        ("how many new custs did we win", ()),
    ],
)
def test_products_by_some_of_their_words(question: str, products: tuple[str, ...]) -> None:
    assert read_slots(question, GOODS).of("product") == products
    assert read_slots(question, GOODS).of("segment") == ()


@pytest.mark.parametrize(
    ("question", "where", "days"),
    [
        ("who has not bought anything since June", "recency > 191", 0),
        ("which people haven't ordered this year?", "recency > 342", 0),
        ("who bought since June", "", 1),
        ("who spent over 2 thousand", "monetary > 2000", 0),
        ("customers with under 50 quid", "monetary < 50", 0),
        ("orders over 50 quid", "", 0),
        ("revenue without one-timers", "frequency != 1", 0),
    ],
)
def test_conditions_on_people(question: str, where: str, days: int) -> None:
    slots = read_slots(question, SHOP)
    assert (slots.filter, len(slots.periods)) == (where, days)


@pytest.mark.parametrize(
    ("question", "periods"),
    [
        ("sales last Christmas", ["2024-12-01"]),
        ("xmas 24 vs summer 24", ["2024-12-01", "2024-06-01"]),
        ("this year vs last", ["2025-01-01", "2024-01-01"]),
        ("first half of this year against the first half of last", ["2025-01-01", "2024-01-01"]),
        ("the 12 months to now", ["2024-12-09"]),
        ("since a month ago", ["2025-11-09"]),
        ("the twelve months to the end of November", ["2024-12-01"]),
        ("up or down on last week", ["2025-12-08", "2025-12-01"]),
        ("thinner than a month ago", ["2025-11-01"]),
        ("june july and august 2024", ["2024-06-01", "2024-07-01", "2024-08-01"]),
        ("new customers in 2024 - Q1, Q2, Q3", ["2024-01-01", "2024-04-01", "2024-07-01"]),
        ("apr till end of june 2024", ["2024-04-01"]),
        ("1 april 2024 up to and incl 30 april 2024", ["2024-04-01"]),
        ("first half 25 vs first half 24", ["2025-01-01", "2024-01-01"]),
        ("did revenue grow from 2024 to 2025", ["2024-01-01", "2025-01-01"]),
        ("jan 2025 vs feb", ["2025-01-01", "2025-02-01"]),
        ("january 2025 vs december", ["2025-01-01", "2024-12-01"]),
        ("Umsatz Q2/2025", ["2025-04-01"]),
        ("xmas quarter 2024, october thru december 2024", ["2024-10-01"]),
    ],
)
def test_days(question: str, periods: list[str]) -> None:
    found = read_slots(question, SHOP).periods
    assert [stretch.since.isoformat() for stretch in found] == periods


def test_what_was_read_is_masked() -> None:
    question = "how many champs in Germany spent over 500 last november"
    assert read_slots(question, SHOP).masked == ("how many <SEGMENT> in <COUNTRY> <BOUND> <PERIOD>")


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("orders in the week before Christmas, 18 to 24 Dec 2024", "2024-12-18", "2024-12-25"),
        ("orders in the week before Christmas 2024, the 18th to the 24th of December",
         "2024-12-18", "2024-12-25"),
        ("revenue in the week before christmas 2024", "2024-12-18", "2024-12-25"),
        ("orders from the 3rd to the 9th of June 2025", "2025-06-03", "2025-06-10"),
        ("the year 2024, in november 2024", "2024-11-01", "2024-12-01"),
    ],
)  # fmt: skip
def test_days_said_twice_are_those_said_more_exactly(question: str, since: str, until: str) -> None:
    days = Stretch(date.fromisoformat(since), date.fromisoformat(until))
    assert read_slots(question, SHOP).periods == (days,)


def test_who_is_in_a_segment_today_is_who_is_in_it_now() -> None:
    assert read_slots("how many members does Loyal count today?", SHOP).periods == ()
    assert read_slots("how many orders did Loyal place today?", SHOP).periods != ()


@pytest.mark.parametrize(
    ("question", "along"),
    [
        ("orders of the segment Loyal", ()),
        ("which segment is largest", ("segment",)),
        ("busiest day of the week", ("weekday",)),
        ("of all the months, which one was best for turnover", ("month",)),
    ],
)
def test_what_is_counted_along(question: str, along: tuple[str, ...]) -> None:
    assert read_slots(question, SHOP).dimensions == along
