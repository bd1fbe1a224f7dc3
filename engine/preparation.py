"""From a feature table to points: what was done to each column, frozen, to be replayed.

A feature space says which columns it uses and which steps each goes through. A preparation is a
space fitted to one feature table: it holds every number that the replay needs, so that new rows,
the live stream and last year's table are all put on the scale that the run was fitted on.

In every space higher is better: recency is negated.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import numpy as np
import numpy.typing as npt

from engine.errors import BadInput, NotFound

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[np.float64]

QUANTILE_KNOTS = 1000


class Step(Protocol):
    """One thing done to a column: fitted once, then the same for every row."""

    kind: ClassVar[str]

    @classmethod
    def fit(cls, values: Array) -> Self: ...

    def apply(self, values: Array) -> Array: ...

    def words(self) -> str: ...

    def to_json(self) -> dict[str, Any]: ...

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self: ...


@dataclass(frozen=True)
class Negate:
    """Turns a column in which less is better."""

    kind: ClassVar[str] = "negate"

    @classmethod
    def fit(cls, values: Array) -> Self:
        return cls()

    def apply(self, values: Array) -> Array:
        return -values

    def words(self) -> str:
        return "negated, so that higher is better"

    def to_json(self) -> dict[str, Any]:
        return {}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls()


@dataclass(frozen=True)
class Log:
    """log(1 + value); below zero counts as zero, or one small refund would be an extreme."""

    kind: ClassVar[str] = "log"
    below_zero: int

    @classmethod
    def fit(cls, values: Array) -> Self:
        return cls(int((values < 0).sum()))

    def apply(self, values: Array) -> Array:
        return np.log1p(np.maximum(values, 0.0))

    def words(self) -> str:
        return f"log of one more than the value ({self.below_zero} below zero counted as zero)"

    def to_json(self) -> dict[str, Any]:
        return {"below_zero": self.below_zero}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(found["below_zero"])


@dataclass(frozen=True)
class Standard:
    """Centred on the mean and divided by the deviation; a constant column becomes zero."""

    kind: ClassVar[str] = "standard"
    mean: float
    deviation: float

    @classmethod
    def fit(cls, values: Array) -> Self:
        spread = float(values.std()) if np.ptp(values) > 0 else 1.0
        return cls(float(values.mean()), spread)

    def apply(self, values: Array) -> Array:
        return (values - self.mean) / self.deviation

    def words(self) -> str:
        return f"less {self.mean:.4g}, divided by {self.deviation:.4g}"

    def to_json(self) -> dict[str, Any]:
        return {"mean": self.mean, "deviation": self.deviation}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(found["mean"], found["deviation"])


@dataclass(frozen=True)
class Quantile:
    """The share of customers below, counting half of those who are equal: 0..1.

    Equal values get one level, and the levels of a negated column mirror those of the column.
    """

    kind: ClassVar[str] = "quantile"
    knots: tuple[float, ...]
    levels: tuple[float, ...]

    @classmethod
    def fit(cls, values: Array) -> Self:
        knots, counts = np.unique(values, return_counts=True)
        levels = (np.cumsum(counts) - counts / 2) / counts.sum()
        if knots.size > QUANTILE_KNOTS:
            even = np.linspace(levels[0], levels[-1], QUANTILE_KNOTS)
            kept = np.unique(np.searchsorted(levels, even))
            knots, levels = knots[kept], levels[kept]
        return cls(tuple(knots.tolist()), tuple(levels.tolist()))

    def apply(self, values: Array) -> Array:
        return np.asarray(np.interp(values, self.knots, self.levels), dtype=np.float64)

    def words(self) -> str:
        return f"share of customers below, from a table of {len(self.knots)} values"

    def to_json(self) -> dict[str, Any]:
        return {"knots": list(self.knots), "levels": list(self.levels)}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(tuple(found["knots"]), tuple(found["levels"]))


STEPS: dict[str, type[Step]] = {step.kind: step for step in (Negate, Log, Standard, Quantile)}

# space -> column -> the steps it goes through, in order
SPACES: dict[str, dict[str, tuple[str, ...]]] = {
    "quantile RFM": {
        "recency": ("negate", "quantile"),
        "frequency": ("quantile",),
        "monetary": ("quantile",),
    },
    "log RFM": {
        "recency": ("log", "negate", "standard"),
        "frequency": ("log", "standard"),
        "monetary": ("log", "standard"),
    },
}


@dataclass(frozen=True)
class PreparedColumn:
    name: str
    steps: tuple[Step, ...]

    @classmethod
    def fit(cls, name: str, values: Array, kinds: tuple[str, ...]) -> Self:
        steps: list[Step] = []
        for kind in kinds:
            step = STEPS[kind].fit(values)
            values = step.apply(values)
            steps.append(step)
        return cls(name, tuple(steps))

    def apply(self, values: Array) -> Array:
        for step in self.steps:
            values = step.apply(values)
        return values

    @property
    def done(self) -> str:
        """What was done, in words."""
        return "; ".join(step.words() for step in self.steps) or "taken as it is"

    def to_json(self) -> dict[str, Any]:
        steps = [{"kind": step.kind} | step.to_json() for step in self.steps]
        return {"name": self.name, "done": self.done, "steps": steps}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        steps = tuple(STEPS[step["kind"]].from_json(step) for step in found["steps"])
        return cls(found["name"], steps)


@dataclass(frozen=True)
class Preparation:
    """A feature space fitted to one feature table."""

    space: str
    customers: int
    columns: tuple[PreparedColumn, ...]

    @classmethod
    def fit(cls, features: "pd.DataFrame", space: str) -> Self:
        if space not in SPACES:
            raise NotFound.named("feature space", space, SPACES)
        columns = tuple(
            PreparedColumn.fit(name, column_values(features, name), kinds)
            for name, kinds in SPACES[space].items()
        )
        return cls(space, len(features), columns)

    def apply(self, features: "pd.DataFrame") -> Array:
        """One row of coordinates for each customer."""
        values = [column.apply(column_values(features, column.name)) for column in self.columns]
        return np.ascontiguousarray(np.column_stack(values))

    def to_json(self) -> dict[str, Any]:
        columns = [column.to_json() for column in self.columns]
        return {"space": self.space, "customers": self.customers, "columns": columns}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        columns = tuple(PreparedColumn.from_json(column) for column in found["columns"])
        return cls(found["space"], found["customers"], columns)


def column_values(features: "pd.DataFrame", name: str) -> Array:
    if name not in features.columns:
        present = ", ".join(map(str, features.columns)) or "no column"
        raise BadInput(
            f"The feature table has no column '{name}': it has {present}.",
            "Build it again with the features of this version.",
        )
    values = np.ascontiguousarray(features[name].to_numpy(dtype=np.float64, na_value=np.nan))
    missing = int((~np.isfinite(values)).sum())
    if missing:
        raise BadInput(
            f"The column '{name}' of the feature table has no number for {missing} customers.",
            "Only customers with at least one sale can be segmented; leave the others out.",
        )
    return values
