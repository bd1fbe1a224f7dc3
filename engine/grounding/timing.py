"""Whether the words of time in a sentence are the periods of the figures they stand with."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from engine.facts import Fact, Period
from engine.grounding.binding import operands
from engine.grounding.claims import Reading, Reference
from engine.grounding.periods import PeriodWord
from engine.grounding.stretches import When, agrees

# Metrics that add up over time.
_FLOWS = frozenset(
    {"rows", "orders", "products", "units", "revenue", "gross_revenue", "returns_value"}
)
_IN_TURN = re.compile(r"\b(?:respectively|in\s+(?:that|this)\s+order|in\s+turn)\b", re.IGNORECASE)


class Timing:
    """The words of time of one sentence beside the facts it refers to.

    `carried` are words that the question, a heading or the sentence before has settled.
    """

    def __init__(
        self,
        reading: Reading,
        facts: Mapping[str, Fact],
        words: list[PeriodWord],
        asked: Sequence[PeriodWord] = (),
        carried: Sequence[PeriodWord] = (),
    ) -> None:
        self._reading, self._facts = reading, facts
        self._words = _resolved(words, carried)
        self._asked = [
            word for word in asked if not word.looks_ahead and word.role not in ("start", "base")
        ]  # "since last month" asks for what came after it
        self._carried = carried
        self._when = when_of(facts)

    def agreed(self) -> Iterator[PeriodWord]:
        """The words that every figure they are read with bears out."""
        for word in self._words:
            bearers = self._judges(word)
            if (
                not bearers
                and self._known(word)
                or (
                    bearers
                    and self._one_of_change(bearers)
                    and any(self._agrees(word, reference) for reference in bearers)
                )
                or bearers
                and all(self._agrees(word, reference) for reference in bearers)
            ):
                yield word

    def problems(self, agreed: Sequence[PeriodWord]) -> Iterator[str]:
        references = self._reading.references
        for word in self._words if references else []:
            if word not in agreed and self._judges(word):
                told = " and ".join(
                    self._facts[ref.fact].figure.period.words() for ref in references
                )
                yield f"'{word.text}' is not the period of its facts ({told})"
        for reference in references:
            if not any(reference in self._bearers(word) for word in self._words):
                yield from self._untimed(reference)

    def _untimed(self, reference: Reference) -> Iterator[str]:
        """A figure with no time beside it is read as of the time asked about, or as of now."""
        fact = self._facts[reference.fact]
        if self._when is None or self._told_by_change(reference):
            return
        settled = [word for word in (*self._asked, *self._carried) if word.meaning != "now"]
        fits = [word for word in settled if self._agrees(word, reference)]
        if fits:
            return
        if self._asked and _is_flow(fact) and fact.figure.operation is None and settled:
            yield f"[[{fact.id}]] is not of the time asked about: say {fact.figure.period.words()}"
        elif _needs_period(fact, self._facts, self._when):
            yield f"[[{fact.id}]] speaks of one of several periods: say {fact.figure.period.words()}"

    def _told_by_change(self, reference: Reference) -> bool:
        """ "Revenue grew [[growth]], from [[before]] to [[after]]" tells both times."""
        own = self._facts[reference.fact].figure
        before = re.search(r"\bfrom[\s*_]+$", self._reading.text[: reference.start], re.IGNORECASE)
        after = re.search(r"\bto[\s*_]+$", self._reading.text[: reference.start], re.IGNORECASE)
        for other in self._reading.references:
            change = self._facts[other.fact].figure
            if (change.metric, change.subject) != (own.metric, own.subject) or other == reference:
                continue
            if (before and own.period == change.against) or (after and own.period == change.period):
                return change.against is not None
        return False

    def fits(self, fact: Fact) -> bool:
        """Whether the fact is of every time that the sentence names."""
        return self._when is not None and all(
            agrees(word, periods_of(fact, self._facts), self._when, fact.figure.metric in _FLOWS)
            for word in self._words
        )

    # ---- who bears a word -----------------------------------------------------------------------

    def _bearers(self, word: PeriodWord) -> tuple[Reference, ...]:
        """The references of the word's clause and of those that go on with it."""
        clauses = self._reading.clauses
        place = self._reading.clause_at(word.start)
        here = clauses[place]
        if _IN_TURN.search(self._reading.text) and len(self._words) == len(
            self._reading.references
        ):
            return (self._reading.references[self._words.index(word)],)
        beside = [each for each in self._words if here.start <= each.start < here.end]
        spans: list[PeriodWord | Reference] = [*beside, *here.references]
        order = sorted(spans, key=lambda span: span.start)
        takes_turns = all(
            isinstance(a, Reference) != isinstance(b, Reference) for a, b in pairwise(order)
        )
        if len(beside) == len(here.references) and takes_turns and here.references:
            own = (here.references[beside.index(word)],)
            return own if len(beside) > 1 else (*own, *self._following(place))
        if here.references:
            return (*here.references, *self._following(place))
        timed = {self._reading.clause_at(each.start) for each in self._words}
        near = self._statement(place)
        free = tuple(r for r in near if self._reading.clause_at(r.start) not in timed)
        return free or near

    def _statement(self, place: int) -> tuple[Reference, ...]:
        """The references of the statement that the clause is part of; a dash or colon joins two."""
        clauses = self._reading.clauses
        first, last = place, place
        while first > 0 and not (clauses[first].strong and self._parts(first)):
            first -= 1
        while last + 1 < len(clauses) and not (clauses[last + 1].strong and self._parts(last + 1)):
            last += 1
        return tuple(r for clause in clauses[first : last + 1] for r in clause.references)

    def _parts(self, place: int) -> bool:
        return self._reading.text[self._reading.clauses[place].start] in ";.!?"

    def _following(self, place: int) -> tuple[Reference, ...]:
        """Of later clauses that open no new statement and name no time of their own."""
        found: list[Reference] = []
        for clause in self._reading.clauses[place + 1 :]:
            if clause.strong or any(clause.start <= w.start < clause.end for w in self._words):
                break
            found += clause.references
        return tuple(found)

    def _judges(self, word: PeriodWord) -> Sequence[Reference]:
        """Of its bearers those that a reader takes the word to be about."""
        bearers = self._bearers(word)
        ahead = [r for r in bearers if self._fact(r).figure.period.horizon_days is not None]
        if word.looks_ahead:
            everywhere = self._reading.references
            beyond = [r for r in everywhere if self._fact(r).figure.period.horizon_days is not None]
            return ahead or beyond or bearers
        changes = [r for r in self._reading.references if len(self._periods(r)) > 1]
        if word.role == "base" and changes:
            return changes
        here = self._reading.clause_at(word.start)
        own = [r for r in bearers if self._reading.clause_at(r.start) == here]
        own = [r for r in own if not self._told_by_change(r)] or own
        flows = [r for r in bearers if _is_flow(self._fact(r))]
        if flows and word.role == "start":
            return flows
        if any(r in flows for r in own):
            own = [r for r in own if r in flows or not self._is_group(r)]
        return list(dict.fromkeys([*own, *flows])) if own else flows or bearers

    def _is_group(self, reference: Reference) -> bool:
        """ "The [[f1]] customers in Fading still spent ... in June": who they are has no time."""
        before = self._reading.text[: reference.start]
        return bool(re.search(r"\b(?:the|all|these|those)[\s*_]+$", before, re.IGNORECASE))

    def _one_of_change(self, references: Sequence[Reference]) -> bool:
        """Before and after of a change in one breath: the word is of one of them."""
        return len(references) > 1 and all(self._told_by_change(each) for each in references)

    # ---- agreement ------------------------------------------------------------------------------

    def _fact(self, reference: Reference) -> Fact:
        return self._facts[reference.fact]

    def _periods(self, reference: Reference) -> list[Period]:
        return periods_of(self._fact(reference), self._facts)

    def _agrees(self, word: PeriodWord, reference: Reference) -> bool:
        fact = self._fact(reference)
        assert self._when is not None  # noqa: S101  (a reference has a fact, and so a moment)
        return agrees(word, self._periods(reference), self._when, fact.figure.metric in _FLOWS)

    def _known(self, word: PeriodWord) -> bool:
        """In a line without figures: a heading, a table's head, a statement about the records."""
        return self._when is not None and any(
            agrees(word, periods_of(fact, self._facts), self._when, fact.figure.metric in _FLOWS)
            for fact in self._facts.values()
        )


def when_of(facts: Mapping[str, Fact]) -> When | None:
    now = max((fact.figure.period.end for fact in facts.values()), default=None)
    starts = [fact.figure.period.start for fact in facts.values() if fact.figure.period.start]
    return When(now, min(starts).date() if starts else None) if now else None


def periods_of(fact: Fact, facts: Mapping[str, Fact]) -> list[Period]:
    """Its own period; of a change both; of a calculated figure those of what it was made from."""
    own = fact.figure.period
    if fact.figure.against is not None:
        return [fact.figure.against, own]
    periods = [each.figure.period for each in operands(fact, facts)] or [own]
    return [own] if len(set(periods)) == 1 and own not in periods else periods


def _is_flow(fact: Fact) -> bool:
    return fact.figure.period.start is not None and fact.figure.period.horizon_days is None


def _resolved(words: list[PeriodWord], carried: Sequence[PeriodWord]) -> list[PeriodWord]:
    """ "The same quarter" is the one named before it."""
    found: list[PeriodWord] = []
    for word in words:
        before = [*carried, *found]
        if word.meaning == "same" and before:
            word = PeriodWord(word.start, word.end, word.text, "", before[-1].meaning)
        found.append(word)
    return found


def _needs_period(fact: Fact, facts: Mapping[str, Fact], when: When) -> bool:
    """When the answer knows the same figure for another time, unless this is the one as of now."""
    figure = fact.figure
    if figure.operation is not None or figure.period.horizon_days is not None:
        return False
    if figure.period.start is None and figure.period.end == when.now:
        return False
    return any(
        (other.figure.subject.id, other.figure.metric, other.figure.operation)
        == (figure.subject.id, figure.metric, None)
        and other.figure.period != figure.period
        for other in facts.values()
    )


def spoken_times(words: Iterable[PeriodWord]) -> tuple[PeriodWord, ...]:
    """What a question or a heading settles for the figures after it."""
    return tuple(word for word in words if word.meaning not in ("now", "never", "same"))
