import numpy as np
import pandas as pd
import pytest

from engine.clustering.ground import Ground
from engine.clustering.measures import (
    Distances,
    assignability,
    own_measures,
    shape_measures,
    silhouette,
    stability,
)
from engine.clustering.method import find_methods

KMEANS = find_methods("kmeans")[0]


def shape(points: np.ndarray, labels: np.ndarray, k: int) -> dict[str, float]:
    return shape_measures(points, labels, k, Distances.measured(points, seed=0))


def two_camps(each: int) -> pd.DataFrame:
    draw = np.random.default_rng(3)
    near = {"recency": draw.integers(1, 20, each), "frequency": draw.integers(10, 30, each)}
    far = {"recency": draw.integers(300, 400, each), "frequency": draw.integers(1, 3, each)}
    features = pd.concat([pd.DataFrame(near), pd.DataFrame(far)], ignore_index=True)
    return features.assign(
        monetary=features["frequency"] * 1000 + draw.integers(0, 99, 2 * each), tenure=400
    )


def test_shape_of_four_points_by_hand() -> None:
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    found = shape(points, np.array([0, 0, 1, 1]), k=2)
    # for the inner points a = 1, b = 9.5; for the outer ones b = 10.5
    assert found["silhouette"] == pytest.approx((2 * 8.5 / 9.5 + 2 * 9.5 / 10.5) / 4)
    assert found["davies_bouldin"] == pytest.approx((0.5 + 0.5) / 10)
    assert found["calinski_harabasz"] == pytest.approx((100 / 1) / (1 / 2))
    assert (found["segments"], found["smallest"], found["largest"]) == (2, 0.5, 0.5)
    assert found["wcss"] == pytest.approx(4 * 0.25)
    assert found["cohesion"] == pytest.approx(1)
    assert found["separation"] == pytest.approx((9.5 + 10.5) / 2)
    assert found["overlap"] == 0


def test_who_is_nearer_to_another_segment_overlaps() -> None:
    points = np.array([[0.0], [1.0], [2.0], [10.0], [11.0]])
    found = shape(points, np.array([0, 0, 1, 1, 1]), k=2)
    # the third lies 8.5 from its own and 1.5 from the other segment
    assert found["overlap"] == pytest.approx(1 / 5)


def test_one_alone_in_a_segment_counts_as_neither_near_nor_far() -> None:
    points = np.array([[0.0], [10.0], [11.0]])
    # 0 for the first; a = 1 and b = 10 or 11 for the others
    assert silhouette(points, np.array([0, 1, 1]), seed=0) == pytest.approx((0.9 + 10 / 11) / 3)


def test_what_only_some_methods_say_of_themselves() -> None:
    points = np.random.default_rng(0).normal(size=(500, 2))
    full, dense = find_methods("gmm-full")[0], find_methods("hdbscan")[0]
    assert own_measures(points, KMEANS.fit(points, 2, 0)) == {}
    fitted = full.fit(points, 1, 0)
    # One bell: the likelihood of a Gaussian with that mean and spread, and five free numbers.
    spread = np.cov(points.T, bias=True) + 1e-3 * np.eye(2)
    away = points - points.mean(axis=0)
    distance = np.einsum("ij,jk,ik->i", away, np.linalg.inv(spread), away)
    logs = -0.5 * (2 * np.log(2 * np.pi) + np.log(np.linalg.det(spread)) + distance)
    wanted = 5 * np.log(500) - 2 * logs.sum()
    assert own_measures(points, fitted)["bic"] == pytest.approx(wanted, rel=1e-6)
    camps = np.concatenate([points, points + 20, [[10.0, -30.0]]])
    assert 0 < own_measures(camps, dense.fit(camps, 0, 0))["noise"] < 0.5


def test_a_segment_without_customers_counts_as_the_smallest() -> None:
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    found = shape(points, np.array([0, 0, 2, 2]), k=3)
    assert (found["segments"], found["smallest"]) == (2, 0.0)


def test_nothing_to_compare_is_not_measured() -> None:
    points = np.array([[0.0], [1.0], [2.0]])
    assert silhouette(points, np.array([0, 0, 0]), seed=0) is None
    assert silhouette(points, np.array([0, 1, 2]), seed=0) is None
    assert "silhouette" not in shape(points, np.array([0, 0, 0]), k=1)


def test_the_sample_of_a_large_table_is_fixed_by_the_seed() -> None:
    draw = np.random.default_rng(0)
    points, labels = draw.normal(size=(4000, 2)), draw.integers(0, 2, 4000)
    assert silhouette(points, labels, 1) == silhouette(points, labels, 1)
    assert silhouette(points, labels, 1) != silhouette(points, labels, 2)


def test_camps_are_stable_and_can_be_told_and_shuffled_labels_cannot() -> None:
    features = two_camps(60)
    camps = np.repeat([0, 1], 60)
    mixed = np.random.default_rng(1).permutation(camps)
    points = Ground.lay(features, None, "log RFM", (), seed=0).points
    assert stability(points, camps, KMEANS, 2, seed=0) == 1.0
    assert stability(points, mixed, KMEANS, 2, seed=0) < 0.1
    assert assignability(points, camps, seed=0) == 1.0
    told = assignability(points, mixed, seed=0)
    assert told is not None and told < 0.7


def test_too_few_for_every_fold_is_not_measured() -> None:
    labels = np.array([1, 1] + [0] * 18)
    assert assignability(np.arange(20.0)[:, None], labels, seed=0) is None
