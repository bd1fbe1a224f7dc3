"""Which columns are not worth comparing customers by: found from the table alone.

    constant   (nearly) everybody has the same, or differs no more than chance makes it
    naming     nearly everybody has a word of their own, so it names people and groups nobody
    copied     it says the same as another column, which stays
    noise      it goes together with no other column more than shuffled columns do, and its own
               values gather around no more than one peak

Recency, frequency and revenue always stay. A column that is independent of all others but has two
humps carries groups by itself and stays; a word or a flag has no humps, so only what goes together
with it can speak for it. Where nothing would be left, what looked like noise stays.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from engine.features.feature import Feature, FeatureTable
from engine.preparation.dependence import Codes, beyond_chance, to_codes
from engine.preparation.peaks import has_several_peaks
from engine.preparation.source import SOURCES, column_type, loose_values, word_values
from engine.preparation.spaces import as_table, compared_features
from engine.preparation.step import Array

if TYPE_CHECKING:
    import pandas as pd

SAMPLE = 5000
SAME_SHARE = 0.995
NAMING_SHARE = 0.5
NEAR_COPY = 0.98
CHANCE_DEVIATIONS = 3.0


@dataclass(frozen=True)
class LeftOut:
    """A column that is not compared, and why, in words."""

    name: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(found["name"], found["reason"])


@dataclass(frozen=True, eq=False)
class Column:
    """A column as the selection sees it; a word has no values, only codes."""

    feature: Feature
    values: Array | None
    codes: Codes
    missing: int
    by_chance: bool = False  # a share that is spread as if all customers had the same

    @property
    def name(self) -> str:
        return self.feature.name

    @property
    def stays(self) -> bool:
        return self.feature.group == "rfm"


def select_features(features: "pd.DataFrame | FeatureTable", seed: int) -> tuple[LeftOut, ...]:
    """What to leave out of what the spaces of a table compare."""
    table = as_table(features)
    frame = _sample(table.frame, seed)
    columns = [_column(frame, feature) for feature in compared_features(table)]
    alike = [LeftOut(c.name, reason) for c in columns if (reason := _constant(c, len(frame)))]
    columns = _without(columns, alike)
    copied = _copies(columns)
    columns = _without(columns, copied)
    noise = _noise(columns, seed)
    if len(noise) == len(columns):
        noise = []
    return (*alike, *copied, *noise)


def _sample(frame: "pd.DataFrame", seed: int) -> "pd.DataFrame":
    """In the order of the ids, so that the order of the rows changes nothing."""
    frame = frame if frame.index.is_monotonic_increasing else frame.sort_index()
    if len(frame) <= SAMPLE:
        return frame
    kept = np.random.default_rng(seed).choice(len(frame), SAMPLE, replace=False)
    return frame.iloc[np.sort(kept)]


def _column(frame: "pd.DataFrame", feature: Feature) -> Column:
    kind = column_type(frame, feature)
    if kind == "word":
        words = np.array(word_values(frame, feature.name))
        codes = np.unique(words, return_inverse=True)[1].astype(np.int64)
        codes = np.where(words == "", -1, codes)
        return Column(feature, None, codes, int((codes < 0).sum()))
    raw = loose_values(frame, feature.name)
    source = SOURCES[kind].fit(frame, feature)
    values = np.where(np.isfinite(raw), source.read(frame, feature.name)[:, 0], np.nan)
    missing = int((~np.isfinite(raw)).sum())
    by_chance = kind == "share" and _is_chance(raw, loose_values(frame, feature.evidence))
    return Column(feature, values, to_codes(values), missing, by_chance)


def _is_chance(shares: Array, evidence: Array) -> bool:
    """Pearson's test: are the counts more spread than draws with one and the same share?"""
    known = np.isfinite(shares) & (evidence > 0)
    shares, draws = shares[known], evidence[known]
    mean = float((shares * draws).sum() / max(float(draws.sum()), 1.0))
    variance = mean * (1 - mean)
    if variance <= 0:
        return True
    excess = float((draws * (shares - mean) ** 2).sum()) / variance - (draws.size - 1)
    expected = float((2 + (1 - 6 * variance) / (draws * variance)).sum())
    return bool(excess <= CHANCE_DEVIATIONS * np.sqrt(max(expected, 0.0)))


def _without(columns: list[Column], left_out: list[LeftOut]) -> list[Column]:
    names = {column.name for column in left_out}
    return [column for column in columns if column.name not in names]


def _constant(column: Column, customers: int) -> str:
    known = column.codes[column.codes >= 0] if column.values is None else _known(column.values)
    if column.stays:
        return ""
    if known.size == 0:
        return "nobody has a value"
    counts = np.unique(known, return_counts=True)[1]
    if column.by_chance:
        return "customers differ in it no more than chance makes them"
    if counts.max() >= SAME_SHARE * known.size:
        return "(nearly) all customers have the same"
    if column.values is None and counts.size > max(NAMING_SHARE * known.size, 2):
        return "nearly every customer has another word"
    return ""


def _known(values: Array) -> npt.NDArray[Any]:
    return values[np.isfinite(values)]


# ---- copies -----------------------------------------------------------------------------------


def _copies(columns: list[Column]) -> list[LeftOut]:
    """Of two that say the same, the one with fewer gaps stays, then the one that comes first."""
    numbers = [column for column in columns if column.values is not None]
    ranks = _rank_correlation([column.values for column in numbers if column.values is not None])
    order = sorted(range(len(numbers)), key=lambda n: (not numbers[n].stays, numbers[n].missing, n))
    kept: list[int] = []
    found = []
    for place in order:
        same = [other for other in kept if abs(ranks[place, other]) > NEAR_COPY]
        if same and not numbers[place].stays:
            found.append(LeftOut(numbers[place].name, _same_as(numbers[same[0]].name)))
        else:
            kept.append(place)
    return found + _same_words([column for column in columns if column.values is None])


def _same_as(name: str) -> str:
    return f"it says the same as '{name}'"


def _rank_correlation(values: list[Array]) -> Array:
    """Of each pair, over the customers who are known in both."""
    from scipy.stats import rankdata

    if not values:
        return np.zeros((0, 0))
    known = np.isfinite(np.array(values))
    ranks = np.zeros(known.shape)
    for row, column, seen in zip(ranks, values, known, strict=True):
        row[seen] = rankdata(column[seen])
        row[seen] -= row[seen].mean()
    both = np.maximum(known.astype(np.float64) @ known.T, 1.0)
    sums, squares = ranks @ known.T, ranks**2 @ known.T
    joint = ranks @ ranks.T - sums * sums.T / both
    spread = np.sqrt(np.maximum(squares - sums**2 / both, 0.0))
    return np.asarray(joint / np.maximum(spread * spread.T, 1e-12))


def _same_words(columns: list[Column]) -> list[LeftOut]:
    """Words that divide the customers in exactly the same way."""
    first: dict[bytes, str] = {}
    found = []
    for column in columns:
        division = _first_places(column.codes)
        if division in first:
            found.append(LeftOut(column.name, _same_as(first[division])))
        first.setdefault(division, column.name)
    return found


def _first_places(codes: Codes) -> bytes:
    """Each code replaced by where it first occurs: the same for the same division."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return first[inverse].tobytes()


# ---- noise ------------------------------------------------------------------------------------


def _noise(columns: list[Column], seed: int) -> list[LeftOut]:
    together = beyond_chance([column.codes for column in columns], seed)
    return [
        LeftOut(column.name, "it goes together with nothing, and forms no groups by itself")
        for column, speaks in zip(columns, together, strict=True)
        if not (speaks or column.stays or _gathers(column, seed))
    ]


def _gathers(column: Column, seed: int) -> bool:
    return column.values is not None and has_several_peaks(_known(column.values), seed)
