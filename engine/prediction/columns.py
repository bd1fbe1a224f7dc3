"""What a model sees of a customer as of a moment: one row each, built from the history alone.

Each column says what it means, so that a reason can be told in a plain sentence. Other numeric
columns may join (`Lookout.further`); a column nobody described is told by its name.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.concepts import Moment

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from engine.prediction.history import History

TOP = 0.9  # the part of customers that have spent less than the top tenth
_WINDOWS = (30, 90, 180, 365)
YEAR = 364  # days: a year ago on the same weekday


@dataclass(frozen=True)
class Column:
    """`says` completes "the customer ...": {} is the value in words."""

    name: str
    says: str
    unit: Literal["days", "count", "money", "share", "ratio"]


COLUMNS: tuple[Column, ...] = (
    Column("recency", "last bought {} ago", "days"),
    Column("tenure", "first bought {} ago", "days"),
    Column("frequency", "has ordered {} times", "count"),
    Column("buying_days", "has bought on {} different days", "count"),
    Column("monetary", "has spent {} in all, less returns", "money"),
    Column("gap", "usually leaves {} between purchases", "days"),
    Column("last_gap", "left {} between the last two purchases", "days"),
    Column("gap_spread", "varies the time between purchases by {}", "days"),
    Column("overdue", "has waited {} times the usual time between purchases", "ratio"),
    *(Column(f"orders_{d}", f"ordered {{}} times in the last {d} days", "count") for d in _WINDOWS),
    *(Column(f"spend_{d}", f"spent {{}} in the last {d} days", "money") for d in _WINDOWS),
    Column("day_spend", "spends {} on a day of buying", "money"),
    Column("last_spend", "spent {} at the last purchase", "money"),
    Column("products", "takes {} different products an order", "count"),
    Column("to_top", "is {} short of the tenth that has spent most", "money"),
    Column("returned", "sent back {} of what was bought", "share"),
    Column("season_orders", "ordered {} times in the same season last year", "count"),
    Column("season_spend", "spent {} in the same season last year", "money"),
)
_BY_NAME = {column.name: column for column in COLUMNS}


def column_of(name: str) -> Column:
    words = name.replace("_", " ")
    return _BY_NAME.get(name, Column(name, f"has {words} of {{}}", "ratio"))


def features_at(history: "History", moment: Moment, horizon_days: int) -> "pd.DataFrame":
    """Of everybody with a kept sale before the moment, indexed by customer_id, sorted, float64."""
    import polars as pl

    known = history.until(moment).rows
    sales = known.filter(pl.col("sale") & pl.col("cancelled_at").is_null()).with_columns(
        ago=(pl.lit(moment.local_date) - pl.col("day")).dt.total_days()
    )
    table = (
        _of_sales(sales, horizon_days)
        .join(_of_days(sales), on="customer_id")
        .join(_of_money(known), on="customer_id")
        .sort("customer_id")
    )
    table = table.with_columns(
        to_top=(pl.col("monetary").quantile(TOP, "linear") - pl.col("monetary")).clip(0)
    )
    typical = table["gap"].median() or 1.0
    table = table.with_columns(
        overdue=pl.col("recency") / pl.col("gap").fill_null(typical).clip(lower_bound=1)
    )
    if moment.days_before(YEAR).at < history.first.at:  # there was no season a year ago
        table = table.with_columns(season_orders=None, season_spend=None)
    names = [column.name for column in COLUMNS]
    found = table.select("customer_id", pl.col(names).cast(pl.Float64)).to_pandas()
    return found.set_index("customer_id")


def _of_sales(sales: "pl.DataFrame", horizon_days: int) -> "pl.DataFrame":
    """Per customer: orders and spend, in all, lately, and in the season a year ago."""
    import polars as pl

    ago, spend, order = pl.col("ago"), pl.col("spend"), pl.col("order_id")
    season = (ago <= YEAR) & (ago > YEAR - horizon_days)
    return sales.group_by("customer_id").agg(
        recency=ago.min(),
        tenure=ago.max(),
        frequency=order.n_unique(),
        **{f"orders_{d}": order.filter(ago <= d).n_unique() for d in _WINDOWS},
        **{f"spend_{d}": spend.filter(ago <= d).sum() for d in _WINDOWS},
        kept=spend.sum(),
        products=pl.col("products").mean(),
        season_orders=order.filter(season).n_unique(),
        season_spend=spend.filter(season).sum(),
    )


def _of_days(sales: "pl.DataFrame") -> "pl.DataFrame":
    """Per customer: how regularly they buy; a day with several orders is one day of buying."""
    import polars as pl

    days = (
        sales.group_by("customer_id", "day").agg(pl.col("spend").sum()).sort("customer_id", "day")
    )
    gaps = days.with_columns(
        gap=pl.col("day").diff().over("customer_id").dt.total_days().cast(pl.Float64)
    )
    gap = pl.col("gap").drop_nulls()
    return gaps.group_by("customer_id").agg(
        buying_days=pl.len(),
        gap=gap.mean(),
        last_gap=gap.last(),
        gap_spread=gap.std(),
        day_spend=pl.col("spend").mean(),
        last_spend=pl.col("spend").last(),
    )


def _of_money(known: "pl.DataFrame") -> "pl.DataFrame":
    """Per customer: sales less returns, and the part of the sales that came back."""
    import polars as pl

    sold = pl.col("spend").filter(pl.col("sale")).sum()
    back = -pl.col("spend").filter(~pl.col("sale")).sum()
    return known.group_by("customer_id").agg(
        monetary=pl.col("spend").sum(), returned=(back / sold.clip(lower_bound=1)).clip(0, 1)
    )
