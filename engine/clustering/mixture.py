"""Gaussian mixtures: segments as overlapping bells, each with its own or one shared shape."""

import warnings
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np

from engine.preparation import Array

# Added to each variance: orders are whole numbers, and a bell must not collapse on one of them.
LEAST_VARIANCE = 1e-3
MOST_ROUNDS = 200


@dataclass(frozen=True)
class FittedMixture:
    """Share, middle and whitening matrix (Cholesky factor of the precision) of each bell."""

    shares: Array
    means: Array
    whitening: Array

    @property
    def k(self) -> int:
        return len(self.means)

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def probabilities(self, points: Array) -> Array:
        """The share of each bell in the density at the point."""
        logs = np.column_stack([self._log_density(points, bell) for bell in range(self.k)])
        logs -= logs.max(axis=1, keepdims=True)
        weights = np.exp(logs)
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

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
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(*(np.array(found[key]) for key in ("shares", "means", "whitening")))


@dataclass(frozen=True)
class Mixture:
    name: str
    words: tuple[str, ...]
    covariance: Literal["full", "tied"]
    spaces: tuple[str, ...] = ("quantile RFM", "log RFM")
    sizes: tuple[int, ...] = (4, 5, 6, 7, 8)

    def fit(self, points: Array, k: int, seed: int) -> FittedMixture:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.mixture import GaussianMixture

        mixture = GaussianMixture(
            k,
            covariance_type=self.covariance,
            reg_covar=LEAST_VARIANCE,
            max_iter=MOST_ROUNDS,
            random_state=seed,
        )
        with warnings.catch_warnings():
            # One that has not settled is judged by its checks like any other.
            warnings.simplefilter("ignore", ConvergenceWarning)
            mixture.fit(points)
        whitening = np.asarray(mixture.precisions_cholesky_, dtype=np.float64)
        shape = (k, points.shape[1], points.shape[1])
        return FittedMixture(
            np.asarray(mixture.weights_, dtype=np.float64),
            np.asarray(mixture.means_, dtype=np.float64),
            np.array(np.broadcast_to(whitening, shape)),
        )

    def restore(self, found: dict[str, Any]) -> FittedMixture:
        return FittedMixture.from_json(found)


FULL = Mixture("GMM full", ("gmm", "gmm-full"), "full")
TIED = Mixture("GMM tied", ("gmm", "gmm-tied"), "tied")
