"""A filter as an Ibis expression over a table of customers: never a string of SQL.

Somebody without a value makes a condition on it unknown, and so its opposite: the logic of SQL,
which every engine keeps. What was bought is looked up among the kept sales as of the moment.
"""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, cast

from engine.concepts import Moment
from engine.errors import NotPossible
from engine.features import kept_sales, known_at
from engine.filters.fields import Fields
from engine.filters.model import (
    And,
    Between,
    Bought,
    Compare,
    Contains,
    Filter,
    Is,
    Missing,
    Not,
    OneOf,
    Operator,
    Or,
    When,
)
from engine.filters.periods import bounds

if TYPE_CHECKING:
    import ibis


def compile_filter(
    filter: Filter,
    fields: Fields,
    people: "ibis.Table",
    transactions: "ibis.Table | None",
    moment: Moment,
) -> "ibis.expr.types.BooleanValue":
    """True for whom the filter means; `people` has customer_id and a column a field."""
    return _Compiler(fields, people, transactions, moment).compiled(filter)


@dataclass(frozen=True, eq=False)
class _Compiler:
    fields: Fields
    people: "ibis.Table"
    transactions: "ibis.Table | None"
    moment: Moment

    def compiled(self, filter: Filter) -> "ibis.expr.types.BooleanValue":
        match filter:
            case And(parts):
                return reduce(and_, map(self.compiled, parts))
            case Or(parts):
                return reduce(or_, map(self.compiled, parts))
            case Not(part):
                return ~self.compiled(part)
            case Bought():
                return self.people.customer_id.isin(self.buyers(filter).customer_id)
            case _:
                return self.condition(filter)

    def condition(
        self, condition: Compare | Between | OneOf | Contains | Is | When | Missing
    ) -> "ibis.expr.types.BooleanValue":
        import ibis

        field = self.fields.get(condition.field)
        column = self.people[field.name]
        match condition:
            case Compare(_, operator, value):
                return _compared(column, operator, self.fields.stored_number(field, value))
            case Between(_, low, high):
                ends = (self.fields.stored_number(field, end) for end in (low, high))
                return column.between(*ends)
            case OneOf(_, words):
                return column.isin([field.stored(word) for word in words])
            case Contains(_, text):
                return column.lower().contains(ibis.literal(text).lower())
            case Is(_, truth):
                return column == ibis.literal(truth)
            case When(_, period):
                return _within(column, *bounds(period, self.moment.local_date))
            case Missing(_):
                return column.isnull()

    def buyers(self, bought: Bought) -> "ibis.Table":
        """Who has that many orders with a kept sale of it, as far as is known at the moment."""
        if self.transactions is None:
            raise NotPossible("There are no orders to ask what was bought.", "Load some first.")
        sales = kept_sales(known_at(self.transactions, self.moment))
        sales = sales.filter(sales.customer_id.notnull())
        if bought.period is not None:
            days = bounds(bought.period, self.moment.local_date)
            sales = sales.filter(_within(sales.local_date, *days))
        if bought.what != "anything":
            sales = sales.filter(_is_named(sales, bought))
        if bought.least == 1:
            return sales.select("customer_id").distinct()
        counted = sales.group_by("customer_id").aggregate(orders=sales.order_id.nunique())
        return counted.filter(counted.orders >= bought.least).select("customer_id")


def _is_named(sales: "ibis.Table", bought: Bought) -> "ibis.expr.types.BooleanValue":
    import ibis

    names = [ibis.literal(name).lower() for name in bought.names]
    if bought.what == "category":
        return sales.category.lower().isin(names)
    return sales.product_id.lower().isin(names) | sales["product"].lower().isin(names)


def _compared(
    column: "ibis.Column", operator: Operator, value: int | float
) -> "ibis.expr.types.BooleanValue":
    match operator:
        case "<":
            return column < value
        case "<=":
            return column <= value
        case "=":
            return column == value
        case ">=":
            return column >= value
        case ">":
            return column > value


def _within(
    column: "ibis.Column", start: date | None, end: date | None
) -> "ibis.expr.types.BooleanValue":
    """From `start` on and before `end`; unknown where the column is."""
    import ibis

    day = column.cast("date")
    conditions = [] if start is None else [day >= ibis.literal(start)]
    conditions += [] if end is None else [day < ibis.literal(end)]
    return cast("ibis.expr.types.BooleanValue", reduce(and_, conditions))
