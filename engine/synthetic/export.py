"""The lines of orders as a shop's system would export them."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from engine.cleaning.rules import MISSING_DATE, UNPARSABLE_DATE
from engine.synthetic.dirt import CANCELLED, Dirt, marked
from engine.synthetic.purchases import DAY
from engine.synthetic.recipe import Recipe

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

CURRENCY = "GBP"
RATES = {"EUR": "0.85", "USD": "0.80"}  # pounds for one
_CURRENCY = {"Ireland": "EUR", "Germany": "EUR", "France": "EUR", "United States": "USD"}
_NO_DATE = "0000-00-00 00:00:00"


def exported(
    sold: "pl.DataFrame", recipe: Recipe, first_order: int, rng: "np.random.Generator"
) -> tuple["pl.DataFrame", int]:
    """Rows of the file, with `marks`, and the next free order number."""
    import polars as pl

    lines = sold.with_columns(marks=pl.lit(0, pl.Int64))
    if not recipe.dirt:
        rows = _numbered(lines, first_order)
    else:
        last_second = recipe.calendar.days * DAY - 1
        # There are fewer orders than lines, but some numbers lie in the future.
        free = int(sold["order"].max()) + 1  # type: ignore[arg-type]
        dirt = Dirt(rng, last_second, next_order=free)
        rows = dirt.spoil(_numbered(dirt.add_orders(lines), first_order))
    following = int(rows["number"].max()) + 1  # type: ignore[arg-type]
    return _written(rows, recipe), following


def with_moments(rows: "pl.DataFrame", start: date) -> "pl.DataFrame":
    """`occurred_at`, as the shop's clock shows it, in place of seconds since the first day."""
    import polars as pl

    midnight = pl.lit(datetime.combine(start, time()))
    moment = (midnight + pl.duration(seconds="second")).dt.strftime("%Y-%m-%d %H:%M:%S")
    return rows.with_columns(second=moment).rename({"second": "occurred_at"})


def _numbered(lines: "pl.DataFrame", first: int) -> "pl.DataFrame":
    """In order of time, with invoice numbers; a cancellation has its order's number after a C."""
    import polars as pl

    orders = lines.group_by("order").agg(pl.col("second").min().alias("opened"))
    orders = orders.sort("opened", "order").with_row_index("number", first)
    number = pl.col("number").cast(pl.String)
    return (
        lines.join(orders, on="order", maintain_order="left")
        .sort("second", "number", "line", maintain_order=True)
        .with_columns(order_id=pl.when(marked(CANCELLED)).then("C" + number).otherwise(number))
    )


def _written(rows: "pl.DataFrame", recipe: Recipe) -> "pl.DataFrame":
    import polars as pl

    columns = ["order_id", "line", "customer_id", "occurred_at", "product_id", "product",
               "category", "country", "channel", "quantity", "unit_price", "discount"]  # fmt: skip
    if recipe.currencies:
        rows = _in_currencies(rows)
        columns.append("currency")
    day = pl.when(marked(UNPARSABLE_DATE)).then(pl.lit(_NO_DATE)).otherwise("occurred_at")
    return (
        with_moments(rows, recipe.start)
        .with_columns(
            occurred_at=pl.when(~marked(MISSING_DATE)).then(day),
            unit_price=_money(pl.col("pence")),
            discount=_money(pl.col("discount")),
        )
        .select(*columns, "marks")
    )


def _money(pence: "pl.Expr") -> "pl.Expr":
    import polars as pl

    return (pence.cast(pl.Decimal(12, 2)) / 100).cast(pl.Decimal(12, 2))


def _in_currencies(rows: "pl.DataFrame") -> "pl.DataFrame":
    """Prices of the country of the customer, to the nearest cent; an alias is still the country."""
    import polars as pl

    home = pl.col("country").replace({"EIRE": "Ireland", "USA": "United States"})
    currency = home.replace_strict(_CURRENCY, default=CURRENCY, return_dtype=pl.String)
    rates = {code: float(rate) for code, rate in RATES.items()}
    rate = currency.replace_strict(rates, default=1.0, return_dtype=pl.Float64)
    pence, discount = (
        (pl.col(name) / rate).round().cast(pl.Int64) for name in ("pence", "discount")
    )
    return rows.with_columns(currency=currency, pence=pence, discount=discount)
