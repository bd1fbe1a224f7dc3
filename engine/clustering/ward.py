"""Ward: the two segments whose union adds least to the variance within are joined, again and again.

The whole tree needs the square of the customers, so it is made of some of them; everybody then
belongs to the segment with the nearest mean. Its last merges are kept, to be drawn.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from engine.clustering.centres import Centres
from engine.preparation.step import Array

if TYPE_CHECKING:
    from engine.clustering.method import Labels

KEPT_MERGES = 30


@dataclass(frozen=True)
class Merge:
    """Two branches joined: which (leaves count from 0, then the merges in order), at what height
    (the root of twice what the join adds to the variance within), with how many customers."""

    left: int
    right: int
    height: float
    customers: int


@dataclass(frozen=True, eq=False)
class FittedWard:
    """Means, and the last merges, from the lowest up; `leaves` are the customers below them."""

    centres: Centres
    leaves: tuple[int, ...]
    merges: tuple[Merge, ...]

    @property
    def k(self) -> int:
        return self.centres.k

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def probabilities(self, points: Array) -> Array:
        """Those of the nearest mean."""
        return self.centres.probabilities(points)

    def to_json(self) -> dict[str, Any]:
        merges = [[m.left, m.right, m.height, m.customers] for m in self.merges]
        return self.centres.to_json() | {"leaves": list(self.leaves), "merges": merges}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        merges = tuple(Merge(*merge) for merge in found["merges"])
        return cls(Centres.from_json(found), tuple(found["leaves"]), merges)


@dataclass(frozen=True)
class Ward:
    name: str = "Ward"
    words: tuple[str, ...] = ("ward", "hierarchical", "agglomerative")
    spaces: tuple[str, ...] = ("quantile RFM", "log RFM", "behaviour", "attributes", "all")
    sizes: tuple[int, ...] = (4, 5, 6, 7, 8)
    fitted_on: int = 2_000
    most: int | None = None

    def fit(self, points: Array, k: int, seed: int) -> FittedWard:
        tree = _tree(points)
        leaves, merges = _last_merges(tree, len(points))
        return FittedWard(Centres.of_groups(points, _cut(tree, k)), leaves, merges)

    def restore(self, found: dict[str, Any]) -> FittedWard:
        return FittedWard.from_json(found)


def ward_labels(points: Array, k: int) -> "Labels":
    return _cut(_tree(points), k)


def _tree(points: Array) -> Array:
    """A row for each merge: the two branches, the height, the customers below."""
    from scipy.cluster.hierarchy import ward

    if len(points) == 1:
        return np.zeros((0, 4))
    return np.asarray(ward(points), dtype=np.float64)


def _cut(tree: Array, k: int) -> "Labels":
    """The k branches that are left when the last k - 1 merges are undone."""
    customers = len(tree) + 1
    if k >= customers:
        return np.arange(customers)
    root = np.arange(customers + len(tree))
    for merge in range(len(tree) - (k - 1)):
        root[tree[merge, :2].astype(np.int64)] = customers + merge
    for branch in range(len(root) - 1, -1, -1):
        root[branch] = root[root[branch]]
    return np.unique(root[:customers], return_inverse=True)[1].astype(np.int64)


def _last_merges(tree: Array, customers: int) -> tuple[tuple[int, ...], tuple[Merge, ...]]:
    """The top of the tree, with its branches numbered anew: leaves first, then the merges."""
    first = max(0, len(tree) - KEPT_MERGES)
    top = tree[first:]
    own = customers + first + np.arange(len(top))
    leaves = sorted({int(branch) for branch in top[:, :2].ravel()} - set(own.tolist()))
    number = {branch: place for place, branch in enumerate([*leaves, *own.tolist()])}
    sizes = tuple(1 if leaf < customers else int(tree[leaf - customers, 3]) for leaf in leaves)
    merges = tuple(
        Merge(number[int(left)], number[int(right)], float(height), int(size))
        for left, right, height, size in top
    )
    return sizes, merges
