"""Why a customer is in a segment: the features that hold them there against the nearest other.

Against the likeliest other segment, a feature is held by when it moves the customer's membership
there once it takes the value that is typical there. One after the other, the feature that moves it
most, until the customer would change over: what is found is enough to have them change.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.clustering.method import SegmentModel

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Hold:
    """`value` holds the customer; `elsewhere` is the median of the nearest other segment."""

    feature: str
    value: float | str
    elsewhere: float | str


@dataclass(frozen=True)
class Held:
    """By the strongest first; `changes`: with all of them elsewhere the customer changes over."""

    label: int
    against: int
    by: tuple[Hold, ...]
    changes: bool


def held_by(model: SegmentModel, features: "pd.DataFrame", customer: str) -> Held | None:
    """None when there is no other segment. `features`: of everybody, who say what is typical."""
    everybody = model.assign(features)[0]
    row = features.loc[[customer]]
    own, against = _two_likeliest(model, row, set(everybody.tolist()))
    if against is None:
        return None
    there = features[everybody == against]
    left = {name: _typical(there[name]) for name in compared_columns(model)}
    found: list[Hold] = []
    while left:
        name, moved = _strongest(model, row, left, own, against)
        found.append(Hold(name, _plain(row[name].iloc[0]), _plain(left.pop(name))))
        row = moved
        if int(model.assign(row)[0][0]) != own:
            return Held(own, against, tuple(found), True)
    return Held(own, against, tuple(found), False)


def compared_columns(model: SegmentModel) -> list[str]:
    """The columns of a feature table that decide the segment."""
    return [column.name for column in model.preparation.columns]


def _two_likeliest(
    model: SegmentModel, row: "pd.DataFrame", inhabited: set[int]
) -> tuple[int, int | None]:
    probabilities = model.assign(row)[1][0]
    order = [int(label) for label in np.argsort(-probabilities, kind="stable")]
    others = [label for label in order[1:] if label in inhabited]
    return order[0], others[0] if others else None


def _strongest(
    model: SegmentModel, row: "pd.DataFrame", left: "dict[str, object]", own: int, against: int
) -> "tuple[str, pd.DataFrame]":
    moves = {name: _moved(row, name, value) for name, value in left.items()}
    gains = {}
    for name, moved in moves.items():
        probabilities = model.assign(moved)[1][0]
        gains[name] = float(probabilities[against] - probabilities[own])
    best = max(moves, key=lambda name: gains[name])
    return best, moves[best]


def _moved(row: "pd.DataFrame", name: str, value: object) -> "pd.DataFrame":
    import pandas as pd

    moved = row.copy()
    moved[name] = pd.Series([value], index=row.index)
    return moved


def _typical(column: "pd.Series") -> object:
    """The median; of words the commonest."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column):
        return float(column.median())
    common = column.dropna().mode()
    return None if common.empty else common.iloc[0]


def _plain(value: object) -> float | str:
    return str(value) if not isinstance(value, int | float | np.number) else float(value)
