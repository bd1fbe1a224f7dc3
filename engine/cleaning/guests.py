"""Rows that name no customer, when the order they belong to does."""

from typing import TYPE_CHECKING

from engine.cleaning.cells import Cells

if TYPE_CHECKING:
    pass


def impute_customers(customers: Cells, orders: Cells) -> Cells:
    """A row without a customer takes the one customer its order's other rows name.

    An order that names two customers, or none, tells nothing.
    """
    import polars as pl

    if not customers.codes.null_count() or not len(orders.values):
        return customers
    rows = pl.DataFrame({"order": orders.codes, "customer": customers.codes})
    guests = rows.filter(pl.col("customer").is_null()).select("order").drop_nulls().unique()
    named = rows.drop_nulls().join(guests, on="order", how="semi").unique()
    one = named.group_by("order").agg(pl.col("customer").first(), count=pl.len())
    one = one.filter(pl.col("count") == 1)
    if not len(one):
        return customers
    by_order = pl.repeat(None, len(orders.values), dtype=pl.UInt32, eager=True)
    by_order = by_order.scatter(one["order"], one["customer"])
    found = rows.select(pl.coalesce("customer", by_order.gather(orders.codes)))
    return Cells(customers.values, found.to_series())
