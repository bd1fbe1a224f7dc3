"""What a thread keeps of a question, as JSON: shown under the answer, leaned on by the next one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from agent.actions import PASSING
from agent.meaning import Meaning
from agent.slots import KINDS
from agent.times import Stretch

_MOST_SEEN = 4
_ONCE = ("change", "files")  # of one answer alone


def state_of_meaning(
    meaning: Meaning,
    remembered: dict[str, Any],
    winner: str = "",
    listed: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """JSON of what was asked, to be shown under the answer and leaned on by the next question.
    `winner`: the segment that stands first; `listed`: what the answer put in order."""
    slots = meaning.slots
    if meaning.intent == "missing" and slots.names and not remembered.get("intent"):
        return state_of_meaning(replace(meaning, intent="total"), remembered)  # whom it was about
    if meaning.intent in ("help", "definition", "outside", "missing", "action", *PASSING):
        return {name: value for name, value in remembered.items() if name not in _ONCE}
    periods = [
        {"since": each.since.isoformat(), "until": each.until.isoformat() if each.until else None}
        for each in slots.periods
    ]
    named = [[kind, value] for kind in KINDS for value in slots.of(kind)]
    named += [["customer", each] for each in slots.customers]
    if listed and slots.extreme and listed["kind"] in KINDS:
        named.append([listed["kind"], listed["values"][0]])  # who stands first was named
    before = [list(each) for each in remembered.get("seen", [])]
    seen = before + [each for each in named if each not in before]
    carried = remembered.get("listed") or {}
    if any(each not in before and each[1] not in carried.get("values", ()) for each in named):
        carried = {}
    same = bool(slots.customers) and list(slots.customers) == remembered.get("customer")
    winner = winner or (str(remembered.get("winner", "")) if same else "")
    counted = [each for each in remembered.get("counted", []) if each not in slots.measures]
    counted += slots.measures
    days = [each for each in remembered.get("days", []) if each not in periods] + periods
    return {
        "intent": "total" if meaning.intent in ("overview", "news") else meaning.intent,
        "segment": list(slots.of("segment")),
        "metric": slots.measures[0] if slots.measures else "",
        "metrics": list(slots.measures),
        "period": periods[0] if periods else None,
        "periods": periods,
        "filters": {
            kind: list(slots.of(kind)) for kind in KINDS if kind != "segment" and slots.of(kind)
        },
        "customer": list(slots.customers),
        "by": list(slots.dimensions),
        "extreme": slots.extreme,
        "top": slots.top,
        "where": slots.where,
        "people": {name: list(words) for name, words in slots.people.items()},
        "consent": slots.consent,
        "without": list(slots.without),
        "attribute": [slots.attribute[0], list(slots.attribute[1])],
        "winner": winner,
        "listed": dict(listed or carried),
        "ranked": bool(listed),
        "counted": counted[-_MOST_SEEN:],
        "seen": seen[-_MOST_SEEN:],
        "days": days[-_MOST_SEEN:],
    }


def stretches(remembered: dict[str, Any]) -> tuple[Stretch, ...]:
    return tuple(
        Stretch(
            date.fromisoformat(each["since"]),
            date.fromisoformat(each["until"]) if each["until"] else None,
        )
        for each in remembered.get("periods", [])
    )
