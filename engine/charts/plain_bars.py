"""The bars of `plain_bars`: one a row, its name before it and its figure behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.charts.vega import NAME_WIDTH, SCHEMA, WIDTH, Json
from engine.render.text import printable
from engine.render.theme import REST

ROW_HEIGHT = 30


@dataclass(frozen=True)
class Bar:
    """`text` is the figure as a sentence shows it; `colour` is that of a segment."""

    id: str
    name: str
    value: float
    text: str
    colour: int = REST


def plain_bars_spec(bars: Sequence[Bar]) -> Json:
    # Room on the right for the figure written behind the longest bar.
    domain = [0.0, max(bar.value for bar in bars) * 1.3]
    across = {
        "field": "value", "type": "quantitative", "axis": None, "scale": {"domain": domain}
    }  # fmt: skip
    row = {
        "field": "id", "type": "nominal", "sort": [bar.id for bar in bars], "axis": None,
        "scale": {"paddingInner": 0.3, "paddingOuter": 0.1},
    }  # fmt: skip
    colour = {
        "field": "colour", "type": "nominal", "legend": None,
        "scale": {"domain": list(range(REST + 1)), "range": "category"},
    }  # fmt: skip
    names = {"type": "text", "style": "segment-name", "align": "right", "dx": -12}
    figures = {"type": "text", "style": "value", "align": "left", "dx": 7}
    return {
        "$schema": SCHEMA,
        "width": WIDTH - NAME_WIDTH,
        "height": ROW_HEIGHT * len(bars),
        "data": {"values": [_row(bar) for bar in bars]},
        "encoding": {"y": row},
        "layer": [
            {"mark": {"type": "bar", "cornerRadiusEnd": 3},
             "encoding": {"x": across, "color": colour}},
            {"mark": figures, "encoding": {"x": across, "text": {"field": "text"}}},
            {"mark": names | {"limit": NAME_WIDTH},
             "encoding": {"x": {"value": 0}, "text": {"field": "name"}}},
        ],
    }  # fmt: skip


def _row(bar: Bar) -> Json:
    return {
        "id": bar.id,
        "name": printable(bar.name),
        "colour": bar.colour if 0 <= bar.colour < REST else REST,
        "value": bar.value,
        "text": printable(bar.text),
    }
