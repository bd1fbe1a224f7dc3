"""Why a customer changed segment.

The run's model is frozen, so it can be asked "what if": a mover's later features are put back to
what they were, one at a time, then in pairs, then in threes, until the model puts the customer
back where he was. The smallest set that does is the reason; of several of one size it is the one
that is the shortest way in the model's own space. Beyond threes, and where a model compares so many
features that there are too many pairs or threes to try, everything is put back and what is not
needed is taken away again.

What holds a customer where he is stands in engine.clustering.reasons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.method import Labels, SegmentModel

MOST_TOGETHER = 3  # features tried together in every combination
MOST_AT_ONCE = 50_000  # rows that the model is asked about in one go
MOST_TRIED = 60  # combinations of one size: the model is asked once for each, while a person waits
Value = int | float | str | None
Marks = npt.NDArray[np.bool_]  # a row for each customer, a column for each feature


@dataclass(frozen=True)
class Crossing:
    """A feature of a mover that changed; the features that would restore do it together."""

    feature: str
    before: Value
    after: Value
    would_restore: bool


def find_crossings(
    model: "SegmentModel", before: "pd.DataFrame", after: "pd.DataFrame", customer: str
) -> tuple[Crossing, ...]:
    """What changed of one customer who is in both tables: what would restore him first."""
    one, two = before.loc[[customer]], after.loc[[customer]]
    return crossings(model, one, two, find_reasons(model, one, two).get(customer, ()))


def crossings(
    model: "SegmentModel", one: "pd.DataFrame", two: "pd.DataFrame", restoring: Sequence[str]
) -> tuple[Crossing, ...]:
    """Of one customer's row before and after, when what would restore him is known."""
    names = [*restoring, *(name for name in _named(model, two) if name not in restoring)]
    values = ((name, _plain(one[name].iloc[0]), _plain(two[name].iloc[0])) for name in names)
    return tuple(
        Crossing(name, old, new, name in restoring) for name, old, new in values if old != new
    )


def find_reasons(
    model: "SegmentModel", before: "pd.DataFrame", after: "pd.DataFrame"
) -> dict[str, tuple[str, ...]]:
    """For each customer of both tables who changed segment, the features that moved him."""
    known = after.index.intersection(before.index)
    before, after = before.loc[known], after.loc[known]
    if not len(known):
        return {}
    wanted = model.assign(before)[0]
    movers = np.flatnonzero(wanted != model.assign(after)[0])
    return _Search(model, before.iloc[movers], after.iloc[movers], wanted[movers]).run()


@dataclass(frozen=True, eq=False)
class _Search:
    """Movers before and after, and the label each had."""

    model: "SegmentModel"
    before: "pd.DataFrame"
    after: "pd.DataFrame"
    wanted: "Labels"

    def run(self) -> dict[str, tuple[str, ...]]:
        columns = _named(self.model, self.after)
        chosen: Marks = np.zeros((len(self.before), len(columns)), dtype=np.bool_)
        open_ = np.arange(len(self.before))
        for size in range(1, MOST_TOGETHER + 1):
            sets = list(combinations(range(len(columns)), size))
            if not len(open_) or len(sets) > MOST_TRIED:
                break
            found = self._try_sets(columns, sets, open_)
            chosen[open_] = found
            open_ = open_[~found.any(axis=1)]
        if len(open_):
            chosen[open_] = self._take_away(columns, open_)
        names = np.array(columns, dtype=object)
        return {
            str(customer): tuple(names[marks])
            for customer, marks in zip(self.before.index, chosen, strict=True)
        }

    def _try_sets(
        self, columns: Sequence[str], sets: Sequence[tuple[int, ...]], rows: "Labels"
    ) -> Marks:
        """For each of these movers the set of the shortest way that restores; none where none."""
        patterns: Marks = np.zeros((len(sets), len(columns)), dtype=np.bool_)
        for place, chosen in enumerate(sets):
            patterns[place, chosen] = True
        found: Marks = np.zeros((len(rows), len(columns)), dtype=np.bool_)
        step = max(MOST_AT_ONCE // len(sets), 1)
        for start in range(0, len(rows), step):  # all sets of some movers in one go
            some = rows[start : start + step]
            marks = np.repeat(patterns, len(some), axis=0)
            restored, way = self._restored(columns, marks, np.tile(some, len(sets)))
            ways = np.where(restored, way, np.inf).reshape(len(sets), len(some))
            moved_back = np.isfinite(ways.min(axis=0))
            shortest = patterns[ways.argmin(axis=0)]
            found[start : start + step][moved_back] = shortest[moved_back]
        return found

    def _take_away(self, columns: Sequence[str], rows: "Labels") -> Marks:
        """All is put back, then each feature that is not needed is taken away."""
        marks: Marks = np.ones((len(rows), len(columns)), dtype=np.bool_)
        for column in range(len(columns)):
            fewer = marks.copy()
            fewer[:, column] = False
            restored, _ = self._restored(columns, fewer, rows)
            marks[restored, column] = False
        return marks

    @cached_property
    def _places(self) -> npt.NDArray[np.float64]:
        """Where each mover is after, in the model's own space."""
        return self.model.preparation.apply(self.after)

    def _restored(
        self, columns: Sequence[str], marks: Marks, rows: "Labels"
    ) -> tuple[Marks, npt.NDArray[np.float64]]:
        """Whether the marked features, put back, restore each mover; and how long the way is."""
        before, after = self.before.iloc[rows], self.after.iloc[rows]
        mixed = after.copy()
        for place in np.flatnonzero(marks.any(axis=0)):
            name = columns[int(place)]
            mixed[name] = before[name].where(marks[:, place], after[name])
        moved = self.model.preparation.apply(mixed) - self._places[rows]
        way = np.sqrt((moved**2).sum(axis=1))
        return self.model.assign(mixed)[0] == self.wanted[rows], way


def _named(model: "SegmentModel", rows: "pd.DataFrame") -> list[str]:
    """The columns that the model compares, and those that say how much a share rests on."""
    columns = model.preparation.columns
    evidence = (getattr(column.source, "evidence", "") for column in columns)
    names = dict.fromkeys([*(column.name for column in columns), *evidence])
    return [name for name in names if name in rows]


def _plain(value: object) -> Value:
    """As Python's own number or word; None where nothing is known."""
    found = value.item() if isinstance(value, np.generic) else value
    if found is None or found != found:  # NaN alone is not itself
        return None
    return found if isinstance(found, int | float | str) else str(found)
