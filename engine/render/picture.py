"""A chart as a picture, drawn by vl-convert without a browser and without the network.

vl-convert holds Python's global lock while it draws, so a service calls these in a process pool;
the functions keep nothing between calls and their arguments can be sent to another process. The
pool must start its processes with "spawn": a copy forked from a process that has drawn hangs.
"""

from pathlib import Path
from textwrap import wrap
from typing import Any

from engine.charts import Chart
from engine.render.theme import Theme, themed

VEGA_LITE = "6.4"
FONT_FOLDER = Path(__file__).parent / "fonts"
TITLE_LETTERS = 66
SUBTITLE_LETTERS = 88


def to_svg(chart: Chart, theme: Theme = "light", titled: bool = False) -> str:
    """Without its title, unless asked: a page or a document sets the title in its own type."""
    import vl_convert

    vl_convert.register_font_directory(str(FONT_FOLDER))
    spec = with_title(chart) if titled else chart.spec
    drawn: str = vl_convert.vegalite_to_svg(
        themed(spec, theme), vl_version=VEGA_LITE, allowed_base_urls=[]
    )
    return drawn


def to_png(chart: Chart, theme: Theme = "light", scale: float = 2.0) -> bytes:
    """With its title: a picture travels alone."""
    import vl_convert

    vl_convert.register_font_directory(str(FONT_FOLDER))
    drawn: bytes = vl_convert.vegalite_to_png(
        themed(with_title(chart), theme), vl_version=VEGA_LITE, scale=scale, allowed_base_urls=[]
    )
    return drawn


def with_title(chart: Chart) -> dict[str, Any]:
    title = {
        "text": wrap(chart.title, TITLE_LETTERS),
        "subtitle": wrap(chart.subtitle, SUBTITLE_LETTERS),
    }
    return {**chart.spec, "title": title}
