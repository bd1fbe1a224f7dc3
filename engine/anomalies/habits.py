"""What customers keep to without its being looked at elsewhere: a place, a change of products.

No rule of its own is made of these; they stand among the features, for whatever leaves a habit.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from engine.anomalies.rarity import Array
from engine.features import Records

if TYPE_CHECKING:
    import ibis
    import pandas as pd

# The shop's mean counts as so many pairs of lines of the customer's own.
_SHOP_PAIRS = 2
_LEAST_CHANCE = 1e-4  # of the same product twice in a row, where a shop has none at all


def place_measures(records: Records) -> "ibis.Table":
    """Lines sold in other countries than the one with most of this customer's lines."""
    sales = records.sales
    known = sales.filter(sales.country.notnull())
    places = known.group_by("customer_id", "country").aggregate(lines=known.count())
    return places.group_by("customer_id").aggregate(
        elsewhere=places.lines.sum() - places.lines.max()
    )


def streak_measures(records: Records) -> "ibis.Table":
    """The most lines in a row of one product, and how many lines are of the product before."""
    sales = records.sales
    known = sales.filter(sales.product_id.notnull())
    # The product comes last, so that lines that nothing else tells apart are in one order only.
    order = [known.occurred_at, known.order_id, known.line, known.product_id]
    before = known.product_id.lag().over(group_by=known.customer_id, order_by=order)
    steps = known.mutate(step=(before.isnull() | (before != known.product_id)).cast("int64"))
    order = [steps[name] for name in ("occurred_at", "order_id", "line", "product_id")]
    steps = steps.mutate(
        streak=steps.step.cumsum().over(group_by=steps.customer_id, order_by=order)
    )
    streaks = steps.group_by("customer_id", "streak").aggregate(lines=steps.count())
    return streaks.group_by("customer_id").aggregate(
        longest_streak=streaks.lines.max(),
        line_pairs=streaks.lines.sum() - 1,
        same_pairs=(streaks.lines - 1).sum(),
    )


def _elsewhere(measures: "pd.DataFrame") -> Array:
    found: Array = (measures["elsewhere"].fillna(0) / measures["lines_sold"]).to_numpy("float64")
    return found


def _in_a_row(measures: "pd.DataFrame") -> Array:
    """The surprise at the longest streak: minus the logarithm of the chance that the same product
    comes again so often, for a customer who otherwise repeats as this one does."""
    again = (measures["longest_streak"] - 1).fillna(0).to_numpy("float64")
    pairs, same = (
        measures[name].fillna(0).to_numpy("float64") for name in ("line_pairs", "same_pairs")
    )
    shop = same.sum() / max(pairs.sum(), 1.0)
    chance = (same - again + _SHOP_PAIRS * shop) / (pairs - again + _SHOP_PAIRS)
    found: Array = again * -np.log(np.clip(chance, _LEAST_CHANCE, 1.0))
    return found


HABITS: "Mapping[str, Callable[[pd.DataFrame], Array]]" = {
    "lines_from_elsewhere": _elsewhere,
    "one_product_in_a_row": _in_a_row,
}
