"""What tools say of the scores is what the table of scores holds."""

import json
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from engine.concepts import Money
from engine.errors import BadInput, NotFound, NotPossible
from stores.home import Home
from stores.models import ModelStore
from stores.runs import RunStore
from tools.catalog import call
from tools.context import Context
from tools.score_table import latest_models, past_scores, score_table, threshold_of, write_scores
from tools.scoring import ScoreRequest, make_scores
from tools.segmenting import SegmentRequest, run_segmentation


def values(context: Context, tool: str, **arguments: object) -> dict[tuple[str, str], object]:
    facts = call(context, tool, dict(arguments)).facts
    return {(fact.figure.subject.name, fact.figure.metric): fact.figure.value for fact in facts}


def test_a_customer_has_the_scores_of_the_table(context: Context) -> None:
    table, models = score_table(context)
    customer = table.index[3]
    found = values(context, "customer_scores", customer=customer)
    named = f"customer {customer}"
    assert found[named, "churn"] == pytest.approx(table.loc[customer, "churn"])
    assert found[named, "expected_value"] == Money(
        int(table.loc[customer, "value_minor"]), context.dataset.shop.currency
    )
    with pytest.raises(NotFound, match="no scores of a customer 'nobody'"):
        call(context, "customer_scores", {"customer": "nobody"})


def test_segments_add_up_to_the_shop(context: Context) -> None:
    found = values(context, "value_by_segment")
    for metric in ("expected_value", "revenue_at_risk"):
        parts = [
            value.minor
            for (name, of), value in found.items()
            if of == metric and name != context.dataset.name and isinstance(value, Money)
        ]
        whole = found[context.dataset.name, metric]
        assert isinstance(whole, Money)
        assert sum(parts) == pytest.approx(whole.minor, abs=len(parts))


def test_a_threshold_parts_the_customers(context: Context) -> None:
    churn = score_table(context)[0]["churn"]
    found = threshold_of(context, 0.5, cost=100, benefit=1000)
    assert found["customers"] == (churn >= 0.5).sum()
    assert found["expected_catches"] + found["missed"] == pytest.approx(churn.sum())
    worth = 1000 * found["expected_catches"] - 100 * found["customers"]
    assert found["worth"]["minor"] == round(worth)
    said = values(context, "churn_threshold", threshold=0.5)
    assert said[context.dataset.name, "reached"] == found["customers"]
    with pytest.raises(BadInput, match="threshold"):
        threshold_of(context, 1.5)


def test_how_good_they_were_is_said(context: Context) -> None:
    called = call(context, "prediction_quality", {})
    assert {fact.figure.metric for fact in called.facts} == {"ranking", "calibration_error"}
    assert {text["target"] for text in called.texts} >= {"churn", "value"}


def test_the_file_holds_everybody(context: Context, tmp_path: Path) -> None:
    found = write_scores(context, tmp_path / "scores.csv")
    assert found["rows"] == found["eligible"] == len(score_table(context)[0])
    # Of so small a shop nobody may have entered the top tenth; test_scoring holds a larger one.
    assert set(found["missing"]) == {"vip"} - set(latest_models(context))
    rows = pd.read_csv(tmp_path / "scores.csv", dtype={"customer_id": str})
    assert {"next_segment", "next_segment_name"} < set(rows.columns)
    assert set(rows["next_segment"]) <= {segment.segment_id for segment in context.segments}
    with pytest.raises(NotPossible, match="no scores as of 2020-01-01"):
        write_scores(context, tmp_path / "scores.csv", "2020-01-01")


def test_a_next_segment_of_another_run_is_not_shown(home: Home, context: Context) -> None:
    assert "next_segment" in score_table(context)[1]
    request = SegmentRequest(method="kmeans", k=4, seed=3)
    run_segmentation(home, context.dataset, request, context.now, lambda text: None)
    run = RunStore(home).published(context.dataset.dataset_id)
    assert run is not None
    after = Context.open(home, "local", None, context.now)
    shown = "next_segment" in score_table(after)[1]
    assert shown == (run.run_id == context.run.run_id)


def test_demand_is_told_by_month_for_the_shop_and_its_segments(context: Context) -> None:
    called = call(context, "demand_forecast", {"by": "segment", "measure": "units"})
    ahead = [f.figure for f in called.facts if f.figure.metric == "forecast_units"]
    assert {figure.subject.kind for figure in ahead} == {"segment"}
    assert all(isinstance(figure.value, int) and figure.value >= 0 for figure in ahead)
    starts = sorted({figure.period.start for figure in ahead if figure.period.start})
    assert len(starts) == 3 and starts[0].date() == context.as_of.local_date.replace(day=1)
    shop = call(context, "demand_forecast", {})
    assert [f.figure.metric for f in shop.facts].count("forecast_revenue") == 3
    (text,) = shop.texts
    assert (text["refused"] == "True") == (text["way"] == "same month last year")


def test_past_scores_stand_beside_what_happened(home: Home, context: Context) -> None:
    assert past_scores(context) == []
    then = context.as_of.days_before(60)
    asked = ScoreRequest(then.iso(), 30, targets=("churn", "next_segment"))
    make_scores(home, context.dataset, asked, context.now, lambda text: None)
    boards = {board["target"]: board for board in past_scores(context)}
    assert set(boards) == {"churn", "next_segment"}
    for board in boards.values():
        assert sum(tenth["customers"] for tenth in board["tenths"]) == board["customers"] > 0
        assert 0 <= board["metrics"]["auc"] <= 1
    assert boards["next_segment"]["metrics"]["happened"] > 1 / len(context.segments)


# ---- stored safely -------------------------------------------------------------------------------


def test_a_file_that_was_cut_short_is_refused_and_the_one_before_serves(
    home: Home, context: Context
) -> None:
    store = ModelStore(home)
    before = store.latest(context.dataset.dataset_id, "churn")
    then = context.as_of.days_before(30)
    make_scores(
        home, context.dataset, ScoreRequest(then.iso(), targets=("churn",)),
        context.now + timedelta(days=1), lambda text: None,
    )  # fmt: skip
    newest = store.latest(context.dataset.dataset_id, "churn")
    name = f"scores/{newest.model_id}.json"
    text = home.files.get(name).read_bytes()
    json.loads(text)
    with home.files.writing(name) as file:
        file.write_bytes(text[:-20])
    with pytest.raises(NotPossible, match="not as it was written"):
        store.numbers(newest)
    serving, _, refused = store.in_force(context.dataset.dataset_id, "churn")
    assert serving.model_id == before.model_id
    assert "was cut short" in refused[0]


def test_a_card_has_an_approver_once_somebody_approves(home: Home, context: Context) -> None:
    store = ModelStore(home)
    model = store.latest(context.dataset.dataset_id, "churn")
    assert model.report["card"]["approver"] == ""
    store.approve(model, "ann", context.now)
    assert store.get(model.model_id).report["card"]["approver"] == "ann"
