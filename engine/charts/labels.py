"""Where the name of each circle goes, so that names cover nothing and stay in the frame."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]

GAP = 6
LINE_HEIGHT = 17
LETTER_WIDTH = 7.4


@dataclass(frozen=True)
class Circle:
    """A circle in pixels of the frame, y downwards, and the name that belongs to it."""

    x: float
    y: float
    radius: float
    name: str


@dataclass(frozen=True)
class Label:
    align: Align
    dx: float
    dy: float


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "_Box") -> float:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, across) * max(0.0, down)

    def outside(self, width: float, height: float) -> float:
        across = max(0.0, -self.left) + max(0.0, self.right - width)
        down = max(0.0, -self.top) + max(0.0, self.bottom - height)
        return across * LINE_HEIGHT + down * (self.right - self.left)


def place_labels(
    circles: Sequence[Circle], width: float, height: float, longest: float
) -> list[Label]:
    """One after the other: of right, left, above, below, the corners and further away, the first
    place that covers least."""
    taken = [_around(circle) for circle in circles]
    placed = []
    for circle in circles:
        others = [box for box in taken if box != _around(circle)]
        choices = _choices(circle, min(longest, LETTER_WIDTH * len(circle.name)))
        label, box = min(
            choices,
            key=lambda choice: (
                sum(choice[1].overlap(other) for other in others)
                + 10 * choice[1].outside(width, height)
            ),
        )
        placed.append(label)
        taken.append(box)
    return placed


def _around(circle: Circle) -> _Box:
    reach = circle.radius
    return _Box(circle.x - reach, circle.y - reach, circle.x + reach, circle.y + reach)


def _choices(circle: Circle, wide: float) -> list[tuple[Label, _Box]]:
    away, half = circle.radius + GAP, LINE_HEIGHT / 2
    corner = 0.7 * circle.radius + GAP
    labels = [
        Label("left", away, 0),
        Label("right", -away, 0),
        *(Label("center", 0, side * (away + half)) for side in (-1, 1)),
        *(Label("left", corner, side * (corner + half)) for side in (-1, 1)),
        *(Label("right", -corner, side * (corner + half)) for side in (-1, 1)),
        *(Label("center", 0, side * (away + half + LINE_HEIGHT)) for side in (-1, 1)),
    ]
    return [(label, _covered(circle, label, wide)) for label in labels]


def _covered(circle: Circle, label: Label, wide: float) -> _Box:
    left = circle.x + label.dx - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[label.align]
    middle = circle.y + label.dy
    return _Box(left, middle - LINE_HEIGHT / 2, left + wide, middle + LINE_HEIGHT / 2)


@dataclass(frozen=True)
class Axis:
    """A stretch of values along so many pixels, with a margin at both ends."""

    low: float
    high: float
    length: float
    margin: float
    log: bool = False

    def position(self, value: float) -> float:
        low, high, at = (self._along(number) for number in (self.low, self.high, value))
        return self.margin + (self.length - 2 * self.margin) * (at - low) / (high - low)

    def _along(self, value: float) -> float:
        return math.log(value) if self.log else value

    def round_values(self) -> list[float]:
        """1, 2 and 5 of every power of ten inside the stretch, for the grid of a log axis."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        steps = (step * 10.0**power for power in powers for step in (1, 2, 5))
        return [step for step in steps if self.low * 0.7 <= step <= self.high * 1.4]
