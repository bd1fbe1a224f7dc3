"""KMeans: every customer belongs to the nearest of k centres."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from engine.preparation import Array

STARTS = 4
# As many centres as different customers leave none; coordinates are of the order of one.
LEAST_VARIANCE = 1e-9


@dataclass(frozen=True)
class FittedKMeans:
    """The centres, and the variance of one coordinate around its own centre."""

    centres: Array
    variance: float

    @property
    def k(self) -> int:
        return len(self.centres)

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def probabilities(self, points: Array) -> Array:
        """KMeans read as equally common round groups, all as wide as the groups are on average:
        exp(-distance^2 / 2 variance), divided by its sum. The likeliest is always the nearest."""
        distances = np.column_stack([((points - c) ** 2).sum(axis=1) for c in self.centres])
        distances -= distances.min(axis=1, keepdims=True)
        weights = np.exp(-distances / (2 * self.variance))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def to_json(self) -> dict[str, Any]:
        return {"centres": self.centres.tolist(), "variance": self.variance}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(np.array(found["centres"], dtype=np.float64), found["variance"])


@dataclass(frozen=True)
class KMeans:
    name: str = "KMeans"
    words: tuple[str, ...] = ("kmeans", "k-means")
    spaces: tuple[str, ...] = ("quantile RFM", "log RFM")
    sizes: tuple[int, ...] = (3, 4, 5, 6, 7, 8)

    def fit(self, points: Array, k: int, seed: int) -> FittedKMeans:
        from sklearn.cluster import KMeans as Fit

        fitted = Fit(k, n_init=STARTS, random_state=seed).fit(points)
        variance = float(fitted.inertia_) / points.size
        centres = np.asarray(fitted.cluster_centers_, dtype=np.float64)
        return FittedKMeans(centres, max(variance, LEAST_VARIANCE))

    def restore(self, found: dict[str, Any]) -> FittedKMeans:
        return FittedKMeans.from_json(found)
