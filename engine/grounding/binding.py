"""Which subject, metric and period a reader would give each figure of a sentence.

Reading is strict: where two readings are possible, neither is taken (None).
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from engine.facts import METRICS, Fact, Subject
from engine.grounding.claims import Clause, MetricWord, Naming, Reading, Reference, fold

WHOLE = re.compile(
    r"\b(?:shop|store|dataset|data|across|overall|altogether|in\s+(?:all|total)|total|all|whole|entire"
    r"|everyone|there\s+(?:is|are|was|were)|you\s+have)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:they|their|them|theirs|its?|this\s+(?:segment|group)|who|these|those)\b", re.IGNORECASE
)
_PEOPLE = re.compile(r"\b(?:they|their|them|theirs|this\s+(?:segment|group)|who)\b", re.IGNORECASE)
_PART_OF = re.compile(
    r"(?:\]\][\s*_]*(?:\([^)]*\)\s*)?of|out\s+of|of\s+(?:all|the\s+shop[’']s|a\s+total\s+of))"
    r"[\s*_]+(?:(?:the|your|our|all)\s+)*[*_]*$",
    re.IGNORECASE,
)


_OF_SHOP = re.compile(r"\b(?:shop|store|dataset|overall|altogether|across)\b", re.IGNORECASE)


# ---- subjects -----------------------------------------------------------------------------------


def names_for(reading: Reading, reference: Reference) -> tuple[str, ...] | None:
    """The folded names the reference speaks of; () when the sentence names nobody."""
    if re.search(r"\brespectively\b", reading.text, re.IGNORECASE):
        return _in_turn(reading, reference)
    here = reading.clause_at(reference.start)
    clause = reading.clauses[here]
    if len(clause.namings) == 1:
        return clause.namings[0].names
    if clause.namings:
        return _alternating(clause, reference)
    behind = next((c.namings[-1] for c in reversed(reading.clauses[:here]) if c.namings), None)
    ahead = _next_naming(reading.clauses, here)
    if behind is None:
        following = [c.namings[0] for c in reading.clauses[here:] if c.namings]
        return following[0].names if following else ()
    return None if ahead and ahead.names != behind.names else behind.names


def _in_turn(reading: Reading, reference: Reference) -> tuple[str, ...] | None:
    """Champions and Loyal have [[f1]] and [[f2]] customers respectively."""
    if len(reading.namings) != 1 or len(reading.namings[0].names) != len(reading.references):
        return None
    return (reading.namings[0].names[reading.references.index(reference)],)


def _alternating(clause: Clause, reference: Reference) -> tuple[str, ...] | None:
    """Several names in one clause are told apart only as name, figure, name, figure, or turned."""
    order = sorted((*clause.namings, *clause.references), key=lambda span: span.start)
    takes_turns = all(isinstance(a, Naming) != isinstance(b, Naming) for a, b in pairwise(order))
    if not takes_turns or len(clause.namings) != len(clause.references):
        return None
    return clause.namings[clause.references.index(reference)].names


def _next_naming(clauses: tuple[Clause, ...], here: int) -> Naming | None:
    """A later name that could claim a figure before it: "..., and [[f2]], in Loyal"."""
    for place in range(here + 1, len(clauses)):
        clause = clauses[place]
        if clause.strong:
            return None
        if clause.namings:
            naming = clause.namings[0]
            if clause.references:
                return naming if clause.references[0].start < naming.start else None
            later = next((c for c in clauses[place + 1 :] if c.namings or c.references), None)
            return None if later and not later.namings else naming
    return None


def operands(fact: Fact, facts: Mapping[str, Fact]) -> list[Fact]:
    """The facts of this answer that the figure was calculated from."""
    by_receipt = {each.receipt: each for each in facts.values()}
    return [by_receipt[receipt] for receipt in fact.figure.operands if receipt in by_receipt]


def subject_of(fact: Fact, facts: Mapping[str, Fact]) -> Subject:
    """The winner, when the largest or smallest of several was sought."""
    figure = fact.figure
    if figure.operation in ("largest", "smallest") and figure.subject.parts:
        winners = [o for o in operands(fact, facts) if o.figure.value == figure.value]
        if len(winners) == 1:
            return winners[0].figure.subject
    return figure.subject


def part_names(subject: Subject) -> list[str]:
    if not subject.parts:
        return [fold(subject.name)]
    return [name for part in subject.parts for name in part_names(part)]


def check_subject(
    reading: Reading, reference: Reference, facts: Mapping[str, Fact], context: Subject | None
) -> str | None:
    fact = facts[reference.fact]
    subject = subject_of(fact, facts)
    bound = names_for(reading, reference)
    told = f"[[{fact.id}]] is about {subject.name}"
    if subject.kind in ("dataset", "run"):
        return _check_whole(reading, reference, fact, bound, told, context)
    if part_of_whole(reading, reference) and not subject.parts:
        return f"{told}, but the sentence takes it for the whole of something"
    own, parts = {fold(subject.name)}, set(part_names(subject))
    if bound is None and fact.figure.operation not in ("difference", "ratio", "growth"):
        return f"{told}: say so next to it, one name to a figure"
    named = set(bound or ())
    if not reading.names:
        held = {fold(context.name)} if context else set()
        same = held == own or (context is not None and set(part_names(context)) == parts)
        return None if same else f"{told}, which the sentence does not name"
    if named in (own, parts):
        return None
    if len(parts) > 1 and fact.figure.operation in ("difference", "ratio", "growth"):
        clause = reading.clauses[reading.clause_at(reference.start)]
        near = {name for naming in clause.namings for name in naming.names}
        if near | named <= parts and parts == reading.names:
            return None
    wrong = " and ".join(sorted(named)) or "nobody"
    return f"{told}, but the sentence gives it to {wrong}"


def part_of_whole(reading: Reading, reference: Reference) -> bool:
    """Whether the figure stands for the whole: "[[f1]] of [[f20]]", "Of the [[f20]] customers"."""
    clause = reading.clauses[reading.clause_at(reference.start)]
    opens = re.fullmatch(
        r"[\W_]*(?:out\s+)?of\s+(?:(?:all|the|your|our|shop[’']s)\s+)*[*_]*",
        reading.text[clause.start : reference.start],
        re.IGNORECASE,
    )
    shop = not clause.namings and _OF_SHOP.search(reading.masked[clause.start : clause.end])
    return bool(opens or shop or _PART_OF.search(reading.text[: reference.start]))


def _check_whole(
    reading: Reading,
    reference: Reference,
    fact: Fact,
    bound: tuple[str, ...] | None,
    told: str,
    context: Subject | None,
) -> str | None:
    """A figure of the whole dataset must not read as one of a segment."""
    clause = reading.clauses[reading.clause_at(reference.start)]
    words = reading.masked[clause.start : clause.end]
    within_segment = context is not None and context.kind not in ("dataset", "run")
    part = part_of_whole(reading, reference)
    counts_segments = fact.figure.metric == "segments"
    whole = bool(WHOLE.search(words)) or part or counts_segments
    if clause.namings:
        return None if part else f"{told}, not about {' and '.join(sorted(reading.names))}"
    if whole and not _PRONOUN.search(words):
        return None
    if not reading.names and not within_segment and not _PEOPLE.search(words):
        return None  # "in November it was [[f61]]"
    if bound != () or within_segment or _PRONOUN.search(words):
        return f"{told}: say 'across the shop' or 'in total' beside it"
    return None


# ---- metrics ------------------------------------------------------------------------------------


def own_metrics(fact: Fact) -> set[str]:
    metric = fact.figure.metric
    shares = {"customers": "share_of_customers", "revenue": "share_of_revenue"}
    if fact.figure.operation == "share" and metric in shares:
        return {metric, shares[metric]}
    return {metric}


# What customers will do: it tells what a figure of its clause counts, however near another word.
_PREDICATES = ("churn", "expected_leavers")


def metric_for(reading: Reading, reference: Reference, fact: Fact) -> str | None:
    """The metric a reader gives the figure; None when the sentence names none, "?" when unclear."""
    here = reading.clause_at(reference.start)
    if fact.figure.unit == "days" and re.match(r"[\s*_]*ago\b", reading.text[reference.end :]):
        return "recency"
    clause = reading.clauses[here]
    told = [word.metric for word in clause.metrics if word.metric in _PREDICATES]
    if told and len(clause.references) == 1:
        return told[0]
    near = _nearest(reading, clause, reference, fact)
    if near:
        return _meant(near, reference, fact)
    if not clause.metrics and any(
        re.fullmatch(r"[\s*_]+", reading.text[reference.end : naming.start])
        for naming in clause.namings
    ):
        return "customers"  # [[f1]] Champions
    behind = next(_words_of(reversed(reading.clauses[:here]), reference, fact, -1), None)
    ahead = next(_words_of(iter(reading.clauses[here + 1 :]), reference, fact, 0), None)
    if behind and ahead and behind.metric != ahead.metric and _reaches_back(reading, here, ahead):
        return "?"
    found = behind or ahead
    return _meant(found, reference, fact) if found else None


def _meant(word: MetricWord, reference: Reference, fact: Fact) -> str:
    """ "Of revenue" names a share after a share, and revenue after an amount or before a figure."""
    shared = {"share_of_revenue": "revenue", "share_of_customers": "customers"}.get(word.metric)
    plain = fact.figure.unit not in ("count", "share") or word.start < reference.start
    if shared == fact.figure.metric and plain and word.words[:2].casefold() == "of":
        return shared
    return word.metric


def _words_of(
    clauses: Iterator[Clause], reference: Reference, fact: Fact, place: int
) -> Iterator[MetricWord]:
    for clause in clauses:
        counted = [word for word in clause.metrics if _counts(word, reference, fact)]
        if counted:
            yield counted[place]


def _counts(word: MetricWord, reference: Reference, fact: Fact) -> bool:
    """ "From" and "to" speak of dates only, and "segment" is mostly just a noun."""
    if (METRICS[word.metric].unit == "date") != (fact.figure.unit == "date"):
        return False
    if METRICS[word.metric].unit == "date":
        return word.start < reference.start
    if fact.figure.unit == "days":  # whose text says "days": it counts nothing else
        return METRICS[word.metric].unit == "days"
    if word.metric != "segments" or fact.figure.metric == "segments":
        return True
    return word.words.casefold().endswith("s") and 0 <= word.start - reference.end <= 2


def _nearest(
    reading: Reading, clause: Clause, reference: Reference, fact: Fact
) -> MetricWord | None:
    def distance(word: MetricWord) -> tuple[int, int]:
        after = word.start >= reference.end
        return (word.start - reference.end if after else reference.start - word.end, not after)

    def reached(word: MetricWord) -> bool:
        low, high = min(word.end, reference.end), max(word.start, reference.start)
        return not any(low <= other.start and other.end <= high for other in clause.references
                       if other != reference)  # fmt: skip

    counted = [word for word in clause.metrics if _counts(word, reference, fact)]
    reachable = [word for word in counted if reached(word)] or counted
    return min(reachable, key=distance, default=None)


def _reaches_back(reading: Reading, here: int, word: MetricWord) -> bool:
    """Whether a later metric word follows a figure: "Loyal [[f2]] and At risk [[f3]] orders"."""
    there = reading.clause_at(word.start)
    between = reading.clauses[here + 1 : there + 1]
    if any(clause.strong for clause in between):
        return False
    return any(ref.start < word.start for ref in reading.clauses[there].references)


def check_metric(
    reading: Reading, reference: Reference, facts: Mapping[str, Fact], heading: str | None
) -> str | None:
    fact = facts[reference.fact]
    told = f"[[{fact.id}]] is {METRICS[fact.figure.metric].meaning}"
    metric = metric_for(reading, reference, fact) or heading
    if metric is None:
        return f"{told}: name it, for instance '{METRICS[fact.figure.metric].words[0]}'"
    if metric == "?":
        return f"{told}: name it next to the reference"
    if metric not in own_metrics(fact):
        return f"{told}, but the sentence calls it {METRICS[metric].words[0]}"
    return None
