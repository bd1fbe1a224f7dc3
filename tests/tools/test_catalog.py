"""Tools, facts and receipts through the catalogue."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from engine.concepts import Money
from engine.errors import BadInput, NotFound, NotPossible
from stores.home import Home
from tools.catalog import call, catalogue, rerun
from tools.context import Context
from tools.receipts import receipt_card

from conftest import NOW  # isort: skip


def test_every_docstring_tells_a_model_what_it_needs() -> None:
    for tool in catalogue().values():
        for part in ("When to use:", "Arguments:", "Result:"):
            assert part in tool.description, f"{tool.name} lacks '{part}'"


def test_segments_add_up_to_the_shop(context: Context) -> None:
    facts = call(context, "list_segments", {}).facts
    sizes = [f for f in facts if f.figure.metric == "customers"]
    revenues = [f for f in facts if f.figure.metric == "revenue"]
    shares = [f for f in facts if f.figure.metric == "share_of_revenue"]
    shop = {f.figure.metric: f.figure.value for f in call(context, "describe_dataset", {}).facts}
    assert sum(int(f.figure.value) for f in sizes) == len(context.members)  # type: ignore[arg-type]
    for revenue, share in zip(revenues, shares, strict=True):
        part = revenue.figure.value.minor / shop["revenue"].minor  # type: ignore[union-attr]
        assert share.figure.value == part


def test_every_figure_has_a_receipt_that_re_runs_to_it(context: Context) -> None:
    facts = [
        fact
        for name in ("describe_dataset", "list_segments", "churn_by_segment")
        for fact in call(context, name, {}).facts
    ]
    for fact in facts:
        card = receipt_card(context.home, "local", fact.receipt, NOW + timedelta(days=9), True)
        assert card["rerun_value"] == card["value"]
        assert card["rows"] > 0 and card["formula"] and card["meaning"]
        name = fact.figure.metric.replace("_", " ")
        assert card["about"].startswith(f"{name} of {fact.figure.subject.name}, ")


def test_a_receipt_is_nobody_elses(context: Context) -> None:
    fact = call(context, "describe_dataset", {}).facts[0]
    with pytest.raises(NotFound, match="There is no receipt"):
        receipt_card(context.home, "somebody", fact.receipt, NOW, False)


def test_calculations_are_facts_of_their_own(context: Context) -> None:
    revenues = [f for f in call(context, "list_segments", {}).facts if f.figure.metric == "revenue"]
    ids = [f.id for f in revenues]
    amounts = [f.figure.value.minor for f in revenues]  # type: ignore[union-attr]
    (total,) = call(context, "calculate", {"operation": "sum", "facts": ids}).facts
    assert total.figure.value == Money(sum(amounts), "GBP")
    (most,) = call(context, "calculate", {"operation": "largest", "facts": ids}).facts
    assert most.figure.subject == revenues[amounts.index(max(amounts))].figure.subject
    (times,) = call(context, "calculate", {"operation": "ratio", "facts": ids[:2]}).facts
    assert times.figure.value == amounts[0] / amounts[1]
    (more,) = call(context, "calculate", {"operation": "difference", "facts": ids[:2]}).facts
    assert more.figure.value == Money(amounts[0] - amounts[1], "GBP")
    for fact in (total, most, times, more):
        card = receipt_card(context.home, "local", fact.receipt, NOW, True)
        assert card["rerun_value"] == card["value"]
        assert all(operand.startswith("receipt_") for operand in card["operands"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"operation": "sum", "facts": ["f2", "f3"]}, "they cannot be put together"),
        ({"operation": "sum", "facts": ["f2", "f999"]}, "There is no fact 'f999'"),
        ({"operation": "sum", "facts": ["f2"]}, "at least 2 items"),
        ({"operation": "root", "facts": ["f2", "f3"]}, "calculate: operation"),
        ({"operation": "sum", "facts": ["f2", "f3"], "limit": 1}, "limit: Extra inputs"),
    ],
)
def test_what_cannot_be_calculated_is_refused(
    context: Context, arguments: dict[str, object], message: str
) -> None:
    call(context, "list_segments", {})
    before = len(context.book.facts)
    with pytest.raises((BadInput, NotFound), match=re.escape(message)):
        call(context, "calculate", arguments)
    assert len(context.book.facts) == before


def test_notes_hold_no_figure_and_the_nearest_comes_first(context: Context) -> None:
    called = call(context, "search_notes", {"query": "people who bought once, long ago"})
    assert "bought once" in called.texts[0]["note"]
    said = " ".join(text["note"] for text in called.texts)
    shown = re.findall(r"\[\[(f\d+)\]\]", said)
    assert not re.search(r"\d", re.sub(r"\[\[f\d+\]\]", "", said))
    assert {fact.id for fact in called.facts} == set(shown) != set()


def test_before_there_are_segments_it_is_said(
    tmp_path: Path, open_home: Callable[[Path], Home]
) -> None:
    home = open_home(tmp_path)
    with pytest.raises(NotPossible, match="There is no dataset yet"):
        Context.open(home, "local", None, NOW)


def test_a_later_load_changes_no_earlier_receipt(context: Context) -> None:
    from stores.receipts import ReceiptStore

    fact = call(context, "describe_dataset", {}).facts[0]
    receipt = ReceiptStore(context.home).get("local", fact.receipt)
    later = Context.open(context.home, "local", None, NOW)
    assert rerun(later, receipt) == fact.figure
