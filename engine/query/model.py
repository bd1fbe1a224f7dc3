"""A query: what is counted, along which dimensions, over which records.

A cell is one combination of keys, such as Germany and November. All measures of a cell speak of
its sales and returns alone; revenue is net of the returns in it, guests included. An order is an
invoice of one customer with at least one kept sale: one that no return took back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeVar

from engine.errors import BadInput, NotFound
from engine.metrics import METRICS, Unit

Key = str | int | date | None  # None: the records do not say
Number = int | float | date
Word = TypeVar("Word")
Days = tuple[date | None, date | None]  # the first day, and the first day after; None: open

MOST_MEASURES = 4
MOST_DIMENSIONS = 3


@dataclass(frozen=True)
class Measure:
    """`additive`: of a cell without records it is zero, and it can be a part of a total."""

    name: str
    metric: str  # of engine.facts.METRICS: its unit and its words
    formula: str
    additive: bool = False
    feature: str = ""  # of the feature table, when it speaks of the cell's customers

    @property
    def unit(self) -> Unit:
        return METRICS[self.metric].unit


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("revenue", "revenue", "sum of sales and returns", True),
        Measure("gross_revenue", "gross_revenue", "sum of sales before returns", True),
        Measure("returns", "returns_value", "sum of what came back", True),
        Measure("orders", "orders", "different orders with a kept sale", True),
        Measure("customers", "customers", "different customers with a kept sale", True),
        Measure("units", "units", "units sold less units that came back", True),
        Measure("products", "products", "different products in kept sales", True),
        Measure("countries", "countries", "different countries of kept sales", True),
        Measure("new_customers", "new_customers", "customers whose first kept sale is here", True),
        Measure("returning_customers", "returning_customers",
                "customers who had bought before", True),
        Measure("average_order", "average_order", "revenue / orders"),
        Measure("items_per_order", "items_per_order", "units / orders"),
        Measure("repeat_rate", "repeat_rate",
                "customers with two or more orders here / customers"),
        Measure("revenue_per_customer", "revenue_per_customer", "revenue / customers"),
        Measure("first_sale", "first_sale", "day of the first kept sale"),
        Measure("last_sale", "last_sale", "day of the last kept sale"),
        Measure("discount_share", "discount_share",
                "discounts of all sales / their value without discounts"),
        *(
            Measure(f"{kind}_{feature}", metric, f"{kind} of {feature} over the customers here",
                    feature=feature)
            for feature in ("recency", "frequency", "monetary", "tenure")
            for kind, metric in (("median", feature), ("mean", f"mean_{feature}"))
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Dimension:
    """Keys of `time` are the first days of stretches, and tell a period, not a subject."""

    name: str
    kind: Literal["word", "number", "time", "cohort"]
    meaning: str

    @property
    def is_ordered(self) -> bool:
        return self.kind != "word"


DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension("segment", "word", "the customer's segment in the latest snapshot"),
        Dimension("country", "word", "where it was sold"),
        Dimension("category", "word", "the product's category"),
        Dimension("product", "word", "the product, by its code"),
        Dimension("channel", "word", "shop, online, ..."),
        Dimension("customer", "word", "who bought; without guests and who opted out"),
        Dimension("year", "time", "the shop's calendar year"),
        Dimension("quarter", "time", "the shop's calendar quarter"),
        Dimension("month", "time", "the shop's calendar month"),
        Dimension("week", "time", "the shop's week, from Monday on"),
        Dimension("day", "time", "the shop's calendar day"),
        Dimension("weekday", "number", "the shop's weekday, 1 = Monday"),
        Dimension("hour", "number", "the shop's hour, 0..23"),
        Dimension("cohort", "cohort", "the month of the customer's first kept sale"),
        Dimension("months_since_first", "number", "months since the customer's first month"),
    )
}

# What rows can be kept by, beside the days and the customers.
FILTERS = ("segment", "country", "category", "product", "channel")


@dataclass(frozen=True)
class Query:
    """`only` gives for a filtered dimension the keys that stay; `customers` who stays, if not all.

    `days` are the shop's own.
    """

    measures: tuple[Measure, ...]
    dimensions: tuple[Dimension, ...] = ()
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    days: Days = (None, None)
    customers: frozenset[str] | None = None

    @property
    def needs(self) -> set[str]:
        """The dimensions that the records have to carry."""
        return {dimension.name for dimension in self.dimensions} | set(self.only)

    @property
    def grain(self) -> Dimension | None:
        return next((each for each in self.dimensions if each.kind == "time"), None)


def make_query(measures: Sequence[str], dimensions: Sequence[str]) -> Query:
    """By name; what nothing is called gives the nearest names."""
    counted = tuple(dict.fromkeys(map(_find_measure, measures)))
    along = tuple(dict.fromkeys(map(_find_dimension, dimensions)))
    if not 1 <= len(counted) <= MOST_MEASURES:
        raise BadInput(f"A query of {len(counted)} measures.", f"Name 1 to {MOST_MEASURES}.")
    if len(along) > MOST_DIMENSIONS:
        raise BadInput(f"A query along {len(along)} dimensions.", f"Name up to {MOST_DIMENSIONS}.")
    if sum(dimension.kind == "time" for dimension in along) > 1:
        raise BadInput("Two grains of time in one query.", "Name one: year, month, day, ...")
    return Query(counted, along)


def _find_measure(name: str) -> Measure:
    return _found(name, MEASURES, "measure")


def _find_dimension(name: str) -> Dimension:
    return _found(name, DIMENSIONS, "dimension")


def _found(name: str, known: Mapping[str, Word], what: str) -> Word:
    if folded(name) not in known:
        raise NotFound.named(what, folded(name), known, "a query")
    return known[folded(name)]


def folded(name: str) -> str:
    """ "Average order" is average_order."""
    return "_".join(name.casefold().replace("_", " ").split())
