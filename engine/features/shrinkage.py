"""Shares drawn towards the shop's mean, as far as little evidence makes them uncertain.

A share that rests on two orders says less than one that rests on two hundred. Customers' true
shares are taken to be spread about the shop's mean as a beta distribution, and what is seen of a
customer as that many draws from the own share. The spread is found by the method of moments, each
customer weighted by the evidence (Kleinman, 1973); then a share is drawn towards the mean as if
`strength` further draws had given just the mean.

    nothing is known of anybody      the mean is 0 and one draw would weigh as much
    one draw each                    the spread cannot be told: one draw weighs as much as the mean
    no more spread than by chance    the strength is all evidence together: everybody is the mean
    everybody is all or nothing      the strength is 0: what is seen is believed
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_UNTOLD = 1.0  # the strength where nothing tells the spread


@dataclass(frozen=True)
class Prior:
    """The shop's mean share, and how many draws it weighs."""

    mean: float
    strength: float


def fit_prior(ratio: Array, evidence: Array) -> Prior:
    """Of shares 0..1 and the number of draws that each rests on; NaN or none: not known."""
    draws = _draws(ratio, evidence)
    ratio, draws = np.asarray(ratio, dtype=np.float64)[draws > 0], draws[draws > 0]
    total = float(draws.sum())
    if total == 0:
        return Prior(0.0, _UNTOLD)
    mean = float(np.clip((draws * ratio).sum() / total, 0.0, 1.0))
    chance = mean * (1 - mean)
    if np.ptp(ratio) == 0 or chance == 0:
        return Prior(mean, total if draws.max() > 1 else _UNTOLD)
    found = float((draws * (ratio - mean) ** 2).sum()) / chance - (draws.size - 1)
    room = total - float((draws**2).sum()) / total - (draws.size - 1)
    if room <= 0:
        return Prior(mean, _UNTOLD)
    correlation = min(found / room, 1.0)  # of two draws of one customer
    strength = total if correlation <= 0 else min((1 - correlation) / correlation, total)
    return Prior(mean, strength)


def shrink(ratio: Array, evidence: Array, prior: Prior) -> Array:
    """The shares, drawn towards the prior's mean; without evidence they are the mean."""
    draws = _draws(ratio, evidence)
    seen = draws * np.where(draws > 0, ratio, 0.0)
    weight = draws + prior.strength
    drawn = (seen + prior.mean * prior.strength) / np.where(weight > 0, weight, 1.0)
    return np.where(draws > 0, drawn, prior.mean)


def _draws(ratio: Array, evidence: Array) -> Array:
    known = np.isfinite(ratio) & np.isfinite(evidence)
    return np.where(known, np.maximum(evidence, 0.0), 0.0)
