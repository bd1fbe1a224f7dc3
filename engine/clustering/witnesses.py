"""Segments of any form, kept as witnesses: some members of each, who stand for the others.

A point belongs to a segment as much as the segment's share of the customers and the bells around
its witnesses say. So the form of a dense group survives, and who was noise falls to the group that
is nearest.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from engine.preparation.step import Array

if TYPE_CHECKING:
    from engine.clustering.method import Labels

WITNESSES = 600  # of all segments together
# The bells are as wide as this many neighbours of one segment are apart, in the middle case.
NEIGHBOUR = 3
ROWS_AT_ONCE = 4096


@dataclass(frozen=True, eq=False)
class Witnesses:
    """`noise` is the share of the customers that the method gave to no group."""

    points: Array
    counts: tuple[int, ...]  # witnesses of each segment; the points are in the same order
    shares: Array
    width: float
    noise: float

    @classmethod
    def of(cls, points: Array, labels: "Labels", seed: int) -> Self:
        """A negative label is noise."""
        k = int(labels.max()) + 1
        generator = np.random.default_rng(seed)
        kept = [_some(np.flatnonzero(labels == s), WITNESSES // k, generator) for s in range(k)]
        shares = np.bincount(labels[labels >= 0], minlength=k) / (labels >= 0).sum()
        width = _width([points[members] for members in kept])
        noise = float((labels < 0).mean())
        counts = tuple(len(members) for members in kept)
        return cls(points[np.concatenate(kept)], counts, shares, width, noise)

    @property
    def k(self) -> int:
        return len(self.shares)

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def probabilities(self, points: Array) -> Array:
        parts = [
            self._of_rows(points[start : start + ROWS_AT_ONCE])
            for start in range(0, max(1, len(points)), ROWS_AT_ONCE)
        ]
        return np.concatenate(parts)

    def _of_rows(self, points: Array) -> Array:
        """Sums of bells, by logarithms: far from everybody the nearest witness still decides."""
        logs = np.zeros((len(points), len(self.points)))
        for coordinate in range(points.shape[1]):
            logs -= (points[:, coordinate, None] - self.points[:, coordinate]) ** 2
        logs /= 2 * self.width**2
        logs -= logs.max(axis=1, keepdims=True)
        starts = np.cumsum((0, *self.counts[:-1]))
        bells = np.add.reduceat(np.exp(logs), starts, axis=1)
        weights = bells * (self.shares / np.array(self.counts))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def to_json(self) -> dict[str, Any]:
        return {
            "points": self.points.tolist(),
            "counts": list(self.counts),
            "shares": self.shares.tolist(),
            "width": self.width,
            "noise": self.noise,
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        points, shares = (np.array(found[key], dtype=np.float64) for key in ("points", "shares"))
        return cls(points, tuple(found["counts"]), shares, found["width"], found["noise"])


def _some(members: "Labels", count: int, generator: np.random.Generator) -> "Labels":
    count = max(1, count)
    if len(members) <= count:
        return members
    return np.sort(generator.choice(members, count, replace=False))


def _width(groups: list[Array]) -> float:
    distances = np.concatenate([_to_neighbour(group) for group in groups])
    found = float(np.median(distances))
    return found if found > 0 else float(distances.max()) or 1.0


def _to_neighbour(group: Array) -> Array:
    """From each witness to its third neighbour among those of the same segment."""
    squares = ((group[:, None, :] - group[None, :, :]) ** 2).sum(axis=2)
    nearest = min(NEIGHBOUR, len(group) - 1)
    return np.asarray(np.sqrt(np.partition(squares, nearest, axis=1)[:, nearest]))
