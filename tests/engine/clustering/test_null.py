import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from engine.clustering.ground import Ground
from engine.clustering.method import find_methods
from engine.clustering.null import TABLES, measure_null, null_tables


def cloud(customers: int) -> np.ndarray:
    """Columns that go together, one of them with many equal values."""
    draw = np.random.default_rng(8)
    frequency = draw.geometric(0.4, customers)
    recency = 400 / frequency * draw.random(customers)
    monetary = frequency * draw.lognormal(7, 0.8, customers)
    return np.column_stack([recency, frequency, monetary]).astype(np.float64)


def correlation(points: np.ndarray) -> np.ndarray:
    return np.asarray(spearmanr(points).statistic)


def test_null_tables_have_the_margins_and_the_rank_correlations() -> None:
    points = cloud(3000)
    tables = list(null_tables(points, 3, seed=1))
    for table in tables:
        assert (np.sort(table, axis=0) == np.sort(points, axis=0)).all()
        assert np.abs(correlation(table) - correlation(points)).max() < 0.05
    assert not (tables[0] == tables[1]).all()
    again = list(null_tables(points, 3, seed=1))
    assert all((one == other).all() for one, other in zip(tables, again, strict=True))


def test_a_constant_column_stays_constant() -> None:
    points = cloud(200)
    points[:, 1] = 1
    assert set(next(null_tables(points, 1, seed=1))[:, 1]) == {1}


def test_one_column_is_its_own_null_table() -> None:
    points = cloud(200)[:, :1]
    assert (np.sort(next(null_tables(points, 1, seed=1)), axis=0) == np.sort(points, axis=0)).all()


def test_the_level_is_above_the_tables_and_reproducible() -> None:
    kmeans = find_methods("kmeans")[0]
    points = np.random.default_rng(1).normal(size=(200, 2))
    people = pd.DataFrame(points, columns=["one", "two"])
    ground = Ground.lay(people, None, "attributes", (), seed=2)
    found = measure_null(ground, kmeans, 4, seed=2)
    assert len(found.silhouettes) == TABLES
    assert found.mean == pytest.approx(sum(found.silhouettes) / TABLES)
    ordered = sorted(found.silhouettes)
    assert ordered[-2] <= found.percentile_95 <= ordered[-1]
    wide = 2.5395 * np.sqrt(1 + 1 / 20) * np.std(ordered, ddof=1)  # Student's t, 19 degrees, 1 %
    levels = (found.percentile_95, found.mean + wide, 1.25 * found.mean)
    assert found.level == pytest.approx(max(levels), rel=1e-4)
    assert measure_null(ground, kmeans, 4, seed=2) == found


def test_a_method_with_a_number_of_its_own_is_held_against_kmeans_with_that_number() -> None:
    points = np.random.default_rng(1).normal(size=(200, 2))
    people = pd.DataFrame(points, columns=["one", "two"])
    ground = Ground.lay(people, None, "attributes", (), seed=2)
    hdbscan, kmeans = find_methods("hdbscan")[0], find_methods("kmeans")[0]
    assert measure_null(ground, hdbscan, 4, 2) == measure_null(ground, kmeans, 4, 2)
