"""The doors of the synthetic shop: make it, write it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.synthetic.catalogue import make_catalogue
from engine.synthetic.dirt import Dirt
from engine.synthetic.engagement import draw_events, draw_texts
from engine.synthetic.latent import COUNTRIES, KINDS, People, customer_ids, draw_people
from engine.synthetic.purchases import (
    DAY,
    Calendar,
    Orders,
    describe_lines,
    draw_lines,
    draw_orders,
    draw_returns,
)

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

CURRENCY = "GBP"
SHORTEST_DAYS = 60
_FIRST_ORDER = 100_001


@dataclass(frozen=True, eq=False)
class SyntheticShop:
    """Tables as a shop would export them, and beside them the truth.

    `truth` holds, for each customer, kind, rate, probability of leaving after an order, day of
    leaving and whether he slowed down; `planted` how many rows of each kind of dirt there are.
    """

    transactions: "pl.DataFrame"
    customers: "pl.DataFrame"
    events: "pl.DataFrame"
    texts: "pl.DataFrame"
    truth: "pl.DataFrame"
    planted: dict[str, int]


def make_shop(
    customers: int,
    seed: int,
    dirt: bool = True,
    start: date = date(2024, 1, 1),
    end: date = date(2025, 12, 31),
) -> SyntheticShop:
    """A shop in pounds whose customers all order at least once from `start` to `end` inclusive."""
    import numpy as np

    calendar = Calendar(start, (end - start).days + 1)
    _require_possible(customers, seed, calendar)
    who, what, buys, does, says, spoils = map(
        np.random.default_rng, np.random.SeedSequence(seed).spawn(6)
    )
    people = draw_people(customers, calendar.days, who)
    catalogue = make_catalogue(what)
    orders = draw_orders(people, calendar, buys)
    lines = draw_lines(people, orders, catalogue, calendar, buys)
    returned = draw_returns(people, lines, calendar, buys)
    sold = describe_lines(lines.vstack(returned), people, catalogue)
    transactions, planted = _exported(sold, calendar, spoils if dirt else None)
    return SyntheticShop(
        transactions=transactions,
        customers=_customer_table(people, calendar),
        events=_with_moments(draw_events(people, lines, catalogue, does), start),
        texts=_with_moments(draw_texts(people, lines, returned, catalogue, says), start),
        truth=_truth_table(people, orders, calendar),
        planted=planted,
    )


def write_shop(shop: SyntheticShop, folder: Path) -> dict[str, Path]:
    """CSV files; the path under `truth` is a folder with customers.csv and planted.csv."""
    import polars as pl

    truth = folder / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    paths = {"truth": truth}
    for name in ("transactions", "customers", "events", "texts"):
        paths[name] = folder / f"{name}.csv"
        getattr(shop, name).write_csv(paths[name])
    shop.truth.write_csv(truth / "customers.csv")
    planted = {"reason": list(shop.planted), "rows": list(shop.planted.values())}
    schema = {"reason": pl.String, "rows": pl.Int64}
    pl.DataFrame(planted, schema=schema).write_csv(truth / "planted.csv")
    return paths


def _require_possible(customers: int, seed: int, calendar: Calendar) -> None:
    if customers < 1:
        raise BadInput(f"A shop of {customers} customers.", "Ask for at least 1.")
    if seed < 0:
        raise BadInput(f"The seed is {seed}.", "Give a seed of 0 or more.")
    if calendar.days < SHORTEST_DAYS:
        raise BadInput(
            f"The shop would be open for {calendar.days} days.",
            f"Let start and end be at least {SHORTEST_DAYS} days apart.",
        )


def _exported(
    sold: "pl.DataFrame", calendar: Calendar, rng: "np.random.Generator | None"
) -> tuple["pl.DataFrame", dict[str, int]]:
    import polars as pl

    if rng is None:
        return _written(_numbered(sold.with_columns(cancels=pl.lit(False))), calendar.start), {}
    first_free = len(sold)  # there are fewer orders than lines
    dirt = Dirt(rng, last_second=calendar.days * DAY - 1, next_order=first_free)
    spoiled = dirt.spoil(_numbered(dirt.add_orders(sold)))
    planted = {reason: rows for reason, rows in dirt.planted.items() if rows}
    return _written(spoiled, calendar.start), planted


def _numbered(lines: "pl.DataFrame") -> "pl.DataFrame":
    """In order of time, with invoice numbers; a cancellation has its order's number after a C."""
    import polars as pl

    orders = lines.group_by("order").agg(pl.col("second").min().alias("opened"))
    orders = orders.sort("opened", "order").with_row_index("number", _FIRST_ORDER)
    number = pl.col("number").cast(pl.String)
    return (
        lines.join(orders, on="order", maintain_order="left")
        .sort("second", "number", "line", maintain_order=True)
        .with_columns(order_id=pl.when("cancels").then("C" + number).otherwise(number))
    )


def _written(rows: "pl.DataFrame", start: date) -> "pl.DataFrame":
    import polars as pl

    pence = pl.col("pence").cast(pl.Decimal(12, 2))
    return _with_moments(rows, start).select(
        "order_id",
        "line",
        "customer_id",
        "occurred_at",
        "product_id",
        "product",
        "category",
        "country",
        "channel",
        "quantity",
        (pence / 100).cast(pl.Decimal(12, 2)).alias("unit_price"),
    )


def _with_moments(rows: "pl.DataFrame", start: date) -> "pl.DataFrame":
    """`occurred_at`, as the shop's clock shows it, in place of seconds since the first day."""
    import polars as pl

    midnight = pl.lit(datetime.combine(start, time()))
    moment = (midnight + pl.duration(seconds="second")).dt.strftime("%Y-%m-%d %H:%M:%S")
    return rows.with_columns(second=moment).rename({"second": "occurred_at"})


def _customer_table(people: People, calendar: Calendar) -> "pl.DataFrame":
    import numpy as np
    import polars as pl

    return pl.DataFrame(
        {
            "customer_id": customer_ids(len(people)),
            "age": people.age,
            "gender": np.where(people.woman, "female", "male"),
            "country": np.array(COUNTRIES)[people.country],
            "signup_date": people.signup_day,
            "opted_out": people.opted_out,
        }
    ).with_columns(signup_date=_date_of("signup_date", calendar))


def _date_of(day: str, calendar: Calendar) -> "pl.Expr":
    import polars as pl

    return (pl.lit(calendar.start) + pl.duration(days=day)).cast(pl.Date)


def _truth_table(people: People, orders: Orders, calendar: Calendar) -> "pl.DataFrame":
    import numpy as np
    import polars as pl

    left = pl.Series("death_date", orders.death_day).fill_nan(None).floor().cast(pl.Int64)
    return pl.DataFrame(
        {
            "customer_id": customer_ids(len(people)),
            "segment": np.array([kind.name for kind in KINDS])[people.kind],
            "rate": people.rate,
            "drop_probability": people.drop,
            "death_date": left,
            "drift": people.drift,
        }
    ).with_columns(death_date=_date_of("death_date", calendar))
