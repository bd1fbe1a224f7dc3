"""From a meaning to tool calls: what has to be found, then what is worked out of it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from agent.acting import act
from agent.actions import ACTIONS
from agent.against import ADDITIVE, is_part
from agent.counting import (
    Step,
    ahead,
    breakdown,
    comparison,
    extreme,
    measures_of,
    only_segments,
    people,
    query,
    share,
    total,
    trend,
)
from agent.found import Fact, Found, known
from agent.meaning import Meaning, by_slots
from agent.measures import PREDICTED, metric_of
from agent.noted import NOT_DEFINED, note_lines, note_steps
from agent.overview import overview_steps, ranked_for_overview
from agent.phrasing import number
from agent.ranking import along_growth, asks_buyers
from agent.saying import where_of
from agent.shifting import moved_metric
from agent.slots import KINDS, Slots
from agent.times import usual_stretch
from agent.watching import watch_steps

_NEEDED = {
    "evidence": "segment_evidence",
    "why_customer": "why_customer",
    "customer": "why_customer",
    "value": "value_by_segment",
    "quality": "prediction_quality",
    "definition": "search_notes",
    "noted": "search_notes",
    "saving": "worth_saving",
    "anomalies": "list_anomalies",
    "demand": "demand_forecast",
    "ledger": "show_ledger",
}


def lacks_tool(meaning: Meaning, tools: Collection[str]) -> bool:
    needed = _NEEDED.get(meaning.intent)
    return bool(tools) and needed is not None and needed not in tools


def first_steps(meaning: Meaning, today: date, first: date | None = None) -> list[Step]:
    """The tools that find what the meaning asks for; none when words alone answer it."""
    if meaning.unrecorded:
        return [("describe_dataset", {})]
    steps = _first_steps(meaning, today, first)
    if besides := counted_besides(meaning):
        steps += [
            step for step in total(replace(meaning.slots, measures=besides)) if step not in steps
        ]
    return steps


_HOW_MANY = re.compile(r"\b(?:how many (?:customers|people|buyers)|number of customers)\b", re.I)


def counted_besides(meaning: Meaning) -> tuple[str, ...]:
    """ "How many are in Loyal, and how likely are they to leave?": what is asked of the records."""
    slots = meaning.slots
    if meaning.intent not in ("churn", "ahead", "value") or slots.customers:
        return ()
    counted = [m for m in slots.measures if m not in (*PREDICTED, "segments")]
    if not _HOW_MANY.search(slots.masked) or "expected_leavers" in slots.measures:
        counted = [m for m in counted if m != "customers"]
    return tuple(counted) if slots.names else ()


def _first_steps(meaning: Meaning, today: date, first: date | None) -> list[Step]:
    slots = meaning.slots
    if meaning.intent in ACTIONS:
        return act(meaning)
    match meaning.intent:
        case "total":
            if asks_buyers(slots):
                return [*total(replace(slots, measures=("customers",))), *people(slots)]
            return total(slots, today, first)
        case "breakdown":
            return breakdown(slots, today)
        case "extreme":
            return extreme(slots)
        case "compare":
            return comparison(slots, today)
        case "trend":
            return trend(meaning, today)
        case "share":
            return share(slots)
        case "churn":
            steps: list[Step] = [("list_segments", {}), ("churn_by_segment", {})]
            return steps if slots.of("segment") else [*steps, ("value_by_segment", {})]
        case "ahead":
            return ahead(slots, meaning.why)
        case "people":
            return people(slots)
        case "shifts":
            return [_shifts(slots, today)]
        case "members":
            return _members(slots)
        case "audience":
            return [("preview_audience", {"where": where_of(slots)})]
        case "customer" | "why_customer":
            return [
                step for customer in slots.customers[:2] for step in _customer(meaning, customer)
            ]
        case "advice" if not slots.of("segment"):
            return [("list_segments", {}), ("churn_by_segment", {}), ("value_by_segment", {})]
        case "portrait" | "notes" | "advice":
            return _portrait(meaning)
        case "definition" | "noted":
            return note_steps(meaning.intent, slots)
        case "saving" | "anomalies" | "demand" | "ledger":
            return watch_steps(meaning.intent, slots)
        case "overview" | "news":
            return overview_steps(meaning.intent, today, first)
        case "evidence":
            return [("segment_evidence", {"method": _method(slots)}), ("list_segments", {})]
    plain = {
        "segments": "list_segments",
        "records": "describe_dataset",
        "stream": "stream_status",
        "audiences": "list_audiences",
        "value": "value_by_segment",
        "quality": "prediction_quality",
    }
    return [(plain[meaning.intent], {})] if meaning.intent in plain else []


# ---- everything else ----------------------------------------------------------------------------


def _shifts(slots: Slots, today: date) -> Step:
    stretch = slots.periods[0] if slots.periods else usual_stretch(today)
    until = stretch.until.isoformat() if stretch.until else None
    if stretch.until and stretch.since.day == 1 and stretch.until.day == 2:
        until = stretch.until.replace(day=1).isoformat()  # "between 1 June and 1 December"
    return "segment_shifts", {
        "since": stretch.since.isoformat(), "until": until, "reasons": False,
    }  # fmt: skip


def _members(slots: Slots) -> list[Step]:
    if only_segments(slots):
        return [("list_segments", {})]
    return [query(slots, ("customers",), [], None)]


def _customer(meaning: Meaning, customer: str) -> list[Step]:
    """What was bought, and where this customer stands unless only a figure is asked for."""
    slots = replace(meaning.slots, customers=(customer,))
    if meaning.intent == "why_customer":
        return [_why(slots, customer)]
    along = [name for name in slots.dimensions if name not in ("segment", "customer")]
    if along:
        plain = replace(slots, dimensions=tuple(along))
        return extreme(plain) if slots.extreme else breakdown(plain)
    asked = [m for m in slots.measures if m not in (*PREDICTED, "customers", "segments")]
    asked = ["last_order" if m == "recency" else m for m in asked]  # the day, and how long ago
    if slots.names.keys() - {"segment"}:
        asked = asked or ["units", "revenue"]  # of a product, a country: what was bought of it
    steps = [] if asked and "segment" not in slots.dimensions else [_why(slots, customer)]
    if asked or "segment" not in slots.dimensions:
        plain = replace(slots, measures=tuple(asked), names={**slots.names, "segment": ()})
        plain = replace(plain, names={kind: v for kind, v in plain.names.items() if v})
        usual = ("revenue", "orders") if slots.periods else ("revenue", "orders", "last_order")
        measures = measures_of(plain, usual)
        if measures == ("last_order",):
            measures = ("last_order", "recency")  # the day, and how long ago that is
        steps += [query(plain, measures, [], stretch) for stretch in slots.periods[:2] or (None,)]
        if measures == ("revenue",) and not plain.names:
            per_one = ("revenue_per_customer",)
            steps += [query(Slots(), per_one, [], s) for s in slots.periods[:1] or (None,)]
    return steps


def _why(slots: Slots, customer: str) -> Step:
    asked: dict[str, Any] = {"customer": customer}
    if slots.periods:
        asked["since"] = slots.periods[0].since.isoformat()
        if slots.periods[0].until:
            asked["until"] = slots.periods[0].until.isoformat()
    return "why_customer", asked


def _portrait(meaning: Meaning) -> list[Step]:
    asked = " ".join(meaning.slots.of("segment")) or meaning.slots.text
    ahead: list[Step] = [("churn_by_segment", {})] if meaning.slots.of("segment") else []
    return [
        ("list_segments", {}),
        *ahead,
        ("search_notes", {"query": asked[:300], "limit": 2, "kind": "segment"}),
    ]


def _method(slots: Slots) -> str:
    found = re.search(
        r"\b(kmeans|k-means|minibatch|gmm|dbscan|hdbscan|ward|hybrid|rules)\b", slots.text, re.I
    )
    return found[1].casefold().replace("-", "") if found else ""


# ---- when nothing was found ----------------------------------------------------------------------


def reread(meaning: Meaning, found: Found) -> Meaning:
    """What the names and measures of a question ask plainly, where its first reading came to
    nothing; else the meaning itself."""
    if _is_answered(meaning, found):
        return meaning
    plain = by_slots(meaning.slots.masked, meaning.slots)
    if plain in (meaning.intent, "outside", "portrait"):
        return meaning
    return replace(meaning, intent=plain)


def _is_answered(meaning: Meaning, found: Found) -> bool:
    if meaning.intent == "noted":  # what was written down is nowhere else
        return True
    if meaning.intent == "definition":
        return note_lines(meaning.intent, found) != [NOT_DEFINED]
    return bool(found.facts or found.errors) or meaning.unrecorded or meaning.intent in ACTIONS


# ---- what is worked out of the facts -------------------------------------------------------------


def second_steps(meaning: Meaning, found: Found) -> list[Step]:
    """Rankings, ratios and shares that the answer needs and no tool has told."""
    slots = meaning.slots
    if found.errors or meaning.unrecorded:
        return []
    match meaning.intent:
        case "churn" if not slots.of("segment"):
            stake = _ranked("largest", found.segments_with("revenue_at_risk"))
            return _ranked(slots.extreme or "largest", found.segments_with("churn")) + stake
        case "value" if not slots.of("segment"):
            return _ranked(slots.extreme or "largest", found.segments_with("expected_value"))
        case "advice" if not slots.of("segment"):
            return _ranked("largest", found.segments_with("revenue_at_risk"))
        case "overview" | "news":
            return [
                step for facts in ranked_for_overview(found) for step in _ranked("largest", facts)
            ]
        case "extreme" | "breakdown":
            return _extreme_of(slots, found)
        case "compare":
            return [] if slots.dimensions else _ratios(slots, found)
        case "trend" if len(slots.periods) > 1 and not along_growth(slots):
            return _ratios(slots, found, "growth")
        case "share" if slots.filter or slots.without or slots.best:
            return _part_of_whole(found)
        case "share" if not only_segments(slots):
            return _next_page(slots, found)
        case "shifts" if _RANKED_SHIFTS.search(slots.masked) and "segment" in slots.dimensions:
            return _ranked_shifts(slots, found)
        case "total" if len(slots.of("segment")) > 1:
            return _together(slots, found)
        case "total" | "members" if is_part(slots):
            return _parts_of_whole(found)
    return []


_RANKED_SHIFTS = re.compile(r"\b(?:which|what|who|most|biggest|largest|least|fastest)\b", re.I)


def _part_of_whole(found: Found) -> list[Step]:
    plain = [fact for fact in found.facts if "operation" not in fact]
    return [_calculate("share", plain)] if len(plain) == 2 else []


def _parts_of_whole(found: Found) -> list[Step]:
    """Each amount beside the whole shop's."""
    steps = []
    for metric in (metric for metric in found.metrics if metric in ADDITIVE):
        facts = [f for f in found.plain(metric) if "opted out" not in str(f["subject"])]
        if len(facts) == 2 and _part_beside_whole(facts) and number(facts[0]):
            steps.append(_calculate("share", sorted(facts, key=lambda f: f["kind"] == "dataset")))
    return steps


def _ranked_shifts(slots: Slots, found: Found) -> list[Step]:
    """The net change needs no ranking: the answer tells the largest first."""
    metric = moved_metric(slots.masked)
    return _ranked("largest", found.segments_with(metric)) if metric != "customers" else []


def _extreme_of(slots: Slots, found: Found) -> list[Step]:
    metric = metric_of(measures_of(slots, ("revenue",))[0])
    if any(fact["operation"] in ("largest", "smallest") for fact in found.calculated):
        return _lead(metric, found)
    timed = len({fact["period"] for fact in found.plain(metric)}) > 1
    rows = found.segments_with(metric) or ([] if timed else found.plain(metric))
    return _ranked(slots.extreme or "largest", known(rows))


def _lead(metric: str, found: Found) -> list[Step]:
    """How many times as much the first has as the second."""
    ordered = sorted(known(found.plain(metric)), key=number, reverse=True)[:2]
    won = [f["subject"] for f in found.done("largest", metric)]
    if len(ordered) < 2 or [ordered[0]["subject"]] != won or metric not in ADDITIVE:
        return []
    one, two = ordered
    alike = one["period"] == two["period"] and number(two) > 0
    return [_calculate("ratio", ordered)] if alike else []


def _ratios(slots: Slots, found: Found, operation: str = "ratio") -> list[Step]:
    steps = []
    for metric in found.metrics:
        facts = [fact for fact in found.plain(metric) if _is_asked(fact, slots)]
        if _part_beside_whole(facts):
            continue
        if len(facts) == 2 and facts[0]["unit"] in ("count", "money"):
            same_time = facts[0]["period"] == facts[1]["period"]
            if same_time and facts[0]["subject"] != facts[1]["subject"]:
                larger = sorted(facts, key=number, reverse=True)  # times as many as the smaller
                steps.append(_calculate(operation, larger if operation == "ratio" else facts))
                steps += _ranked("largest", facts)
        elif len(facts) > 2 and len({fact["period"] for fact in facts}) == 1:
            steps += _ranked("largest", facts)
    return steps[:4]


def _part_beside_whole(facts: Sequence[Fact]) -> bool:
    """The whole is always the larger one."""
    return len(facts) == 2 and len({fact["kind"] == "dataset" for fact in facts}) == 2


def _next_page(slots: Slots, found: Found) -> list[Step]:
    """Where the one that is asked for is not among the largest."""
    asked = {value for kind in KINDS for value in slots.of(kind)}
    if not any("more" in text for text in found.texts) or any(
        f["subject"] in asked for f in found.facts
    ):
        return []
    ((name, arguments),) = share(slots)
    return [(name, arguments | {"page": 2})]


def _together(slots: Slots, found: Found) -> list[Step]:
    if not re.search(
        r"\b(?:together|combined|in total|altogether|sum|add(?:ed)? up|plus|and)\b",
        slots.masked,
        re.I,
    ):
        return []
    steps = []
    for metric in ("customers", "revenue"):
        facts = [
            fact for fact in found.segments_with(metric) if fact["subject"] in slots.of("segment")
        ]
        if len(facts) > 1 and metric in measures_of(slots, ("customers", "revenue")):
            steps.append(_calculate("sum", facts))
    return steps


def _is_asked(fact: Fact, slots: Slots) -> bool:
    names = slots.of("segment")
    return fact["kind"] != "segment" or not names or fact["subject"] in names


def _ranked(operation: str, facts: Sequence[Fact]) -> list[Step]:
    """Nothing stands out among values that show alike."""
    shown = [fact["shows_as"] for fact in facts]
    if len(facts) < 2 or len(set(shown)) < 2:
        return []
    return [_calculate(operation, facts)]


def _calculate(operation: str, facts: Sequence[Fact]) -> Step:
    return "calculate", {"operation": operation, "facts": [fact["id"] for fact in facts][:40]}
