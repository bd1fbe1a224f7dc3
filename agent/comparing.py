"""Two or more held against each other, in sentences: who has more, and how many times as much."""

from collections.abc import Sequence

from agent.against import change_of, first_told, told_against, told_beside_shop
from agent.counting import OF_ONE_CUSTOMER, measures_of
from agent.found import Fact, Found
from agent.meaning import Meaning
from agent.measures import metric_of
from agent.phrasing import before_words, days_of, leading, number, ref, starts, subject, told, when
from agent.slots import KINDS, Slots
from agent.trending import beside_lines
from agent.verdict import of_change, of_order

_AS_LONG = 3  # days: quarters and months differ by so many
_AS_MUCH = {
    "customers": "as many",
    "revenue": "as much",
    "orders": "as many",
    "units": "as many",
}


def compared_lines(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    dated = bool(slots.periods)
    names = slots.of("segment")
    if dated and slots.dimensions and not any(len(slots.of(kind)) > 1 for kind in KINDS):
        return beside_lines(slots, found)
    segmental = len(names) > 1
    default: tuple[str, ...] = (
        ("customers", "revenue", "frequency", "monetary")
        if segmental
        else ("revenue", "orders", "customers")
    )
    if {"customers", "revenue_per_customer"} <= set(found.metrics):
        default = OF_ONE_CUSTOMER
    verdict, lines = "", []
    for metric in dict.fromkeys(metric_of(m) for m in measures_of(slots, default)):
        facts = [
            f
            for f in found.plain(metric)
            if f["kind"] != "segment" or not names or f["subject"] in names
        ]
        asked = [value for kind in KINDS for value in slots.of(kind)]
        verdict = verdict or of_order(slots.masked, asked, facts) or _of_time(slots, facts, found)
        lines += _side_by_side(metric, facts, found, dated)
    return [*filter(None, [verdict]), *lines] if lines else []


def _of_time(slots: Slots, facts: Sequence[Fact], found: Found) -> str:
    """Yes or no to "was November better than last year?"; the later one has to be named first."""
    first = [stretch.since for stretch in slots.periods[:2]]
    changes = [change for fact in facts if (change := change_of(fact, found))]
    if not changes or first != sorted(first, reverse=True) or len(first_told(facts, found)) > 1:
        return ""
    return of_change(slots.masked, changes[0])


def _side_by_side(metric: str, facts: Sequence[Fact], found: Found, dated: bool) -> list[str]:
    """Two in one sentence, the larger first; of more, who leads and the others."""
    told_first = first_told(facts, found)
    if len(told_first) == 1 and len(facts) > 1:  # beside the stretch before
        return [told_against(told_first[0], found, dated)]
    if len(facts) == 2:
        return [of_two(metric, facts, found, dated)]
    leads = [
        f for f in found.done("largest", metric) if f["subject"] in {g["subject"] for g in facts}
    ]
    spare = subject(leads[0]) if leads else ""
    return [leading(fact, dated) for fact in leads[:1]] + [
        told(fact, dated)
        for fact in facts[:6]
        if subject(fact) != spare or fact["kind"] == "dataset"
    ]


def of_two(metric: str, facts: Sequence[Fact], found: Found, dated: bool) -> str:
    one, two = facts
    if one["period"] != two["period"]:
        return _of_two_stretches(one, two)
    if {one["kind"], two["kind"]} == {"dataset"} | {one["kind"]}:
        part, whole = sorted(facts, key=lambda fact: fact["kind"] == "dataset")
        return told_beside_shop(part, whole, dated)
    larger, smaller = sorted(facts, key=number, reverse=True)
    ratios = found.done("ratio", metric)
    if ratios and metric in _AS_MUCH:
        beside = f"{ref(ratios[0])} {_AS_MUCH[metric]} as {subject(smaller)} ({ref(smaller)})"
    else:
        beside = f"against {ref(smaller)} of {subject(smaller)}"
    return f"{told(larger, dated)[:-1]}, {beside}."


def _of_two_stretches(one: Fact, two: Fact) -> str:
    earlier, later = sorted((one, two), key=starts)
    days = before_words(earlier, later)
    apart = abs(days_of(later) - days_of(earlier)) > _AS_LONG
    if apart or " on " in when(later) or later["shows_as"] == earlier["shows_as"]:
        return f"{told(later, True)}\n{told(earlier, True)}"
    way = "up" if number(later) > number(earlier) else "down"
    return f"{told(later, True)[:-1]}, {way} from {ref(earlier)}{days}."
