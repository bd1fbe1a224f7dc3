"""What an order of a customer is like: recency, frequency, baskets, the first one, the latest."""

from collections.abc import Callable
from datetime import timedelta
from math import pi
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.features.assortment import Assortment
from engine.features.definition import Definition, Part, Ratio, pick
from engine.features.feature import FEATURES, Feature
from engine.features.records import Records

if TYPE_CHECKING:
    import ibis

RECENT_DAYS = 90  # shop days, today not counted

RFM = tuple(Definition(feature) for feature in FEATURES)

BASKETS = (
    Definition(
        Feature("average_order", "worth of an order as sold, in minor units, mean over orders",
                "money", True, "basket", "sweep",
                says="spend {} per order"),
        Ratio("kept_worth", "frequency"),
    ),
    Definition(
        Feature("first_order_value", "worth of the first order as sold, in minor units",
                "money", True, "basket", "sweep",
                says="spent {} on their first order"),
    ),
    Definition(
        Feature("units_per_order", "pieces in an order, mean over orders",
                "ratio", True, "basket", "sweep",
                says="buy {} pieces per order"),
        Ratio("kept_units", "frequency"),
    ),
    Definition(
        Feature("lines_per_order", "lines in an order, mean over orders",
                "ratio", True, "basket", "sweep",
                says="buy {} lines per order"),
        Ratio("kept_lines", "frequency"),
    ),
    Definition(
        Feature("products_per_order", "different products bought, per order",
                "ratio", True, "basket", "sweep",
                says="buy {} different products per order"),
        Ratio("products", "frequency"),
    ),
    Definition(
        Feature("repeat_share", "share of what was bought that had been bought before",
                "share", True, "basket", "sweep", evidence="product_lines",
                says="buy again in {} of their lines"),
        Ratio("repeats", "product_lines"),
    ),
    Definition(
        Feature("product_lines", "kept lines that name a product", "count", True, "basket",
                "sweep",
                says="have bought {} lines that name a product"),
    ),
    Definition(
        Feature("recent_share", f"share of the orders that lie in the last {RECENT_DAYS} days",
                "share", True, "rhythm", "sweep", evidence="frequency",
                says="placed {} of their orders in the last 90 days"),
        Ratio("recent_orders", "frequency"),
    ),
)  # fmt: skip

# A year as a circle: two columns say where on it the orders lie, and how close together.
SEASONS = (
    Definition(
        Feature("year_end_lean", "where in the year the orders lie: 1 is New Year, -1 midyear, mean"
                " over orders", "number", None, "habits", "sweep", evidence="frequency",
                says="lean {} towards the turn of the year"),
        Ratio("towards_year_end", "frequency"),
    ),
    Definition(
        Feature("april_lean", "where in the year the orders lie: 1 is the start of April, -1 of"
                " October, mean over orders", "number", None, "habits", "sweep",
                evidence="frequency", says="lean {} towards April"),
        Ratio("towards_april", "frequency"),
    ),
)  # fmt: skip

YEAR = 365.25  # days
Column = Callable[["ibis.Table"], "ibis.Value"]

_OF_ORDERS = frozenset(
    {"recency", "frequency", "tenure", "kept_worth", "kept_units", "kept_lines", "recent_orders",
     "first_order_value", "towards_year_end", "towards_april"}
)  # fmt: skip
_OF_PRODUCTS = frozenset({"products", "product_lines", "repeats"})


def order_parts(records: Records, moment: Moment) -> list[Part]:
    """Every customer with a kept sale has a row in each, but for that of products."""
    return [
        Part(_OF_ORDERS, lambda asked: _of_orders(records, moment, asked)),
        Part(_OF_PRODUCTS, lambda asked: _of_products(records, asked), _OF_PRODUCTS),
    ]


def _orders(records: Records) -> "ibis.Table":
    """One row for each order with a kept sale; of several that begin at once, the first by id."""
    import ibis

    visits = records.visits
    orders = visits.group_by("customer_id", "order_id").aggregate(
        first_at=visits.first_at.min(),
        first_day=visits.local_date.min(),
        last_day=visits.local_date.max(),
        worth=visits.worth.sum().cast("int64"),
        units=visits.units.sum(),
        lines=visits.lines.sum().cast("int64"),
    )
    order = [orders.first_at, orders.order_id]
    return orders.mutate(nth=ibis.row_number().over(group_by="customer_id", order_by=order))


def _of_orders(records: Records, moment: Moment, asked: frozenset[str]) -> "ibis.Table":
    import ibis

    today = ibis.literal(moment.local_date)
    recent = ibis.literal(moment.local_date - timedelta(days=RECENT_DAYS))
    columns: dict[str, Column] = {
        "recency": lambda t: today.delta(t.last_day.max(), unit="day").cast("int32"),
        "frequency": lambda t: t.count().cast("int32"),
        "tenure": lambda t: today.delta(t.first_day.min(), unit="day").cast("int32"),
        "kept_worth": lambda t: t.worth.sum().cast("int64"),
        "kept_units": lambda t: t.units.sum(),
        "kept_lines": lambda t: t.lines.sum().cast("int64"),
        "recent_orders": lambda t: t.count(where=t.last_day >= recent),
        "first_order_value": lambda t: t.worth.max(where=t.nth == 0),
        "towards_year_end": lambda t: _on_the_circle(t).cos().sum(),
        "towards_april": lambda t: _on_the_circle(t).sin().sum(),
    }
    return _orders(records).group_by("customer_id").aggregate(**pick(columns, asked))


def knows_seasons(assortment: Assortment, moment: Moment) -> bool:
    """Whether the sales go back a whole year: before, the season is when somebody began."""
    first = assortment.first_day
    return first is not None and first <= moment.local_date - timedelta(days=365)


def _on_the_circle(orders: "ibis.Table") -> "ibis.expr.types.FloatingValue":
    return orders.first_day.day_of_year() * (2 * pi / YEAR)


def _of_products(records: Records, asked: frozenset[str]) -> "ibis.Table":
    kept = records.kept
    bought = kept.filter(kept.product_id.notnull())
    by_product = bought.group_by("customer_id", "product_id").aggregate(lines=bought.count())
    columns: dict[str, Column] = {
        "products": lambda t: t.count(),
        "product_lines": lambda t: t.lines.sum().cast("int64"),
        "repeats": lambda t: t.lines.sum().cast("int64") - t.count(),
    }
    return by_product.group_by("customer_id").aggregate(**pick(columns, asked))
