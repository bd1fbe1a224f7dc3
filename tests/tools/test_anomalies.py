"""Anomalies through the catalogue: counted, told of with figures, receipts and no opted-out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rerunning import changed_on_rerun

from engine.concepts import Moment, Money
from engine.errors import BadInput, NotPossible
from stores.home import Home
from tools.anomalies import ListAnomalies, anomalies_card, list_anomalies
from tools.catalog import call
from tools.context import Context
from tools.datasets import LoadRequest, load_file

from conftest import NOW  # isort: skip


def test_counts_add_up_and_each_alert_told_of_has_its_figure(context: Context) -> None:
    found = call(context, "list_anomalies", {"budget": 0.05, "limit": 50})
    alerts = [fact.figure for fact in found.facts if fact.figure.metric == "alerts"]
    assert alerts[0].subject.kind == "dataset"
    assert alerts[0].value == sum(int(one.value) for one in alerts[1:]) == len(found.texts)  # type: ignore[arg-type]
    assert 0 < int(alerts[0].value) <= 20  # type: ignore[arg-type]
    told = {
        fact.figure.subject.id for fact in found.facts if fact.figure.subject.kind == "customer"
    }
    plain = {text["customer"] for text in found.texts if not text["kind"].startswith("Unlike")}
    assert told == plain
    assert not any(character.isdigit() for text in found.texts for character in text["kind"])


def test_what_is_of_a_day_has_that_day_and_money_is_money(
    tmp_path: Path, open_home: Callable[[Path], Home]
) -> None:
    """Forty customers who buy for 10 a month, one of whom once buys thirty things instead."""
    rows = [
        f"{who}-{month},{who},2025-{month:02}-10 10:00,THING{month},1,10.00"
        for who in range(100, 140)
        for month in range(1, 7)
    ]
    rows += [f"big,100,2025-07-01 10:00,THING{nth},1,10.00" for nth in range(30)]
    file = tmp_path / "orders.csv"
    head = "InvoiceNo,CustomerID,InvoiceDate,StockCode,Quantity,UnitPrice\n"
    file.write_text(head + "\n".join(rows), encoding="utf-8")
    home = open_home(tmp_path / "small")
    load_file(home, LoadRequest(file, dataset="d", zone="UTC", currency="GBP"), NOW)
    found = list_anomalies(Context.open(home, "local", None, NOW), ListAnomalies(budget=0.05))
    (order,) = [figure for figure in found.figures if figure.metric == "largest_order"]
    assert (order.subject.id, order.value) == ("100", Money(30_000, "GBP"))
    assert order.period.start == Moment.parse("2025-07-01", "UTC").local
    assert order.period.end - order.period.start == timedelta(days=1)


def test_every_figure_re_runs_to_itself(context: Context) -> None:
    assert changed_on_rerun(context, call(context, "list_anomalies", {"limit": 3}).facts) == []


def test_the_card_says_why_and_what_others_flag(context: Context) -> None:
    card = anomalies_card(context, 0.05, compare=True)
    assert card["customers"] == len(context.members) and card["budget"] == 0.05
    strengths = [alert["strength"] for alert in card["alerts"]]
    assert strengths == sorted(strengths, reverse=True)
    names = {segment.name for segment in context.segments}
    assert all(alert["segment"] in names and alert["sentence"] for alert in card["alerts"])
    assert {one["detector"] for one in card["detectors"]} >= {"isolation_forest", "dbscan_noise"}
    assert "detectors" not in anomalies_card(context)


def test_without_segments_peers_are_all(context: Context) -> None:
    card = anomalies_card(replace(context, snapshot=None), 0.05)
    assert card["alerts"] and all(alert["segment"] is None for alert in card["alerts"])


def test_what_cannot_be_done_is_refused(context: Context) -> None:
    with pytest.raises(BadInput, match="The alert budget is 0.9"):
        anomalies_card(context, 0.9)


def test_without_orders_nothing_is_out_of_the_ordinary(
    tmp_path: Path, open_home: Callable[[Path], Home]
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("CustomerID,Gender,Age\n1,Male,19\n2,Female,21\n", encoding="utf-8")
    home = open_home(tmp_path / "other")
    load_file(home, LoadRequest(file, dataset="people"), NOW)
    with pytest.raises(NotPossible, match="'people' has no dates, so anomalies cannot be said"):
        anomalies_card(Context.open(home, "local", None, NOW))
