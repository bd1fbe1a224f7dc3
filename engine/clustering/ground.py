"""The ground that candidates are compared on: a feature space, fitted once to who is judged."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from engine.clustering.measures import Distances, fit_to_some
from engine.clustering.method import Labels, Method, SegmentModel
from engine.errors import NotPossible
from engine.features.feature import FeatureTable
from engine.preparation import Array, LeftOut, Preparation

if TYPE_CHECKING:
    import pandas as pd

Table: TypeAlias = "FeatureTable | pd.DataFrame"


@dataclass(frozen=True, eq=False)
class Ground:
    """The judged customers, and those of an earlier day, under one preparation.

    All candidates of a space share it, so what a refit changes is the method alone. `coordinates`
    are the prepared columns and `points` what is compared: the same but for principal components.
    """

    preparation: Preparation
    coordinates: Array
    points: Array
    earlier: Array | None
    distances: Distances
    different: int

    @classmethod
    def lay(
        cls,
        judged: Table,
        earlier: "Table | None",
        space: str,
        left_out: tuple[LeftOut, ...],
        seed: int,
    ) -> Self:
        preparation = Preparation.fit(judged, space, left_out)
        points = preparation.apply(judged)
        return cls(
            preparation,
            replace(preparation, components=None).apply(judged),
            points,
            None if earlier is None else preparation.apply(earlier),
            Distances.measured(points, seed),
            len(np.unique(points, axis=0)),
        )

    def fit(self, method: Method, k: int, seed: int, most: int | None = None) -> SegmentModel:
        """`most`: the customers that it is fitted to, where they are more."""
        if method.sizes and self.different < k:
            raise NotPossible(
                f"{k} segments cannot be made from {len(self.points)} customers of whom only "
                f"{self.different} differ in what is compared.",
                f"Ask for {self.different} segments or fewer, or use the rules.",
            )
        fitted = fit_to_some(self.points, method, k, seed, most)
        return SegmentModel(self.preparation, method.name, fitted)

    def turn(self, coordinates: Array) -> Array:
        """Prepared columns to what is compared."""
        turned = self.preparation.components
        return coordinates if turned is None else turned.apply(coordinates)


def labels_of(model: SegmentModel, points: Array) -> Labels:
    return np.asarray(model.fitted.probabilities(points).argmax(axis=1), dtype=np.int64)


def frame_of(table: Table) -> "pd.DataFrame":
    return table.frame if isinstance(table, FeatureTable) else table


def take_rows(table: Table, places: npt.NDArray[np.int64]) -> Table:
    if isinstance(table, FeatureTable):
        return FeatureTable(table.frame.iloc[places], table.features)
    return table.iloc[places]
