"""Answers written from facts by rule: the finding first, then the figures that matter."""

import re
from collections.abc import Sequence

from agent.actions import ACTIONS
from agent.comparing import compared_lines
from agent.describing import (
    audience_lines,
    customer_lines,
    evidence_lines,
    portrait_lines,
    record_lines,
    segment_lines,
    stream_lines,
)
from agent.expecting import (
    ahead_lines,
    churn_lines,
    people_lines,
    quality_lines,
    risk_lines,
    value_lines,
)
from agent.found import Fact, Found
from agent.meaning import Meaning
from agent.measures import metric_of
from agent.noted import note_lines
from agent.offering import action_lines
from agent.overview import overview_lines
from agent.phrasing import (
    joined,
    ref,
    told,
)
from agent.plans import counted_besides
from agent.ranking import asks_buyers
from agent.shifting import asked_lines
from agent.slots import KINDS
from agent.telling import (
    MOST_TOLD,
    breakdown_lines,
    buyer_lines,
    extreme_lines,
    nothing,
    share_lines,
    total_lines,
)
from agent.trending import trend_lines
from agent.watching import watch_lines


def compose(meaning: Meaning, found: Found) -> str:
    """Empty when the tools found nothing that answers it."""
    if meaning.unrecorded:
        return joined(["Nothing is recorded of those days.", *record_lines(found)[:2]])
    if meaning.intent in ACTIONS:
        return joined(action_lines(meaning.intent, found))
    lines = _lines(meaning, found)
    lines += _besides(meaning, found, lines)
    return joined([*lines, *(_plainly(error) for error in found.errors[:1])])


def _besides(meaning: Meaning, found: Found, lines: Sequence[str]) -> list[str]:
    """What was asked for along with what is expected, and is not told yet."""
    names, shown = meaning.slots.of("segment"), " ".join(lines)
    facts = [
        fact
        for measure in counted_besides(meaning)
        for fact in found.plain(metric_of(measure))
        if ref(fact) not in shown and (fact["kind"] != "segment" or fact["subject"] in names)
        and (fact["kind"] != "dataset" or not meaning.slots.names)
    ]  # fmt: skip
    return [told(fact, bool(meaning.slots.periods)) for fact in facts[:MOST_TOLD]]


def _plainly(error: str) -> str:
    """Without the advice that is meant for a model."""
    if _OUT_OF_REACH.search(error):
        return "The records do not reach those days."
    if error.startswith("No measure named"):
        return "That I cannot count in this way: ask for it of a product, or of the whole shop."
    named = re.sub(r"customer '([\w-]+)'", r"customer \1", error)
    return named.removesuffix(" Name them all.")


_OUT_OF_REACH = re.compile(
    r"records (?:reach|begin|end|of .* end)|nothing is known of|had bought anything before"
)


def winner_of(found: Found) -> str:
    """The segment that stands first, or where a customer is: whom "them" means next."""
    where = [text["after"] for text in found.texts if "customer" in text and "after" in text]
    if len(where) == 1:
        return where[0]
    won = [fact for fact in found.calculated if fact["operation"] in ("largest", "smallest")]
    return str(won[0]["subject"]) if won and won[0]["kind"] == "segment" else ""


def _lines(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    match meaning.intent:
        case "total" if asks_buyers(slots):
            return buyer_lines(meaning, found)
        case "total":
            return total_lines(meaning, found)
        case "breakdown":
            return breakdown_lines(meaning, found)
        case "extreme":
            return extreme_lines(meaning, found)
        case "compare":
            return compared_lines(meaning, found) or nothing(found)
        case "trend":
            return trend_lines(meaning, found) or nothing(found)
        case "share":
            return share_lines(meaning, found)
        case "churn":
            return churn_lines(meaning, found)
        case "value":
            return value_lines(found, slots.of("segment"))
        case "quality":
            return quality_lines(found)
        case "advice" if not slots.of("segment"):
            return risk_lines(found)
        case "ahead":
            return ahead_lines(meaning, found)
        case "people":
            return people_lines(slots, found)
        case "shifts":
            ranked = "segment" in slots.dimensions or not slots.of("segment")
            until_now = not slots.periods or slots.periods[0].until is None
            sizes = [
                told(fact, False) for name in slots.of("segment") if until_now
                for fact in found.of_segment(name, "customers")[-1:]  # before, then after
            ]  # fmt: skip
            return asked_lines(found, slots.of("segment"), slots.masked, ranked) + sizes
        case "members":
            return _members(meaning, found)
        case "audience":
            return audience_lines(found)
        case "audiences":
            return audience_lines(found, saved=True)
        case "customer" | "why_customer":
            return _customer(meaning, found)
        case "portrait" | "notes" | "advice":
            return portrait_lines(found, slots.of("segment"))
        case "definition" | "noted":
            return note_lines(meaning.intent, found)
        case "saving" | "anomalies" | "demand" | "ledger":
            return watch_lines(meaning.intent, found)
        case "overview" | "news":
            return overview_lines(meaning.intent, found)
        case "segments":
            return segment_lines(found)
        case "records":
            return record_lines(found)
        case "stream":
            return stream_lines(found)
        case "evidence":
            return evidence_lines(found)
    return []


def _customer(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    lines = customer_lines(found, meaning.intent == "why_customer", bool(slots.periods))
    if lines:
        return lines
    if any(name not in ("segment", "customer") for name in slots.dimensions):
        return extreme_lines(meaning, found) if slots.extreme else breakdown_lines(meaning, found)
    facts = [f for f in found.facts if "operation" not in f and f["kind"] != "dataset"]
    return [_of_one(fact, found, bool(slots.periods)) for fact in facts[:MOST_TOLD]
            if fact["metric"] != "recency"] or nothing(found)  # fmt: skip


def _of_one(fact: Fact, found: Found, dated: bool) -> str:
    """What a customer brought beside what customers bring; a day with how long ago it is."""
    said = told(fact, dated)[:-1]
    usual = [f for f in found.of_dataset("revenue_per_customer") if f["period"] == fact["period"]]
    if fact["metric"] == "revenue" and usual:
        return f"{said}; the revenue per customer of the shop is {ref(usual[0])}."
    ago = found.plain("recency") if fact["metric"] == "last_sale" else []
    return f"{said}, {ref(ago[0])} ago." if ago else f"{said}."


def _members(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    names = slots.of("segment")
    facts = [
        f
        for f in found.plain("customers")
        if not names or f["subject"] in names or f["kind"] != "segment"
    ]
    lines = [told(fact, False) for fact in facts[:MOST_TOLD]]
    if len(names) == 1:
        lines = portrait_lines(found, names) or lines
    if names and not any(slots.of(kind) for kind in KINDS if kind != "segment"):
        lines.append("To have them as a file, save them as an audience and ask me to export it.")
    return lines or nothing(found)
