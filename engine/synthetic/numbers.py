"""The numbers that are given out, so that the pieces of a shop share none."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Numbers:
    """The next free one of each."""

    customer: int
    order: int = 100_001
    session: int = 1
    event: int = 1
    text: int = 1

    @staticmethod
    def of_shop(customers: int) -> "Numbers":
        """Customers' numbers have one more digit than their count, five at least."""
        return Numbers(10 ** max(4, len(str(customers))) + 1)
