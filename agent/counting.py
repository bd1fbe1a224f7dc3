"""Plans for what is counted: totals, rows side by side, rankings, comparisons, trends, parts."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from agent.meaning import Meaning
from agent.measures import OF_SEGMENTS, OF_SHOP, PREDICTED, queried
from agent.slots import KINDS, Slots
from agent.times import Stretch

Step = tuple[str, dict[str, Any]]

_MOST_MEASURES = 3
_ROWS = 8  # of a list that is read aloud
_ORDERED = ("year", "quarter", "month", "week", "day", "cohort", "months_since_first")
_LAST_YEAR = re.compile(
    r"\b(?:last year|(?:a|the|one) year (?:ago|before|earlier)|year on year|yoy|previous year)\b",
    re.I,
)


def measures_of(slots: Slots, fallback: Sequence[str]) -> tuple[str, ...]:
    """What is counted; "customers" beside another measure is mostly just whose it is."""
    asked = tuple(measure for measure in slots.measures if measure not in PREDICTED)
    if (
        len(asked) > 1
        and "customers" in asked
        and not re.search(
            r"\bhow many (?:customers|people|buyers)|customers and|and customers|"
            r"number of customers",
            slots.text,
            re.I,
        )
    ):
        asked = tuple(measure for measure in asked if measure != "customers")
    if slots.where or not asked:
        return asked or tuple(fallback)
    return asked[:_MOST_MEASURES]


# ---- counting -----------------------------------------------------------------------------------


def total(slots: Slots) -> list[Step]:
    segments = bool(slots.of("segment"))
    measures = measures_of(
        slots, ("customers", "revenue") if segments else ("revenue", "orders", "customers")
    )
    if only_segments(slots) and set(measures) <= set(OF_SEGMENTS):
        return [("list_segments", {})]
    if not slots.names and not slots.periods and set(measures) <= set(OF_SHOP):
        return [("describe_dataset", {})]
    kind = _several(slots)
    return [
        query(slots, measures, [kind] if kind else [], stretch) for stretch in _stretches(slots)
    ]


def breakdown(slots: Slots) -> list[Step]:
    by = list(slots.dimensions[:2]) or ["segment"]
    measures = measures_of(slots, ("revenue",))[:1]
    if (
        by == ["segment"]
        and not slots.periods
        and not _narrowed(slots)
        and set(measures) <= set(OF_SEGMENTS)
    ):
        return [("list_segments", {})]
    (stretch, *_) = _stretches(slots)
    timed = [each for each in by if each in _ORDERED]
    extra: dict[str, Any] = (
        {} if timed else {"top": slots.top or _ROWS, "sort": queried(measures[0])}
    )
    if timed and stretch is None and timed[0] in ("month", "week", "day"):
        extra["period"] = {
            "month": "last 12 months",
            "week": "last 8 weeks",
            "day": "last 10 days",
        }[timed[0]]
    share = {"share": True} if _shared(slots) and not timed else {}
    return [query(slots, measures, by, stretch, **extra, **share)]


def extreme(slots: Slots) -> list[Step]:
    by = slots.dimensions[:1] or ("segment",)
    measures = measures_of(slots, ("revenue",))[:1]
    simple = by == ("segment",) and not slots.periods and not _narrowed(slots)
    if simple and set(measures) <= set(OF_SEGMENTS):
        return [("list_segments", {})]
    (stretch, *_) = _stretches(slots)
    extra = {"sort": queried(measures[0]), "top": slots.top or 3}
    if slots.extreme == "smallest":
        extra["ascending"] = True
    return [query(slots, measures, list(by), stretch, **extra)]


def comparison(slots: Slots) -> list[Step]:
    kind = _several(slots)
    measures = measures_of(
        slots,
        ("customers", "revenue", "frequency")
        if kind == "segment"
        else ("revenue", "orders", "customers"),
    )
    if kind == "segment" and only_segments(slots) and set(measures) <= set(OF_SEGMENTS):
        return [("list_segments", {})]
    if kind:
        return [query(slots, measures, [kind], stretch) for stretch in _stretches(slots)[:2]]
    if len(slots.periods) > 1:
        return [query(slots, measures, [], stretch) for stretch in slots.periods[:2]]
    everybody = Slots(periods=slots.periods)
    (stretch, *_) = _stretches(slots)
    return [query(slots, measures, [], stretch), query(everybody, measures, [], stretch)]


def trend(meaning: Meaning, today: date) -> list[Step]:
    slots = meaning.slots
    measures = measures_of(slots, ("revenue",))[:1]
    if len(slots.periods) > 1 and not _LAST_YEAR.search(slots.text):
        steps = [query(slots, measures, [], stretch) for stretch in slots.periods[:2]]
        return steps
    stretch = slots.periods[0] if slots.periods else _usual(today)
    compare = (
        "same period last year"
        if _LAST_YEAR.search(slots.text) or _is_year(stretch)
        else "previous period"
    )
    if (
        _LAST_YEAR.search(slots.text)
        and len(slots.periods) < 2
        and slots.periods
        and _is_year(stretch)
    ):
        stretch = Stretch(stretch.until) if stretch.until else stretch
    steps = [query(slots, measures, [], stretch, compare=compare)]
    if meaning.why and not slots.of("segment"):
        steps.append(query(slots, measures, ["segment"], stretch, compare=compare))
    return steps


def share(slots: Slots) -> list[Step]:
    of_customers = any(m in ("share_of_customers", "customers") for m in slots.measures) and not {
        "revenue",
        "share_of_revenue",
    } & set(slots.measures)
    if only_segments(slots):
        return [("list_segments", {})]
    measure = "customers" if of_customers else _first_plain(slots)
    kinds = [kind for kind in KINDS if slots.of(kind)]
    rest = Slots({kind: slots.of(kind) for kind in kinds[:-1]}, periods=slots.periods)
    (stretch, *_) = _stretches(slots)
    return [query(rest, (measure,), kinds[-1:], stretch, share=True, sort=measure)]


def _first_plain(slots: Slots) -> str:
    return next(
        (m for m in slots.measures if m in ("orders", "units", "returns", "new_customers")),
        "revenue",
    )


def query(
    slots: Slots, measures: Sequence[str], by: Sequence[str], stretch: Stretch | None, **extra: Any
) -> Step:
    asked: dict[str, Any] = {"measures": list(dict.fromkeys(queried(m) for m in measures))}
    if by:
        asked["by"] = list(by)
    if stretch is not None:
        asked["period"] = to_period(stretch)
    for kind in KINDS:
        if slots.of(kind):
            asked[kind] = list(slots.of(kind))
    if slots.where:
        asked["where"] = slots.where
    return "query_records", asked | extra


def to_period(stretch: Stretch) -> str:
    if stretch.until is None:
        return f"since {stretch.since.isoformat()}"
    last = stretch.until - timedelta(days=1)
    if last == stretch.since:
        return last.isoformat()
    return f"between {stretch.since.isoformat()} and {last.isoformat()}"


def _stretches(slots: Slots) -> tuple[Stretch | None, ...]:
    return slots.periods[:2] or (None,)


def _several(slots: Slots) -> str:
    return next((kind for kind in KINDS if len(slots.of(kind)) > 1), "")


def only_segments(slots: Slots) -> bool:
    return bool(slots.of("segment")) and not slots.periods and not _narrowed(slots)


def _narrowed(slots: Slots) -> bool:
    return bool(slots.where) or any(slots.of(kind) for kind in KINDS if kind != "segment")


def _shared(slots: Slots) -> bool:
    return any(measure.startswith("share_of") for measure in slots.measures)


def _is_year(stretch: Stretch) -> bool:
    return (stretch.since.month, stretch.since.day) == (1, 1) and (
        stretch.until is None or stretch.until == date(stretch.since.year + 1, 1, 1)
    )


def _usual(today: date) -> Stretch:
    """The last three whole months."""
    until = today.replace(day=1)
    month = until.month - 3
    since = until.replace(month=month) if month > 0 else date(until.year - 1, month + 12, 1)
    return Stretch(since, until)
