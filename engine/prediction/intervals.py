"""Intervals: how far what happened lay from what was said, in the past, out of sample.

Four in five outcomes should lie inside. They are learnt at the cut-offs of the backtest and their
coverage is counted on the latest of them from the earlier ones alone.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.prediction.measures import tenths

if TYPE_CHECKING:
    from engine.prediction.target import Floats, Kind

COVER = 0.8
_NORMAL = 1.2816  # standard deviations that hold 80 %

# What happened and what was said, of one cut-off.
Past = "tuple[Floats, Floats]"


def fit_interval(kind: "Kind", past: "Sequence[tuple[Floats, Floats]]") -> dict[str, Any]:
    if kind == "chance":
        return {"spread": _spread(past)}
    if kind == "money":
        return {"bands": _bands(past)}
    return {}


def interval(kind: "Kind", body: dict[str, Any], predicted: "Floats") -> "tuple[Floats, Floats]":
    if kind == "chance":
        return _around(predicted, body["spread"])
    return _in_bands(predicted, body["bands"])


def covered(kind: "Kind", body: dict[str, Any], truth: "Floats", predicted: "Floats") -> float:
    """The part of outcomes inside: of money by customer, of chances by group of a tenth."""
    low, high = interval(kind, body, predicted)
    if kind == "money":
        return float(((truth >= low) & (truth <= high)).mean())
    inside = [
        low[group].mean() <= truth[group].mean() <= high[group].mean()
        for group in tenths(predicted)
    ]
    return float(sum(inside) / len(inside))


def _spread(past: "Sequence[tuple[Floats, Floats]]") -> float:
    """In log-odds: the usual gap between what a tenth of customers were told and what they did."""
    import numpy as np

    gaps = [
        _odds((truth[group].sum() + 0.5) / (len(group) + 1)) - _odds(float(said[group].mean()))
        for truth, said in past
        for group in tenths(said)
    ]
    return float(np.sqrt(np.mean(np.square(gaps))))


def _around(chance: "Floats", spread: float) -> "tuple[Floats, Floats]":
    import numpy as np

    clipped = chance.clip(1e-6, 1 - 1e-6)
    odds, half = np.log(clipped / (1 - clipped)), _NORMAL * spread
    low, high = 1 / (1 + np.exp(-(odds - half))), 1 / (1 + np.exp(-(odds + half)))
    return np.minimum(low, chance), np.maximum(high, chance)


def _odds(share: float) -> float:
    import numpy as np

    clipped = min(max(share, 1e-6), 1 - 1e-6)
    return float(np.log(clipped / (1 - clipped)))


def _bands(past: "Sequence[tuple[Floats, Floats]]") -> list[list[float]]:
    """For each tenth of customers by what was said: the multiples of it that hold four in five.

    Where more than a tenth spent nothing the interval begins at nothing.
    """
    import numpy as np

    ratios: list[list[Floats]] = [[] for _ in range(10)]
    for truth, said in past:
        level = truth.sum() / max(said.sum(), 1.0)
        for band, group in zip(ratios, tenths(said), strict=False):
            band.append(truth[group] / np.maximum(said[group] * level, 1.0))
    return [_holding(np.concatenate(band)) if band else [0.0, 1.0] for band in ratios]


def _holding(ratios: "Floats") -> list[float]:
    import numpy as np

    low = float(np.quantile(ratios, (1 - COVER) / 2))
    if low <= 0:
        return [0.0, max(float(np.quantile(ratios, COVER)), 1.0)]
    return [min(low, 1.0), max(float(np.quantile(ratios, (1 + COVER) / 2)), 1.0)]


def _in_bands(predicted: "Floats", bands: list[list[float]]) -> "tuple[Floats, Floats]":
    import numpy as np

    low, high = np.zeros(len(predicted)), np.zeros(len(predicted))
    for group, (least, most) in zip(tenths(predicted), bands, strict=False):
        low[group], high[group] = predicted[group] * least, predicted[group] * most
    return low, high
