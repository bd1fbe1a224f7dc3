"""What usually happens in a shop from one moment to another, and whether this time is beyond it.

Customers age: who does not buy drifts towards the lost ones, and a growing shop gathers more of
them each month. That is no news. So a stretch is compared with the earlier ones of its length:

    expected   members before, each moving as members of that segment usually did, and the usual
               newcomers
    spread     binomial, times as much as the earlier stretches spread more than that (never less)
    p value    Student's t on the difference, with one degree of freedom less than stretches

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

        everybody = before.index.union(after.index)
        size = len(segments)
        rows, columns = (
            pd.Categorical(side.reindex(everybody), categories=list(segments)).codes
            for side in (before, after)
        )
        counts = np.zeros((size + 1, size + 1), dtype=np.int64)
        np.add.at(counts, (rows, columns), 1)  # -1, not there, is the last
        return cls(counts)

    @property
    def opening(self) -> Counts:
        return np.asarray(self.counts[:-1].sum(axis=1))

    @property
    def closing(self) -> Counts:
        return np.asarray(self.counts[:, :-1].sum(axis=0))


@dataclass(frozen=True, eq=False)
class Usual:
    """Earlier stretches of one length under one run; and the same one of a year ago."""

    earlier: tuple[Moves, ...]
    year_ago: Moves | None = None

    @property
    def known(self) -> bool:
        return len(self.earlier) >= ENOUGH

    def judge(self, now: Moves) -> tuple[Numbers, Numbers, Numbers]:
        """Of each segment: the members expected after, how far from all that is expected it is
        (in members, never beyond the nearer of the two expectations), and the p value."""
        expected, variance = self._expect(now)
        spread = variance * self._excess()
        beyond = now.closing - expected
        p_value = self._chance(beyond, spread)
        if self.year_ago is None:
            return expected, beyond, p_value
        then, spread_then = self._expect(self.year_ago)
        growth = now.opening.sum() / max(int(self.year_ago.opening.sum()), 1)
        again = growth * (self.year_ago.closing - then)
        beyond_again = beyond - again
        p_again = self._chance(beyond_again, spread + growth**2 * spread_then * self._excess())
        beyond = np.where(np.abs(beyond_again) < np.abs(beyond), beyond_again, beyond)
        return expected, beyond, np.maximum(p_value, p_again)

    def _expect(self, stretch: Moves) -> tuple[Numbers, Numbers]:
        """The members of each segment after, and the binomial variance of that."""
        pooled = sum((moves.counts for moves in self.earlier), np.zeros_like(stretch.counts))
        totals = pooled.sum(axis=1, keepdims=True)
        rates = (pooled / np.maximum(totals, 1))[:, :-1]
        arriving = totals[-1, 0] / len(self.earlier)
        sources = np.append(stretch.opening, arriving)[:, None]
        variance = sources[:-1] * rates[:-1] * (1 - rates[:-1])
        # Newcomers come at random, so that theirs is Poisson's.
        return (sources * rates).sum(axis=0), variance.sum(axis=0) + arriving * rates[-1]

    def _excess(self) -> Numbers:
        """How much more the earlier stretches spread than binomially, with room for a new one."""
        squares = np.zeros(self.earlier[0].counts.shape[1] - 1)
        for moves in self.earlier:
            expected, variance = self._expect(moves)
            squares += (moves.closing - expected) ** 2 / np.maximum(variance, 1.0)
        stretches = len(self.earlier)
        return np.maximum(squares / (stretches - 1), 1.0) * (1 + 1 / stretches)

    def _chance(self, beyond: Numbers, variance: Numbers) -> Numbers:
        from scipy.stats import t

        # Half a customer nearer: members are whole.
        distance = np.maximum(np.abs(beyond) - 0.5, 0.0) / np.sqrt(np.maximum(variance, 1.0))
        return np.asarray(2 * t.sf(distance, len(self.earlier) - 1), dtype=np.float64)
