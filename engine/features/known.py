"""What was known at a moment: the records until then, and the sales that no return took back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.concepts import Moment

if TYPE_CHECKING:
    import ibis
    import pandas as pd

# A return takes a sale back when customer, product and quantity agree within this many days.
CANCEL_WITHIN_DAYS = 3


@contextmanager
def open_transactions(files: Sequence[str]) -> Iterator["ibis.Table"]:
    """The canonical transactions of these Parquet files, as one lazy table."""
    import ibis

    connection = ibis.duckdb.connect()
    try:
        yield connection.read_parquet(list(files), union_by_name=True)
    finally:
        connection.disconnect()


def known_at(transactions: "ibis.Table", moment: Moment) -> "ibis.Table":
    return transactions.filter(transactions.occurred_at < moment.at)


def kept_sales(known: "ibis.Table") -> "ibis.Table":
    """Sales that no return in `known` takes back.

    A return takes back the latest matching sale before it, and a sale is taken back once. The
    rule looks only backwards, so a table cut at an earlier moment gives what was known then, and
    the order of loads does not matter: the mark is never stored, its `known_at` is the return.
    """
    return without(known.filter(known.line_kind == "sale"), cancelled_sales(known))


def without(sales: "ibis.Table", cancelled: "ibis.Table") -> "ibis.Table":
    return sales.anti_join(cancelled, sales.event_id == cancelled.sale_id)


def cancelled_sales(known: "ibis.Table") -> "ibis.Table":
    """sale_id of every sale that a return in `known` takes back."""
    return cancellations(known).select("sale_id")


def cancellations(known: "ibis.Table") -> "ibis.Table":
    """`sale_id` of every sale that a return takes back, and `cancelled_at`, when one first did."""
    import ibis

    sales = known.filter(known.line_kind == "sale")
    returns = known.filter(
        (known.line_kind == "return") & known.customer_id.notnull() & known.product_id.notnull()
    ).select(
        "customer_id",
        "product_id",
        taken=-known.quantity,
        return_id=known.event_id,
        returned_at=known.occurred_at,
    )
    pairs = sales.inner_join(
        returns,
        [
            sales.customer_id == returns.customer_id,
            sales.product_id == returns.product_id,
            sales.quantity == returns.taken,
            sales.occurred_at <= returns.returned_at,
            sales.occurred_at >= returns.returned_at - ibis.interval(days=CANCEL_WITHIN_DAYS),
        ],
    ).select(
        sale_id=sales.event_id,
        sold_at=sales.occurred_at,
        return_id=returns.return_id,
        returned_at=returns.returned_at,
    )
    latest_sale = ibis.row_number().over(
        group_by=pairs.return_id, order_by=[pairs.sold_at.desc(), pairs.sale_id]
    )
    pairs = pairs.mutate(nth_sale=latest_sale)
    pairs = pairs.filter(pairs.nth_sale == 0)
    return pairs.group_by("sale_id").aggregate(cancelled_at=pairs.returned_at.min())


def net_revenue(lines: "ibis.Table") -> "ibis.Table":
    """Sales less returns per customer; lines that are no product do not count."""
    return (
        lines.filter(lines.line_kind.isin(["sale", "return"]) & lines.customer_id.notnull())
        .group_by("customer_id")
        .aggregate(monetary=lambda t: t.total_minor.sum().cast("int64"))
    )


def fetch(expression: "ibis.Table") -> "pd.DataFrame":
    found: pd.DataFrame = expression.to_pyarrow().to_pandas()
    return found
