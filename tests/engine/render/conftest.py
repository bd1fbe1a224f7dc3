"""A small segment report, whose segment names a test may choose."""

from datetime import UTC, datetime

import pytest

from engine.charts import SegmentPoint, segment_map, segment_sizes
from engine.concepts import Money
from engine.facts import Fact, Figure, Period, Receipt, Subject
from engine.report import (
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
)

WHEN = datetime(2011, 12, 9, tzinfo=UTC)
AS_OF = "as of 9 Dec 2011"


def build_points(names):
    return [
        SegmentPoint(
            id=f"s{place}",
            name=name,
            colour=place,
            customers=100 * (place + 1),
            share_of_customers=round((place + 1) / 6, 4),
            share_of_revenue=round((3 - place) / 6, 4),
            revenue=Money(1_000_000 * (3 - place), "GBP"),
            recency=10.0 + 70 * place,
            frequency=3,
            monetary=Money(90_000 - 30_000 * place, "GBP"),
        )
        for place, name in enumerate(names)
    ]


def build_facts(points):
    facts = []
    for point in points:
        subject = Subject("segment", point.id, point.name)
        for metric, value in (("customers", point.customers), ("revenue", point.revenue)):
            place = len(facts) + 1
            figure = Figure(subject, metric, Period(WHEN), value, f"sum of {metric}", rows=100)
            facts.append(Fact(f"f{place}", figure, f"rc_{place}"))
    return facts


def receipt_of(fact):
    return Receipt(fact.receipt, "segments", {}, "shop", 3, WHEN, "sn_1", (), fact.figure, 0.1)


def build_report(*names):
    points = build_points(names)
    facts = build_facts(points)
    first, second = facts[0], facts[1]
    receipts = tuple(fact.receipt for fact in facts)
    rows = tuple(
        ((Run(point.name),), (Run.of(facts[2 * place]),), (Run.of(facts[2 * place + 1]),))
        for place, point in enumerate(points)
    )
    finding = (Run(f"{names[0]} bring "), Run.of(second), Run("."))
    return Report(
        title=f"Customers: {names[0]}",
        subtitle="Who they are",
        language="en",
        made_for="shop",
        as_of=AS_OF,
        blocks=(
            Paragraph(finding, lead=True),
            KpiRow((Tile(names[0], Run.of(first), (Run("customers"),)),)),
            ChartBlock(segment_sizes(points, AS_OF), receipts),
            ChartBlock(segment_map(points, AS_OF), receipts),
            Heading("The segments"),
            Table(("Segment", "Customers", "Revenue"), rows, ("left", "right", "right")),
            Heading("What to do", level=2),
            Bullets((finding, (Run(f"Thank {names[0]}."),))),
            Heading("Receipts"),
            Paragraph((Run("Where the figures come from."),)),
            ReceiptList.of([receipt_of(fact) for fact in facts]),
        ),
    )


HOSTILE = (
    '"><img src=x onerror=alert(1)></text><script>alert(2)</script>',
    '#import "@preview/x:1.0.0" $x$ *b* ] ) #read("/etc/passwd") \\u{0}\x00\x1b',
    "=HYPERLINK(1) {{ report }} 超級客戶 שלום " + "Kundensegment" * 7,
)


@pytest.fixture
def report():
    return build_report("Champions", "Loyal", "At risk")


@pytest.fixture
def hostile_report():
    return build_report(*HOSTILE)


@pytest.fixture
def hostile_names():
    return HOSTILE


@pytest.fixture
def charts():
    points = build_points(("Champions", "Loyal", "At risk"))
    return [segment_sizes(points, AS_OF), segment_map(points, AS_OF)]
