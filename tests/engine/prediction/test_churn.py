"""Churn on shops whose truth is known because the test made it."""

import json

import numpy as np
import pandas as pd
import pytest

from engine.errors import NotPossible
from engine.prediction.churn import ChurnModel, TrainingMoment, fit_churn


def moment(day: str, seed: int, rule: str, customers: int = 1500) -> TrainingMoment:
    """`regular`: who is overdue by their own rhythm churns; `noise`: nothing tells."""
    random = np.random.default_rng(seed)
    frequency = random.integers(2, 12, customers)
    gap = random.integers(5, 120, customers)
    recency = (gap * random.uniform(0.1, 4, customers)).astype(int)
    features = pd.DataFrame(
        {
            "recency": recency,
            "frequency": frequency,
            "monetary": random.integers(500, 90_000, customers),
            "tenure": recency + gap * (frequency - 1),
        },
        index=[f"c{i}" for i in range(customers)],
    )
    overdue = recency / gap
    chance = 1 / (1 + np.exp(-3 * (overdue - 2))) if rule == "regular" else np.full(customers, 0.5)
    return TrainingMoment(day, features, pd.Series(random.random(customers) < chance))


def test_trees_serve_where_they_beat_the_rule_and_the_figures_are_shown() -> None:
    earlier = [moment("2025-01-01", 1, "regular"), moment("2025-02-01", 2, "regular")]
    model = fit_churn(earlier, moment("2025-06-01", 3, "regular"), seed=5)
    assert (model.kind, model.report["refused"]) == ("boosted trees", False)
    assert [row["model"] for row in model.report["models"]] == [
        "share of earlier customers", "recency rule", "boosted trees",
    ]  # fmt: skip
    assert model.report["metrics"]["auc"] > 0.85


def test_trees_are_refused_on_noise_and_the_rule_serves() -> None:
    earlier = [moment("2025-01-01", 1, "noise"), moment("2025-02-01", 2, "noise")]
    model = fit_churn(earlier, moment("2025-06-01", 3, "noise"), seed=5)
    assert (model.kind, model.report["refused"]) == ("recency rule", True)
    assert "do not beat" in model.report["reason"]


def test_a_stored_model_predicts_the_same_to_the_bit() -> None:
    earlier = [moment("2025-01-01", 1, "regular")]
    later = moment("2025-06-01", 3, "regular")
    model = fit_churn(earlier, later, seed=5)
    again = ChurnModel(model.kind, json.loads(json.dumps(model.body)), model.report)
    assert (again.predict(later.features) == model.predict(later.features)).all()


def test_too_little_history_is_said() -> None:
    small = moment("2025-01-01", 1, "regular", customers=50)
    with pytest.raises(NotPossible, match="Too little history to predict churn: 50 customers"):
        fit_churn([small], moment("2025-06-01", 3, "regular"), seed=5)
