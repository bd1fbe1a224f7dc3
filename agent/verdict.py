"""Yes or no: the first word of an answer to a question that asks whether, where facts prove it."""

import re
from collections.abc import Sequence

from agent.found import Fact
from agent.phrasing import number

_WHETHER = re.compile(
    r"^\W*(?:(?:and|but|so|ok|well|hey|tell me|do you know)\b[\s,]*)*(?:if |whether )?"
    r"(?:is|are|was|were|did|do|does|has|have|will)\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(r"n['’]t\b|\bnot\b|\bnever\b|\bor\b|\bhow\b|\bwh(?:y|at|ich|o|en)\b", re.I)
_UP = re.compile(
    r"\b(?:gr[eo]w(?:n|s|ing|th)?|ris(?:e|es|en|ing)|rose|increas\w*|up|improv\w*|better|gain\w*|"
    r"more|higher|bigger|larger|greater|stronger|ahead|outsell\w*|outspend\w*)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:f[ae]ll(?:en|s|ing)?|drop\w*|shr[aiu]nk\w*|declin\w*|decreas\w*|down|dying|wors\w*|less|"
    r"fewer|lower|smaller|weaker|behind|slow\w*|los(?:t|ing))\b",
    re.IGNORECASE,
)


def of_change(text: str, change: Fact) -> str:
    """Of "is it growing?"; empty where the question asks no such thing."""
    up = _asked(text, _UP, _DOWN)
    if up is None or (change.get("metric") in _LESS_IS_BETTER and _JUDGES.search(text)):
        return ""
    return _said(number(change) != 0 and up == (number(change) > 0))


_LESS_IS_BETTER = ("returns_value", "churn", "discount_share", "recency")
_JUDGES = re.compile(r"\b(?:better|improv\w*|wors\w*)\b", re.IGNORECASE)


def of_premise(text: str, change: Fact) -> str:
    """Of "why is it down?" where it is up."""
    up, down = _UP.search(text), _DOWN.search(text)
    if bool(up) == bool(down) or number(change) == 0 or bool(up) == (number(change) > 0):
        return ""
    return "It is the other way round."


_MORE = re.compile(r"\b(?:more|higher|bigger|larger|greater|outs(?:ell|pend)\w*)\b", re.IGNORECASE)
_LESS = re.compile(r"\b(?:less|fewer|lower|smaller)\b", re.IGNORECASE)
_FIRST_NAMED = re.compile(r"<[A-Z]+>.*\b(?:than|outs(?:ell|pend)\w*)\b", re.IGNORECASE)


def of_order(text: str, names: Sequence[str], facts: Sequence[Fact]) -> str:
    """Of "is the first bigger than the second?"; the second may be the shop itself."""
    up = _asked(text, _MORE, _LESS) if _FIRST_NAMED.search(text) else None
    first = [fact for fact in facts if names and fact["subject"] == names[0]]
    other = [fact for fact in facts if fact not in first]
    if up is None or len(first) != 1 or len(other) != 1 or number(first[0]) == number(other[0]):
        return ""
    return _said(up == (number(first[0]) > number(other[0])))


def _asked(text: str, more: re.Pattern[str], less: re.Pattern[str]) -> bool | None:
    """Whether it asks for more; None where it asks for both or neither."""
    if not _WHETHER.search(text) or _UNSURE.search(text):
        return None
    up, down = more.search(text), less.search(text)
    return bool(up) if bool(up) != bool(down) else None


def _said(yes: bool) -> str:
    return "Yes." if yes else "No."
