"""Targets: what is predicted. One more is one line in TARGETS, with its truth and its rules."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.errors import BadInput, Defect
from engine.prediction.columns import TOP

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

Kind = Literal["chance", "money", "days", "segment"]


@dataclass(frozen=True)
class Target:
    """`days` is a horizon of its own; without one it is the horizon that is asked for."""

    name: str
    kind: Kind
    meaning: str  # "the chance ..."; the horizon follows it
    truth: "Callable[[pd.DataFrame], Floats]"
    days: int | None = None
    unread: tuple[str, ...] = ("to_top",)  # columns that say nothing of it
    settled: "Callable[[pd.DataFrame], Flags] | None" = None  # of whom it is 0 whatever comes

    def horizon(self, asked: int) -> int:
        return self.days or asked


def in_top(spent: "Floats") -> "Flags":
    """Who has spent more than nine in ten."""
    import numpy as np

    found: Flags = spent > np.quantile(spent, TOP) if len(spent) else np.zeros(0, bool)
    return found


def _entered_top(outcomes: "pd.DataFrame") -> "Floats":
    """Of whom is not there now; NaN of the others."""
    import numpy as np

    before = outcomes["spent"].to_numpy("float64")
    after = before + outcomes["revenue"].to_numpy("float64")
    found: Floats = np.where(in_top(before), np.nan, in_top(after))
    return found


def _not_a_number(outcomes: "pd.DataFrame") -> "Floats":
    raise Defect("A next segment is no number: walk_trial judges it.")


TARGETS: tuple[Target, ...] = (
    Target("churn", "chance", "the chance of no kept sale",
           lambda outcomes: 1 - outcomes["bought"].to_numpy("float64")),
    Target("buy_30", "chance", "the chance of a kept sale",
           lambda outcomes: outcomes["bought"].to_numpy("float64"), days=30),
    Target("value", "money", "the expected sales less returns",
           lambda outcomes: outcomes["revenue"].to_numpy("float64")),
    Target("expected_next", "days", "the days until the next kept sale of who still buys",
           lambda outcomes: outcomes["next_days"].to_numpy("float64")),
    Target("vip", "chance", "the chance of entering the tenth that has spent most so far",
           _entered_top, unread=(),
           settled=lambda known: in_top(known["monetary"].to_numpy("float64"))),
    Target("next_segment", "segment", "the segment that the customer will be in", _not_a_number),
)  # fmt: skip


def find_targets(names: Iterable[str] | None) -> tuple[Target, ...]:
    """Those named, in the order of the list; all without names."""
    known = {target.name: target for target in TARGETS}
    asked = list(known) if names is None else list(names)
    for name in asked:
        if name not in known:
            raise BadInput(f"There is no target '{name}'.", f"Targets: {', '.join(known)}.")
    return tuple(target for target in TARGETS if target.name in asked)
