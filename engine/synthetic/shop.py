"""The doors of the synthetic shop: make it in memory, or write it piece by piece."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from engine.synthetic.anomalies import plant_in_lines, plant_in_orders, without_idle
from engine.synthetic.attributes import customer_table, date_of
from engine.synthetic.catalogue import make_catalogue
from engine.synthetic.dirt import planted_rows
from engine.synthetic.events import draw_events
from engine.synthetic.export import RATES, exported, with_moments
from engine.synthetic.latent import ANOMALIES, KINDS, People, draw_people
from engine.synthetic.numbers import Numbers
from engine.synthetic.oracle import expected, realised
from engine.synthetic.purchases import (
    DAY,
    Orders,
    describe_lines,
    draw_lines,
    draw_orders,
    draw_returns,
)
from engine.synthetic.recipe import Recipe
from engine.synthetic.texts import draw_texts
from engine.synthetic.writing import Format, TableFiles

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

PIECE = 20_000  # customers drawn at a time, so that a shop of any size fits into memory


@dataclass(frozen=True, eq=False)
class SyntheticShop:
    """Tables as a shop would export them, and beside them the truth.

    `truth` holds, for each customer, segment, rate, probability of leaving after an order, day of
    leaving, whether he slowed down or is an anomaly, the share of promotions he is given, what an
    oracle expects of the 90 days after the last day and what happened in them. `planted_rows` says
    row and reason of all dirt, `text_truth` the sentiment, topic and language of every text.
    """

    transactions: "pl.DataFrame"
    customers: "pl.DataFrame"
    events: "pl.DataFrame"
    texts: "pl.DataFrame"
    truth: "pl.DataFrame"
    text_truth: "pl.DataFrame"
    planted_rows: "pl.DataFrame"

    @property
    def planted(self) -> dict[str, int]:
        """How many rows of each kind of dirt there are."""
        counted = self.planted_rows["reason"].value_counts().sort("reason")
        return dict(counted.iter_rows())

    def tables(self) -> dict[str, "pl.DataFrame"]:
        """By the place that each is written to."""
        return {
            "transactions": self.transactions,
            "customers": self.customers,
            "events": self.events,
            "texts": self.texts,
            "truth/customers": self.truth,
            "truth/texts": self.text_truth,
            "truth/planted": self.planted_rows,
        }


@dataclass(frozen=True)
class WrittenShop:
    """`files` has the four tables by kind, and under `truth` the folder with the truth.

    Under `rates` it has what other currencies are worth, where there are any.
    """

    files: dict[str, Path]
    transactions: int


def make_shop(
    customers: int,
    seed: int,
    dirt: bool = True,
    start: date = date(2024, 1, 1),
    end: date = date(2025, 12, 31),
) -> SyntheticShop:
    """A shop in pounds whose customers all order at least once from `start` to `end` inclusive."""
    return draw_shop(Recipe(customers, seed, dirt, start, end))


def draw_shop(recipe: Recipe, piece: int = PIECE) -> SyntheticShop:
    """All in memory: about 50 MB for a thousand customers."""
    import polars as pl

    pieces = list(draw_pieces(recipe, piece))
    if len(pieces) == 1:
        return pieces[0]
    names = SyntheticShop.__annotations__
    return SyntheticShop(**{name: pl.concat(getattr(p, name) for p in pieces) for name in names})


def draw_pieces(recipe: Recipe, piece: int = PIECE) -> Iterator[SyntheticShop]:
    """Each of so many customers and in order of time, from a seed of its own."""
    import numpy as np
    import polars as pl

    numbers, rows = Numbers.of_shop(recipe.customers), 0
    catalogue = make_catalogue(np.random.default_rng(np.random.SeedSequence(recipe.seed)))
    for number, first in enumerate(range(0, recipe.customers, piece)):
        count = min(piece, recipe.customers - first)
        seed = np.random.SeedSequence(recipe.seed, spawn_key=(number,))
        shop, numbers = _draw_piece(recipe, count, catalogue, numbers, seed)
        planted = shop.planted_rows.with_columns(pl.col("row") + rows)
        rows += len(shop.transactions)
        yield replace(shop, planted_rows=planted)


def write_shop(shop: SyntheticShop, folder: Path, format: Format = "csv") -> dict[str, Path]:
    """The path under `truth` is a folder with customers, texts and planted."""
    with TableFiles(folder, format) as files:
        for name, table in shop.tables().items():
            files.append(name, table)
    return files.paths


def generate_shop(
    recipe: Recipe,
    folder: Path,
    format: Format = "csv",
    progress: Callable[[int], None] = lambda customers: None,
    piece: int = PIECE,
) -> WrittenShop:
    """Written as it is drawn, so that memory does not grow with the shop."""
    rows = done = 0
    with TableFiles(folder, format) as files:
        for shop in draw_pieces(recipe, piece):
            for name, table in shop.tables().items():
                files.append(name, table)
            rows, done = rows + len(shop.transactions), done + len(shop.customers)
            progress(done)
    rates = {"rates": _write_rates(folder)} if recipe.currencies else {}
    return WrittenShop(files.paths | rates, rows)


def _write_rates(folder: Path) -> Path:
    """What one of each other currency is worth, as a load takes it."""
    path = folder / "rates.csv"
    lines = ["currency,rate", *(f"{currency},{rate}" for currency, rate in RATES.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _draw_piece(
    recipe: Recipe,
    count: int,
    catalogue: "pl.DataFrame",
    numbers: Numbers,
    seed: "np.random.SeedSequence",
) -> tuple[SyntheticShop, Numbers]:
    import numpy as np
    import polars as pl

    calendar = recipe.calendar
    who, buys, does, says, spoils, strays = map(np.random.default_rng, seed.spawn(6))
    people = without_idle(draw_people(recipe, numbers.customer, count, who), calendar)
    orders = plant_in_orders(people, draw_orders(people, calendar, buys), calendar, strays)
    lines = draw_lines(people, orders, catalogue, calendar, buys)
    lines = plant_in_lines(people, lines, calendar, strays)
    returned = draw_returns(people, lines, calendar, buys)
    every_line = lines.vstack(returned)
    shown = pl.col("second") < calendar.days * DAY
    sold, came_back = lines.filter(shown), returned.filter(shown)
    transactions, next_order = exported(
        describe_lines(every_line.filter(shown), people, catalogue), recipe, numbers.order, spoils
    )
    events, next_session = draw_events(people, sold, catalogue, recipe, numbers, does)
    texts, text_truth = draw_texts(people, sold, came_back, catalogue, recipe, numbers, says)
    shop = SyntheticShop(
        transactions=transactions.drop("marks"),
        customers=customer_table(people, calendar, who),
        events=with_moments(events, recipe.start),
        texts=with_moments(texts, recipe.start),
        truth=_truth_table(people, orders, every_line, catalogue, recipe),
        text_truth=text_truth,
        planted_rows=planted_rows(transactions),
    )
    following = Numbers(
        customer=numbers.customer + count,
        order=next_order,
        session=next_session,
        event=numbers.event + len(events),
        text=numbers.text + len(texts),
    )
    return shop, following


def _truth_table(
    people: People,
    orders: Orders,
    lines: "pl.DataFrame",
    catalogue: "pl.DataFrame",
    recipe: Recipe,
) -> "pl.DataFrame":
    import numpy as np
    import polars as pl

    calendar = recipe.calendar
    gone = np.where(orders.death_day < calendar.days, orders.death_day, np.nan)
    left = pl.Series("death_date", gone).fill_nan(None).floor().cast(pl.Int64)
    anomaly = pl.Series(np.array(ANOMALIES)[people.anomaly], dtype=pl.String)
    known = pl.DataFrame(
        {
            "customer_id": people.ids,
            "segment": np.array([kind.name for kind in KINDS])[people.kind],
            "rate": people.rate,
            "drop_probability": people.drop,
            "death_date": left,
            "drift": people.drift,
            "anomaly": anomaly.set(anomaly == "", None),
            "discounted": people.discounted,
        }
    ).with_columns(death_date=date_of("death_date", calendar))
    later = expected(people, lines, catalogue, calendar), realised(people, lines, calendar)
    return pl.concat([known, *later], how="horizontal")
