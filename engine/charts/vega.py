"""What the segment charts share: a segment's row, its colour and what a pointer over it tells."""

from typing import TYPE_CHECKING, Any

from engine.facts import count_text, money_text
from engine.render.text import printable
from engine.render.theme import REST

if TYPE_CHECKING:
    from engine.charts.chart import SegmentPoint

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH = 560
NAME_WIDTH = 170

Json = dict[str, Any]


def segment_row(point: "SegmentPoint") -> Json:
    return {
        "id": point.id,
        "name": printable(point.name),
        "colour": point.colour if 0 <= point.colour < REST else REST,
        "customers": point.customers,
        "customers_text": count_text(point.customers),
        "revenue_text": money_text(point.revenue),
    }


def segment_colour() -> Json:
    scale = {"domain": list(range(REST + 1)), "range": "category"}
    return {"field": "colour", "type": "nominal", "scale": scale, "legend": None}


def tooltip(**names: str) -> list[Json]:
    return [{"field": field, "type": "nominal", "title": name} for field, name in names.items()]
