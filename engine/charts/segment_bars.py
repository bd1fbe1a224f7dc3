"""The bars of `segment_sizes`: two a segment, pale for customers, full for revenue."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.charts.vega import NAME_WIDTH, SCHEMA, WIDTH, Json, segment_colour, segment_row, tooltip
from engine.facts import share_text

if TYPE_CHECKING:
    from engine.charts.chart import SegmentPoint

ROW_HEIGHT = 46
_MEASURES = ["customers", "revenue"]


def bars_spec(points: Sequence["SegmentPoint"]) -> Json:
    shares = [share for point in points for share in _shares(point).values()]
    # Room on the right for the value written behind the longest bar.
    domain = [min(0.0, *shares), max(0.01, *shares) * 1.25]
    # A stacked bar would be clipped by a shape whose id differs from drawing to drawing.
    across = {"type": "quantitative", "axis": None, "stack": None, "scale": {"domain": domain}}
    beside = {
        "field": "measure",
        "type": "nominal",
        "sort": _MEASURES,
        "scale": {"paddingInner": 0.12},
    }
    row = {
        "field": "id",
        "type": "nominal",
        "sort": [point.id for point in points],
        "axis": None,
        "scale": {"paddingInner": 0.3, "paddingOuter": 0.1},
    }
    strength = {
        "field": "measure",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": _MEASURES, "range": [0.22, 1]},
    }
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "strokeWidth": 1},
        "encoding": {
            "x": across | {"field": "share"},
            "yOffset": beside,
            "color": segment_colour(),
            "stroke": segment_colour(),
            "fillOpacity": strength,
            "tooltip": tooltip(
                name="Segment",
                share_text="Share",
                customers_text="Customers",
                revenue_text="Revenue",
            ),
        },
    }
    values = {
        "mark": {"type": "text", "style": "value", "align": "left", "dx": 7},
        "encoding": {
            "x": across | {"field": "label_at"},
            "yOffset": beside,
            "text": {"field": "label"},
        },
    }
    names = {
        "transform": [{"filter": "datum.measure === 'revenue'"}],
        "mark": {
            "type": "text",
            "style": "segment-name",
            "align": "right",
            "dx": -12,
            "limit": NAME_WIDTH,
        },
        "encoding": {"x": {"value": 0}, "text": {"field": "name"}},
    }
    return {
        "$schema": SCHEMA,
        "width": WIDTH - NAME_WIDTH,
        "height": ROW_HEIGHT * len(points),
        "data": {"values": _rows(points)},
        "encoding": {"y": row},
        "layer": [bars, values, names],
    }


def _shares(point: "SegmentPoint") -> dict[str, float]:
    return {"customers": point.share_of_customers, "revenue": point.share_of_revenue}


def _rows(points: Sequence["SegmentPoint"]) -> list[Json]:
    """Two rows a segment; only the first two bars say what they measure, in words."""
    rows = []
    for place, point in enumerate(points):
        for measure, share in _shares(point).items():
            words = share_text(share)
            label = f"{words} of {measure}" if place == 0 else words
            rows.append(
                segment_row(point)
                | {"measure": measure, "share": share, "share_text": f"{words} of {measure}"}
                | {"label": label, "label_at": max(share, 0.0)}
            )
    return rows
