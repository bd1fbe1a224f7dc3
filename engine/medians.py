"""Whether the typical member of a segment changed between two snapshots: its medians.

A median moved when three things hold. Its confidence intervals before and after do not meet
(by order statistics, so exact whatever the distribution; corrected for all segments and features
together). It moved by a tenth at least of what lies between the quarters of the shop. And, where
earlier stretches are known, it moved further that way than in any of them: days since the last
purchase grow in every month for those who do not come back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

SURE = 0.05  # of being wrong about any of them
LEAST = 0.1  # of the distance between the quarters of the shop

Array = npt.NDArray[np.float64]
Pair = tuple["pd.DataFrame", "pd.DataFrame"]


@dataclass(frozen=True)
class MedianMove:
    segment_id: str
    feature: str
    before: float
    after: float
    significant: bool


def find_median_moves(
    before: "pd.DataFrame",
    after: "pd.DataFrame",
    segments: Sequence[str],
    features: Sequence[str],
    earlier: Sequence[Pair] = (),
) -> tuple[MedianMove, ...]:
    """Of every segment that has members on both sides, in the order of segments and features."""
    level = SURE / max(len(segments) * len(features), 1)
    moves = []
    for segment in segments:
        left, right = _of(before, segment), _of(after, segment)
        for feature in features:
            old, new = _values(left, feature), _values(right, feature)
            if not len(old) or not len(new):
                continue
            one, two = float(np.median(old)), float(np.median(new))
            significant = (
                _apart(old, new, level)
                and abs(two - one) >= LEAST * _between_quarters(before[feature])
                and _beyond(two - one, [_moved(pair, segment, feature) for pair in earlier])
            )
            moves.append(MedianMove(segment, feature, one, two, significant))
    return tuple(moves)


def _of(members: "pd.DataFrame", segment: str) -> "pd.DataFrame":
    return members[members["segment_id"] == segment]


def _values(members: "pd.DataFrame", feature: str) -> Array:
    return np.sort(members[feature].dropna().to_numpy(dtype=np.float64))


def _apart(old: Array, new: Array, level: float) -> bool:
    low_old, high_old = _interval(old, level)
    low_new, high_new = _interval(new, level)
    return high_old < low_new or high_new < low_old


def _interval(ordered: Array, level: float) -> tuple[float, float]:
    """Holds the median but for a chance of `level`; too few values reach without end."""
    from scipy.stats import binom

    outside = int(binom.ppf(level / 2, len(ordered), 0.5)) - 1
    if outside < 0:
        return -np.inf, np.inf
    return float(ordered[outside]), float(ordered[-1 - outside])


def _between_quarters(values: "pd.Series[float]") -> float:
    return float(values.quantile(0.75) - values.quantile(0.25))


def _moved(pair: Pair, segment: str, feature: str) -> float:
    old, new = (_values(_of(side[["segment_id", feature]], segment), feature) for side in pair)
    return float(np.median(new) - np.median(old)) if len(old) and len(new) else 0.0


def _beyond(moved: float, usual: Sequence[float]) -> bool:
    return all(abs(moved) > abs(other) or moved * other < 0 for other in usual)
