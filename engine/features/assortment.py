"""What the sales of a shop tell of: which channels and categories, whether discounts and countries.

One look over the sales finds all of it; which features there are depends on it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class _Shelf:
    """The sales of one category over one channel."""

    category: str | None
    channel: str | None
    rows: int
    discounted: bool | None  # None: of no sale is a discount known
    placed: bool
    first_day: date


@dataclass(frozen=True)
class Assortment:
    shelves: tuple[_Shelf, ...]

    def rows(self, column: Literal["category", "channel"]) -> Counter[str]:
        """How many sales there are of each word."""
        found: Counter[str] = Counter()
        for shelf in self.shelves:
            word: str | None = getattr(shelf, column)
            if word is not None:
                found[word] += shelf.rows
        return found

    @property
    def discounts(self) -> bool:
        """Whether any sale says that something was taken off its price."""
        return any(shelf.discounted for shelf in self.shelves)

    @property
    def countries(self) -> bool:
        """Whether any sale says where it was made."""
        return any(shelf.placed for shelf in self.shelves)

    @property
    def first_day(self) -> date | None:
        return min((shelf.first_day for shelf in self.shelves), default=None)


def look_over(sales: "ibis.Table") -> Assortment:
    found = sales.group_by("category", "channel").aggregate(
        rows=sales.count(),
        discounted=(sales.discount > 0).any(),
        placed=sales.country.notnull().any(),
        first_day=sales.local_date.min(),
    )
    return Assortment(tuple(_Shelf(**row) for row in found.to_pyarrow().to_pylist()))
