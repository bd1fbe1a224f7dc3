"""Segments: finding them, and what is known of each."""

from typing import TYPE_CHECKING

from engine.concepts import Money
from engine.facts import Figure, Period, Subject, Value
from stores.datasets import DatasetStore
from stores.runs import Segment
from tools.context import Context, segment_subject
from tools.prepared import prepared
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    import pandas as pd


class ListSegments(Arguments):
    pass


def list_segments(context: Context, arguments: ListSegments) -> Result:
    """Size, revenue and habits of every segment.

    When to use: questions about segments or groups of customers: how many, how big, what they
    bring, how recently or often they buy, what they are like.
    Arguments: none.
    Result: for each segment customers, share of customers, revenue, share of revenue, and medians
    of recency, frequency and monetary; the number of segments; one line of profile each.
    """
    members = context.members
    if "monetary" not in members:
        return _without_orders(context)
    as_of, lifetime = context.snapshot_period(), context.lifetime_period()
    currency = context.dataset.shop.currency
    total = _revenue_of_everybody(context)
    figures = [_number_of_segments(context)]
    owned = {s: members[members["segment_id"] == s.segment_id] for s in context.segments}
    revenues = {segment: int(own["monetary"].sum()) for segment, own in owned.items()}
    most_first = sorted(context.segments, key=lambda segment: -revenues[segment])
    for segment in most_first:
        own, revenue = owned[segment], revenues[segment]
        figures += _segment_figures(segment, own, revenue, as_of, lifetime, currency)
        figures += _segment_shares(segment, len(own), len(members), revenue, total, as_of, lifetime)
    texts = tuple({"segment": s.name, "profile": s.profile} for s in most_first)
    return Result(tuple(figures), texts)


def _number_of_segments(context: Context) -> Figure:
    subject = Subject("run", context.run.run_id, "all segments")
    formula = "segments of the published run"
    count, rows = len(context.segments), len(context.members)
    return Figure(subject, "segments", context.snapshot_period(), count, formula, rows)


def _without_orders(context: Context) -> Result:
    """Sizes, and what is typical of each, in the words of its profile."""
    members, as_of = context.members, context.snapshot_period()
    sizes = members["segment_id"].value_counts()
    most_first = sorted(context.segments, key=lambda s: (-int(sizes.get(s.segment_id, 0)), s.name))
    figures = [_number_of_segments(context)]
    for segment in most_first:
        own, subject = int(sizes.get(segment.segment_id, 0)), segment_subject(segment)
        formula = "customers assigned to the segment"
        figures.append(Figure(subject, "customers", as_of, own, formula, own))
        figures += _segment_shares(segment, own, len(members), 0, 0, as_of, as_of)
    texts = tuple({"segment": s.name, "profile": s.profile} for s in most_first)
    return Result(tuple(figures), texts)


def _segment_figures(
    segment: Segment,
    own: "pd.DataFrame",
    revenue: int,
    as_of: Period,
    lifetime: Period,
    currency: str,
) -> list[Figure]:
    subject = segment_subject(segment)
    found: list[tuple[str, Period, Value, str]] = [
        ("customers", as_of, len(own), "customers assigned to the segment"),
        ("revenue", lifetime, Money(revenue, currency), "sum of net revenue of its customers"),
    ]
    if len(own):
        found += [
            ("recency", as_of, _median(own["recency"]), "median over its customers"),
            ("frequency", lifetime, _median(own["frequency"]), "median over its customers"),
            (
                "monetary",
                lifetime,
                Money(round(own["monetary"].median()), currency),
                "median over its customers",
            ),
        ]
    return [
        Figure(subject, metric, period, value, formula, len(own))
        for metric, period, value, formula in found
    ]


def _segment_shares(
    segment: Segment,
    own: int,
    everybody: int,
    revenue: int,
    total: int,
    as_of: Period,
    lifetime: Period,
) -> list[Figure]:
    subject = segment_subject(segment)
    figures = [
        Figure(
            subject,
            "share_of_customers",
            as_of,
            own / everybody,
            "its customers / all segmented customers",
            everybody,
        )
    ]
    if total > 0:
        figures.append(
            Figure(
                subject,
                "share_of_revenue",
                lifetime,
                revenue / total,
                "its revenue / revenue of the shop, guests included",
                everybody,
            )
        )
    return figures


def _revenue_of_everybody(context: Context) -> int:
    """Of the records that the snapshot was made from, in minor units."""
    snapshot = context.need_snapshot()
    files = DatasetStore(context.home).files(context.dataset, snapshot.version)
    with prepared(tuple(files), context.snapshot_moment) as ready:
        return ready.revenue


def _median(column: "pd.Series") -> int | float:
    value = float(column.median())
    return int(value) if value.is_integer() else value
