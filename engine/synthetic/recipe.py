"""What a shop is asked to be, and the days on which it is open."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from engine.errors import BadInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORTEST_DAYS = 60
MANY_CUSTOMERS = 100_000  # above, a shop keeps fewer events of each, unless asked otherwise
_PEAK_DAY, _PEAK_WIDTH = 340, 25.0  # of the year: early December
_PROMO_EVERY, _PROMO_DAYS = 60, 8


@dataclass(frozen=True)
class Calendar:
    start: date
    days: int
    steady: bool = False  # every day as good as the next: no season, no promotion

    def season(self, day: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """1 at the peak, near 0 in summer; the year is a circle."""
        import numpy as np

        if self.steady:
            return np.ones_like(day)
        away = np.abs((day + self.start.timetuple().tm_yday - _PEAK_DAY) % 365.25)
        return np.exp(-((np.minimum(away, 365.25 - away) / _PEAK_WIDTH) ** 2) / 2)

    def promoted(self, day: "NDArray[np.float64]") -> "NDArray[np.bool_]":
        return (day % _PROMO_EVERY >= _PROMO_EVERY - _PROMO_DAYS) & (not self.steady)


@dataclass(frozen=True)
class Recipe:
    """A shop whose customers all order at least once from `start` to `end` inclusive.

    `difficulty` 1 is a shop whose segments a supervised model nearly finds; above, they are nearer
    to each other and less alike inside, below the contrary. `events` is the share of web events
    that is kept; None keeps all up to 100,000 customers and as many altogether beyond.
    """

    customers: int
    seed: int
    dirt: bool = True
    start: date = date(2024, 1, 1)
    end: date = date(2025, 12, 31)
    difficulty: float = 1.0
    events: float | None = None
    drift: bool = True  # some loyal customers slow down before the end
    anomalies: bool = True
    gender_bias: bool = True  # women are given the discount of a promotion less often
    currencies: bool = False  # pounds, euros and dollars instead of pounds
    languages: bool = False  # four instead of English
    steady: bool = False  # neither season nor promotions

    def __post_init__(self) -> None:
        if self.customers < 1:
            raise BadInput(f"A shop of {self.customers} customers.", "Ask for at least 1.")
        if self.seed < 0:
            raise BadInput(f"The seed is {self.seed}.", "Give a seed of 0 or more.")
        if self.calendar.days < SHORTEST_DAYS:
            raise BadInput(
                f"The shop would be open for {self.calendar.days} days.",
                f"Let start and end be at least {SHORTEST_DAYS} days apart.",
            )
        if not 0.1 <= self.difficulty <= 10:
            raise BadInput(f"The difficulty is {self.difficulty:g}.", "Give one of 0.1 to 10.")
        if self.events is not None and not 0 <= self.events <= 1:
            raise BadInput(f"The share of events is {self.events:g}.", "Give one of 0 to 1.")

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.start, (self.end - self.start).days + 1, self.steady)

    @property
    def event_share(self) -> float:
        if self.events is not None:
            return self.events
        return min(1.0, MANY_CUSTOMERS / self.customers)
