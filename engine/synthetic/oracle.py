"""What somebody who knows every law of the shop, and no more of a customer than the file, expects.

The oracle knows a customer's rate, habits and probability of leaving, sees when he bought last, and
does not know whether he has left: what a model can at best approach. Beside it stands what
happened in the FUTURE_DAYS after the last day.
"""

from typing import TYPE_CHECKING

from engine.synthetic.catalogue import PER_CATEGORY
from engine.synthetic.latent import CATEGORY_COUNT, People, traits
from engine.synthetic.purchases import (
    DAY,
    DISCOUNT,
    EXTRA_QUANTITY,
    FUTURE_DAYS,
    INFLATION,
    OWN_CATEGORY,
    PLACE_SPREAD,
    REFUND_ABUSE,
    inclination,
)
from engine.synthetic.recipe import Calendar

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray


def expected(
    people: People, lines: "pl.DataFrame", catalogue: "pl.DataFrame", calendar: Calendar
) -> "pl.DataFrame":
    """oracle_buys: the probability of an order; oracle_spend: pence, less what comes back."""
    import numpy as np
    import polars as pl

    end = float(calendar.days)
    last = _last_day(people, lines, end)
    idle = _chances(people, calendar, last, np.full(len(people), end))
    chances = _chances(
        people, calendar, np.full(len(people), end), np.full(len(people), end + FUTURE_DAYS)
    )
    stays = (1 - people.drop) * np.exp(-idle)
    alive = stays / (people.drop + stays)
    drop = np.maximum(people.drop, 1e-9)  # some never leave: the limit is `chances`
    orders = alive * -np.expm1(-drop * chances) / drop
    spend = orders * _order_value(people, catalogue, calendar)
    return pl.DataFrame(
        {
            "oracle_buys": np.round(alive * -np.expm1(-chances), 6),
            "oracle_spend": np.round(spend).astype(np.int64),
        }
    )


def realised(people: People, lines: "pl.DataFrame", calendar: Calendar) -> "pl.DataFrame":
    """orders_after and spend_after (pence, of what is ordered then, less what comes back of it)."""
    import numpy as np
    import polars as pl

    end = calendar.days * DAY
    after = lines.filter(pl.col("second") >= end, pl.col("second") < end + FUTURE_DAYS * DAY)
    found = after.group_by("customer").agg(
        pl.col("order").filter(pl.col("quantity") > 0).n_unique().alias("orders_after"),
        (pl.col("quantity") * (pl.col("pence") - pl.col("discount"))).sum().alias("spend_after"),
    )
    everyone = pl.DataFrame({"customer": np.arange(len(people))})
    return (
        everyone.join(found, on="customer", how="left", maintain_order="left")
        .drop("customer")
        .select(pl.all().fill_null(0).cast(pl.Int64))
    )


def _last_day(people: People, lines: "pl.DataFrame", end: float) -> "NDArray[np.float64]":
    import numpy as np
    import polars as pl

    past = lines.filter(pl.col("second") < end * DAY, pl.col("quantity") > 0)
    last = np.zeros(len(people))
    np.maximum.at(last, past["customer"].to_numpy(), past["second"].to_numpy() / DAY)
    return last


def _chances(
    people: People,
    calendar: Calendar,
    since: "NDArray[np.float64]",
    until: "NDArray[np.float64]",
) -> "NDArray[np.float64]":
    """How many orders somebody who does not leave is expected to make in the stretch."""
    import numpy as np

    days = np.arange(calendar.days + FUTURE_DAYS, dtype=np.float64)
    season, pull = (traits(name, people.difficulty) for name in ("season", "promo_pull"))
    steps = np.arange(len(days) + 1, dtype=float)
    found = np.zeros(len(people))
    for kind in range(len(season)):
        for drift in (False, True):
            share = inclination(
                calendar, days + 0.5, season[kind], pull[kind], np.full(len(days), drift)
            )
            total = np.concatenate([[0.0], np.cumsum(share)])
            who = np.flatnonzero((people.kind == kind) & (people.drift == drift))
            between = np.interp(until[who], steps, total) - np.interp(since[who], steps, total)
            found[who] = people.rate[who] * between
    return found


def _order_value(
    people: People, catalogue: "pl.DataFrame", calendar: Calendar
) -> "NDArray[np.float64]":
    """Pence that an order after the last day brings, less what comes back of it."""
    import numpy as np

    ranks = catalogue["pence"].to_numpy().reshape(CATEGORY_COUNT, PER_CATEGORY)
    weights = _rank_shares(people)
    own = (weights * ranks[people.main_category]).sum(axis=1)
    price = OWN_CATEGORY * own + (1 - OWN_CATEGORY) * weights @ ranks.mean(axis=0)
    inflation = INFLATION ** np.floor((calendar.days + FUTURE_DAYS / 2) / 365.25)
    lines = 1 + people.trait("extra_lines")
    kept = 1 - np.where(people.odd("refund_abuse"), REFUND_ABUSE, people.returns)
    discount = DISCOUNT * people.discounted * _promoted_share(people, calendar)
    value = price * inflation * lines * (1 + EXTRA_QUANTITY) * kept * (1 - discount)
    return np.asarray(value)


def _rank_shares(people: People) -> "NDArray[np.float64]":
    """For each customer, the share of each rank of price in what he chooses."""
    import numpy as np
    from scipy.special import ndtr

    edges = np.arange(1, PER_CATEGORY) / PER_CATEGORY
    below = ndtr((edges - people.price_level[:, None]) / PLACE_SPREAD)
    ends = np.zeros((len(people), 1)), np.ones((len(people), 1))
    shares: NDArray[np.float64] = np.diff(np.hstack([ends[0], below, ends[1]]), axis=1)
    return shares


def _promoted_share(people: People, calendar: Calendar) -> "NDArray[np.float64]":
    """Of the orders that are to come, by each customer's habits."""
    import numpy as np

    day = np.arange(FUTURE_DAYS, dtype=np.float64) + calendar.days + 0.5
    promoted = calendar.promoted(np.floor(day))
    season, pull = (traits(name, people.difficulty) for name in ("season", "promo_pull"))
    never = np.zeros(len(day), dtype=bool)
    share = np.array(
        [inclination(calendar, day, s, p, never) for s, p in zip(season, pull, strict=True)]
    )
    found: NDArray[np.float64] = (share[:, promoted].sum(axis=1) / share.sum(axis=1))[people.kind]
    return found
