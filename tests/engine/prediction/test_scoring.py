"""From orders to scores, on a shop whose customers were drawn to buy till they die."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest

from engine.concepts import Moment
from engine.errors import BadInput, NotPossible
from engine.prediction.backtest import backtest_table, choose, find_cutoffs, run_backtest
from engine.prediction.examples import Lookout
from engine.prediction.history import History
from engine.prediction.intervals import covered, fit_interval, interval
from engine.prediction.learning import Fitted
from engine.prediction.measures import auc, calibration_error, gain, spearman
from engine.prediction.scoring import Scoring, score_target
from engine.prediction.season import correct, find_shift
from engine.prediction.target import TARGETS, Target, find_targets

START = datetime(2024, 1, 1, 12, tzinfo=UTC)
END = Moment.midnight((START + timedelta(days=500)).date(), "UTC")


def make_history(customers: int, seed: int, rates: tuple[float, float] = (5, 120)) -> History:
    """Each customer buys with a gap of their own; after each purchase one in eight leaves."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(customers):
        gap, spend = random.uniform(*rates), random.lognormal(8, 0.6)
        at = random.uniform(0, 400)
        while at < 500:
            moment = START + timedelta(days=float(at))
            rows.append((f"c{number:04}", f"o{len(rows)}", moment, max(1, round(spend))))
            if random.random() < 0.125:
                break
            at += random.exponential(gap)
    names = ["customer_id", "order_id", "at", "spend"]
    table = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        day=pl.col("at").dt.date(),
        sale=pl.lit(True),
        products=pl.lit(1, pl.Int32),
        cancelled_at=pl.lit(None, pl.Datetime("us", "UTC")),
        spend=pl.col("spend").cast(pl.Int64),
    )
    return History(table.sort("customer_id", "at"), "UTC")


@pytest.fixture(scope="module")
def lookout() -> Lookout:
    return Lookout(make_history(1500, seed=1, rates=(3, 250)), END, 60)


def quietly(text: str) -> None:
    pass


@pytest.fixture(scope="module")
def churn(lookout: Lookout) -> Scoring:
    (target,) = find_targets(["churn"])
    return score_target(lookout, target, seed=0, progress=quietly)


def test_a_model_serves_where_it_beats_the_rules(churn: Scoring) -> None:
    report = churn.report
    assert not report["refused"]
    assert report["gain"]["low"] > 0
    assert {"recency", "bg_quiet"} & set(report["drivers"])
    assert 0 < sum(report["drivers"].values()) <= 1.0001
    names = [row["model"] for row in report["models"]]
    assert {"everybody alike", "recency rule", "BG/NBD", "boosted trees"} < set(names)
    assert names[-1] == f"served: {report['model']}"
    by_name = {row["model"]: row for row in report["models"]}
    assert report["metrics"]["auc"] > by_name["recency rule"]["auc"]
    assert set(report["chosen_on"]).isdisjoint({report["judged_on"]["day"]})


def test_every_customer_has_a_chance_inside_its_interval(churn: Scoring, lookout: Lookout) -> None:
    features = lookout.features(END)
    scores = churn.scores(features)
    assert list(scores.columns) == ["churn", "churn_low", "churn_high"]
    assert scores.index.equals(features.index)
    assert (
        (scores["churn_low"] <= scores["churn"]) & (scores["churn"] <= scores["churn_high"])
    ).all()
    assert scores.to_numpy().min() >= 0 and scores.to_numpy().max() <= 1


def test_a_stored_model_scores_the_same(churn: Scoring, lookout: Lookout) -> None:
    features = lookout.features(END)
    again = Fitted.from_json(json.loads(json.dumps(churn.to_json(), allow_nan=False))["fitted"])
    assert (again.serve(features) == churn.fitted.serve(features)).all()


def test_on_shuffled_labels_the_rule_serves(lookout: Lookout) -> None:
    def shuffled(outcomes: object) -> np.ndarray:
        truth = TARGETS[0].truth(outcomes)  # type: ignore[arg-type]
        return np.random.default_rng(len(truth)).permutation(truth)

    target = Target("churn", "chance", "nothing at all", shuffled)
    found = score_target(lookout, target, seed=0, progress=quietly)
    assert found.report["refused"] and found.report["model"] in {
        "everybody alike", "recency rule", "overdue rule", "spend rule", "same season last year",
    }  # fmt: skip
    assert "beyond noise" in found.report["reason"]


def test_money_is_whole_and_inside_its_interval(lookout: Lookout) -> None:
    (target,) = find_targets(["value"])
    found = score_target(lookout, target, seed=0, progress=quietly)
    scores = found.scores(lookout.features(END))
    assert list(scores.columns) == ["value_minor", "value_low", "value_high"]
    assert (scores.dtypes == "int64").all()
    assert (scores["value_low"] <= scores["value_minor"]).all()
    assert (scores["value_minor"] <= scores["value_high"]).all()
    assert 0.7 <= found.report["interval"]["covered"] <= 0.95


def test_whoever_is_at_the_top_cannot_enter_it(lookout: Lookout) -> None:
    (target,) = find_targets(["vip"])
    features = lookout.features(END)
    found = score_target(lookout, target, seed=0, progress=quietly)
    scores = found.scores(features)
    inside = features["monetary"] > features["monetary"].quantile(0.9)
    assert (scores.loc[inside, "vip"] == 0).all()
    assert scores["vip"].between(0, 1).all() and scores.loc[~inside, "vip"].max() > 0
    assert (features.loc[inside, "to_top"] == 0).all()
    assert "spend rule" in {row["model"] for row in found.report["models"]}
    others = Fitted.from_json(found.to_json()["fitted"]).columns
    assert "to_top" in others


def test_who_enters_the_top_is_counted_by_hand() -> None:
    outcomes = pd.DataFrame(
        {"spent": [10, 20, 30, 40, 50, 60, 70, 80, 90, 100], "revenue": [0] * 8 + [50, 0]}
    )
    (target,) = find_targets(["vip"])
    found = target.truth(outcomes)
    assert np.isnan(found[9]) and found[8] == 1 and found[:8].sum() == 0


def test_the_next_purchase_is_days_ahead(lookout: Lookout) -> None:
    (target,) = find_targets(["expected_next"])
    found = score_target(lookout, target, seed=0, progress=quietly)
    days = found.scores(lookout.features(END))["expected_next"]
    assert days.min() >= 1 and days.notna().all()
    assert "error_days" in found.report["metrics"]


def test_one_cut_off_alone_is_judged_on_the_other_half() -> None:
    short = Lookout(make_history(900, seed=2).until(END.days_before(250)), END.days_before(250), 60)
    cutoffs = find_cutoffs(short, 3)
    assert len(cutoffs) == 1 or cutoffs
    backtest = run_backtest(short, TARGETS[0], cutoffs[-1:], 0, 5000, quietly)
    (chosen_on,), reported = backtest.choosing, backtest.reported
    assert chosen_on.judges is not None and reported.judges is not None
    assert not (chosen_on.judges & reported.judges).any()
    assert choose(backtest, 0).reason


def test_few_customers_are_served_by_the_rule() -> None:
    few = Lookout(make_history(150, seed=3), END, 60)
    found = score_target(few, TARGETS[0], seed=0, progress=quietly)
    assert found.report["refused"]
    assert "customers to judge a model on and 200 are needed" in found.report["reason"]


# ---- what cannot be predicted --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("customers", "horizon"), [(1, 60), (900, 400), (30, 60)],
)  # fmt: skip
def test_too_little_is_said_with_figure_and_minimum(customers: int, horizon: int) -> None:
    small = Lookout(make_history(customers, seed=4), END, horizon)
    with pytest.raises(NotPossible, match="Too little history to predict churn") as refused:
        score_target(small, TARGETS[0], seed=0, progress=quietly)
    assert f"{2 * horizon + 60} days and 50 customers" in refused.value.message


def test_when_nobody_came_back_there_is_nothing_to_learn() -> None:
    gone = make_history(900, seed=5).until(END.days_before(120))
    with pytest.raises(NotPossible, match="nobody bought within 60 days"):
        score_target(Lookout(gone, END, 60), TARGETS[0], seed=0, progress=quietly)


def test_an_unknown_target_is_named() -> None:
    with pytest.raises(BadInput, match="no target 'chrun'"):
        find_targets(["chrun"])


def test_a_table_of_cut_offs_has_a_row_for_everything(lookout: Lookout) -> None:
    rows = backtest_table(lookout, TARGETS[0], [END.days_before(90)], 0, quietly)
    assert {row["metric"] for row in rows} >= {"auc", "brier"}
    assert len({row["model"] for row in rows}) >= 9
    with pytest.raises(NotPossible, match="too little to learn churn from"):
        backtest_table(lookout, TARGETS[0], [END.days_before(440)], 0, quietly)


# ---- arithmetic ----------------------------------------------------------------------------------


def test_measures_on_a_table_made_by_hand() -> None:
    truth = np.array([0.0, 0, 1, 1])
    assert auc(truth, np.array([0.1, 0.4, 0.35, 0.8])) == 0.75
    assert auc(truth, np.full(4, 0.3)) == 0.5
    assert spearman(np.array([1.0, 2, 3]), np.array([10.0, 40, 90])) == pytest.approx(1)
    assert calibration_error(truth, np.full(4, 0.5)) == 0.5
    better = gain("chance", np.tile(truth, 50), np.tile(truth, 50), np.full(200, 0.5), 0)
    assert better["gain"] == 0.5 and better["low"] > 0.4


def test_the_season_brings_the_level_of_a_year_ago() -> None:
    said = np.array([0.2, 0.5, 0.9])
    shift = find_shift("chance", np.array([1.0, 1, 0]), said)
    assert shift is not None
    assert correct("chance", said, shift).mean() == pytest.approx(2 / 3)
    assert find_shift("money", np.array([30.0]), np.array([20.0])) == 1.5


def test_an_interval_learnt_on_some_customers_holds_for_others() -> None:
    random = np.random.default_rng(0)

    def draw(customers: int) -> tuple[np.ndarray, np.ndarray]:
        usual = random.lognormal(8, 1, customers)
        truth = usual * random.lognormal(0, 0.7, customers) * (random.random(customers) > 0.4)
        return truth, usual * 0.6 * np.exp(0.7**2 / 2)

    body = fit_interval("money", [draw(4000), draw(4000)])
    truth, said = draw(4000)
    assert 0.75 <= covered("money", body, truth, said) <= 0.85
    low, high = interval("money", body, said)
    assert ((low <= said) & (said <= high)).all()
