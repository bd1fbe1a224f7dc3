"""Live rows: what is known of each customer between sweeps, kept event by event.

Folding is the arithmetic of engine.features, one batch at a time: sums add up, days take the
earlier or the later. It is exact but for a return that takes a sale back, because a sum cannot
tell which; such a customer is `dirty` until a sweep works the row out again from the records.

    a return        may take back a kept sale of the days before it
    a late sale     may be the one that an earlier return takes back, in place of another

A live row keeps what recency, frequency, monetary and tenure need. The other features that are
declared `sums` need sums over lines alone: `line_sums` makes those of a batch, `add_sums` adds them
up, `sum_features` are the features. The stream's store keeps no such sums yet; features beside the
four are as of the latest sweep or snapshot there.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from engine.features import CANCEL_WITHIN_DAYS, kept_sales
from engine.features.definition import Definition, Ratio
from engine.features.lines import EVENING, MORNING, SATURDAY
from engine.features.words import WordColumn

if TYPE_CHECKING:
    import ibis
    import pandas as pd
    import polars as pl
    import pyarrow as pa

COLUMNS = ("customer_id", "orders", "revenue", "first_day", "last_day", "last_return",
           "last_event", "dirty")  # fmt: skip


def live_schema() -> "dict[str, pl.DataType]":
    """Days and microseconds count from 1970; without a day no sale was kept."""
    import polars as pl

    schema: dict[str, pl.DataType] = dict.fromkeys(COLUMNS, pl.Int64())
    return schema | {"customer_id": pl.String()}


def goods_of(rows: "pa.Table") -> "pl.DataFrame":
    """The lines of a batch that count for a customer, as plain numbers."""
    import polars as pl

    frame = pl.DataFrame(rows.select(
        ["customer_id", "order_id", "line_kind", "occurred_at", "local_date", "product_id",
         "total_minor"]
    ))  # fmt: skip
    return frame.filter(
        pl.col("line_kind").is_in(["sale", "return"]), pl.col("customer_id").is_not_null()
    ).with_columns(
        at=pl.col("occurred_at").dt.epoch("us"),
        day=pl.col("local_date").to_physical().cast(pl.Int64),
    )


def orders_of(goods: "pl.DataFrame") -> "pl.DataFrame":
    """The different orders with a sale, sorted as they are kept."""
    import polars as pl

    sold = goods.filter(pl.col("line_kind") == "sale").select("customer_id", "order_id")
    return sold.unique().sort("customer_id", "order_id")


def fold(
    goods: "pl.DataFrame", known: "pl.DataFrame", new_orders: "pl.DataFrame"
) -> "pl.DataFrame":
    """The live rows of every customer in `goods`, sorted by customer.

    `known` holds their rows so far, `new_orders` those of `orders_of(goods)` that were not known.
    """
    import polars as pl

    sale, back = pl.col("line_kind") == "sale", pl.col("line_kind") == "return"
    taking = back & pl.col("product_id").is_not_null()
    batch = goods.group_by("customer_id").agg(
        added=pl.col("total_minor").sum(),
        from_day=pl.col("day").filter(sale).min(),
        to_day=pl.col("day").filter(sale).max(),
        sold_from=pl.col("at").filter(sale).min(),
        returned_day=pl.col("day").filter(taking).min(),
        returned_at=pl.col("at").filter(taking).max(),
        newest=pl.col("at").max(),
    )
    counted = new_orders.group_by("customer_id").agg(ordered=pl.len().cast(pl.Int64))
    joined = batch.join(counted, "customer_id", how="left").join(known, "customer_id", how="left")
    last_day = pl.max_horizontal("last_day", "to_day")
    # A day more on each side: the rule counts hours, a live row only days.
    near = last_day >= pl.col("returned_day") - (CANCEL_WITHIN_DAYS + 1)
    late = pl.col("sold_from") <= pl.col("last_return")  # of the batches before
    folded = joined.select(
        "customer_id",
        orders=pl.col("orders").fill_null(0) + pl.col("ordered").fill_null(0),
        revenue=pl.col("revenue").fill_null(0) + pl.col("added"),
        first_day=pl.min_horizontal("first_day", "from_day"),
        last_day=last_day,
        last_return=pl.max_horizontal("last_return", "returned_at"),
        last_event=pl.max_horizontal("last_event", "newest"),
        dirty=((pl.col("dirty") == 1).fill_null(False) | near.fill_null(False)
               | late.fill_null(False)).cast(pl.Int64),
    )  # fmt: skip
    return folded.sort("customer_id")


def live_features(rows: "pl.DataFrame", today: date) -> "pd.DataFrame":
    """The feature table of live rows whose last event lies before `today` ends."""
    import pandas as pd

    bought = rows.filter(rows["orders"] > 0).sort("customer_id")
    day = (today - date(1970, 1, 1)).days
    index = pd.Index(bought["customer_id"].to_list(), name="customer_id", dtype="str")
    return pd.DataFrame(
        {
            "recency": (day - bought["last_day"]).to_numpy().astype("int32"),
            "frequency": bought["orders"].to_numpy().astype("int32"),
            "monetary": bought["revenue"].to_numpy(),
            "tenure": (day - bought["first_day"]).to_numpy().astype("int32"),
        },
        index=index,
    )


# ---- sums over lines ---------------------------------------------------------------------------


def line_sums(
    rows: "pa.Table", channels: Iterable[WordColumn] = (), categories: Iterable[WordColumn] = ()
) -> "pl.DataFrame":
    """What the lines of a batch sum up to, a row per customer."""
    import polars as pl

    goods = pl.DataFrame(rows).filter(
        pl.col("line_kind").is_in(["sale", "return"]), pl.col("customer_id").is_not_null()
    )
    hour, sold = pl.col("local_hour").cast(pl.Int64), pl.col("line_kind") == "sale"
    price, off = pl.col("unit_price").cast(pl.Float64), pl.col("discount").cast(pl.Float64)
    counts = {
        "lines_discounted": pl.col("discount") > 0,
        "lines_weekend": pl.col("weekday") >= SATURDAY,
        "lines_morning": (hour >= MORNING[0]) & (hour < MORNING[1]),
        "lines_evening": (hour < EVENING[0]) | (hour >= EVENING[1]),
    }
    counts |= {f"lines_{one.name}": pl.col("channel").is_in(one.words) for one in channels}
    counts |= {f"lines_{one.name}": pl.col("category").is_in(one.words) for one in categories}
    return goods.group_by("customer_id").agg(
        lines=pl.len().cast(pl.Int64),
        lines_sold=sold.sum().cast(pl.Int64),
        lines_returned=(~sold).sum().cast(pl.Int64),
        discounted=(off * pl.col("quantity")).filter(sold).sum(),
        listed=(price * pl.col("quantity")).filter(sold).sum(),
        hours=hour.filter(sold).sum(),
        hour_squares=(hour * hour).filter(sold).sum(),
        **{name: (sold & which).sum().cast(pl.Int64) for name, which in counts.items()},
    )


def add_sums(known: "pl.DataFrame", batch: "pl.DataFrame") -> "pl.DataFrame":
    """In whatever order batches come; sorted by customer."""
    import polars as pl

    both = pl.concat([known, batch]) if known.width else batch
    return both.group_by("customer_id").sum().sort("customer_id")


def sum_features(sums: "pl.DataFrame", definitions: Sequence[Definition]) -> "pl.DataFrame":
    """customer_id and these features, each of which is a sum or one sum by another."""
    import polars as pl

    hours, squares = pl.col("hours"), pl.col("hour_squares")
    spread = (pl.col("lines_sold") * squares - hours * hours).cast(pl.Float64).sqrt()
    return sums.with_columns(hour_deviation=spread).select(
        "customer_id", **{one.name: _formula(one.formula or one.name) for one in definitions}
    )


def _formula(formula: Ratio | str) -> "pl.Expr":
    import polars as pl

    if isinstance(formula, str):
        return pl.col(formula)
    below = pl.col(formula.below).cast(pl.Float64)
    return pl.col(formula.above) / pl.when(below != 0).then(below)


# ---- from the records, for the first rows and for the dirty ones -------------------------------


def live_rows(transactions: "ibis.Table") -> "ibis.Table":
    """The live row of every customer, worked out from all records; none is dirty."""
    import ibis

    goods = transactions.filter(
        transactions.line_kind.isin(["sale", "return"]) & transactions.customer_id.notnull()
    )
    epoch = ibis.date(1970, 1, 1)
    taking = (goods.line_kind == "return") & goods.product_id.notnull()
    lines = goods.group_by("customer_id").aggregate(
        revenue=goods.total_minor.sum().cast("int64"),
        last_return=_micros(goods.occurred_at.max(where=taking)),
        last_event=_micros(goods.occurred_at.max()),
    )
    sales = kept_sales(goods)
    bought = sales.group_by("customer_id").aggregate(
        orders=sales.order_id.nunique().cast("int64"),
        first_day=sales.local_date.min().delta(epoch, unit="day").cast("int64"),
        last_day=sales.local_date.max().delta(epoch, unit="day").cast("int64"),
    )
    joined = lines.left_join(bought, "customer_id")
    return joined.select(
        "customer_id",
        orders=joined.orders.fill_null(0),
        revenue=joined.revenue,
        first_day=joined.first_day,
        last_day=joined.last_day,
        last_return=joined.last_return,
        last_event=joined.last_event,
        dirty=ibis.literal(0).cast("int64"),
    ).order_by("customer_id")


def kept_orders(transactions: "ibis.Table") -> "ibis.Table":
    """The orders that count: those with a kept sale."""
    sales = kept_sales(transactions)
    known = sales.filter(sales.customer_id.notnull())
    return known.select("customer_id", "order_id").distinct().order_by(["customer_id", "order_id"])


def micros_of(at: datetime) -> int:
    """A moment as live rows count it."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _micros(moment: "ibis.expr.types.TimestampValue") -> "ibis.expr.types.IntegerValue":
    """Exactly: seconds, and what is left of the second."""
    return moment.epoch_seconds().cast("int64") * 1_000_000 + moment.microsecond() % 1_000_000
