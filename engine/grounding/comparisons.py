"""Words that rank, compare or tell a change stand only where a referenced fact proves them.

The order of a comparison is the order of its parts: the difference, ratio or growth of (A, B) tells
A beside B. A change over time has one subject, and the sign of the figure tells its direction.
"""

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial

from engine.facts import COMPARING, Fact
from engine.grounding.against import bears_out, pair_of
from engine.grounding.binding import names_for, operands, part_names, subject_of
from engine.grounding.claims import Compared, MetricWord, Reading, Reference
from engine.grounding.cues import derived
from engine.grounding.fitting import PREDICATES, is_weak, own_metrics
from engine.grounding.names import fold
from engine.grounding.nearby import around
from engine.grounding.operations import ARRIVALS, CHANGES
from engine.grounding.shown import number
from engine.grounding.sides import AFTER_MARK, direction
from engine.grounding.values import all_facts_agree, values_prove
from engine.metrics import METRICS

_BASE = {"share_of_customers": "customers", "share_of_revenue": "revenue",
         "expected_value_per_customer": "expected_value"}  # fmt: skip


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
        fact.figure.metric in ARRIVALS for fact in referenced
    ):
        return None
    shown = {fact.figure.period for fact in referenced}
    beside = _beside(reading, claim)
    if beside is not None:
        referenced = [facts[beside.fact]]
    if any(_proves(reading, claim, fact, facts) for fact in referenced):
        return None
    about = partial(_same_metric, reading, claim)
    if _pair_proves(reading, claim, facts, timed, about):
        return None
    if beside is None and values_prove(reading, claim, facts, set_out_from, rivals, about):
        return None
    if beside is None and any(
        _says_all(reading, claim, fact, facts, timed or fact.figure.period in shown)
        and at_times(fact)
        for fact in facts.values()
    ):
        return None
    when = at_times if timed else None
    if beside is None and all_facts_agree(reading, claim, facts, about, when):
        return None
    return (
        f"'{claim.words}' compares, and no fact referenced in the sentence proves it: use calculate"
    )


def _pair_proves(
    reading: Reading,
    claim: Compared,
    facts: Mapping[str, Fact],
    timed: bool,
    about: Callable[[Fact], bool],
) -> bool:
    pair = pair_of(reading, claim) if claim.kind in ("up", "down") else None
    if pair is None:
        return False
    told = facts[pair[0].fact]
    suits = about(told) or _of_money(reading, claim, told)
    return suits and bears_out(claim, pair, facts, timed)


def _of_money(reading: Reading, claim: Compared, fact: Fact) -> bool:
    """ "Each was worth more: [[f1]] instead of [[f2]]": a verb of money that fits any amount."""
    words = reading.clauses[reading.clause_at(claim.start)].metrics
    return fact.figure.unit == "money" and all(is_weak(word) for word in words)


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
    unit = METRICS[fact.figure.metric].unit
    told = {
        m
        for word in reading.metrics
        for m in (word.metric, _BASE.get(word.metric), derived(word.metric, unit, reading.masked))
    } & (own_metrics(fact) | _bases(fact))
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
    if operation not in COMPARING & CHANGES or claim.kind in ("unbacked", "alike"):
        return False
    if claim.kind == "doubled":
        return _is_multiple(reading, claim, fact, value) and direction(reading, fact, facts) == 1
    if claim.kind == "as much":
        return operation == "ratio" and direction(reading, fact, facts) == 1
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
    order = direction(reading, fact, facts)
    told = any(reference.fact == fact.id for reference in reading.references)
    turned = order == -1 and told and fact.figure.operation != "difference"
    if side == 0 or order == 0 or turned:
        return False
    return (side * order > 0) == (claim.kind == "up")


_MULTIPLES = {"doubl": 2.0, "twice": 2.0, "tripl": 3.0, "hal": 0.5}


def _is_multiple(reading: Reading, claim: Compared, fact: Fact, value: float) -> bool:
    """What the figure itself says: 2.00 times, or growth of 100 %; "more than double": 2.40."""
    wanted = next(n for start, n in _MULTIPLES.items() if claim.words.casefold().startswith(start))
    got = value + 1 if fact.figure.operation == "growth" else value
    if fact.figure.operation not in ("ratio", "growth"):
        return False
    before = reading.masked[: claim.start]
    if re.search(r"\b(?:more\s+than|over)\s+$", before, re.IGNORECASE):
        return got > wanted
    if re.search(r"\b(?:nearly|almost|close\s+to|just\s+under)\s+$", before, re.IGNORECASE):
        return 0.9 * wanted < got < wanted
    return abs(got - wanted) < 0.005


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
    if re.search(r"risk|safe", claim.words, re.IGNORECASE):
        return bool(own & {"churn", "expected_leavers", "revenue_at_risk", "value_at_risk"})
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
        named = parts & reading.names if claim.kind == "change" else parts <= reading.names
        return bool(named)
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
