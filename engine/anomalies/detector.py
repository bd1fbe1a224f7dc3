"""The kinds of anomalies that have a rule of their own: what is compared, and how it is said."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.anomalies.rarity import Array
from engine.metrics import Unit

if TYPE_CHECKING:
    import pandas as pd

GENERAL = "unusual_overall"
FEW_LINES = 3  # sent back; fewer are no habit
_MOST_SURPRISE = 700.0
_LEAST_STRENGTH = 1.0  # where the only one who returns makes everybody seem all or nothing


@dataclass(frozen=True)
class Detector:
    """`most` is the column of the extreme and the metric of its fact, `usual` what it is beside.

    `size` puts the two on a scale of logarithms, on which rarity is told. `seen` counts what the
    customer's own usual rests on, `on` is the day. `says` has {most}, {usual}, {on} and columns;
    `peers_say` has {peers} and {bound}, which 99 of 100 peers stay within.
    """

    kind: str
    title: str
    most: str
    usual: str | None
    on: str
    seen: str
    unit: Unit
    size: Callable[["pd.DataFrame"], Array]
    says: str
    peers_say: str
    on_day: bool = True  # the extreme is of one day


def _beyond(most: str, usual: str) -> Callable[["pd.DataFrame"], Array]:
    """Above the customer's own usual and above what peers do, half and half."""

    def size(measures: "pd.DataFrame") -> Array:
        return _log(measures, most) - _log(measures, usual) / 2

    return size


def _log(measures: "pd.DataFrame", name: str) -> Array:
    values = measures[name].to_numpy("float64", na_value=np.nan)
    return np.log(np.where(values > 0, values, np.nan))


def _awakening(measures: "pd.DataFrame") -> Array:
    """Long silences are common and so are days of several orders; one that ends in the other is
    not."""
    return _beyond("longest_gap", "usual_gap")(measures) + 1.5 * _log(measures, "woken_orders")


def _returning(measures: "pd.DataFrame") -> Array:
    """The surprise at so many lines of so many, where customers' shares are spread as the shop's.

    Minus the logarithm of the probability that a beta-binomial draw gives as many or more.
    """
    from scipy.stats import betabinom

    from engine.features.shrinkage import fit_prior

    share = measures["returned_share"].to_numpy("float64")
    back = measures["lines_returned"].to_numpy("float64")
    lines = np.round(np.where(share > 0, back / np.where(share > 0, share, 1.0), 0.0))
    lines = np.maximum(lines, measures["lines_sold"].to_numpy("float64"))
    prior = fit_prior(share, lines)
    if not 0 < prior.mean < 1:
        return np.full(len(measures), np.nan)
    strength = max(prior.strength, _LEAST_STRENGTH)
    yes, no = prior.mean * strength, (1 - prior.mean) * strength
    many, found = back >= FEW_LINES, np.zeros(len(measures))
    surprise = -betabinom.logsf(back[many] - 1, lines[many], yes, no)
    found[many] = np.minimum(surprise, _MOST_SURPRISE)  # a probability may be too small to write
    return found


def _mispriced(measures: "pd.DataFrame") -> Array:
    found: Array = np.abs(_log(measures, "price_ratio"))
    return found


DETECTORS = (
    Detector(
        "bulk_order", "Order far above the usual", "largest_order", "usual_order", "largest_on",
        "orders", "money", _beyond("largest_order", "usual_order"),
        "Ordered for {most} on {on}, where {usual}",
        "99 of 100 {peers} never order for more than {bound}",
    ),
    Detector(
        "bulk_quantity", "Pieces far above the usual", "most_pieces", "usual_pieces", "pieces_on",
        "lines_sold", "count", _beyond("most_pieces", "usual_pieces"),
        "Bought {most} pieces of one product at once on {on}, where {usual}",
        "99 of 100 {peers} never buy more than {bound} at once",
    ),
    Detector(
        "velocity", "Burst of orders", "busiest_day", "usual_day", "busiest_on",
        "order_days", "count", _beyond("busiest_day", "usual_day"),
        "Placed {most} orders on {on}, where {usual}",
        "99 of 100 {peers} never place more than {bound} on a day",
    ),
    Detector(
        "dormant_return", "Back in a burst after a long silence", "longest_gap", "usual_gap",
        "woke_on", "gaps", "days", _awakening,
        "Placed {woken_orders} on {on} after {most} without any, where {usual}",
        "99 of 100 {peers} are never away for more than {bound}",
    ),
    Detector(
        "refund_abuse", "Sends back nearly everything", "returned_share", None, "returned_on",
        "lines_sold", "share", _returning,
        "Sent back {lines_returned} of {lines_sold} lines ({most}), the latest on {on}",
        "99 of 100 {peers} send back at most {bound}",
        on_day=False,
    ),
    Detector(
        "odd_price", "Price far from what the product costs", "price_ratio", None, "priced_on",
        "lines_sold", "ratio", _mispriced,
        "Paid {most} what the product usually costs, on {on}",
        "99 of 100 {peers} pay prices closer to the usual",
    ),
    Detector(
        "bot_browsing", "Browses at a machine's pace", "fastest_hour", "usual_hour", "fastest_on",
        "hours", "count", _beyond("fastest_hour", "usual_hour"),
        "Looked at {most} products within an hour on {on}, where {usual}",
        "99 of 100 {peers} never look at more than {bound}",
    ),
)  # fmt: skip
