"""Deep models: plain weights, a forward pass that can be checked by hand, the months they read."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.concepts import Moment
from engine.prediction.deep import DEEP, DeepModel, forward
from engine.prediction.examples import Lookout, require_past
from engine.prediction.history import History
from engine.prediction.models import MODELS, contenders, seen_by
from engine.prediction.months import COLUMNS, MONTHS, months_at, sequence

END = Moment.midnight(datetime(2025, 1, 1, tzinfo=UTC).date(), "UTC")


def make_history(days_ago: list[tuple[str, int, int]]) -> History:
    """customer, days before the end, spend."""
    rows = [
        (customer, f"o{n}", END.at - timedelta(days=ago) + timedelta(hours=12), spend)
        for n, (customer, ago, spend) in enumerate(days_ago)
    ]
    table = pl.DataFrame(rows, schema=["customer_id", "order_id", "at", "spend"], orient="row")
    table = table.with_columns(
        day=pl.col("at").dt.date(),
        sale=pl.lit(True),
        products=pl.lit(1, pl.Int32),
        cancelled_at=pl.lit(None, pl.Datetime("us", "UTC")),
    )
    return History(table.sort("customer_id", "at"), "UTC")


def test_a_month_holds_what_was_ordered_in_its_thirty_days() -> None:
    history = make_history([("a", 1, 100), ("a", 30, 50), ("a", 31, 7), ("b", 360, 9)])
    found = months_at(history, END)
    assert found.loc["a", ["month_01_orders", "month_01_spend"]].tolist() == [2, 150]
    assert found.loc["a", ["month_02_orders", "month_02_spend"]].tolist() == [1, 7]
    assert found.loc["b", ["month_12_orders", "month_01_orders"]].tolist() == [1, 0]
    steps = sequence(found)
    assert steps.shape == (2, MONTHS, 2)
    assert steps[0, -1].tolist() == [2, 150]  # the newest month comes last


def test_months_know_nothing_of_later() -> None:
    history = make_history([("a", 100, 100), ("a", 40, 50), ("b", 90, 5), ("b", 10, 8)])

    def further(moment: Moment, until: Moment) -> pd.DataFrame:
        return months_at(history.until(until), moment)

    lookout = Lookout(history, END, 30, further=further)
    require_past(lookout, END.days_before(60))
    assert set(COLUMNS) < set(lookout.features(END).columns)


def test_only_deep_models_see_the_months() -> None:
    features = pd.DataFrame({"recency": [1.0], **dict.fromkeys(COLUMNS, 0.0)})
    assert list(seen_by("boosted trees", features)) == ["recency"]
    assert list(seen_by("LSTM", features)) == list(features)
    assert contenders("chance")[1] == MODELS
    assert {model.name for model in contenders("money", deep=True)[1]} >= {"MLP", "LSTM"}
    assert not {"MLP", "LSTM"} & {model.name for model in contenders("days", deep=True)[1]}


def test_a_perceptron_by_hand() -> None:
    """Two numbers known, one month of one count: relu(1*1 + 2*1 + 3*1 - 4) = 2, twice that is 4."""
    weights = [np.ones((3, 1)), np.array([-4.0]), np.array([[2.0]]), np.array([0.0])]
    fixed, steps = np.array([[1.0, 2.0]]), np.array([[[3.0]]])
    assert forward("MLP", "money", weights, fixed, steps).tolist() == [4.0]
    assert forward("MLP", "chance", weights, fixed, steps)[0] == pytest.approx(1 / (1 + np.e**-4))


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-2, 2))
def test_a_cell_of_memory_by_its_formula(first: float, second: float, again: float) -> None:
    """One unit, two months: the textbook's equations, one after the other."""
    kernel = np.array([[0.5, -0.3, 0.8, 0.2]])
    back, bias = np.full((1, 4), again), np.array([0.1, 1.0, 0.0, -0.2])

    def squash(value: float) -> float:
        return float(1 / (1 + np.exp(-value)))

    state = memory = 0.0
    for month in (first, second):
        let_in, keep, new, let_out = (kernel[0, n] * month + again * state + bias[n]
                                      for n in range(4))  # fmt: skip
        memory = squash(keep) * memory + squash(let_in) * np.tanh(new)
        state = squash(let_out) * np.tanh(memory)
    last = [np.ones((1, 1)), np.zeros(1)]
    found = forward("LSTM", "money", [kernel, back, bias, *last], np.zeros((1, 0)),
                    np.array([[[first], [second]]]))  # fmt: skip
    assert found[0] == pytest.approx(state, abs=1e-12)


@pytest.mark.full
@pytest.mark.parametrize("model", DEEP, ids=lambda model: model.name)
def test_trained_for_real_it_learns_and_is_kept_as_numbers(model: DeepModel) -> None:
    """Who ordered in the newest month comes back: a network that reads the months learns it."""
    random = np.random.default_rng(0)
    features = pd.DataFrame(random.poisson(0.3, (1500, len(COLUMNS))), columns=COLUMNS)
    features = features.astype("float64").assign(recency=random.uniform(0, 300, 1500))
    truth = (features["month_01_orders"].to_numpy() > 0).astype(float)
    body = model.fit(features, truth, "chance", seed=3)
    found = model.predict(json.loads(json.dumps(body, allow_nan=False)), features)
    assert ((found > 0.5) == (truth > 0)).mean() > 0.95
    epochs = body["epochs"]
    assert {"epoch", "loss", "accuracy", "val_loss", "val_accuracy"} <= set(epochs[0])
    assert epochs[-1]["loss"] < epochs[0]["loss"]
