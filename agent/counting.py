"""Plans for what is counted: totals, rows side by side, rankings, comparisons, trends, parts."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from agent.against import ADDITIVE, OVER_TIME, compared_to, everybody, follows, is_part, recent_year
from agent.measures import OF_SEGMENTS, OF_SHOP, PREDICTED, RANKED, metric_of, queried
from agent.slots import KINDS, Slots
from agent.times import Stretch, joined, shifted

if TYPE_CHECKING:
    from agent.meaning import Meaning

Step = tuple[str, dict[str, Any]]

_MOST_MEASURES = 3
_MOST_STRETCHES = 4
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
            r"\bhow many (?:customers|people|buyers)|customers and|and customers|\bcount\b|"
            r"\bheads\b|"
            r"number of customers|(?:customers|people|buyers)\s*(?:,|/|\+)|(?:,|/|"
            r"\+)\s*(?:customers|"
            r"people|buyers)\b",
            slots.text,
            re.I,
        )
    ):
        asked = tuple(measure for measure in asked if measure != "customers")
    if not asked and (slots.filter or slots.consent):
        return ("customers",)
    if not asked:
        return tuple(fallback)
    return asked[:_MOST_MEASURES]


# ---- counting -----------------------------------------------------------------------------------


def total(slots: Slots, today: date | None = None, first: date | None = None) -> list[Step]:
    """With what it is held against: a figure alone says little. `first`: of the oldest record."""
    if slots.consent and not slots.filter:
        return [("describe_dataset", {})]
    segments = bool(slots.of("segment"))
    measures = measures_of(
        slots, ("customers", "revenue") if segments else ("revenue", "orders", "customers")
    )
    if only_segments(slots) and set(measures) <= set(OF_SEGMENTS):
        return [("list_segments", {})]
    unbound = not (slots.names or slots.customers or slots.filter or slots.without or slots.best)
    if "average_rating" in measures and (slots.of("product") or (unbound and not slots.periods)):
        return ratings(slots)
    if unbound and not slots.periods and set(measures) <= set(OF_SHOP):
        return [("describe_dataset", {}), *_of_the_year(measures, today, first)]
    if set(measures) & {"rows_dropped", "rows"}:
        return [("describe_dataset", {})]
    kind, stretches = (
        _several(slots),
        _stretches(replace(slots, periods=joined(slots.periods, slots.masked))),
    )
    if kind or len(stretches) > 1 or slots.customers:
        return [query(slots, measures, [kind] if kind else [], stretch) for stretch in stretches]
    (stretch,) = stretches
    if compare := compared_to(stretch, first):
        return [query(slots, measures, [], stretch, compare=compare)]
    own = query(slots, measures, [], stretch)
    if is_part(slots):
        return [own, query(everybody(slots), measures, [], stretch)]
    return [own] if stretch else [own, *_of_the_year(measures, today, first)]


def _of_the_year(measures: Sequence[str], today: date | None, first: date | None) -> list[Step]:
    told = [measure for measure in measures if metric_of(measure) in OVER_TIME]
    year = recent_year(today, first) if today and told else None
    return [query(Slots(), told, [], year, compare=compared_to(year, first))] if year else []


def ratings(slots: Slots) -> list[Step]:
    return [("product_ratings", {"product": list(slots.of("product"))})]


def people(slots: Slots) -> list[Step]:
    """Single customers in the order of what they spent, or are expected to do."""
    ahead = [RANKED[measure] for measure in slots.measures if measure in RANKED]
    top = slots.top or (1 if _ONE.search(slots.masked) else 5)
    smallest = slots.extreme == "smallest"
    if ahead:
        return [outlook(slots, rank_by=ahead[0], top=top, ascending=smallest)]
    measures = [m for m in measures_of(slots, ("revenue",)) if m in _OF_PEOPLE] or ["revenue"]
    (stretch, *_) = _stretches(slots)
    asked = query(slots, measures[:1], ["customer"], stretch, sort=measures[0], top=top)
    return [(asked[0], asked[1] | ({"ascending": True} if smallest else {}))]


_OF_PEOPLE = ("revenue", "orders", "units", "average_order", "products", "returns",
              "gross_revenue")  # fmt: skip
_ONE = re.compile(
    r"\b(?:single|who is (?:the|our)|which customer|what customer|our (?:best|biggest|top) "
    r"(?:customer|buyer|spender)|the (?:best|biggest|top|largest) (?:customer|buyer|spender))\b",
    re.I,
)


def ahead(slots: Slots, why: bool) -> list[Step]:
    """What is expected of a customer, or of each group that is named."""
    if slots.customers:
        tool = "customer_scores" if why else "outlook"
        given = [{"customer": c} if why else {"customer": [c]} for c in slots.customers[:2]]
        shop: list[Step] = [("outlook", {})] if "churn" in slots.measures and not why else []
        return [(tool, arguments) for arguments in given] + shop
    kind = _several(slots)
    if not kind:
        own, whole = outlook(slots), outlook(Slots())
        return [own] if own == whole else [own, whole]
    parts = [{**slots.names, kind: (value,)} for value in slots.of(kind)[:4]]
    return [outlook(replace(slots, names=names)) for names in parts]


def outlook(slots: Slots, **extra: Any) -> Step:
    asked: dict[str, Any] = {kind: list(slots.of(kind)) for kind in KINDS if slots.of(kind)}
    if slots.filter:
        asked["where"] = slots.filter
    if slots.without:
        asked["without"] = list(slots.without)
    return "outlook", asked | extra


def breakdown(slots: Slots, today: date | None = None) -> list[Step]:
    name, words = slots.attribute
    if name and not slots.dimensions:
        measures = measures_of(slots, ("customers",))[:1]
        (stretch, *_) = _stretches(slots)
        each = [replace(slots, people={name: (word,)}) for word in words[:_ROWS]]
        return [query(one, measures, [], stretch) for one in each]
    by = list(slots.dimensions[:2]) or ["segment"]
    if len(slots.periods) > 1 and set(by) <= set(_ORDERED):
        return total(replace(slots, dimensions=()))  # "month by month, Jan, Feb and March"
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
    if timed[:1] == ["month"] and stretch is None and today is not None:
        stretch = Stretch(shifted((today + timedelta(days=1)).replace(day=1), -12))  # whole ones
    extra: dict[str, Any] = (
        {} if timed else {"top": slots.top or _ROWS, "sort": queried(measures[0])}
    )
    if timed and stretch is None and timed[0] in ("week", "day"):
        extra["period"] = {"week": "last 8 weeks", "day": "last 10 days"}[timed[0]]
    rows = query(slots, measures, by, stretch, **extra, **_with_parts(slots, measures, by))
    if len(by) > 1 or by[0] not in ("quarter", "month", "week", "day"):
        return [rows]
    ends = {"sort": queried(measures[0]), "top": 1}  # the best and the worst of them
    return [rows, *((rows[0], rows[1] | ends | {"ascending": up}) for up in (False, True))]


def _with_parts(slots: Slots, measures: Sequence[str], by: Sequence[str]) -> dict[str, Any]:
    """Each row's part of the whole, where the rows make up the whole shop."""
    part = slots.customers or (is_part(slots) and not _shared(slots))
    if part or set(by) & {*_ORDERED, "customer"}:
        return {}
    metric = metric_of(measures[0])
    return {"share": True} if metric in ADDITIVE and metric != "units" else {}


def first_few(slots: Slots) -> int:
    """How many rows a ranking tells."""
    return slots.top or (_ROWS if _RANKING.search(slots.masked) else 3)


_RANKING = re.compile(
    r"\b(?:rank(?:ing|ed)?|list|all|every|each|in order|sorted|league table)\b", re.I
)


def extreme(slots: Slots) -> list[Step]:
    by = slots.dimensions[:1] or ("segment",)
    measures = measures_of(slots, ("revenue",))[:1]
    simple = by == ("segment",) and not slots.periods and not _narrowed(slots)
    if simple and set(measures) <= set(OF_SEGMENTS):
        return [("list_segments", {})]
    (stretch, *_) = _stretches(slots)
    extra = {"sort": queried(measures[0]), "top": first_few(slots) + 1}  # one may have no name
    if slots.extreme == "smallest":
        extra["ascending"] = True
    return [query(slots, measures, list(by), stretch, **extra, **_with_parts(slots, measures, by))]


OF_ONE_CUSTOMER = ("customers", "revenue_per_customer", "average_order", "items_per_order")


def comparison(slots: Slots, today: date) -> list[Step]:
    kind = _several(slots)
    measures = measures_of(
        slots,
        ("customers", "revenue", "frequency", "monetary")
        if kind == "segment"
        else ("revenue", "orders", "customers"),
    )
    if "average_rating" in measures and slots.of("product"):
        return ratings(slots)
    if kind == "segment" and only_segments(slots) and set(measures) <= set(OF_SEGMENTS):
        return [("list_segments", {})]
    if len(slots.periods) > 1 and not kind and (by := slots.dimensions[:1]):
        earlier, later = _in_order(slots, today)
        if by[0] not in _ORDERED and (compare := follows(earlier, later)):
            return [beside(slots, measures[0], by, later, compare=compare)]
        return [beside(slots, measures[0], by, stretch) for stretch in slots.periods[:2]]
    if len(slots.customers) > 1:
        each = [replace(slots, customers=(customer,)) for customer in slots.customers[:3]]
        return [query(one, measures, [], _stretches(slots)[0]) for one in each]
    several = next((name for name, words in slots.people.items() if len(words) > 1), "")
    if several:
        words = slots.people[several][:4]
        alone = [replace(slots, people={**slots.people, several: (word,)}) for word in words]
        return [query(one, measures, [], stretch) for one in alone for stretch in
                _stretches(slots)[:2]]  # fmt: skip
    if kind:
        return [query(slots, measures, [kind], stretch) for stretch in _stretches(slots)[:2]]
    if len(slots.periods) > 1:
        return _two_stretches(slots, measures, today)
    (stretch, *_) = _stretches(slots)
    measures = measures_of(slots, OF_ONE_CUSTOMER)  # totals of a part and the whole say little
    return [query(slots, measures, [], stretch), query(everybody(slots), measures, [], stretch)]


def _in_order(slots: Slots, today: date) -> list[Stretch]:
    """The earlier one first; "until now" ends after the day of the newest record."""
    ended = [Stretch(one.since, one.until or today + timedelta(days=1)) for one in slots.periods]
    return sorted(ended[:2], key=lambda stretch: stretch.since)


def _two_stretches(slots: Slots, measures: Sequence[str], today: date) -> list[Step]:
    """With the change, where the one is what the other is compared to anyway."""
    if len(slots.periods) > 2:
        return [query(slots, measures, [], one) for one in slots.periods[:_MOST_STRETCHES]]
    earlier, later = _in_order(slots, today)
    if compare := follows(earlier, later):
        return [query(slots, measures, [], later, compare=compare)]
    in_last_year = earlier.since.year + 1 == later.since.year and _is_year(earlier)
    if in_last_year and not _is_year(later) and _LAST_YEAR.search(slots.text):
        return [query(slots, measures, [], later, compare="same period last year")]
    return [query(slots, measures, [], stretch) for stretch in slots.periods[:2]]


def beside(slots: Slots, measure: str, by: Sequence[str], stretch: Stretch, **extra: Any) -> Step:
    """ "Revenue by country this year versus last year": the rows of one stretch."""
    ranked = {} if by[0] in _ORDERED else {"sort": queried(measure), "top": _ROWS}
    return query(slots, (measure,), by, stretch, **ranked, **extra)


def trend(meaning: "Meaning", today: date) -> list[Step]:
    slots = meaning.slots
    measures = measures_of(slots, ("revenue",))[:1]
    if slots.dimensions[:1] and slots.dimensions[0] in KINDS[1:]:
        return [_each_before(slots, measures, today)]
    if len(slots.periods) > 1 and not _LAST_YEAR.search(slots.text):
        return _two_stretches(slots, measures, today)
    stretch = slots.periods[0] if slots.periods else _usual(today)
    yearly = _LAST_YEAR.search(slots.text) or _is_year(stretch)
    compare = "same period last year" if yearly else "previous period"
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


def _each_before(slots: Slots, measures: Sequence[str], today: date) -> Step:
    """Each country, category, ... of the later stretch, beside the one before."""
    stretch = max(slots.periods, key=lambda one: one.since) if slots.periods else _usual(today)
    yearly = len(slots.periods) > 1 or _is_year(stretch) or _LAST_YEAR.search(slots.text)
    compare = "same period last year" if yearly else "previous period"
    return query(slots, measures, slots.dimensions[:1], stretch, compare=compare, top=20)


def share(slots: Slots) -> list[Step]:
    of_customers = (
        not slots.best
        and any(m in ("share_of_customers", "customers") for m in slots.measures)
        and not {
            "revenue",
            "share_of_revenue",
        }
        & set(slots.measures)
    )
    if only_segments(slots):
        return [("list_segments", {})]
    measure = "customers" if of_customers else _first_plain(slots)
    if slots.filter or slots.without or slots.best:
        (stretch, *_) = _stretches(slots)
        rest = Slots(slots.names if slots.best else {}, periods=slots.periods)
        return [query(slots, (measure,), [], stretch), query(rest, (measure,), [], stretch)]
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
    if slots.filter:
        asked["where"] = slots.filter
    if slots.without:
        asked["without"] = list(slots.without)
    if slots.best:
        asked["best"] = slots.best
    if slots.customers:
        asked["customer"] = list(slots.customers)
    return "query_records", asked | extra


def to_period(stretch: Stretch) -> str:
    if stretch.until is None:
        return f"since {stretch.since.isoformat()}"
    last = stretch.until - timedelta(days=1)
    if last == stretch.since:
        return last.isoformat()
    return f"between {stretch.since.isoformat()} and {last.isoformat()}"


def _stretches(slots: Slots) -> tuple[Stretch | None, ...]:
    return slots.periods[:_MOST_STRETCHES] or (None,)


def _several(slots: Slots) -> str:
    return next((kind for kind in KINDS if len(slots.of(kind)) > 1), "")


def only_segments(slots: Slots) -> bool:
    return bool(slots.of("segment")) and not slots.periods and not _narrowed(slots)


def _narrowed(slots: Slots) -> bool:
    return bool(slots.filter or slots.without or slots.customers or slots.best) or any(
        slots.of(kind) for kind in KINDS if kind != "segment"
    )


def _shared(slots: Slots) -> bool:
    return any(measure.startswith("share_of") for measure in slots.measures)


def _is_year(stretch: Stretch) -> bool:
    first = (stretch.since.month, stretch.since.day) == (1, 1)
    return first and stretch.until in (None, date(stretch.since.year + 1, 1, 1))


def _usual(today: date) -> Stretch:
    """The last three whole months."""
    until = today.replace(day=1)
    month = until.month - 3
    since = until.replace(month=month) if month > 0 else date(until.year - 1, month + 12, 1)
    return Stretch(since, until)
