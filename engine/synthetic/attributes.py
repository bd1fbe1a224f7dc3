"""What a shop would know of its customers besides their orders: who they are and what they like.

Every attribute says a little of the segment and none says it outright: what people tell is drawn
more from how they shop than from anywhere.
"""

from typing import TYPE_CHECKING

from engine.synthetic.catalogue import BRANDS, TIERS
from engine.synthetic.latent import COUNTRIES, KINDS, People
from engine.synthetic.recipe import Calendar

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

_HONEST = 0.6  # share of answers that come from how the person shops
_INCOME, _INCOME_SPREAD = 26_000, 0.3  # pounds a year at the lowest price level; of the logarithm
_CITIES = {
    "United Kingdom": ("London", "Manchester", "Leeds", "Bristol"),
    "Ireland": ("Dublin", "Cork", "Galway", "Limerick"),
    "Germany": ("Munich", "Hamburg", "Cologne", "Leipzig"),
    "France": ("Paris", "Lyon", "Nantes", "Lille"),
    "United States": ("New York", "Chicago", "Austin", "Detroit"),
    "South Africa": ("Cape Town", "Johannesburg", "Durban", "Pretoria"),
}  # the first of each country is where people earn most
_CAPITAL_INCOME = 1.3
LIFESTYLES = ("family", "professional", "student", "collector", "minimalist")
_LIFESTYLE = {
    "champions": "family",
    "loyal": "family",
    "big_ticket": "collector",
    "bargain": "student",
    "seasonal": "family",
    "returner": "professional",
    "one_and_done": "minimalist",
    "browser": "student",
}


def customer_table(
    people: People, calendar: Calendar, rng: "np.random.Generator"
) -> "pl.DataFrame":
    import numpy as np
    import polars as pl

    capital = rng.random(len(people)) < 0.2 + 0.4 * people.price_level
    town = np.where(capital, 0, rng.integers(1, 4, len(people)))
    cities = np.array([_CITIES[country] for country in COUNTRIES])
    return pl.DataFrame(
        {
            "customer_id": people.ids,
            "age": people.age,
            "gender": np.where(people.woman, "female", "male"),
            "country": np.array(COUNTRIES)[people.country],
            "city": cities[people.country, town],
            "income": _income(people, capital, rng),
            "lifestyle": _lifestyle(people, rng),
            "brand_preference": _brand(people, rng),
            "value_sensitivity": _value_sensitivity(people, rng),
            "signup_date": people.signup_day,
            "opted_out": people.opted_out,
        }
    ).with_columns(signup_date=date_of("signup_date", calendar))


def date_of(day: str, calendar: Calendar) -> "pl.Expr":
    import polars as pl

    return (pl.lit(calendar.start) + pl.duration(days=day)).cast(pl.Date)


def _income(
    people: People, capital: "NDArray[np.bool_]", rng: "np.random.Generator"
) -> "NDArray[np.int64]":
    import numpy as np

    career = 1 - np.abs(people.age - 50) / 100
    spread = rng.lognormal(0, _INCOME_SPREAD, len(people))
    income = _INCOME * (1 + people.price_level) * career * spread
    rounded = np.round(income * np.where(capital, _CAPITAL_INCOME, 1) / 100) * 100
    return rounded.astype(np.int64)


def _lifestyle(people: People, rng: "np.random.Generator") -> "NDArray[np.str_]":
    import numpy as np

    usual = np.array([LIFESTYLES.index(_LIFESTYLE[kind.name]) for kind in KINDS])
    return np.array(LIFESTYLES)[_answered(usual[people.kind], len(LIFESTYLES), rng)]


def _brand(people: People, rng: "np.random.Generator") -> "NDArray[np.str_]":
    """Mostly one of the two brands in whose price range the customer buys."""
    import numpy as np

    tier = np.minimum((people.price_level * TIERS).astype(int), TIERS - 1)
    usual = 2 * tier + rng.integers(2, size=len(people))
    return np.array(BRANDS)[_answered(usual, len(BRANDS), rng)]


def _value_sensitivity(people: People, rng: "np.random.Generator") -> "NDArray[np.int64]":
    """An answer from 1, the price hardly matters, to 10."""
    import numpy as np

    meant = 1 + 6 * (1 - people.price_level) + 3 * people.trait("promo_pull")
    return np.clip(np.round(rng.normal(meant, 1.5)), 1, 10).astype(np.int64)


def _answered(
    usual: "NDArray[np.int64]", choices: int, rng: "np.random.Generator"
) -> "NDArray[np.int64]":
    import numpy as np

    honest = rng.random(len(usual)) < _HONEST
    return np.where(honest, usual, rng.integers(choices, size=len(usual)))
