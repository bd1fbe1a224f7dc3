"""Shifts: who changed segment between two snapshots of one run, on accounts that balance.

In customers   opening + entered - left + new - lost = closing
In money       the same, plus what the stayers changed; movers leave at their value before and
               enter at their value after.

A shift is significant when it is beyond chance, after Holm's correction over the segments, and by
one point of share at least. Where the shop's earlier stretches are known, beyond chance means
beyond what usually happens in them (engine/usual.py), and that by a point of share as well; else
Fisher's exact test on members and others before and after has to do.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import Defect
from engine.medians import MedianMove, find_median_moves
from engine.usual import Moves, Usual

if TYPE_CHECKING:
    import pandas as pd

    from engine.medians import Pair
    from engine.usual import Numbers

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
    expected: float | None  # members after, had it been as usual; None: nothing is usual yet
    medians: tuple[MedianMove, ...] = ()

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
    """`matrix[i][j]`: customers of segment i before who are in segment j after; `money_matrix`
    what they are worth after, in minor units."""

    segments: tuple[SegmentShift, ...]
    matrix: tuple[tuple[int, ...], ...]
    money_matrix: tuple[tuple[int, ...], ...]
    flows: tuple[Flow, ...]  # most customers first
    stretches: int = 0  # earlier ones that say what is usual

    def of(self, segment_id: str) -> SegmentShift:
        return next(shift for shift in self.segments if shift.segment_id == segment_id)


def find_shifts(
    before: "pd.DataFrame",
    after: "pd.DataFrame",
    segments: Sequence[str],
    earlier: "Sequence[Pair]" = (),
    year_ago: "Pair | None" = None,
    features: Sequence[str] = (),
) -> Shifts:
    """`before` and `after` hold segment_id and monetary, one row a customer; both of one run.

    `earlier` are such pairs over stretches of the same length before this one, `year_ago` the one
    of the same days then; the medians of `features` are compared.
    """
    joined = _join(before, after, segments)
    usual = Usual(
        tuple(_moves(pair, segments) for pair in earlier),
        None if year_ago is None else _moves(year_ago, segments),
    )
    judged = usual.judge(_moves((before, after), segments)) if usual.known else None
    alone = (
        [_p_value(joined, segment) for segment in segments]
        if judged is None
        else [float(p) for p in judged[2]]
    )
    medians = find_median_moves(before, after, segments, features, earlier if usual.known else ())
    shifts = tuple(
        _segment_shift(
            joined, segment, alone[place], corrected, _unusual(judged, place),
            tuple(move for move in medians if move.segment_id == segment),
        )
        for place, (segment, corrected) in enumerate(zip(segments, _holm(alone), strict=True))
    )  # fmt: skip
    matrix, money = _matrices(joined, segments)
    flows = sorted(_flows(segments, matrix, money), key=lambda flow: -flow.customers)
    return Shifts(shifts, matrix, money, tuple(flows), len(earlier) if usual.known else 0)


def _moves(pair: "Pair", segments: Sequence[str]) -> Moves:
    return Moves.count(pair[0]["segment_id"], pair[1]["segment_id"], segments)


def _unusual(
    judged: "tuple[Numbers, Numbers, Numbers] | None", place: int
) -> tuple[float, float] | None:
    """The members expected, and by how many it is beyond that."""
    return None if judged is None else (float(judged[0][place]), float(judged[1][place]))


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
    joined: "pd.DataFrame",
    segment: str,
    p_alone: float,
    p_value: float,
    unusual: tuple[float, float] | None,
    medians: tuple[MedianMove, ...],
) -> SegmentShift:
    opening, n_before, closing, n_after = _sizes(joined, segment)
    # In whole numbers: a share that moved by exactly one point counts.
    moved = abs(closing * n_before - opening * n_after) * POINTS
    enough = n_before > 0 and n_after > 0 and moved >= n_before * n_after
    if unusual is not None:
        way = (closing * n_before - opening * n_after) * unusual[1]
        enough = enough and way > 0 and abs(unusual[1]) * POINTS >= n_after
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
        None if unusual is None else unusual[0],
        medians,
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


def _matrices(
    joined: "pd.DataFrame", segments: Sequence[str]
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    """Customers and their value after, of each segment before (rows) and after (columns)."""
    groups = joined.groupby(["from", "to"])["value_after"]
    sizes, sums = groups.size().to_dict(), groups.sum().to_dict()

    def square(found: Mapping[Hashable, int]) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(int(found.get((one, two), 0)) for two in segments) for one in segments)

    return square(sizes), square(sums)


def _flows(
    segments: Sequence[str],
    matrix: tuple[tuple[int, ...], ...],
    money: tuple[tuple[int, ...], ...],
) -> Iterator[Flow]:
    for row, one in enumerate(segments):
        for column, two in enumerate(segments):
            if one != two and matrix[row][column]:
                yield Flow(one, two, matrix[row][column], money[row][column])


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
