"""Shifts: who changed segment between two snapshots of one run, on accounts that balance.

In customers   opening + entered - left + new - lost = closing
In money       the same, plus what the stayers changed; movers leave at their value before and
               enter at their value after.

A shift is significant when the segment's share of all customers moved by more than chance
(Fisher's exact test on members and others before and after; Holm's correction over the segments)
and by one point of share at least.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import Defect

if TYPE_CHECKING:
    import pandas as pd

CHANCE = 0.05  # the corrected p value has to lie below
POINTS = 100  # one part of so many is the least share that matters


@dataclass(frozen=True)
class Account:
    """What a segment opened with, what came and went, what it closes with."""

    opening: int
    entered: int
    left: int
    new: int
    lost: int
    closing: int
    stayed_change: int = 0  # only money changes hands while it stays

    def __post_init__(self) -> None:
        moved = self.entered - self.left + self.new - self.lost + self.stayed_change
        if self.opening + moved != self.closing:
            raise Defect(f"An account of a shift does not balance: {self}.")


@dataclass(frozen=True)
class SegmentShift:
    segment_id: str
    customers: Account
    money: Account  # minor units
    share_before: float
    share_after: float
    p_alone: float
    p_value: float  # corrected for the number of segments
    significant: bool

    @property
    def net(self) -> int:
        return self.customers.closing - self.customers.opening


@dataclass(frozen=True)
class Flow:
    """Customers who were in one segment and are in another."""

    before: str
    after: str
    customers: int
    value: int  # their revenue after, in minor units


@dataclass(frozen=True)
class Shifts:
    """`matrix[i][j]`: customers of segment i before who are in segment j after."""

    segments: tuple[SegmentShift, ...]
    matrix: tuple[tuple[int, ...], ...]
    flows: tuple[Flow, ...]  # most customers first

    def of(self, segment_id: str) -> SegmentShift:
        return next(shift for shift in self.segments if shift.segment_id == segment_id)


def find_shifts(before: "pd.DataFrame", after: "pd.DataFrame", segments: Sequence[str]) -> Shifts:
    """`before` and `after` hold segment_id and monetary, one row a customer; both of one run."""
    joined = _join(before, after, segments)
    alone = [_p_value(joined, segment) for segment in segments]
    corrected = _holm(alone)
    shifts = tuple(
        _segment_shift(joined, *found) for found in zip(segments, alone, corrected, strict=True)
    )
    matrix = tuple(
        tuple(int(((joined["from"] == one) & (joined["to"] == two)).sum()) for two in segments)
        for one in segments
    )
    flows = sorted(_flows(joined, segments), key=lambda flow: -flow.customers)
    return Shifts(shifts, matrix, tuple(flows))


def _join(before: "pd.DataFrame", after: "pd.DataFrame", segments: Sequence[str]) -> "pd.DataFrame":
    """One row for everybody of either side; where somebody is unknown the segment is ""."""
    import pandas as pd

    for side in (before, after):
        strangers = set(side["segment_id"].unique()) - set(segments)
        if strangers or not side.index.is_unique:
            raise Defect(f"The snapshots of a shift are not of one run: {sorted(strangers)}.")
    everybody = before.index.union(after.index)
    return pd.DataFrame(
        {
            "from": before["segment_id"].astype(object).reindex(everybody, fill_value=""),
            "to": after["segment_id"].astype(object).reindex(everybody, fill_value=""),
            "value_before": before["monetary"].astype("int64").reindex(everybody, fill_value=0),
            "value_after": after["monetary"].astype("int64").reindex(everybody, fill_value=0),
        },
        index=everybody,
    )


def _segment_shift(
    joined: "pd.DataFrame", segment: str, p_alone: float, p_value: float
) -> SegmentShift:
    opening, n_before, closing, n_after = _sizes(joined, segment)
    # In whole numbers: a share that moved by exactly one point counts.
    moved = abs(closing * n_before - opening * n_after) * POINTS
    enough = n_before > 0 and n_after > 0 and moved >= n_before * n_after
    customers, money = _accounts(joined, segment)
    return SegmentShift(
        segment,
        customers,
        money,
        opening / n_before if n_before else 0.0,
        closing / n_after if n_after else 0.0,
        p_alone,
        p_value,
        bool(p_value < CHANCE and enough),
    )


def _accounts(joined: "pd.DataFrame", segment: str) -> tuple[Account, Account]:
    was, is_now = joined["from"] == segment, joined["to"] == segment
    entered = is_now & ~was & (joined["from"] != "")
    left = was & ~is_now & (joined["to"] != "")
    new, lost = is_now & (joined["from"] == ""), was & (joined["to"] == "")
    stayed = was & is_now
    old, now = joined["value_before"], joined["value_after"]
    customers = Account(*(int(part.sum()) for part in (was, entered, left, new, lost, is_now)))
    money = Account(
        opening=int(old[was].sum()),
        entered=int(now[entered].sum()),
        left=int(old[left].sum()),
        new=int(now[new].sum()),
        lost=int(old[lost].sum()),
        closing=int(now[is_now].sum()),
        stayed_change=int((now - old)[stayed].sum()),
    )
    return customers, money


def _flows(joined: "pd.DataFrame", segments: Sequence[str]) -> Iterator[Flow]:
    movers = joined[
        (joined["from"] != joined["to"]) & (joined["from"] != "") & (joined["to"] != "")
    ]
    for one in segments:
        for two in segments:
            moved = movers[(movers["from"] == one) & (movers["to"] == two)]
            if len(moved):
                yield Flow(one, two, len(moved), int(moved["value_after"].sum()))


def _sizes(joined: "pd.DataFrame", segment: str) -> tuple[int, int, int, int]:
    """Members and everybody, before and after."""
    return (
        int((joined["from"] == segment).sum()),
        int((joined["from"] != "").sum()),
        int((joined["to"] == segment).sum()),
        int((joined["to"] != "").sum()),
    )


def _p_value(joined: "pd.DataFrame", segment: str) -> float:
    from scipy.stats import fisher_exact

    opening, n_before, closing, n_after = _sizes(joined, segment)
    table = [[opening, n_before - opening], [closing, n_after - closing]]
    return float(fisher_exact(table).pvalue)


def _holm(values: Sequence[float]) -> list[float]:
    """Holm's step-down correction: the smallest times n, the next times n - 1, never falling."""
    corrected = [1.0] * len(values)
    highest = 0.0
    order = sorted(range(len(values)), key=lambda place: values[place])
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[place]))
        corrected[place] = highest
    return corrected
