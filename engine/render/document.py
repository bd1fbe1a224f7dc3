"""A report as a Word document that people go on writing in: real headings, lists and tables.

Every text is set as a run of plain letters, so nothing in a shop's names is read as markup.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from engine.concepts import require_aware
from engine.render.picture import to_png
from engine.render.plain import Json, sources, to_plain
from engine.render.text import printable
from engine.render.theme import COLOURS
from engine.report import ChartBlock, Report

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_INK = COLOURS["light"]
_TEXT_POINTS, _SMALL_POINTS, _LEAD_POINTS = 10.5, 8.5, 13
_PAGE = {"page_width": 210, "page_height": 297, "left_margin": 22, "right_margin": 22,
         "top_margin": 20, "bottom_margin": 20}  # millimetres: A4  # fmt: skip
_PICTURE_WIDTH = 166
_NAME_WIDTH = 27
_ROOMY = 5  # columns; more are set small
_LISTING = (19, 26, 55, 66)  # millimetres: the columns of the receipts
_TABLE = "Light List Accent 1"


def to_docx(report: Report, created: datetime) -> bytes:
    """`created` is written into the file."""
    return _Writer(report, created).written()


class _Writer:
    def __init__(self, report: Report, created: datetime) -> None:
        import docx

        self.charts = {
            place: block.chart
            for place, block in enumerate(report.blocks)
            if isinstance(block, ChartBlock)
        }
        self.plain = to_plain(report, printable)
        self.document: Document = docx.Document()
        self._describe(require_aware(created))
        self._dress()

    def written(self) -> bytes:
        self.document.add_heading(self.plain["title"], level=0)
        self.document.add_paragraph(self.plain["subtitle"])
        for block in self.plain["blocks"]:
            getattr(self, f"_{block['kind']}")(block)
        self._small(f"{self.plain['made_for']}, {self.plain['as_of']}")
        file = BytesIO()
        self.document.save(file)
        return file.getvalue()

    def _describe(self, created: datetime) -> None:
        about = self.document.core_properties
        about.title, about.language = self.plain["title"], self.plain["language"]
        about.author = about.last_modified_by = "Segue"
        about.comments = ""
        about.created = about.modified = created.astimezone(UTC).replace(tzinfo=None)

    def _dress(self) -> None:
        from docx.shared import Mm, Pt

        for name, length in _PAGE.items():
            setattr(self.document.sections[0], name, Mm(length))
        normal = self.document.styles["Normal"].font
        normal.name, normal.size = "Calibri", Pt(_TEXT_POINTS)

    # ---- blocks ----

    def _heading(self, block: Json) -> None:
        self.document.add_heading(block["text"], level=block["level"])

    def _paragraph(self, block: Json) -> None:
        from docx.shared import Pt

        written = self._runs(self.document.add_paragraph(), block["runs"])
        if block["lead"]:
            for run in written.runs:
                run.font.size = Pt(_LEAD_POINTS)

    def _bullets(self, block: Json) -> None:
        for item in block["items"]:
            self._runs(self.document.add_paragraph(style="List Bullet"), item)

    def _tiles(self, block: Json) -> None:
        rows = [
            [[_plain(tile["label"])], [tile["value"], *tile["note"]]] for tile in block["tiles"]
        ]
        self._grid([[_plain("The shop")], [_plain("")]], rows, ["left", "right"], numbered=True)
        self._small("")

    def _chart(self, block: Json) -> None:
        from docx.shared import Mm

        drawn = BytesIO(to_png(self.charts[block["picture"]]))
        picture = self.document.add_picture(drawn, width=Mm(_PICTURE_WIDTH))
        described = picture._inline.docPr  # python-docx has no name for the words of a picture
        described.set("title", block["title"])
        described.set("descr", block["summary"])
        self._sources(block)

    def _table(self, block: Json) -> None:
        heads = [[_plain(column)] for column in block["columns"]]
        self._grid(heads, block["rows"], block["alignments"], numbered=False)
        self._sources(block)

    def _receipts(self, block: Json) -> None:
        heads = [[_plain(t)] for t in ("Receipt", "Figure", "What it is", "How it was made")]
        rows = [
            [[_plain(text)] for text in (
                f"r{one['mark']}", one["value"], one["meaning"],
                f"{one['formula']}. {one['source']}. {one['id']}",
            )]
            for one in block["entries"]
        ]  # fmt: skip
        self._grid(heads, rows, ["left"] * len(heads), numbered=False, widths=_LISTING)

    # ---- parts ----

    def _runs(self, into: "Paragraph", runs: Sequence[Json], numbered: bool = True) -> "Paragraph":
        for run in runs:
            into.add_run(run["text"])
            if numbered and run["mark"] is not None:
                into.add_run(f"r{run['mark']}").font.superscript = True
        return into

    def _grid(
        self,
        heads: Sequence[Sequence[Json]],
        rows: Sequence[Sequence[Sequence[Json]]],
        alignments: Sequence[str],
        numbered: bool,
        widths: Sequence[int] = (),
    ) -> None:
        """Word repeats the first row on every page."""
        from docx.oxml import OxmlElement
        from docx.shared import Mm

        small = bool(widths) or len(heads) > _ROOMY
        table: Any = self.document.add_table(rows=0, cols=len(heads), style=_TABLE)
        for row in (heads, *rows):
            cells = table.add_row().cells
            for cell, runs, alignment in zip(cells, row, alignments, strict=True):
                self._cell(cell.paragraphs[0], runs, alignment, numbered, small)
        table.autofit = False
        for column, width in zip(table.columns, widths or _even(len(heads)), strict=True):
            column.width = Mm(width)
            for cell in column.cells:
                cell.width = Mm(width)
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

    def _cell(
        self,
        into: "Paragraph",
        runs: Sequence[Json],
        alignment: str,
        numbered: bool,
        small: bool,
    ) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        self._runs(into, runs, numbered)
        if alignment == "right":
            into.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for run in into.runs if small else ():
            run.font.size = Pt(_SMALL_POINTS)

    def _sources(self, block: Json) -> None:
        for line in sources(block):
            self._small(line)

    def _small(self, text: str) -> None:
        from docx.shared import Pt, RGBColor

        run = self.document.add_paragraph().add_run(text)
        run.font.size = Pt(_SMALL_POINTS)
        run.font.color.rgb = RGBColor.from_string(_INK["muted"].removeprefix("#"))


def _even(columns: int) -> list[float]:
    """Names need more room than figures."""
    first = _PICTURE_WIDTH / 2 if columns == 2 else _NAME_WIDTH
    return [first, *((_PICTURE_WIDTH - first) / (columns - 1) for _ in range(columns - 1))]


def _plain(text: str) -> Json:
    return {"text": text, "mark": None}
