"""Uplift: what the people of an audience did beyond those who were held out, with its uncertainty.

Purchase rates: Newcombe's hybrid interval for a difference, made of two Wilson intervals (Newcombe
1998, method 10). It holds with small groups and with rates near 0 and 1. Spend: Welch's interval
for a difference of means, which does not ask for groups of one size or one spread; it needs some
people on both sides, because spend is skewed, and is not given with fewer than `LEAST_FOR_SPEND`.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Amounts = NDArray[np.float64]

CONFIDENCE = 0.95
LEAST_FOR_SPEND = 30
# What a group has to be large enough for: an effect of a tenth is seen four times in five.
LOOKED_FOR = 0.10
POWER = 0.80


@dataclass(frozen=True)
class Arm:
    """One side of a comparison: how many people, how many of them bought."""

    people: int
    buyers: int

    @property
    def rate(self) -> float:
        return self.buyers / self.people


@dataclass(frozen=True)
class Effect:
    """A difference, reached less held out, and the interval around it."""

    value: float
    low: float
    high: float

    @property
    def is_told(self) -> bool:
        """Whether it can be told from none."""
        return self.low > 0 or self.high < 0


def rate_effect(reached: Arm, held: Arm, confidence: float = CONFIDENCE) -> Effect:
    """The difference of two purchase rates; both sides have people."""
    difference = reached.rate - held.rate
    low_one, high_one = wilson(reached, confidence)
    low_two, high_two = wilson(held, confidence)
    return Effect(
        difference,
        difference - math.hypot(reached.rate - low_one, high_two - held.rate),
        difference + math.hypot(high_one - reached.rate, held.rate - low_two),
    )


def wilson(arm: Arm, confidence: float = CONFIDENCE) -> tuple[float, float]:
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    n, rate = arm.people, arm.rate
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return max(0.0, min(rate, middle - half)), min(1.0, max(rate, middle + half))


def mean_effect(
    reached: "Amounts", held: "Amounts", confidence: float = CONFIDENCE
) -> Effect | None:
    """The difference of two means; none with too few people for it."""
    if min(len(reached), len(held)) < LEAST_FOR_SPEND:
        return None
    from scipy import stats

    difference = float(reached.mean() - held.mean())
    one, two = float(reached.var(ddof=1)) / len(reached), float(held.var(ddof=1)) / len(held)
    if one + two == 0:
        return Effect(difference, difference, difference)
    freedom = (one + two) ** 2 / (one**2 / (len(reached) - 1) + two**2 / (len(held) - 1))
    half = float(stats.t.ppf((1 + confidence) / 2, freedom)) * math.sqrt(one + two)
    return Effect(difference, difference - half, difference + half)


def needed_people(rate: float, held_share: float) -> int | None:
    """How many people both sides need together to see the held-out rate raised by `LOOKED_FOR`, at
    this confidence and power; none where nobody bought, so that no number would do."""
    raised = min(1.0, rate * (1 + LOOKED_FOR))
    if rate <= 0 or raised <= rate or not 0 < held_share < 1:
        return None
    normal = NormalDist()
    z = normal.inv_cdf((1 + CONFIDENCE) / 2) + normal.inv_cdf(POWER)
    spread = raised * (1 - raised) / (1 - held_share) + rate * (1 - rate) / held_share
    return math.ceil(z * z * spread / (raised - rate) ** 2)


# ---- before anybody is sent anything -------------------------------------------------------------

HELD_SHARES = (0.05, 0.1, 0.2, 0.3)
# With too few people: half would show the most, and this share shows a rise a tenth larger.
MOST_HELD = HELD_SHARES[-1]


def proving_share(rate: float, people: int) -> float:
    """The least share to hold out so that a rise of `LOOKED_FOR` is seen; where no share does, the
    largest that is asked of a shop."""
    for share in HELD_SHARES:
        needed = needed_people(rate, share)
        if needed is not None and needed <= people:
            return share
    return MOST_HELD


def detectable_rise(rate: float, people: int, held_share: float) -> float | None:
    """The least rise of a purchase rate, in points, that so many people would show at this
    confidence and power; none where not even everybody buying would."""
    normal = NormalDist()
    z = normal.inv_cdf((1 + CONFIDENCE) / 2) + normal.inv_cdf(POWER)

    def shows(rise: float) -> bool:
        raised = rate + rise
        spread = raised * (1 - raised) / (1 - held_share) + rate * (1 - rate) / held_share
        return z * z * spread <= people * rise**2

    low, high = 0.0, 1 - rate
    if people <= 0 or not 0 < held_share < 1 or not shows(high):
        return None
    for _ in range(50):  # halving: to the last digit of a double
        middle = (low + high) / 2
        low, high = (low, middle) if shows(middle) else (middle, high)
    return high
