"""What customers do on the web besides buying: views, carts, carts left behind, in visits.

An online order is preceded by up to three visits, the last of which ends with its lines in the
cart. Other visits lead to nothing. A bot views products at night, one every few seconds.
"""

from typing import TYPE_CHECKING

from engine.synthetic.latent import People
from engine.synthetic.numbers import Numbers
from engine.synthetic.purchases import DAY
from engine.synthetic.recipe import Recipe

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

_VIEW_SPREAD = 2  # of the negative binomial: lower is wilder
_VISITS = 3  # before an order, one a day
_VISIT_SECONDS = 2400
_MINUTES = 1.5  # mean of a view
_IDLE_VISITS = 0.06  # visits that lead to nothing after an order, per view before one
_IDLE_DAYS = 45
_IDLE_VIEWS = 2.0  # mean, beyond one
_LEFT_BEHIND = 0.35  # of those visits end with a cart that nobody pays for
_LEAVING_SECONDS = 1800  # until a cart counts as left behind
_BOT_VIEWS = (300, 900)
_BOT_SECONDS = 7  # between two views


def draw_events(
    people: People,
    lines: "pl.DataFrame",
    catalogue: "pl.DataFrame",
    recipe: Recipe,
    numbers: Numbers,
    rng: "np.random.Generator",
) -> tuple["pl.DataFrame", int]:
    """The events in order of time, and the next free number of a visit."""
    import polars as pl

    share = recipe.event_share
    online = lines.filter(pl.col("channel") != "store", pl.col("quantity") > 0)
    first = online.filter(pl.col("line") == 1)
    after_orders = numbers.session + _VISITS * (int(lines["order"].max()) + 1)  # type: ignore[arg-type]
    idle, after_idle = _idle(people, first, len(catalogue), share, after_orders, rng)
    bots, after_bots = _bots(people, recipe, len(catalogue), after_idle, rng)
    before_orders = [
        _views(people, first, len(catalogue), share, numbers.session, rng),
        _carts(online, share, numbers.session, rng),
    ]
    events = pl.concat([*before_orders, *idle, bots])
    events = events.filter(pl.col("second").is_between(0, recipe.calendar.days * DAY - 1))
    events = events.sort("second", "customer", "action", maintain_order=True)
    return _described(events, people, catalogue, numbers), after_bots


def _views(
    people: People,
    first: "pl.DataFrame",
    products: int,
    share: float,
    first_session: int,
    rng: "np.random.Generator",
) -> "pl.DataFrame":
    """Of things like those that are ordered later."""
    import numpy as np

    mean = share * people.trait("views")[first["customer"].to_numpy()]
    seen = first[np.repeat(np.arange(len(first)), _wild_count(mean, rng))]
    visit = rng.integers(_VISITS, size=len(seen))
    before = 300 + visit * DAY + rng.integers(_VISIT_SECONDS, size=len(seen))
    session = first_session + _VISITS * seen["order"].to_numpy() + visit
    near = (seen["product_row"].to_numpy() + rng.integers(-3, 4, len(seen))) % products
    return _rows("view", seen, seen["second"].to_numpy() - before, near, session, rng)


def _carts(
    online: "pl.DataFrame", share: float, first_session: int, rng: "np.random.Generator"
) -> "pl.DataFrame":
    import polars as pl

    kept = online.filter(pl.Series(rng.random(len(online)) < share))
    second = kept["second"].to_numpy() - rng.integers(60, 300, len(kept))
    session = first_session + _VISITS * kept["order"].to_numpy()
    return _rows("cart", kept, second, kept["product_row"].to_numpy(), session, rng)


def _idle(
    people: People,
    first: "pl.DataFrame",
    products: int,
    share: float,
    first_session: int,
    rng: "np.random.Generator",
) -> tuple[list["pl.DataFrame"], int]:
    import numpy as np

    mean = share * _IDLE_VISITS * people.trait("views")[first["customer"].to_numpy()]
    visits = first[np.repeat(np.arange(len(first)), rng.poisson(mean))]
    start = visits["second"].to_numpy() + rng.integers(DAY, _IDLE_DAYS * DAY, len(visits))
    session = first_session + np.arange(len(visits))
    product = rng.integers(products, size=len(visits))
    each = np.repeat(np.arange(len(visits)), 1 + rng.poisson(_IDLE_VIEWS, len(visits)))
    during = start[each] + rng.integers(_VISIT_SECONDS, size=len(each))
    near = (product[each] + rng.integers(-3, 4, len(each))) % products
    views = _rows("view", visits[each], during, near, session[each], rng)
    left = np.flatnonzero(rng.random(len(visits)) < _LEFT_BEHIND)
    at = start[left] + _VISIT_SECONDS
    carts = _rows("cart", visits[left], at, product[left], session[left], rng)
    at = at + _LEAVING_SECONDS
    behind = _rows("abandoned_cart", visits[left], at, product[left], session[left], rng)
    return [views, carts, behind], first_session + len(visits)


def _bots(
    people: People,
    recipe: Recipe,
    products: int,
    first_session: int,
    rng: "np.random.Generator",
) -> tuple["pl.DataFrame", int]:
    """One night each, after one o'clock."""
    import numpy as np
    import polars as pl

    bots = np.flatnonzero(people.odd("bot_views"))
    days = recipe.calendar.days
    night = days - 1 - rng.integers(min(60, days), size=len(bots))
    count = np.round(recipe.event_share * rng.integers(*_BOT_VIEWS, size=len(bots))).astype(int)
    each = np.repeat(np.arange(len(bots)), count)
    nth = np.arange(len(each)) - np.repeat(np.cumsum(count) - count, count)
    second = night[each] * DAY + 3600 + nth * _BOT_SECONDS
    who = pl.DataFrame(
        {"customer": bots[each], "channel": pl.repeat("online", len(each), eager=True)}
    )
    product = rng.integers(products, size=len(each))
    views = _rows("view", who, second, product, first_session + each, rng)
    return views, first_session + len(bots)


def _wild_count(mean: "NDArray[np.float64]", rng: "np.random.Generator") -> "NDArray[np.int64]":
    return rng.negative_binomial(_VIEW_SPREAD, _VIEW_SPREAD / (_VIEW_SPREAD + mean))


def _rows(
    action: str,
    who: "pl.DataFrame",
    second: "NDArray[np.int64]",
    product: "NDArray[np.int64]",
    session: "NDArray[np.int64]",
    rng: "np.random.Generator",
) -> "pl.DataFrame":
    import numpy as np
    import polars as pl

    tenths = np.round(rng.exponential(10 * _MINUTES, len(who))).astype(np.int32)
    minutes = pl.lit(pl.Series(tenths)) / 10 if action == "view" else pl.lit(None, pl.Float64)
    web = pl.when(pl.col("channel") == "app").then(pl.lit("app")).otherwise(pl.lit("web"))
    return who.select(
        pl.col("customer").cast(pl.Int32),
        pl.Series("second", second),
        pl.lit(action).alias("action"),
        pl.Series("product_row", product, dtype=pl.Int16),
        pl.Series("session", session),
        minutes.alias("minutes"),
        web.alias("channel"),
    )


def _described(
    events: "pl.DataFrame", people: People, catalogue: "pl.DataFrame", numbers: Numbers
) -> "pl.DataFrame":
    import polars as pl

    goods = catalogue.select("product_id", "category", "brand")[events["product_row"]]
    nth = pl.int_range(numbers.event, numbers.event + pl.len()).cast(pl.String)
    return events.select(
        pl.format("W{}", nth.str.zfill(9)).alias("event_id"),
        people.ids[events["customer"]].alias("customer_id"),
        "second",
        "action",
        *goods.get_columns(),
        pl.format("S{}", "session").alias("session_id"),
        "minutes",
        "channel",
    )
