"""Customers who do what they did not use to do: planted in orders and lines, named in the truth.

Abused refunds are drawn with the returns (purchases.py) and bots with the events (events.py),
where the others of their kind are drawn.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.synthetic.latent import People
from engine.synthetic.purchases import DAY, Orders
from engine.synthetic.recipe import Calendar

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

RECENT_DAYS = 60  # before the last day, in which it happens
SLEEP_DAYS = 300  # of the dormant, before they come back
_BURST = (10, 21)  # orders in one day
_RETURNING_ORDERS = 3
_ABUSED_ORDERS = 6  # at least, so that it shows in the records of every abuser
_SENT_BACK_DAYS = 21  # within which
_BULK = (12, 60)  # times the usual quantity


def plant_in_orders(
    people: People, orders: Orders, calendar: Calendar, rng: "np.random.Generator"
) -> Orders:
    """Bursts of orders in one day, orders of those who were long gone, and some to send back."""
    import numpy as np

    burst = np.flatnonzero(people.odd("velocity"))
    woken = np.flatnonzero(people.odd("dormant_reactivated") & _sleeps(people, calendar))
    abuser = np.flatnonzero(people.odd("refund_abuse"))
    once = np.repeat(burst, rng.integers(*_BURST, size=len(burst)))
    once = np.concatenate([once, np.repeat(woken, _RETURNING_ORDERS)])  # all on one day
    abusing = np.repeat(abuser, _ABUSED_ORDERS)
    last = calendar.days - 1
    day = last - rng.integers(RECENT_DAYS, size=len(people))
    before = rng.integers(_SENT_BACK_DAYS, RECENT_DAYS, size=len(abusing))
    added = np.concatenate([once, abusing])
    on = np.concatenate([day[once], last - before])
    second = on * DAY + rng.integers(8 * 3600, 22 * 3600, len(added))
    kept = ~_slept_through(people, orders, woken, calendar, day)
    death = orders.death_day.copy()
    # Whoever orders again has not left.
    death[np.concatenate([burst, woken, abuser])] = np.nan
    return Orders(
        np.concatenate([orders.customer[kept], added]),
        np.concatenate([orders.second[kept], second]),
        death,
    )


def plant_in_lines(
    people: People, lines: "pl.DataFrame", calendar: Calendar, rng: "np.random.Generator"
) -> "pl.DataFrame":
    """The last order of a bulk buyer is of many pieces."""
    import numpy as np
    import polars as pl

    who, second = lines["customer"].to_numpy(), lines["second"].to_numpy()
    past = second < calendar.days * DAY
    last = np.full(len(people), -1)
    np.maximum.at(last, who[past], second[past])
    bulk = people.odd("bulk_fraud")[who] & (second == last[who])
    times = np.where(bulk, rng.integers(*_BULK, size=len(people))[who], 1)
    return lines.with_columns(quantity=pl.col("quantity") * pl.Series(times))


def without_idle(people: People, calendar: Calendar) -> People:
    """Nobody is called dormant who has no time to sleep before the last day."""
    import numpy as np

    awake = people.odd("dormant_reactivated") & ~_sleeps(people, calendar)
    return replace(people, anomaly=np.where(awake, 0, people.anomaly))


def _sleeps(people: People, calendar: Calendar) -> "NDArray[np.bool_]":
    return people.first_moment < calendar.days - RECENT_DAYS - SLEEP_DAYS


def _slept_through(
    people: People,
    orders: Orders,
    woken: "NDArray[np.int64]",
    calendar: Calendar,
    back: "NDArray[np.int64]",
) -> "NDArray[np.bool_]":
    """Orders that the sleep swallows; the first order of a customer is before it."""
    import numpy as np

    sleeper = np.isin(orders.customer, woken)
    day = orders.second / DAY
    return sleeper & (day >= (back - SLEEP_DAYS)[orders.customer]) & (day < calendar.days)
