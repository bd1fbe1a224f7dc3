"""Answers written from facts by rule: the finding first, then the figures that matter."""

import re
from collections.abc import Sequence

from agent.actions import ACTIONS
from agent.against import first_told, is_part, told_against
from agent.comparing import compared_lines
from agent.counting import first_few, measures_of
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
from agent.measures import OF_SEGMENTS, metric_of
from agent.noted import note_lines
from agent.offering import action_lines
from agent.phrasing import (
    joined,
    label,
    leading,
    listed,
    number,
    ref,
    subject,
    told,
    when,
)
from agent.plans import counted_besides
from agent.shifting import asked_lines
from agent.slots import KINDS, Slots
from agent.trending import trend_lines
from agent.watching import watch_lines

_MOST_TOLD = 4
_GRAINS = ("year", "quarter", "month", "week", "day")
_MOST_LISTED = 8


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
    return [told(fact, bool(meaning.slots.periods)) for fact in facts[:_MOST_TOLD]]


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
        case "total":
            return _total(meaning, found)
        case "breakdown":
            return _breakdown(meaning, found)
        case "extreme":
            return _extreme(meaning, found)
        case "compare":
            return compared_lines(meaning, found) or _nothing(found)
        case "trend":
            return trend_lines(meaning, found) or _nothing(found)
        case "share":
            return _share(meaning, found)
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
        return _extreme(meaning, found) if slots.extreme else _breakdown(meaning, found)
    facts = [fact for fact in found.facts if "operation" not in fact]
    return [told(fact, bool(slots.periods)) for fact in facts[:_MOST_TOLD]] or _nothing(found)


# ---- counting -----------------------------------------------------------------------------------


def _total(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    default = (
        ("customers", "revenue") if slots.of("segment") else ("revenue", "orders", "customers")
    )
    asked = [metric_of(measure) for measure in measures_of(slots, default)]
    asked += [m for m in slots.measures if m.startswith("share_of") and m not in asked]
    lines = []
    for fact in found.done("sum"):
        verb, what = (
            ("have", "customers") if fact["metric"] == "customers" else ("bring", "in revenue")
        )
        lines.append(f"{fact['subject']} together {verb} {ref(fact)} {what}.")
    names = slots.of("segment")
    if slots.consent and not slots.filter:
        key = "opted out" if slots.consent == "out" else "have not opted"
        return [told(f, False) for f in found.plain("customers") if key in str(f["subject"])]
    for metric in asked:
        facts = [
            f
            for f in _of_part(found.plain(metric), slots)
            if (f["kind"] != "segment" or not names or f["subject"] in names)
            and "opted out" not in str(f["subject"])
        ]
        facts = first_told(facts, found)
        if not slots.periods and not is_part(slots) and not slots.customers:
            facts = facts[:1]  # what follows is of the year, and told beside it
        dated = bool(slots.periods)
        for fact in facts[:_MOST_TOLD]:
            alone = fact["kind"] == "segment" and len(names) == 1 and not dated
            text = told_against(fact, found, dated)
            plain = text == told(fact, False)
            lines.append(_of_segment(fact, found) if alone and plain else text)
    return lines or _nothing(found)


def _of_part(facts: Sequence[Fact], slots: Slots) -> list[Fact]:
    """Without the whole shop's, where a part of it was asked for."""
    part = is_part(slots) or slots.customers
    return [f for f in facts if not (part and f["kind"] == "dataset")] or list(facts)


def _of_segment(fact: Fact, found: Found) -> str:
    """A size is told with the part that it is of the whole, a habit with whose is highest."""
    metric = fact["metric"]
    share = found.of_segment(fact["subject"], f"share_of_{metric}")
    if share:
        return f"{told(fact, False)[:-1]}, {ref(share[0])} of all {label(metric)}."
    rest = sorted(found.segments_with(metric), key=number)
    if metric in OF_SEGMENTS and len(rest) > 1 and rest[-1]["shows_as"] != rest[-2]["shows_as"]:
        top = rest[-1]
        if top["subject"] != fact["subject"]:
            degree = "longest" if metric == "recency" else "highest"
            beside = f"{top['subject']} have the {degree}, {ref(top)}"
            return f"{told(fact, False)[:-1]}; {beside}."
    return told(fact, False)


def _breakdown(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    by = slots.dimensions[0] if slots.dimensions else "segment"
    metric = metric_of(measures_of(slots, ("revenue",))[0])
    leader = next((f for f in found.calculated if f["operation"] in ("largest", "smallest")), None)
    facts = [
        f for f in found.plain(metric)
        if f["kind"] != "run" and not str(f["subject"]).startswith("no known")
    ]  # fmt: skip
    names = slots.of("segment")
    if slots.attribute[0] and not slots.dimensions:
        return [told(fact, bool(slots.periods)) for fact in facts] or _nothing(found)
    if by == "segment" and names:
        facts = [f for f in facts if f["subject"] in names]
    timed = by in _GRAINS
    lines = _leading(found, metric, bool(slots.periods), timed)
    spare = subject(leader) if leader else ""
    facts = list({(fact["subject"], fact["period"]): fact for fact in facts}.values())
    limit = 12 if timed else max(_MOST_LISTED, meaning.slots.top or 0)
    return (
        lines + listed(metric, by, facts[-limit:] if timed else facts[:limit], spare)
    ) or _nothing(found)


def _leading(found: Found, metric: str, dated: bool, timed: bool) -> list[str]:
    """Who stands first, and which part that is; of months the best, then the worst."""
    won = [f for f in found.calculated if f["operation"] in ("largest", "smallest")]
    lines: list[str] = []
    for fact in (fact for fact in won if fact["metric"] == metric):
        if lines and timed and re.match(r" from \d", when(fact)):
            continue  # a month that is not over is the lowest of course
        share = {"revenue": "share_of_revenue", "customers": "share_of_customers"}.get(metric, "")
        parts = [f for f in found.done("share", metric) if f["subject"] == fact["subject"]]
        parts += found.of_segment(str(fact["subject"]), share) if share else []
        whole = " within " not in str(fact["subject"])
        part = f", {ref(parts[0])} of all {label(metric)}" if parts and whole else ""
        size = found.of_segment(str(fact["subject"]), "customers")
        people = f"; they have {ref(size[0])} customers" if metric != "customers" and size else ""
        lines.append(f"{leading(fact, dated, timed)[:-1]}{part}{people}.")
    return lines[: 2 if timed else 1]


def _extreme(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    by = slots.dimensions[0] if slots.dimensions else "segment"
    metric = metric_of(measures_of(slots, ("revenue",))[0])
    won = [
        f
        for f in found.calculated
        if f["operation"] in ("largest", "smallest") and f["metric"] == metric
    ]
    facts = sorted(
        (
            f for f in found.plain(metric)
            if f["kind"] != "run" and not str(f["subject"]).startswith("no known")
        ),
        key=number, reverse=slots.extreme != "smallest",
    )[: first_few(slots)]  # fmt: skip
    if not won:
        return listed(metric, by, facts) or _nothing(found)
    lines = _leading(found, metric, bool(slots.periods), by in _GRAINS)[:1]
    rest = [
        fact
        for fact in facts
        if fact["shows_as"] != won[0]["shows_as"] or subject(fact) != subject(won[0])
    ]
    if by in _GRAINS:
        rest = [fact for fact in facts if fact["period"] != won[0]["period"]]
    return lines + listed(metric, by, rest)


def _share(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    names = slots.of("segment")
    of_customers = "share_of_customers" in slots.measures or (
        "customers" in slots.measures and not {"revenue", "share_of_revenue"} & set(slots.measures)
    )
    metric = "share_of_customers" if of_customers else "share_of_revenue"
    lines = [
        told(fact, False) for name in names if not slots.best
        for fact in found.of_segment(name, metric)
    ]  # fmt: skip
    plain = "customers" if of_customers else "revenue"
    if lines:
        return [line for name in names for line in _part_of_segment(name, metric, plain, found)]
    asked = {value for kind in KINDS for value in slots.of(kind)}
    for part in (fact for fact in found.done("share") if fact["subject"] in asked):
        of_what = label(part["metric"])
        has = "have" if part["kind"] == "segment" else "has"
        days = when(part) if slots.periods else ""
        amount = [f for f in found.plain(part["metric"]) if f["subject"] == part["subject"]]
        beside = f": {ref(amount[0])}" if amount else ""
        lines.append(f"{part['subject']} {has} {ref(part)} of all {of_what}{days}{beside}.")
    if slots.filter or slots.without or slots.best:
        plain_facts = [f for f in found.facts if "operation" not in f][:1]
        parts = found.done("share")
        lines = [f"That is {ref(part)} of the whole." for part in parts]
        return [told(fact, bool(slots.periods)) for fact in plain_facts] + lines
    facts = [f for f in found.facts if "operation" not in f and f["subject"] in asked]
    return lines or [told(fact, bool(slots.periods)) for fact in facts[:2]] or _nothing(found)


def _part_of_segment(name: str, metric: str, plain: str, found: Found) -> list[str]:
    """What they bring beside how many they are, or the other way round."""
    part, amount = found.of_segment(name, metric), found.of_segment(name, plain)
    of_revenue = metric == "share_of_revenue"
    other = found.of_segment(name, "share_of_customers" if of_revenue else "share_of_revenue")
    if not (part and amount and other):
        return [told(fact, False) for fact in part]
    said = f"{ref(part[0])} of {label(plain)} ({ref(amount[0])})"
    if of_revenue:
        return [f"{name} bring {said} with {ref(other[0])} of customers."]
    return [f"{name} are {said} and bring {ref(other[0])} of revenue."]


def _members(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    names = slots.of("segment")
    facts = [
        f
        for f in found.plain("customers")
        if not names or f["subject"] in names or f["kind"] != "segment"
    ]
    lines = [told(fact, False) for fact in facts[:_MOST_TOLD]]
    if len(names) == 1:
        lines = portrait_lines(found, names) or lines
    if names and not any(slots.of(kind) for kind in KINDS if kind != "segment"):
        lines.append("To have them as a file, save them as an audience and ask me to export it.")
    return lines or _nothing(found)


def _nothing(found: Found) -> list[str]:
    empty = any("found" in text for text in found.texts)
    return ["Nothing was recorded for these days and filters."] if empty or not found.errors else []
