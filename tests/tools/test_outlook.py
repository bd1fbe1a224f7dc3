"""What is expected of groups and of single customers, against the scores themselves."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine.errors import NotFound
from tools.catalog import call
from tools.context import Context
from tools.prepared import prepared
from tools.score_table import score_table


def values(context: Context, tool: str, **arguments: Any) -> Mapping[str, Any]:
    return {f.figure.metric: f.figure.value for f in call(context, tool, arguments).facts}


def test_a_group_is_the_sum_of_its_customers(context: Context) -> None:
    table, _ = score_table(context)
    with prepared(tuple(context.files), context.as_of) as ready:
        french = ready.buyers({"country": ["France"]})
    own = table[table.index.isin(list(french - context.opted_out))]["churn"]
    found = values(context, "outlook", country=["France"])
    assert 0 < len(own) < len(table)
    assert found["churn"] == pytest.approx(own.mean())
    assert found["expected_leavers"] == round(own.sum())


def test_segments_agree_with_their_list(context: Context) -> None:
    name = context.segments[0].name
    listed = {
        f.figure.subject.name: f.figure.value
        for f in call(context, "churn_by_segment", {}).facts
        if f.figure.metric == "churn"
    }
    (fact,) = (
        f for f in call(context, "outlook", {"segment": [name]}).facts if f.figure.metric == "churn"
    )
    assert fact.figure.value == pytest.approx(listed[name])
    assert fact.figure.subject.kind == "segment"


def test_customers_come_in_the_order_of_their_scores(context: Context) -> None:
    table, _ = score_table(context)
    facts = call(context, "outlook", {"rank_by": "churn", "top": 3}).facts
    shown = [fact.figure.value for fact in facts]
    known = table[~table.index.isin(list(context.opted_out))]["churn"]
    assert shown == sorted(known, reverse=True)[:3]
    assert all(fact.figure.subject.id not in context.opted_out for fact in facts)


def test_somebody_unknown_is_said_to_be(context: Context) -> None:
    with pytest.raises(NotFound, match="no scores of a customer"):
        call(context, "outlook", {"customer": ["nobody"]})


def test_who_spends_most_is_who_has_the_largest_revenue(context: Context) -> None:
    asked = {"measures": ["revenue"], "by": ["customer"], "top": 3}
    facts = [f for f in call(context, "query_records", asked).facts if not f.figure.operation]
    spent = [
        values(context, "query_records", measures=["revenue"], customer=[f.figure.subject.id])
        for f in facts
    ]
    assert [f.figure.value for f in facts] == [one["revenue"] for one in spent]
    assert len({f.figure.subject.id for f in facts} - context.opted_out) == 3


def test_what_is_left_out_and_what_is_kept_make_the_whole(context: Context) -> None:
    whole = values(context, "query_records", measures=["revenue", "orders"])
    kept = values(context, "query_records", measures=["revenue", "orders"], country=["France"])
    rest = values(context, "query_records", measures=["revenue", "orders"], without=["France"])
    assert kept["revenue"].minor + rest["revenue"].minor == whole["revenue"].minor
    with pytest.raises(NotFound):
        call(context, "query_records", {"measures": ["revenue"], "without": ["Atlantis"]})


def test_days_of_sales_are_days(context: Context) -> None:
    found = values(context, "query_records", measures=["first_sale", "last_sale"])
    described = values(context, "describe_dataset")
    assert (found["first_sale"], found["last_sale"]) == (
        described["first_sale"], described["last_sale"],
    )  # fmt: skip
