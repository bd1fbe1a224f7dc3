"""The times that facts are of, and those that a question or a sentence settles."""

import re
from collections.abc import Iterable, Mapping

from engine.facts import Fact, Period
from engine.grounding.binding import operands
from engine.grounding.periods import PeriodWord, find_periods
from engine.grounding.stretches import When


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


def spoken_times(words: Iterable[PeriodWord]) -> tuple[PeriodWord, ...]:
    """What a question or a heading settles for the figures after it."""
    return tuple(word for word in words if word.meaning not in ("now", "never", "same"))


def asked_times(question: str) -> tuple[PeriodWord, ...]:
    """The times of a question; one that also asks "overall" leaves all of them open."""
    if re.search(r"\b(?:overall|in\s+general|so\s+far|in\s+total|altogether)\b", question, re.I):
        return ()
    return spoken_times(find_periods(question))
