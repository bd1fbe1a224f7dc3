"""Who the customers are: the truth that a segmentation has to find."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
_OPTED_OUT_SHARE = 0.01


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
    Kind("champions", .10, 16, 6, .01, .10, .0, .60, 1.4, .02, .50, 8, 42, .60),
    Kind("loyal", .15, 32, 6, .03, .15, .1, .50, 1.0, .02, .35, 6, 49, .55),
    Kind("big_ticket", .08, 60, 4, .05, .30, .0, .92, 0.3, .04, .60, 14, 52, .40),
    Kind("bargain", .14, 15, 5, .06, .20, .8, .15, 1.8, .02, .80, 16, 36, .65),
    Kind("seasonal", .13, 14, 5, .08, .98, .1, .50, 1.2, .03, .50, 8, 46, .60),
    Kind("returner", .10, 35, 5, .06, .20, .2, .55, 1.2, .28, .90, 14, 31, .60),
    Kind("one_and_done", .20, 60, 4, .70, .40, .2, .40, 0.5, .05, .50, 8, 38, .50),
    Kind("browser", .10, 60, 4, .15, .30, .3, .40, 0.4, .03, .97, 60, 27, .45),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class People:
    """One entry per customer in every array; days count from the shop's first day."""

    kind: "NDArray[np.int64]"
    rate: "NDArray[np.float64]"  # orders a day in high season
    drop: "NDArray[np.float64]"
    drift: "NDArray[np.bool_]"
    price_level: "NDArray[np.float64]"
    returns: "NDArray[np.float64]"
    main_category: "NDArray[np.int64]"
    signup_day: "NDArray[np.int64]"  # negative: before the first day
    first_order: "NDArray[np.float64]"
    country: "NDArray[np.int64]"
    age: "NDArray[np.int64]"
    woman: "NDArray[np.bool_]"
    opted_out: "NDArray[np.bool_]"

    def trait(self, name: str) -> "NDArray[np.float64]":
        """A trait of the kind, for each customer."""
        import numpy as np

        return np.array([getattr(kind, name) for kind in KINDS], dtype=float)[self.kind]

    def __len__(self) -> int:
        return len(self.kind)


def draw_people(count: int, days: int, rng: "np.random.Generator") -> People:
    import numpy as np

    kind = rng.choice(len(KINDS), size=count, p=[k.share for k in KINDS])
    traits = {
        name: np.array([getattr(k, name) for k in KINDS], dtype=float)[kind]
        for name in ("gap_days", "shape", "drop", "price_level", "returns", "age", "women")
    }
    rate = rng.gamma(traits["shape"], 1 / (traits["shape"] * traits["gap_days"]))
    rate = np.maximum(rate, 1e-4)
    steady = np.isin(kind, (0, 1))
    signup = _signup_days(count, days, rng)
    waiting = rng.exponential(np.where(signup < 0, 1 / rate, 2.0))
    return People(
        kind=kind,
        rate=rate,
        drop=_probability(traits["drop"], 10, rng),
        drift=steady & (rng.random(count) < _DRIFT_SHARE),
        price_level=np.clip(rng.normal(traits["price_level"], 0.08), 0, 1),
        returns=_probability(traits["returns"], 20, rng),
        main_category=rng.integers(CATEGORY_COUNT, size=count),
        signup_day=signup,
        first_order=np.maximum(signup, 0) + waiting % (days - np.maximum(signup, 0)),
        country=rng.choice(len(COUNTRIES), size=count, p=_COUNTRY_SHARES),
        age=np.clip(rng.normal(traits["age"], 9), 18, 90).astype(int),
        woman=rng.random(count) < traits["women"],
        opted_out=rng.random(count) < _OPTED_OUT_SHARE,
    )


def customer_ids(count: int) -> "pl.Series":
    import polars as pl

    first = 10 ** max(4, len(str(count))) + 1
    return pl.int_range(first, first + count, eager=True).cast(pl.String).alias("customer_id")


def _signup_days(count: int, days: int, rng: "np.random.Generator") -> "NDArray[np.int64]":
    import numpy as np

    before = -1 - rng.integers(730, size=count)
    during = np.floor(rng.random(count) ** (1 / _GROWTH) * days).astype(int)
    return np.where(rng.random(count) < _OLD_SHARE, before, during)


def _probability(
    mean: "NDArray[np.float64]", certainty: float, rng: "np.random.Generator"
) -> "NDArray[np.float64]":
    return rng.beta(mean * certainty, (1 - mean) * certainty)
