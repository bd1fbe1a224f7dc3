"""What an order of a customer is like: recency, frequency, baskets, the first one, the latest."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from engine.concepts import Moment
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

Column = Callable[["ibis.Table"], "ibis.Value"]

_OF_ORDERS = frozenset(
    {"recency", "frequency", "tenure", "kept_worth", "kept_units", "kept_lines", "recent_orders"}
)
_OF_PRODUCTS = frozenset({"products", "product_lines", "repeats"})


def order_parts(records: Records, moment: Moment) -> list[Part]:
    """Every customer with a kept sale has a row in each, but for that of products."""
    return [
        Part(_OF_ORDERS, lambda asked: _of_orders(records, moment, asked)),
        Part(frozenset({"first_order_value"}), lambda asked: _first_order(records)),
        Part(_OF_PRODUCTS, lambda asked: _of_products(records, asked), _OF_PRODUCTS),
    ]


def _orders(records: Records) -> "ibis.Table":
    """One row for each order with a kept sale."""
    visits = records.visits
    return visits.group_by("customer_id", "order_id").aggregate(
        first_at=visits.first_at.min(),
        first_day=visits.local_date.min(),
        last_day=visits.local_date.max(),
        worth=visits.worth.sum().cast("int64"),
        units=visits.units.sum(),
        lines=visits.lines.sum().cast("int64"),
    )


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
    }
    return _orders(records).group_by("customer_id").aggregate(**pick(columns, asked))


def _first_order(records: Records) -> "ibis.Table":
    """Of several that begin at once, the first by its id."""
    import ibis

    orders = _orders(records)
    order = [orders.first_at, orders.order_id]
    orders = orders.mutate(nth=ibis.row_number().over(group_by="customer_id", order_by=order))
    first = orders.filter(orders.nth == 0)
    return first.select("customer_id", first_order_value=first.worth)


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
