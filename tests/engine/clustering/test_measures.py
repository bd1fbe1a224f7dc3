import numpy as np
import pandas as pd
import pytest

from engine.clustering.measures import assignability, shape_measures, silhouette, stability
from engine.clustering.method import find_methods

KMEANS = find_methods("kmeans")[0]


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
    found = shape_measures(points, np.array([0, 0, 1, 1]), k=2, seed=0)
    # for the inner points a = 1, b = 9.5; for the outer ones b = 10.5
    assert found["silhouette"] == pytest.approx((2 * 8.5 / 9.5 + 2 * 9.5 / 10.5) / 4)
    assert found["davies_bouldin"] == pytest.approx((0.5 + 0.5) / 10)
    assert found["calinski_harabasz"] == pytest.approx((100 / 1) / (1 / 2))
    assert (found["segments"], found["smallest"], found["largest"]) == (2, 0.5, 0.5)


def test_a_segment_without_customers_counts_as_the_smallest() -> None:
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    found = shape_measures(points, np.array([0, 0, 2, 2]), k=3, seed=0)
    assert (found["segments"], found["smallest"]) == (2, 0.0)


def test_nothing_to_compare_is_not_measured() -> None:
    points = np.array([[0.0], [1.0], [2.0]])
    assert silhouette(points, np.array([0, 0, 0]), seed=0) is None
    assert silhouette(points, np.array([0, 1, 2]), seed=0) is None
    assert "silhouette" not in shape_measures(points, np.array([0, 0, 0]), k=1, seed=0)


def test_the_sample_of_a_large_table_is_fixed_by_the_seed() -> None:
    draw = np.random.default_rng(0)
    points, labels = draw.normal(size=(4000, 2)), draw.integers(0, 2, 4000)
    assert silhouette(points, labels, 1) == silhouette(points, labels, 1)
    assert silhouette(points, labels, 1) != silhouette(points, labels, 2)


def test_camps_are_stable_and_can_be_told_and_shuffled_labels_cannot() -> None:
    features = two_camps(60)
    camps = np.repeat([0, 1], 60)
    mixed = np.random.default_rng(1).permutation(camps)
    columns = ["recency", "frequency", "monetary"]
    assert stability(features, camps, "log RFM", KMEANS, 2, seed=0) == 1.0
    assert stability(features, mixed, "log RFM", KMEANS, 2, seed=0) < 0.1
    assert assignability(features, columns, camps, seed=0) == 1.0
    told = assignability(features, columns, mixed, seed=0)
    assert told is not None and told < 0.7


def test_too_few_for_every_fold_is_not_measured() -> None:
    features = two_camps(10)
    labels = np.array([1, 1] + [0] * 18)
    assert assignability(features, ["recency"], labels, seed=0) is None
