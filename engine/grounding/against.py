"""Two figures that a sentence sets against each other: "[[f1]] against [[f2]]", "from [[f2]] to [[f1]]"."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from engine.facts import Fact
from engine.grounding.claims import Compared, MetricWord, Reading, Reference, mask
from engine.grounding.shown import number
from engine.metrics import METRICS

# What is told comes first; in a way or a stretch ("from ... to") it comes last.
_AGAINST = re.compile(
    r"(?:vs\.?|versus|against|after|instead\s+of|rather\s+than|than|(?:as\s+)?(?:compared|opposed)\s+(?:with|to)"
    r"|(?:up|down)\s+from|from)(?:\s+(?:the|an?|only|just|about|that\s+of|¤+))*|than(?:\s+[\w¤]+){0,5}",
    re.IGNORECASE,
)
_WAY = re.compile(r"(?:to|→|->)$")
_BESIDE = re.compile(
    r"(?:¤+|(?:for|in|of|by|from|during|at)\s+(?:the\s+)?(?:¤+|\w+)(?:\s+\d+)?)\s+"
)


def counted(reading: Reading) -> list[MetricWord]:
    """The words for metrics; "to" and "from" join figures here, and are no days."""
    return [word for word in reading.metrics if METRICS[word.metric].unit != "date"]


def set_against(reading: Reading) -> Iterator[tuple[Reference, Reference]]:
    """What is told and what it is set against, of neighbouring figures that a word joins."""
    masked = mask(reading.masked, counted(reading))
    for one, two in pairwise(reading.references):
        between = re.sub(r"[\s*_,()–—]+", " ", masked[one.end : two.start]).strip() + " "
        joint = _BESIDE.sub("", between, count=2).strip()
        if _AGAINST.fullmatch(joint):
            yield one, two
        elif _WAY.fullmatch(joint) and (
            joint != "to" or re.search(r"\bfrom[\s*_]+$", reading.text[: one.start], re.IGNORECASE)
        ):
            yield two, one


def led_by(reading: Reading, claim: Compared) -> Iterator[tuple[Reference, Reference]]:
    """ "[[f1]], well above the [[f2]] of ...": the claim leads right to what it is set against."""
    for place, reference in enumerate(reading.references[1:], 1):
        words = reading.masked[claim.end : reference.start]
        leads = re.fullmatch(r"[\s*_]+(?:(?:than|as|by|the|that|what|an?)[\s*_]+)*", words)
        if leads or re.fullmatch(r"[^.;()]{0,30}\bthan\b[^.;()]{0,40}\([\s*_]*", words):
            yield reading.references[place - 1], reference


def bears_out(
    claim: Compared, pair: tuple[Reference, Reference], facts: Mapping[str, Fact], timed: bool
) -> bool:
    """Whether the values are so: one metric of two subjects at one time, or of one at two times."""
    told, other = (facts[each.fact].figure for each in pair)
    metrics = {told.metric, other.metric}
    if told.operation or other.operation or (len(metrics) > 1 and metrics != {"entered", "left"}):
        return False
    over_time = (
        told.subject == other.subject
        and told.period != other.period
        and (timed or told.period.end > other.period.end)
    )
    beside = told.period == other.period and (told.subject != other.subject or len(metrics) > 1)
    if not over_time and not beside:
        return False
    above, below = (number(facts[each.fact]) for each in pair)
    return above != below and (above > below) == (claim.kind == "up")


def pair_of(reading: Reading, claim: Compared) -> tuple[Reference, Reference] | None:
    """The pair that a claim is about: the one it leads to, else the next one."""
    following = (
        pair for pair in set_against(reading) if min(each.start for each in pair) >= claim.start
    )
    return next(led_by(reading, claim), None) or next(following, None)


def out_of_order(reading: Reading, facts: Mapping[str, Fact]) -> Iterator[str]:
    """ "Dipped to [[f2]] from [[f1]]", where the first is of the earlier time."""
    for pair in set_against(reading):
        told, other = (facts[each.fact].figure for each in pair)
        alike = (told.subject, told.metric, told.operation) == (
            other.subject, other.metric, other.operation)  # fmt: skip
        if alike and told.period.end < other.period.end:
            yield f"[[{pair[0].fact}]] is of an earlier time than [[{pair[1].fact}]]: turn them round"
