"""A report: a document for people, as blocks that every format renders in its own way.

Report
├── Heading
├── Paragraph     runs of text; a lead paragraph is the finding
├── Bullets
├── KpiRow        tiles
├── Table
├── ChartBlock    a chart and the receipts of what it draws
└── ReceiptList   where the figures come from

A figure is a run with the id of its receipt. A report that shows a figure whose receipt it does
not list cannot be made.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from engine.charts import Chart
from engine.concepts import Money
from engine.errors import Defect
from engine.facts import Fact, Figure, Receipt, to_text
from engine.grounding import Rendered
from engine.metrics import METRICS

Alignment = Literal["left", "right"]


@dataclass(frozen=True)
class Run:
    """A stretch of text; with a receipt it is a figure."""

    text: str
    receipt: str | None = None

    @classmethod
    def of(cls, fact: Fact) -> "Run":
        return cls(fact.text, fact.receipt)


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True)
class Paragraph:
    runs: Runs
    lead: bool = False


@dataclass(frozen=True)
class Bullets:
    items: tuple[Runs, ...]


@dataclass(frozen=True)
class Tile:
    label: str
    value: Run
    note: Runs = ()


@dataclass(frozen=True)
class KpiRow:
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]
    alignments: tuple[Alignment, ...]

    def __post_init__(self) -> None:
        widths = {len(self.columns), len(self.alignments), *(len(row) for row in self.rows)}
        if len(widths) > 1:
            raise Defect(f"A table's rows, columns and alignments differ in length: {widths}.")


@dataclass(frozen=True)
class ChartBlock:
    chart: Chart
    receipts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReceiptEntry:
    """One line of the list: what the figure is, and how and from what it was made.

    `value` is the figure as people read it; `amount` and `unit` are for programs.
    """

    id: str
    value: str
    amount: str
    unit: str
    about: str
    metric: str
    period: str
    formula: str
    source: str

    @property
    def meaning(self) -> str:
        return f"{self.about}: {self.metric}, {self.period}"

    @classmethod
    def of(cls, receipt: Receipt) -> "ReceiptEntry":
        figure = receipt.figure
        amount, unit = _amount(figure)
        return cls(
            id=receipt.id,
            value=to_text(figure),
            amount=amount,
            unit=unit,
            about=figure.subject.name,
            metric=METRICS[figure.metric].meaning,
            period=figure.period.words(),
            formula=figure.formula,
            source=f"{figure.rows:,} rows of {receipt.dataset}, version {receipt.version}",
        )


def _amount(figure: Figure) -> tuple[str, str]:
    value = figure.value
    if isinstance(value, Money):
        return str(value.major), value.currency
    return value.isoformat() if isinstance(value, date) else str(value), figure.unit


@dataclass(frozen=True)
class ReceiptList:
    entries: tuple[ReceiptEntry, ...]

    @classmethod
    def of(cls, receipts: Iterable[Receipt]) -> "ReceiptList":
        return cls(tuple(ReceiptEntry.of(receipt) for receipt in receipts))


Block = Heading | Paragraph | Bullets | KpiRow | Table | ChartBlock | ReceiptList


@dataclass(frozen=True)
class Report:
    """`made_for` is the dataset; `as_of` the moment in words, e.g. 'as of 9 Dec 2011'."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    language: str
    made_for: str
    as_of: str

    def __post_init__(self) -> None:
        unlisted = [receipt for receipt in shown_receipts(self.blocks) if receipt not in self.marks]
        if unlisted:
            raise Defect(f"The report lists no receipt for the figures of {', '.join(unlisted)}.")

    @cached_property
    def marks(self) -> Mapping[str, int]:
        """The number by which a figure names its receipt: its place in the list, from 1."""
        entries = [
            entry for block in self.blocks if isinstance(block, ReceiptList)
            for entry in block.entries
        ]  # fmt: skip
        return {entry.id: place for place, entry in enumerate(entries, start=1)}


def to_runs(sentences: Sequence[Rendered], facts: Mapping[str, Fact]) -> Runs:
    """Checked sentences, one after the other, each figure bound to the receipt of its fact."""
    found: list[Run] = []
    for place, sentence in enumerate(sentences):
        if place:
            found.append(Run(" "))
        found.extend(_sentence_runs(sentence, facts))
    return tuple(found)


def _sentence_runs(sentence: Rendered, facts: Mapping[str, Fact]) -> Iterator[Run]:
    passed = 0
    for start, end, fact_id in sorted(sentence.spans):
        if start > passed:
            yield Run(sentence.text[passed:start])
        yield Run(sentence.text[start:end], facts[fact_id].receipt)
        passed = end
    if passed < len(sentence.text):
        yield Run(sentence.text[passed:])


def shown_receipts(blocks: Iterable[Block]) -> list[str]:
    """The receipts of all figures, each once, in the order in which a reader meets them."""
    found: dict[str, None] = {}
    for block in blocks:
        found.update(dict.fromkeys(block_receipts(block)))
    return list(found)


def block_receipts(block: Block) -> list[str]:
    if isinstance(block, ChartBlock):
        return list(block.receipts)
    return [run.receipt for run in _block_runs(block) if run.receipt is not None]


def _block_runs(block: Block) -> Iterator[Run]:
    match block:
        case Paragraph(runs=runs):
            yield from runs
        case Bullets(items=items):
            for item in items:
                yield from item
        case KpiRow(tiles=tiles):
            for tile in tiles:
                yield tile.value
                yield from tile.note
        case Table(rows=rows):
            for row in rows:
                for cell in row:
                    yield from cell


def mark_ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """3, 1, 2, 7 become (1, 3), (7, 7)."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
