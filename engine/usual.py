"""What usually happens in a shop from one moment to another, and whether this time is beyond it.

Customers age: who does not buy drifts towards the lost ones, and a growing shop gathers more of
them each month. That is no news. So a stretch is compared with the earlier ones of its length:

    expected   members before, each moving as members of that segment did lately, and as many
               newcomers; a stretch counts half as much as one that is HALF later
    spread     binomial, times the mean square by which the earlier stretches missed what those
               before them let expect (never less)
    p value    Student's t on the difference, with one degree of freedom for each such miss

Where the same stretch a year ago is known, what it did beyond expectation is expected again, and
the greater of the two p values counts: a season that comes back is no news either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

ENOUGH = 6  # earlier stretches; with fewer nothing is usual yet
FIRST = 3  # so many have to come before one whose miss counts
HALF = 3  # stretches
Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moves:
    """`counts[i, j]`: customers of segment i before who are in j after. The last row holds those
    who were not there before, the last column those who are not there after."""

    counts: Counts

    @classmethod
    def count(
        cls, before: "pd.Series[str]", after: "pd.Series[str]", segments: Sequence[str]
    ) -> "Moves":
        import pandas as pd

        size = len(segments)
        old, new = (
            pd.Categorical(side, categories=list(segments)).codes for side in (before, after)
        )
        place = after.index.get_indexer(before.index)
        counts = np.zeros((size + 1, size + 1), dtype=np.int64)
        # -1, not there, is the last.
        np.add.at(counts, (old, np.append(new, -1)[place]), 1)
        np.add.at(counts[-1], np.delete(new, place[place >= 0]), 1)
        return cls(counts)

    @property
    def opening(self) -> Counts:
        return np.asarray(self.counts[:-1].sum(axis=1))

    @property
    def closing(self) -> Counts:
        return np.asarray(self.counts[:, :-1].sum(axis=0))


@dataclass(frozen=True, eq=False)
class Usual:
    """Earlier stretches of one length under one run, the latest first; and the same one of a year
    ago."""

    earlier: tuple[Moves, ...]
    year_ago: Moves | None = None

    @property
    def known(self) -> bool:
        return len(self.earlier) >= ENOUGH

    def judge(self, now: Moves) -> tuple[Numbers, Numbers, Numbers]:
        """Of each segment: the members expected after, how far from all that is expected it is
        (in members, never beyond the nearer of the two expectations), and the p value."""
        expected, variance = _expect(now, self.earlier)
        excess = self._excess()
        beyond = now.closing - expected
        p_value = self._chance(beyond, variance * excess)
        if self.year_ago is None:
            return expected, beyond, p_value
        then, variance_then = _expect(self.year_ago, self.earlier)
        growth = now.opening.sum() / max(int(self.year_ago.opening.sum()), 1)
        beyond_again = beyond - growth * (self.year_ago.closing - then)
        p_again = self._chance(beyond_again, (variance + growth**2 * variance_then) * excess)
        beyond = np.where(np.abs(beyond_again) < np.abs(beyond), beyond_again, beyond)
        return expected, beyond, np.maximum(p_value, p_again)

    def _excess(self) -> Numbers:
        """By how much the earlier stretches spread more than binomially."""
        squares = []
        for place in range(len(self.earlier) - FIRST):
            moves = self.earlier[place]
            expected, variance = _expect(moves, self.earlier[place + 1 :])
            squares.append((moves.closing - expected) ** 2 / np.maximum(variance, 1.0))
        mean: Numbers = np.mean(np.array(squares), axis=0)
        return np.maximum(mean, 1.0)

    def _chance(self, beyond: Numbers, variance: Numbers) -> Numbers:
        from scipy.stats import t

        # Half a customer nearer: members are whole.
        distance = np.maximum(np.abs(beyond) - 0.5, 0.0) / np.sqrt(np.maximum(variance, 1.0))
        return np.asarray(2 * t.sf(distance, len(self.earlier) - FIRST), dtype=np.float64)


def _expect(stretch: Moves, earlier: Sequence[Moves]) -> tuple[Numbers, Numbers]:
    """The members of each segment after a stretch, and the binomial variance of that."""
    weights = 0.5 ** (np.arange(len(earlier)) / HALF)
    pooled = sum(weight * moves.counts for weight, moves in zip(weights, earlier, strict=True))
    totals = np.asarray(pooled).sum(axis=1, keepdims=True)
    # Of a segment that nobody was in, everybody is expected to stay.
    rates = np.where(totals > 0, pooled / np.where(totals > 0, totals, 1.0), np.eye(len(totals)))
    rates = rates[:, :-1]
    arriving = float(totals[-1, 0] / weights.sum())
    sources = np.append(stretch.opening, arriving)[:, None]
    moving = (sources[:-1] * rates[:-1] * (1 - rates[:-1])).sum(axis=0)
    # Newcomers come at random, so that theirs is Poisson's.
    return (sources * rates).sum(axis=0), moving + arriving * rates[-1]
