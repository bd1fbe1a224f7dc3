"""Which metric a reader would give each figure of a sentence.

The figure's own look says much: an amount is no count. Of the words that name a metric of its kind
the nearest one counts, and what stands with it ("median", "per customer") may make another of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.facts import Fact
from engine.grounding.beside import stands_on_other
from engine.grounding.claims import (
    Clause,
    MetricWord,
    Reading,
    Reference,
    mask,
    read_sentence,
)
from engine.grounding.cues import ORDER_VALUE, derived
from engine.grounding.fitting import PREDICATES, fits, is_weak, kind_of, own_metrics
from engine.grounding.intervals import is_interval_end
from engine.grounding.kinds import is_kind_of
from engine.grounding.labels import Left, metric_label
from engine.grounding.mistaken import part_of_other, taken_for_other
from engine.grounding.nearby import around, names_own
from engine.metrics import METRICS


@dataclass(frozen=True)
class Asked:
    """The metrics that the question names: what a figure without a word of its own answers."""

    words: tuple[MetricWord, ...] = ()
    masked: str = ""
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, question: str, names: Iterable[str]) -> "Asked":
        reading = read_sentence(question, names)
        return cls(reading.metrics, reading.masked, tuple(sorted(reading.names)))


def check_metric(
    reading: Reading,
    reference: Reference,
    facts: Mapping[str, Fact],
    heading: str | None,
    asked: Asked,
) -> str | Left | None:
    """A reason when the sentence calls the figure something else, a label when it calls it nothing."""
    fact = facts[reference.fact]
    if is_interval_end(reading, reference, facts):
        return None
    told = f"[[{fact.id}]] is {METRICS[fact.figure.metric].meaning}"
    leaving = fact.figure.metric in ("churn", "expected_leavers")
    if (
        leaving
        and not any(word.metric == "churn" for word in reading.metrics)
        and _STAYS.search(mask(reading.masked, reading.metrics))
    ):
        return f"{told}, and no chance of staying"
    if whole := part_of_other(reading, reference, fact):
        return f"{told}, and no part '{whole}'"
    metric = metric_for(reading, reference, fact) or _carried(heading, fact)
    if metric is None and _ITEM.match(reading.text):
        return metric_label(fact)  # "- Loyal: [[f1]]" under no heading
    answers = _from_question(asked, fact)
    if metric is None and answers and answers not in own_metrics(fact):
        return metric_label(fact)
    metric = metric or answers or _plain(reading, reference, fact)
    if metric is None and re.search(r"\bsince[\s*_]+$", reading.text[: reference.start], re.I):
        return metric_label(fact) if kind_of(fact) == "date" else f"{told}: name it"
    if metric is None:
        ahead = fact.figure.period.horizon_days is not None
        happened = ahead and _HAPPENED.search(mask(reading.masked, reading.metrics))
        if happened or taken_for_other(reading, reference, facts):
            return f"{told}: name it, for instance '{METRICS[fact.figure.metric].words[0]}'"
        return metric_label(fact)
    if (
        metric == "?"
        and not stands_on_other(reading, reference, fact)
        and names_own(reading, reference, fact)
    ):
        return metric_label(fact)
    if metric == "?":
        return f"{told}: name it next to the reference"
    if metric not in own_metrics(fact):
        did = metric in PREDICATES and kind_of(fact) == "count" and fact.figure.operation is None
        named = (
            not did
            and names_own(reading, reference, fact)
            or (not did and _repeats(reading, reference, facts))
        )
        if named or is_kind_of(metric, reading, fact):
            return metric_label(fact)
        called = METRICS[metric].words[0] if metric in METRICS else metric.replace("_", " ")
        return f"{told}, but the sentence calls it {called}"
    return None


_ITEM = re.compile(r"\s*(?:[-*•|]|\d+[.)])\s")


def _repeats(reading: Reading, reference: Reference, facts: Mapping[str, Fact]) -> bool:
    """ "Bulk buyers hold [[f1]] of revenue, Loyal [[f2]]": as named of an earlier figure."""
    fact = facts[reference.fact]
    clause = reading.clauses[reading.clause_at(reference.start)]
    if any(_counts(word, reference, fact) for word in clause.metrics):
        return False
    return any(
        (facts[other.fact].figure.metric, facts[other.fact].figure.operation)
        == (fact.figure.metric, fact.figure.operation)
        and other.start < reference.start
        and names_own(reading, other, facts[other.fact])
        for other in reading.references
    )


_STAYS = re.compile(
    r"\b(?:stay(?:s|ed|ing)?|remain(?:s|ed|ing)?(?!\s+(?:at|high|low|above|below|the|a)\b)|keep(?:s|ing)?\s+(?:buying|ordering|coming)|(?:come|coming|comes)\s+back"
    r"|bleib\w*|treu|restent|reste|se\s+quedan)\b",
    re.IGNORECASE,
)
# What has happened already, and is no forecast.
_HAPPENED = re.compile(
    r"\b(?!expected|predicted|projected|estimated|compared|based|need|indeed)(?:\w{3,}ed|brought|lost|left|spent|made|came|bought|went|sold|already)\b",
    re.IGNORECASE,
)


def _carried(metric: str | None, fact: Fact) -> str | None:
    """The one metric of the sentence before, of a figure that looks like it."""
    if metric is None or metric == "segments" or METRICS[metric].unit != kind_of(fact):
        return None
    return metric


def _plain(reading: Reading, reference: Reference, fact: Fact) -> str | None:
    """An amount that nothing is said of is read as revenue, a number of a segment as its people."""
    figure = fact.figure
    if figure.operation is None and kind_of(fact) == "count" and _after_name(reading, reference):
        return "customers"
    changes = figure.operation in ("growth", "difference") and figure.against is not None
    if (figure.operation is not None and not changes) or any(_statement_words(reading, reference)):
        return None
    if kind_of(fact) == "money":
        return "revenue"
    return "customers" if kind_of(fact) == "count" and figure.subject.kind == "segment" else None


def _after_name(reading: Reading, reference: Reference) -> bool:
    """ "Champions ([[f1]]) are the backbone" """
    bracket = reading.text[reference.end : reference.end + 3].lstrip("*_").startswith(")")
    return bracket and any(
        re.fullmatch(r"[\s*_]*\([\s*_]*", reading.text[naming.end : reference.start])
        for naming in reading.namings
    )


def _statement_words(reading: Reading, reference: Reference) -> Iterator[MetricWord]:
    """The metric words from the last clause that opens a statement to the next one."""
    first = last = reading.clause_at(reference.start)
    while first > 0 and not reading.clauses[first].strong:
        first -= 1
    while last + 1 < len(reading.clauses) and not reading.clauses[last + 1].strong:
        last += 1
    for clause in reading.clauses[first : last + 1]:
        yield from clause.metrics


def _from_question(asked: Asked, fact: Fact) -> str | None:
    found = {
        derived(word.metric, kind_of(fact), "")
        for word in asked.words
        if fits(word, fact) and (word.metric != "segments" or fact.figure.metric == "segments")
    }
    return found.pop() if len(found) == 1 else None


def metric_for(reading: Reading, reference: Reference, fact: Fact) -> str | None:
    """The metric a reader gives the figure; None when the sentence names none, "?" when unclear."""
    if stands_on_other(reading, reference, fact):
        return "?"
    if fact.figure.unit == "days" and re.match(r"[\s*_]*ago\b", reading.text[reference.end :]):
        ago = _nearest(
            reading, reading.clauses[reading.clause_at(reference.start)], reference, fact
        )
        return _meant(reading, ago, reference, fact) if ago else "recency"
    here = reading.clause_at(reference.start)
    clause = reading.clauses[here]
    predicate = _predicate(reading, clause, reference, fact)
    if predicate:
        return derived(predicate.metric, kind_of(fact), "")
    near = _nearest(reading, clause, reference, fact)
    if (
        kind_of(fact) == "money"
        and (near is None or is_weak(near))
        and _values_orders(reading, clause, reference)
    ):
        return "average_order"
    named = near is not None and near.metric != "segments"
    if near and named:
        return _meant(reading, near, reference, fact)
    if len(clause.references) == 1 and any(
        word.end <= reference.start and not is_weak(word) and _names_other(word)
        for word in clause.metrics
    ):
        return "?"  # "the churn of Lapsing is [[f3]]", told of a count
    if near:
        return near.metric
    if _counts_names(reading, reference, fact):
        return "customers"
    behind = next(_words_of(reversed(reading.clauses[:here]), reference, fact, -1), None)
    ahead = next(_words_of(_going_on(reading, here), reference, fact, 0), None)
    if behind and ahead and behind.metric != ahead.metric and _reaches_back(reading, here, ahead):
        return "?"
    found = behind or ahead
    return _meant(reading, found, reference, fact) if found else None


def _values_orders(reading: Reading, clause: Clause, reference: Reference) -> bool:
    """ "orders at an average of [[f2]]", "an order is worth [[f1]]" """
    orders = [word for word in clause.metrics if word.metric == "orders"]
    words = around(reading, orders[0], reference) if orders else ""
    value = re.search(r"\b(?:averag\w+|mean|size)\b", words, re.IGNORECASE)
    single = any(word.words.casefold() == "order" for word in orders)
    return bool(orders) and bool(value or (single and ORDER_VALUE.search(words)))


def _going_on(reading: Reading, here: int) -> Iterator[Clause]:
    """The clauses after this one, up to where a new statement opens."""
    for clause in reading.clauses[here + 1 :]:
        if clause.strong and reading.text[clause.start] in ";.!?":
            return
        yield clause


def _names_other(word: MetricWord) -> bool:
    unit = METRICS[word.metric].unit
    noun = word.metric != "churn" or word.words.casefold().startswith("churn")
    return unit in ("money", "share") and noun and not word.words.casefold().startswith("of ")


def _counts_names(reading: Reading, reference: Reference, fact: Fact) -> bool:
    """ "[[f1]] Champions" counts people."""
    return kind_of(fact) == "count" and any(
        re.fullmatch(r"[\s*_]+", reading.text[reference.end : naming.start])
        for naming in reading.namings
    )


def _counts(word: MetricWord, reference: Reference, fact: Fact) -> bool:
    """ "From" and "to" speak of dates only, and "segment" is mostly just a noun."""
    changed = fact.figure.operation in ("difference", "growth")
    if changed and word.metric in PREDICATES and fact.figure.metric not in PREDICATES:
        return False  # "gained [[f42]]", told of how many more there are
    if METRICS[word.metric].unit == "date" or METRICS[fact.figure.metric].unit == "date":
        same = METRICS[word.metric].unit == METRICS[fact.figure.metric].unit
        return same and word.start < reference.start
    if word.words.casefold() == "leaving" and word.end + 1 == reference.start:
        return False  # "..., leaving [[f2]] buyers"
    if word.metric != "segments" or fact.figure.metric == "segments":
        return fits(word, fact)
    return word.words.casefold().endswith("s") and 0 <= word.start - reference.end <= 2


def _predicate(
    reading: Reading, clause: Clause, reference: Reference, fact: Fact
) -> MetricWord | None:
    """What the people of the clause did, where no other figure comes between."""
    changed = fact.figure.operation in ("difference", "growth")
    if is_whole(reading, reference) or (changed and fact.figure.metric not in PREDICATES):
        return None  # "of the [[f3]] customers", "gained [[f42]]"
    others = [r for r in clause.references if r != reference and not is_whole(reading, r)]

    def distance(word: MetricWord) -> tuple[int, bool]:
        """Of two right beside the figure the noun after it counts."""
        apart = max(word.start - reference.end, reference.start - word.end)
        return apart, word.end <= reference.start

    for word in sorted([*clause.metrics, *_reasons(reading, clause)], key=distance):
        if word.metric not in PREDICATES or not fits(word, fact):
            continue
        low, high = min(word.end, reference.end), max(word.start, reference.start)
        if not any(low <= other.start < high for other in others) and _counts(
            word, reference, fact
        ):
            return word
    return None


def is_whole(reading: Reading, reference: Reference) -> bool:
    """Whether another figure is told as a part of this one: "[[f9]] of the [[f3]] customers"."""
    before = reading.text[: reference.start]
    return bool(
        re.search(
            r"\]\][\s*_]*(?:\w+\s+){0,2}(?:out\s+of|of|among)\s+(?:(?:the|these|those|its|their)\s+)?[*_]*$",
            before,
            re.I,
        )
    )


def _reasons(reading: Reading, clause: Clause) -> tuple[MetricWord, ...]:
    """ "... because all of their sales were taken back" """
    place = reading.clauses.index(clause) + 1
    if place == len(reading.clauses):
        return ()
    after = reading.clauses[place]
    own = reading.text[clause.start : clause.end]
    if re.fullmatch(r"\W*\[\[\w+\]\]", own) and own.startswith("("):
        return after.metrics  # "messages ([[f1]]) could not be used"
    because = re.match(r"\W*because\b", reading.text[after.start :], re.IGNORECASE)
    return tuple(word for word in after.metrics if because and word.metric == "removed")


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
    firm = [word for word in counted if not is_weak(word)]
    counted = firm or counted
    reachable = [word for word in counted if reached(word)] or counted
    return min(reachable, key=distance, default=None)


def _meant(reading: Reading, word: MetricWord, reference: Reference, fact: Fact) -> str:
    """With what stands around the word and the figure; "of revenue" after an amount is revenue."""
    shared = {"share_of_revenue": "revenue", "share_of_customers": "customers"}.get(word.metric)
    if shared and kind_of(fact) != "share":
        return derived(shared, kind_of(fact), around(reading, word, reference))
    if word.metric not in (
        "revenue",
        "orders",
        "frequency",
        "customers",
        "revenue_per_customer",
        "churn",
        "recency",
        "tenure",
        "monetary",
    ):
        return word.metric
    return derived(word.metric, kind_of(fact), around(reading, word, reference))


def _words_of(
    clauses: Iterator[Clause], reference: Reference, fact: Fact, place: int
) -> Iterator[MetricWord]:
    for clause in clauses:
        counted = [word for word in clause.metrics if _counts(word, reference, fact)]
        firm = [word for word in counted if not is_weak(word)] or counted
        if firm:
            yield firm[place]


def _reaches_back(reading: Reading, here: int, word: MetricWord) -> bool:
    """Whether a later metric word follows a figure: "Loyal [[f2]] and At risk [[f3]] orders"."""
    there = reading.clause_at(word.start)
    between = reading.clauses[here + 1 : there + 1]
    if any(clause.strong for clause in between):
        return False
    return any(ref.start < word.start for ref in reading.clauses[there].references)
