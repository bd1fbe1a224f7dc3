"""The playbook of a segment: plays with their audiences, what speaks for them, and their proof.

What a play's people do anyway is counted in the shop's own past: whoever fulfilled the same filter
a month before the snapshot, and which of them bought within that month. What the play adds is only
known from an audience of it that was read out; else it is said to be unknown.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import Field

from engine.concepts import currency_exponent
from engine.errors import Fixable, NotFound, NotPossible
from engine.features import Records, later_outcomes, offered_features
from engine.playbook import LEAST_PEOPLE, Known, Play, possible_plays
from engine.recommending import Recommender
from engine.uplift import Arm
from stores.records import open_dataset
from stores.runs import Segment
from tools.context import Context
from tools.past import earlier, end_of, need_orders
from tools.plays import Ground, MadePlay, Situation, make_play
from tools.recommendations import find_segment, learn
from tools.selection import Selection, Where, selecting
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    import pandas as pd

Select = Callable[[Where], Selection]


class Playbook(Arguments):
    segment: str = Field("", max_length=200, description="a segment; empty: all customers")


def playbook(context: Context, arguments: Playbook) -> Result:
    """What to do with a segment: plays such as win back, loyalty, cross-sell, voucher, survey.

    When to use: questions such as what should I do with a segment, which campaign, how to win
    customers back, whom to leave alone. To carry a play out, save its audience by save_audience
    with the name, where and holdout of its text.
    Arguments: segment, its name or id; empty means all customers.
    Result: for each play that has people customers, share of customers, revenue and recency of its
    audience; the purchase rate of those who were in the same situation a month earlier, which is
    what they do anyway; how many its holdout holds, the smallest uplift that would show, and how
    many people would be needed. The uplift of an audience of this play that was read out, if there
    is one; else the effect is unknown, and you say so. A text for each play: its audience, filter,
    why, holdout share, and a draft message, in which {metric} stands for that fact of the play.
    """
    need_orders(context, "playbook")
    segment = _segment(context, arguments.segment)
    plays = _made(context, segment)
    if not plays:
        raise NotPossible(
            f"No play has {LEAST_PEOPLE} people or more"
            + (f" in '{segment.name}'." if segment else "."),
            "Look at all customers, or write a filter of your own: segue audience --where ...",
        )
    figures = tuple(figure for play in plays for figure in play.figures)
    return Result(figures, tuple(play.text for play in plays))


def _segment(context: Context, name: str) -> Segment | None:
    context.need_snapshot()
    if not name:
        return None
    found = find_segment(context, name)
    if found is None:
        raise NotFound.named("segment", name, [one.name for one in context.segments])
    return found


def _made(context: Context, segment: Segment | None) -> list[MadePlay]:
    """Whose audience has brought most, first."""
    snapshot = context.need_snapshot()
    with open_dataset(context.home, context.dataset, snapshot.version) as records:
        ground = _ground(context, records, segment)
        plays = possible_plays(ground.known, segment.name if segment else "")
        made = [make_play(ground, one) for one in _situations(ground, plays)]
    return sorted(made, key=lambda play: -play.revenue)


def _ground(context: Context, records: Records, segment: Segment | None) -> Ground:
    members = context.members
    if segment is not None:
        members = members[members["segment_id"] == segment.segment_id]
    people = sorted(set(members.index) - context.opted_out)
    offered = offered_features(records, context.snapshot_moment)
    minor_per_unit = 10 ** currency_exponent(context.dataset.shop.currency)
    known = Known.of(context.members, (one.name for one in offered), minor_per_unit)
    recommender = _recommender(context, records)
    pairs = recommender.pairs(people, 1) if recommender is not None else []
    if recommender is not None and pairs:
        names = recommender.purchases.names
        known = replace(known, pair=(names[pairs[0].first], names[pairs[0].second]))
    return Ground(context, records, segment, known, recommender, pairs[0] if pairs else None)


def _recommender(context: Context, records: Records) -> Recommender | None:
    """None where no order names a product."""
    try:
        return learn(context, records.need("transactions"))
    except NotPossible:
        return None


def _situations(ground: Ground, plays: list[tuple[Play, str]]) -> Iterator[Situation]:
    """Those with enough people."""
    wheres = [where for _, where in plays]
    past = earlier(ground.context)
    later = None if past is None else _later(past, ground.records)
    with ExitStack() as stack:
        select = stack.enter_context(selecting(ground.context, wheres))
        before = None if past is None else stack.enter_context(selecting(past, wheres))
        for play, where in plays:
            found = select(where)
            if len(found.customers) >= LEAST_PEOPLE:
                arm = None
                if before is not None and later is not None:
                    arm = _anyway(later, before, where)
                yield Situation(play, found, arm)


def _later(past: Context, records: Records) -> "pd.Series[bool]":
    """Who of the customers of a month earlier bought within that month."""
    orders = records.need("transactions")
    found = later_outcomes(orders, past.snapshot_moment, end_of(past), past.members.index)
    return found["bought"]


def _anyway(later: "pd.Series[bool]", select: Select, where: str) -> Arm | None:
    """Of those in the same situation a month earlier, who bought within that month; unknown where
    too few were, or the filter names what was not known by then."""
    try:
        people = select(where).customers
    except Fixable:
        return None
    if len(people) < LEAST_PEOPLE:
        return None
    found = later[later.index.isin(list(people))]
    return Arm(len(found), int(found.sum()))
