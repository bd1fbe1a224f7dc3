"""Whether a reader takes a figure that the sentence does not name for something else."""

import re
from collections.abc import Mapping

from engine.facts import Fact
from engine.grounding.claims import MASK, Reading, Reference
from engine.grounding.fitting import PREDICATES, fits, is_weak, kind_of, own_metrics
from engine.grounding.nearby import near_words
from engine.metrics import METRICS

_EARNS = re.compile(
    r"(?:out)?spen|took|tak|book|turn|gross|earn|brought|bring|generat|suppl|contrib", re.I
)
# Nouns of whom or what a sentence is about, besides what is counted.
_NOUNS = frozenset({"customers", "segments", "products", "orders", "first_sale", "last_sale"})


def taken_for_other(reading: Reading, reference: Reference, facts: Mapping[str, Fact]) -> bool:
    """Whether a reader carries over what another figure counts, or has a word for another kind."""
    fact = facts[reference.fact]
    clause = reading.clause_at(reference.start)
    for other in reading.references:
        there = reading.clause_at(other.start)
        parted = any(reading.clauses[n].strong for n in range(there + 1, clause + 1))
        if there <= clause and other.start < reference.start and not parted:
            joined = reading.text[other.end : reference.start]
            worth = re.fullmatch(r"[\s*_]+\w+\s+(?:for|worth|at)[\s*_]+", joined)
            if facts[other.fact].figure.metric != fact.figure.metric and not worth:
                return True
    return any(
        not fits(word, fact)
        and word.metric not in _NOUNS | (PREDICATES - {"churn"})
        and (not is_weak(word) or (_EARNS.match(word.words) and kind_of(fact) != "share"))
        for word in near_words(reading, reference)
    )


def part_of_other(reading: Reading, reference: Reference, fact: Fact) -> str | None:
    """ "[[f1]] of all refunds": a share of what it is no share of."""
    whose = re.match(
        rf"[\s*_]+of\b[^.;,]{{0,40}}\b(?:is|are|were|was)\s+(?:an?\s+)?{MASK}",
        reading.masked[reference.end :],
    )
    shares = fact.figure.unit == "share" and fact.figure.operation is None
    if whose and shares and not fact.figure.metric.startswith("share_of"):
        return whose.group().strip(f" {MASK}")
    found = re.match(
        r"[\s*_]+of\s+(?:(?:all|the|your|our|total)\s+)*", reading.text[reference.end :]
    )
    if found is None or fact.figure.unit != "share" or fact.figure.operation == "growth":
        return None
    place = reference.end + found.end()
    wholes = {"customers", "revenue", "segments", *own_metrics(fact)} - {"returned_share"}
    for word in reading.metrics:
        if (
            word.start == place
            and word.metric not in wholes
            and METRICS[word.metric].unit != "date"
        ):
            return f"of {word.words}"
    return None
