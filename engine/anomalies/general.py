"""Who is unlike everybody else, whatever in: for what no rule was written for.

Taken altogether it is the distance of Mahalanobis over the features: how far a customer is from the
middle, where a direction in which customers differ much counts less and features that go together
count once. Among many features it drowns whoever is extreme in one alone, so each is looked at by
itself as well.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.anomalies.rarity import Array, rarity
from engine.features import FeatureTable

if TYPE_CHECKING:
    import pandas as pd

_MOST_DEVIATIONS = 3.0  # of a customer, where the shop's usual is found out
_RIDGE = 0.01  # added to every variance of 1, so that copies do no harm
_NAMED = 2


@dataclass(frozen=True, eq=False)
class Standing:
    """Where every customer stands: one row each, one column for each feature that differs."""

    index: "pd.Index[str]"
    names: tuple[str, ...]
    deviations: Array
    parts: Array  # of the squared distance, by feature

    @property
    def distance(self) -> Array:
        found: Array = np.sqrt(np.maximum(self.parts.sum(axis=1), 0.0))
        return found

    @property
    def by_chance(self) -> float:
        """How rare, as a power of ten, the most extreme of so many features is by chance."""
        return float(np.log10(max(len(self.names), 1)))

    def rarity(self, ruled: Collection[str] = ()) -> Array:
        """Of the distance, or of one feature alone where that is rarer; features that have a rule
        are not looked at alone."""
        together = rarity(np.log(np.maximum(self.distance, 1e-9)))
        columns = [place for place, name in enumerate(self.names) if name not in ruled]
        # Within one deviation nobody is extreme, however alike all others are.
        away = np.log(np.maximum(np.abs(self.deviations[:, columns]), 1.0))
        alone = [rarity(column) - self.by_chance for column in away.T]
        found: Array = np.max([together, *alone], axis=0)
        return found

    def stands_out(self, customer: str) -> tuple[tuple[str, bool], ...]:
        """The features that make most of the distance, and whether each is high."""
        row = self.index.get_loc(customer)
        most = np.argsort(-self.parts[row], kind="stable")[:_NAMED]
        return tuple((self.names[place], bool(self.deviations[row, place] > 0)) for place in most)


def standing(table: FeatureTable) -> Standing:
    columns = _columns(table)
    names = tuple(columns)
    if not names:
        nothing = np.zeros((len(table.frame), 0))
        return Standing(table.frame.index, (), nothing, nothing)
    points = np.column_stack([columns[name] for name in names])
    mild = np.clip(points, -_MOST_DEVIATIONS, _MOST_DEVIATIONS)
    spread = np.atleast_2d(np.cov(mild, rowvar=False)) + _RIDGE * np.eye(len(names))
    away = points - mild.mean(axis=0)
    parts = away * np.linalg.solve(spread, away.T).T
    return Standing(table.frame.index, names, away, parts)


def _columns(table: FeatureTable) -> dict[str, Array]:
    """Every number in deviations from the shop's mean; what does not differ is left out."""
    found: dict[str, Array] = {}
    for feature in table.features:
        if feature.unit == "word":
            continue
        values = _values(table, feature.name, feature.evidence)
        spread = float(values.std())
        if spread > 1e-9:
            found[feature.name] = (values - values.mean()) / spread
    return found


def _values(table: FeatureTable, name: str, evidence: str) -> Array:
    """Shares drawn to the shop's mean as far as they rest on little, all else as logarithms."""
    from engine.features.shrinkage import fit_prior, shrink

    values = table.frame[name].to_numpy("float64", na_value=np.nan)
    if evidence and evidence in table.frame:
        draws = table.frame[evidence].to_numpy("float64", na_value=np.nan)
        drawn = shrink(values, draws, fit_prior(values, draws))
        return np.arcsin(np.sqrt(np.clip(drawn, 0.0, 1.0)))
    known = np.isfinite(values)
    values = np.where(known, values, np.median(values[known]) if known.any() else 0.0)
    usual = float(np.median(np.abs(values)))  # a little below nothing is not far below
    found: Array = np.sign(values) * np.log1p(np.abs(values) / (usual if usual > 0 else 1.0))
    return found
