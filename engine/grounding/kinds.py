"""Kinds of what a sentence names: told as plain revenue, a figure may say which kind it is."""

import re

from engine.facts import Fact
from engine.grounding.claims import Reading

# Kinds of revenue: told as plain revenue their figure says which kind it is.
_AHEAD = frozenset({"revenue_at_risk", "value_at_risk", "expected_value", "forecast_revenue"})
_OF_ONE = frozenset({"monetary", "mean_monetary", "revenue_per_customer",
                     "expected_value_per_customer"})  # fmt: skip
_PAST = re.compile(
    r"\b(?:brought|lost|made|took|spent|earned|was|were|so\s+far|to\s+date|already|returned)\b",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    r"\b(?:typical\w*|each|per|every|a\s+head|a\s+(?:year|month)|apiece|one|times|averag\w+|medians?|half)\b|\ban?\s+(?:\w+\s+)?¤",
    re.IGNORECASE,
)
_ONE_ORDER = re.compile(
    r"\b(?:orders?|ordered|ordering|baskets?|purchases?|check(?:s|ed)?\s*outs?|transactions?)\b",
    re.IGNORECASE,
)


def is_kind_of(metric: str, reading: Reading, fact: Fact) -> bool:
    """Whether the figure is a kind of what the sentence calls it."""
    if fact.figure.metric == "average_order":
        ordered = _ONE_ORDER.search(reading.masked)
        return metric in ("revenue", "revenue_per_customer", "orders") and bool(ordered)
    if fact.figure.metric == "expected_value_per_customer" and metric != "revenue":
        return metric in (
            "expected_value",
            "revenue_per_customer",
            "forecast_revenue",
        ) and not _PAST.search(reading.masked)
    if (metric, fact.figure.metric) == ("new_customers", "customers"):
        return fact.figure.subject.kind == "cohort"
    if metric == "orders" and fact.figure.metric in ("frequency", "mean_frequency"):
        return bool(_SINGLE.search(reading.masked))
    if metric != "revenue" or fact.figure.operation == "growth":
        return False
    if fact.figure.metric in _AHEAD:
        return not _PAST.search(reading.masked)
    return fact.figure.metric in _OF_ONE and bool(_SINGLE.search(reading.masked))
