"""Answers written from facts by rule: the finding first, then the figures that matter."""

import re
from collections.abc import Sequence

from agent.actions import ACTIONS
from agent.counting import OF_ONE_CUSTOMER, first_few, measures_of
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
from agent.slots import KINDS
from agent.trending import beside_lines, changed, trend_lines
from agent.watching import watch_lines

_MOST_TOLD = 4
_GRAINS = ("year", "quarter", "month", "week", "day")
_MOST_LISTED = 8


def compose(meaning: Meaning, found: Found) -> str:
    """Empty when the tools found nothing that answers it."""
    if meaning.unrecorded:
        return joined(["Nothing is recorded of those days.", *record_lines(found)[:1]])
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
        return "That I cannot count in this way: ask for it of one product, or of the whole shop."
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
            return _compared(meaning, found)
        case "trend":
            return trend_lines(meaning, found) or _nothing(found)
        case "share":
            return _share(meaning, found)
        case "churn":
            return churn_lines(found, slots.of("segment"), slots.measures)
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
            for f in found.plain(metric)
            if (f["kind"] != "segment" or not names or f["subject"] in names)
            and "opted out" not in str(f["subject"])
        ]
        lines += [told(fact, bool(slots.periods)) for fact in facts[:_MOST_TOLD]]
        lines += [changed(fact) for fact in found.done("growth", metric)[:1]]
    return (lines + _context_of(asked, names, found)) or _nothing(found)


def _context_of(asked: Sequence[str], names: Sequence[str], found: Found) -> list[str]:
    """A size is told with the part that it is of the whole."""
    if len(names) != 1 or len(asked) != 1:
        return []
    share = {"customers": "share_of_customers", "revenue": "share_of_revenue"}.get(asked[0], "")
    facts = found.of_segment(names[0], share) if share else []
    return [told(fact, False) for fact in facts]


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
    lines = [leading(leader, bool(slots.periods))] if leader else []
    spare = subject(leader) if leader else ""
    timed = by in _GRAINS
    limit = 12 if timed else _MOST_LISTED
    return (
        lines + listed(metric, by, facts[-limit:] if timed else facts[:limit], spare)
    ) or _nothing(found)


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
    lines = [leading(won[0], bool(slots.periods))]
    share = {"revenue": "share_of_revenue", "customers": "share_of_customers"}.get(metric, "")
    part = found.of_segment(str(won[0]["subject"]), share) if share else []
    lines += [told(fact, False) for fact in part]
    rest = [
        fact
        for fact in facts
        if fact["shows_as"] != won[0]["shows_as"] or subject(fact) != subject(won[0])
    ]
    if fact_of_time(won[0]):
        rest = [fact for fact in facts if fact["period"] != won[0]["period"]]
    return lines + listed(metric, by, rest)


def fact_of_time(fact: Fact) -> bool:
    return bool(fact["kind"] == "dataset")


_AS_MUCH = {
    "customers": ("have", "as many customers"),
    "revenue": ("brought", "as much revenue"),
    "orders": ("placed", "as many orders"),
}


def _compared(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    dated = bool(slots.periods)
    names = slots.of("segment")
    if dated and slots.dimensions and not any(len(slots.of(kind)) > 1 for kind in KINDS):
        return beside_lines(slots, found) or _nothing(found)
    segmental = len(names) > 1
    default: tuple[str, ...] = (
        ("customers", "revenue", "frequency", "monetary")
        if segmental
        else ("revenue", "orders", "customers")
    )
    if {"customers", "revenue_per_customer"} <= set(found.metrics):
        default = OF_ONE_CUSTOMER
    lines: list[str] = []
    for metric in dict.fromkeys(metric_of(m) for m in measures_of(slots, default)):
        facts = [
            f
            for f in found.plain(metric)
            if f["kind"] != "segment" or not names or f["subject"] in names
        ]
        leads = [
            f
            for f in found.calculated
            if f["metric"] == metric
            and f["operation"] == "largest"
            and f["subject"] in {g["subject"] for g in facts}
        ]
        lines += [leading(fact, dated) for fact in leads[:1]]
        lines += [
            _times(fact, facts) for fact in found.done("ratio", metric) if metric in _AS_MUCH
        ][:1]
        spare = subject(leads[0]) if leads else ""
        lines += [
            told(fact, dated)
            for fact in facts[:6]
            if subject(fact) != spare or fact["kind"] == "dataset"
        ]
    return lines or _nothing(found)


def _times(fact: Fact, facts: Sequence[Fact]) -> str:
    verb, rest = _AS_MUCH[fact["metric"]]
    one, two = sorted(facts, key=number, reverse=True)[:2]
    verb = verb if verb != "have" or one["kind"] == "segment" else "has"
    return f"{one['subject']} {verb} {ref(fact)} {rest} as {two['subject']}."


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
        return lines + [
            told(fact, False) for name in names for fact in found.of_segment(name, plain)
        ]
    asked = {value for kind in KINDS for value in slots.of(kind)}
    for part in (fact for fact in found.done("share") if fact["subject"] in asked):
        whole = label(part["metric"])
        lines.append(
            f"{part['subject']} {'have' if part['kind'] == 'segment' else 'has'} {ref(part)} of "
            f"{whole}{when(part) if slots.periods else ''}."
        )
    if slots.filter or slots.without or slots.best:
        plain_facts = [f for f in found.facts if "operation" not in f][:1]
        parts = found.done("share")
        lines = [f"That is {ref(part)} of the whole." for part in parts]
        return [told(fact, bool(slots.periods)) for fact in plain_facts] + lines
    facts = [f for f in found.facts if "operation" not in f and f["subject"] in asked]
    return lines + [told(fact, bool(slots.periods)) for fact in facts[:2]] or _nothing(found)


def _members(meaning: Meaning, found: Found) -> list[str]:
    slots = meaning.slots
    names = slots.of("segment")
    facts = [
        f
        for f in found.plain("customers")
        if not names or f["subject"] in names or f["kind"] != "segment"
    ]
    lines = [told(fact, False) for fact in facts[:_MOST_TOLD]]
    if names and not any(slots.of(kind) for kind in KINDS if kind != "segment"):
        lines.append(f'Who they are is written to a file by: segue members "{names[0]}" --out FILE')
    return lines or _nothing(found)


def _nothing(found: Found) -> list[str]:
    empty = any("found" in text for text in found.texts)
    return ["Nothing was recorded for these days and filters."] if empty or not found.errors else []
