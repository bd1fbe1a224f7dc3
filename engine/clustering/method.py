"""What a clustering method is, the methods that compete, and the model that a run serves.

A method is one file with a class that has the five things below; it joins by its line in METHODS.
Fitting may use any library; a fitted method answers with NumPy alone, so that the service that
assigns customers loads nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from engine.clustering.bands import Bands
from engine.clustering.density import DBSCAN, HDBSCAN, Hybrid
from engine.clustering.kmeans import KMeans, MiniBatch
from engine.clustering.mixture import DIAGONAL, FULL, TIED
from engine.clustering.rules import Rules
from engine.clustering.ward import Ward
from engine.errors import NotFound, NotPossible
from engine.features.feature import FeatureTable
from engine.preparation import Array, LeftOut, Preparation, as_table

if TYPE_CHECKING:
    import pandas as pd

Labels = npt.NDArray[np.int64]


class FittedMethod(Protocol):
    @property
    def k(self) -> int: ...

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the segments, where the method itself gives them; else empty."""

    def probabilities(self, points: Array) -> Array:
        """One row for each point, one column for each segment; a row sums to one."""

    def to_json(self) -> dict[str, Any]: ...


class Method(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def words(self) -> tuple[str, ...]:
        """What a person may type for it."""

    @property
    def spaces(self) -> tuple[str, ...]:
        """Those that it is tried on, where the feature table offers them."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """The numbers of segments it is tried with; empty when it makes its own number."""

    @property
    def fitted_on(self) -> int:
        """The most customers it is fitted to; of more a sample, and all are then assigned."""

    @property
    def most(self) -> int | None:
        """The most customers for whom a fit to a sample still says what a fit to all would."""

    def fit(self, points: Array, k: int, seed: int) -> FittedMethod: ...

    def restore(self, found: dict[str, Any]) -> FittedMethod: ...


RULES = Rules()
BANDS = Bands()
# What needs no evidence: used when nothing better holds, and what all others are held against.
YARDSTICKS: tuple[Method, ...] = (RULES, BANDS)
METHODS: tuple[Method, ...] = (
    KMeans(), MiniBatch(), FULL, TIED, DIAGONAL, DBSCAN(), HDBSCAN(), Ward(), Hybrid(),
    *YARDSTICKS,
)  # fmt: skip


def yardstick_of(offered: Sequence[str]) -> Method:
    """The rules where there are orders; else the bands."""
    return RULES if RULES.spaces[0] in offered else BANDS


def find_methods(word: str) -> tuple[Method, ...]:
    """The methods that a typed word means: "gmm" means both mixtures, "auto" means all."""
    typed = word.strip().casefold().replace(" ", "-").replace("_", "-")
    if typed == "auto":
        return METHODS
    found = tuple(method for method in METHODS if typed in method.words)
    if not found:
        known = {"auto"} | {known for method in METHODS for known in method.words}
        raise NotFound.named("clustering method", word, known)
    return found


@dataclass(frozen=True)
class SegmentModel:
    """A frozen preparation and a fitted method: from feature rows to segments."""

    preparation: Preparation
    method: str
    fitted: FittedMethod

    @classmethod
    def fit(
        cls,
        features: "pd.DataFrame | FeatureTable",
        space: str,
        method: Method,
        k: int,
        seed: int,
        left_out: tuple[LeftOut, ...] = (),
    ) -> Self:
        """The same whatever the order of the rows: they are taken in that of the ids."""
        table = _in_order(as_table(features))
        preparation = Preparation.fit(table, space, left_out)
        points = _sample(preparation.apply(table), method.fitted_on, seed)
        if method.sizes:
            _require_different(points, k)
        return cls(preparation, method.name, method.fit(points, k, seed))

    @property
    def k(self) -> int:
        return self.fitted.k

    def assign(self, features: "pd.DataFrame | FeatureTable") -> tuple[Labels, Array]:
        """The segment of each customer (0..k-1), and a probability for every segment."""
        probabilities = self.fitted.probabilities(self.preparation.apply(features))
        return probabilities.argmax(axis=1).astype(np.int64), probabilities

    def to_json(self) -> dict[str, Any]:
        return {
            "preparation": self.preparation.to_json(),
            "method": self.method,
            "fitted": self.fitted.to_json(),
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        restore: dict[str, Callable[[dict[str, Any]], FittedMethod]] = {
            method.name: method.restore for method in METHODS
        }
        preparation = Preparation.from_json(found["preparation"])
        return cls(preparation, found["method"], restore[found["method"]](found["fitted"]))


def _in_order(table: FeatureTable) -> FeatureTable:
    if table.frame.index.is_monotonic_increasing:
        return table
    return FeatureTable(table.frame.sort_index(), table.features)


def _sample(points: Array, size: int, seed: int) -> Array:
    if len(points) <= size:
        return points
    kept = np.random.default_rng(seed).choice(len(points), size, replace=False)
    return points[np.sort(kept)]


def _require_different(points: Array, k: int) -> None:
    different = len(np.unique(points, axis=0))
    if different < k:
        raise NotPossible(
            f"{k} segments cannot be made from {len(points)} customers of whom only {different} "
            "differ in what is compared.",
            f"Ask for {different} segments or fewer, or use the rules.",
        )
