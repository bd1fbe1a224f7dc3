import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from engine.clustering.evidence import CLEAR
from engine.clustering.gaps import gaps


def along(places: list[float], segments: list[int], scale: float = 1.0) -> float:
    points = np.array(places)[:, None] * scale
    return gaps(cdist(points, points), np.array(segments), 1)


def crescents(size: int = 150) -> tuple[np.ndarray, np.ndarray]:
    turn = np.linspace(0, np.pi, size)
    upper = np.column_stack([np.cos(turn), np.sin(turn)])
    lower = np.column_stack([1 - np.cos(turn), 0.5 - np.sin(turn)])
    return np.vstack([upper, lower]), np.repeat([0, 1], size)


def test_two_pairs_a_step_of_one_each_and_nine_apart() -> None:
    assert along([0, 1, 10, 11], [0, 0, 1, 1]) == pytest.approx((9 - 1) / 9, rel=1e-3)


@given(st.integers(0, 1000))
def test_a_cut_through_a_crowd_is_no_clear_gap(seed: int) -> None:
    points = np.random.default_rng(seed).random((300, 2))
    assert gaps(cdist(points, points), (points[:, 0] > 0.5).astype(int), 2) < CLEAR


def test_the_form_does_not_matter_and_halving_it_is_no_gap() -> None:
    points, crescent = crescents()
    distances = cdist(points, points)
    halves = (points[:, 0] > 0.5).astype(int)
    assert gaps(distances, crescent, 2) > 0.7
    assert gaps(distances, halves, 2) < 0


def test_somebody_alone_and_one_segment() -> None:
    assert along([0, 1, 10], [0, 0, 1]) == pytest.approx((8 / 9 * 2 + 1) / 3, abs=0.05)
    assert along([0, 1, 10], [0, 0, 0]) == -1


@given(st.integers(0, 1000), st.floats(0.01, 100))
def test_neither_unit_nor_order_changes_it(seed: int, scale: float) -> None:
    draw = np.random.default_rng(seed)
    places, segments = draw.normal(size=30), draw.integers(0, 3, 30)
    order = draw.permutation(30)
    found = along(list(places), list(segments))
    assert -1 <= found <= 1
    assert along(list(places), list(segments), scale) == pytest.approx(found)
    assert along(list(places[order]), list(segments[order])) == pytest.approx(found)
