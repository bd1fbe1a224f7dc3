"""Both ends of an interval, in their order."""

import re
from collections.abc import Mapping
from itertools import pairwise

from engine.facts import Fact
from engine.grounding.claims import Reading, Reference

_INTERVAL = re.compile(
    r"\b(?:interval|range|between|anywhere|confidence|spread|bounds?|limits?)\b", re.IGNORECASE
)


def is_interval_end(reading: Reading, reference: Reference, facts: Mapping[str, Fact]) -> bool:
    """ "An interval from [[low]] to [[high]]": both ends of one interval, in their order."""
    if not _INTERVAL.search(reading.masked):
        return False
    for one, two in pairwise(reading.references):
        low, high = facts[one.fact].figure, facts[two.fact].figure
        ends = low.metric.endswith("_low") and high.metric == low.metric[:-4] + "_high"
        joined = re.fullmatch(
            r"[\s*_]*(?:to|and|[–—-]|,)[\s*_]*", reading.text[one.end : two.start]
        )
        if reference in (one, two) and ends and joined and low.subject == high.subject:
            return True
    return False
