"""Principal components: the directions in which prepared columns vary together."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from engine.preparation.step import Array

EXPLAINED = 0.9
MOST = 10


@dataclass(frozen=True, eq=False)
class Components:
    """Enough components for nine tenths of the variance, ten at most; `axes` has one a column."""

    means: Array
    axes: Array
    explained: float

    @classmethod
    def fit(cls, points: Array) -> Self:
        means = points.mean(axis=0)
        centred = points - means
        variances, axes = np.linalg.eigh(centred.T @ centred / len(points))
        variances, axes = np.maximum(variances[::-1], 0.0), axes[:, ::-1]
        whole = float(variances.sum()) or 1.0
        enough = int(np.searchsorted(np.cumsum(variances) / whole, EXPLAINED - 1e-9)) + 1
        kept = min(enough, MOST, points.shape[1])
        return cls(means, _signed(axes[:, :kept]), float(variances[:kept].sum()) / whole)

    def apply(self, points: Array) -> Array:
        """einsum: a row's result must not hang on how many rows come with it."""
        return np.asarray(np.einsum("ij,jk->ik", points - self.means, self.axes))

    def words(self) -> str:
        before, after = self.axes.shape
        return f"{after} components of {before} coordinates, with {self.explained:.3f} of variance"

    def to_json(self) -> dict[str, Any]:
        return {
            "means": self.means.tolist(),
            "axes": self.axes.tolist(),
            "explained": self.explained,
            "done": self.words(),
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(np.array(found["means"]), np.array(found["axes"]), found["explained"])


def _signed(axes: Array) -> Array:
    """Either sign of an axis is right: the one that makes its largest entry positive is taken."""
    largest = np.abs(axes).argmax(axis=0)
    signs = np.sign(axes[largest, np.arange(axes.shape[1])])
    return np.ascontiguousarray(axes * np.where(signs == 0, 1.0, signs))
