"""Gaussian mixtures: segments as overlapping bells, each with a shape of its own, one shared
shape, or a shape along the axes."""

import warnings
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np

from engine.clustering.kmeans import KMeans
from engine.preparation.step import Array

Covariance = Literal["full", "tied", "diag"]

# Added to each variance: orders are whole numbers, and a bell must not collapse on one of them.
LEAST_VARIANCE = 1e-3
MOST_ROUNDS = 200


@dataclass(frozen=True)
class FittedMixture:
    """Share, middle and whitening matrix (Cholesky factor of the precision) of each bell."""

    shares: Array
    means: Array
    whitening: Array
    covariance: Covariance = "full"

    @property
    def k(self) -> int:
        return len(self.means)

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def probabilities(self, points: Array) -> Array:
        """The share of each bell in the density at the point."""
        logs = self._logs(points)
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def bic(self, points: Array) -> float:
        """Bayesian information criterion: how badly the bells fit, and how many numbers they
        need; lower is better, among mixtures of the same points."""
        logs = self._logs(points) - 0.5 * points.shape[1] * np.log(2 * np.pi)
        highest = logs.max(axis=1)
        likelihood = float((highest + np.log(np.exp(logs.T - highest).sum(axis=0))).sum())
        return self.free_numbers * float(np.log(len(points))) - 2 * likelihood

    @property
    def free_numbers(self) -> int:
        width = self.means.shape[1]
        shape = {
            "full": self.k * width * (width + 1) // 2,
            "tied": width * (width + 1) // 2,
            "diag": self.k * width,
        }
        return int(self.k - 1 + self.k * width + shape[self.covariance])

    def _logs(self, points: Array) -> Array:
        return np.column_stack([self._log_density(points, bell) for bell in range(self.k)])

    def _log_density(self, points: Array, bell: int) -> Array:
        """But for a constant that all bells share. einsum: a row's result must not hang on
        how many rows come with it, as it may with a matrix product."""
        matrix = self.whitening[bell]
        white = np.einsum("ij,jk->ik", points - self.means[bell], matrix)
        scale = np.log(np.diagonal(matrix)).sum() + np.log(self.shares[bell])
        return np.asarray(scale - 0.5 * (white**2).sum(axis=1))

    def to_json(self) -> dict[str, Any]:
        return {
            "shares": self.shares.tolist(),
            "means": self.means.tolist(),
            "whitening": self.whitening.tolist(),
            "covariance": self.covariance,
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        shares, means, whitening = (
            np.array(found[key], dtype=np.float64) for key in ("shares", "means", "whitening")
        )
        return cls(shares, means, whitening, found.get("covariance", "full"))


SPACES = ("quantile RFM", "log RFM", "behaviour", "attributes", "all PCA")


@dataclass(frozen=True)
class Mixture:
    name: str
    words: tuple[str, ...]
    covariance: Covariance
    spaces: tuple[str, ...] = SPACES
    sizes: tuple[int, ...] = (4, 5, 6, 7, 8)
    fitted_on: int = 100_000
    most: int | None = None

    def fit(self, points: Array, k: int, seed: int) -> FittedMixture:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.mixture import GaussianMixture

        if len(points) == 1:  # one customer is one bell, but the library wants two
            points = np.repeat(points, 2, axis=0)
        mixture = GaussianMixture(
            k,
            covariance_type=self.covariance,
            reg_covar=LEAST_VARIANCE,
            max_iter=MOST_ROUNDS,
            random_state=seed,
            init_params="random_from_data",  # what follows takes its place
            **self._start(points, k, seed),
        )
        with warnings.catch_warnings():
            # One that has not settled is judged by its checks like any other.
            warnings.simplefilter("ignore", ConvergenceWarning)
            mixture.fit(points)
        return FittedMixture(
            np.asarray(mixture.weights_, dtype=np.float64),
            np.asarray(mixture.means_, dtype=np.float64),
            self._matrices(np.asarray(mixture.precisions_cholesky_, dtype=np.float64), k),
            self.covariance,
        )

    def _start(self, points: Array, k: int, seed: int) -> dict[str, Array]:
        """Shares, means and precisions of the segments that KMeans finds."""
        labels = KMeans().fit(points, k, seed).distances(points).argmin(axis=1)
        groups = [points[labels == bell] for bell in range(k)]
        shares = np.array([max(len(group), 1) for group in groups], dtype=np.float64)
        means = np.array([g.mean(axis=0) if len(g) else points.mean(axis=0) for g in groups])
        spreads = np.array([_spread(g - m) for g, m in zip(groups, means, strict=True)])
        shares /= shares.sum()
        if self.covariance == "diag":
            return {
                "weights_init": shares,
                "means_init": means,
                "precisions_init": 1 / np.diagonal(spreads, axis1=1, axis2=2),
            }
        if self.covariance == "tied":
            spreads = np.einsum("i,ijk->jk", shares, spreads)
        precisions = np.linalg.inv(spreads)
        return {"weights_init": shares, "means_init": means, "precisions_init": precisions}

    def _matrices(self, whitening: Array, k: int) -> Array:
        """One for each bell, whatever is shared."""
        if self.covariance == "diag":
            return np.array([np.diag(bell) for bell in whitening])
        return np.array(np.broadcast_to(whitening, (k, *whitening.shape[-2:])))

    def restore(self, found: dict[str, Any]) -> FittedMixture:
        return FittedMixture.from_json(found)


def _spread(centred: Array) -> Array:
    """The covariance of a group, wide enough to be turned round."""
    found = centred.T @ centred / max(1, len(centred))
    return np.asarray(found + LEAST_VARIANCE * np.eye(centred.shape[1]))


FULL = Mixture("GMM full", ("gmm", "gmm-full"), "full")
# One shape for all has few enough numbers for the many columns of character.
TIED = Mixture("GMM tied", ("gmm", "gmm-tied"), "tied", (*SPACES, "character"))
DIAGONAL = Mixture("GMM diagonal", ("gmm", "gmm-diagonal"), "diag")
