"""Orders of customers who buy until they leave, the lines of each order, and what came back.

Each customer orders at his own rate; after every order he may leave for good. Season, promotions
and a change of habit thin the stream of moments, which is exact for a rate that varies.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from engine.synthetic.catalogue import PER_CATEGORY
from engine.synthetic.latent import CATEGORY_COUNT, COUNTRIES, People, customer_ids

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

DAY = 86_400  # seconds
DRIFT_DAYS = 120  # before the last day, those who drift slow down
_DRIFT_FACTOR = 0.2
_PEAK_DAY, _PEAK_WIDTH = 340, 25.0  # of the year: early December
_PROMO_EVERY, _PROMO_DAYS = 60, 8
_DISCOUNT = 0.8
_INFLATION = 1.04  # a year
# Orders by hour of the day, 8 to 21.
_HOURS = (2, 4, 6, 7, 8, 8, 7, 6, 6, 7, 8, 7, 5, 3)


@dataclass(frozen=True, eq=False)
class Calendar:
    start: date
    days: int

    def season(self, day: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """1 at the peak, near 0 in summer; the year is a circle."""
        import numpy as np

        away = np.abs((day + self.start.timetuple().tm_yday - _PEAK_DAY) % 365.25)
        return np.exp(-((np.minimum(away, 365.25 - away) / _PEAK_WIDTH) ** 2) / 2)

    def promoted(self, day: "NDArray[np.float64]") -> "NDArray[np.bool_]":
        return day % _PROMO_EVERY >= _PROMO_EVERY - _PROMO_DAYS


@dataclass(frozen=True, eq=False)
class Orders:
    """customer (index), second since the start of the first day; and when each customer left."""

    customer: "NDArray[np.int64]"
    second: "NDArray[np.int64]"
    death_day: "NDArray[np.float64]"  # NaN: still a customer


def draw_orders(people: People, calendar: Calendar, rng: "np.random.Generator") -> Orders:
    import numpy as np

    season, pull = people.trait("season"), people.trait("promo_pull")
    death = np.full(len(people), np.nan)
    customers, days = [], []
    who, when = np.arange(len(people)), people.first_order.copy()
    ordered = np.ones(len(people), dtype=bool)  # the first order is not thinned
    while len(who):
        customers.append(who[ordered])
        days.append(when[ordered])
        leaves = ordered & (rng.random(len(who)) < people.drop[who])
        death[who[leaves]] = when[leaves]
        who, when = who[~leaves], when[~leaves]
        when = when + rng.exponential(1 / people.rate[who])
        who, when = who[when < calendar.days], when[when < calendar.days]
        likely = (1 - season[who] * (1 - calendar.season(when))) * np.where(
            calendar.promoted(when), 1, 1 - pull[who]
        )
        slowed = people.drift[who] & (when >= calendar.days - DRIFT_DAYS)
        ordered = rng.random(len(who)) < likely * np.where(slowed, _DRIFT_FACTOR, 1)
    customer, day = np.concatenate(customers), np.concatenate(days)
    return Orders(customer, _with_clock(day, rng), death)


def draw_lines(
    people: People,
    orders: Orders,
    catalogue: "pl.DataFrame",
    calendar: Calendar,
    rng: "np.random.Generator",
) -> "pl.DataFrame":
    """One row a line: order, line, customer (index), second, product (row), quantity, pence..."""
    import numpy as np
    import polars as pl

    count = 1 + rng.poisson(people.trait("extra_lines")[orders.customer])
    order = np.repeat(np.arange(len(orders.customer)), count)
    customer, second = orders.customer[order], orders.second[order]
    product = _choose_products(people, customer, rng)
    day = second / DAY
    years = np.floor(day / 365.25)
    price = catalogue["pence"].to_numpy()[product] * _INFLATION**years
    price = price * np.where(calendar.promoted(np.floor(day)), _DISCOUNT, 1)
    online = rng.random(len(orders.customer)) < people.trait("online")[orders.customer]
    return pl.DataFrame(
        {
            "order": order,
            "line": np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count) + 1,
            "customer": customer,
            "second": second,
            "product_row": product,
            "quantity": 1 + rng.poisson(0.4, len(order)),
            "pence": np.round(price).astype(int),
            "online": online[order],
        }
    )


def draw_returns(
    people: People, lines: "pl.DataFrame", calendar: Calendar, rng: "np.random.Generator"
) -> "pl.DataFrame":
    """Lines that come back whole, each under an order number of its own, two to 21 days later."""
    import polars as pl

    back = rng.random(len(lines)) < people.returns[lines["customer"].to_numpy()]
    returned = lines.filter(pl.Series(back))
    day = returned["second"].to_numpy() // DAY + rng.integers(2, 22, len(returned))
    first = int(lines["order"].max()) + 1  # type: ignore[arg-type]
    return returned.with_columns(
        pl.int_range(first, first + pl.len()).alias("order"),
        pl.Series("second", _with_clock(day, rng)),
        quantity=-pl.col("quantity"),
        line=pl.lit(1, pl.Int64),
    ).filter(pl.col("second") < calendar.days * DAY)


def describe_lines(
    lines: "pl.DataFrame", people: People, catalogue: "pl.DataFrame"
) -> "pl.DataFrame":
    """With the words that the shop would write instead of indexes."""
    import polars as pl

    goods = catalogue.select("product_id", "product", "category")[lines["product_row"]]
    home = pl.Series("country", COUNTRIES)[people.country]
    return lines.select(
        "order",
        "line",
        customer_ids(len(people))[lines["customer"]].alias("customer_id"),
        "second",
        *goods.get_columns(),
        home[lines["customer"]].alias("country"),
        pl.when("online").then(pl.lit("online")).otherwise(pl.lit("store")).alias("channel"),
        "quantity",
        "pence",
    )


def _choose_products(
    people: People, customer: "NDArray[np.int64]", rng: "np.random.Generator"
) -> "NDArray[np.int64]":
    """Mostly from the main category, around the customer's own place in the price range."""
    import numpy as np

    other = rng.integers(CATEGORY_COUNT, size=len(customer))
    own = rng.random(len(customer)) < 0.6
    category = np.where(own, people.main_category[customer], other)
    place = np.clip(rng.normal(people.price_level[customer], 0.2), 0, 0.999)
    rank = np.floor(place * PER_CATEGORY).astype(np.int64)
    product: NDArray[np.int64] = category * PER_CATEGORY + rank
    return product


def _with_clock(
    day: "NDArray[np.float64] | NDArray[np.int64]", rng: "np.random.Generator"
) -> "NDArray[np.int64]":
    import numpy as np

    weights = np.array(_HOURS, dtype=float)
    hour = 8 + rng.choice(len(weights), size=len(day), p=weights / weights.sum())
    return np.floor(day).astype(int) * DAY + hour * 3600 + rng.integers(3600, size=len(day))
