"""Targets: what is predicted. One more is one line in TARGETS, with its truth and its rules."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.errors import BadInput

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Kind = Literal["chance", "money", "days"]


@dataclass(frozen=True)
class Target:
    """`days` is a horizon of its own; without one it is the horizon that is asked for."""

    name: str
    kind: Kind
    meaning: str  # "the chance ..."; the horizon follows it
    truth: "Callable[[pd.DataFrame], Floats]"
    days: int | None = None

    def horizon(self, asked: int) -> int:
        return self.days or asked


TARGETS: tuple[Target, ...] = (
    Target("churn", "chance", "the chance of no kept sale",
           lambda outcomes: 1 - outcomes["bought"].to_numpy("float64")),
    Target("buy_30", "chance", "the chance of a kept sale",
           lambda outcomes: outcomes["bought"].to_numpy("float64"), days=30),
    Target("value", "money", "the expected sales less returns",
           lambda outcomes: outcomes["revenue"].to_numpy("float64")),
    Target("expected_next", "days", "the days until the next kept sale of who still buys",
           lambda outcomes: outcomes["next_days"].to_numpy("float64")),
)  # fmt: skip


def find_targets(names: Iterable[str] | None) -> tuple[Target, ...]:
    """Those named, in the order of the list; all without names."""
    known = {target.name: target for target in TARGETS}
    asked = list(known) if names is None else list(names)
    for name in asked:
        if name not in known:
            raise BadInput(f"There is no target '{name}'.", f"Targets: {', '.join(known)}.")
    return tuple(target for target in TARGETS if target.name in asked)
