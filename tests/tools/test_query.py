"""Queries through the catalogue: names, figures, receipts, pages and the file."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.concepts import Money
from engine.errors import BadInput, NotFound
from engine.facts import Fact
from tools.catalog import call
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.query import PAGE, QueryRecords, answer_query
from tools.query_file import write_rows
from tools.receipts import receipt_card
from tools.selection import select_customers

from conftest import NOW  # isort: skip


def counted(context: Context, *measures: str, **arguments: Any) -> tuple[Fact, ...]:
    return call(context, "query_records", {"measures": list(measures), **arguments}).facts


def plain(facts: tuple[Fact, ...], metric: str) -> dict[str, Any]:
    return {
        fact.figure.subject.name: fact.figure.value
        for fact in facts
        if fact.figure.metric == metric and fact.figure.operation is None
    }


def test_the_whole_shop_agrees_with_its_description(context: Context) -> None:
    described = [fact.figure for fact in call(context, "describe_dataset", {}).facts]
    shop = {figure.metric: figure for figure in described if figure.subject.kind == "dataset"}
    names = ["customers", "orders", "products", "revenue"]
    for fact in counted(context, *names):
        same = shop[fact.figure.metric]
        assert (fact.figure.subject, fact.figure.value) == (same.subject, same.value)
        assert fact.figure.period == same.period


def test_segments_agree_with_their_list(context: Context) -> None:
    listed = call(context, "list_segments", {}).facts
    facts = counted(context, "customers", "revenue", "median_recency", by=["segment"])
    for metric in ("customers", "revenue", "recency"):
        found = plain(facts, metric)
        for name, value in plain(listed, metric).items():
            assert found[name] == value, (metric, name)
    kinds = {fact.figure.subject.kind for fact in facts}
    assert kinds == {"segment"}


def test_every_receipt_re_runs_to_the_same_value(context: Context) -> None:
    queries: list[dict[str, Any]] = [
        {"measures": ["revenue", "units", "discount_share"], "by": ["country"], "share": True},
        {"measures": ["customers", "repeat_rate"], "by": ["cohort"], "where": "recency < 90"},
        {"measures": ["revenue"], "period": "2025-11", "compare": "previous period",
         "by": ["category"]},
        {"measures": ["average_order"], "by": ["month", "country"], "page": 2},
    ]  # fmt: skip
    later = NOW + timedelta(days=9)
    for arguments in queries:
        facts = call(context, "query_records", arguments).facts
        keys = [fact.figure.key for fact in facts]
        assert len(set(keys)) == len(keys) > 0
        for fact in (facts[0], facts[len(facts) // 2], facts[-1]):
            card = receipt_card(context.home, "local", fact.receipt, later, True)
            assert card["rerun_value"] == card["value"]
            assert card["formula"] and card["arguments"]["measures"] == arguments["measures"]


def test_what_leads_is_a_fact_that_proves_it(context: Context) -> None:
    facts = counted(context, "revenue", by=["country"])
    most = facts[0].figure
    assert most.operation == "largest"
    values = plain(facts, "revenue")
    assert most.value == values[most.subject.name]
    assert most.value.minor == max(value.minor for value in values.values())  # type: ignore[union-attr]
    least = counted(context, "revenue", by=["country"], ascending=True, top=1, sort="revenue")
    assert [fact.figure.operation for fact in least] == ["smallest", None]
    assert "smallest of 6 rows" in least[0].figure.formula


def test_the_best_are_those_who_brought_most(context: Context) -> None:
    facts = counted(context, "revenue", by=["customer"], country=["France"], top=1000)
    each = sorted((value.minor for value in plain(facts, "revenue").values()), reverse=True)
    (everybody,) = counted(context, "customers", country=["France"])
    best = counted(context, "revenue", "customers", country=["France"], best=10)
    money, people = (fact.figure for fact in best)
    assert people.value == -(-everybody.figure.value // 10)  # type: ignore[operator]
    listed = sum(each[: people.value])  # type: ignore[misc]  # without who may not be listed
    assert listed <= money.value.minor < sum(each)  # type: ignore[union-attr]
    assert money.subject.name == "France among the top 10% of customers"


def test_a_row_is_named_by_all_that_cuts_it(context: Context) -> None:
    (best, _) = counted(context, "units", by=["product"], country=["france"], top=1)
    assert best.figure.subject.name.endswith(" within France")
    (fact,) = counted(context, "customers", country=["France"])
    subject = fact.figure.subject
    assert (subject.kind, subject.id, subject.name) == ("country", "France", "France")
    (fact,) = counted(context, "customers", country=["France", "Germany"], where="recency <  90")
    assert fact.figure.subject.name == (
        "France or Germany among customers who last bought less than 90 days ago"
    )
    shares = [f.figure for f in counted(context, "orders", by=["category"], country=["France"],
                                        share=True) if f.figure.operation == "share"]  # fmt: skip
    assert all(figure.subject.name.endswith(" within France") for figure in shares)
    assert sum(float(str(figure.value)) for figure in shares) >= 1


def test_months_are_periods_of_the_shop(context: Context) -> None:
    facts = counted(context, "revenue", by=["month"], period="since 2025-10")
    words = [fact.figure.period.words() for fact in facts]
    assert words[:2] == ["from 1 Oct 2025 to 31 Oct 2025", "from 1 Nov 2025 to 30 Nov 2025"]
    assert facts[-1].figure.period.end == context.as_of.local
    assert {fact.figure.subject for fact in facts} == {context.subject}
    (whole,) = counted(context, "revenue", period="since 2025-10")
    total = sum(fact.figure.value.minor for fact in facts)  # type: ignore[union-attr]
    assert whole.figure.value == Money(total, "GBP")


def test_a_comparison_brings_the_period_before_and_the_change(context: Context) -> None:
    now, then, change = counted(context, "revenue", period="2025-11", compare="previous period")
    assert then.figure.value == counted(context, "revenue", period="2025-10")[0].figure.value
    assert then.figure.period.words() == "from 1 Oct 2025 to 31 Oct 2025"
    grown = now.figure.value.minor / then.figure.value.minor - 1  # type: ignore[union-attr]
    assert (change.figure.operation, change.figure.value) == ("growth", grown)
    rate = counted(context, "repeat_rate", period="2025-11", compare="same period last year")
    assert rate[-1].figure.operation == "difference"
    assert rate[-1].figure.value == rate[0].figure.value - rate[1].figure.value  # type: ignore[operator]


def test_a_filter_on_customers_is_said_and_counts_only_them(context: Context) -> None:
    called = call(
        context, "query_records", {"measures": ["customers"], "where": "recency <= 60"}
    )  # fmt: skip
    wanted = select_customers(context, "recency <= 60")
    assert called.facts[0].figure.value == len(wanted.customers) > 0
    assert called.texts == ({"customers": wanted.sentence},)


def test_what_overlaps_is_not_added_up(context: Context) -> None:
    facts = counted(context, "customers", "revenue", "average_order", by=["country"])
    for metric, message in (("customers", "would count twice"), ("average_order", "quotient")):
        ids = [fact.id for fact in facts if fact.figure.metric == metric]
        with pytest.raises(BadInput, match=message):
            call(context, "calculate", {"operation": "sum", "facts": ids})
    ids = [f.id for f in facts if f.figure.metric == "revenue" and not f.figure.operation]
    (total,) = call(context, "calculate", {"operation": "sum", "facts": ids}).facts
    assert total.figure.value == counted(context, "revenue")[0].figure.value


def test_pages_follow_each_other(context: Context) -> None:
    arguments: dict[str, Any] = {"measures": ["units"], "by": ["product"], "sort": "product",
                                 "ascending": True}  # fmt: skip
    first = call(context, "query_records", arguments)
    second = call(context, "query_records", arguments | {"page": 2})
    assert len(first.facts) == len(second.facts) == PAGE
    assert not {f.figure.subject for f in first.facts} & {f.figure.subject for f in second.facts}
    assert first.texts == ({"more": "further rows are on the next page"},)
    with pytest.raises(BadInput, match="There is no page 999"):
        call(context, "query_records", arguments | {"page": 999})


def test_what_cannot_be_asked_is_told(context: Context) -> None:
    for arguments, kind, message in (
        ({"country": ["Frence"]}, NotFound, "Did you mean 'France'"),
        ({"segment": ["Champion"]}, NotFound, "Did you mean 'Champions'"),
        ({"by": ["contry"]}, NotFound, "Did you mean 'country'"),
        ({"sort": "revenu", "by": ["country"]}, NotFound, "Did you mean 'revenue'"),
        ({"compare": "previous period"}, BadInput, "needs a period"),
        ({"compare": "previous period", "by": ["month"], "period": "2025"}, BadInput, "beside"),
        ({"compare": "previous period", "period": "2024"}, BadInput, "The records begin on"),
        ({"period": "2031"}, BadInput, "the records reach from"),
        ({"share": True}, BadInput, "A share needs rows"),
        ({"shares": True}, BadInput, "Extra inputs"),
    ):
        with pytest.raises(kind, match=message):
            call(context, "query_records", {"measures": ["revenue"], **arguments})


def test_who_opted_out_counts_and_is_profiled_nowhere(context: Context, tmp_path: Path) -> None:
    who = str(context.members.index[3])
    totals = plain(counted(context, "customers", "revenue"), "customers")
    profiled = answer_query(context, QueryRecords(measures=["mean_frequency"])).rows[0]
    file = tmp_path / "customers.csv"
    file.write_text(f"customer_id,opted_out\n{who},yes\n", encoding="utf-8")
    load_file(context.home, LoadRequest(file, kind="customers"), NOW)
    later = Context.open(context.home, "local", None, NOW)
    assert plain(counted(later, "customers", "revenue"), "customers") == totals
    others = answer_query(later, QueryRecords(measures=["mean_frequency"])).rows[0]
    frequency = context.members["frequency"]
    assert profiled.values["mean_frequency"] == pytest.approx(frequency.mean())
    assert others.values["mean_frequency"] == pytest.approx(frequency.drop(who).mean())


def test_the_file_holds_all_rows_and_no_formula(context: Context, tmp_path: Path) -> None:
    asked = QueryRecords(
        measures=["revenue", "orders"], by=["product"], period="2025-11", compare="previous period"
    )
    answer = answer_query(context, asked)
    file = tmp_path / "out" / "rows.csv"
    assert write_rows(answer, file) == len(answer.rows) > PAGE
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert list(rows[0]) == [
        "product_id", "product", "revenue", "revenue_before", "revenue_change", "orders",
        "orders_before", "orders_change", "currency",
    ]  # fmt: skip
    total = sum(round(float(row["revenue"]) * 100) for row in rows)
    (whole,) = counted(context, "revenue", period="2025-11")
    assert whole.figure.value == Money(total, "GBP")
    assert {row["currency"] for row in rows} == {"GBP"}
    assert not any(cell.startswith(("=", "@", "+")) for row in rows for cell in row.values())


def test_one_customer_by_id(context: Context) -> None:
    customer = str(context.members.index[0])
    asked = {"measures": ["revenue"], "customer": [customer]}
    [fact] = call(context, "query_records", asked).facts
    subject = fact.figure.subject
    assert (subject.kind, subject.id, subject.name) == (
        "customer", customer, f"customer {customer}",
    )  # fmt: skip
    spent = int(context.members.loc[customer, "monetary"])
    assert fact.figure.value == Money(spent, context.dataset.shop.currency)
    with pytest.raises(NotFound, match="customer 'nobody'"):
        call(context, "query_records", {"measures": ["revenue"], "customer": ["nobody"]})
