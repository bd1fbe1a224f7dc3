"""Orders of customers who buy until they leave, the lines of each order, and what came back.

Each customer orders at his own rate; after every order he may leave for good. Season, promotions
and a change of habit thin the stream of moments, which is exact for a rate that varies. Orders go
on for FUTURE_DAYS after the shop's last day: the file never shows them, the truth does.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.synthetic.catalogue import PER_CATEGORY
from engine.synthetic.latent import CATEGORY_COUNT, COUNTRIES, People
from engine.synthetic.recipe import Calendar

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

DAY = 86_400  # seconds
FUTURE_DAYS = 90
DRIFT_DAYS = 120  # before the last day, those who drift slow down
DRIFT_FACTOR = 0.2
DISCOUNT = 0.2  # of the price, in a promotion
INFLATION = 1.04  # a year
EXTRA_QUANTITY = 0.4  # mean, beyond one
OWN_CATEGORY = 0.6  # share of lines from the main category
PLACE_SPREAD = 0.2  # around the customer's place in the price range
REFUND_ABUSE = 0.8  # of the lines of somebody who abuses refunds come back
_APP_SHARE = 0.6  # of the online orders of the young; none at 80
# Orders by hour of the day, 8 to 21.
_HOURS = (2, 4, 6, 7, 8, 8, 7, 6, 6, 7, 8, 7, 5, 3)


@dataclass(frozen=True, eq=False)
class Orders:
    """customer (index), second since the start of the first day; and when each customer left."""

    customer: "NDArray[np.int64]"
    second: "NDArray[np.int64]"
    death_day: "NDArray[np.float64]"  # NaN: still a customer


def inclination(
    calendar: Calendar,
    day: "NDArray[np.float64]",
    season: "NDArray[np.float64]",
    promo_pull: "NDArray[np.float64]",
    drift: "NDArray[np.bool_]",
) -> "NDArray[np.float64]":
    """By what share of his rate somebody buys on a day."""
    import numpy as np

    waits_for_season = season * (1 - calendar.season(day))
    waits_for_promotion = np.where(calendar.promoted(np.floor(day)), 0, promo_pull)
    slowed = drift & (day >= calendar.days - DRIFT_DAYS)
    share = (1 - waits_for_season) * (1 - waits_for_promotion) * np.where(slowed, DRIFT_FACTOR, 1)
    return share  # type: ignore[no-any-return]


def draw_orders(people: People, calendar: Calendar, rng: "np.random.Generator") -> Orders:
    """Everybody orders once at least: at his first moment, if he did at no other."""
    import numpy as np

    season, pull = people.trait("season"), people.trait("promo_pull")
    death = np.full(len(people), np.nan)
    customers, days = [], []
    who, when = np.arange(len(people)), people.first_moment.copy()
    until = calendar.days + FUTURE_DAYS
    while len(who):
        likely = inclination(calendar, when, season[who], pull[who], people.drift[who])
        ordered = rng.random(len(who)) < likely
        customers.append(who[ordered])
        days.append(when[ordered])
        leaves = ordered & (rng.random(len(who)) < people.drop[who])
        death[who[leaves]] = when[leaves]
        who, when = who[~leaves], when[~leaves]
        when = when + rng.exponential(1 / people.rate[who])
        who, when = who[when < until], when[when < until]
    customer, day = np.concatenate(customers), np.concatenate(days)
    return _with_first(people, calendar, customer, day, death, rng)


def _with_first(
    people: People,
    calendar: Calendar,
    customer: "NDArray[np.int64]",
    day: "NDArray[np.float64]",
    death: "NDArray[np.float64]",
    rng: "np.random.Generator",
) -> Orders:
    """Whoever left after this first order makes none of those that come later."""
    import numpy as np

    none = np.ones(len(people), dtype=bool)
    none[customer[day < calendar.days]] = False
    leaves = none & (rng.random(len(people)) < people.drop)
    death = np.where(leaves, people.first_moment, death)
    kept = ~leaves[customer]
    customer = np.concatenate([customer[kept], np.flatnonzero(none)])
    day = np.concatenate([day[kept], people.first_moment[none]])
    return Orders(customer, with_clock(day, rng), death)


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
    price = catalogue["pence"].to_numpy()[product] * INFLATION ** np.floor(day / 365.25)
    pence = np.round(price).astype(np.int64)
    given = rng.random(len(orders.customer)) < people.discounted[orders.customer]
    reduced = calendar.promoted(np.floor(day)) & given[order]
    return pl.DataFrame(
        {
            "order": order,
            "line": np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count) + 1,
            "customer": customer,
            "second": second,
            "product_row": product,
            "quantity": 1 + rng.poisson(EXTRA_QUANTITY, len(order)),
            "pence": pence,
            "discount": np.where(reduced, np.round(pence * DISCOUNT).astype(np.int64), 0),
            "channel": pl.Series(_channels(people, orders, rng)[order], dtype=pl.String),
        }
    )


def draw_returns(
    people: People, lines: "pl.DataFrame", calendar: Calendar, rng: "np.random.Generator"
) -> "pl.DataFrame":
    """Lines that come back whole, each under an order number of its own, two to 21 days later."""
    import numpy as np
    import polars as pl

    likely = np.where(people.odd("refund_abuse"), REFUND_ABUSE, people.returns)
    back = rng.random(len(lines)) < likely[lines["customer"].to_numpy()]
    returned = lines.filter(pl.Series(back))
    day = returned["second"].to_numpy() // DAY + rng.integers(2, 22, len(returned))
    first = int(lines["order"].max()) + 1  # type: ignore[arg-type]
    return returned.with_columns(
        pl.int_range(first, first + pl.len()).alias("order"),
        pl.Series("second", with_clock(day, rng)),
        quantity=-pl.col("quantity"),
        line=pl.lit(1, pl.Int64),
    )


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
        people.ids[lines["customer"]].alias("customer_id"),
        "second",
        *goods.get_columns(),
        home[lines["customer"]].alias("country"),
        "channel",
        "quantity",
        "pence",
        "discount",
    )


def with_clock(
    day: "NDArray[np.float64] | NDArray[np.int64]", rng: "np.random.Generator"
) -> "NDArray[np.int64]":
    import numpy as np

    weights = np.array(_HOURS, dtype=float)
    hour = 8 + rng.choice(len(weights), size=len(day), p=weights / weights.sum())
    return np.floor(day).astype(int) * DAY + hour * 3600 + rng.integers(3600, size=len(day))


def _choose_products(
    people: People, customer: "NDArray[np.int64]", rng: "np.random.Generator"
) -> "NDArray[np.int64]":
    """Mostly from the main category, around the customer's own place in the price range."""
    import numpy as np

    other = rng.integers(CATEGORY_COUNT, size=len(customer))
    own = rng.random(len(customer)) < OWN_CATEGORY
    category = np.where(own, people.main_category[customer], other)
    place = np.clip(rng.normal(people.price_level[customer], PLACE_SPREAD), 0, 0.999)
    rank = np.floor(place * PER_CATEGORY).astype(np.int64)
    product: NDArray[np.int64] = category * PER_CATEGORY + rank
    return product


def _channels(people: People, orders: Orders, rng: "np.random.Generator") -> "NDArray[np.str_]":
    """store, online (the web page) or app, one for each order."""
    import numpy as np

    count = len(orders.customer)
    online = rng.random(count) < people.trait("online")[orders.customer]
    modern = _APP_SHARE * np.clip((80 - people.age) / 62, 0, 1)
    app = rng.random(count) < modern[orders.customer]
    return np.where(online, np.where(app, "app", "online"), "store")
