"""Words that rank, compare or tell a change stand only where a referenced fact proves them.

The order of a comparison is the order of its parts: the difference, ratio or growth of (A, B) tells
A beside B. A change over time has one subject, and the sign of the figure tells its direction.
"""

import re
from collections.abc import Callable, Collection, Mapping

from engine.facts import COMPARING, Fact
from engine.grounding.binding import names_for, operands, part_names, subject_of
from engine.grounding.claims import Compared, MetricWord, Reading, Reference
from engine.grounding.cues import derived
from engine.grounding.fitting import PREDICATES, own_metrics
from engine.grounding.labels import Left, operation_label
from engine.grounding.names import fold
from engine.grounding.nearby import around
from engine.grounding.shown import number
from engine.grounding.sides import AFTER_MARK
from engine.grounding.values import values_prove
from engine.metrics import METRICS

_BASE = {"share_of_customers": "customers", "share_of_revenue": "revenue",
         "expected_value_per_customer": "expected_value"}  # fmt: skip
_CHANGES = {"difference", "growth", "ratio"}
# A calculated figure must be spoken of as what it is, or it reads as a plain count.
_CUES = {
    "difference": r"differ\w*|gap|more|less|fewer|higher|lower|larger|smaller|bigger|change\w*|up"
    r"|down|rose|ris\w+|gr[eo]w\w*|fell|fall\w*|drop\w*|increas\w*|decreas\w*|declin\w*|gain\w*|longer|shorter|additional|extra|beat\w*|exceed\w*|minus|ahead|lost"
    r"|collaps\w+|climb\w*|jump\w*|surpass\w*|outspen\w+|mov\w+|develop\w*|greater|above|below|slow\w*",
    "growth": r"change\w*|up|down|rose|ris\w+|gr[eo]w\w*|fell|fall\w*|drop\w*|increas\w*|decreas\w*"
    r"|declin\w*|shr[aiu]nk\w*|more|less|fewer|higher|lower|climb\w*|jump\w*|collaps\w+|mov\w+|develop\w*"
    r"|beat\w*|exceed\w*|tops|topped|soar\w*|surg\w+|plung\w+|slip\w*|slow\w*|gain\w*|progress\w*|(?:quarter|month|year|week)[\s-](?:on|over)|vs\.?|versus|over|against|than|compared|ahead|weaker|stronger|veränder\w*|evolu\w*|évolu\w*|stand|held|steady",
    "ratio": r"what\s+(?:an?|the)|against|versus|vs\.?|compared|than|as\s+(?:much|many|large|big|high|often|likely)|ratio|factor|doubl\w+|twice|tripl\w+|times",
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
_ARRIVALS = frozenset({"entered", "left", "new_customers", "removed", "moved"})


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
        apart = re.search(r"[(:]\s*[*_]*$", reading.text[: reference.start])
        goes_on = re.match(r"[\s*_]*(?:[).,;:|\n]|$|(?:on|vs|versus|against|compared|from|since|in|by)\b)",
                           reading.text[reference.end :])  # fmt: skip
        if (
            not apart
            or not goes_on
            or (fact.figure.subject.parts and not told_of_both(reading, fact))
        ):
            return f"[[{fact.id}]] is a {operation}: say so"
        return operation_label(fact)
    if fact.figure.metric in _ARRIVALS:
        return None
    if operation == "ratio" and _direction(reading, fact, facts) != 1:
        return f"[[{fact.id}]] is {fact.figure.subject.name} in that order: tell it so"
    if operation != "ratio" and _TELLS_RATIO.match(reading.text[reference.end :]):
        return f"[[{fact.id}]] is no ratio: 'as many' needs a comparing fact"
    if turned := _turned(reading, reference, fact):
        return f"[[{fact.id}]] goes the other way than '{turned}'"
    told = _TELLS_CHANGE.search(reading.masked[: reference.start]) or _TELLS_MORE.match(
        reading.text[reference.end :]
    )
    if told and operation not in _CHANGES:
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


def check_comparison(
    reading: Reading,
    claim: Compared,
    facts: Mapping[str, Fact],
    at_times: Callable[[Fact], bool],
    timed: bool,
    set_out_from: Callable[[Fact, Compared], bool | None],
    rivals: Collection[str],
) -> str | None:
    """Why nothing in the answer proves the claim, or None when something does.

    A fact that the sentence does not refer to proves what names its subject, metric and times.
    """
    if claim.kind == "alike" and len(reading.names) < 2:
        return None
    referenced = [facts[reference.fact] for reference in reading.references]
    if claim.words.casefold() in ("gained", "gain") and any(
        fact.figure.metric in _ARRIVALS for fact in referenced
    ):
        return None
    beside = _beside(reading, claim)
    if beside is not None:
        referenced = [facts[beside.fact]]
    if any(_proves(reading, claim, fact, facts) for fact in referenced):
        return None
    if beside is None and values_prove(
        reading, claim, facts, set_out_from, rivals, lambda fact: _same_metric(reading, claim, fact)
    ):
        return None
    if beside is None and any(
        _says_all(reading, claim, fact, facts, timed) and at_times(fact) for fact in facts.values()
    ):
        return None
    return (
        f"'{claim.words}' compares, and no fact referenced in the sentence proves it: use calculate"
    )


def _beside(reading: Reading, claim: Compared) -> Reference | None:
    """The figure right before "more" or "less": it is by how much."""
    leads_on = re.match(r"\s+(?:to|from)\b", reading.text[claim.end :])
    if claim.kind not in ("up", "down") or leads_on:
        return None
    for reference in reading.references:
        if re.fullmatch(r"[\s*_]+", reading.text[reference.end : claim.start]):
            return reference
    return None


def _says_all(
    reading: Reading, claim: Compared, fact: Fact, facts: Mapping[str, Fact], timed: bool
) -> bool:
    """Whether the words alone tell whom and what the fact is about, and the fact proves them."""
    parts = set(part_names(subject_of(fact, facts)))
    if claim.kind in ("up", "down", "change", "doubled") and len(parts) < 2 and not timed:
        return False  # when it rose must be said
    whole = fact.figure.subject.kind in ("dataset", "run") and not reading.names
    if not (whole or (reading.names and parts <= reading.names)):
        return False
    told = {m for word in reading.metrics for m in (word.metric, _BASE.get(word.metric))} & (
        own_metrics(fact) | _bases(fact)
    )
    plain = not reading.metrics or all(word.metric == "segments" for word in reading.metrics)
    sized = claim.kind in ("largest", "smallest") and _bases(fact) & {"revenue"} and plain
    many = "many" in reading.masked.casefold() and claim.kind in ("as much", "doubled")
    sized = sized or (many and plain and "customers" in _bases(fact))
    group = any(word.metric == "segments" for word in reading.metrics)
    sized = sized or (
        claim.kind in ("up", "down") and group and plain and "customers" in _bases(fact)
    )
    return bool(told or sized) and _proves(reading, claim, fact, facts)


def _bases(fact: Fact) -> set[str]:
    metric = fact.figure.metric
    return {metric, _BASE.get(metric, metric)}


def _proves(reading: Reading, claim: Compared, fact: Fact, facts: Mapping[str, Fact]) -> bool:
    if not _same_metric(reading, claim, fact):
        return False
    operation, value = fact.figure.operation, number(fact)
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
    if operation in ("largest", "smallest") and claim.kind in ("up", "down"):
        return _beats(reading, claim, fact, facts)
    if operation not in COMPARING & _CHANGES or claim.kind in ("unbacked", "alike"):
        return False
    if claim.kind == "doubled":
        return _is_multiple(claim, fact, value) and _direction(reading, fact, facts) == 1
    if claim.kind == "as much":
        return operation == "ratio" and _direction(reading, fact, facts) == 1
    if not _same_subject(reading, claim, fact, facts):
        return False
    return claim.kind == "change" or _rises(claim, reading, fact, facts, value)


def _beats(reading: Reading, claim: Compared, fact: Fact, facts: Mapping[str, Fact]) -> bool:
    """The largest of several is larger than any of them that the sentence sets it against."""
    operation = fact.figure.operation
    if (operation == "largest") != (claim.kind == "up") or len(reading.names) != 2:
        return False
    winner = fold(subject_of(fact, facts).name)
    beaten = {name for each in operands(fact, facts) for name in part_names(each.figure.subject)}
    others = [naming.names[0] for naming in reading.namings
              if AFTER_MARK.search(reading.masked[: naming.start])]  # fmt: skip
    return len(others) == 1 and {winner, others[0]} == reading.names and others[0] in beaten


def _rises(
    claim: Compared, reading: Reading, fact: Fact, facts: Mapping[str, Fact], value: float
) -> bool:
    """More or less, as the sentence orders its two sides; only a difference may be turned round."""
    side = value - (1 if fact.figure.operation == "ratio" else 0)
    order = _direction(reading, fact, facts)
    told = any(reference.fact == fact.id for reference in reading.references)
    turned = order == -1 and told and fact.figure.operation != "difference"
    if side == 0 or order == 0 or turned:
        return False
    return (side * order > 0) == (claim.kind == "up")


_AMONG = re.compile(r"\b(?:ratio|difference|gap)\b", re.IGNORECASE)


_AGAINST = re.compile(
    r"\b(?:against|versus|vs\.?|than|(?:compared|relative)\s+(?:to|with))\s+\[\[\w+\]\]\s+(?:for|in|from|of|by|at|among)\s+(?:the\s+)?[*_]*$",
    re.IGNORECASE,
)


def _direction(reading: Reading, fact: Fact, facts: Mapping[str, Fact]) -> int:
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
        or _AGAINST.search(reading.text[: naming.start])
    ]
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
    own = own_metrics(fact) | _bases(fact)
    kind = fact.figure.subject.kind
    noun = re.compile(
        rf"{kind}s?|buyers?" if kind in ("product", "customer") else r"(?!)", re.IGNORECASE
    )
    if re.search(r"\b(?:often|frequently|regularly)\b", claim.words, re.IGNORECASE):
        return bool(own & {"frequency", "mean_frequency", "orders"})
    if re.search(r"valuable|lucrative|important", claim.words, re.IGNORECASE):
        return bool(own & {"revenue", "revenue_per_customer"})
    sized = [
        w
        for w in words
        if w.metric != "segments"
        and not noun.fullmatch(w.words)
        and w.words.casefold() != "sold"
        and not _belongs_to_name(reading, w)
        and not (w.metric in PREDICATES and _compares_itself(claim, w))
    ]
    if any(word.metric in own for word in sized):
        return True
    if fact.figure.metric == "segments" or not sized:
        of_segments = any(word.metric == "segments" for word in words)
        size = claim.kind in ("largest", "smallest") and of_segments and not sized
        return bool(own & {"customers", "segments"}) if size else True
    inside = [word for word in sized if claim.start <= word.start < claim.end]
    if "revenue_per_customer" in own and any(word.metric == "customers" for word in sized):
        return True  # "as much as a Loyal customer"
    if "average_order" in own and any(word.metric == "orders" for word in sized):
        return True  # "as much as a Regulars order"
    following = inside or [word for word in sized if word.start >= claim.end]
    nearest = following[0] if following else sized[-1]
    text = around(reading, claim, Reference(claim.start, claim.end, ""))
    unit = METRICS[fact.figure.metric].unit
    meant = {
        nearest.metric,
        _BASE.get(nearest.metric, nearest.metric),
        derived(nearest.metric, unit, text),
    }
    return bool(meant & own)


def _belongs_to_name(reading: Reading, word: MetricWord) -> bool:
    """ "Loyal customers": the noun of a name, and no number of people."""
    return word.metric == "customers" and any(
        re.fullmatch(r"[\s*_]+", reading.text[naming.end : word.start])
        for naming in reading.namings
    )


def _compares_itself(claim: Compared, word: MetricWord) -> bool:
    return claim.start <= word.start < claim.end


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
    place = reading.clause_at(claim.start)
    before = reading.clauses[place - 1].namings if place else ()
    if len(before) == 1 and len(reading.text[clause.start : clause.end].split()) <= 3:
        return set(before[0].names) == {fold(subject.name)}  # "in Top 100, the lowest, ..."
    bound = names_for(reading, _as_reference(reading, claim))
    return bound == (fold(subject.name),)


def _as_reference(reading: Reading, claim: Compared) -> Reference:
    return Reference(claim.start, claim.end, "")
