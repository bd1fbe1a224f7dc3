"""How much better the chosen segments are than what anybody would have made, as an interval.

Where there is a later, they are compared by how far they separate what customers spent in it;
else by the silhouette in the feature space of the chosen ones. Both sides see the same draws of
customers (a paired bootstrap).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.clustering.method import METHODS
from engine.clustering.outcome import draw_weights
from engine.clustering.trials import Bench, Plan, Trial
from engine.preparation import Array

ENDS = (0.025, 0.975)
PLAIN_K = 5
PLAIN_SPACE = "standard RFM"
PLAIN = "KMeans with five segments"
THE_RULES = "the rules"


@dataclass(frozen=True)
class Comparison:
    """Chosen less other, with the interval that holds 95 % of the draws."""

    against: str
    measure: Literal["outcome", "silhouette"]
    difference: float
    low: float
    high: float


def compare(bench: Bench, chosen: Trial) -> tuple[Comparison, ...]:
    """With plain KMeans, and with the rules unless they are what is used."""
    others = [(PLAIN, _plain(bench, chosen))]
    if chosen.plan != bench.rules:
        others.append((THE_RULES, bench.trials[bench.rules]))
    found = (_compare(bench, against, chosen, other) for against, other in others if other)
    return tuple(comparison for comparison in found if comparison is not None)


def _plain(bench: Bench, chosen: Trial) -> Trial | None:
    """KMeans with five segments as people make it first: on standardised columns where the run
    has them, else in the feature space of the chosen; None when it could not be fitted."""
    kmeans = METHODS[0]
    space = PLAIN_SPACE if PLAIN_SPACE in bench.grounds else chosen.plan.space
    plan = Plan(kmeans, space, PLAIN_K)
    if plan not in bench.trials:
        bench.try_all([plan])
    found = bench.trials[plan]
    return None if found.model is None else found


def _compare(bench: Bench, against: str, chosen: Trial, other: Trial) -> Comparison | None:
    mine, theirs = bench.earlier_labels(chosen), bench.earlier_labels(other)
    if bench.outcome is not None and mine is not None and theirs is not None:
        difference = bench.outcome.separation(mine) - bench.outcome.separation(theirs)
        return _compared(against, "outcome", difference, bench.outcome.gains(mine, theirs))
    if chosen.labels is None or other.labels is None:
        return None
    distances = bench.grounds[chosen.plan.space].distances
    around, elsewhere = distances.around(chosen.labels), distances.around(other.labels)
    if around is None or elsewhere is None:
        return None
    gain = around.silhouettes - elsewhere.silhouettes
    draws = draw_weights(len(gain), bench.seed) @ gain / len(gain)
    return _compared(against, "silhouette", float(gain.mean()), np.asarray(draws))


def _compared(
    against: str, measure: Literal["outcome", "silhouette"], difference: float, draws: Array
) -> Comparison:
    low, high = (float(end) for end in np.quantile(draws, ENDS))
    return Comparison(against, measure, difference, low, high)
