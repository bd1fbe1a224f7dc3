"""Whether suggestions are bought oftener than the best sellers of the customer's segment.

The mix is chosen on the month before last and measured on the last: of the customers who bought
then, those who bought at least one of ten products suggested before it. The best sellers are those
of the window (30 days, 90 days, ever) that does best on the month that is measured, which is more
than a shop could know. The value is the lower end of the interval of the difference, by a paired
bootstrap over customers.
"""

import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.concepts import Moment
from engine.features import feature_table, open_transactions
from engine.recommending import Recommender, bought_between, choose_mix, hits, purchases_until
from engine.synthetic import Recipe
from evals.bench.bars import Setting
from evals.bench.cuts import Cuts, cut_data, fit_model, place

if TYPE_CHECKING:
    import ibis
    from numpy.typing import NDArray

    Hits = NDArray[np.bool_]

DAYS = 30
COUNT = 10
WINDOWS = (30, 90, 3650)  # days of which the best sellers are taken
DRAWS = 2000
Bought = Mapping[str, frozenset[str]]


def measure(setting: Setting) -> float:
    customers = 10_000 if setting.full else 2_000
    recipe = Recipe(customers, 7, True, date(2024, 1, 1), date(2025, 12, 31))
    with tempfile.TemporaryDirectory() as folder:
        cuts = cut_data(setting, recipe, Path(folder))
        ours, best = compare(cuts, setting)
    low, high = interval(ours, best, seed=11)
    setting.say(
        f"of {len(ours):,} buyers the suggestions hit {ours.mean():.3f}, the best sellers of the "
        f"segment {best.mean():.3f}; difference {ours.mean() - best.mean():.3f}, from {low:.3f} "
        f"to {high:.3f}"
    )
    return low


def compare(cuts: Cuts, setting: Setting) -> "tuple[Hits, Hits]":
    """Of each buyer of the last stretch: whether a suggestion and whether a best seller hit."""
    with open_transactions([str(cuts.file)]) as transactions:
        mix = choose_mix(*_stretch(transactions, cuts.end, 2))
        setting.say(f"chosen on the month before last: {mix.words}")
        recommender, later = _stretch(transactions, cuts.end, 1)
        rivals = [
            _best_sellers(transactions, cuts.end, recommender.segments, later, days)
            for days in WINDOWS
        ]
        return hits(recommender, mix, later, COUNT), max(rivals, key=lambda one: one.mean())


def interval(ours: "Hits", best: "Hits", seed: int) -> tuple[float, float]:
    """Of the mean difference, 95 %: the customers are drawn anew, each with both outcomes."""
    draw = np.random.default_rng(seed)
    difference = ours.astype(float) - best.astype(float)
    means = [draw.choice(difference, len(difference)).mean() for _ in range(DRAWS)]
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def _stretch(
    transactions: "ibis.Table", end: Moment, back: int
) -> tuple[Recommender, Bought]:  # fmt: skip
    """What was known `back` months before the end, and what was bought in the month after."""
    moment = end.days_before(DAYS * back)
    features = feature_table(transactions, moment)
    placed = place(fit_model(features), features)["segment_id"]
    segments = {str(one): str(segment) for one, segment in placed.items()}
    recommender = Recommender(purchases_until(transactions, moment), segments)
    found = bought_between(transactions, moment, moment.days_before(-DAYS))
    return recommender, {one: found[one] for one in sorted(found) if one in segments}


def _best_sellers(
    transactions: "ibis.Table", end: Moment, segments: Mapping[str, str], later: Bought, days: int
) -> "Hits":
    """Counted without the recommender: the ten products with most buyers in each segment."""
    moment = end.days_before(DAYS)
    buyers: dict[str, Counter[str]] = {}
    since = moment.days_before(days)
    for customer, products in sorted(bought_between(transactions, since, moment).items()):
        if customer in segments:
            buyers.setdefault(segments[customer], Counter()).update(sorted(products))
    best = {
        segment: {product for product, _ in counted.most_common(COUNT)}
        for segment, counted in buyers.items()
    }
    return np.array(
        [not later[one].isdisjoint(best.get(segments[one], ())) for one in sorted(later)]
    )
