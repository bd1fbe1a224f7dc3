"""Decide whether a sentence may reach a person, and put the figures in.

A model writes figures only as references, [[f12]]. A sentence may go out when every reference
exists, when it holds no other figure, when the subject, metric and period that it names are those
of the facts it refers to, and when a referenced fact proves whatever it ranks or compares.
In doubt the sentence is kept back: a right sentence lost costs a repair, a wrong one costs trust.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.facts import Fact, Subject
from engine.grounding.against import out_of_order
from engine.grounding.binding import check_subject
from engine.grounding.claims import (
    REFERENCE,
    Compared,
    Reading,
    Reference,
    Span,
    find_comparisons,
    read_sentence,
)
from engine.grounding.comparisons import check_comparison
from engine.grounding.intervals import is_interval_end
from engine.grounding.labels import Left
from engine.grounding.languages import language_of, to_english
from engine.grounding.manner import check_manner, find_strangers
from engine.grounding.meaning import Asked, check_metric
from engine.grounding.moments import asked_times, spoken_times
from engine.grounding.movement import VERBS, check_movement
from engine.grounding.names import fold, name_pattern
from engine.grounding.neighbours import check_neighbours, narrowed
from engine.grounding.operations import check_operation
from engine.grounding.periods import PeriodWord, find_periods
from engine.grounding.reasons import find_reasons
from engine.grounding.rough import without_rough_words
from engine.grounding.sentences import SENTENCE_LIMIT
from engine.grounding.timing import Timing
from engine.grounding.values import counts_these, in_order
from engine.grounding.wording import (
    find_foreign_letters,
    find_free_figures,
    find_glue,
    find_tampering,
    find_unknown_ids,
    set_against,
)
from engine.metrics import METRICS


@dataclass(frozen=True)
class Verdict:
    """`subject` and `metric` are what the next sentence may lean on; reasons are for the model."""

    ok: bool
    reasons: tuple[str, ...]
    references: tuple[str, ...]
    subject: Subject | None = None
    metric: str | None = None
    times: tuple[PeriodWord, ...] = ()
    labels: tuple[str, ...] = ()  # of each reference in turn: what its figure has to say itself


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
    carried: Sequence[PeriodWord] = (),
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
    german = language_of(REFERENCE.sub(" ", sentence)) == "de"  # where every noun has a capital
    sentence = _in_english(sentence, [subject.name for subject in known.values()])
    sentence = without_rough_words(sentence, facts)
    asked = Asked.of(question, [subject.name for subject in known.values()])
    context = context or _asked_about(asked, known)
    reading = read_sentence(sentence, [subject.name for subject in known.values()])
    reasons += find_glue(sentence, facts)
    reasons += find_foreign_letters(reading.masked)
    times = find_periods(reading.masked)
    reasons += find_unknown_ids(reading, facts, question)
    labels: dict[Reference, list[str]] = {reference: [] for reference in reading.references}
    for reference, found in _check_references(
        reading, facts, context, heading, asked, _spans(times)
    ):
        _note(found, reference, reasons, labels)
    reasons += _check_together(reading, facts)
    reasons += [] if times else out_of_order(reading, facts)
    reasons += find_strangers(reading, facts, _spans(times), opening=german)
    reasons += find_reasons(reading, facts)
    timing = Timing(reading, facts, times, asked_times(asked.masked), carried)
    rivals = {fold(subject.name) for subject in names if subject.kind == "segment"}
    asks = not references and sentence.rstrip(" *_").endswith("?")
    borne_out = list(set_against(reading, facts, question))
    comparisons = [] if asks else find_comparisons(reading)
    borne_out += [*_moves(reading, facts), *counts_these(reading, facts), *in_order(reading, facts)]
    comparisons = [c for c in comparisons if not any(s <= c.start < e for s, e in borne_out)]
    unproved = {
        claim: reason
        for claim in comparisons
        if (
            reason := check_comparison(
                reading, claim, facts, timing.fits, bool(times), timing.is_other_end, rivals
            )
        )
    }
    reasons += unproved.values()
    agreed = list(timing.agreed())
    reasons += timing.problems(agreed)
    for reference, left in timing.left_open():
        labels[reference].append(left.words)
    # "doubled" is a figure and a comparison; when unproved the comparison has been reported
    doubled = [
        span
        for claim in comparisons
        if claim.kind == "doubled" or claim not in unproved
        if (span := _figure_in(claim))
    ]
    ahead = any(
        facts[ref.fact].figure.period.horizon_days is not None for ref in reading.references
    )
    doubled += [(w.start, w.end) for w in reading.metrics if ahead and w.metric == "churn"]
    doubled += borne_out
    doubled += [
        (w.start, w.end) for w in reading.metrics if re.search(_COUNTS_INSIDE, w.words, re.I)
    ]
    reasons += find_free_figures(reading, facts, agreed, doubled, question)
    subject = _spoken_of(reading, facts, known, context)
    return Verdict(
        not reasons,
        _once(reasons),
        references,
        subject,
        _only_metric(reading),
        spoken_times(times),
        _said_once([", ".join(dict.fromkeys(words)) for words in labels.values()]),
    )


def _said_once(labels: Sequence[str]) -> tuple[str, ...]:
    """What the figure before has said for the next one too stands once."""
    before = ["", *labels]
    return tuple("" if one == label else label for one, label in zip(before, labels, strict=False))


def _note(
    found: str | Left | None,
    reference: Reference,
    reasons: list[str],
    labels: dict[Reference, list[str]],
) -> None:
    if isinstance(found, Left):
        labels[reference].append(found.words)
    elif found:
        reasons.append(found)


def render_sentence(
    sentence: str, facts: Mapping[str, Fact], labels: Sequence[str] = ()
) -> Rendered:
    """The figures in their places; a unit that the text repeats stands once, one is singular."""
    text, spans, done = "", [], 0
    for place, match in enumerate(REFERENCE.finditer(sentence)):
        text += sentence[done : match.start()]
        fact = facts[match.group(1)]
        done = match.end()
        start = len(text)
        text += fact.text
        doubled = re.match(r"[*_]*[ \xa0](times|days?)\b", sentence[done:])
        if doubled and fact.text.endswith(f" {doubled[1]}"):
            marks = doubled.group()[: -len(doubled[1]) - 1]
            text, done = text + marks, done + doubled.end()
        elif fact.figure.unit == "count" and fact.figure.value == 1:
            plural = _PLURAL.match(sentence[done:])
            if plural:
                text += plural.group()[:-1]
                done += plural.end()
        labelled = place < len(labels) and labels[place]
        if labelled:
            text += f" ({labels[place]})"
        spans.append((start, len(text) if labelled else start + len(fact.text), fact.id))
    return Rendered(text + sentence[done:], tuple(spans))


_PLURAL = re.compile(
    r"[*_]*[ \xa0](?:customer|order|product|segment|buyer|member|invoice|row|record|unit|event|shopper)s(?=\W|$)"
)


# "Two or more orders" is what the repeat rate means, and no figure.
_COUNTS_INSIDE = r"\b(?:second|two|twice|one|another)\b"


def _figure_in(claim: Compared) -> tuple[int, int] | None:
    """The part of a claim that is a figure too: "doubled", and the "no segment" of a ranking."""
    if claim.kind == "doubled":
        return claim.start, claim.end
    none = re.match(r"no(?:\s+other)?\s+[^\W\d]+|none|nobody|nothing", claim.words, re.IGNORECASE)
    return (claim.start, claim.start + none.end()) if none else None


def _moves(reading: Reading, facts: Mapping[str, Fact]) -> Iterator[tuple[int, int]]:
    """ "[[f1]] customers dropped from Loyal to At risk": a way that is told, and no amount."""
    if any(facts[reference.fact].figure.metric == "moved" for reference in reading.references):
        for verb in VERBS.finditer(reading.masked):
            if re.match(
                r"\s+(?:up\s+|down\s+|back\s+)?(?:from|to|into|out|back)\b",
                reading.masked[verb.end() :],
            ):
                yield verb.span()


def _in_english(sentence: str, names: Iterable[str]) -> str:
    spans = [match.span() for name in names for match in name_pattern(name).finditer(sentence)]
    apart: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda each: each[0] - each[1]):
        if all(span[1] <= other[0] or other[1] <= span[0] for other in apart):
            apart.append(span)
    return to_english(sentence, apart)


def _spans(words: Iterable[PeriodWord]) -> list[Span]:
    return [Span(word.start, word.end) for word in words]


def _once(reasons: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))


def _asked_about(asked: Asked, known: Mapping[str, Subject]) -> Subject | None:
    """The one whom the question names: whom a sentence is about that names nobody."""
    return known[asked.names[0]] if len(asked.names) == 1 else None


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
    reading: Reading,
    facts: Mapping[str, Fact],
    context: Subject | None,
    heading: str | None,
    asked: Asked,
    times: Sequence[Span],
) -> Iterator[tuple[Reference, str | Left | None]]:
    for reference in reading.references:
        fact = facts[reference.fact]
        moved = fact.figure.metric == "moved" and len(fact.figure.subject.parts) == 2
        found = (
            check_movement(reading, reference, fact)
            if moved
            else check_subject(reading, reference, facts, context),
            None if moved else check_metric(reading, reference, facts, heading, asked),
            check_operation(reading, reference, facts),
            check_manner(reading, reference, facts, times),
            narrowed(reading, reference, fact),
        )
        yield from ((reference, each) for each in found)


def _check_together(reading: Reading, facts: Mapping[str, Fact]) -> Iterator[str]:
    yield from _check_stretches(reading, facts)
    yield from _check_ends(reading, facts)
    yield from check_neighbours(reading, facts)


def _check_stretches(reading: Reading, facts: Mapping[str, Fact]) -> Iterator[str]:
    """ "From [[f1]] to [[f2]]" tells an order in time."""
    for one, two in zip(reading.references, reading.references[1:], strict=False):
        joined = re.fullmatch(
            r"[\s*_]+(?:[^.;,]*\s)?to[\s*_]+", reading.masked[one.end : two.start]
        )
        if not joined or not re.search(r"\bfrom[\s*_]+$", reading.text[: one.start]):
            continue
        if is_interval_end(reading, one, facts) or _ranges(one, two, facts):
            continue
        before, after = facts[one.fact].figure, facts[two.fact].figure
        told = (
            (before.metric, before.operation)
            == (after.metric, after.operation)
            == (after.metric, None)
        )
        if before.unit != "date" and not (told and before.period.end < after.period.end):
            yield f"'from [[{one.fact}]] to [[{two.fact}]]' tells no time that passed between them"


def _ranges(one: Reference, two: Reference, facts: Mapping[str, Fact]) -> bool:
    """ "From [[f1]] for Champions to [[f2]] for Hibernating": no time passes between them."""
    a, b = facts[one.fact].figure, facts[two.fact].figure
    return a.metric == b.metric and a.subject != b.subject and a.period == b.period


def _check_ends(reading: Reading, facts: Mapping[str, Fact]) -> Iterator[str]:
    """Beside a change, "from" leads to the amount before it and "to" to the one after."""
    changes = [facts[r.fact].figure for r in reading.references
               if facts[r.fact].figure.operation in ("growth", "difference")]  # fmt: skip
    for reference in reading.references:
        own = facts[reference.fact].figure
        led = re.search(r"\b(from|to)[\s*_]+$", reading.masked[: reference.start], re.IGNORECASE)
        if led is None:
            continue
        side = led[1].casefold()
        if own.operation in ("growth", "difference"):
            yield f"[[{reference.fact}]] is a change: say 'by', not '{side}'"
        for change in changes:
            expected = change.period if side == "to" else change.against
            same = (change.metric, change.subject) == (own.metric, own.subject)
            if same and own.operation is None and expected not in (None, own.period):
                yield f"[[{reference.fact}]] is not what it changed {side}"


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
