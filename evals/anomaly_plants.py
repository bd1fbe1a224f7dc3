"""Customers made to do something odd, in canonical records: some that rules know, some unknown.

A plant takes the lines of one customer and gives them back changed, by the own hand of this file:
it shares nothing with the generator's anomalies or with the detectors. All happens in the last
weeks before the newest record, in customers who have a past to differ from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Plant = Callable[["pl.DataFrame", datetime, "np.random.Generator"], "pl.DataFrame"]

_WEEKS = 8  # before the end, in which it happens
SLEEP_DAYS = 300
WAKING_ORDERS = 3
BURST_ORDERS = (10, 21)
BULK_TIMES = (12, 60)
REFUNDED_SHARE = 0.8
_CLOCK_DAYS = 3


@dataclass(frozen=True, eq=False)
class Planted:
    """`kinds` names the kind of every customer who was changed."""

    lines: "pl.DataFrame"
    kinds: dict[str, str]


def plant(lines: "pl.DataFrame", kinds: Sequence[str], each: int, seed: int) -> Planted:
    """So many customers of each kind, drawn from those with five orders or more."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(seed)
    end = lines["occurred_at"].max()
    assert isinstance(end, datetime)
    sales = lines.filter(pl.col("line_kind") == "sale", pl.col("customer_id").is_not_null())
    people = sales.group_by("customer_id").agg(
        pl.col("order_id").n_unique().alias("orders"), pl.col("occurred_at").min().alias("first")
    )
    old = end - timedelta(days=SLEEP_DAYS + 7 * _WEEKS + 30)
    fit = people.filter(pl.col("orders") >= 5, pl.col("first") < old).sort("customer_id")
    drawn = rng.permutation(fit["customer_id"].to_numpy())[: each * len(kinds)]
    chosen = {str(who): kinds[place % len(kinds)] for place, who in enumerate(drawn)}
    own = lines.filter(pl.col("customer_id").is_in(list(chosen)))
    changed = [
        PLANTS[chosen[str(part["customer_id"][0])]](part.sort("occurred_at"), end, rng)
        for part in own.partition_by("customer_id", maintain_order=True)
    ]
    rest = lines.filter(~pl.col("customer_id").is_in(list(chosen)).fill_null(False))
    return Planted(pl.concat([rest, *changed]), chosen)


def _bulk(own: "pl.DataFrame", end: datetime, rng: "np.random.Generator") -> "pl.DataFrame":
    """The last order is of many times the pieces."""
    import polars as pl

    times = int(rng.integers(*BULK_TIMES))
    last = (pl.col("order_id") == _last_order(own)) & (pl.col("line_kind") == "sale")
    return own.with_columns(
        pl.when(last).then(pl.col(name) * times).otherwise(pl.col(name)).alias(name)
        for name in ("quantity", "total_minor")
    )


def _velocity(own: "pl.DataFrame", end: datetime, rng: "np.random.Generator") -> "pl.DataFrame":
    """The last order again, ten times and more on one day."""
    return _again(own, _day(end, rng), int(rng.integers(*BURST_ORDERS)))


def _refunds(own: "pl.DataFrame", end: datetime, rng: "np.random.Generator") -> "pl.DataFrame":
    """Four of five lines come back after a week."""
    import polars as pl

    back = own.filter(pl.col("line_kind") == "sale").sample(
        fraction=REFUNDED_SHARE, seed=int(rng.integers(1 << 30))
    )
    back = _moved(back, timedelta(days=7)).filter(pl.col("occurred_at") <= end)
    returned = back.with_columns(
        pl.lit("return").alias("line_kind"), -pl.col("quantity"), -pl.col("total_minor"),
        ("C" + pl.col("order_id")).alias("order_id"), _fresh("back"),
    )  # fmt: skip
    return pl.concat([own, returned])


def _dormant(own: "pl.DataFrame", end: datetime, rng: "np.random.Generator") -> "pl.DataFrame":
    """Nothing for the most of a year, then three orders on a day."""
    import polars as pl

    day = _day(end, rng)
    awake = own.filter(pl.col("occurred_at") < day - timedelta(days=SLEEP_DAYS))
    return _again(awake, day, WAKING_ORDERS)


def _country(own: "pl.DataFrame", end: datetime, rng: "np.random.Generator") -> "pl.DataFrame":
    """The last third of the records suddenly comes from elsewhere."""
    import polars as pl

    late = pl.int_range(pl.len()) >= pl.len() * 2 // 3
    return own.with_columns(
        pl.when(late).then(pl.lit("Iceland")).otherwise("country").alias("country")
    )


def _hoarding(own: "pl.DataFrame", end: datetime, rng: "np.random.Generator") -> "pl.DataFrame":
    """The last third of the sales is of one and the same product."""
    import polars as pl

    late = (pl.int_range(pl.len()) >= pl.len() * 2 // 3) & (pl.col("line_kind") == "sale")
    one = own.filter(pl.col("line_kind") == "sale").tail(1)
    same = ("product_id", "product", "category", "unit_price", "discount")
    return own.with_columns(
        pl.when(late).then(pl.lit(one[name][0], dtype=own.schema[name])).otherwise(name).alias(name)
        for name in same
    ).with_columns(_total())


def _round(own: "pl.DataFrame", end: datetime, rng: "np.random.Generator") -> "pl.DataFrame":
    """Every price is a whole ten."""
    import polars as pl

    price = ((pl.col("unit_price").cast(pl.Float64) / 10).floor() + 1) * 10
    priced = own.with_columns(price.cast(own.schema["unit_price"]).alias("unit_price"))
    return priced.with_columns(_total())


def _night(own: "pl.DataFrame", end: datetime, rng: "np.random.Generator") -> "pl.DataFrame":
    """The last third of the records is of three in the morning."""
    import polars as pl

    late = pl.int_range(pl.len()) >= pl.len() * 2 // 3
    at = pl.col("occurred_at")
    night = at.dt.truncate("1d") + pl.duration(hours=3, minutes=at.dt.minute())
    return own.with_columns(
        pl.when(late).then(night.cast(own.schema["occurred_at"])).otherwise(at).alias("occurred_at"),
        pl.when(late).then(pl.lit(3)).otherwise("local_hour").cast(own.schema["local_hour"]).alias("local_hour"),
    )  # fmt: skip


def _clockwork(own: "pl.DataFrame", end: datetime, rng: "np.random.Generator") -> "pl.DataFrame":
    """The last order again, every third day of the last weeks."""
    import polars as pl

    noon = end.replace(hour=12, minute=0, second=0, microsecond=0)
    days = [noon - timedelta(days=back) for back in range(1, 7 * _WEEKS, _CLOCK_DAYS)]
    copies = [
        _again(own, day, 1).tail(-len(own)).with_columns(
            (pl.col("order_id") + f"-{place}").alias("order_id"), _fresh(f"clock{place:03d}")
        )
        for place, day in enumerate(days)
    ]  # fmt: skip
    return pl.concat([own, *copies])


PLANTS: "dict[str, Plant]" = {
    "bulk": _bulk, "velocity": _velocity, "refunds": _refunds, "dormant": _dormant,
    "country": _country, "hoarding": _hoarding, "round": _round,
    "night": _night, "clockwork": _clockwork,
}  # fmt: skip
KNOWN = ("bulk", "velocity", "refunds", "dormant")
UNKNOWN = ("country", "hoarding", "round")  # without a rule, in mind when features were chosen
UNSEEN = ("night", "clockwork")  # not in mind then either


def _last_order(own: "pl.DataFrame") -> str:
    import polars as pl

    return str(own.filter(pl.col("line_kind") == "sale")["order_id"][-1])


def _day(end: datetime, rng: "np.random.Generator") -> datetime:
    noon = end.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon - timedelta(days=int(rng.integers(1, 7 * _WEEKS)))


def _again(own: "pl.DataFrame", day: datetime, times: int) -> "pl.DataFrame":
    """The last order, so many times on this day."""
    import polars as pl

    last = own.filter(pl.col("order_id") == _last_order(own), pl.col("line_kind") == "sale")
    step = day - last["occurred_at"][-1]
    copies = [
        _moved(last, step).with_columns(
            (pl.col("order_id") + f"-{number}").alias("order_id"), _fresh(f"again{number:03d}")
        )
        for number in range(times)
    ]
    return pl.concat([own, *copies])


def _moved(lines: "pl.DataFrame", step: timedelta) -> "pl.DataFrame":
    import polars as pl

    at = pl.col("occurred_at") + pl.lit(step).cast(pl.Duration("us"))
    return lines.with_columns(at.alias("occurred_at"), at.dt.date().alias("local_date"))


def _fresh(mark: str) -> "pl.Expr":
    import polars as pl

    return (pl.lit(mark) + pl.col("event_id").str.slice(len(mark))).alias("event_id")


def _total() -> "pl.Expr":
    """In minor units of a hundredth."""
    import polars as pl

    paid = pl.col("unit_price").cast(pl.Float64) - pl.col("discount").cast(pl.Float64).fill_null(0)
    return (pl.col("quantity") * paid * 100).round().cast(pl.Int64).alias("total_minor")
