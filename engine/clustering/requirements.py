"""What must hold before segments can be looked for; each refusal says what works instead."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.clustering.method import Method
from engine.errors import BadInput, NotPossible

if TYPE_CHECKING:
    import pandas as pd

FEWEST_CUSTOMERS = 50
COMPARED = ("recency", "frequency", "monetary")


def require_segmentable(frame: "pd.DataFrame") -> None:
    if len(frame) < FEWEST_CUSTOMERS:
        if _has_orders(frame):
            raise NotPossible(
                f"Only {len(frame)} customers have bought by that day; segments need at least "
                f"{FEWEST_CUSTOMERS}.",
                "Load more orders, or choose a later day.",
            )
        raise NotPossible(
            f"Only {len(frame)} customers are known; segments need at least {FEWEST_CUSTOMERS}.",
            "Load more customers, or their orders.",
        )
    if count_different(frame) == 1:
        raise NotPossible(
            f"All {len(frame)} customers have the same {_compared_words(frame)}, so nothing sets "
            "one apart from another.",
            "Check that the customer column was read as meant, or load a longer history."
            if _has_orders(frame)
            else "Load more of what is known about them.",
        )


def require_size(frame: "pd.DataFrame", methods: Sequence[Method], k: int | None) -> None:
    if k is None:
        return
    if all(not method.sizes for method in methods):
        raise BadInput(
            f"{methods[0].name} makes its own number of segments, and {k} were asked for.",
            "Leave the number out, or choose KMeans.",
        )
    if k < 2:
        raise BadInput(f"{k} is not a number of segments.", "Ask for two segments or more.")
    if k > len(frame):
        raise BadInput(
            f"{k} segments were asked for, and there are only {len(frame)} customers.",
            "Ask for four to eight segments, which a team can work with.",
        )
    if k > count_different(frame):
        raise too_alike(frame)


def too_alike(frame: "pd.DataFrame") -> NotPossible:
    different = count_different(frame)
    return NotPossible(
        f"Of the {len(frame)} customers only {different} differ in {_compared_words(frame)}, "
        "which is too few for the segments asked for.",
        f"Ask for {different} segments or fewer, or use the rules.",
    )


def count_different(frame: "pd.DataFrame") -> int:
    columns = list(COMPARED) if _has_orders(frame) else list(frame.columns)
    return len(frame[columns].drop_duplicates())


def _has_orders(frame: "pd.DataFrame") -> bool:
    return set(COMPARED) <= set(frame.columns)


def _compared_words(frame: "pd.DataFrame") -> str:
    return "recency, number of orders and revenue" if _has_orders(frame) else "attributes"
