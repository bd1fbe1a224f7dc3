"""The season: chances moved in log-odds, money multiplied, so that the year-ago level comes out."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.prediction.target import Floats, Kind

_MOST = 4.0  # in log-odds: beyond, a shop had nothing to learn from
_FACTORS = (0.25, 4.0)


def find_shift(kind: "Kind", truth: "Floats", predicted: "Floats") -> float | None:
    """What brings the mean prediction to the mean that happened; days have no season."""
    if kind == "chance":
        return _in_log_odds(float(truth.mean()), predicted)
    if kind == "money" and predicted.sum() > 0 and truth.sum() > 0:
        low, high = _FACTORS
        return float(min(max(truth.sum() / predicted.sum(), low), high))
    return None


def correct(kind: "Kind", predicted: "Floats", shift: float) -> "Floats":
    import numpy as np

    if kind != "chance":
        return predicted * shift
    clipped = predicted.clip(1e-6, 1 - 1e-6)
    found: Floats = 1 / (1 + np.exp(-(np.log(clipped / (1 - clipped)) + shift)))
    return found


def _in_log_odds(mean: float, predicted: "Floats") -> float:
    """By halving: the mean grows with the shift."""
    low, high = -_MOST, _MOST
    for _ in range(50):
        middle = (low + high) / 2
        if correct("chance", predicted, middle).mean() < mean:
            low = middle
        else:
            high = middle
    return (low + high) / 2
