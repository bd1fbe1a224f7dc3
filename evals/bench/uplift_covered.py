"""Whether the read-out's intervals hold the truth, and whether it calls nothing nothing.

Each run makes people, a holdout by the real hash, and what they did: who buys, and lognormal
baskets among those who do. Their rate of purchase is raised by a tenth, or by nothing.
"""

from dataclasses import dataclass

import numpy as np

from engine.holdout import held_out
from engine.uplift import Arm, Effect, mean_effect, rate_effect
from evals.bench.bars import Setting

RUNS = 100
SHARE = 0.2
RATE, LIFT = 0.2, 0.10
BASKET_LOG, BASKET_SPREAD = 8.0, 0.9  # of the logarithm, in minor units: a median of about 30
PEOPLE = 6000


@dataclass(frozen=True)
class Counts:
    """Of the runs: intervals that held the truth, effects of nothing that were called nothing."""

    rate_held: int
    spend_held: int
    rate_null: int
    spend_null: int


def measure(setting: Setting) -> float:
    runs = RUNS * (10 if setting.full else 1)
    counts = count_runs(PEOPLE, runs, seed=41)
    setting.say(
        f"of {runs}: a rise of a tenth is inside {counts.rate_held} intervals of the rate and "
        f"{counts.spend_held} of the spend; without one, {counts.rate_null} and "
        f"{counts.spend_null} say that nothing can be told"
    )
    return 100 * float(min(vars(counts).values())) / runs


def count_runs(people: int, runs: int, seed: int) -> Counts:
    draw = np.random.default_rng(seed)
    mean_basket = float(np.exp(BASKET_LOG + BASKET_SPREAD**2 / 2))
    found = np.zeros(4, dtype=int)
    for number in range(runs):
        rate, spend = _read_out(draw, number, people, RATE * LIFT)
        none_rate, none_spend = _read_out(draw, number, people, 0.0)
        found += [
            rate.low <= RATE * LIFT <= rate.high,
            spend.low <= RATE * LIFT * mean_basket <= spend.high,
            not none_rate.is_told,
            not none_spend.is_told,
        ]
    return Counts(*(int(one) for one in found))


def _read_out(
    draw: np.random.Generator, number: int, people: int, lift: float
) -> tuple[Effect, Effect]:
    names = [f"C{one}" for one in range(people)]
    kept_apart = held_out(f"audience_{number}", names, SHARE)
    apart = np.array([name in kept_apart for name in names])
    bought = draw.random(people) < np.where(apart, RATE, RATE + lift)
    spend = np.where(bought, draw.lognormal(BASKET_LOG, BASKET_SPREAD, people), 0.0)
    reached, held = (Arm(int(side.sum()), int(bought[side].sum())) for side in (~apart, apart))
    of_spend = mean_effect(spend[~apart], spend[apart])
    if of_spend is None:
        raise ValueError("too few people for an interval of spend")
    return rate_effect(reached, held), of_spend
