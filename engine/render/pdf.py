"""A report as a PDF, set by Typst from one template of ours.

The report reaches the template as a JSON file, so no name or sentence is ever read as Typst. Typst
works in a private folder that holds the template, the data and the charts; it can read nothing
outside it, and looks for packages only inside it. Drawing the charts holds Python's global lock
(see `engine.render.picture`): a service calls this in a process pool.
"""

import json
import shutil
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.concepts import require_aware
from engine.render.picture import FONT_FOLDER, to_svg
from engine.render.plain import to_plain
from engine.render.text import breakable, printable
from engine.render.theme import COLOURS, FONT
from engine.report import ChartBlock, Report

TEMPLATE = Path(__file__).parent / "report.typ"


def to_pdf(report: Report, created: datetime, font_folders: tuple[Path, ...] = ()) -> bytes:
    """`created` is written into the file; the same arguments give the same bytes.

    Letters that Inter has not (Chinese, Arabic...) come from `font_folders` or the system's fonts.
    """
    with TemporaryDirectory(prefix="segue-report-") as name:
        folder = Path(name)
        _write(report, folder)
        return _typeset(folder, created, font_folders)


def _write(report: Report, folder: Path) -> None:
    plain = to_plain(report, _words) | {"colours": COLOURS["light"], "font": FONT}
    (folder / "report.json").write_text(json.dumps(plain), encoding="utf-8")
    shutil.copyfile(TEMPLATE, folder / TEMPLATE.name)
    for place, block in enumerate(report.blocks):
        if isinstance(block, ChartBlock):
            (folder / f"chart-{place}.svg").write_text(to_svg(block.chart), encoding="utf-8")


def _words(text: str) -> str:
    return breakable(printable(text))


def _typeset(folder: Path, created: datetime, font_folders: tuple[Path, ...]) -> bytes:
    import typst

    compiler = typst.Compiler(
        input=folder / TEMPLATE.name,
        root=folder,
        font_paths=[FONT_FOLDER, *font_folders],
        package_path=folder,
        package_cache_path=folder,
    )
    made = compiler.compile(format="pdf", timestamp=int(require_aware(created).timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no single document.")
    return made
