"""Words right beside a figure that make something else of it: an amount "of customers"."""

import re

from engine.facts import Fact
from engine.grounding.claims import MetricWord, Reading, Reference
from engine.grounding.cues import MEAN
from engine.grounding.fitting import PREDICATES, fits, is_weak, kind_of, own_metrics
from engine.metrics import METRICS

_LINK = r"(?:of|is|are|was|were|at|to|came|comes|amount(?:s|ed)|stands|stood|averag(?:e|es|ed|ing)|only|just|about|a|median|by|in|total(?:s|ed|ling)?)"
_SINGLE = frozenset({"product", "customer", "segment", "group", "country", "order"})
_PEOPLE = frozenset({"customers", "expected_leavers", "new_customers", "returning_customers",
                     "removed", "entered", "left", "moved"})  # fmt: skip


def stands_on_other(reading: Reading, reference: Reference, fact: Fact) -> bool:
    """Whether a word right beside the figure makes something else of it: an amount "of customers"."""
    after = reading.text[reference.end :]
    if kind_of(fact) != "days" and re.match(r"[\s*_]*(?:ago|back)\b", after, re.IGNORECASE):
        return True
    following = _words_at(reading, _noun_after(reading, reference))
    if fact.figure.operation in ("ratio", "difference"):
        return False
    if fact.figure.operation == "growth" or (kind_of(fact) == "share" and following):
        bare = [word for word in following if not word.words.casefold().startswith(("of", "in"))]
        return bool(bare) and all(METRICS[word.metric].unit == "count" for word in bare)
    if following:
        return not any(_suits(word, fact) for word in following)
    return _follows_other(reading, reference, fact)


def _noun_after(reading: Reading, reference: Reference) -> int:
    gap = re.match(
        r"[\s*_]*(?:(?:different|distinct|unique|kept|total|in)[\s*_]+)?",
        reading.text[reference.end :],
    )
    return reference.end + (gap.end() if gap else 0)


def _words_at(reading: Reading, place: int) -> list[MetricWord]:
    here = [word for word in reading.metrics if word.start == place]
    timed = [word for word in here if METRICS[word.metric].unit in ("date", "days")]
    return [] if timed or all(is_weak(word) for word in here) else here


def _suits(word: MetricWord, fact: Fact) -> bool:
    """Whether the noun after a figure may count it."""
    kind = kind_of(fact)
    if kind == "count" and word.metric == "share_of_customers":
        return False
    if fact.figure.metric in _PEOPLE:
        plain = word.metric == "customers" or word.metric in own_metrics(fact)
        leaving = word.metric == "churn" and fact.figure.metric == "expected_leavers"
        moving = word.metric == "moved" and fact.figure.metric in ("entered", "left")
        return (plain or leaving or moving) and fits(word, fact)
    return fits(word, fact) and (word.metric != "segments" or fact.figure.metric == "segments")


def _labelled_other(reading: Reading, reference: Reference, fact: Fact, end: int) -> bool:
    """ "Share of revenue, Premium: [[f1]]": the words of a label name what stands after it."""
    opens = [m.end() for m in re.finditer(r"[;.!?\n]\s", reading.masked[:end])]
    start = max([0, *opens, *(r.end for r in reading.references if r.end <= end)])
    label = [w for w in reading.metrics if start <= w.start and w.end <= end and not is_weak(w)
             and w.words.casefold() not in _SINGLE and not _of_name(reading, w)]  # fmt: skip
    named = [w for w in label if w.metric not in PREDICATES or w.words.casefold() == w.metric]
    named = [w for w in named if w.metric != "segments" and METRICS[w.metric].unit != "date"]
    return bool(named) and fact.figure.operation is None and not any(fits(w, fact) for w in label)


def _of_name(reading: Reading, word: MetricWord) -> bool:
    """ "A Loyal customer [[f1]]", "for this customer [[f1]]": whom it is about."""
    pointed = re.search(r"\bthis[\s*_]+$", reading.masked[: word.start], re.IGNORECASE)
    return (
        word.metric == "customers"
        and bool(pointed)
        or any(
            re.fullmatch(r"[\s*_]+", reading.text[naming.end : word.start])
            for naming in reading.namings
        )
    )


def _tells_when(word: MetricWord) -> bool:
    noun = re.search(r"(?:recency|tenure)$", word.words, re.IGNORECASE)
    return METRICS[word.metric].unit == "date" or (METRICS[word.metric].unit == "days" and not noun)


def _follows_other(reading: Reading, reference: Reference, fact: Fact) -> bool:
    """ "Median recency [[f2]]", "brought in [[f1]]": the word that leads to the figure."""
    lead = re.search(
        rf"(?:[\s*_:(=~–-]|(?<=\s){_LINK}(?=\s))*$", reading.text[: reference.start], re.IGNORECASE
    )
    if lead and ":" in lead.group():
        return _labelled_other(reading, reference, fact, lead.start())
    if lead and "(" in lead.group():
        return False  # said of the whole clause before it
    place = lead.start() if lead else reference.start
    if re.search(r"\b(?:on|dated|through)[\s*_]+$", reading.text[: reference.start], re.IGNORECASE):
        return kind_of(fact) != "date" and fact.figure.operation is None
    before = [
        w
        for w in reading.metrics
        if place <= w.end <= reference.start
        and not _tells_when(w)
        and w.words.casefold() != "leaves"
        and not _of_name(reading, w)
        and not (kind_of(fact) == "money" and re.search(r"los(?:e|ing|t)$", w.words, re.I))
    ]
    if not before or (fact.figure.operation is not None and kind_of(fact) != "share"):
        return False
    nouns = [
        w
        for w in before
        if METRICS[w.metric].unit != "count" or kind_of(fact) in ("money", "share", "days")
    ]
    averaged = fact.figure.metric == "average_order" and MEAN.search(reading.masked)
    if averaged and any(word.metric == "orders" for word in nouns):
        return False  # "orders of [[f16]] on average"
    return bool(nouns) and not any(fits(word, fact) for word in before)
