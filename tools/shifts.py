"""Shifts: who changed segment between two moments, as figures with receipts."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import Field

from engine.concepts import Moment, Money
from engine.facts import Figure, Period, Subject
from engine.features import plain_name
from stores.datasets import Dataset, DatasetStore
from stores.home import Home
from stores.runs import Run, RunStore, Segment
from tools.changes import Changes, find_changes, settle_moment
from tools.context import Context, segment_subject
from tools.reasons import crossed_json, flow_reasons, joined, reason_words, value_json
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    from engine.medians import MedianMove
    from engine.shifts import Account, Flow, SegmentShift, Shifts

MOST_FLOWS = 12  # the largest: what an answer could name
_COUNTED = (
    ("entered", "customers of another segment before, of this one after"),
    ("left", "customers of this segment before, of another one after"),
    ("new", "customers of this segment after who had not bought before"),
    ("lost", "customers of this segment before whose sales were all taken back since"),
)
_METRICS = {"entered": "entered", "left": "left", "new": "new_customers", "lost": "removed"}
BEYOND_CHANCE = "beyond chance and large enough to matter"
WITHIN_CHANCE = "within what chance explains, or too small to matter"
USUAL = "what usually happens in this shop in stretches of this length"
CHANCE_ALONE = (
    "chance alone: there are too few earlier stretches of this length to say what is usual"
)


class SegmentShifts(Arguments):
    since: str = Field(description="a date (2025-11-30), a month (2025-11, its start), a moment")
    until: str | None = Field(None, description="the same; none: just after the newest record")
    reasons: bool = Field(True, description="also the commonest reason of each of the large moves")


def segment_shifts(context: Context, arguments: SegmentShifts) -> Result:
    """Who moved between segments from one moment to another.

    When to use: questions about change over time: what changed, who moved, who came and went,
    which segment grew or shrank since a date or in a month.
    Arguments: since and until, each a date such as 2025-05-31, a month such as 2025-05 (its first
    day) or a moment; until is left out for "until now". "In May" is since 2025-05 until 2025-06.
    reasons can be left out, which is quicker.
    Result: for each segment customers before and after, the difference, and how many entered, left
    and are new; how many moved in all; the largest moves "from A to B" with their customers and
    what these have brought; one text a segment that says whether its change is beyond chance and
    what it was compared with (what is usual in this shop, where that is known), and which features
    of its typical member moved; one text a large move with its commonest reason. Report only
    what is beyond chance as news.
    """
    run, dataset = context.run, context.dataset
    since = settle_moment(dataset, context.as_of, arguments.since)
    until = settle_moment(dataset, context.as_of, arguments.until)
    changes = find_changes(context.home, dataset, run, context.version, since, until, context.now)
    shifts, currency = changes.shifts, dataset.shop.currency
    names = {segment.segment_id: segment.name for segment in context.segments}
    segments = {segment.segment_id: segment for segment in context.segments}
    figures = [
        figure
        for shift in shifts.segments
        for figure in _segment_figures(segments[shift.segment_id], shift, since, until)
    ]
    figures.append(_movers(run, shifts, since, until))
    for flow in shifts.flows[:MOST_FLOWS]:
        figures += _flow_figures(flow, segments, since, until, currency)
    texts = tuple(
        {
            "segment": segments[shift.segment_id].name,
            "change": BEYOND_CHANCE if shift.significant else WITHIN_CHANCE,
            "compared_with": compared_words(shifts),
            **_median_words(shift),
        }
        for shift in shifts.segments
    )
    if arguments.reasons:
        texts += tuple(_reason_text(one) for one in _reasons_json(changes, names, currency))
    return Result(tuple(figures), texts)


def _median_words(shift: "SegmentShift") -> dict[str, str]:
    """Which features of the typical member moved, and which way."""
    moved = [move for move in shift.medians if move.significant]
    words = [f"{plain_name(m.feature)} {'rose' if m.after > m.before else 'fell'}" for m in moved]
    return {"typical_member": joined(words)} if words else {}


def _reason_text(reason: Mapping[str, Any]) -> dict[str, str]:
    """Without a figure: how many moved are facts."""
    move = f"from {reason['from']} to {reason['to']}"
    features = joined([plain_name(feature) for feature in reason["features"]])
    return {"move": move, "commonest_reason": f"change of {features}"}


def _segment_figures(
    segment: Segment, shift: "SegmentShift", since: Moment, until: Moment
) -> list[Figure]:
    subject, account = segment_subject(segment), shift.customers
    stretch = Period(start=since.local, end=until.local)
    rows = account.opening + account.entered + account.new
    figures = [
        Figure(
            subject,
            "customers",
            Period(end=moment.local),
            size,
            "customers assigned to the segment",
            rows,
        )
        for moment, size in ((since, account.opening), (until, account.closing))
    ]
    figures += [
        Figure(subject, _METRICS[part], stretch, getattr(account, part), formula, rows)
        for part, formula in _COUNTED
    ]
    figures.append(
        Figure(
            subject,
            "customers",
            stretch,
            shift.net,
            "customers after less customers before",
            rows,
            operation="difference",
        )
    )
    return figures


def _movers(run: Run, shifts: "Shifts", since: Moment, until: Moment) -> Figure:
    count = sum(flow.customers for flow in shifts.flows)
    return Figure(
        Subject("run", run.run_id, "all segments"),
        "moved",
        Period(start=since.local, end=until.local),
        count,
        "customers of one segment before, of another after",
        count,
    )


def touches(move: str, names: Collection[str]) -> bool:
    """Whether a move, as `_flow_figures` calls it, goes from or to one of these segments."""
    return any(
        move.startswith(f"from {name} to ") or move.endswith(f" to {name}") for name in names
    )


def _flow_figures(
    flow: "Flow", segments: dict[str, Segment], since: Moment, until: Moment, currency: str
) -> list[Figure]:
    """The subject's name tells the direction, so that no sentence can turn it round."""
    one, two = segments[flow.before], segments[flow.after]
    subject = Subject(
        "selection", f"{one.segment_id}>{two.segment_id}", f"from {one.name} to {two.name}"
    )
    stretch = Period(start=since.local, end=until.local)
    return [
        Figure(
            subject,
            "moved",
            stretch,
            flow.customers,
            "customers of the one segment before, of the other after",
            flow.customers,
        ),
        Figure(
            subject,
            "revenue",
            Period(end=until.local),
            Money(flow.value, currency),
            "sum of net revenue of these customers up to the later moment",
            flow.customers,
        ),
    ]


# ---- as programs read them ----------------------------------------------------------------------


def shifts_card(
    home: Home, dataset: Dataset, since: str, until: str | None, now: datetime
) -> dict[str, Any]:
    """The accounts of every segment between two moments, as programs read them."""
    store = DatasetStore(home)
    version = store.version(dataset)
    newest = store.newest(dataset, version)
    run = RunStore(home).need_published(dataset.dataset_id)
    start, end = (settle_moment(dataset, newest, text) for text in (since, until))
    changes = find_changes(home, dataset, run, version, start, end, now)
    shifts = changes.shifts
    names = {segment.segment_id: segment.name for segment in RunStore(home).segments_of(run)}
    currency = dataset.shop.currency
    return {
        "dataset": dataset.name,
        "run_id": run.run_id,
        "from": start.iso(),
        "to": end.iso(),
        "segments": [
            {
                "id": shift.segment_id,
                "name": names[shift.segment_id],
                **_account(shift.customers),
                "money": {
                    part: Money(minor, currency).to_json()
                    for part, minor in (
                        *_account(shift.money).items(),
                        ("stayed_change", shift.money.stayed_change),
                    )
                },
                "share_before": shift.share_before,
                "share_after": shift.share_after,
                "p_value": shift.p_value,
                "p_alone": shift.p_alone,
                "significant": shift.significant,
                "expected": shift.expected,
                "medians": [_median_json(move, currency) for move in shift.medians],
            }
            for shift in shifts.segments
        ],
        "matrix": [list(row) for row in shifts.matrix],
        "money_matrix": [list(row) for row in shifts.money_matrix],
        "flows": [
            {
                "from": names[flow.before],
                "to": names[flow.after],
                "customers": flow.customers,
                "value": Money(flow.value, currency).to_json(),
            }
            for flow in shifts.flows
        ],
        "stretches": shifts.stretches,
        "compared_with": compared_words(shifts),
        "reasons": _reasons_json(changes, names, currency),
    }


def compared_words(shifts: "Shifts") -> str:
    return USUAL if shifts.stretches else CHANCE_ALONE


def _median_json(move: "MedianMove", currency: str) -> dict[str, Any]:
    return {
        "feature": move.feature,
        "from": value_json(move.feature, move.before, currency),
        "to": value_json(move.feature, move.after, currency),
        "significant": move.significant,
    }


def _reasons_json(
    changes: Changes, names: Mapping[str, str], currency: str
) -> list[dict[str, Any]]:
    """Of the largest flows, those of segments with news first."""
    shifts = changes.shifts
    news = {shift.segment_id for shift in shifts.segments if shift.significant}
    flows = sorted(shifts.flows, key=lambda flow: not news & {flow.before, flow.after})
    return [
        {
            "from": names[reason.flow.before],
            "to": names[reason.flow.after],
            "moved": reason.flow.customers,
            "features": list(reason.features),
            "customers": reason.customers,
            "example": reason.example,
            "crossed": crossed_json(reason.crossed, currency),
            "sentence": reason_words(reason.crossed, names[reason.flow.before], currency),
        }
        for reason in flow_reasons(changes.model, changes.before, changes.after, flows)
    ]


def _account(account: "Account") -> dict[str, int]:
    return {
        part: getattr(account, part)
        for part in ("opening", "entered", "left", "new", "lost", "closing")
    }
