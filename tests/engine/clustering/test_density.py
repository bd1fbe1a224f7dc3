"""Density: the knee, the forms that only it finds, and what becomes of noise."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from engine.clustering.density import DBSCAN, HDBSCAN, Hybrid, knee
from engine.clustering.method import SegmentModel
from engine.clustering.witnesses import WITNESSES, Witnesses
from engine.errors import NotPossible


def rings(customers: int = 600) -> tuple[pd.DataFrame, np.ndarray]:
    draw = np.random.default_rng(3)
    group = np.arange(customers) % 2
    turn = draw.uniform(0, 2 * np.pi, customers)
    radius = np.array([1.0, 4.0])[group] + draw.normal(0, 0.1, customers)
    return pd.DataFrame({"x": radius * np.cos(turn), "y": radius * np.sin(turn)}), group


def test_the_knee_by_hand() -> None:
    # the line from 1 to 11 is 2.5 above the curve at its third point, and nowhere further
    assert knee(np.array([1.0, 1.5, 2.5, 6.0, 11.0])) == 2.5
    assert knee(np.array([2.0, 2.0, 2.0])) == 2.0


def test_a_ring_around_a_ring_is_found() -> None:
    frame, group = rings()
    model = SegmentModel.fit(frame, "attributes", HDBSCAN(), 0, 1)
    assert adjusted_rand_score(group, model.assign(frame)[0]) > 0.95


def test_two_crescents_of_one_density_are_found_by_either() -> None:
    draw = np.random.default_rng(3)
    group = np.arange(1500) % 2
    turn = draw.uniform(0, np.pi, 1500)
    x = np.where(group == 0, np.cos(turn), 1 - np.cos(turn)) + draw.normal(0, 0.06, 1500)
    y = np.where(group == 0, np.sin(turn), 0.5 - np.sin(turn)) + draw.normal(0, 0.06, 1500)
    for method in (DBSCAN(), HDBSCAN()):
        frame = pd.DataFrame({"x": x, "y": y})
        model = SegmentModel.fit(frame, "attributes", method, 0, 1)
        assert adjusted_rand_score(group, model.assign(frame)[0]) > 0.9


def test_noise_falls_to_the_nearest_group_and_is_counted() -> None:
    points = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [2.0], [99.0]])
    fitted = Witnesses.of(points, np.array([0, 0, 0, 1, 1, -1, -1]), 0)
    assert fitted.noise == 2 / 7
    assert fitted.probabilities(points).argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 0, 1]


def test_few_witnesses_stand_for_many() -> None:
    draw = np.random.default_rng(1)
    labels = draw.integers(0, 3, 5000)
    points = labels[:, None] * 10 + draw.normal(size=(5000, 2))
    fitted = Witnesses.of(points, labels, 0)
    assert len(fitted.points) == WITNESSES
    assert (fitted.probabilities(points).argmax(axis=1) == labels).all()


def test_the_hybrid_makes_as_many_segments_as_density_finds() -> None:
    draw = np.random.default_rng(1)
    group = np.arange(300) % 3
    frame = pd.DataFrame(draw.normal(group[:, None] * 20, 1, (300, 2)), columns=["x", "y"])
    model = SegmentModel.fit(frame, "attributes", Hybrid(), 0, 1)
    assert model.k == 3 and adjusted_rand_score(group, model.assign(frame)[0]) == 1


def test_where_nothing_is_dense_a_sentence_says_so() -> None:
    frame = pd.DataFrame({"x": np.arange(4.0), "y": np.arange(4.0) ** 2})
    with pytest.raises(NotPossible, match="no place where the 4 customers are denser"):
        SegmentModel.fit(frame, "attributes", HDBSCAN(), 0, 1)
