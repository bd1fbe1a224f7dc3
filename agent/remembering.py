"""What a thread keeps of a question, as JSON: shown under the answer, leaned on by the next one."""

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
    meaning: Meaning, remembered: dict[str, Any], winner: str = ""
) -> dict[str, Any]:
    """JSON of what was asked, to be shown under the answer and leaned on by the next question."""
    slots = meaning.slots
    if meaning.intent == "missing" and slots.names and not remembered.get("intent"):
        return state_of_meaning(replace(meaning, intent="total"), remembered)  # whom it was about
    if meaning.intent in ("help", "definition", "outside", "missing", "action", *PASSING):
        return {name: value for name, value in remembered.items() if name not in _ONCE}
    periods = [
        {"since": each.since.isoformat(), "until": each.until.isoformat() if each.until else None}
        for each in slots.periods
    ]
    seen = [list(each) for each in remembered.get("seen", [])]
    seen += [
        [kind, value] for kind in KINDS for value in slots.of(kind) if [kind, value] not in seen
    ]
    seen += [["customer", each] for each in slots.customers if ["customer", each] not in seen]
    same = bool(slots.customers) and list(slots.customers) == remembered.get("customer")
    winner = winner or (str(remembered.get("winner", "")) if same else "")
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
        "seen": seen[-_MOST_SEEN:],
        "days": days[-2:],
    }


def stretches(remembered: dict[str, Any]) -> tuple[Stretch, ...]:
    return tuple(
        Stretch(
            date.fromisoformat(each["since"]),
            date.fromisoformat(each["until"]) if each["until"] else None,
        )
        for each in remembered.get("periods", [])
    )
