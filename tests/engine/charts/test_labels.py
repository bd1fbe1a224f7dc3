from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.charts.labels import GAP, LETTER_WIDTH, LINE_HEIGHT, Axis, Circle, place_labels


def box(circle, label):
    width = LETTER_WIDTH * len(circle.name)
    start = {"left": 0, "center": -width / 2, "right": -width}[label.align]
    left = circle.x + label.dx + start
    return left, circle.y + label.dy - LINE_HEIGHT / 2, left + width


def test_a_label_stands_on_the_right_when_there_is_room():
    (label,) = place_labels([Circle(100, 100, 20, "Loyal")], 500, 300, 170)
    assert (label.align, label.dx, label.dy) == ("left", 20 + GAP, 0)


def test_a_label_that_would_leave_the_frame_goes_to_the_left():
    (label,) = place_labels([Circle(480, 100, 15, "Champions")], 500, 300, 170)
    assert label.align == "right"
    assert label.dx == -(15 + GAP)


def test_circles_side_by_side_get_labels_that_do_not_cover_each_other():
    circles = [Circle(200, 100, 12, "At risk"), Circle(240, 102, 12, "Hibernating"),
               Circle(220, 90, 12, "New")]  # fmt: skip
    labels = place_labels(circles, 560, 340, 170)
    boxes = [box(circle, label) for circle, label in zip(circles, labels, strict=True)]
    for one, other in combinations(boxes, 2):
        beside = one[2] <= other[0] or other[2] <= one[0]
        above = abs(one[1] - other[1]) >= LINE_HEIGHT
        assert beside or above


def test_circles_on_one_spot_get_labels_on_different_spots():
    labels = place_labels([Circle(250, 150, 20, f"Segment {n}") for n in range(4)], 500, 300, 170)
    assert len({(label.align, label.dx, label.dy) for label in labels}) == 4


@given(st.floats(0, 500))
def test_positions_stay_between_the_margins_and_in_order(value):
    axis = Axis(0, 500, 560, 34)
    assert 34 <= axis.position(value) <= 526
    assert axis.position(value / 2) <= axis.position(value)


def test_a_log_axis_gives_each_factor_the_same_room():
    axis = Axis(10, 1000, 300, 0, log=True)
    assert axis.position(100) == pytest.approx(150)
    assert axis.round_values() == [10, 20, 50, 100, 200, 500, 1000]
