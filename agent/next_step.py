"""What to do next: one step at the end of an answer, which follows from what the answer found.

It is a question that the planner answers itself, so nobody is sent where nothing is. The same step
is not proposed twice in a row.
"""

import re

from agent.against import change_of
from agent.found import Fact, Found
from agent.meaning import Meaning
from agent.phrasing import alone, label, number, when
from agent.slots import KINDS, Slots

_ABOUT_LEAVING = ("churn", "ahead", "value", "advice")
_OF_THE_SHOP = {
    "average_order": "which segment has the highest average order?",
    "repeat_rate": "which country has the highest repeat rate?",
    "revenue_per_customer": "which country has the highest revenue per customer?",
    "customers": "which segment has the most customers?",
    "new_customers": "how many new customers came each month?",
    "orders": "on which weekdays do people order?",
    "units": "which products sell the most units?",
    "items_per_order": "which country has the highest units per order?",
}
_RANK = "which segment brings the most revenue?"
_GREW = ("country", "category", "channel")


def next_question(meaning: Meaning, found: Found, categories: bool = True) -> str:
    """What is worth asking next; empty where the answer is already about what to do. `categories`:
    whether the shop has any."""
    question = _next(meaning, found) if found.facts else ""
    return question if categories else _BY_CATEGORY.sub("country", question)


_BY_CATEGORY = re.compile(r"\bcategory\b")


def _next(meaning: Meaning, found: Found) -> str:
    slots, intent = meaning.slots, meaning.intent
    if slots.customers:
        named = {f"customer {customer}" for customer in slots.customers}
        told = named & {str(fact["subject"]) for fact in found.facts}
        return _of_customer(intent, slots) if told else ""
    segment = _segment(slots, found)
    if intent in _ABOUT_LEAVING:
        return f"what should we do for {segment}?" if segment else "who is worth saving?"
    match intent:
        case "shifts":
            return f"how likely are {segment} to leave?" if segment else "who is slipping away?"
        case "trend":
            return _of_change(meaning, found)
        case "segments" | "quality" | "news":
            return "who is slipping away?"
        case "overview":
            return f"what should we do for {segment}?" if segment else "who is slipping away?"
        case "records":
            return "which segments do we have?"
        case "notes":
            return f"tell me about {segment}" if segment else "who is slipping away?"
        case "people":
            return _of_people(found)
        case "members":
            return f"save {segment} as an audience" if segment else ""
        case "portrait":
            return f"what should we do for {segment}?" if segment else ""
        case "total" | "share" | "extreme" | "breakdown" | "compare":
            return _of_figures(meaning, segment, found)
    return ""


def _of_customer(intent: str, slots: Slots) -> str:
    name = f"customer {slots.customers[0]}"
    if len(slots.customers) > 1:
        return f"how likely is {name} to leave?"
    if intent == "customer":
        told = set(slots.measures) or {"segment"} & set(slots.dimensions)
        return f"how likely is {name} to leave?" if told else f"why is {name} in this segment?"
    return f"what should we offer {name}?"


def _of_change(meaning: Meaning, found: Found) -> str:
    """Why; once that was asked, whom it concerns."""
    slots = meaning.slots
    changes = [fact for fact in found.facts if change_of(fact, found)]
    if meaning.why or slots.dimensions or not changes or set(slots.names) - {"country"}:
        return "who is slipping away?" if meaning.why else _best_in(slots, found)
    return _why(changes[0], slots, found)


def _why(fact: Fact, slots: Slots, found: Found) -> str:
    change = change_of(fact, found)
    whole = fact["metric"] in ("revenue", "orders") and not slots.names
    if not whole or change is None or not when(fact).startswith(" in "):
        return _best_in(slots, found)
    verb = "drop" if number(change) < 0 else "rise"
    return f"why did {label(fact['metric'])} {verb}{when(fact)}?"


def _of_figures(meaning: Meaning, segment: str, found: Found) -> str:
    slots = meaning.slots
    if segment and not slots.names.keys() - {"segment"}:
        asked = set(slots.measures) <= {"customers", "recency", "share_of_customers"}
        likely = {"churn", "expected_leavers"} & {fact["metric"] for fact in found.facts}
        return f"how likely are {segment} to leave?" if asked and not likely else (
            f"what should we do for {segment}?")  # fmt: skip
    if slots.filter:
        return "save them as an audience" if not slots.consent else ""
    if slots.names or slots.dimensions:
        return _best_in(slots, found)
    changes = [fact for fact in found.facts if "operation" not in fact and change_of(fact, found)]
    if slots.periods and changes:
        return _why(changes[0], slots, found)
    metric = next((fact["metric"] for fact in found.facts if fact["kind"] == "dataset"), "")
    asked_for = slots.measures[0] if slots.measures else metric
    return _OF_THE_SHOP.get(asked_for, _RANK)


def _best_in(slots: Slots, found: Found) -> str:
    """One level deeper: into what stands first, or how the rows of a list developed."""
    kind, name = _first(slots, found)
    if kind == "product":
        return "what is bought together?"
    deeper = f"which products sell best in {name}?"
    if name and slots.of(kind):
        return f"is {name} growing?" if "product" in slots.dimensions else deeper
    if kind in _GREW:
        return deeper if slots.periods else f"which {kind} grew the most this year?"
    if slots.dimensions:
        best = [f for f in found.done("largest") if when(f)]
        stretch = when(best[0]) if best else ""
        return (
            f"what was the revenue by category{stretch}?" if stretch.startswith(" in ") else _RANK
        )
    return "which category grew the most this year?"


def _segment(slots: Slots, found: Found) -> str:
    """Named alone, or first of those that were ranked; by money at stake before all else."""
    if len(slots.of("segment")) == 1:
        return slots.of("segment")[0]
    won = [f for f in found.calculated if f["operation"] in ("largest", "smallest")]
    won.sort(key=lambda fact: fact["metric"] != "revenue_at_risk")
    named = [str(f["subject"]) for f in won if f["kind"] == "segment"]
    return named[0] if named else ""


def _first(slots: Slots, found: Found) -> tuple[str, str]:
    """Of countries, categories, ... the one that was asked for, or stands first."""
    kinds = [kind for kind in KINDS[1:] if slots.of(kind)]
    if len(kinds) == 1 and len(slots.of(kinds[0])) == 1:
        return kinds[0], slots.of(kinds[0])[0]
    by = [name for name in slots.dimensions if name in KINDS[1:]] or kinds
    facts = [f for f in found.facts if by and f["kind"] == by[0] and "operation" not in f]
    asked = slots.of(by[0]) if by else ()
    facts = [f for f in facts if not asked or f["subject"] in asked]
    if not facts:
        return ("", "")
    return by[0], str(max(facts, key=number)["subject"])


def _of_people(found: Found) -> str:
    """Of a customer within a country the gate knows the two together only."""
    people = [f for f in found.facts if str(f["subject"]).startswith("customer ")]
    single = people and alone(people[0]) == people[0]["subject"]
    return f"what should we offer {people[0]['subject']}?" if single else ""


def next_line(question: str) -> str:
    return f"Worth asking next: {question}"
