"""A filter: which customers are meant, as a tree of conditions joined by and, or, not.

Numbers are as people write them: money in major units, a share from 0 to 1. Somebody who lacks a
value meets neither a condition on it nor the opposite of that condition; `Missing` finds them.
So a condition is true, false or unknown for a person, `Not` keeps the unknown, and a filter finds
those for whom it is true.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.errors import BadInput
from engine.filters.periods import Period

Operator = Literal["<", "<=", "=", ">=", ">"]

# What comes from outside is bounded.
DEEPEST = 10
MOST_CONDITIONS = 200
MOST_WORDS = 1_000
LONGEST_WORD = 200
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Compare:
    field: str
    operator: Operator
    value: Decimal


@dataclass(frozen=True)
class Between:
    """Both ends belong to it."""

    field: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class OneOf:
    field: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Contains:
    """The text occurs in the value, whatever the case; it is no pattern."""

    field: str
    text: str


@dataclass(frozen=True)
class Is:
    field: str
    value: bool


@dataclass(frozen=True)
class When:
    field: str
    period: Period


@dataclass(frozen=True)
class Missing:
    field: str


@dataclass(frozen=True)
class Bought:
    """At least so many orders, in the period, with a kept sale of one of these.

    A product is named by its code or by its name, whatever the case. No period: ever.
    """

    what: Literal["anything", "product", "category"]
    names: tuple[str, ...] = ()
    period: Period | None = None
    least: int = 1


@dataclass(frozen=True)
class Not:
    part: "Filter"


@dataclass(frozen=True)
class And:
    parts: tuple["Filter", ...]


@dataclass(frozen=True)
class Or:
    parts: tuple["Filter", ...]


Condition = Compare | Between | OneOf | Contains | Is | When | Missing
Filter = Condition | Bought | Not | And | Or


def parts_of(filter: Filter) -> tuple[Filter, ...]:
    if isinstance(filter, Not):
        return (filter.part,)
    return filter.parts if isinstance(filter, And | Or) else ()


def conditions_of(filter: Filter) -> Iterator[Condition | Bought]:
    """The leaves, from left to right."""
    if not isinstance(filter, Not | And | Or):
        yield filter
    for part in parts_of(filter):
        yield from conditions_of(part)


def depth_of(filter: Filter) -> int:
    return 1 + max((depth_of(part) for part in parts_of(filter)), default=0)


def require_bounded(filter: Filter) -> Filter:
    depth, conditions = depth_of(filter), sum(1 for _ in conditions_of(filter))
    if depth > DEEPEST:
        raise too_deep()
    if conditions > MOST_CONDITIONS:
        raise BadInput(
            f"The filter has {conditions:,} conditions.", f"Use up to {MOST_CONDITIONS}."
        )
    return filter


def too_deep() -> BadInput:
    return BadInput(
        f"The filter is nested more than {DEEPEST} deep.", "Say it with fewer brackets and nots."
    )
