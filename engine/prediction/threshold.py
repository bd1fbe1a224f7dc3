"""A threshold: whom acting on it reaches, whom it reaches for nothing, and what that is worth."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import BadInput

if TYPE_CHECKING:
    from engine.prediction.target import Floats


@dataclass(frozen=True)
class TradeOff:
    """Expected numbers, by calibrated chances; `worth` in minor units where costs are given."""

    threshold: float
    reached: int
    catches: float
    false_alarms: float
    missed: float
    worth: float | None


def trade_off(
    chance: "Floats", threshold: float, cost: int | None = None, benefit: int | None = None
) -> TradeOff:
    """`cost` of reaching one customer, `benefit` of each that is caught; minor units."""
    if not 0 < threshold < 1:
        raise BadInput(f"The threshold {threshold:g} is no chance.", "Choose one between 0 and 1.")
    reached = chance[chance >= threshold]
    catches = float(reached.sum())
    worth = None
    if cost is not None or benefit is not None:
        worth = (benefit or 0) * catches - (cost or 0) * len(reached)
    return TradeOff(
        threshold,
        len(reached),
        catches,
        len(reached) - catches,
        float(chance[chance < threshold].sum()),
        worth,
    )
