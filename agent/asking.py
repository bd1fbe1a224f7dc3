"""Asking back: two readings of a question, each said as the question that it would be."""

from collections.abc import Sequence

from agent.meaning import Meaning
from agent.phrasing import joined
from agent.slots import KINDS, Slots

# Of whom or what, where a question names one; else of the shop.
_OF_ONE = {
    "total": "how much revenue is from {}?",
    "portrait": "tell me about {}",
    "share": "what share of revenue is {}?",
    "trend": "how did {} do this year versus last year?",
}
_OF_SEGMENT = {
    "churn": "how likely are {} to leave?",
    "value": "how much will {} spend?",
    "shifts": "how has {} changed since last month?",
    "members": "list the customers in {}",
    "advice": "what should we do for {}?",
    "total": "how much revenue do {} bring?",
}
_OF_SHOP = {
    "total": "how much revenue, and how many customers?",
    "breakdown": "revenue by country",
    "extreme": "revenue by segment",
    "trend": "how did revenue develop, this year versus last year?",
    "segments": "which segments are there?",
    "churn": "who is likely to leave?",
    "value": "how much will customers spend?",
    "shifts": "who moved between segments since last month?",
    "evidence": "how were the segments found?",
    "records": "from when to when do the records go?",
    "advice": "where is there revenue at risk?",
    "people": "revenue by customer",
}
USUAL = ("total", "churn")


def readings(meaning: Meaning) -> tuple[str, str]:
    """Two questions; the usual ones where a reading has no words."""
    found = [_said(intent, meaning.slots) for intent in (meaning.intent, meaning.other, *USUAL)]
    found += [_OF_SHOP[intent] for intent in USUAL]  # where both readings are said alike
    one, two = list(dict.fromkeys(filter(None, found)))[:2]
    return one, two


def ask_back(choices: Sequence[str]) -> str:
    return joined(["Which of the two do you mean?", *(f"- {choice}" for choice in choices)])


def _said(intent: str, slots: Slots) -> str:
    named = [(kind, slots.of(kind)[0]) for kind in KINDS if len(slots.of(kind)) == 1]
    if not named:
        return _OF_SHOP.get(intent, "")
    kind, name = named[0]
    words = (_OF_SEGMENT if kind == "segment" else {}).get(intent) or _OF_ONE.get(intent, "")
    return words.format(name)
