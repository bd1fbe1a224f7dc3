"""Fields to filter by, and random filters over them."""

from decimal import Decimal
from typing import get_args

from hypothesis import strategies as st

from engine.filters import Field, Fields, Filter
from engine.filters.model import (
    And,
    Between,
    Bought,
    Compare,
    Contains,
    Is,
    Missing,
    Not,
    OneOf,
    Operator,
    Or,
    When,
)
from engine.filters.periods import UNITS, Ago, Dated, Last, Period, Whole

COUNTRIES = {name: name for name in ("France", "Germany", "Spain", "United Kingdom")}
SEGMENTS = {"Champions": "segment_1", "At risk": "segment_2"}
FIELDS = Fields(
    (
        Field("recency", "days", "days since", "last bought {} ago", always=True),
        Field("frequency", "number", "orders", "have ordered {} times", always=True),
        Field("monetary", "money", "net revenue", "have spent {}", always=True),
        Field("segment", "word", "the segment", "are {}", SEGMENTS, always=True),
        Field("churn", "share", "chance to leave", "have a chance of leaving of {}"),
        Field("country", "word", "where they live", "are in {}", COUNTRIES),
        Field("city", "word", "where they live"),
        Field("Loyalty [tier]", "word", "a name that has to be bracketed"),
        Field("not", "number", "a name that is a word of filters"),
        Field("{0} {}", "number", "a name that is a form of Python"),
        Field("signup_date", "date", "when they joined", "joined {}"),
        Field("opted_out", "yes/no", "want no mail", "are opted out"),
    ),
    "GBP",
    ("Kitchen", "Garden", "Bath & Body"),
)

_words = st.text(
    st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=12
) | st.sampled_from(("or", "and", "last", "category", "85123A", "007", "2025-06", "-5", "50%"))
_numbers = st.decimals(-(10**6), 10**6, places=3, allow_nan=False) | st.integers(0, 10**9).map(
    Decimal
)
_cents = st.integers(-(10**9), 10**9).map(lambda minor: Decimal(minor).scaleb(-2))
_shares = st.integers(0, 10**6).map(lambda parts: Decimal(parts).scaleb(-6))
_VALUES = {"days": _numbers, "number": _numbers, "money": _cents, "share": _shares}

_units = st.sampled_from(UNITS)
_counts = st.integers(1, 99)
_years = st.integers(1950, 2080)
_dated = st.one_of(
    _years.map(lambda year: Dated(str(year))),
    st.builds(lambda year, month: Dated(f"{year}-{month:02}"), _years, st.integers(1, 12)),
    st.dates().filter(lambda day: 1900 <= day.year < 3000).map(lambda day: Dated(str(day))),
)
_stretches = _dated | st.builds(Whole, st.sampled_from(("this", "last")), _units) | st.builds(
    Ago, _counts, _units
)  # fmt: skip
periods = st.one_of(
    st.builds(Period, st.sampled_from(("in", "before", "since", "after", "until")), _stretches),
    st.builds(Period, st.just("in"), st.builds(Last, _counts, _units)),
    st.builds(
        lambda first, last, stretch: Period("between", Dated(str(first)), stretch or Dated(last)),
        _years, st.just("2099"), st.none() | st.builds(Ago, _counts, _units),
    ),
)  # fmt: skip


def _conditions(field: Field) -> st.SearchStrategy[Filter]:
    name = st.just(field.name)
    missing = st.builds(Missing, name)
    if field.kind == "word":
        known = st.sampled_from(sorted(field.known)) if field.known else _words
        several = st.lists(known, min_size=1, max_size=3).map(tuple)
        return st.builds(OneOf, name, several) | st.builds(Contains, name, _words) | missing
    if field.kind == "yes/no":
        return st.builds(Is, name, st.booleans()) | missing
    if field.kind == "date":
        return st.builds(When, name, periods) | missing
    values = _VALUES[field.kind]
    compared = st.builds(Compare, name, st.sampled_from(get_args(Operator)), values)
    ends = st.tuples(values, values).map(sorted)
    return compared | ends.map(lambda two: Between(field.name, *two)) | missing


_least = st.integers(1, 5)
_maybe = st.none() | periods
_categories = st.sampled_from(FIELDS.categories or ())
_bought = st.one_of(
    st.builds(Bought, st.just("anything"), st.just(()), _maybe, _least),
    st.builds(Bought, st.just("product"), st.lists(_words, min_size=1, max_size=3).map(tuple),
              _maybe, _least),
    st.builds(Bought, st.just("category"), _categories.map(lambda name: (name,)), _maybe, _least),
)  # fmt: skip
_leaves = st.one_of(*map(_conditions, FIELDS.fields)) | _bought


def _joined(parts: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return parts.map(Not) | several.map(And) | several.map(Or)


filters: st.SearchStrategy[Filter] = st.recursive(_leaves, _joined, max_leaves=8)
