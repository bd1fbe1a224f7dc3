"""Do the segments of an earlier day separate what their customers spent afterwards?

An earlier feature table is assigned with a candidate's frozen transform; the separation is
eta-squared: the share of the variance of log(1 + later revenue) that lies between the segments.
Candidates are compared with the rules on the same draws of customers (a paired bootstrap).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from engine.clustering.ground import Table, frame_of
from engine.clustering.method import Labels
from engine.preparation import Array

if TYPE_CHECKING:
    import pandas as pd

FEWEST_CUSTOMERS = 50
DRAWS = 400
LOWER_END = 0.05


def draw_weights(customers: int, seed: int) -> Array:
    """How often each bootstrap draw takes each customer (one row a draw)."""
    generator = np.random.default_rng(seed)
    draws = [
        np.bincount(generator.integers(0, customers, customers), minlength=customers)
        for _ in range(DRAWS)
    ]
    return np.array(draws, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Outcome:
    """An earlier feature table, the logs of what came later, and the bootstrap draws."""

    earlier: Table
    logs: Array
    draws: Array

    @classmethod
    def measured(
        cls, earlier: "Table | None", later: "pd.Series[float] | None", seed: int
    ) -> Self | None:
        """None when there is no later, or nobody or everybody bought the same in it."""
        if earlier is None or later is None or len(frame_of(earlier)) < FEWEST_CUSTOMERS:
            return None
        values = later.reindex(frame_of(earlier).index).to_numpy(dtype=np.float64, na_value=0.0)
        logs = np.log1p(np.maximum(values, 0.0))
        if np.ptp(logs) == 0:
            return None
        return cls(earlier, logs, draw_weights(len(logs), seed))

    def separation(self, labels: Labels) -> float:
        return float(self._separations(labels, np.ones((1, len(labels))))[0])

    def lower_gain(self, labels: Labels, rules: Labels) -> float:
        """The lower end of the interval of: separation less that of the rules."""
        return float(np.quantile(self.gains(labels, rules), LOWER_END))

    def gains(self, labels: Labels, others: Labels) -> Array:
        """Separation less that of other segments, a draw each."""
        return self._separations(labels, self.draws) - self._separations(others, self.draws)

    def _separations(self, labels: Labels, weights: Array) -> Array:
        members = np.eye(int(labels.max()) + 1)[labels]
        sizes = weights @ members
        sums = weights @ (members * self.logs[:, None])
        square_of_mean = sums.sum(axis=1) ** 2 / sizes.sum(axis=1)
        between = (sums**2 / np.maximum(sizes, 1)).sum(axis=1)
        whole = weights @ self.logs**2 - square_of_mean
        share = np.zeros_like(whole)
        np.divide(between - square_of_mean, whole, out=share, where=whole > 0)
        return np.asarray(share)
