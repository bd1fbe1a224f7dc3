"""Two times of one thing, told in one breath: "from [[f1]] in May to [[f2]] in June"."""

import re
from collections.abc import Mapping, Sequence

from engine.facts import Fact, Period
from engine.grounding.claims import Compared, Reading, Reference, Span
from engine.grounding.periods import Apart, Between, PeriodWord, Role
from engine.grounding.stretches import When, agrees, are_apart

OTHER_END = re.compile(
    r"\b(?:over|on|since|than(?:\s+(?:in|at))?|below|above|ahead\s+of|behind|against|short\s+of|vs\.?|versus|exceed(?:s|ed|ing)?|beats?"
    r"|(?:compared|relative)\s+(?:to|with)|from)[\s*_]+(?:the\s+)?(?:(?:end|close)\s+of\s+)?(?:that\s+of\s+)?$",
    re.IGNORECASE,
)


class Pairs:
    """The words of time of a sentence beside figures of one metric and subject."""

    def __init__(
        self,
        reading: Reading,
        facts: Mapping[str, Fact],
        words: Sequence[PeriodWord],
        when: When | None,
    ) -> None:
        self._reading, self._facts, self._words, self._when = reading, facts, words, when

    def in_pairs(self) -> bool:
        """ "Between May and June it went from [[f1]] to [[f2]]", "June was better than May ([[f2]] vs
        [[f1]])": times and figures of one thing, both in their order."""
        references = self._reading.references
        figures = [self._fact(each).figure for each in references]
        one_thing = len({(f.metric, f.subject, f.operation) for f in figures}) == 1
        words = [
            end
            for word in self._words
            for end in (
                (word.meaning.low, word.meaning.high)
                if isinstance(word.meaning, Between)
                else (word,)
            )
        ]
        if one_thing and len(words) == 1 and len(figures) == 2 and self._when is not None:
            moments = [figure.period for figure in figures]
            spanned = all(moment.start is None for moment in moments)
            return spanned and agrees(words[0], moments, self._when, True)
        if not one_thing or len(words) != len(references) or len(words) < 2 or self._when is None:
            return False
        words.sort(key=lambda word: (self._opens_against(word), word.start))
        return all(
            agrees(bare(word), [figure.period], self._when, True)
            or any(self.lies_before(apart, fact) for apart in (steps_back(word),) if apart)
            for word, figure, fact in zip(
                words, figures, [self._fact(each) for each in references], strict=True
            )
        )

    def _opens_against(self, word: PeriodWord) -> bool:
        """ "Compared with October, November was better ([[f2]] against [[f1]])": told last."""
        before = self._reading.masked[: word.start]
        return word.start < self._reading.references[0].start and bool(
            re.match(
                r"\W*(?:[Cc]ompared|[Rr]elative|[Aa]gainst|[Vv]ersus|[Uu]nlike)\b[^,]*$", before
            )
        )

    def sets_against_shown(self, word: PeriodWord) -> bool:
        """ "Less than in October ([[f2]], down from [[f1]])", where one of them is of October."""
        if self._when is None or not OTHER_END.search(self._reading.masked[: word.start]):
            return False
        figures = [self._fact(each).figure for each in self._reading.references]
        one_thing = len({(f.metric, f.subject, f.operation) for f in figures}) == 1
        of_then = [f for f in figures if agrees(bare(word), [f.period], self._when, True)]
        return one_thing and len(figures) > 1 and 0 < len(of_then) < len(figures)

    def is_other_end(self, fact: Fact, claim: Compared) -> bool | None:
        """Whether something is set against the time of the fact ("than in October"), or against
        another; None when the sentence names no time to set something against."""
        named = [w for w in self._words if OTHER_END.search(self._reading.masked[: w.start])]
        if not named or self._when is None:
            return None
        near = self._statement_of(claim)
        named = [word for word in named if near[0] <= word.start < near[1]] or named
        return any(
            self.lies_before(apart, fact)
            if (apart := steps_back(word))
            else self._is_of(word, fact.figure.period)
            for word in named
        )

    def _statement_of(self, span: Span) -> tuple[int, int]:
        place = self._reading.clause_at(span.start)
        clauses = self._reading.clauses
        first = max(n for n in range(place + 1) if n == 0 or clauses[n].strong)
        ends = [clause.start for clause in clauses[place + 1 :] if clause.strong]
        return clauses[first].start, ends[0] if ends else len(self._reading.text) + 1

    def _is_of(self, word: PeriodWord, period: Period) -> bool:
        """Whether the time by itself, or the one it opens with, is that of a figure."""
        assert self._when is not None  # noqa: S101  (a figure has a moment)
        if isinstance(word.meaning, Between):
            word = word.meaning.low
        role: Role = "moment" if period.start is None else ""
        told = PeriodWord(word.start, word.end, word.text, role, word.meaning, word.in_full)
        return agrees(told, [period], self._when, True)

    def lies_before(self, apart: Apart, fact: Fact) -> bool:
        """ "[[f2]] the month before": the sentence shows the same figure of so much later."""
        own = fact.figure
        others = [other.figure for other in self._facts.values()]
        return any(
            (other.metric, other.subject) == (own.metric, own.subject)
            and are_apart(apart, own.period, other.period)
            for other in others
        )

    def _fact(self, reference: Reference) -> Fact:
        return self._facts[reference.fact]


def bare(word: PeriodWord) -> PeriodWord:
    return PeriodWord(word.start, word.end, word.text, "", word.meaning, word.in_full)


def steps_back(word: PeriodWord) -> Apart | None:
    return word.meaning if isinstance(word.meaning, Apart) else None
