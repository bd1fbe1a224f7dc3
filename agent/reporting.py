"""The segment report: finding, tiles, charts, table, advice and receipts, all of facts."""

from agent.finding import Findings
from agent.memory import write_report_abstract
from agent.narrative import RULES, Narrative
from engine.charts import SegmentPoint, segment_map, segment_sizes
from engine.concepts import Money
from engine.facts import Fact, Receipt, day_text
from engine.report import (
    Alignment,
    Block,
    Bullets,
    ChartBlock,
    Heading,
    KpiRow,
    Paragraph,
    ReceiptList,
    Report,
    Run,
    Table,
    Tile,
    shown_receipts,
    to_runs,
)
from stores.receipts import ReceiptStore
from stores.runs import Segment
from tools.context import Context

_TILES = (
    ("customers", "Customers"),
    ("orders", "Orders"),
    ("revenue", "Revenue"),
    ("average_order", "Average order"),
)
_COLUMNS = (
    ("customers", "Customers"),
    ("share_of_customers", "Share of customers"),
    ("revenue", "Revenue"),
    ("share_of_revenue", "Share of revenue"),
    ("recency", "Recency"),
    ("frequency", "Orders each"),
    ("monetary", "Typical spend"),
)
# What to do about a segment, by the words of its profile; no figure is promised.
_ADVICE = (
    ("not for a long time", "write once with a reason to come back; do not discount by default."),
    ("a long time ago", "leave them out of costly campaigns; try one reminder."),
    ("some time ago", "reach out before they drift further; ask what is missing."),
    ("recently", "thank them, and show what goes with what they bought."),
)


def build_report(context: Context, narrative: Narrative = RULES) -> Report:
    context.need_snapshot()
    findings = Findings.gather(context)
    book = context.book.facts
    lead, *rest = narrative.write("report", findings, findings.sentences())
    insights = [_insight(segment, findings, narrative) for segment in findings.segments]
    write_report_abstract(context, [lead, *rest])
    points = segment_points(findings)
    when = f"as of {day_text(context.as_of.local_date)}"
    blocks: list[Block] = [
        Paragraph(to_runs([lead], book), lead=True),
        KpiRow(tuple(_tiles(findings))),
        *([Paragraph(to_runs(rest, book))] if rest else []),
        Heading("The segments"),
        Paragraph((Run(context.run.evidence["reason"]),)),
        ChartBlock(segment_sizes(points, when), _receipts(findings, "share_of_customers")),
        ChartBlock(segment_map(points, when), _receipts(findings, "recency", "monetary")),
        _table(findings),
        *(block for insight in insights for block in insight),
        Heading("What to do"),
        Bullets(tuple(_advice(segment) for segment in findings.segments)),
    ]
    blocks += [
        Heading("Receipts"),
        Paragraph((Run("Where each figure comes from; any of them can be worked out again."),)),
        ReceiptList.of(_listed(context, blocks)),
    ]
    return Report(
        title=f"The customers of {context.dataset.name}",
        subtitle="Segments, what they bring, and who may leave",
        blocks=tuple(blocks),
        language="en",
        made_for=context.dataset.name,
        as_of=when,
    )


def _insight(segment: Segment, findings: Findings, narrative: Narrative) -> list[Block]:
    """The rules have nothing to add to the table; a model may."""
    about = f"{segment.name}: {segment.profile}"
    found = narrative.write("insight", findings, (), about)
    book = findings.context.book.facts
    return [Paragraph(to_runs(found, book))] if found else []


def _tiles(findings: Findings) -> list[Tile]:
    found = [(label, findings.shop(metric)) for metric, label in _TILES]
    return [Tile(label, Run.of(fact)) for label, fact in found if fact is not None]


def _table(findings: Findings) -> Table:
    rows = []
    for segment in findings.segments:
        cells = [(Run(segment.name),)]
        for metric, _ in _COLUMNS:
            fact = findings.segment(segment, metric)
            cells.append((Run.of(fact),) if fact else (Run(""),))
        rows.append(tuple(cells))
    heads = ("Segment", *(label for _, label in _COLUMNS))
    right: list[Alignment] = ["right" for _ in _COLUMNS]
    return Table(heads, tuple(rows), ("left", *right))


def _advice(segment: Segment) -> tuple[Run, ...]:
    words = next((text for sign, text in _ADVICE if sign in segment.profile), "watch them.")
    return (Run(f"{segment.name} ({segment.profile}): {words}"),)


def segment_points(findings: Findings) -> list[SegmentPoint]:
    """What a chart of the segments draws."""
    return [_point(segment, findings) for segment in findings.segments]


def _point(segment: Segment, findings: Findings) -> SegmentPoint:
    def number(metric: str) -> float:
        fact = findings.segment(segment, metric)
        value = fact.figure.value if fact else 0
        return float(value) if isinstance(value, int | float) else 0.0

    def money(metric: str) -> Money:
        fact = findings.segment(segment, metric)
        value = fact.figure.value if fact else None
        currency = findings.context.dataset.shop.currency
        return value if isinstance(value, Money) else Money(0, currency)

    return SegmentPoint(
        id=segment.segment_id,
        name=segment.name,
        colour=segment.colour,
        customers=int(number("customers")),
        share_of_customers=number("share_of_customers"),
        share_of_revenue=number("share_of_revenue"),
        revenue=money("revenue"),
        recency=number("recency"),
        frequency=number("frequency"),
        monetary=money("monetary"),
    )


def _receipts(findings: Findings, *metrics: str) -> tuple[str, ...]:
    found: list[Fact | None] = [
        findings.segment(segment, metric) for metric in metrics for segment in findings.segments
    ]
    return tuple(fact.receipt for fact in found if fact is not None)


def _listed(context: Context, blocks: list[Block]) -> list[Receipt]:
    store = ReceiptStore(context.home)
    return [store.get(context.person, receipt) for receipt in shown_receipts(blocks)]
