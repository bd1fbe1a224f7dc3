"""Customers of an export who do by themselves what plants are made to do, by the plants' numbers.

A real shop has wholesale orders of its own. An alert on one of them is neither right nor wrong when
plants are counted, so these customers are left out of that count. Told by plain comparisons of this
file, which shares nothing with the detectors but how few lines sent back are no habit.
"""

from typing import TYPE_CHECKING

from engine.anomalies import FEW_LINES
from evals.anomaly_plants import (
    BULK_TIMES,
    BURST_ORDERS,
    REFUNDED_SHARE,
    SLEEP_DAYS,
    WAKING_ORDERS,
)

if TYPE_CHECKING:
    import polars as pl

_OWN_PAST = 5  # orders; whoever has fewer is beside the shop's usual order


def natural_oddities(lines: "pl.DataFrame") -> frozenset[str]:
    """By a bulk order, a burst of orders, a long sleep that ends in several, or by sending back
    nearly everything."""
    import polars as pl

    sales = lines.filter(pl.col("line_kind") == "sale", pl.col("customer_id").is_not_null())
    back = lines.filter(pl.col("line_kind") == "return", pl.col("customer_id").is_not_null())
    found = [_bulk(sales), _bursts(sales), _sleepers(sales), _refunds(sales, back)]
    return frozenset(str(who) for part in found for who in part["customer_id"])


def _bulk(sales: "pl.DataFrame") -> "pl.DataFrame":
    """An order of so many times the usual one of this customer as the smallest plant."""
    import polars as pl

    orders = sales.group_by("customer_id", "order_id").agg(pl.col("total_minor").sum())
    shop = orders["total_minor"].median()
    people = orders.group_by("customer_id").agg(
        pl.len().alias("orders"), pl.col("total_minor").median().alias("usual"),
        pl.col("total_minor").max().alias("largest"),
    )  # fmt: skip
    usual = pl.when(pl.col("orders") >= _OWN_PAST).then("usual").otherwise(pl.lit(shop))
    return people.filter(pl.col("largest") >= BULK_TIMES[0] * usual)


def _bursts(sales: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    return _days(sales).filter(pl.col("orders") >= BURST_ORDERS[0])


def _sleepers(sales: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    days = _days(sales).sort("customer_id", "local_date")
    slept = pl.col("local_date").diff().over("customer_id").dt.total_days()
    return days.with_columns(slept=slept).filter(
        pl.col("slept") >= SLEEP_DAYS, pl.col("orders") >= WAKING_ORDERS
    )


def _refunds(sales: "pl.DataFrame", back: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    sold = sales.group_by("customer_id").len("sold")
    returned = back.group_by("customer_id").len("returned").join(sold, on="customer_id")
    return returned.filter(
        pl.col("returned") >= FEW_LINES, pl.col("returned") >= REFUNDED_SHARE * pl.col("sold")
    )


def _days(sales: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    return sales.group_by("customer_id", "local_date").agg(
        pl.col("order_id").n_unique().alias("orders")
    )
