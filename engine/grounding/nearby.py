"""Which words for metrics stand near a figure, and whether its own is among them."""

import re
from collections.abc import Iterator

from engine.facts import Fact
from engine.grounding.claims import MetricWord, Reading, Reference, Span
from engine.grounding.cues import derived
from engine.grounding.fitting import PARTS_OF, is_weak, kind_of, own_metrics


def names_own(reading: Reading, reference: Reference, fact: Fact) -> bool:
    """Whether the figure's own metric is named near it, and no other one right beside it."""
    own = own_metrics(fact)
    beside = [word for word in reading.metrics if _touches(reading, word, reference)]
    whole = PARTS_OF.get(fact.figure.metric, "")
    wholes = {whole, whole.removeprefix("share_of_")}
    if any(word.metric not in own | wholes and not is_weak(word) for word in beside):
        return False
    return any(
        derived(word.metric, kind_of(fact), around(reading, word, reference)) in own
        for word in near_words(reading, reference)
    )


def near_words(reading: Reading, reference: Reference) -> Iterator[MetricWord]:
    """The words up to the figures on both sides, within the statement."""
    place = reading.references.index(reference)
    here = first = last = reading.clause_at(reference.start)
    while (
        first > 0
        and not reading.clauses[first].strong
        and not reading.clauses[first - 1].references
    ):
        first -= 1
    while last + 1 < len(reading.clauses) and not (
        reading.clauses[last + 1].strong or reading.clauses[last + 1].references
    ):
        last += 1
    low = reading.references[place - 1].end if place else 0
    following = reading.references[place + 1 : place + 2]
    high = following[0].start if following else len(reading.text)
    if here == last and following and following[0].start < reading.clauses[here].end:
        high = following[0].start
    for word in reading.metrics:
        inside = reading.clauses[first].start <= word.start < reading.clauses[last].end
        if (
            inside
            and low <= word.start
            and word.end <= high
            and not _of_other(reading, word, reference)
        ):
            yield word


def _touches(reading: Reading, word: MetricWord, reference: Reference) -> bool:
    gap = (
        reading.text[reference.end : word.start]
        if word.start >= reference.end
        else reading.text[word.end : reference.start]
    )
    return bool(re.fullmatch(r"[\s*_:(]*(?:(?:of|is|are|was|were|at|in)\s+)?(?:the\s+)?[*_]*", gap))


def _of_other(reading: Reading, word: MetricWord, reference: Reference) -> bool:
    """Whether the word stands right beside another figure, and not beside this one."""
    if _touches(reading, word, reference):
        return False
    return any(_touches(reading, word, each) for each in reading.references if each != reference)


def around(reading: Reading, word: Span, reference: Reference) -> str:
    """The clauses of the word and of the figure, up to other figures, and a bracket after it."""
    places = {reading.clause_at(word.start), reading.clause_at(reference.start)}
    here = max(places)
    first = min(places)
    if (
        first > 0
        and not reading.clauses[first - 1].references
        and not reading.clauses[first].strong
    ):
        places.add(first - 1)  # "Before returns, ..."
    if here + 1 < len(reading.clauses):
        following = reading.clauses[here + 1]
        closed = ")" in reading.text[following.start : following.end + 1]
        if reading.text[following.start] == "(" and not following.references and closed:
            places.add(here + 1)
    words = ""
    for place in sorted(places):
        clause = reading.clauses[place]
        text = reading.masked[clause.start : clause.end]
        own = [r for r in clause.references if r != reference]
        if reference in clause.references and own:
            low = max((r.end for r in own if r.end <= reference.start), default=clause.start)
            high = min((r.start for r in own if r.start >= reference.end), default=clause.end)
            text = reading.masked[low:high]
        words += " " + text
    return words
