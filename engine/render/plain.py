"""A report as plain data: what the templates of all formats read.

Every text passes `words` on its way, so that a format decides once what it can draw.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from engine.report import (
    Block,
    Bullets,
    ChartBlock,
    Heading,
    KpiRow,
    Paragraph,
    Report,
    Run,
    Table,
    block_receipts,
    mark_ranges,
)

Words = Callable[[str], str]
Json = dict[str, Any]


def to_plain(report: Report, words: Words) -> Json:
    writer = _Writer(report, words)
    return {
        "title": words(report.title),
        "subtitle": words(report.subtitle),
        "language": report.language,
        "made_for": words(report.made_for),
        "as_of": words(report.as_of),
        "blocks": [writer.block(place, block) for place, block in enumerate(report.blocks)],
    }


class _Writer:
    def __init__(self, report: Report, words: Words) -> None:
        self.marks = report.marks
        self.words = words

    def block(self, place: int, block: Block) -> Json:
        match block:
            case Heading(text=text, level=level):
                return {"kind": "heading", "text": self.words(text), "level": level}
            case Paragraph(runs=runs, lead=lead):
                return {"kind": "paragraph", "runs": self.runs(runs), "lead": lead}
            case Bullets(items=items):
                return {"kind": "bullets", "items": [self.runs(item) for item in items]}
            case KpiRow():
                return self.tiles(block)
            case Table():
                return self.table(block)
            case ChartBlock():
                return self.chart(place, block)
        entries = [{**vars(entry), "meaning": entry.meaning} for entry in block.entries]
        return {
            "kind": "receipts",
            "entries": [
                {name: self.words(text) for name, text in entry.items()}
                | {"mark": self.marks[entry["id"]]}
                for entry in entries
            ],
        }

    def tiles(self, block: KpiRow) -> Json:
        tiles = [
            {
                "label": self.words(tile.label),
                "value": self.run(tile.value),
                "note": self.runs(tile.note),
            }
            for tile in block.tiles
        ]
        return {"kind": "tiles", "tiles": tiles}

    def table(self, block: Table) -> Json:
        return {
            "kind": "table",
            "columns": [self.words(column) for column in block.columns],
            "alignments": list(block.alignments),
            "rows": [[self.runs(cell) for cell in row] for row in block.rows],
            "receipts": self.ranges(block_receipts(block)),
        }

    def chart(self, place: int, block: ChartBlock) -> Json:
        chart = block.chart
        return {
            "kind": "chart",
            "picture": place,
            "title": self.words(chart.title),
            "subtitle": self.words(chart.subtitle),
            "summary": self.words(chart.summary),
            "table": [[self.words(cell) for cell in row] for row in chart.table],
            "receipts": self.ranges(block.receipts),
        }

    def runs(self, runs: Sequence[Run]) -> list[Json]:
        return [self.run(run) for run in runs]

    def run(self, run: Run) -> Json:
        mark = self.marks[run.receipt] if run.receipt is not None else None
        return {"text": self.words(run.text), "mark": mark}

    def ranges(self, receipts: Iterable[str]) -> list[Json]:
        return [
            {"first": first, "text": f"r{first}" if first == last else f"r{first}–r{last}"}
            for first, last in mark_ranges(self.marks[receipt] for receipt in receipts)
        ]


def plain_words(runs: Sequence[Json], numbered: bool = True) -> str:
    """Runs as one text, for a format without marks: a figure with the number of its receipt."""
    marks = (f" (r{run['mark']})" if numbered and run["mark"] else "" for run in runs)
    return "".join(run["text"] + mark for run, mark in zip(runs, marks, strict=True))


def sources(block: Json) -> Iterator[str]:
    """The line under a table or a chart that names its receipts, if it has any."""
    if block["receipts"]:
        named = ", ".join(one["text"] for one in block["receipts"])
        yield f"Where these figures come from: {named}"
