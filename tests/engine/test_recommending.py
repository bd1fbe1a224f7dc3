"""Suggestions on a shop of nine customers that a person can check by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from shops import Line, at, transactions, write

from engine.features import open_transactions
from engine.recommending import (
    LEAST_TOGETHER,
    POPULARITY,
    Mix,
    Recommender,
    bought_between,
    choose_mix,
    hits,
    purchases_until,
)

MOMENT = at("2025-05-01")
BOTH = [f"both{number}" for number in range(LEAST_TOGETHER)]
# Five have tea and pot, ann has tea alone, bob soap twice, eve a cup that she sent back.
LINES: list[Line] = [
    *((f"t{name}", name, "2025-04-01T10:00", "tea", 1, "5.00") for name in BOTH),
    *((f"p{name}", name, "2025-04-02T10:00", "pot", 1, "40.00") for name in BOTH),
    ("a", "ann", "2025-04-03T10:00", "tea", 1, "5.00"),
    ("b1", "bob", "2024-03-01T10:00", "soap", 1, "2.00"),
    ("b2", "bob", "2025-04-20T10:00", "soap", 3, "2.00"),
    ("e", "eve", "2025-04-04T10:00", "cup", 1, "3.00"),
    ("Ce", "eve", "2025-04-05T10:00", "cup", -1, "3.00"),
    ("g", None, "2025-04-06T10:00", "soap", 1, "2.00"),
    ("later", "ann", "2025-05-10T10:00", "pot", 1, "40.00"),
    ("after", "bob", "2025-05-11T10:00", "soap", 1, "2.00"),
]
SEGMENTS = dict.fromkeys([*BOTH, "ann"], "many") | {"bob": "few"}
GOES_WITH = Mix(again=0, together=1, popular=0)


@pytest.fixture
def recommender(tmp_path: Path) -> Iterator[Recommender]:
    with open_transactions(write(transactions(LINES), tmp_path)) as table:
        yield Recommender(purchases_until(table, MOMENT), SEGMENTS)


def test_only_kept_sales_until_the_moment_of_known_customers_count(
    recommender: Recommender,
) -> None:
    assert list(recommender.purchases.customers) == ["ann", "bob", *BOTH]
    assert list(recommender.purchases.products) == ["pot", "soap", "tea"]
    assert recommender.purchases.names["pot"] == "Pot"
    assert recommender.orders("bob", "soap") == 2


def test_a_pair_is_counted_over_all_customers(recommender: Recommender) -> None:
    pair = recommender.pair("tea", "pot")
    assert (pair.customers, pair.share) == (5, 5 / 6)
    assert pair.lift == pytest.approx(5 * 7 / (6 * 5))  # 7 customers, 6 with tea, 5 with pot
    assert [(one.first, one.second) for one in recommender.pairs(["ann"])] == [("tea", "pot")]
    assert recommender.pairs(["bob"]) == []


def test_who_has_tea_is_suggested_the_pot_because_of_it(recommender: Recommender) -> None:
    (first,) = recommender.suggest(["ann"], Mix(0, 1, 0, new=True))["ann"]
    assert (first.product_id, first.bought_before, first.because) == ("pot", False, "tea")


def test_what_was_bought_before_comes_again_unless_only_new_is_asked(
    recommender: Recommender,
) -> None:
    again = Mix(again=1, together=0.3, popular=0)
    assert recommender.suggest(["bob"], again, 1)["bob"][0].bought_before
    assert recommender.suggest(["bob"], Mix(1, 0.3, 0, new=True))["bob"] == []


def test_the_best_sellers_are_of_the_segment_and_of_late(recommender: Recommender) -> None:
    assert recommender.popular("many") == ["tea", "pot"]
    assert recommender.popular("few") == ["soap"]
    assert recommender.buyers("few", "soap") == 1
    stranger = recommender.suggest(["nobody"], POPULARITY)["nobody"]
    assert [one.product_id for one in stranger] == ["tea", "pot", "soap"]


def test_the_mix_that_hits_most_is_chosen(recommender: Recommender, tmp_path: Path) -> None:
    with open_transactions([str(tmp_path / "part.parquet")]) as table:
        later = bought_between(table, MOMENT, at("2025-05-31"))
    assert later == {"ann": frozenset({"pot"}), "bob": frozenset({"soap"})}
    assert list(hits(recommender, GOES_WITH, later)) == [True, False]
    assert hits(recommender, choose_mix(recommender, later), later).mean() == 1
    assert choose_mix(recommender, {}) == POPULARITY
    assert recommender.without_known(later) == {"ann": frozenset({"pot"})}
