"""Which segment of a new run is which segment of the run before.

Segments are matched on the customers that both runs know, so that newcomers and the gone decide
nothing: the one-to-one assignment with the largest sum of Jaccard indices, each less the distance
between the two profiles. A profile is where the members' medians stand among all customers, 0 to 1
for each feature; the distance is the mean over the features. The published rules:

    kept      matched, with a Jaccard index of at least KEPT, or of at least NEARLY and with a
              profile no further away than NEAR: id and name live on
    split     a new segment with most of its members from one segment before; and a segment
              that ended while such parts carry its members on
    merged    a segment that ended with most of its members in one segment now; and a new segment
              that took in most of the members of two or more
    new       a segment now that is none of these
    retired   a segment before that is none of these

The match is good when at least GOOD of those customers are still under the id they had.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from engine.errors import Defect

if TYPE_CHECKING:
    import pandas as pd

KEPT = 0.5
NEARLY, NEAR = 0.4, 0.1
MOST = 0.5
# Measured on a real shop: a quarter of a year moves one customer in three to another segment.
# When half have moved, it is not life but another cut.
GOOD = 0.5

Kind = Literal["kept", "split", "merged", "new", "retired"]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SegmentIdentity:
    """The id is opaque; a new segment has no name until it is given one."""

    id: str
    name: str


@dataclass(frozen=True)
class Change:
    """What became of one segment; `related` are the ids it came from or went into."""

    kind: Kind
    id: str
    name: str
    jaccard: float
    size_before: int
    size_after: int
    related: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """`mapping` goes from the labels of the new run to identities."""

    mapping: Mapping[int, SegmentIdentity]
    changelog: tuple[Change, ...]
    agreement: float
    good: bool

    @property
    def sentence(self) -> str:
        """What came of it, for people; no figure beyond the two that the rule compares."""
        stayed = f"{self.agreement:.0%} of the customers keep their segment"
        if self.good:
            return f"{stayed}; ids and names live on where the rules say so."
        return (
            f"Only {stayed}, and {GOOD:.0%} are needed: this is another cut, not the same segments "
            "a while later. The published segments stay in force and this run stays a draft."
        )


def match_segments(
    before: "pd.Series[str]",
    after: "pd.Series[int]",
    before_segments: list[SegmentIdentity],
    new_ids: Callable[[], str],
    features: "pd.DataFrame | None" = None,
) -> Match:
    """`before` gives each customer's segment id, `after` the label of the new run, `features` the
    numbers whose medians make the profiles; without them customers alone decide."""
    known = {segment.id: segment for segment in before_segments}
    strangers = sorted(set(before.unique()) - known.keys())
    if strangers:
        raise Defect(f"Customers are in segments that no identity was given for: {strangers}")
    labels = sorted(int(label) for label in after.unique())
    distances = _distances(before, after, list(known), labels, features)
    table = _Overlap.count(before, after, list(known), labels, distances)
    kept = table.kept()
    mapping = {
        label: known[kept[label]] if label in kept else SegmentIdentity(new_ids(), "")
        for label in labels
    }
    changelog = [table.row_after(label, mapping, kept) for label in labels]
    changelog += [
        table.row_ended(segment, mapping, kept)
        for segment in before_segments
        if segment.id not in kept.values()
    ]
    agreement = table.agreement(kept)
    return Match(mapping, tuple(changelog), agreement, not known or agreement >= GOOD)


@dataclass(frozen=True)
class _Overlap:
    """Customers known to both runs by segment before (rows) and label now (columns)."""

    ids: list[str]
    labels: list[int]
    shared: Counts
    sizes_before: Counts
    sizes_after: Counts
    distances: npt.NDArray[np.float64]

    @classmethod
    def count(
        cls,
        before: "pd.Series[str]",
        after: "pd.Series[int]",
        ids: list[str],
        labels: list[int],
        distances: npt.NDArray[np.float64],
    ) -> "_Overlap":
        import pandas as pd

        old = pd.Categorical(before, categories=ids).codes.astype(np.int64)
        new = pd.Categorical(after, categories=labels).codes.astype(np.int64)
        places = before.index.get_indexer(after.index)
        both = places >= 0
        shared = np.zeros((len(ids), len(labels)), dtype=np.int64)
        np.add.at(shared, (old[places[both]], new[both]), 1)
        sizes = np.bincount(old, minlength=len(ids)), np.bincount(new, minlength=len(labels))
        return cls(ids, labels, shared, *sizes, distances)

    def jaccard(self) -> npt.NDArray[np.float64]:
        either = self.shared.sum(axis=1)[:, None] + self.shared.sum(axis=0) - self.shared
        return np.asarray(self.shared / np.maximum(either, 1))

    def kept(self) -> dict[int, str]:
        """Label now -> id before, for the pairs that are the same segment."""
        from scipy.optimize import linear_sum_assignment

        similar = self.jaccard()
        rows, columns = linear_sum_assignment(
            similar - np.nan_to_num(self.distances), maximize=True
        )
        return {
            self.labels[column]: self.ids[row]
            for row, column in zip(rows, columns, strict=True)
            if similar[row, column] >= KEPT
            or (similar[row, column] >= NEARLY and self.distances[row, column] <= NEAR)
        }

    def agreement(self, kept: Mapping[int, str]) -> float:
        same = sum(
            int(self.shared[self.ids.index(id_), self.labels.index(label)])
            for label, id_ in kept.items()
        )
        return same / max(int(self.shared.sum()), 1)

    def row_after(
        self, label: int, mapping: Mapping[int, SegmentIdentity], kept: Mapping[int, str]
    ) -> Change:
        column = self.labels.index(label)
        row = self.ids.index(kept[label]) if label in kept else None
        origins = self._origins(column)
        given = self._given_to(column)
        kind: Kind = "new"
        related: tuple[str, ...] = ()
        if row is not None:
            kind = "kept"
        elif len(given) > 1:
            kind, related = "merged", given
        elif origins:
            kind, related = "split", origins
        jaccard = self._best(column=column) if row is None else self.jaccard()[row, column]
        return Change(
            kind, mapping[label].id, mapping[label].name, float(jaccard),
            0 if row is None else int(self.sizes_before[row]), int(self.sizes_after[column]),
            related,
        )  # fmt: skip

    def row_ended(
        self,
        segment: SegmentIdentity,
        mapping: Mapping[int, SegmentIdentity],
        kept: Mapping[int, str],
    ) -> Change:
        row = self.ids.index(segment.id)
        parts = [
            label
            for column, label in enumerate(self.labels)
            if label not in kept and self._origins(column) == (segment.id,)
        ]
        takers = [
            label
            for column, label in enumerate(self.labels)
            if segment.id in self._given_to(column)
        ]
        kind: Kind = "retired"
        into: list[int] = []
        if len(parts) > 1:
            kind, into = "split", parts
        elif takers:
            kind, into = "merged", takers
        jaccard = float(self.jaccard()[row].max(initial=0.0))
        related = tuple(mapping[label].id for label in into)
        size = int(self.sizes_before[row])
        return Change(kind, segment.id, segment.name, jaccard, size, 0, related)

    def _origins(self, column: int) -> tuple[str, ...]:
        """The one segment before that most of the label's members come from."""
        members = self.shared[:, column]
        return tuple(self.ids[row] for row in np.flatnonzero(members > MOST * members.sum()))

    def _given_to(self, column: int) -> tuple[str, ...]:
        """The segments before that gave most of their members to the label."""
        gave = self.shared[:, column] > MOST * self.shared.sum(axis=1)
        return tuple(self.ids[row] for row in np.flatnonzero(gave))

    def _best(self, column: int) -> float:
        return float(self.jaccard()[:, column].max(initial=0.0))


def _distances(
    before: "pd.Series[str]",
    after: "pd.Series[int]",
    ids: list[str],
    labels: list[int],
    features: "pd.DataFrame | None",
) -> npt.NDArray[np.float64]:
    """Between the profiles of each id before and each label now; without features not a number."""
    if features is None:
        return np.full((len(ids), len(labels)), np.nan)
    places = features.rank(pct=True)
    old = places.reindex(before.index).groupby(before).median().reindex(ids)
    new = places.reindex(after.index).groupby(after).median().reindex(labels)
    apart = np.abs(old.to_numpy()[:, None, :] - new.to_numpy()[None, :, :])
    known = np.isfinite(apart)
    total = np.where(known, apart, 0.0).sum(axis=2)
    # A segment that nobody is in has no profile: as far away as can be.
    return np.where(known.any(axis=2), total / np.maximum(known.sum(axis=2), 1), 1.0)
