"""DBSCAN and HDBSCAN: a segment is where customers are dense, whatever its form.

They make their own number of segments. Groups of fewer than two in a hundred customers are no
segments, and count as noise. The answer is given by witnesses: noise falls to the nearest group.
The hybrid takes only the number and the middles from density, and lets KMeans refine them.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.clustering.centres import Centres
from engine.clustering.witnesses import Witnesses
from engine.errors import NotPossible
from engine.preparation.step import Array

if TYPE_CHECKING:
    from engine.clustering.method import Labels

SPACES = ("quantile RFM", "log RFM", "behaviour PCA", "attributes", "all PCA")
SMALLEST_GROUP = 0.02
FEWEST_MEMBERS = 5
FITTED_ON = 20_000
# DBSCAN keeps every pair of neighbours, in the worst case the square of the customers.
FITTED_ON_PAIRS = 10_000
WIDEST = 0.98  # the reach takes in the neighbours of no more than this share of the customers
# Density does not survive sampling, so beyond this a shop is not cut by it.
MOST = 300_000


@dataclass(frozen=True)
class DBSCAN:
    """The reach within which neighbours count lies at the knee of the distances to neighbours."""

    name: str = "DBSCAN"
    words: tuple[str, ...] = ("dbscan",)
    spaces: tuple[str, ...] = SPACES
    sizes: tuple[int, ...] = ()
    fitted_on: int = FITTED_ON_PAIRS
    most: int | None = MOST

    def fit(self, points: Array, k: int, seed: int) -> Witnesses:
        return Witnesses.of(points, _groups_of(self.name, dbscan_labels(points), points), seed)

    def restore(self, found: dict[str, Any]) -> Witnesses:
        return Witnesses.from_json(found)


@dataclass(frozen=True)
class HDBSCAN:
    """The groups that stay together longest as the reach shrinks."""

    name: str = "HDBSCAN"
    words: tuple[str, ...] = ("hdbscan",)
    spaces: tuple[str, ...] = SPACES
    sizes: tuple[int, ...] = ()
    fitted_on: int = FITTED_ON
    most: int | None = MOST

    def fit(self, points: Array, k: int, seed: int) -> Witnesses:
        return Witnesses.of(points, _groups_of(self.name, hdbscan_labels(points), points), seed)

    def restore(self, found: dict[str, Any]) -> Witnesses:
        return Witnesses.from_json(found)


@dataclass(frozen=True)
class Hybrid:
    """HDBSCAN finds how many groups there are and where; KMeans, started there, refines them."""

    name: str = "Density and KMeans"
    words: tuple[str, ...] = ("hybrid", "density-kmeans")
    spaces: tuple[str, ...] = SPACES
    sizes: tuple[int, ...] = ()
    fitted_on: int = FITTED_ON
    most: int | None = MOST

    def fit(self, points: Array, k: int, seed: int) -> Centres:
        from engine.clustering.kmeans import fit_kmeans

        labels = _groups_of("Density", hdbscan_labels(points), points)
        found = Centres.of_groups(points, labels)
        fitted = fit_kmeans(points, found.k, seed, found.centres)
        return Centres.of(points, np.asarray(fitted.cluster_centers_, dtype=np.float64))

    def restore(self, found: dict[str, Any]) -> Centres:
        return Centres.from_json(found)


def dbscan_labels(points: Array) -> "Labels":
    from sklearn.cluster import DBSCAN as Fit

    neighbours = _neighbours(points)
    distances = neighbour_distances(points, neighbours)
    reach = min(knee(distances), float(np.quantile(distances, WIDEST)))
    if reach <= 0:
        return np.full(len(points), -1, dtype=np.int64)
    return np.asarray(Fit(eps=reach, min_samples=neighbours).fit_predict(points), dtype=np.int64)


def hdbscan_labels(points: Array) -> "Labels":
    from sklearn.cluster import HDBSCAN as Fit

    smallest = max(FEWEST_MEMBERS, round(SMALLEST_GROUP * len(points)))
    if len(points) <= smallest:
        return np.full(len(points), -1, dtype=np.int64)
    neighbours = min(_neighbours(points), smallest)
    fitted = Fit(min_cluster_size=smallest, min_samples=neighbours, copy=True)
    return np.asarray(fitted.fit_predict(points), dtype=np.int64)


def neighbour_distances(points: Array, neighbours: int) -> Array:
    """To the neighbour of that number (oneself is the first), the shortest first."""
    from sklearn.neighbors import NearestNeighbors

    found = NearestNeighbors(n_neighbors=min(neighbours, len(points))).fit(points)
    return np.sort(found.kneighbors(points)[0][:, -1])


def knee(rising: Array) -> float:
    """Where a rising curve is furthest below the line from its first to its last point."""
    if len(rising) < 3 or rising[-1] == rising[0]:
        return float(rising[-1])
    line = np.linspace(rising[0], rising[-1], len(rising))
    return float(rising[int(np.argmax(line - rising))])


def _neighbours(points: Array) -> int:
    return max(FEWEST_MEMBERS, 2 * int(points.shape[1]))


def _groups_of(name: str, labels: "Labels", points: Array) -> "Labels":
    """Numbered from the largest; the small ones are noise."""
    counts = np.bincount(labels[labels >= 0]) if (labels >= 0).any() else np.zeros(0, int)
    least = max(FEWEST_MEMBERS, SMALLEST_GROUP * len(labels))
    large = [int(g) for g in np.argsort(-counts, kind="stable") if counts[g] >= least]
    if not large:
        raise NotPossible(
            f"{name} finds no place where the {len(points)} customers are denser than elsewhere.",
            "Leave the method to the evidence, or choose KMeans.",
        )
    numbers = np.full(len(counts) + 1, -1, dtype=np.int64)  # the last is that of label -1
    numbers[large] = np.arange(len(large))
    return numbers[labels]
