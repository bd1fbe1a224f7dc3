"""Steps: what is done to the numbers of one coordinate, fitted once and then frozen.

No step changes the order of two values but Negate, which turns it; Clip may make them equal.
"""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Protocol, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

QUANTILE_KNOTS = 1000
CLIP_DEVIATIONS = 4.0
CLIP_SHARE = 0.005


class Step(Protocol):
    """One thing done to a coordinate: fitted once, then the same for every row."""

    kind: ClassVar[str]

    @classmethod
    def fit(cls, values: Array) -> Self: ...

    def apply(self, values: Array) -> Array: ...

    def words(self) -> str: ...

    def to_json(self) -> dict[str, Any]: ...

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self: ...


class _Numbers:
    """The JSON of a step whose fields are numbers."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(**{name: value for name, value in found.items() if name != "kind"})


@dataclass(frozen=True)
class Negate(_Numbers):
    """Turns a column in which less is better."""

    kind: ClassVar[str] = "negate"

    @classmethod
    def fit(cls, values: Array) -> Self:
        return cls()

    def apply(self, values: Array) -> Array:
        return -values

    def words(self) -> str:
        return "negated, so that higher is better"


@dataclass(frozen=True)
class Log(_Numbers):
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


@dataclass(frozen=True)
class Arcsine(_Numbers):
    """arcsin(sqrt(share)): one point of share weighs more near 0 and 1, where shares vary less."""

    kind: ClassVar[str] = "arcsine"
    outside: int

    @classmethod
    def fit(cls, values: Array) -> Self:
        return cls(int(((values < 0) | (values > 1)).sum()))

    def apply(self, values: Array) -> Array:
        return np.asarray(np.arcsin(np.sqrt(np.clip(values, 0.0, 1.0))), dtype=np.float64)

    def words(self) -> str:
        return f"arcsine of the root of the share ({self.outside} outside 0 to 1 drawn to the end)"


@dataclass(frozen=True)
class _Clip(_Numbers):
    low: float
    high: float
    clipped: int

    def apply(self, values: Array) -> Array:
        return np.clip(values, self.low, self.high)

    def words(self) -> str:
        return f"kept within {self.low:.4g} and {self.high:.4g} ({self.clipped} clipped)"

    @classmethod
    def _within(cls, values: Array, low: float, high: float) -> Self:
        return cls(low, high, int(((values < low) | (values > high)).sum()))


@dataclass(frozen=True)
class ClipDeviations(_Clip):
    """Values further than four deviations from the mean are drawn to there."""

    kind: ClassVar[str] = "clip deviations"

    @classmethod
    def fit(cls, values: Array) -> Self:
        middle, reach = float(values.mean()), CLIP_DEVIATIONS * float(values.std())
        if np.ptp(values) == 0:
            return cls(float(values[0]), float(values[0]), 0)
        return cls._within(values, middle - reach, middle + reach)


@dataclass(frozen=True)
class ClipQuantiles(_Clip):
    """The outermost half percent at each end is drawn to where it begins."""

    kind: ClassVar[str] = "clip quantiles"

    @classmethod
    def fit(cls, values: Array) -> Self:
        low, high = np.quantile(values, [CLIP_SHARE, 1 - CLIP_SHARE])
        return cls._within(values, float(low), float(high))


@dataclass(frozen=True)
class Standard(_Numbers):
    """Centred on the mean and divided by the deviation; a constant column becomes zero."""

    kind: ClassVar[str] = "standard"
    mean: float
    deviation: float

    @classmethod
    def fit(cls, values: Array) -> Self:
        return cls(float(values.mean()), _scale(values, float(values.std())))

    def apply(self, values: Array) -> Array:
        return (values - self.mean) / self.deviation

    def words(self) -> str:
        return f"less {self.mean:.4g}, divided by {self.deviation:.4g}"


@dataclass(frozen=True)
class Robust(_Numbers):
    """Centred on the median and divided by the width of the middle half."""

    kind: ClassVar[str] = "robust"
    median: float
    width: float

    @classmethod
    def fit(cls, values: Array) -> Self:
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
        return cls(float(middle), _scale(values, float(high - low)))

    def apply(self, values: Array) -> Array:
        return (values - self.median) / self.width

    def words(self) -> str:
        return f"less the median {self.median:.4g}, divided by {self.width:.4g}"


@dataclass(frozen=True)
class MinMax(_Numbers):
    """From 0 at the least to 1 at the greatest; later values may lie outside."""

    kind: ClassVar[str] = "min-max"
    least: float
    width: float

    @classmethod
    def fit(cls, values: Array) -> Self:
        return cls(float(values.min()), _scale(values, float(np.ptp(values))))

    def apply(self, values: Array) -> Array:
        return (values - self.least) / self.width

    def words(self) -> str:
        return f"less {self.least:.4g}, divided by the range {self.width:.4g}"


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


_LEAST_WIDTH = 1e-100  # below it, what comes later would be divided beyond all numbers


def _scale(values: Array, width: float) -> float:
    """What to divide by: 1 where that would be (nearly) nothing, as in a constant column."""
    if np.ptp(values) == 0 or width < _LEAST_WIDTH:
        return 1.0
    return width


STEPS: dict[str, type[Step]] = {
    step.kind: step
    for step in (
        Negate, Log, Arcsine, ClipDeviations, ClipQuantiles, Standard, Robust, MinMax, Quantile,
    )
}  # fmt: skip
