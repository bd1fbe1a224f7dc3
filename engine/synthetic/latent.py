"""Who the customers are: the truth that a segmentation has to find."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.synthetic.recipe import Recipe

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

COUNTRIES = ("United Kingdom", "Ireland", "Germany", "France", "United States", "South Africa")
_COUNTRY_SHARES = (0.80, 0.06, 0.04, 0.05, 0.03, 0.02)
CATEGORY_COUNT = 8
_OLD_SHARE = 0.6  # customers from before the first day
_GROWTH = 1.1  # over 1: more sign up late than early
_DRIFT_SHARE = 0.3
_DRIFTING = ("champions", "loyal")
_OPTED_OUT_SHARE = 0.01
_WOMEN_DISCOUNTED = 0.5  # of the promoted orders of a woman, where the shop is biased
NO_ANOMALY = 0
# Position 0 is none. Of all customers, each kind; a shop of 500 has about one of each.
ANOMALIES = ("", "bulk_fraud", "velocity", "refund_abuse", "dormant_reactivated", "bot_views")
_ANOMALY_SHARE = 0.002


@dataclass(frozen=True)
class Kind:
    """One latent segment. Shares and probabilities are 0..1."""

    name: str
    share: float
    gap_days: float  # between orders in high season
    shape: float  # of the gamma around it: higher is more alike
    drop: float  # mean probability of leaving after an order
    season: float  # how much of the buying waits for Christmas
    promo_pull: float  # how much of it waits for a promotion
    price_level: float  # where in a category's price range
    extra_lines: float  # mean, beyond the first
    returns: float  # mean probability that a line comes back
    online: float
    views: float  # mean, before an online order
    age: float
    women: float


KINDS = (
    Kind("champions", .10, 15, 12, .01, .10, .0, .64, 2.6, .02, .60, 10, 42, .60),
    Kind("loyal", .15, 34, 12, .03, .15, .1, .55, 1.3, .02, .40, 6, 54, .55),
    Kind("big_ticket", .08, 60, 4, .05, .30, .0, .95, 0.2, .04, .60, 16, 54, .40),
    Kind("bargain", .14, 15, 5, .06, .20, .8, .12, 1.8, .02, .85, 16, 35, .65),
    Kind("seasonal", .13, 14, 5, .08, .98, .1, .36, 1.2, .03, .90, 3, 46, .60),
    Kind("returner", .10, 35, 5, .05, .20, .2, .70, 1.8, .32, .95, 16, 30, .60),
    Kind("one_and_done", .20, 60, 4, .80, .40, .2, .22, 0.1, .03, .05, 6, 38, .50),
    Kind("browser", .10, 60, 4, .08, .30, .3, .40, 0.2, .03, .97, 70, 26, .45),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class People:
    """One entry per customer in every array; days count from the shop's first day."""

    first_id: int
    difficulty: float
    kind: "NDArray[np.int64]"
    rate: "NDArray[np.float64]"  # orders a day in high season
    drop: "NDArray[np.float64]"
    drift: "NDArray[np.bool_]"
    price_level: "NDArray[np.float64]"
    returns: "NDArray[np.float64]"
    discounted: "NDArray[np.float64]"  # share of promoted orders that get the discount
    main_category: "NDArray[np.int64]"
    signup_day: "NDArray[np.int64]"  # negative: before the first day
    first_moment: "NDArray[np.float64]"  # at which an order was possible
    country: "NDArray[np.int64]"
    age: "NDArray[np.int64]"
    woman: "NDArray[np.bool_]"
    opted_out: "NDArray[np.bool_]"
    anomaly: "NDArray[np.int64]"  # position in ANOMALIES

    def trait(self, name: str) -> "NDArray[np.float64]":
        """A trait of the kind, for each customer."""
        return traits(name, self.difficulty)[self.kind]

    def odd(self, anomaly: str) -> "NDArray[np.bool_]":
        found: NDArray[np.bool_] = self.anomaly == ANOMALIES.index(anomaly)
        return found

    @property
    def ids(self) -> "pl.Series":
        import polars as pl

        numbers = pl.int_range(self.first_id, self.first_id + len(self), eager=True)
        return numbers.cast(pl.String).alias("customer_id")

    def __len__(self) -> int:
        return len(self.kind)


def traits(name: str, difficulty: float) -> "NDArray[np.float64]":
    """Of each kind; a difficulty over 1 moves the kinds towards their mean."""
    import numpy as np

    values = np.array([getattr(kind, name) for kind in KINDS], dtype=float)
    middle = np.average(values, weights=[kind.share for kind in KINDS])
    found: NDArray[np.float64] = middle + (values - middle) / max(1.0, difficulty)
    return found


def draw_people(recipe: Recipe, first_id: int, count: int, rng: "np.random.Generator") -> People:
    import numpy as np

    days, hard = recipe.calendar.days, recipe.difficulty
    kind = rng.choice(len(KINDS), size=count, p=[k.share for k in KINDS])

    def trait(name: str) -> "NDArray[np.float64]":
        return traits(name, hard)[kind]

    shape = trait("shape") / hard
    rate = np.maximum(rng.gamma(shape, 1 / (shape * trait("gap_days"))), 1e-4)
    steady = np.isin(np.array([k.name for k in KINDS]), _DRIFTING)[kind]
    signup = _signup_days(count, days, rng)
    waiting = rng.exponential(np.where(signup < 0, 1 / rate, 2.0))
    woman = rng.random(count) < trait("women")
    return People(
        first_id=first_id,
        difficulty=hard,
        kind=kind,
        rate=rate,
        drop=_probability(trait("drop"), 10 / hard, rng),
        drift=steady & (rng.random(count) < _DRIFT_SHARE) & recipe.drift,
        price_level=np.clip(rng.normal(trait("price_level"), 0.08 * hard), 0, 1),
        returns=_probability(trait("returns"), 20 / hard, rng),
        discounted=np.where(woman & recipe.gender_bias, _WOMEN_DISCOUNTED, 1.0),
        main_category=rng.integers(CATEGORY_COUNT, size=count),
        signup_day=signup,
        first_moment=np.maximum(signup, 0) + waiting % (days - np.maximum(signup, 0)),
        country=rng.choice(len(COUNTRIES), size=count, p=_COUNTRY_SHARES),
        age=np.clip(rng.normal(trait("age"), 9), 18, 90).astype(int),
        woman=woman,
        opted_out=rng.random(count) < _OPTED_OUT_SHARE,
        anomaly=_anomalies(count, recipe, rng),
    )


def _anomalies(count: int, recipe: Recipe, rng: "np.random.Generator") -> "NDArray[np.int64]":
    """The same number of each kind, rounded at random so that pieces of a shop add up."""
    import numpy as np

    found = np.full(count, NO_ANOMALY)
    if not recipe.anomalies:
        return found
    each = int(np.floor(count * _ANOMALY_SHARE + rng.random()))
    kinds = np.repeat(np.arange(1, len(ANOMALIES)), each)[:count]
    found[rng.choice(count, size=len(kinds), replace=False)] = kinds
    return found


def _signup_days(count: int, days: int, rng: "np.random.Generator") -> "NDArray[np.int64]":
    import numpy as np

    before = -1 - rng.integers(730, size=count)
    during = np.floor(rng.random(count) ** (1 / _GROWTH) * days).astype(int)
    return np.where(rng.random(count) < _OLD_SHARE, before, during)


def _probability(
    mean: "NDArray[np.float64]", certainty: float, rng: "np.random.Generator"
) -> "NDArray[np.float64]":
    return rng.beta(mean * certainty, (1 - mean) * certainty)
