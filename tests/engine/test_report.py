from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.concepts import Money
from engine.errors import Defect
from engine.facts import Fact, Figure, Period, Receipt, Subject
from engine.grounding import Rendered
from engine.report import (
    Bullets,
    Heading,
    KpiRow,
    Paragraph,
    ReceiptEntry,
    ReceiptList,
    Report,
    Run,
    Table,
    Tile,
    mark_ranges,
    shown_receipts,
    to_runs,
)

WHEN = datetime(2011, 12, 9, tzinfo=UTC)
LOYAL = Subject("segment", "s1", "Loyal")


def figure(metric, value):
    return Figure(LOYAL, metric, Period(WHEN), value, f"formula of {metric}", rows=873)


CUSTOMERS = Fact("f1", figure("customers", 873), "rc_a")
REVENUE = Fact("f2", figure("revenue", Money(21149_00, "GBP")), "rc_b")
FACTS = {"f1": CUSTOMERS, "f2": REVENUE}


def receipt(fact):
    return Receipt(
        fact.receipt, "segments", {}, "shop", 3, WHEN, "sn_1", (), fact.figure, seconds=0.1
    )


RECEIPTS = ReceiptList.of([receipt(CUSTOMERS), receipt(REVENUE)])


def report(*blocks):
    return Report("Title", "Subtitle", blocks, "en", "shop", "as of 9 Dec 2011")


def test_sentences_become_runs_whose_figures_carry_their_receipts():
    first = Rendered("Loyal has 873 customers.", ((10, 13, "f1"),))
    second = Rendered("£21,149 came in.", ((0, 7, "f2"),))
    assert to_runs([first, second], FACTS) == (
        Run("Loyal has "), Run("873", "rc_a"), Run(" customers."), Run(" "),
        Run("£21,149", "rc_b"), Run(" came in."),
    )  # fmt: skip


@given(st.text(max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_the_runs_of_a_sentence_are_the_sentence(text, one, other):
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    runs = to_runs([Rendered(text, ((start, end, "f1"),))], FACTS)
    assert "".join(run.text for run in runs) == text


def test_a_figure_without_a_listed_receipt_is_no_report():
    with pytest.raises(Defect, match="rc_b"):
        report(Paragraph((Run.of(REVENUE),)), ReceiptList.of([receipt(CUSTOMERS)]))


def test_figures_are_found_in_every_kind_of_block():
    blocks = (
        Paragraph((Run("p", "1"),)),
        Bullets(((Run("b", "2"),), (Run("b", "3"),))),
        KpiRow((Tile("t", Run("v", "4"), (Run("n", "5"),)),)),
        Table(("a", "b"), (((Run("x"),), (Run("y", "6"), Run("z", "1"))),), ("left", "right")),
        Heading("h"),
    )
    assert shown_receipts(blocks) == ["1", "2", "3", "4", "5", "6"]


def test_marks_count_the_receipts_in_their_order():
    made = report(Paragraph((Run.of(REVENUE), Run.of(CUSTOMERS))), RECEIPTS)
    assert made.marks == {"rc_a": 1, "rc_b": 2}


def test_a_receipt_says_what_the_figure_is_and_how_it_was_made():
    assert RECEIPTS.entries[1] == ReceiptEntry(
        id="rc_b",
        value="£21,149",
        amount="21149.00",
        unit="GBP",
        about="Loyal",
        metric="sales less returns, without lines that are no product",
        period="as of 9 Dec 2011",
        formula="formula of revenue",
        source="873 rows of shop, version 3",
    )  # fmt: skip


def test_a_table_with_a_missing_cell_is_our_mistake():
    with pytest.raises(Defect, match="differ in length"):
        Table(("a", "b"), (((Run("x"),),),), ("left", "right"))


def test_ranges_join_neighbours():
    assert mark_ranges([3, 1, 2, 7, 2]) == [(1, 3), (7, 7)]
    assert mark_ranges([]) == []


@given(st.sets(st.integers(1, 60)))
def test_ranges_hold_exactly_the_numbers(numbers):
    spread = [n for first, last in mark_ranges(numbers) for n in range(first, last + 1)]
    assert spread == sorted(numbers)
