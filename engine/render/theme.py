"""The colours of every picture, page and document, and the Vega-Lite config made of them.

A segment keeps its colour by its colour index, on every surface. The eight colours of the light
theme stay at least 11 apart (OKLab x 100) for every kind of colour blindness and 3.1:1 on white;
those of the dark theme 8.9 apart and 5:1 on the card.
"""

from typing import Any, Literal

Theme = Literal["light", "dark"]

SEGMENT_COLOURS: dict[Theme, tuple[str, ...]] = {
    "light": ("#301CB9", "#36A38F", "#C0861C", "#731F66", "#BC2D1D", "#636B86", "#A84DF0",
              "#3D3206"),
    "dark": ("#84ABF9", "#66EDB1", "#F2B34A", "#C962BE", "#FD6258", "#B9A9AD", "#A26CF5",
             "#F1BEFA"),
}  # fmt: skip

COLOURS: dict[Theme, dict[str, str]] = {
    "light": {
        "page": "#F6F6FA", "card": "#FFFFFF", "line": "#E3E4EC", "ink": "#1B1D29",
        "muted": "#5B6072", "primary": "#301CB9", "good": "#0A6B5F", "bad": "#B42318",
        "control": "#8B90A3", "rest": "#B9BDCB",
    },
    "dark": {
        "page": "#0F1118", "card": "#171923", "line": "#2B2E3D", "ink": "#F2F3F7",
        "muted": "#A6ABBD", "primary": "#9D97FF", "good": "#5CD6C0", "bad": "#FF9A8F",
        "control": "#74798C", "rest": "#5B6072",
    },
}  # fmt: skip

FONT = "Inter"

# The index of a segment beyond the eight colours: drawn in the grey of "the rest".
REST = len(SEGMENT_COLOURS["light"])


def themed(spec: dict[str, Any], theme: Theme) -> dict[str, Any]:
    """The same picture in one theme: only `config` differs."""
    return {**spec, "config": chart_config(theme)}


def chart_config(theme: Theme) -> dict[str, Any]:
    colours = COLOURS[theme]
    return {
        # Whoever shows the picture gives its summary to those who cannot see it.
        "aria": False,
        "background": colours["card"],
        "font": FONT,
        "padding": {"left": 4, "right": 12, "top": 8, "bottom": 6},
        "view": {"stroke": None},
        "range": {"category": [*SEGMENT_COLOURS[theme], colours["rest"]]},
        "axis": _axis(colours),
        "text": {"fontSize": 13},
        "circle": {"stroke": colours["card"], "strokeWidth": 1.5, "opacity": 1},
        "title": _title(colours),
        "style": {
            "segment-name": {"fontWeight": 600, "color": colours["ink"]},
            "value": {"fontWeight": 400, "color": colours["muted"], "fontSize": 12},
        },
    }


def _axis(colours: dict[str, str]) -> dict[str, Any]:
    return {
        "domain": False,
        "ticks": False,
        "gridColor": colours["line"],
        "labelColor": colours["muted"],
        "labelFontSize": 12,
        "labelPadding": 8,
        "labelOverlap": False,
        "titleColor": colours["muted"],
        "titleFontSize": 12,
        "titleFontWeight": 400,
        "titlePadding": 12,
    }


def _title(colours: dict[str, str]) -> dict[str, Any]:
    return {
        "anchor": "start",
        "frame": "bounds",
        "color": colours["ink"],
        "fontSize": 17,
        "fontWeight": 600,
        "lineHeight": 22,
        "subtitleColor": colours["muted"],
        "subtitleFontSize": 13,
        "subtitleLineHeight": 18,
        "subtitlePadding": 6,
        "offset": 16,
    }
