"""Churn: the probability that a customer has no kept sale within the horizon.

Models are fitted on earlier moments and judged on a later one that none of them saw. The boosted
trees serve only when they beat the recency rule there; otherwise the rule serves and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import NotPossible

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# The trees must win by more than noise on a few hundred customers would give.
_LEAST_GAIN_IN_BRIER = 0.001
_LEAST_CUSTOMERS = 200
_ROUNDS = 200


@dataclass(frozen=True)
class TrainingMoment:
    """What was known on a day, and who then bought nothing within the horizon."""

    day: str
    features: "pd.DataFrame"
    churned: "pd.Series"


@dataclass(frozen=True)
class ChurnModel:
    """An exported model: plain numbers, and the report of its backtest."""

    kind: str  # "boosted trees" or "recency rule"
    body: dict[str, Any]
    report: dict[str, Any]

    def predict(self, features: "pd.DataFrame") -> "np.ndarray":
        if self.kind == "recency rule":
            return _predict_rule(self.body, features)
        return _predict_trees(self.body, features)


def fit_churn(
    training: Sequence[TrainingMoment], held_out: TrainingMoment, seed: int
) -> ChurnModel:
    """Judges the rule and the trees on `held_out`, then refits the winner on everything."""
    seen = sum(len(moment.features) for moment in training)
    if not training or seen < _LEAST_CUSTOMERS or len(held_out.features) < _LEAST_CUSTOMERS:
        raise NotPossible(
            f"Too little history to predict churn: {seen} customers at earlier moments and "
            f"{len(held_out.features)} to judge on; {_LEAST_CUSTOMERS} of each are needed.",
            "Load a longer history, or choose a shorter --horizon.",
        )
    features, churned = _join(training)
    if churned.all() or not churned.any():
        raise NotPossible(
            "Everybody, or nobody, came back within the horizon: there is nothing to learn.",
            "Choose another --horizon.",
        )
    bodies = {
        "recency rule": _fit_rule(features, churned),
        "boosted trees": _fit_trees(features, churned, seed),
    }
    truth = held_out.churned.to_numpy()
    table = [_measures("share of earlier customers", truth, _constant(churned, len(truth)))]
    table.append(
        _measures("recency rule", truth, _predict_rule(bodies["recency rule"], held_out.features))
    )
    table.append(
        _measures(
            "boosted trees", truth, _predict_trees(bodies["boosted trees"], held_out.features)
        )
    )
    rule, trees = table[1], table[2]
    refused = not (
        trees["brier"] <= rule["brier"] - _LEAST_GAIN_IN_BRIER and trees["auc"] > rule["auc"]
    )
    kind = "recency rule" if refused else "boosted trees"
    report = {
        "model": kind,
        "refused": refused,
        "reason": _reason(refused, held_out.day, rule, trees),
        "metrics": (rule if refused else trees) | {"churned": float(truth.mean())},
        "models": table,
        "judged_on": {"day": held_out.day, "customers": len(truth)},
        "trained_on": [moment.day for moment in training],
    }
    features, churned = _join([*training, held_out])
    body = _fit_rule(features, churned) if refused else _fit_trees(features, churned, seed)
    return ChurnModel(kind, body, report)


def _reason(refused: bool, day: str, rule: dict[str, Any], trees: dict[str, Any]) -> str:
    figures = (
        f"ranking {trees['auc']:.3f} against {rule['auc']:.3f}, "
        f"squared error {trees['brier']:.4f} against {rule['brier']:.4f}, judged on {day}"
    )
    if refused:
        return f"The boosted trees do not beat the recency rule ({figures}), so the rule serves."
    return f"The boosted trees beat the recency rule ({figures})."


def _join(moments: Sequence[TrainingMoment]) -> "tuple[pd.DataFrame, np.ndarray]":
    import pandas as pd

    features = pd.concat([moment.features for moment in moments], ignore_index=True)
    churned = pd.concat([moment.churned for moment in moments], ignore_index=True)
    return features, churned.to_numpy(dtype=bool)


def _measures(name: str, truth: "np.ndarray", probability: "np.ndarray") -> dict[str, Any]:
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

    clipped = probability.clip(1e-6, 1 - 1e-6)
    return {
        "model": name,
        "auc": float(roc_auc_score(truth, probability)),
        "brier": float(brier_score_loss(truth, probability)),
        "log_loss": float(log_loss(truth, clipped)),
        "calibration_error": _calibration_error(truth, probability),
    }


def _calibration_error(truth: "np.ndarray", probability: "np.ndarray") -> float:
    """Mean distance of predicted from observed over ten equal-count bins."""
    import numpy as np

    order = np.argsort(probability, kind="stable")
    bins = [b for b in np.array_split(order, 10) if len(b)]
    gaps = [abs(truth[b].mean() - probability[b].mean()) * len(b) for b in bins]
    return float(sum(gaps) / len(truth))


def _constant(churned: "np.ndarray", length: int) -> "np.ndarray":
    import numpy as np

    return np.full(length, churned.mean())


# ---- the recency rule: a logistic curve over log recency ---------------------------------------


def _fit_rule(features: "pd.DataFrame", churned: "np.ndarray") -> dict[str, Any]:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e6).fit(np.log1p(features[["recency"]].to_numpy()), churned)
    return {"intercept": float(fitted.intercept_[0]), "slope": float(fitted.coef_[0][0])}


def _predict_rule(body: dict[str, Any], features: "pd.DataFrame") -> "np.ndarray":
    import numpy as np

    level = body["intercept"] + body["slope"] * np.log1p(features["recency"].to_numpy(dtype=float))
    probability: np.ndarray = 1 / (1 + np.exp(-level))
    return probability


# ---- boosted trees -----------------------------------------------------------------------------


def _columns(features: "pd.DataFrame") -> "np.ndarray":
    """What the trees see: the features, the usual gap between orders, how overdue the next is."""
    import numpy as np

    recency, frequency, monetary, tenure = (
        features[name].to_numpy(dtype=np.float64)
        for name in ("recency", "frequency", "monetary", "tenure")
    )
    gap = np.where(frequency > 1, (tenure - recency) / np.maximum(frequency - 1, 1), np.nan)
    overdue = recency / np.maximum(gap, 1)
    return np.column_stack([recency, frequency, monetary, tenure, gap, overdue])


def _fit_trees(features: "pd.DataFrame", churned: "np.ndarray", seed: int) -> dict[str, Any]:
    import json

    import xgboost

    settings = {
        "objective": "binary:logistic",
        "max_depth": 4,
        "eta": 0.05,
        "subsample": 0.8,
        "min_child_weight": 20,
        "seed": seed,
        "nthread": 2,
    }
    data = xgboost.DMatrix(_columns(features), label=churned)
    booster = xgboost.train(settings, data, num_boost_round=_ROUNDS)
    found: dict[str, Any] = json.loads(booster.save_raw("json").decode())
    return found


def _predict_trees(body: dict[str, Any], features: "pd.DataFrame") -> "np.ndarray":
    import json

    import xgboost

    booster = xgboost.Booster()
    booster.load_model(bytearray(json.dumps(body).encode()))
    probability: np.ndarray = booster.predict(xgboost.DMatrix(_columns(features)))
    return probability
