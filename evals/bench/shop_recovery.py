"""How much of the planted segments can be found in what the shop shows of its customers.

A random forest learns the true segments of some customers and tells those of the others, by the
feature table and by simple ratios of what each customer did. Beside the value, KMeans says what
recency, frequency and money alone show: planted truth is there to be found, and not obvious.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.synthetic import Recipe, SyntheticShop, draw_shop, write_shop
from evals.bench.bars import Setting

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_DISCOUNT_DAY = 0.2  # share of a day's lines from which on the day is one of a promotion


def measure(setting: Setting) -> float:
    from sklearn.cluster import KMeans
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import adjusted_rand_score
    from sklearn.model_selection import cross_val_predict
    from sklearn.preprocessing import quantile_transform

    shop = draw_shop(Recipe(12_000 if setting.full else 8_000, seed=7))
    table = customer_table(shop).join(shop.truth.select("customer_id", "segment"), "customer_id")
    setting.say(f"{table.height:,} customers, {table.width - 2} columns")
    rfm = quantile_transform(_matrix(table.select("recency", "frequency", "monetary")))
    found = KMeans(8, n_init=3, random_state=7).fit_predict(rfm)
    truth = table["segment"].to_list()
    setting.say(f"KMeans on RFM alone: ARI {adjusted_rand_score(truth, found):.3f}")
    forest = RandomForestClassifier(200, min_samples_leaf=2, random_state=7)
    told = cross_val_predict(forest, _matrix(table.drop("customer_id", "segment")), truth, cv=3)
    return round(float(adjusted_rand_score(truth, told)), 3)


def customer_table(shop: SyntheticShop) -> "pl.DataFrame":
    """Of everybody in the feature table, what the canonical records say besides."""
    import polars as pl

    rows, features = _cleaned(shop)
    table = features.join(_ratios(rows), "customer_id", how="left", maintain_order="left")
    table = table.join(_visits(shop.events), "customer_id", how="left", maintain_order="left")
    table = table.join(_people(shop.customers), "customer_id", how="left", maintain_order="left")
    online = pl.col("online_orders").clip(1)
    per_order = [(pl.col(n) / online).alias(f"{n}_per_order") for n in ("view", "abandoned_cart")]
    rate = pl.col("frequency") / (pl.col("tenure") - pl.col("recency") + 15)
    return table.with_columns(
        *per_order,
        rate=rate,
        overdue=pl.col("recency") * rate,
        value=pl.col("monetary") / pl.col("frequency"),
    ).fill_null(0)


def _cleaned(shop: SyntheticShop) -> tuple["pl.DataFrame", "pl.DataFrame"]:
    """Canonical transactions, and the feature table as of their end."""
    import polars as pl
    import pyarrow.parquet as pq

    from engine.cleaning import clean
    from engine.concepts import Moment, Shop
    from engine.features import feature_table, open_transactions
    from engine.reading import read_source

    with tempfile.TemporaryDirectory() as folder:
        source = read_source(write_shop(shop, Path(folder))["transactions"])
        rows = clean(source, Shop("Europe/London", "GBP"), "load-1", _NOW).rows
        file = Path(folder) / "canonical.parquet"
        pq.write_table(rows, file)
        with open_transactions([str(file)]) as transactions:
            features = feature_table(transactions, Moment.of(_NOW, "Europe/London"))
    return pl.DataFrame(rows), pl.from_pandas(features.reset_index())


def _ratios(rows: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    price = pl.col("unit_price").cast(pl.Float64).log()
    known = rows.filter(pl.col("customer_id").is_not_null(), pl.col("line_kind") != "fee")
    discounted = (pl.col("discount") > 0).mean().over("local_date")
    lines = known.with_columns(
        place=price - price.mean().over("category"),
        sale=pl.col("line_kind") == "sale",
        promoted=discounted > _DISCOUNT_DAY,
        day=pl.col("local_date").dt.ordinal_day(),
    )
    of_sale = pl.col("sale")
    orders = pl.col("order_id").filter(of_sale).n_unique()
    online = of_sale & (pl.col("channel") != "store")
    return lines.group_by("customer_id", maintain_order=True).agg(
        (of_sale.sum() / orders).alias("lines_per_order"),
        pl.col("place").filter(of_sale).mean(),
        pl.col("place").filter(of_sale).std().alias("place_spread"),
        (~of_sale).mean().alias("returned"),
        pl.col("promoted").filter(of_sale).mean(),
        pl.col("discount").filter(of_sale).cast(pl.Float64).gt(0).mean().alias("discounted"),
        pl.col("day").is_between(305, 366).filter(of_sale).mean().alias("christmas"),
        (pl.col("day") - 340).abs().filter(of_sale).mean().alias("from_christmas"),
        online.mean().alias("online"),
        pl.col("order_id").filter(online).n_unique().alias("online_orders"),
    )


def _people(customers: "pl.DataFrame") -> "pl.DataFrame":
    told = customers.select("customer_id", "age", "gender", "income", "lifestyle",
                            "brand_preference", "value_sensitivity")  # fmt: skip
    return told.to_dummies(["gender", "lifestyle", "brand_preference"])


def _visits(events: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    actions = ("view", "abandoned_cart")
    return events.group_by("customer_id", maintain_order=True).agg(
        *((pl.col("action") == action).sum().alias(action) for action in actions)
    )


def _matrix(table: "pl.DataFrame") -> "NDArray[np.float64]":
    import numpy as np
    import polars as pl

    return table.select(pl.all().cast(pl.Float64)).to_numpy().astype(np.float64)
