"""Why a customer changed segment, and what holds one where he is.

The run's model is frozen, so it can be asked "what if": a mover's later features are put back to
what they were, one at a time, then in pairs, then in threes, until the model puts the customer
back where he was. The smallest set that does is the reason; of several of one size it is the one
that is the shortest way in the model's own space. Beyond threes everything is put back and what
is not needed is taken away again.

What holds a customer is asked the other way round: each feature is made that of a typical member
of the nearest other segment, and what the customer's own segment loses by it is its hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.method import Labels, SegmentModel

MOST_TOGETHER = 3  # features tried together in every combination
MOST_TRIED = 2000  # combinations of one size
Value = int | float | str | None
Marks = npt.NDArray[np.bool_]  # a row for each customer, a column for each feature


@dataclass(frozen=True)
class Crossing:
    """A feature of a mover that changed; the features that would restore do it together."""

    feature: str
    before: Value
    after: Value
    would_restore: bool


@dataclass(frozen=True)
class Held:
    """`hold`: by how much the segment's lead over the nearest other one shrinks (0..2) were the
    feature that of a typical member there."""

    feature: str
    value: Value
    typical_there: Value
    hold: float


@dataclass(frozen=True)
class Holding:
    label: int
    nearest: int
    features: tuple[Held, ...]  # the strongest first


def find_crossings(
    model: "SegmentModel", before: "pd.DataFrame", after: "pd.DataFrame", customer: str
) -> tuple[Crossing, ...]:
    """What changed of one customer who is in both tables: what would restore him first."""
    one, two = before.loc[[customer]], after.loc[[customer]]
    restoring = find_reasons(model, one, two).get(customer, ())
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


def held_by(model: "SegmentModel", rows: "pd.DataFrame", customer: str) -> Holding:
    """What keeps the customer in his segment, among all customers of the moment."""
    labels, probabilities = model.assign(rows)
    place = list(rows.index).index(customer)
    own = int(labels[place])
    nearest = _nearest(labels, probabilities[place], own)
    mine, there = rows.iloc[[place]], rows[labels == nearest]
    lead = probabilities[place, own] - probabilities[place, nearest]
    found = []
    for name in _named(model, rows):
        typical = _typical(there[name])
        swapped = mine.assign(**{name: typical})
        chances = model.assign(swapped)[1][0]
        hold = float(lead - (chances[own] - chances[nearest]))
        if hold > 0:
            found.append(Held(name, _plain(mine[name].iloc[0]), _plain(typical), hold))
    return Holding(own, nearest, tuple(sorted(found, key=lambda held: -held.hold)))


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
        best = np.full(len(rows), np.inf)
        found: Marks = np.zeros((len(rows), len(columns)), dtype=np.bool_)
        for chosen in sets:
            marks: Marks = np.zeros((len(rows), len(columns)), dtype=np.bool_)
            marks[:, chosen] = True
            restored, way = self._restored(columns, marks, rows)
            better = restored & (way < best)
            found[better] = marks[better]
            best[better] = way[better]
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

    def _restored(
        self, columns: Sequence[str], marks: Marks, rows: "Labels"
    ) -> tuple[Marks, npt.NDArray[np.float64]]:
        """Whether the marked features, put back, restore each mover; and how long the way is."""
        before, after = self.before.iloc[rows], self.after.iloc[rows]
        mixed = after.copy()
        for place, name in enumerate(columns):
            mixed[name] = before[name].where(marks[:, place], after[name])
        points = self.model.preparation.apply(mixed) - self.model.preparation.apply(after)
        way = np.sqrt((points**2).sum(axis=1))
        return self.model.assign(mixed)[0] == self.wanted[rows], way


def _named(model: "SegmentModel", rows: "pd.DataFrame") -> list[str]:
    """The columns that the model compares, and those that say how much a share rests on."""
    columns = model.preparation.columns
    evidence = (getattr(column.source, "evidence", "") for column in columns)
    names = dict.fromkeys([*(column.name for column in columns), *evidence])
    return [name for name in names if name in rows]


def _nearest(labels: "Labels", chances: npt.NDArray[np.float64], own: int) -> int:
    """The likeliest other segment that has members; where there is none, the own one."""
    others = [label for label in np.unique(labels) if label != own]
    return int(max(others, key=lambda label: chances[label], default=own))


def _typical(values: "pd.Series[float]") -> Value:
    """The median; of words the commonest."""
    from pandas.api.types import is_numeric_dtype

    if not len(values):
        return None
    return float(values.median()) if is_numeric_dtype(values) else _plain(values.mode().iloc[0])


def _plain(value: object) -> Value:
    """As Python's own number or word; None where nothing is known."""
    found = value.item() if isinstance(value, np.generic) else value
    if found is None or found != found:  # NaN alone is not itself
        return None
    return found if isinstance(found, int | float | str) else str(found)
