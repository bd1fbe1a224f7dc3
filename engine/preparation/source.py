"""Sources: how the cells of a column become numbers, before any step.

    number   the value; one that is missing becomes the median (or the mean)
    flag     0 or 1; one that is missing becomes the commoner of the two
    share    the share drawn towards the shop's mean, the more the less evidence it rests on
    ratio    the logarithm of the ratio, drawn towards the shop's mean in the same way
    mean     a mean of what may lie below zero: drawn towards the shop's mean as it is
    word     a coordinate for each of the commonest words, the rest together as one; one that is
             missing becomes the commonest

A source holds what it was fitted to, so that a later row is read as this shop was.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, Self

import numpy as np

from engine.errors import BadInput
from engine.features.feature import Feature
from engine.features.shrinkage import Prior, fit_prior, shrink
from engine.preparation.step import Array

if TYPE_CHECKING:
    import pandas as pd

ColumnType = Literal["number", "flag", "share", "ratio", "mean", "word"]

MOST_WORDS = 8
REST = "any other"
# A word that hardly anybody differs in is not blown up beyond that of an even split in two.
LEAST_VARIANCE = 0.25


class Source(Protocol):
    kind: ClassVar[ColumnType]

    @classmethod
    def fit(cls, frame: "pd.DataFrame", feature: Feature) -> Self: ...

    def read(self, frame: "pd.DataFrame", name: str) -> Array:
        """One row for each customer, one column for each coordinate; no cell is missing."""

    @property
    def parts(self) -> tuple[str, ...]:
        """What each coordinate stands for, when there are several; else one empty word."""

    def words(self) -> str: ...

    def to_json(self) -> dict[str, Any]: ...

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self: ...


class _OneCoordinate:
    @property
    def parts(self) -> tuple[str, ...]:
        return ("",)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(**{name: value for name, value in found.items() if name != "kind"})


@dataclass(frozen=True)
class Number(_OneCoordinate):
    """`fill` is what a missing value becomes; None: a missing value is refused."""

    kind: ClassVar[ColumnType] = "number"
    fill: float | None = None
    missing: int = 0

    @classmethod
    def fit(cls, frame: "pd.DataFrame", feature: Feature) -> Self:
        if feature.group == "rfm":
            column_values(frame, feature.name)
            return cls()
        values = loose_values(frame, feature.name)
        known = values[np.isfinite(values)]
        fill = float(np.median(known)) if known.size else 0.0
        return cls(fill, len(values) - len(known))

    def read(self, frame: "pd.DataFrame", name: str) -> Array:
        if self.fill is None:
            return column_values(frame, name)[:, None]
        values = loose_values(frame, name)
        return np.where(np.isfinite(values), values, self.fill)[:, None]

    def words(self) -> str:
        if self.fill is None or not self.missing:
            return ""
        return f"{self.missing} missing filled with {self.fill:.4g}"


@dataclass(frozen=True)
class Flag(Number):
    kind: ClassVar[ColumnType] = "flag"

    @classmethod
    def fit(cls, frame: "pd.DataFrame", feature: Feature) -> Self:
        values = loose_values(frame, feature.name)
        known = values[np.isfinite(values)]
        fill = float(known.size > 0 and known.mean() > 0.5)
        return cls(fill, len(values) - len(known))


@dataclass(frozen=True)
class Share(_OneCoordinate):
    kind: ClassVar[ColumnType] = "share"
    evidence: str
    mean: float
    strength: float
    missing: int = 0

    @classmethod
    def fit(cls, frame: "pd.DataFrame", feature: Feature) -> Self:
        values = cls._values(frame, feature.name)
        evidence = loose_values(frame, feature.evidence)
        prior = cls._prior(values, evidence)
        missing = int((~np.isfinite(values)).sum())
        return cls(feature.evidence, prior.mean, prior.strength, missing)

    def read(self, frame: "pd.DataFrame", name: str) -> Array:
        evidence = loose_values(frame, self.evidence)
        drawn = shrink(self._values(frame, name), evidence, Prior(self.mean, self.strength))
        return np.asarray(drawn, dtype=np.float64)[:, None]

    def words(self) -> str:
        filled = f"{self.missing} missing filled with the mean; " if self.missing else ""
        return (
            f"{filled}drawn towards the mean {self.mean:.4g} as if {self.strength:.4g} more of "
            f"'{self.evidence}' had given just that"
        )

    @staticmethod
    def _values(frame: "pd.DataFrame", name: str) -> Array:
        return np.clip(loose_values(frame, name), 0.0, 1.0)

    @staticmethod
    def _prior(values: Array, evidence: Array) -> Prior:
        return fit_prior(values, evidence)


@dataclass(frozen=True)
class Mean(Share):
    kind: ClassVar[ColumnType] = "mean"

    @staticmethod
    def _values(frame: "pd.DataFrame", name: str) -> Array:
        return loose_values(frame, name)

    @staticmethod
    def _prior(values: Array, evidence: Array) -> Prior:
        return fit_spread(values, evidence)


@dataclass(frozen=True)
class Ratio(Mean):
    kind: ClassVar[ColumnType] = "ratio"

    def words(self) -> str:
        return f"log of one more than the value; {super().words()}"

    @staticmethod
    def _values(frame: "pd.DataFrame", name: str) -> Array:
        return np.log1p(np.maximum(loose_values(frame, name), 0.0))


def fit_spread(values: Array, evidence: Array) -> Prior:
    """The strength is the variance within a customer over that between customers.

    The squared distance from the mean is that between plus that within / evidence; the two are
    found by least squares over the customers, each with the weight of the evidence.
    """
    known = np.isfinite(values) & np.isfinite(evidence) & (evidence > 0)
    values, evidence = values[known], evidence[known]
    if values.size == 0:
        return Prior(0.0, 1.0)
    total = float(evidence.sum())
    mean = float((values * evidence).sum() / total)
    if np.ptp(values) == 0 or np.ptp(evidence) == 0:
        return Prior(mean, 1.0 if np.ptp(values) else total)  # cannot be told; nothing differs
    share = 1 / evidence
    middle = float((evidence * share).sum()) / total
    squares = (values - mean) ** 2
    level = float((evidence * squares).sum()) / total
    bent = float((evidence * (share - middle) * (squares - level)).sum())
    within = max(bent / float((evidence * (share - middle) ** 2).sum()), 0.0)
    between = level - within * middle
    return Prior(mean, min(within / between, total) if between > 0 else total)


@dataclass(frozen=True)
class Word:
    """All coordinates of a word together vary as much as one standard column (`weight`)."""

    kind: ClassVar[ColumnType] = "word"
    categories: tuple[str, ...]
    rest: int  # customers with a word that has no coordinate of its own
    has_rest: bool
    fill: str
    missing: int
    weight: float

    @classmethod
    def fit(cls, frame: "pd.DataFrame", feature: Feature) -> Self:
        words = word_values(frame, feature.name)
        found, counts = np.unique([word for word in words if word], return_counts=True)
        order = np.lexsort((found, -counts)) if found.size else np.arange(0)
        kept = [str(found[place]) for place in order[:MOST_WORDS]]
        rest = int(counts[order[MOST_WORDS:]].sum())
        fill = kept[0] if kept else ""
        missing = sum(not word for word in words)
        shares = np.append(counts[order[:MOST_WORDS]], rest) / max(1, counts.sum())
        variance = float((shares * (1 - shares)).sum())
        weight = 1 / float(np.sqrt(max(variance, LEAST_VARIANCE)))
        return cls(tuple(sorted(kept)), rest, rest > 0, fill, missing, weight)

    def read(self, frame: "pd.DataFrame", name: str) -> Array:
        words = np.array([word or self.fill for word in word_values(frame, name)], dtype=object)
        columns = [words == category for category in self.categories]
        if self.has_rest:
            columns.append(~np.isin(words, np.array(self.categories, dtype=object)))
        if not columns:
            return np.zeros((len(words), 0))
        return np.column_stack(columns) * self.weight

    @property
    def parts(self) -> tuple[str, ...]:
        return self.categories + ((REST,) if self.has_rest else ())

    def words(self) -> str:
        filled = f"{self.missing} missing filled with {self.fill}; " if self.missing else ""
        rest = f", and {self.rest} with another word as one" if self.has_rest else ""
        return f"{filled}a coordinate for each of {len(self.categories)} words{rest}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"categories": list(self.categories)}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        values = {name: value for name, value in found.items() if name != "kind"}
        return cls(**values | {"categories": tuple(found["categories"])})


SOURCES: dict[str, type[Source]] = {
    source.kind: source for source in (Number, Flag, Share, Ratio, Mean, Word)
}


def column_type(frame: "pd.DataFrame", feature: Feature) -> ColumnType:
    import pandas as pd

    require_column(frame, feature.name)
    column = frame[feature.name]
    if feature.unit == "word" or not pd.api.types.is_numeric_dtype(column):
        return "word"
    values = np.unique(loose_values(frame, feature.name))
    values = values[np.isfinite(values)]
    if feature.evidence and feature.evidence in frame.columns:
        below_zero = values.size > 0 and values[0] < 0
        return "share" if feature.unit == "share" else "mean" if below_zero else "ratio"
    return "flag" if values.size and np.isin(values, (0.0, 1.0)).all() else "number"


def column_values(frame: "pd.DataFrame", name: str) -> Array:
    """The numbers of a column in which none may be missing."""
    values = loose_values(frame, name)
    missing = int((~np.isfinite(values)).sum())
    if missing:
        raise BadInput(
            f"The column '{name}' of the feature table has no number for {missing} customers.",
            "Only customers with at least one sale can be segmented; leave the others out.",
        )
    return values


def loose_values(frame: "pd.DataFrame", name: str) -> Array:
    """The numbers of a column, NaN where one is missing."""
    require_column(frame, name)
    return np.ascontiguousarray(frame[name].to_numpy(dtype=np.float64, na_value=np.nan))


def word_values(frame: "pd.DataFrame", name: str) -> list[str]:
    """The words of a column, empty where one is missing."""
    require_column(frame, name)
    column = frame[name]
    return [str(word) if known else "" for word, known in zip(column, column.notna(), strict=True)]


def require_column(frame: "pd.DataFrame", name: str) -> None:
    if name not in frame.columns:
        present = ", ".join(map(str, frame.columns)) or "no column"
        raise BadInput(
            f"The feature table has no column '{name}': it has {present}.",
            "Build it again with the features of this version.",
        )
