"""Exports whose form is known: what their columns are, and cells that stand once for many rows."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.reading.names import words_of
from engine.records import RecordKind

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Export:
    """`columns`: their name -> ours; recognised by `marks`, which no other export has together.

    `carried` are columns of the order, which stand on its first row only; `order` holds its id.
    """

    name: str
    kind: RecordKind
    marks: tuple[str, ...]
    columns: dict[str, str]
    order: str = ""
    carried: tuple[str, ...] = field(default=())


EXPORTS: tuple[Export, ...] = (
    Export(
        "Shopify orders",
        "transactions",
        ("Name", "Email", "Lineitem quantity", "Lineitem price"),
        {
            "Name": "order_id",
            "Email": "customer_id",
            "Created at": "occurred_at",
            "Lineitem quantity": "quantity",
            "Lineitem name": "product",
            "Lineitem price": "unit_price",
            "Lineitem sku": "product_id",
            "Lineitem discount": "discount",
            "Shipping Country": "country",
            "Currency": "currency",
            "Source": "channel",
        },
        order="Name",
        carried=(
            "Email",
            "Created at",
            "Paid at",
            "Financial Status",
            "Shipping Country",
            "Billing Country",
            "Currency",
            "Source",
        ),
    ),
    Export(
        "WooCommerce orders with a line per item",
        "transactions",
        ("Order Number", "Order Date", "Item Name", "Item Cost"),
        {
            "Order Number": "order_id",
            "Order Date": "occurred_at",
            "Email (Billing)": "customer_id",  # before the user, which is 0 for every guest
            "Customer User ID": "customer_id",
            "SKU": "product_id",
            "Item Name": "product",
            "Item Cost": "unit_price",
            "Quantity": "quantity",
            "Country Code (Billing)": "country",
        },
        order="Order Number",
        carried=("Order Date", "Customer User ID", "Email (Billing)", "Country Code (Billing)"),
    ),
    Export(
        "WooCommerce Analytics orders",
        "transactions",
        ("Date", "Order #", "Customer", "Items sold"),
        {
            "Date": "occurred_at",
            "Order #": "order_id",
            "Customer": "customer_id",
            "Product(s)": "product",
            "N. Revenue": "total",
            "Net Revenue": "total",
        },
    ),
    Export(
        "WooCommerce customer and order export",
        "transactions",
        ("order_id", "item_name", "item_quantity", "item_total"),
        {
            "order_id": "order_id",
            "order_date": "occurred_at",
            "date": "occurred_at",
            "billing_email": "customer_id",
            "customer_id": "customer_id",
            "item_sku": "product_id",
            "item_name": "product",
            "item_quantity": "quantity",
            "item_total": "total",
            "shipping_country": "country",
            "order_currency": "currency",
        },
        order="order_id",
        carried=("order_date", "customer_id", "billing_email", "shipping_country"),
    ),
    Export(
        "Mall customers",
        "customers",
        ("CustomerID", "Annual Income (k$)", "Spending Score (1-100)"),
        {
            "CustomerID": "customer_id",
            "Gender": "gender",
            "Genre": "gender",
            "Age": "age",
            "Annual Income (k$)": "income",
        },
    ),
    Export(
        "a shop's event log",
        "events",
        ("event_time", "event_type", "product_id", "user_id", "user_session"),
        {
            "event_time": "occurred_at",
            "event_type": "action",
            "product_id": "product_id",
            "category_code": "category",
            "brand": "brand",
            "price": "unit_price",
            "user_id": "customer_id",
            "user_session": "session_id",
        },
    ),
)


def known_export(names: Collection[str]) -> Export | None:
    folded = {_folded(name) for name in names}
    fits = (each for each in EXPORTS if all(_folded(mark) in folded for mark in each.marks))
    return next(fits, None)


def mapping_of(export: Export, names: Collection[str]) -> dict[str, str]:
    """Their columns that are there -> ours; of several for one of ours the first listed."""
    own = {_folded(name): name for name in names}
    mapping: dict[str, str] = {}
    for theirs, ours in export.columns.items():
        name = own.get(_folded(theirs))
        if name is not None and ours not in mapping.values():
            mapping[name] = ours
    return mapping


def carry_down(table: "pl.DataFrame", export: Export) -> tuple["pl.DataFrame", dict[str, str]]:
    """Cells of the order, from its first row to its others; its amounts stay where they are."""
    import polars as pl

    own = {_folded(name): name for name in table.columns}
    order = own.get(_folded(export.order))
    columns = [own[_folded(name)] for name in export.carried if _folded(name) in own]
    if order is None or not columns:
        return table, {}
    first = (pl.col(name).first(ignore_nulls=True).over(order) for name in columns)
    carried = table.with_columns(
        pl.when(pl.col(order).is_not_null())
        .then(pl.coalesce(name, value))
        .otherwise(name)
        .alias(name)
        for name, value in zip(columns, first, strict=True)
    )
    changed = [name for name in columns if carried[name].null_count() < table[name].null_count()]
    if not changed:
        return table, {}
    said = ", ".join(f"'{name}'" for name in changed)
    return carried, {
        "carried down": f"{said} stand on the first row of an order only and were carried to its "
        "other rows"
    }


def _folded(name: str) -> str:
    return "".join(words_of(name))
