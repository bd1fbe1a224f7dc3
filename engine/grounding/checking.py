"""Decide whether a sentence may reach a person, and put the figures in.

A model writes figures only as references, [[f12]]. A sentence may go out when every reference
exists, when it holds no other figure, when the subject, metric and period that it names are those
of the facts it refers to, and when a referenced fact proves whatever it ranks or compares.
In doubt the sentence is kept back: a right sentence lost costs a repair, a wrong one costs trust.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from engine.facts import METRICS, Fact, Subject
from engine.grounding.binding import check_metric, check_subject, operands
from engine.grounding.claims import (
    REFERENCE,
    Compared,
    Reading,
    Reference,
    find_comparisons,
    fold,
    read_sentence,
)
from engine.grounding.comparisons import check_comparison, check_operation
from engine.grounding.manner import check_manner, find_strangers
from engine.grounding.neighbours import check_neighbours
from engine.grounding.periods import PeriodWord, agrees, find_periods
from engine.grounding.sentences import SENTENCE_LIMIT
from engine.grounding.wording import (
    find_foreign_letters,
    find_free_figures,
    find_glue,
    find_tampering,
    find_unknown_ids,
)

# Metrics that add up over time.
_FLOWS = frozenset(
    {"rows", "orders", "products", "units", "revenue", "gross_revenue", "returns_value"}
)


@dataclass(frozen=True)
class Verdict:
    """`subject` and `metric` are what the next sentence may lean on; reasons are for the model."""

    ok: bool
    reasons: tuple[str, ...]
    references: tuple[str, ...]
    subject: Subject | None = None
    metric: str | None = None


@dataclass(frozen=True)
class Rendered:
    text: str
    spans: tuple[tuple[int, int, str], ...]  # start, end, id of the fact


def check_sentence(
    sentence: str,
    facts: Mapping[str, Fact],
    names: Collection[Subject],
    question: str,
    context: Subject | None = None,
    heading: str | None = None,
) -> Verdict:
    """`context`: whom the sentence before spoke of; `heading`: the metric over a list."""
    references = tuple(match.group(1) for match in REFERENCE.finditer(sentence))
    if len(sentence) >= SENTENCE_LIMIT:
        return Verdict(False, ("it is too long to be checked: write short sentences",), references)
    reasons = list(find_tampering(sentence))
    reasons += [f"[[{fact}]] is no fact of this answer" for fact in references if fact not in facts]
    if reasons:
        return Verdict(False, _once(reasons), references)
    known = _known_subjects(facts, names)
    reading = read_sentence(sentence, [subject.name for subject in known.values()])
    reasons += find_glue(sentence, facts)
    reasons += find_foreign_letters(reading.masked)
    reasons += find_unknown_ids(reading, facts, question)
    reasons += _check_references(reading, facts, context, heading)
    comparisons = find_comparisons(reading)
    reasons += _check_all_comparisons(reading, comparisons, facts)
    times = find_periods(reading.masked)
    agreed = list(_agreed_periods(reading, facts, times))
    reasons += _check_periods(reading, facts, times, agreed)
    # "doubled" is a figure and a comparison; when unproved the comparison has been reported
    doubled = [(claim.start, claim.end) for claim in comparisons if claim.kind == "doubled"]
    reasons += find_free_figures(reading, facts, agreed, doubled, question)
    subject = _spoken_of(reading, facts, known, context)
    return Verdict(not reasons, _once(reasons), references, subject, _only_metric(reading))


def render_sentence(sentence: str, facts: Mapping[str, Fact]) -> Rendered:
    text, spans, done = "", [], 0
    for match in REFERENCE.finditer(sentence):
        text += sentence[done : match.start()]
        figure = facts[match.group(1)].text
        spans.append((len(text), len(text) + len(figure), match.group(1)))
        text += figure
        done = match.end()
    return Rendered(text + sentence[done:], tuple(spans))


def _once(reasons: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))


def _known_subjects(facts: Mapping[str, Fact], names: Collection[Subject]) -> dict[str, Subject]:
    """Everybody a sentence could name, by folded name."""
    known: dict[str, Subject] = {}

    def add(subject: Subject) -> None:
        for part in subject.parts:
            add(part)
        told_by_parts = subject.parts and all(p.name in subject.name for p in subject.parts)
        if subject.kind not in ("dataset", "run") and not told_by_parts:
            known.setdefault(fold(subject.name), subject)

    for fact in facts.values():
        add(fact.figure.subject)
    for subject in names:
        known[fold(subject.name)] = subject
    return known


def _check_references(
    reading: Reading, facts: Mapping[str, Fact], context: Subject | None, heading: str | None
) -> Iterator[str]:
    for reference in reading.references:
        fact = facts[reference.fact]
        found = (
            check_subject(reading, reference, facts, context),
            check_metric(reading, reference, facts, heading),
            check_operation(reading, reference, fact),
            check_manner(reading, reference, facts),
        )
        yield from (reason for reason in found if reason)
    yield from _check_stretches(reading, facts)
    yield from check_neighbours(reading)
    yield from find_strangers(reading, facts)


def _check_stretches(reading: Reading, facts: Mapping[str, Fact]) -> Iterator[str]:
    """ "From [[f1]] to [[f2]]" tells an order in time."""
    for one, two in zip(reading.references, reading.references[1:], strict=False):
        joined = re.fullmatch(
            r"[\s*_]+(?:[^.;,]*\s)?to[\s*_]+", reading.masked[one.end : two.start]
        )
        if not joined or not re.search(r"\bfrom[\s*_]+$", reading.text[: one.start]):
            continue
        before, after = facts[one.fact].figure, facts[two.fact].figure
        told = (
            (before.metric, before.operation)
            == (after.metric, after.operation)
            == (after.metric, None)
        )
        if before.unit != "date" and not (told and before.period.end < after.period.end):
            yield f"'from [[{one.fact}]] to [[{two.fact}]]' tells no time that passed between them"


def _check_all_comparisons(
    reading: Reading, comparisons: list[Compared], facts: Mapping[str, Fact]
) -> Iterator[str]:
    for claim in comparisons:
        reason = check_comparison(reading, claim, facts)
        if reason:
            yield reason


# ---- periods ------------------------------------------------------------------------------------


def _period_bearers(
    reading: Reading, word: PeriodWord, words: list[PeriodWord]
) -> tuple[Reference, ...]:
    """The references of the word's clause, else those of clauses that name no time themselves."""
    here = reading.clauses[reading.clause_at(word.start)]
    beside = [each for each in words if here.start <= each.start < here.end]
    spans: list[PeriodWord | Reference] = [*beside, *here.references]
    order = sorted(spans, key=lambda span: span.start)
    takes_turns = all(
        isinstance(a, Reference) != isinstance(b, Reference) for a, b in pairwise(order)
    )
    if len(beside) == len(here.references) and takes_turns:
        return (here.references[beside.index(word)],)
    if here.references:
        return here.references
    timed = {reading.clause_at(each.start) for each in words}
    free = tuple(r for r in reading.references if reading.clause_at(r.start) not in timed)
    return free or reading.references


def _agreed_periods(
    reading: Reading, facts: Mapping[str, Fact], words: list[PeriodWord]
) -> Iterator[PeriodWord]:
    now = _now(facts)
    for word in words:
        bearers = _period_bearers(reading, word, words)
        if now and bearers and all(_agrees(word, facts[ref.fact], facts, now) for ref in bearers):
            yield word


def _now(facts: Mapping[str, Fact]) -> datetime | None:
    return max((fact.figure.period.end for fact in facts.values()), default=None)


def _agrees(word: PeriodWord, fact: Fact, facts: Mapping[str, Fact], now: datetime) -> bool:
    periods = [each.figure.period for each in operands(fact, facts)] or [fact.figure.period]
    if len(set(periods)) == 1 and fact.figure.period not in periods:
        periods = [fact.figure.period]
    return agrees(word, periods, now, fact.figure.metric in _FLOWS)


def _check_periods(
    reading: Reading, facts: Mapping[str, Fact], words: list[PeriodWord], agreed: list[PeriodWord]
) -> Iterator[str]:
    for word in words if reading.references else []:
        if word not in agreed:
            told = " and ".join(facts[ref.fact].figure.period.words() for ref in reading.references)
            yield f"'{word.text}' is not the period of its facts ({told})"
    now = _now(facts)
    for reference in reading.references:
        fact = facts[reference.fact]
        timed = any(reference in _period_bearers(reading, word, words) for word in words)
        if not timed and now and _needs_period(fact, facts, now):
            period = fact.figure.period.words()
            yield f"[[{fact.id}]] speaks of one of several periods: say {period}"


def _needs_period(fact: Fact, facts: Mapping[str, Fact], now: datetime) -> bool:
    """When the answer knows the same figure for another time, unless this is the one as of now."""
    figure = fact.figure
    if figure.operation is not None or figure.period.horizon_days is not None:
        return False
    if figure.period.start is None and figure.period.end == now:
        return False
    return any(
        (other.figure.subject.id, other.figure.metric, other.figure.operation)
        == (figure.subject.id, figure.metric, None)
        and other.figure.period != figure.period
        for other in facts.values()
    )


# ---- what the next sentence may lean on ---------------------------------------------------------


def _spoken_of(
    reading: Reading,
    facts: Mapping[str, Fact],
    known: Mapping[str, Subject],
    context: Subject | None,
) -> Subject | None:
    named = [known[name] for name in sorted(reading.names)]
    if len(named) == 1:
        return named[0]
    if named:
        name = " and ".join(subject.name for subject in named)
        return Subject("comparison", "", name, tuple(named))
    whole = [facts[reference.fact].figure.subject for reference in reading.references]
    return next((subject for subject in whole if subject.kind == "dataset"), context)


def _only_metric(reading: Reading) -> str | None:
    metrics = {word.metric for word in reading.metrics if METRICS[word.metric].unit != "date"}
    metrics -= {"segments"} if len(metrics) > 1 else set()
    return metrics.pop() if len(metrics) == 1 else None
