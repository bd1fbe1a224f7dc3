"""Customers who went from one segment to another: where from and where to must be told."""

import re

from engine.facts import Fact
from engine.grounding.binding import part_names
from engine.grounding.claims import Naming, Reading, Reference

_FROM = re.compile(
    r"\b(?:from|out\s+of|left|had\s+been|were|started(?:\s+\S+){0,3}\s+in|began(?:\s+\S+){0,3}\s+in|formerly)"
    r"(?:\s+(?:the|in))*[\s*_]*$",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\b(?:to|into|in|as|joined|became|entered|reached)(?:\s+the)?[\s*_]*$|(?:→|->)[\s*_]*$",
    re.IGNORECASE,
)
_VERBS = re.compile(
    r"\b(?:mov(?:e|ed|ing|es)|went|slipp?(?:ed|ing)?|migrat\w+|promot\w+|switch\w+|slid|dropp?(?:ed|ing)|fell|climb\w+|rose"
    r"|graduat\w+|demot\w+|upgrad\w+|downgrad\w+|chang\w+|ended|became|turned|drift\w+|pass(?:ed|ing)|shift\w+|came|won\s+back"
    r"|return\w+|advanc\w+|transition\w+|cross\w+|left|join\w+|made\s+it|progress\w+|sank)\b|→|->",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:the\s+)?(?:other\s+way|opposite\s+(?:direction|way)|reverse(?:\s+direction)?|vice\s+versa)\b",
    re.IGNORECASE,
)


def check_movement(reading: Reading, reference: Reference, fact: Fact) -> str | None:
    """Why the sentence does not tell this move, or None when it does."""
    before, after = part_names(fact.figure.subject)
    told = f"[[{fact.id}]] counts who moved from {before} to {after}"
    if not _VERBS.search(reading.masked):
        return f"{told}: say 'moved'"
    thing = re.match(
        r"[\s*_]*(?:orders|purchases|products|units|rows)\b", reading.text[reference.end :], re.I
    )
    if thing:
        return f"{told}, not {thing.group().strip()}"
    here = reading.clauses[reading.clause_at(reference.start)]
    if _BACK.search(reading.masked[here.start : here.end]):
        pair = _pair(reading, reference, here.start)
        return None if pair == (after, before) else told
    return None if _pair(reading, reference, None) == (before, after) else told


def _pair(reading: Reading, reference: Reference, until: int | None) -> tuple[str, str] | None:
    """From whom and to whom, as the sentence tells it around the figure (or before a place)."""
    limit = len(reading.text) if until is None else until
    names = [
        naming for naming in reading.namings if naming.start < limit and len(naming.names) == 1
    ]
    sources = [n for n in names if _FROM.search(reading.masked[: n.start])]
    targets = [n for n in names if n not in sources and _TO.search(reading.masked[: n.start])]
    if not sources or not targets:
        return None
    if len(targets) > 1 and len(reading.references) > 1:
        following = [n for n in targets if n.start > reference.start]
        between = [r for r in reading.references if r.start > reference.start]
        if not following or (between and following[0].start > between[0].start):
            return None
        target: Naming = following[0]
    else:
        target = targets[0]
        if len(targets) > 1:
            return None
    return (sources[0].names[0], target.names[0]) if len(sources) == 1 else None
