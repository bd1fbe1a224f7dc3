"""Words that rank, compare or tell a change stand only where a referenced fact proves them.

The order of a comparison is the order of its parts: the difference, ratio or growth of (A, B) tells
A beside B. A change over time has one subject, and the sign of the figure tells its direction.
"""

import re
from collections.abc import Mapping

from engine.concepts import Money
from engine.facts import COMPARING, METRICS, Fact
from engine.grounding.binding import names_for, part_names, subject_of
from engine.grounding.claims import Compared, Reading, Reference, fold

_BASE = {"share_of_customers": "customers", "share_of_revenue": "revenue"}
_CHANGES = {"difference", "growth", "ratio"}
_AFTER_MARK = re.compile(
    r"\b(?:than|versus|vs\.?|against|as|(?:compared|relative)\s+(?:to|with)|that\s+of|those\s+of)\s+"
    r"(?:in\s+|for\s+|of\s+|by\s+|among\s+|the\s+)*[*_]*$",
    re.IGNORECASE,
)
# A calculated figure must be spoken of as what it is, or it reads as a plain count.
_CUES = {
    "difference": r"differ\w*|gap|more|less|fewer|higher|lower|larger|smaller|bigger|change\w*|up"
    r"|down|rose|ris\w+|gr[eo]w\w*|fell|fall\w*|drop\w*|increas\w*|decreas\w*|declin\w*|gain\w*",
    "growth": r"change\w*|up|down|rose|ris\w+|gr[eo]w\w*|fell|fall\w*|drop\w*|increas\w*|decreas\w*"
    r"|declin\w*|shr[aiu]nk\w*|more|less|fewer|higher|lower",
    "ratio": r"as\s+(?:much|many|large|big|high|often)|ratio|doubl\w+|twice|tripl\w+",
    "mean": r"average|mean|averages|averaged|typical(?:ly)?",
    "share": r"of|share|part|proportion",
}
_TELLS_CHANGE = re.compile(
    r"\b(?:rose|risen|gr[eo]wn?|increased|climbed|jumped|gained|improved|fell|fallen|dropped|declined"
    r"|decreased|shrank|(?<!make )(?<!makes )(?<!made )(?<!making )up|down|lost|won|added|shed)"
    r"(?:\s+by)?[\s*_]*$",
    re.IGNORECASE,
)
_TELLS_MORE = re.compile(
    r"[\s*_]*(?:(?:more|less|fewer|higher|lower|larger|smaller|bigger|greater)\b)", re.IGNORECASE
)


def check_operation(reading: Reading, reference: Reference, fact: Fact) -> str | None:
    """A calculated figure is told as such; a plain one is not told as a change."""
    operation = fact.figure.operation
    if operation in _CUES and not re.search(
        rf"\b(?:{_CUES[operation]})\b", reading.masked, re.IGNORECASE
    ):
        return f"[[{fact.id}]] is a {operation}: say so"
    told = _TELLS_CHANGE.search(reading.text[: reference.start]) or _TELLS_MORE.match(
        reading.text[reference.end :]
    )
    if told and operation not in _CHANGES:
        return f"[[{fact.id}]] is no difference: '{told.group().strip()}' needs a comparing fact"
    return None


def check_comparison(reading: Reading, claim: Compared, facts: Mapping[str, Fact]) -> str | None:
    """Why nothing in the sentence proves the claim, or None when something does."""
    if claim.kind == "alike" and len(reading.names) < 2:
        return None
    referenced = [facts[reference.fact] for reference in reading.references]
    if any(_proves(reading, claim, fact, facts) for fact in referenced):
        return None
    return (
        f"'{claim.words}' compares, and no fact referenced in the sentence proves it: use calculate"
    )


def _proves(reading: Reading, claim: Compared, fact: Fact, facts: Mapping[str, Fact]) -> bool:
    if not _same_metric(reading, claim, fact):
        return False
    operation, value = fact.figure.operation, _number(fact)
    if claim.kind == "largest":
        return operation == "largest" and _same_subject(reading, claim, fact, facts)
    if claim.kind == "smallest":
        return operation == "smallest" and _same_subject(reading, claim, fact, facts)
    if claim.kind == "extreme":
        return operation in ("largest", "smallest") and _same_subject(reading, claim, fact, facts)
    if claim.kind in ("majority", "minority"):
        is_share = fact.figure.unit == "share" and operation in (
            None,
            "share",
            "largest",
            "smallest",
        )
        fits = value > 0.5 if claim.kind == "majority" else value < 0.5
        return is_share and fits and _same_subject(reading, claim, fact, facts)
    if operation not in COMPARING & _CHANGES or claim.kind in ("unbacked", "alike"):
        return False
    if claim.kind == "doubled":
        return _is_multiple(claim, fact, value) and _direction(reading, fact, facts) == 1
    if claim.kind == "as much":
        return operation == "ratio" and _direction(reading, fact, facts) == 1
    if not _same_subject(reading, claim, fact, facts):
        return False
    return claim.kind == "change" or _rises(claim, reading, fact, facts, value)


def _number(fact: Fact) -> float:
    value = fact.figure.value
    if isinstance(value, Money):
        return float(value.major)
    return float(value) if isinstance(value, int | float) else 0.0


def _rises(
    claim: Compared, reading: Reading, fact: Fact, facts: Mapping[str, Fact], value: float
) -> bool:
    """More or less, as the sentence orders its two sides; only a difference may be turned round."""
    side = value - (1 if fact.figure.operation == "ratio" else 0)
    order = _direction(reading, fact, facts)
    if side == 0 or order == 0 or (order == -1 and fact.figure.operation != "difference"):
        return False
    return (side * order > 0) == (claim.kind == "up")


def _direction(reading: Reading, fact: Fact, facts: Mapping[str, Fact]) -> int:
    """1: the sentence tells the first part beside the second; -1: turned round; 0: not sure."""
    parts = part_names(subject_of(fact, facts))
    single = [(name, naming) for naming in reading.namings for name in naming.names]
    other = [name for name, naming in single if _AFTER_MARK.search(reading.text[: naming.start])]
    if len(set(parts)) < 2:
        return 0 if other else 1  # a change over time tells nothing of somebody else
    told = [name for name, _ in single if name not in other]
    if len(parts) != 2 or len(set(other)) != 1 or len(set(told)) != 1:
        return 0
    return {(told[0], other[0]): 1, (other[0], told[0]): -1}.get((parts[0], parts[1]), 0)


_MULTIPLES = {"doubl": 2.0, "twice": 2.0, "tripl": 3.0, "hal": 0.5}


def _is_multiple(claim: Compared, fact: Fact, value: float) -> bool:
    """Only what the figure itself says: 2.00 times, or growth of 100 %."""
    wanted = next(n for start, n in _MULTIPLES.items() if claim.words.casefold().startswith(start))
    got = value + 1 if fact.figure.operation == "growth" else value
    return fact.figure.operation in ("ratio", "growth") and abs(got - wanted) < 0.005


def _same_metric(reading: Reading, claim: Compared, fact: Fact) -> bool:
    """The metric word nearest to the claim in its clause is of the fact's kind."""
    clause = reading.clauses[reading.clause_at(claim.start)]
    words = [word for word in clause.metrics if METRICS[word.metric].unit != "date"]
    own = _BASE.get(fact.figure.metric, fact.figure.metric)
    sized = [word for word in words if word.metric != "segments"]
    if own == "segments" or not sized:
        of_segments = any(word.metric == "segments" for word in words)
        size = claim.kind in ("largest", "smallest") and of_segments and not sized
        return own in ("customers", "segments") if size else True
    following = [word for word in sized if word.start >= claim.end]
    nearest = following[0] if following else sized[-1]
    return _BASE.get(nearest.metric, nearest.metric) == own


def _same_subject(reading: Reading, claim: Compared, fact: Fact, facts: Mapping[str, Fact]) -> bool:
    """The claim is read like a figure in its place, so it belongs to whom a figure there would."""
    subject = subject_of(fact, facts)
    if not reading.names:
        return True  # the reference itself is bound to what was spoken of before
    if subject.kind in ("dataset", "run"):
        bound = names_for(reading, _as_reference(reading, claim))
        return not reading.clauses[reading.clause_at(claim.start)].namings and bound is not None
    parts = set(part_names(subject))
    if len(parts) > 1:
        return parts <= reading.names
    clause = reading.clauses[reading.clause_at(claim.start)]
    if clause.namings:
        # "Champions have more orders than ..." has its only side in this clause
        return any(set(naming.names) == {fold(subject.name)} for naming in clause.namings) and (
            len(clause.namings) == 1
        )
    bound = names_for(reading, _as_reference(reading, claim))
    return bound == (fold(subject.name),)


def _as_reference(reading: Reading, claim: Compared) -> Reference:
    return Reference(claim.start, claim.end, "")
