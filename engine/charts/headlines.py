"""The titles of charts: a finding when the numbers support one, else what the chart shows.

A title says its finding in words and holds no figure of its own: the figures stand in the chart,
whose receipts the document lists. The segment's name comes in a place where no verb depends on
whether it is singular.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.charts.chart import SegmentPoint

PLAIN_SIZES = "Customers and revenue by segment"
PLAIN_MAP = "How recently each segment bought, and what it spends"

# A finding speaks of a group only if it is large enough to tell.
FEWEST_CUSTOMERS = 30
# How far from its part of the customers a segment's part of the revenue must be.
TELLING_RATIO = 1.5
LARGE_PART = 0.25
# "Gone quiet": this many times as long without a purchase as the one in the middle of those who
# spend more than the customer in the middle.
QUIET_RATIO = 2.0

_FRACTIONS = (
    (0.1, "a tenth"), (0.2, "a fifth"), (0.25, "a quarter"), (1 / 3, "a third"),
    (0.4, "two fifths"), (0.5, "half"), (0.6, "three fifths"), (2 / 3, "two thirds"),
    (0.75, "three quarters"), (0.8, "four fifths"), (0.9, "nine tenths"),
)  # fmt: skip


def sizes_headline(points: Sequence["SegmentPoint"]) -> str:
    told = [point for point in points if point.customers >= FEWEST_CUSTOMERS]
    earners = [point for point in told if _earns_far_more(point)]
    if earners:
        earner = max(earners, key=lambda point: (point.share_of_revenue, point.id))
        part, people = _parts(earner)
        finding = f"{part.capitalize()} of the revenue comes from {people} of the customers"
        return f"{finding}: {earner.name}"
    crowds = [point for point in told if _earns_far_less(point)]
    if crowds:
        crowd = max(crowds, key=lambda point: (point.share_of_customers, point.id))
        part, people = _parts(crowd)
        return f"{people.capitalize()} of the customers bring {part} of the revenue: {crowd.name}"
    return PLAIN_SIZES


def _parts(point: "SegmentPoint") -> tuple[str, str]:
    return fraction_words(point.share_of_revenue), fraction_words(point.share_of_customers)


def _earns_far_more(point: "SegmentPoint") -> bool:
    return (
        point.share_of_revenue >= LARGE_PART
        and point.share_of_revenue >= TELLING_RATIO * point.share_of_customers
    )


def _earns_far_less(point: "SegmentPoint") -> bool:
    return (
        point.share_of_customers >= LARGE_PART
        and 0 <= point.share_of_revenue * TELLING_RATIO <= point.share_of_customers
    )


def map_headline(points: Sequence["SegmentPoint"]) -> str:
    spend = weighted_median([(point.monetary.minor, point.customers) for point in points])
    good = [point for point in points if point.monetary.minor > spend]
    days = weighted_median([(point.recency, point.customers) for point in good])
    quiet = [
        point
        for point in good
        if point.customers >= FEWEST_CUSTOMERS and point.recency >= max(QUIET_RATIO * days, 1)
    ]
    if quiet:
        dearest = max(quiet, key=lambda point: (point.revenue.minor, point.id))
        return f"Good customers who have gone quiet: {dearest.name}"
    return PLAIN_MAP


def weighted_median(values: Sequence[tuple[float, int]]) -> float:
    """Of (value, how many have it): the value that the one in the middle has."""
    middle = sum(count for _, count in values) / 2
    passed = 0
    for value, count in sorted(values):
        passed += count
        if passed >= middle:
            return value
    return 0.0


def fraction_words(share: float) -> str:
    """A part of a whole as people say it: 'about a third'."""
    if share < 0.075:
        return "under a tenth"
    if share >= 0.95:
        return "nearly all"
    return "about " + min(_FRACTIONS, key=lambda fraction: abs(fraction[0] - share))[1]
