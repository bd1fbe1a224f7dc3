"""The charts, as Vega-Lite specifications: plain data, one for the page, pictures and documents.

A specification holds its own rows and no address, and names no colour: the segments' colours and
the rest come from the theme's config (`engine.render.theme`). The title is kept beside it, because
a page sets titles in its own type.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.charts.headlines import map_headline, sizes_headline
from engine.charts.plain_bars import Bar, plain_bars_spec
from engine.charts.segment_bars import bars_spec
from engine.charts.segment_bubbles import bubbles_spec
from engine.charts.vega import Json
from engine.concepts import Money
from engine.errors import NotPossible
from engine.facts import count_text, money_text, share_text
from engine.render.text import printable


@dataclass(frozen=True)
class SegmentPoint:
    """One segment of one snapshot; `recency` (days), `frequency`, `monetary` are medians."""

    id: str
    name: str
    colour: int
    customers: int
    share_of_customers: float
    share_of_revenue: float
    revenue: Money
    recency: float
    frequency: float
    monetary: Money


@dataclass(frozen=True)
class Chart:
    """`summary` stands for the picture where it cannot be seen; `table` starts with its heads."""

    id: str
    spec: Json
    title: str
    subtitle: str
    summary: str
    table: tuple[tuple[str, ...], ...]

    def to_json(self) -> Json:
        found = {name: getattr(self, name) for name in ("id", "title", "subtitle", "summary")}
        return found | {"spec": self.spec, "table": [list(row) for row in self.table]}

    @classmethod
    def from_json(cls, found: Json) -> "Chart":
        return cls(**found | {"table": tuple(tuple(row) for row in found["table"])})


def plain_bars(chart_id: str, bars: Sequence[Bar], title: str, subtitle: str, head: str) -> Chart:
    """Rows of any kind by one figure, in the order given; `head` says what they are."""
    largest = max(bars, key=lambda bar: bar.value)
    rows = ((printable(bar.name), printable(bar.text)) for bar in bars)
    return Chart(
        id=chart_id,
        spec=plain_bars_spec(bars),
        title=printable(title),
        subtitle=printable(subtitle),
        summary=printable(
            f"{title}. {len(bars)} bars; the longest is {largest.name}, {largest.text}."
        ),
        table=((head, printable(title)), *rows),
    )


def segment_sizes(points: Sequence[SegmentPoint], when: str) -> Chart:
    """Each segment's part of the customers beside its part of the revenue; `when` as in
    'as of 9 Dec 2011'."""
    ordered = _by_revenue(points)
    largest = ordered[0]
    title = printable(sizes_headline(ordered))
    return Chart(
        id="segment-sizes",
        spec=bars_spec(ordered),
        title=title,
        subtitle=f"Pale bar: share of customers. Full bar: share of revenue, {when}.",
        summary=(
            f"{title}. Bars of {len(ordered)} segments; the largest share of revenue is "
            f"{share_text(largest.share_of_revenue)}, {printable(largest.name)}."
        ),
        table=_table(ordered),
    )


def segment_map(points: Sequence[SegmentPoint], when: str) -> Chart:
    """Where each segment stands: days since the last purchase against what a customer spends."""
    ordered = _by_revenue(points)
    title = printable(map_headline(ordered))
    latest = min(ordered, key=lambda point: (point.recency, point.id))
    return Chart(
        id="segment-map",
        spec=bubbles_spec(ordered),
        title=title,
        subtitle=(
            "Medians of each segment; the larger the circle, the more customers. "
            f"The further right, the more recent the last purchase, {when}."
        ),
        summary=(
            f"{title}. Circles of {len(ordered)} segments; the most recent buyers are "
            f"{printable(latest.name)}, {count_text(latest.recency)} days since the last purchase."
        ),
        table=_table(ordered),
    )


def _by_revenue(points: Sequence[SegmentPoint]) -> list[SegmentPoint]:
    if not points:
        raise NotPossible(
            "There is no segment to draw.", "Segment the dataset first: segue segment."
        )
    return sorted(points, key=lambda point: (-point.share_of_revenue, point.id))


def _table(points: Sequence[SegmentPoint]) -> tuple[tuple[str, ...], ...]:
    heads = ("Segment", "Customers", "Share of customers", "Revenue", "Share of revenue",
             "Days since last purchase", "Orders each", "Typical spend")  # fmt: skip
    rows = (
        (
            printable(point.name),
            count_text(point.customers),
            share_text(point.share_of_customers),
            money_text(point.revenue),
            share_text(point.share_of_revenue),
            count_text(point.recency),
            count_text(point.frequency),
            money_text(point.monetary),
        )
        for point in points
    )
    return (heads, *rows)
