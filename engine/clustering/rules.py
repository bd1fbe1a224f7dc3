"""The plain rules: quintiles of recency, frequency and revenue, collapsed to named boxes.

Every candidate is held against these, and they are what a shop gets when nothing beats them.

    score      1..5: the fifth of the customers that the value falls in, equal values together
    value      the mean of the frequency and revenue scores, halves up
    box        by recency score and value, from the table below
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from engine.preparation.step import Array

BOXES = (
    "Champions", "Promising", "New", "Loyal", "Needs attention", "At risk", "Lapsing", "Lost",
)  # fmt: skip

# A row for each recency score from 1 (longest ago) up, a column for each value from 1 up.
GRID = (
    (7, 7, 7, 5, 5),
    (6, 6, 6, 5, 5),
    (4, 4, 4, 3, 3),
    (2, 1, 1, 0, 0),
    (2, 1, 1, 0, 0),
)

# A box with a smaller share of the customers joins its nearest neighbour.
SMALLEST_BOX = 0.02

QUINTILES = (0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True)
class FittedRules:
    """The edges between the scores, the segment of each pair of scores, and the segments' names.

    Points are shares of customers below, so the quintiles of the shop are in the preparation.
    """

    edges: Array
    grid: npt.NDArray[np.int64]
    names: tuple[str, ...]

    @property
    def k(self) -> int:
        return len(self.names)

    def probabilities(self, points: Array) -> Array:
        """A rule is certain: one for its box, zero for the others."""
        return np.eye(self.k)[_cells(points, self.edges, self.grid)]

    def to_json(self) -> dict[str, Any]:
        return {
            "edges": self.edges.tolist(),
            "grid": self.grid.tolist(),
            "names": list(self.names),
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        edges = np.array(found["edges"], dtype=np.float64)
        return cls(edges, np.array(found["grid"], dtype=np.int64), tuple(found["names"]))


@dataclass(frozen=True)
class Rules:
    """Makes its own number of segments: the `k` of a fit is not used."""

    name: str = "RFM rules"
    words: tuple[str, ...] = ("rules", "rfm", "rfm-rules")
    spaces: tuple[str, ...] = ("quantile RFM",)
    sizes: tuple[int, ...] = ()
    fitted_on: int = 1_000_000
    most: int | None = None

    def fit(self, points: Array, k: int, seed: int) -> FittedRules:
        edges = np.array(QUINTILES)
        boxes = _cells(points, edges, np.array(GRID))
        grid, names = _joined(np.bincount(boxes, minlength=len(BOXES)) / len(points))
        return FittedRules(edges, grid, names)

    def restore(self, found: dict[str, Any]) -> FittedRules:
        return FittedRules.from_json(found)


def _cells(points: Array, edges: Array, grid: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """What the grid holds for the scores of each customer; scores count from 0 here."""
    recency, frequency, monetary = np.searchsorted(edges, points, side="right").T
    return np.asarray(grid[recency, (frequency + monetary + 1) // 2], dtype=np.int64)


def _joined(shares: Array) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """The grid with the small boxes joined to their neighbours, and the names that remain."""
    grid = np.array(GRID, dtype=np.int64)
    middles = np.array([np.argwhere(grid == box).mean(axis=0) for box in range(len(BOXES))])
    large = np.flatnonzero(shares >= SMALLEST_BOX)
    nearest = [int(np.argmin(((middles[large] - middle) ** 2).sum(axis=1))) for middle in middles]
    return np.array(nearest, dtype=np.int64)[grid], tuple(BOXES[box] for box in large)
