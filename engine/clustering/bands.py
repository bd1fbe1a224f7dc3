"""The plain rules of a shop without orders: fifths of the one attribute that is worth most.

Where no attribute is a number there is nothing to cut by, and everybody is one segment.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from engine.preparation.step import Array

FIFTHS = ("Lowest fifth", "Second fifth", "Middle fifth", "Fourth fifth", "Highest fifth")
EDGES = (0.2, 0.4, 0.6, 0.8)
EVERYONE = "Everyone"


@dataclass(frozen=True)
class FittedBands:
    """The edges between the bands that hold anybody, and their names."""

    edges: tuple[float, ...]
    names: tuple[str, ...]

    @property
    def k(self) -> int:
        return len(self.names)

    def probabilities(self, points: Array) -> Array:
        """A band is certain: one for it, zero for the others."""
        if self.k == 1:
            return np.ones((len(points), 1))
        return np.eye(self.k)[np.searchsorted(self.edges, points[:, 0], side="right")]

    def to_json(self) -> dict[str, Any]:
        return {"edges": list(self.edges), "names": list(self.names)}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(tuple(found["edges"]), tuple(found["names"]))


@dataclass(frozen=True)
class Bands:
    """Makes its own number of segments: the `k` of a fit is not used.

    Points are shares of customers below, so the fifths of the shop are in the preparation. Equal
    values are never divided: a band that nobody falls in joins the one below.
    """

    name: str = "Bands"
    words: tuple[str, ...] = ("rules", "bands")
    spaces: tuple[str, ...] = ("leading attribute",)
    sizes: tuple[int, ...] = ()
    fitted_on: int = 1_000_000
    most: int | None = None

    def fit(self, points: Array, k: int, seed: int) -> FittedBands:
        if points.shape[1] == 0:
            return FittedBands((), (EVERYONE,))
        fifth = np.searchsorted(EDGES, points[:, 0], side="right")
        used = np.flatnonzero(np.bincount(fifth, minlength=len(FIFTHS)))
        if used.size == 1:
            return FittedBands((), (EVERYONE,))
        edges = tuple(EDGES[band - 1] for band in used[1:].tolist())
        return FittedBands(edges, tuple(FIFTHS[band] for band in used))

    def restore(self, found: dict[str, Any]) -> FittedBands:
        return FittedBands.from_json(found)
