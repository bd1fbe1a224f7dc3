"""KMeans: every customer belongs to the nearest of k centres. MiniBatch is the same from parts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.clustering.centres import Centres
from engine.clustering.ward import ward_labels
from engine.preparation.step import Array

if TYPE_CHECKING:
    from sklearn.cluster import KMeans as Fit

RFM_SPACES = ("quantile RFM", "log RFM", "standard RFM", "min-max RFM")
RICH_SPACES = (
    "behaviour", "behaviour PCA", "character", "interests", "attributes", "all", "all PCA",
)  # fmt: skip

STARTS = 3
# Ward's means are one start more; they cost the square of the customers, so of some of them.
WARD_SAMPLE = 500
BATCH = 1024


@dataclass(frozen=True)
class KMeans:
    """The best of some random starts and of one from Ward's means."""

    name: str = "KMeans"
    words: tuple[str, ...] = ("kmeans", "k-means")
    spaces: tuple[str, ...] = RFM_SPACES + RICH_SPACES
    sizes: tuple[int, ...] = tuple(range(2, 16))
    fitted_on: int = 100_000
    most: int | None = None

    def fit(self, points: Array, k: int, seed: int) -> Centres:
        fits = [fit_kmeans(points, k, seed, "k-means++")]
        start = _ward_means(points, k, seed)
        if start is not None:
            fits.append(fit_kmeans(points, k, seed, start))
        best = min(fits, key=lambda fitted: float(fitted.inertia_))
        return Centres.of(points, np.asarray(best.cluster_centers_, dtype=np.float64))

    def restore(self, found: dict[str, Any]) -> Centres:
        return Centres.from_json(found)


@dataclass(frozen=True)
class MiniBatch:
    """KMeans from a thousand customers at a time: quick on the largest shops, less steady."""

    name: str = "MiniBatch KMeans"
    words: tuple[str, ...] = ("minibatch", "mini-batch", "minibatch-kmeans")
    spaces: tuple[str, ...] = ("quantile RFM", "behaviour", "attributes")
    sizes: tuple[int, ...] = (4, 5, 6, 7, 8)
    fitted_on: int = 1_000_000
    most: int | None = None

    def fit(self, points: Array, k: int, seed: int) -> Centres:
        from sklearn.cluster import MiniBatchKMeans

        fitted = MiniBatchKMeans(k, batch_size=BATCH, n_init=STARTS, random_state=seed)
        fitted.fit(points)
        return Centres.of(points, np.asarray(fitted.cluster_centers_, dtype=np.float64))

    def restore(self, found: dict[str, Any]) -> Centres:
        return Centres.from_json(found)


def fit_kmeans(points: Array, k: int, seed: int, start: "str | Array") -> "Fit":
    """In single precision, which halves the work and moves a centre by less than rounding does."""
    from sklearn.cluster import KMeans as Fit

    small = points.astype(np.float32)
    if not isinstance(start, str):
        return Fit(k, init=start.astype(np.float32), n_init=1, random_state=seed).fit(small)
    return Fit(k, init=start, n_init=STARTS, random_state=seed).fit(small)


def _ward_means(points: Array, k: int, seed: int) -> Array | None:
    """None where the sample has too few different customers."""
    if len(points) > WARD_SAMPLE:
        kept = np.random.default_rng(seed).choice(len(points), WARD_SAMPLE, replace=False)
        points = points[np.sort(kept)]
    if len(np.unique(points, axis=0)) < k:
        return None
    return Centres.of_groups(points, ward_labels(points, k)).centres
