"""Whether the words of time in a sentence are the periods of the figures they stand with."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import cast

from engine.facts import Fact, Figure, Period
from engine.grounding.against import set_against
from engine.grounding.claims import Compared, Reading, Reference
from engine.grounding.fitting import is_weak
from engine.grounding.labels import Left, period_label
from engine.grounding.moments import periods_of, when_of
from engine.grounding.pairs import OTHER_END, Pairs, bare, steps_back
from engine.grounding.periods import Apart, Between, PeriodWord, Role
from engine.grounding.stretches import When, agrees
from engine.metrics import METRICS

# Metrics that add up over time.
_FLOWS = frozenset(
    {"rows", "orders", "products", "units", "revenue", "gross_revenue", "returns_value"}
)
_IN_TURN = re.compile(r"\b(?:respectively|in\s+(?:that|this)\s+order|in\s+turn)\b", re.IGNORECASE)
_END_OF = re.compile(r"\b(?:end|close)\s+of\s+$", re.IGNORECASE)


def _in_pair(reading: Reading, reference: Reference) -> tuple[Reference, Reference] | None:
    """ "([[f15]] vs. [[f18]])" """
    return next((pair for pair in set_against(reading) if reference in pair), None)


_LED = re.compile(
    r"\b(?:from|vs\.?|versus|against|after|instead\s+of|than|compared\s+(?:with|to))\s+(?:the\s+)?[*_]*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:(?:19|20)\d\d|years?)\b|['’]\d\d\b", re.IGNORECASE)
_IN = re.compile(r"[\s*_]+(?:in|of|for|during|at|on)\s+(?:the\s+)?")


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
        self._unresolved = [] if self._words else [word for word in words if word.meaning == "same"]
        self._asked = [
            word for word in asked if not word.looks_ahead and word.role not in ("start", "base")
        ]  # "since last month" asks for what came after it
        self._carried = carried
        self._when = when_of(facts)
        told = [reading.text, *(word.text for word in (*asked, *carried))]
        if self._when and not any(_YEAR.search(each) for each in told):
            self._when = replace(self._when, dated=False)
        self._pairs = Pairs(reading, facts, self._words, self._when)

    def agreed(self) -> Iterator[PeriodWord]:
        """The words that every figure they are read with bears out, or that a label explains."""
        yield from self._unresolved
        if self._pairs.in_pairs():
            yield from self._words
            return
        for word in self._words:
            if self._pairs.sets_against_shown(word):
                yield word
                continue
            if self._is_other_end(word):
                if self._other_end_agrees(word):
                    yield word
                continue
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
            if word not in agreed and (self._judges(word) or self._is_other_end(word)):
                told = " and ".join(
                    self._facts[ref.fact].figure.period.words() for ref in references
                )
                yield f"'{word.text}' is not the period of its facts ({told})"
        if not references:
            yield from self._claimed_times(agreed)

    def left_open(self) -> Iterator[tuple[Reference, Left]]:
        """A figure with no time beside it that is not of the time a reader takes it for."""
        for reference in self._reading.references:
            if self._unresolved:
                yield reference, period_label(self._fact(reference))
                continue
            timed = any(reference in self._bearers(word) for word in self._words)
            if not timed and self._untimed(reference):
                yield reference, period_label(self._fact(reference))

    def _claimed_times(self, agreed: Sequence[PeriodWord]) -> Iterator[str]:
        """ "Those customers last bought in August": what was done when, and no figure of it."""
        asked = {word.meaning for word in self._asked if isinstance(word.meaning, int)}
        did = any(
            METRICS[word.metric].unit in ("days", "date") and not is_weak(word)
            for word in self._reading.metrics
        )
        for word in self._words:
            month = isinstance(word.meaning, int) and word.meaning not in asked
            if (
                did
                and month
                and word not in agreed
                and not self._reading.text.rstrip().endswith("?")
            ):
                yield f"'{word.text}' is the time of no fact"

    def _untimed(self, reference: Reference) -> bool:
        """A figure with no time beside it is read as of the time asked about, or as of now."""
        fact = self._facts[reference.fact]
        if self._when is None or self._told_by_change(reference):
            return False
        settled = [word for word in (*self._asked, *self._carried) if word.meaning != "now"]
        if any(self._agrees(word, reference) for word in settled):
            return False
        asked = self._asked and _is_flow(fact) and fact.figure.operation is None and settled
        return bool(asked) or _needs_period(fact, self._facts, self._when)

    def _told_by_change(self, reference: Reference) -> bool:
        """ "Revenue grew [[growth]], from [[before]] to [[after]]" tells both times."""
        own = self._facts[reference.fact].figure
        before = re.search(r"\bfrom[\s*_]+$", self._reading.text[: reference.start], re.IGNORECASE)
        after = re.search(r"\bto[\s*_]+$", self._reading.text[: reference.start], re.IGNORECASE)
        paired = _in_pair(self._reading, reference)
        for other in self._reading.references:
            change = self._facts[other.fact].figure
            alike = (change.metric, change.subject) == (own.metric, own.subject)
            if paired and alike and change.against and self._pair_of(change, paired):
                return True
            if (change.metric, change.subject) != (own.metric, own.subject) or other == reference:
                continue
            if (before and own.period == change.against) or (after and own.period == change.period):
                return change.against is not None
        return False

    def _pair_of(self, change: Figure, pair: tuple[Reference, Reference]) -> bool:
        """ "([[after]] vs. [[before]])": both ends of a change in one bracket."""
        periods = tuple(self._fact(each).figure.period for each in pair)
        return periods == (change.period, change.against)

    def is_other_end(self, fact: Fact, claim: Compared) -> bool | None:
        return self._pairs.is_other_end(fact, claim)

    def fits(self, fact: Fact) -> bool:
        """Whether the fact is of every time that the sentence names."""
        return self._when is not None and all(
            agrees(word, periods_of(fact, self._facts), self._when, fact.figure.metric in _FLOWS)
            for word in self._words
        )

    # ---- the other end of a change --------------------------------------------------------------

    def _changes(self) -> list[Reference]:
        return [r for r in self._reading.references if len(self._periods(r)) > 1]

    def _is_other_end(self, word: PeriodWord) -> bool:
        """ "Grew [[f3]] over November", "up [[f3]] on Q3 ([[f2]])": what the change sets out from."""
        before = self._reading.masked[: word.start]
        return bool(self._changes() and OTHER_END.search(before)) and not isinstance(
            word.meaning, Between | Apart
        )

    def _other_end_agrees(self, word: PeriodWord) -> bool:
        """Some change sets out from there, and the figure in the bracket after it is of then."""
        assert self._when is not None  # noqa: S101  (a change is a fact, and has a moment)
        ends = "moment" if _END_OF.search(self._reading.masked[: word.start]) else "base"
        told = PeriodWord(word.start, word.end, word.text, cast(Role, ends), word.meaning)
        beside = [r for r in self._reading.references
                  if self._word_of(r) is word and len(self._periods(r)) == 1]  # fmt: skip
        starts = [min(self._periods(change), key=lambda p: p.end) for change in self._changes()]
        plain = PeriodWord(word.start, word.end, word.text, "moment" if ends == "moment" else "",
                           word.meaning)  # fmt: skip
        held = all(
            agrees(plain, self._periods(r), self._when, self._fact(r).figure.metric in _FLOWS)
            for r in beside
        )
        named = any(
            agrees(PeriodWord(told.start, told.end, told.text, plain.role, told.meaning),
                   [start], self._when, True) for start in starts
        )  # fmt: skip
        return held and (named or bool(beside))

    def _word_of(self, reference: Reference) -> PeriodWord | None:
        """ "Q3 ([[f26]])", "November: [[f39]]": the word of time right before a figure is its own;
        "up from [[f17]] in Q1": so is the one right after what a figure is set against."""
        led = _LED.search(self._reading.text[: reference.start])
        for word in self._words:
            gap = self._reading.text[reference.end : word.start]
            if led and (_IN.fullmatch(gap) or (steps_back(word) and not gap.strip())):
                return word
            before = self._reading.text[word.end : reference.start]
            if re.fullmatch(r"[\s*_]*(?:\(|:\s|:\*\*\s)[\s*_]*", before):
                return None if self._set_against_later(word, reference) else word
        return None

    def _set_against_later(self, word: PeriodWord, reference: Reference) -> bool:
        """ "Less than in October ([[f2]], down from [[f1]])": October is that of the second."""
        if not OTHER_END.search(self._reading.masked[: word.start]) or self._when is None:
            return False
        later = [r for r in self._reading.references if r.start > reference.start]
        own = [self._fact(reference).figure.period]
        return not agrees(bare(word), own, self._when, True) and any(
            self._fact(r).figure.metric == self._fact(reference).figure.metric
            and agrees(bare(word), [self._fact(r).figure.period], self._when, True)
            for r in later
        )

    # ---- who bears a word -----------------------------------------------------------------------

    def _bearers(self, word: PeriodWord) -> tuple[Reference, ...]:
        """The references of the word's clause and of those that go on with it."""
        return tuple(r for r in self._around(word) if not self._is_base(r))

    def _is_base(self, reference: Reference) -> bool:
        """ "[[f1]] in November, up from [[f2]]": what an earlier figure sets out from."""
        led = re.search(r"\b(?:up|down|compared|relative|against|versus|vs\.?|after)(?:\s+(?:from|with|to))?[\s*_]+$",
                        self._reading.text[: reference.start])  # fmt: skip
        own = self._fact(reference).figure
        place = self._reading.references.index(reference)
        alike = any(
            (f.metric, f.subject, f.operation) == (own.metric, own.subject, own.operation)
            and f.period.end > own.period.end
            for f in (self._fact(each).figure for each in self._reading.references[:place])
        )
        here = self._reading.clauses[self._reading.clause_at(reference.start)]
        timed = any(here.start <= word.start < here.end for word in self._words)
        return bool(led) and alike and not timed

    def _around(self, word: PeriodWord) -> tuple[Reference, ...]:
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
        bound = [r for r in self._reading.references if self._word_of(r) is word]
        if bound:
            return bound
        ahead = [r for r in bearers if self._fact(r).figure.period.horizon_days is not None]
        if word.looks_ahead:
            everywhere = self._reading.references
            beyond = [r for r in everywhere if self._fact(r).figure.period.horizon_days is not None]
            return ahead or beyond or bearers
        changes = [r for r in self._reading.references if len(self._periods(r)) > 1]
        if changes and (word.role == "base" or isinstance(word.meaning, Between | Apart)):
            return changes
        here = self._reading.clause_at(word.start)
        own = [r for r in bearers if self._reading.clause_at(r.start) == here]
        bearers = tuple(r for r in bearers if self._word_of(r) in (None, word)) or bearers
        own = [r for r in own if r in bearers]
        own = [r for r in own if not self._told_by_change(r)] or own
        flows = [r for r in bearers if _is_flow(self._fact(r))]
        if flows and word.role == "start":
            return flows
        if any(r in flows for r in own):
            own = [r for r in own if r in flows or not self._closes(r, flows)]
        return list(dict.fromkeys([*own, *flows])) if own else flows or bearers

    def _closes(self, reference: Reference, flows: Sequence[Reference]) -> bool:
        """A count as of the end of the stretch: "in 2024 it took [[f1]] from [[f2]] customers"."""
        period = self._fact(reference).figure.period
        ends = {self._fact(flow).figure.period.end.date() for flow in flows}
        return period.start is None and period.horizon_days is None and period.end.date() in ends

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
        periods = self._periods(reference)
        if len(periods) == 1 and (apart := steps_back(word)):
            return self._pairs.lies_before(apart, fact)
        here = word in self._words and self._reading.clause_at(word.start)
        elsewhere = here is not False and here != self._reading.clause_at(reference.start)
        if len(periods) > 1 and elsewhere and not isinstance(word.meaning, Between | Apart):
            return any(agrees(word, [period], self._when, True) for period in periods)
        return agrees(word, self._periods(reference), self._when, fact.figure.metric in _FLOWS)

    def _known(self, word: PeriodWord) -> bool:
        """In a line without figures: a heading, a table's head, a statement about the records."""
        return (
            self._when is not None
            and word.meaning != "never"
            and any(
                agrees(
                    word, periods_of(fact, self._facts), self._when, fact.figure.metric in _FLOWS
                )
                for fact in self._facts.values()
            )
        )


def _is_flow(fact: Fact) -> bool:
    return fact.figure.period.start is not None and fact.figure.period.horizon_days is None


def _resolved(words: list[PeriodWord], carried: Sequence[PeriodWord]) -> list[PeriodWord]:
    """ "The same quarter" is the one named before it."""
    found: list[PeriodWord] = []
    for word in words:
        before = [*carried, *found]
        if word.meaning == "same" and before:
            word = PeriodWord(word.start, word.end, word.text, "", before[-1].meaning)
        if word.meaning != "same":
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
