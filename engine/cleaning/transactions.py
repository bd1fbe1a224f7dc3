"""Source rows to lines of orders: who bought what, when, and for how much."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.cleaning import rules as named
from engine.cleaning.cells import Cells
from engine.cleaning.guests import impute_customers
from engine.cleaning.mending import (
    is_cancelled_order,
    is_fee,
    is_test_row,
    mend_codes,
    mend_countries,
    mend_ids,
)
from engine.cleaning.money import priced, with_totals
from engine.cleaning.notes import noted_of
from engine.cleaning.rules import CleaningRules
from engine.cleaning.worked import Worked, cells_of, first_reason, moment_columns, with_times
from engine.concepts import Shop
from engine.reading import Source

if TYPE_CHECKING:
    import polars as pl

_TEXTS = ("product", "category", "channel")


def work_transactions(source: Source, shop: Shop, now: datetime, rules: CleaningRules) -> Worked:
    import polars as pl

    cells, padded = cells_of(source)
    had_orders = "order_id" in cells
    cells = with_times(cells)
    for name in (*_TEXTS, "order_id", "customer_id", "product_id", "country", "line"):
        cells.setdefault(name, Cells.absent(name, len(source.table)))
    moments, assumed = moment_columns(cells, source, shop.zone, rules)
    cells, marks = _mended(cells, had_orders, rules)
    money, currency, said = priced(cells, source, shop, rules)
    rows = pl.DataFrame([*moments.values(), padded, *marks.values(), *_flags(cells).values()])
    rows = with_totals(rows.hstack(money), currency)
    applies = drop_conditions(now)
    if rules.guests == "drop":
        applies[named.NO_CUSTOMER] = pl.col(named.MISSING_CUSTOMER)
    rows = rows.with_columns(first_reason(applies, rules))
    rows = rows.with_columns(_line_kind(), *_texts(cells), *_order_and_line(cells, rows))
    noted = noted_of(rows, cells)
    return Worked(rows, replace(shop, currency=currency), assumed | said, noted)


def drop_conditions(now: datetime) -> dict[str, "pl.Expr"]:
    """What drops a line of an order, whether it came in a file or as an event."""
    import polars as pl

    net = pl.col("price") - pl.col("discount").fill_null(0)
    return {
        named.MISSING_DATE: ~pl.col("dated"),
        named.UNPARSABLE_DATE: pl.col("moment").is_null(),
        named.FUTURE_DATE: pl.col("moment") > now + timedelta(days=1),
        named.MISSING_QUANTITY: ~pl.col("counted"),
        named.UNPARSABLE_QUANTITY: pl.col("amount").is_null(),
        named.MISSING_PRICE: ~pl.col("charged"),
        named.UNPARSABLE_PRICE: pl.col("price").is_null(),
        named.ZERO_QUANTITY: pl.col("amount") == 0,
        named.ZERO_PRICE: pl.col("price") == 0,
        named.NEGATIVE_PRICE: (pl.col("price") < 0) | (net < 0),
        named.AMOUNT_TOO_LARGE: pl.col("total_minor").is_null(),
        named.TEST_ROW: pl.col("test_row"),
    }


def _mended(
    cells: Mapping[str, Cells], had_orders: bool, rules: CleaningRules
) -> tuple[dict[str, Cells], dict[str, "pl.Series"]]:
    customers, customer_floats = mend_ids(cells["customer_id"])
    orders, order_floats = mend_ids(cells["order_id"])
    products, product_floats = mend_ids(cells["product_id"], powers=False)
    imputed = customers
    if rules.guests == "impute":
        imputed = impute_customers(customers, orders)
    products, lower = mend_codes(products)
    countries, aliases = mend_countries(cells["country"])
    missing = imputed.codes.is_null()
    marks = {
        named.MISSING_CUSTOMER: missing,
        named.IMPUTED_CUSTOMER: customers.codes.is_null() & ~missing,
        named.MISSING_ORDER: orders.codes.is_null() & had_orders,
        named.FLOAT_ID: customer_floats | order_floats | product_floats,
        named.LOWER_CASE_CODE: lower,
        named.COUNTRY_ALIAS: aliases,
    }
    mended = {"customer_id": imputed, "order_id": orders, "product_id": products,
              "country": countries}  # fmt: skip
    return {**cells, **mended}, {name: mark.alias(name) for name, mark in marks.items()}


def _flags(cells: Mapping[str, Cells]) -> dict[str, "pl.Series"]:
    """What an order's or a product's code says of the line."""
    import polars as pl

    found = {}
    for name, column, rule in (
        ("fee", "product_id", is_fee),
        ("test_row", "product_id", is_test_row),
        ("cancelling", "order_id", is_cancelled_order),
    ):
        values = cells[column].values.alias("code").to_frame().select(rule(pl.col("code")))
        found[name] = cells[column].marked(values.to_series()).alias(name)
    return found


def _line_kind() -> "pl.Expr":
    import polars as pl

    return (
        pl.when("fee")
        .then(pl.lit("fee"))
        .when(pl.col("amount") < 0)
        .then(pl.lit("return"))
        .otherwise(pl.lit("sale"))
        .alias("line_kind")
    )


def _texts(cells: Mapping[str, Cells]) -> list["pl.Series"]:
    names = (*_TEXTS, "customer_id", "product_id", "country")
    return [cells[name].texts().alias(name) for name in names]


def _order_and_line(cells: Mapping[str, Cells], rows: "pl.DataFrame") -> list["pl.Series"]:
    """The order's id, made up of customer and moment where it has none; the line's place in it."""
    import polars as pl

    orders, customers = cells["order_id"], cells["customer_id"]
    if orders.codes.null_count():
        derived = pl.format(
            "{}@{}",
            customers.texts().fill_null("guest"),
            pl.col("moment").dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ"),
        )
        order_id = rows.select(pl.coalesce(orders.texts(), derived).alias("order_id"))["order_id"]
        orders = Cells.of(order_id)
    else:
        order_id = orders.texts().alias("order_id")
    given = cells["line"].values.cast(pl.Float64, strict=False)
    given = given.set(~given.is_between(1, 2**31 - 1), None).cast(pl.Int32)
    keys = pl.DataFrame(
        {
            "order": orders.codes,
            "customer": customers.codes.cast(pl.Int64),
            "given": cells["line"].spread(given),
            "reason": rows["reason"],
        }
    )
    position = pl.when(pl.col("reason").is_null()).then(1).cum_sum().over("order", "customer")
    line = keys.select(pl.coalesce("given", position).cast(pl.Int32).alias("line"))["line"]
    return [order_id, line]
