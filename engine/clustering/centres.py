"""Segments as centres: what KMeans and everything that ends in means answers with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from engine.preparation.step import Array

if TYPE_CHECKING:
    from engine.clustering.method import Labels

# As many centres as different customers leave none; coordinates are of the order of one.
LEAST_VARIANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Centres:
    """The centres, and the variance of one coordinate around its own centre."""

    centres: Array
    variance: float

    @classmethod
    def of(cls, points: Array, centres: Array) -> Self:
        """With the variance that the points have around the nearest of the centres."""
        least = cls(centres, 1.0).distances(points).min(axis=1)
        return cls(centres, max(float(least.sum()) / max(1, points.size), LEAST_VARIANCE))

    @classmethod
    def of_groups(cls, points: Array, labels: "Labels") -> Self:
        """The means of labelled points; a negative label belongs to no group."""
        means = [points[labels == label].mean(axis=0) for label in range(int(labels.max()) + 1)]
        return cls.of(points, np.array(means))

    @property
    def k(self) -> int:
        return len(self.centres)

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def probabilities(self, points: Array) -> Array:
        """Read as equally common round groups, all as wide as the groups are on average:
        exp(-distance^2 / 2 variance), divided by its sum. The likeliest is always the nearest."""
        distances = self.distances(points)
        distances -= distances.min(axis=1, keepdims=True)
        weights = np.exp(-distances / (2 * self.variance))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def distances(self, points: Array) -> Array:
        """Squared, from each point to each centre."""
        return np.column_stack([((points - c) ** 2).sum(axis=1) for c in self.centres])

    def to_json(self) -> dict[str, Any]:
        return {"centres": self.centres.tolist(), "variance": self.variance}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(np.array(found["centres"], dtype=np.float64), found["variance"])
