"""When only loose words settled what is asked: whether the whole sentence says otherwise."""

import re

from agent.feasible import LOOSE, feasible
from agent.intents import read_intents
from agent.slots import Slots

DOUBTED = ("total", "customer", "extreme", "breakdown")
REFUSABLE = (*DOUBTED, "compare", "share", "trend", "playbook", "records")
CLEAR = 0.6
_SURELY = 0.8
BEYOND = ("outside", "missing", "action")
UNCOUNTED = (*BEYOND, "vague")
_BETTER = ("shifts", "people", "vague", "evidence", "why_customer", "members", "churn", "value")


def is_weak(slots: Slots) -> bool:
    """Whether only words were read that most questions hold."""
    loose = not set(slots.measures) - LOOSE
    if slots.measures == ("revenue",):
        loose = slots.is_empty and not _MONEY_MADE.search(slots.masked)
    return loose and not (slots.filter or slots.consent)


_MONEY_MADE = re.compile(
    r"\b(?:revenues?|turnover|sales|takings?|income|earn\w*|sold|sells?|selling|spen[dt]\w*|"
    r"br(?:ing|ought)\w*|tills?|made|mak(?:e|es|ing))\b",
    re.IGNORECASE,
)


def surely_beyond(slots: Slots) -> str:
    """Which of the things that no record answers, where the whole sentence asks for one of them."""
    if slots.best or slots.consent or slots.where or "average_rating" in slots.measures:
        return ""  # of which there are records, in words that are seldom said
    beyond = [guess for guess in read_intents(slots.masked) if guess.name in BEYOND]
    return beyond[0].name if sum(one.probability for one in beyond) >= _SURELY else ""


def hardly_beyond(text: str) -> bool:
    """Whether little speaks for it that a sentence asks for what no record answers."""
    guesses = read_intents(text)
    told = sum(guess.probability for guess in guesses if guess.name in BEYOND)
    return bool(guesses) and told < CLEAR


def clearly_other(intent: str, text: str, slots: Slots) -> str:
    """What the whole sentence says clearly, against such words."""
    guesses = read_intents(text)
    if not guesses:
        return ""
    first = guesses[0]
    told = next((one.probability for one in guesses if one.name == intent), 0.0)
    sure = first.probability >= CLEAR
    if first.name == "missing":
        empty = slots.customers or (slots.is_empty and not slots.dimensions)
        return first.name if sure and empty else ""
    sure = sure or first.probability >= max(0.5, 4 * told)
    return (
        first.name if sure and first.name in _BETTER and feasible(first.name, text, slots) else ""
    )
