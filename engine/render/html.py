"""A report as one HTML file that needs nothing else: no script, no request, light and dark.

Jinja2 escapes every text. The charts are drawn once for each theme and stand in the page as SVG;
the style shows the one that fits.
"""

from base64 import b64encode
from pathlib import Path

from engine.render.picture import FONT_FOLDER, to_svg
from engine.render.plain import to_plain
from engine.render.text import printable
from engine.render.theme import COLOURS
from engine.report import ChartBlock, Report

TEMPLATE = "report.html.j2"
FONT_FILE = FONT_FOLDER / "inter-latin.woff2"


def to_html(report: Report) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE).render(
        report=to_plain(report, printable),
        pictures=_pictures(report),
        colours=COLOURS,
        font=b64encode(FONT_FILE.read_bytes()).decode("ascii"),
    )


def _pictures(report: Report) -> dict[int, dict[str, str]]:
    """The charts by their place in the report and theme, as SVG that vl-convert has escaped."""
    return {
        place: {theme: to_svg(block.chart, theme) for theme in COLOURS}
        for place, block in enumerate(report.blocks)
        if isinstance(block, ChartBlock)
    }
