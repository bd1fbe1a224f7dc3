from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.charts import SegmentPoint
from engine.charts.headlines import (
    PLAIN_MAP,
    PLAIN_SIZES,
    fraction_words,
    map_headline,
    sizes_headline,
    weighted_median,
)
from engine.concepts import Money


def point(name, customers, of_customers, of_revenue, recency=10.0, spend=100):
    return SegmentPoint(
        id=name.lower(),
        name=name,
        colour=0,
        customers=customers,
        share_of_customers=of_customers,
        share_of_revenue=of_revenue,
        revenue=Money(int(of_revenue * 100_000), "GBP"),
        recency=recency,
        frequency=2,
        monetary=Money(spend, "GBP"),
    )


def test_few_customers_who_bring_much_are_the_finding():
    found = sizes_headline([point("Champions", 100, 0.1, 0.52), point("Others", 900, 0.9, 0.48)])
    assert found == "About half of the revenue comes from about a tenth of the customers: Champions"


def test_many_customers_who_bring_little_are_the_finding_when_nobody_brings_much():
    found = sizes_headline([
        point("A", 350, 0.35, 0.44),
        point("B", 310, 0.31, 0.40),
        point("Once", 340, 0.34, 0.16),
    ])  # fmt: skip
    assert found == "About a third of the customers bring about a fifth of the revenue: Once"


def test_even_segments_give_a_plain_title():
    assert sizes_headline([point("A", 50, 0.5, 0.55), point("B", 50, 0.5, 0.45)]) == PLAIN_SIZES


def test_a_segment_too_small_to_tell_is_no_finding():
    tiny = [point("Champions", 29, 0.01, 0.6), point("Others", 2871, 0.99, 0.4)]
    assert "Champions" not in sizes_headline(tiny)
    grown = [replace(tiny[0], customers=30), tiny[1]]
    assert sizes_headline(grown).endswith(": Champions")


def test_a_segment_of_net_returns_is_no_finding():
    assert sizes_headline([point("Returners", 100, 0.4, -0.1), point("Rest", 150, 0.6, 0.8)]) == (
        PLAIN_SIZES
    )


def test_good_customers_gone_quiet_are_the_finding_of_the_map():
    found = map_headline([
        point("Champions", 100, 0.2, 0.5, recency=5, spend=900),
        point("At risk", 60, 0.1, 0.3, recency=160, spend=500),
        point("Once", 340, 0.7, 0.2, recency=200, spend=100),
    ])  # fmt: skip
    assert found == "Good customers who have gone quiet: At risk"


def test_without_quiet_good_customers_the_map_has_a_plain_title():
    assert map_headline([
        point("Champions", 100, 0.2, 0.5, recency=5, spend=900),
        point("Once", 340, 0.8, 0.5, recency=200, spend=100),
    ]) == PLAIN_MAP  # fmt: skip


def test_the_weighted_median_is_what_the_one_in_the_middle_has():
    assert weighted_median([(10, 1), (20, 5), (30, 1)]) == 20
    assert weighted_median([(30, 3), (10, 4)]) == 10
    assert weighted_median([]) == 0


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "under a tenth"), (0.09, "about a tenth"), (0.34, "about a third"),
     (0.46, "about half"), (0.97, "nearly all")],
)  # fmt: skip
def test_parts_are_said_in_words(share, words):
    assert fraction_words(share) == words


@given(st.floats(0, 1))
def test_words_for_a_part_hold_no_figure(share):
    assert not any(letter.isdigit() for letter in fraction_words(share))
