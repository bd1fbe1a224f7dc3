"""Whom a comparison tells, and whom it sets that against, as the words around it say."""

import re
from collections.abc import Mapping

from engine.facts import Fact
from engine.grounding.binding import part_names, subject_of
from engine.grounding.claims import Compared, Naming, Reading
from engine.grounding.shown import Sides

_VERBS = (
    r"exceed\w*|surpass\w*|outperform\w*|outnumber\w*|outspen\w+|outsell\w*|outsold|outrank\w*|outpac\w+|outweigh\w*|edg(?:es?|ed|ing)\s+out"
    r"|overt(?:ake|akes|aken|aking|ook)|ahead\s+of|beat\w*|leads?|tops|topped|trail\w*|second\s+to|larger\s+than"
)
AFTER_MARK = re.compile(
    rf"\b(?:{_VERBS}|above|below|under|over|behind|times|what|than|versus|vs\.?|against|as|unlike|(?:compared|relative)\s+(?:to|with)|that\s+of|those\s+of)\s+"
    r"(?:what\s+|one\s+|from\s+|likely\s+as\s+|(?:that|those|the\s+\w+)\s+of\s+|in\s+|for\s+|of\s+|by\s+|among\s+|an?\s+|the\s+|average\s+|median\s+|typical\s+|much\s+(?:\w+\s+)?as\s+|many\s+(?:\w+\s+)?as\s+)*[*_]*$",
    re.IGNORECASE,
)
_SHOP = re.compile(
    rf"\b(?:{_VERBS}|above|below|under|over|than|versus|vs\.?|against|(?:compared|relative)\s+(?:to|with))\s+(?:in\s+|for\s+|of\s+)?(?:that\s+of\s+)?(?:the|our|your)\s+"
    r"(?:whole\s+|entire\s+)?(?:shop|store|overall|customer\s+base|average\s+of\s+the\s+shop)\b",
    re.IGNORECASE,
)
# "[[f1]] compared with [[f2]] in Germany"
_AGAINST_FIGURE = re.compile(
    r"\b(?:against|versus|vs\.?|than|below|above|under|over|behind|ahead\s+of|(?:compared|relative)\s+(?:to|with))\s+(?:the\s+)?\[\[\w+\]\]\s+(?:for|in|from|of|by|at|among)\s+(?:the\s+)?[*_]*$",
    re.IGNORECASE,
)
COMPARATIVE = re.compile(
    r"more|less|fewer|higher|lower|larger|smaller|bigger|greater|better|worse|longer|shorter|stronger|weaker"
    r"|richer|poorer|faster|slower|quieter|softer|cooler|riskier|safer",
    re.IGNORECASE,
)
_BY = re.compile(r"[\s*_]+(?:\w+\s+)?by[\s*_]+(?:the\s+)?[*_]*$", re.IGNORECASE)


def sides_of(reading: Reading, claim: Compared) -> Sides | None:
    """None when the words do not tell it."""
    single = [naming for naming in reading.namings if len(naming.names) == 1]
    following = [naming for naming in single if naming.start >= claim.end]
    if following and re.match(r"no(?:ne|body)?\b", claim.words, re.IGNORECASE):
        return Sides(following[0].names[0], None)  # "no group is bigger than Steady"
    so = re.match(
        r"[\s*_]+so\s+(?:in|for|among|with)\s+(?:the\s+)?[*_]*", reading.masked[claim.end :]
    )
    if so and following and following[0].start == claim.end + so.end():
        before = [naming for naming in single if naming.end <= claim.start]
        return Sides(following[0].names[0], before[-1].names[0]) if before else None
    for naming in single:
        if naming.start > claim.end and _BY.fullmatch(reading.masked[claim.end : naming.start]):
            before = [each for each in single if each.end <= claim.start]
            return Sides(naming.names[0], before[-1].names[0]) if before else None
    marked = [
        each
        for each in single
        if AFTER_MARK.search(reading.text[: each.start])
        or _AGAINST_FIGURE.search(reading.text[: each.start])
    ]
    told = _told(reading, claim, [each for each in single if each not in marked])
    if told is None:
        return None
    itself = re.match(
        r"\s+than\s+(?:it|they|before|ever|in|at|last|a|the)\b", reading.masked[claim.end :]
    )
    if not marked and not itself and COMPARATIVE.fullmatch(claim.words) and len(reading.names) == 2:
        return Sides(told, next(name for name in reading.names if name != told))
    after = [each for each in marked if each.start >= claim.start]
    if after or marked:
        return Sides(told, (after or marked)[0].names[0])
    return Sides(told, "" if _SHOP.search(reading.masked) else None)


def _told(reading: Reading, claim: Compared, free: list[Naming]) -> str | None:
    """The name before the claim in its statement, else the first after it, else the first of all."""
    place = reading.clause_at(claim.start)
    while place > 0 and not reading.clauses[place].strong:
        place -= 1
    start = reading.clauses[place].start
    before = [each for each in free if start <= each.start and each.end <= claim.start]
    after = [each for each in free if each.start >= claim.end]
    if before:
        return before[-1].names[0]
    if after:
        return after[0].names[0]
    if free:
        return free[-1].names[0]
    return "" if not reading.namings else None


_AMONG = re.compile(r"\b(?:ratio|difference|gap)\b", re.IGNORECASE)


def direction(reading: Reading, fact: Fact, facts: Mapping[str, Fact]) -> int:
    """1: the sentence tells the first part beside the second; -1: turned round; 0: not sure."""
    return _order(reading, part_names(subject_of(fact, facts)))


def _order(reading: Reading, parts: list[str]) -> int:
    together = [naming.names for naming in reading.namings]
    if len(set(parts)) == 2 and together == [tuple(parts)] and _AMONG.search(reading.masked):
        return 1  # "the ratio between Champions and Loyal"
    single = [(name, naming) for naming in reading.namings for name in naming.names]
    other = [
        name
        for name, naming in single
        if AFTER_MARK.search(reading.text[: naming.start])
        or _AGAINST_FIGURE.search(reading.text[: naming.start])
    ]
    if len(set(parts)) < 2:
        return 0 if other else 1  # a change over time tells nothing of somebody else
    told = [name for name, _ in single if name not in other]
    if len(parts) != 2 or len(set(other)) != 1 or len(set(told)) != 1:
        return 0
    return {(told[0], other[0]): 1, (other[0], told[0]): -1}.get((parts[0], parts[1]), 0)
