"""How good predictions were: of ranking, of level, and whether one is better beyond chance."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.prediction.target import Floats, Kind

_DRAWS = 200
_MOST = 20_000  # customers in a resample
# By what models are chosen, and whether more of it is better.
DECIDING: "dict[Kind, tuple[str, bool]]" = {
    "chance": ("auc", True),
    "money": ("spearman", True),
    "days": ("error_days", False),
}


def measure(kind: "Kind", truth: "Floats", predicted: "Floats") -> dict[str, float]:
    if kind == "chance":
        return _of_chances(truth, predicted)
    if kind == "money":
        return _of_money(truth, predicted)
    return {"error_days": float(abs(truth - predicted).mean())}


def _of_chances(truth: "Floats", chance: "Floats") -> dict[str, float]:
    from sklearn.metrics import log_loss

    clipped = chance.clip(1e-6, 1 - 1e-6)
    return {
        "auc": auc(truth, chance),
        "brier": float(((truth - chance) ** 2).mean()),
        "log_loss": float(log_loss(truth, clipped, labels=[0, 1])),
        "calibration_error": calibration_error(truth, chance),
        "predicted": float(chance.mean()),
        "happened": float(truth.mean()),
    }


def _of_money(truth: "Floats", predicted: "Floats") -> dict[str, float]:
    import numpy as np

    top = np.argsort(-predicted, kind="stable")[: max(len(truth) // 10, 1)]
    whole = float(truth.sum())
    return {
        "spearman": spearman(truth, predicted),
        "bias": float(predicted.sum()) / whole if whole else float("nan"),
        "mean_error": float(abs(truth - predicted).mean()),
        "root_squared_error": float(np.sqrt(((truth - predicted) ** 2).mean())),
        "top_tenth_share": float(truth[top].sum()) / whole if whole else float("nan"),
        "predicted": float(predicted.mean()),
        "happened": float(truth.mean()),
    }


def auc(truth: "Floats", score: "Floats") -> float:
    """How often somebody of the outcome has the higher score; a half where there is only one."""
    from scipy.stats import rankdata

    positive = truth > 0
    ones, zeros = int(positive.sum()), int((~positive).sum())
    if not ones or not zeros:
        return 0.5
    return float((rankdata(score)[positive].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def spearman(truth: "Floats", predicted: "Floats") -> float:
    import numpy as np
    from scipy.stats import rankdata

    if np.ptp(truth) == 0 or np.ptp(predicted) == 0:
        return 0.0
    return float(np.corrcoef(rankdata(truth), rankdata(predicted))[0, 1])


def calibration_error(truth: "Floats", chance: "Floats") -> float:
    """Mean distance of predicted from observed over ten equal-count bins."""
    gaps = [abs(truth[b].mean() - chance[b].mean()) * len(b) for b in tenths(chance)]
    return float(sum(gaps) / len(truth))


def tenths(predicted: "Floats", bins: int = 10) -> "list[NDArray[np.int64]]":
    """Positions in ten groups of equal size, the lowest predictions first."""
    import numpy as np

    order = np.argsort(predicted, kind="stable")
    return [group for group in np.array_split(order, bins) if len(group)]


def gain(
    kind: "Kind", truth: "Floats", model: "Floats", rule: "Floats", seed: int
) -> dict[str, float]:
    """By how much the model decides better than the rule, and where 95 % of resamples lie.

    The same customers are drawn for both; above 0 the model is better. A sample speaks for very
    many customers.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    found = []
    for _ in range(_DRAWS):
        drawn = random.integers(0, len(truth), min(len(truth), _MOST))
        found.append(_lead(kind, truth[drawn], model[drawn], rule[drawn]))
    low, high = np.quantile(found, [0.025, 0.975])
    return {
        "gain": _lead(kind, truth, model, rule),
        "low": float(low),
        "high": float(high),
    }


def _lead(kind: "Kind", truth: "Floats", model: "Floats", rule: "Floats") -> float:
    if kind == "days":
        return float((abs(truth - rule) - abs(truth - model)).mean())
    better = auc if kind == "chance" else spearman
    return better(truth, model) - better(truth, rule)


def paired_interval(saved: "Floats") -> tuple[float, float]:
    """Where the mean of paired differences lies, 95 %."""
    import numpy as np

    half = 1.96 * float(saved.std(ddof=1)) / float(np.sqrt(len(saved)))
    return float(saved.mean()) - half, float(saved.mean()) + half
