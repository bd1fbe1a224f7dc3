"""What to do next: one step at the end of an answer, about whoever the answer found.

It is a question that the planner answers itself, so nobody is sent where nothing is. The same step
is not proposed twice in a row.
"""

from agent.found import Found
from agent.meaning import Meaning
from agent.phrasing import number
from agent.slots import KINDS, Slots

_TIMES = ("year", "quarter", "month", "week", "day", "weekday", "hour", "cohort")
_ABOUT_LEAVING = ("churn", "ahead", "value", "advice")


def next_question(meaning: Meaning, found: Found) -> str:
    """What is worth asking next; empty where the answer is already about what to do."""
    if not found.facts:
        return ""
    slots, intent = meaning.slots, meaning.intent
    if slots.customers:
        return _of_customer(intent, slots)
    segment = _segment(slots, found)
    if intent in _ABOUT_LEAVING:
        return f"what should we do for {segment}?" if segment else "who is worth saving?"
    match intent:
        case "shifts":
            return f"how likely are {segment} to leave?" if segment else "who is slipping away?"
        case "trend":
            return _of_trend(meaning)
        case "segments" | "records" | "notes":
            return f"tell me about {segment}" if intent == "notes" and segment else (
                "who is slipping away?")  # fmt: skip
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
        return f"why is {name} in this segment?"
    return f"what should we offer {name}?"


def _of_trend(meaning: Meaning) -> str:
    """Where it comes from; once that was asked, who is behind it."""
    if meaning.why or meaning.slots.dimensions:
        return "what changed since last month?"
    return _apart(meaning.slots, "this year versus last year")


def _of_figures(meaning: Meaning, segment: str, found: Found) -> str:
    slots = meaning.slots
    if segment and not slots.names.keys() - {"segment"}:
        likely = {"churn", "expected_leavers"} & {fact["metric"] for fact in found.facts}
        return f"what should we do for {segment}?" if likely else (
            f"how likely are {segment} to leave?")  # fmt: skip
    kind, name = _first(meaning, found)
    if name:
        if kind == "product":
            return "what is bought together?"
        return f"revenue by product in {name}" if kind in ("country", "channel") else (
            f"how did {name} do this year versus last year?")  # fmt: skip
    if set(slots.dimensions) & set(_TIMES) or len(slots.periods) > 1:
        return "what changed since last month?"
    if slots.filter:
        return "save them as an audience" if not slots.consent else ""
    return _apart(slots, "")


def _apart(slots: Slots, days: str) -> str:
    """The same figure side by side, along what was not named."""
    by = next(kind for kind in ("country", "product") if not slots.of(kind))
    return " ".join(filter(None, (f"revenue by {by}", days)))


def _segment(slots: Slots, found: Found) -> str:
    """Named alone, or first of those that were ranked."""
    if len(slots.of("segment")) == 1:
        return slots.of("segment")[0]
    won = [f for f in found.calculated if f["operation"] in ("largest", "smallest")]
    named = [str(f["subject"]) for f in won if f["kind"] == "segment"]
    return named[0] if named else ""


def _first(meaning: Meaning, found: Found) -> tuple[str, str]:
    """Of countries, categories, ... the one that was asked for, or stands first."""
    slots = meaning.slots
    kinds = [kind for kind in KINDS[1:] if slots.of(kind)]
    if len(kinds) == 1 and len(slots.of(kinds[0])) == 1:
        return kinds[0], slots.of(kinds[0])[0]
    by = [name for name in slots.dimensions if name in KINDS[1:]] or kinds
    facts = [f for f in found.facts if by and f["kind"] == by[0] and "operation" not in f]
    if not facts:
        return ("", "")
    return by[0], str(max(facts, key=number)["subject"])


def _of_people(found: Found) -> str:
    """Of a customer within a country the gate knows the two together only."""
    people = [str(f["subject"]) for f in found.facts if str(f["subject"]).startswith("customer ")]
    alone = people and " within " not in people[0]
    return f"what should we offer {people[0]}?" if alone else ""


def next_line(question: str) -> str:
    return f'Next: ask "{question}"'
