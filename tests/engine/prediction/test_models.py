"""Every model keeps the same promises: plain numbers, the same predictions again, its reasons."""

import json

import numpy as np
import pandas as pd
import pytest

from engine.prediction.models import MODELS, RULES, WEIGHTED, Model
from engine.prediction.target import Kind
from engine.prediction.trees import HistogramTrees, _matrix, contributions

EVERY = [(model, kind) for model in (*RULES, *MODELS, WEIGHTED) for kind in model.kinds]


def table(seed: int = 0, rows: int = 1500) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    names = [
        "recency", "tenure", "overdue", "season_orders", "spend_90", "monetary", "season_spend",
        "gap", "bg_quiet", "bg_value", "bg_next",
    ]  # fmt: skip
    found = pd.DataFrame(random.gamma(2, 50, (rows, len(names))), columns=names)
    found["bg_quiet"] = random.random(rows)
    found["gap"] = found["gap"].where(random.random(rows) > 0.3)
    return found


def truth_of(features: pd.DataFrame, kind: Kind) -> np.ndarray:
    random = np.random.default_rng(7)
    level = features["recency"].to_numpy() + 30 * random.standard_normal(len(features))
    if kind == "chance":
        return (level > 90).astype(float)
    return level.clip(0) * (100.0 if kind == "money" else 1.0)


@pytest.mark.parametrize(("model", "kind"), EVERY, ids=lambda one: getattr(one, "name", one))
def test_stored_as_json_it_predicts_the_same(model: Model, kind: Kind) -> None:
    features = table()
    body = model.fit(features, truth_of(features, kind), kind, seed=3)
    again = json.loads(json.dumps(body, allow_nan=False))
    fresh = table(seed=1)
    assert (model.predict(again, fresh) == model.predict(body, fresh)).all()


@pytest.mark.parametrize(("model", "kind"), EVERY, ids=lambda one: getattr(one, "name", one))
def test_predictions_are_chances_or_amounts(model: Model, kind: Kind) -> None:
    features = table()
    found = model.predict(model.fit(features, truth_of(features, kind), kind, seed=3), table(1))
    assert np.isfinite(found).all() and (found >= 0).all()
    if kind == "chance":
        assert (found <= 1 + 1e-6).all()


@pytest.mark.parametrize(("model", "kind"), EVERY, ids=lambda one: getattr(one, "name", one))
def test_the_same_seed_gives_the_same_model(model: Model, kind: Kind) -> None:
    features = table()
    truth = truth_of(features, kind)
    assert model.fit(features, truth, kind, seed=3) == model.fit(features, truth, kind, seed=3)


@pytest.mark.parametrize(
    "model", [m for m in (*MODELS, WEIGHTED) if "tree" in m.name or "forest" in m.name],
    ids=lambda model: model.name,
)  # fmt: skip
def test_contributions_sum_to_the_margin(model: Model) -> None:
    features = table()
    body = model.fit(features, truth_of(features, "chance"), "chance", seed=3)
    parts, margin = contributions(body, features.head(200))
    assert abs(parts.sum(axis=1) - margin).max() < 1e-4
    recency = abs(parts[:, :-1]).mean(axis=0).argmax()
    assert features.columns[recency] == "recency"


def test_trees_of_scikit_learn_predict_as_they_do_there() -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    features, fresh = table(), table(seed=1)
    truth = truth_of(features, "chance")
    boosted = HistGradientBoostingClassifier(
        max_iter=80, learning_rate=0.08, max_leaf_nodes=15, min_samples_leaf=40,
        l2_regularization=5.0, max_features=0.6, random_state=3,
    ).fit(_matrix(features), truth > 0)  # fmt: skip
    ours = HistogramTrees().predict(HistogramTrees().fit(features, truth, "chance", 3), fresh)
    assert abs(ours - boosted.predict_proba(_matrix(fresh))[:, 1]).max() < 1e-5
