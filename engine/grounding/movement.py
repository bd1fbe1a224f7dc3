"""Customers who went from one segment to another: where from and where to must be told."""

import re
from collections.abc import Sequence

from engine.facts import Fact
from engine.grounding.binding import part_names
from engine.grounding.claims import MASK, Naming, Reading, Reference

_FROM = re.compile(
    r"\b(?:from|out\s+of|left|had\s+been|were|started(?:\s+\S+){0,3}\s+in|began(?:\s+\S+){0,3}\s+in|formerly)"
    r"(?:\s+(?:the|in))*[\s*_]*$",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\b(?:to|into|in|as|of\s+them\s+for|left\s+(?:the\s+)?¤+\s+for|joined|became|entered|reached)(?:\s+the)?[\s*_]*$|(?:→|->)[\s*_]*$",
    re.IGNORECASE,
)
VERBS = re.compile(
    r"\b(?:mov(?:e|ed|ing|es)|flow\w*|found\s+(?:their|its)\s+way|went|slipp?(?:ed|ing)?|migrat\w+|promot\w+|switch\w+|slid|dropp?(?:ed|ing)|fell|climb\w+|rose"
    r"|graduat\w+|demot\w+|upgrad\w+|downgrad\w+|chang\w+|ended|became|turned|drift\w+|pass(?:ed|ing)|shift\w+|came|won\s+back"
    r"|return\w+|advanc\w+|transition\w+|cross\w+|left|join\w+|made\s+it|progress\w+|sank|recover\w*|inflow\w*|outflow\w*|way\s+back)\b|→|->",
    re.IGNORECASE,
)
_GO = re.compile(
    rf"[\s*_]+(?:(?:customers|members|buyers|people)\s+)?(?:(?:have|has|had)\s+)?(?:{VERBS.pattern})",
    re.I,
)
_GIVES = re.compile(rf"{MASK}[\s*_]+(?:has\s+|have\s+)?lost\b", re.IGNORECASE)
_TAKES = re.compile(
    rf"{MASK}[\s*_]+(?:has\s+|have\s+)?(?:gained|won|received|took(?:\s+in)?|picked\s+up)\b", re.I
)
_BACK = re.compile(
    r"\b(?:the\s+)?(?:other\s+way|opposite\s+(?:direction|way)|reverse(?:\s+direction)?|vice\s+versa|(?:the|their)\s+way\s+back|(?:climb|mov|com|c[ao]me|went|go|return|found\s+their\s+way|made\s+it|won)\w*\s+back)\b",
    re.IGNORECASE,
)


def check_movement(reading: Reading, reference: Reference, fact: Fact) -> str | None:
    """Why the sentence does not tell this move, or None when it does."""
    before, after = part_names(fact.figure.subject)
    told = f"[[{fact.id}]] counts who moved from {before} to {after}"
    if not any(told.search(reading.masked) for told in (VERBS, _GIVES, _TAKES)):
        return f"{told}: say 'moved'"
    thing = re.match(
        r"[\s*_]*(?:orders|purchases|products|units|rows)\b", reading.text[reference.end :], re.I
    )
    if thing:
        return f"{told}, not {thing.group().strip()}"
    here = reading.clauses[reading.clause_at(reference.start)]
    place = reading.references.index(reference)
    since = reading.references[place - 1].end if place else here.start
    own = _BACK.search(reading.masked[here.start : here.end])
    since = here.start if own else since
    named = any(since <= naming.start < here.end for naming in reading.namings)
    if not named and _BACK.search(reading.masked[min(since, here.start) : here.end]):
        pair = _pair(reading, reference, min(since, here.start))
        return None if pair == (after, before) else told
    return None if (before, after) in _told(reading, reference) else told


def _told(reading: Reading, reference: Reference) -> list[tuple[str, str] | None]:
    """As the whole sentence tells it; of several statements with names of their own, as this one."""
    if len(reading.references) == 1:
        return [_pair(reading, reference, None)]
    return [_pair(reading, reference, None), _pair_in(reading, reference)]


def _pair_in(reading: Reading, reference: Reference) -> tuple[str, str] | None:
    """Of the statement, where it holds the one figure and two names."""
    place = reading.clause_at(reference.start)
    first = max(n for n in range(place + 1) if reading.clauses[n].strong)
    ends = [n for n in range(place + 1, len(reading.clauses)) if reading.clauses[n].strong]
    clauses = reading.clauses[first : ends[0] if ends else len(reading.clauses)]
    names = [naming for clause in clauses for naming in clause.namings]
    figures = [each for clause in clauses for each in clause.references]
    if figures == [reference] and len(names) == 2:
        return _sides(reading, names)
    return _beside(reading, reference)


def _beside(reading: Reading, reference: Reference) -> tuple[str, str] | None:
    """ "[[f1]] from A to B, and [[f2]] from B to C"; "A → B: [[f1]]", one under the other."""
    place = reading.references.index(reference)
    ends = [r.start for r in reading.references[place + 1 :]] or [len(reading.text)]
    starts = [r.end for r in reading.references[:place]] or [0]
    after = [n for n in reading.namings if reference.end <= n.start < ends[0]]
    before = [n for n in reading.namings if starts[-1] <= n.start < reference.start]
    led = reading.text[before[-1].end : reference.start] if before else ""
    if len(before) == 2 and re.fullmatch(r"[\s*_]*:[\s*_]*", led):
        return _sides(reading, before)
    if len(after) == 1 and len(reading.names) == 2 and _TO.search(reading.masked[: after[0].start]):
        (target,) = after[0].names  # "..., and [[f8]] recovered to Promising"
        return next(iter(reading.names - {target})), target
    return _sides(reading, after) if len(after) == 2 else None


def _pair(reading: Reading, reference: Reference, until: int | None) -> tuple[str, str] | None:
    """From whom and to whom, as the sentence tells it around the figure (or before a place)."""
    limit = len(reading.text) if until is None else until
    names = [
        naming for naming in reading.namings if naming.start < limit and len(naming.names) == 1
    ]
    sources, targets = _ends(reading, names)
    others = [n for n in names if n.end <= reference.start and n not in (*sources, *targets)]
    if len(others) == 1 and bool(sources) != bool(targets):
        sources, targets = sources or others, targets or others  # "Loyal: [[f6]] moved to At risk"
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


def _ends(reading: Reading, names: Sequence[Naming]) -> tuple[list[Naming], list[Naming]]:
    """Who gives and who takes, by the word before each name, its verb, or an arrow after it."""
    sources = [
        naming
        for naming in names
        if _FROM.search(reading.masked[: naming.start])
        or _are_moved(reading, naming)
        or _acts(reading, naming, _GIVES)
        or re.match(r"[\s*_]*(?:→|->|⟶|➔)", reading.text[naming.end :])
    ]
    targets = [
        naming
        for naming in names
        if naming not in sources
        and (_TO.search(reading.masked[: naming.start]) or _acts(reading, naming, _TAKES))
    ]
    return sources, targets


def _are_moved(reading: Reading, naming: Naming) -> bool:
    """ "[[f6]] Loyal customers moved to Drifting": whom the figure counts are those who went."""
    counted = re.search(r"\]\](?:[\s*_]+of\s+the)?[\s*_]+$", reading.text[: naming.start])
    return bool(counted and _GO.match(reading.masked, naming.end))


def _sides(reading: Reading, names: Sequence[Naming]) -> tuple[str, str] | None:
    sources, targets = _ends(reading, names)
    if len(sources) != 1 or len(targets) != 1:
        return None
    return sources[0].names[0], targets[0].names[0]


def _acts(reading: Reading, naming: Naming, verb: re.Pattern[str]) -> bool:
    """ "Loyal lost [[f1]] to At risk", "At risk gained [[f1]] from Loyal": who gives, who takes."""
    return bool(verb.match(reading.masked, naming.end - 1))
