"""A feature space fitted to one feature table, frozen, to be replayed.

It holds every number that the replay needs, so that new rows, the live stream and last year's
table are all put on the scale that the run was fitted on; and it says of every column what was
done with it, or why it was left out.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from engine.features.feature import FeatureTable
from engine.preparation.components import Components
from engine.preparation.selection import LeftOut
from engine.preparation.source import SOURCES, Number, Source, column_type
from engine.preparation.spaces import Recipe, as_table, find_space, plan_space
from engine.preparation.step import STEPS, Array, Step

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PreparedColumn:
    """What becomes of one column: its source, and for each coordinate the steps it goes through."""

    name: str
    source: Source
    steps: tuple[tuple[Step, ...], ...]

    @classmethod
    def fit(cls, frame: "pd.DataFrame", recipe: Recipe) -> Self:
        source = SOURCES[column_type(frame, recipe.feature)].fit(frame, recipe.feature)
        coordinates = source.read(frame, recipe.feature.name)
        steps = tuple(_fit_steps(values, recipe.steps) for values in coordinates.T)
        return cls(recipe.feature.name, source, steps)

    def apply(self, frame: "pd.DataFrame") -> Array:
        """One column for each coordinate."""
        coordinates = np.array(self.source.read(frame, self.name))
        for place, steps in enumerate(self.steps):
            for step in steps:
                coordinates[:, place] = step.apply(coordinates[:, place])
        return coordinates

    @property
    def coordinates(self) -> tuple[str, ...]:
        return tuple(f"{self.name}: {part}" if part else self.name for part in self.source.parts)

    @property
    def done(self) -> str:
        """What was done, in words."""
        said = [self.source.words(), *(step.words() for steps in self.steps for step in steps)]
        return "; ".join(filter(None, said)) or "taken as it is"

    def to_json(self) -> dict[str, Any]:
        steps = [[{"kind": step.kind} | step.to_json() for step in each] for each in self.steps]
        source = {"kind": self.source.kind} | self.source.to_json()
        return {"name": self.name, "done": self.done, "source": source, "steps": steps}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        if "source" not in found:  # of a run before columns had a source: one plain number
            found = found | {"source": {"kind": Number.kind}, "steps": [found["steps"]]}
        source = SOURCES[found["source"]["kind"]].from_json(found["source"])
        steps = tuple(
            tuple(STEPS[step["kind"]].from_json(step) for step in each) for each in found["steps"]
        )
        return cls(found["name"], source, steps)


def _fit_steps(values: Array, kinds: tuple[str, ...]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for kind in kinds:
        step = STEPS[kind].fit(values)
        values = step.apply(values)
        steps.append(step)
    return tuple(steps)


@dataclass(frozen=True)
class Preparation:
    """The prepared columns, the turn to components where the space has one, what was left out."""

    space: str
    customers: int
    columns: tuple[PreparedColumn, ...]
    components: Components | None = None
    left_out: tuple[LeftOut, ...] = ()

    @classmethod
    def fit(
        cls,
        features: "pd.DataFrame | FeatureTable",
        space: str,
        left_out: tuple[LeftOut, ...] = (),
    ) -> Self:
        """`left_out` is what the selection found: those columns are not compared."""
        table, found = as_table(features), find_space(space)
        recipes = plan_space(found, _without(table, {column.name for column in left_out}))
        columns = tuple(PreparedColumn.fit(table.frame, recipe) for recipe in recipes)
        fitted = cls(space, len(table.frame), columns, left_out=left_out)
        if not found.components:
            return fitted
        return replace(fitted, components=Components.fit(fitted.apply(table)))

    def apply(self, features: "pd.DataFrame | FeatureTable") -> Array:
        """One row of coordinates for each customer."""
        frame = features.frame if isinstance(features, FeatureTable) else features
        prepared = [column.apply(frame) for column in self.columns]
        points = np.ascontiguousarray(np.hstack([np.zeros((len(frame), 0)), *prepared]))
        return points if self.components is None else self.components.apply(points)

    @property
    def coordinates(self) -> tuple[str, ...]:
        """What each column of the points is."""
        if self.components is not None:
            return tuple(f"component {n + 1}" for n in range(self.components.axes.shape[1]))
        return tuple(name for column in self.columns for name in column.coordinates)

    def to_json(self) -> dict[str, Any]:
        return {
            "space": self.space,
            "customers": self.customers,
            "columns": [column.to_json() for column in self.columns],
            "components": None if self.components is None else self.components.to_json(),
            "left_out": [column.to_json() for column in self.left_out],
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        turned = found.get("components")
        return cls(
            found["space"],
            found["customers"],
            tuple(PreparedColumn.from_json(column) for column in found["columns"]),
            None if turned is None else Components.from_json(turned),
            tuple(LeftOut.from_json(column) for column in found.get("left_out", [])),
        )


def _without(table: FeatureTable, names: set[str]) -> FeatureTable:
    kept = tuple(feature for feature in table.features if feature.name not in names)
    return replace(table, features=kept)
