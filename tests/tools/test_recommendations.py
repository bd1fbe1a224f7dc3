"""Recommendations of a small shop: reasons and figures, for a customer and for a segment."""

from collections import Counter

import pandas as pd
import pytest
from reference import cancelled_sales
from rerunning import changed_on_rerun

from engine.errors import NotFound
from stores.datasets import DatasetStore
from tools.catalog import call
from tools.context import Context


def _orders(context: Context, customer: str) -> dict[str, int]:
    """Orders by product, without sales that were taken back."""
    files = DatasetStore(context.home).files(context.dataset, context.version)
    table = pd.concat([pd.read_parquet(file) for file in files])
    rows = table[table["customer_id"] == customer].to_dict("records")
    gone = cancelled_sales(rows)
    kept = [row for row in rows if row["line_kind"] == "sale" and row["event_id"] not in gone]
    orders = {(row["product"], row["order_id"]) for row in kept}
    return Counter(product for product, _ in orders)


def test_a_customer_is_suggested_products_each_with_a_reason_and_a_figure(
    context: Context,
) -> None:
    customer = str(context.members["frequency"].idxmax())
    called = call(context, "recommend_products", {"whom": customer, "count": 5})
    texts, orders = called.texts[1:], _orders(context, customer)
    assert len(texts) == 5 and len({text["product"] for text in texts}) == 5
    for text, fact in zip(texts, called.facts, strict=False):
        assert text["product"] in fact.figure.subject.name
        if text["reason"] == "bought before":
            assert fact.figure.value == orders[text["product"]]
    rates = [f.figure for f in called.facts if f.figure.metric == "hit_rate"]
    assert [one.subject.id for one in rates] == ["suggestions", "best_sellers"]
    assert float(rates[0].value) > float(rates[1].value)  # type: ignore[arg-type]


def test_only_new_products_when_asked(context: Context) -> None:
    customer = str(context.members["frequency"].idxmax())
    called = call(context, "recommend_products", {"whom": customer, "count": 5, "new": True})
    assert not {text["product"] for text in called.texts[1:]} & set(_orders(context, customer))
    assert "nothing they have already" in called.texts[0]["chosen by"]


def test_a_segment_is_told_what_most_of_its_people_are_suggested(context: Context) -> None:
    counted = call(context, "list_segments", {}).facts
    people = {
        f.figure.value for f in counted
        if (f.figure.metric, f.figure.subject.name) == ("customers", "Champions")
    }  # fmt: skip
    called = call(context, "recommend_products", {"whom": "champions", "count": 3})
    shares = [f.figure for f in called.facts if f.figure.metric == "suggested_share"]
    values = [float(one.value) for one in shares]  # type: ignore[arg-type]
    assert len(values) == 3 and values == sorted(values, reverse=True) and 0 < values[0] <= 1
    assert {one.rows for one in shares} == people
    assert changed_on_rerun(context, called.facts) == []


def test_a_stranger_is_named(context: Context) -> None:
    with pytest.raises(NotFound, match="No segment and no customer named 'nobody'"):
        call(context, "recommend_products", {"whom": "nobody"})
