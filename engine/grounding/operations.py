"""Figures that were calculated are told as what they are, and plain ones not as a change."""

import re
from collections.abc import Mapping

from engine.facts import Fact
from engine.grounding.binding import part_names
from engine.grounding.claims import Reading, Reference
from engine.grounding.labels import Left, operation_label
from engine.grounding.shown import number
from engine.grounding.sides import direction

CHANGES = {"difference", "growth", "ratio"}
_CHANGED = (
    r"differ\w*|gap|more|less|fewer|higher|lower|larger|smaller|bigger|longer|shorter|greater|stronger|weaker"
    r"|up|down|above|below|ahead|change\w*|rose|ris\w+|gr[eo]w\w*|fell|fall\w*|drop\w*|slip\w*|slow\w*|shr[aiu]nk\w*"
    r"|increas\w*|decreas\w*|declin\w*|gain\w*|lost|add(?:s|ed)|additional|extra|minus|plus|net|balance|collaps\w+|climb\w*"
    r"|jump\w*|soar\w*|surg\w+|plung\w+|mov\w+|develop\w*|progress\w*|beat\w*|exceed\w*|surpass\w*|outspen\w+|tops|topped"
    r"|(?:quarter|month|year|week)[\s-](?:on|over)|vs\.?|versus|over|against|than|compared|veränder\w*|[eé]volu\w*"
    r"|stand|held|steady"
)
# A calculated figure must be spoken of as what it is, or it reads as a plain count.
_CUES = {
    "difference": _CHANGED,
    "growth": _CHANGED,
    "ratio": r"what\s+(?:an?|the)|against|versus|vs\.?|compared|than|as\s+(?:much|many|large|big|high|often|likely)|ratio|factor|doubl\w+|twice|tripl\w+|times|(?:that|those)\s+of|the\s+figure",
    "mean": r"average|mean|averages|averaged|typical(?:ly)?",
    "share": r"of|share|part|proportion",
}
_TELLS_CHANGE = re.compile(
    r"\b(?:rose|risen|gr[eo]wn?|increased|climbed|jumped|gained|improved|fell|fallen|dropped|declined"
    r"|decreased|shrank|(?:(?:^|[,(:;–—])\s*|\b(?:is|are|was|were|be|been|went|goes|moved|came|still|also|and|\w+ly)\s+)(?:up|down)"
    r"|lost|won|shed)"
    r"(?:\s+by)?[\s*_]*$",
    re.IGNORECASE,
)
_TELLS_RATIO = re.compile(
    r"[\s*_]*(?:times\s+)?as\s+(?:much|many|large|big|high|often|likely)\b", re.I
)
_TELLS_MORE = re.compile(
    r"[\s*_]*(?:(?:more|less|fewer|higher|lower|larger|smaller|bigger|greater)\b)", re.IGNORECASE
)


# Counts of who came and went: "gained [[f1]] customers" tells them, and no difference.
ARRIVALS = frozenset({"entered", "left", "new_customers", "removed", "moved"})


def check_operation(
    reading: Reading, reference: Reference, facts: Mapping[str, Fact]
) -> str | Left | None:
    """A calculated figure is told as such, or says it itself; a plain one is not told as a change."""
    fact = facts[reference.fact]
    operation = fact.figure.operation
    arrow = re.search(r"[▲▼↑↓+][\s*_(]*$", reading.text[: reference.start])
    if (
        operation in _CUES
        and not (arrow and operation == "growth")
        and not re.search(rf"\b(?:{_CUES[operation]})\b", reading.masked, re.IGNORECASE)
    ):
        goes_on = re.match(r"[\s*_]*(?:[).,;:|\n]|$|(?:(?!customer|order|buyer|number|member)[a-z]+er|on|vs|versus|against|compared|from|since|in|by)\b)",
                           reading.text[reference.end :])  # fmt: skip
        stated = re.search(
            r"\b(?:is|was|are|were|has|have|had|of)[\s*_]+$", reading.text[: reference.start]
        )
        apart = re.search(r"[(:]\s*[*_]*$", reading.text[: reference.start])
        between = fact.figure.subject.parts and not (apart and told_of_both(reading, fact))
        if re.match(
            r"[\s*_]+(?!customer|order|buyer|number|member)[a-z]+er\b",
            reading.text[reference.end :],
        ):
            stated = None  # "baskets were [[f10]] fuller"
        if stated or not goes_on or between:
            return f"[[{fact.id}]] is a {operation}: say so"
        return operation_label(fact)
    if fact.figure.metric in ARRIVALS:
        return None
    if operation == "ratio" and direction(reading, fact, facts) != 1:
        return f"[[{fact.id}]] is {fact.figure.subject.name} in that order: tell it so"
    if operation != "ratio" and _TELLS_RATIO.match(reading.text[reference.end :]):
        return f"[[{fact.id}]] is no ratio: 'as many' needs a comparing fact"
    if turned := _turned(reading, reference, fact):
        return f"[[{fact.id}]] goes the other way than '{turned}'"
    told = _TELLS_CHANGE.search(reading.masked[: reference.start]) or _TELLS_MORE.match(
        reading.text[reference.end :]
    )
    if told and operation not in CHANGES:
        return f"[[{fact.id}]] is no difference: '{told.group().strip()}' needs a comparing fact"
    return None


def told_of_both(reading: Reading, fact: Fact) -> bool:
    return set(part_names(fact.figure.subject)) <= reading.names


def _turned(reading: Reading, reference: Reference, fact: Fact) -> str | None:
    """ "Lost [[f1]]", of a difference that is a gain."""
    led = re.search(
        r"\b(lost|shed|gained|won)[\s*_]+$", reading.masked[: reference.start], re.IGNORECASE
    )
    if led is None or fact.figure.operation not in ("growth", "difference"):
        return None
    gains = led[1].casefold() in ("gained", "won")
    return led[1] if gains != (number(fact) > 0) else None
