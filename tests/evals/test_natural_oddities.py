"""Who does by himself what plants are made to do: by comparisons that a person can check."""

import polars as pl
import shops

from evals.natural_oddities import natural_oddities


def monthly(who: str, orders: int = 6, pieces: int = 1) -> list[shops.Line]:
    return [
        (f"{who}{nth}", who, f"2025-{1 + nth:02}-10T10:00", "TEA", pieces, "10.00")
        for nth in range(orders)
    ]


def on(day: str, who: str, times: int, pieces: int = 1) -> list[shops.Line]:
    return [(f"{who}-{nth}", who, f"{day}T10:00", "TEA", pieces, "10.00") for nth in range(times)]


LINES: list[shops.Line] = [
    *monthly("plain"),
    *monthly("large", pieces=30),  # large orders are what is usual there
    *(monthly("bulk") + on("2025-09-10", "bulk", 1, pieces=12)),
    *(monthly("nearly") + on("2025-09-10", "nearly", 1, pieces=11)),
    *(monthly("burst") + on("2025-09-01", "burst", 10)),
    *(monthly("asleep", orders=2) + on("2025-12-31", "asleep", 3)),
    *(monthly("back", orders=5) + on("2025-09-01", "back", 4, pieces=-1)),
    *(monthly("few", orders=2) + on("2025-09-01", "few", 2, pieces=-1)),
]


def test_only_who_does_as_much_as_the_smallest_plant() -> None:
    found = natural_oddities(pl.DataFrame(shops.transactions(LINES)))
    assert found == {"bulk", "burst", "asleep", "back"}
