"""The circles of `segment_map`: recency across, spending upwards, area by customers."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.charts.labels import Axis, Circle, place_labels
from engine.charts.vega import NAME_WIDTH, SCHEMA, WIDTH, Json, segment_colour, segment_row, tooltip
from engine.concepts import UNKNOWN_CURRENCY
from engine.facts import count_text, money_text

if TYPE_CHECKING:
    from engine.charts.chart import SegmentPoint

HEIGHT = 340
MARGIN = 34
LARGEST = 2600
SMALLEST = 60
# Above this spread of spending a linear axis would press most segments against its foot.
LINEAR_SPREAD = 12
# The days axis never shows parts of a day.
FEWEST_DAYS = 7.0


def bubbles_spec(points: Sequence["SegmentPoint"]) -> Json:
    across, upwards = _recency_axis(points), _spend_axis(points)
    x = {
        "field": "recency",
        "type": "quantitative",
        "scale": _scale(across) | {"reverse": True},
        "axis": {"title": "Days since the last purchase", "tickCount": 6},
    }
    y = {
        "field": "spend",
        "type": "quantitative",
        "scale": _scale(upwards),
        "axis": {"title": _spend_title(points, upwards), "format": ",~r"}
        | ({"values": upwards.round_values()} if upwards.log else {"tickCount": 5}),
    }
    size = {
        "field": "customers",
        "type": "quantitative",
        "legend": None,
        "scale": {"domain": [0, _most(points)], "range": [SMALLEST, LARGEST]},
    }
    circles = {
        "mark": {"type": "circle"},
        "encoding": {
            "color": segment_colour(),
            "size": size,
            "tooltip": tooltip(
                name="Segment",
                customers_text="Customers",
                revenue_text="Revenue",
                recency_text="Days since last purchase",
                frequency_text="Orders each",
                spend_text="Typical spend",
            ),
        },
    }
    names = {
        "mark": {
            "type": "text",
            "style": "segment-name",
            "limit": NAME_WIDTH,
            **{place: {"expr": f"datum.{place}"} for place in ("align", "dx", "dy")},
        },
        "encoding": {"text": {"field": "name"}},
    }
    return {
        "$schema": SCHEMA,
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": _rows(points, across, upwards)},
        "encoding": {"x": x, "y": y},
        "layer": [circles, names],
    }


def _rows(points: Sequence["SegmentPoint"], across: Axis, upwards: Axis) -> list[Json]:
    """The largest first, so that a small circle is drawn over a large one."""
    drawn = sorted(points, key=lambda point: (-point.customers, point.id))
    circles = [
        Circle(
            x=WIDTH - across.position(point.recency),
            y=HEIGHT - upwards.position(_spend(point)),
            radius=_radius(point.customers / _most(points)),
            name=point.name,
        )
        for point in drawn
    ]
    labels = place_labels(circles, WIDTH, HEIGHT, NAME_WIDTH)
    return [
        segment_row(point)
        | {"recency": point.recency, "recency_text": count_text(point.recency)}
        | {"spend": _spend(point), "spend_text": money_text(point.monetary)}
        | {"frequency_text": count_text(point.frequency)}
        | {"align": label.align, "dx": label.dx, "dy": label.dy}
        for point, label in zip(drawn, labels, strict=True)
    ]


def _most(points: Sequence["SegmentPoint"]) -> int:
    return max(1, *(point.customers for point in points))


def _radius(part: float) -> float:
    area = SMALLEST + part * (LARGEST - SMALLEST)
    return math.sqrt(area / math.pi)


def _spend(point: "SegmentPoint") -> float:
    return float(point.monetary.major)


def _recency_axis(points: Sequence["SegmentPoint"]) -> Axis:
    return Axis(0.0, max(FEWEST_DAYS, *(point.recency for point in points)), WIDTH, MARGIN)


def _spend_axis(points: Sequence["SegmentPoint"]) -> Axis:
    spends = [_spend(point) for point in points]
    low, high = min(spends), max(spends)
    if low > 0 and high / low > LINEAR_SPREAD:
        return Axis(low, high, HEIGHT, MARGIN, log=True)
    low, high = min(0.0, low), max(0.0, high)
    return Axis(low, high if high > low else low + 1.0, HEIGHT, MARGIN)


def _scale(axis: Axis) -> Json:
    kind = "log" if axis.log else "linear"
    return {"type": kind, "domain": [axis.low, axis.high], "nice": False, "padding": axis.margin}


def _spend_title(points: Sequence["SegmentPoint"], upwards: Axis) -> str:
    currency = points[0].monetary.currency
    unit = "currency unknown" if currency == UNKNOWN_CURRENCY else currency
    return f"Typical spend per customer, {unit}" + (" (log scale)" if upwards.log else "")
