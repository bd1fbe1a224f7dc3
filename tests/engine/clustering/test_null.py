import numpy as np
import pandas as pd
import pytest

from engine.clustering.method import find_methods
from engine.clustering.null import TABLES, measure_null, null_tables

COLUMNS = ["recency", "frequency", "monetary"]


def shop(customers: int) -> pd.DataFrame:
    draw = np.random.default_rng(8)
    frequency = draw.geometric(0.4, customers)
    recency = (400 / frequency * draw.random(customers)).astype(int)
    monetary = (frequency * draw.lognormal(7, 0.8, customers)).astype(int)
    return pd.DataFrame(
        {"recency": recency, "frequency": frequency, "monetary": monetary, "tenure": recency},
        index=[f"c{place:05}" for place in range(customers)],
    )


def test_null_tables_have_the_margins_and_the_rank_correlations() -> None:
    features = shop(3000)
    wanted = features[COLUMNS].corr(method="spearman").to_numpy()
    tables = list(null_tables(features, COLUMNS, 3, seed=1))
    for table in tables:
        for column in COLUMNS:
            assert sorted(table[column]) == sorted(features[column])
        got = table[COLUMNS].corr(method="spearman").to_numpy()
        assert np.abs(got - wanted).max() < 0.05
    assert not tables[0].equals(tables[1])
    again = list(null_tables(features, COLUMNS, 3, seed=1))
    assert all(one.equals(other) for one, other in zip(tables, again, strict=True))


def test_a_constant_column_stays_constant() -> None:
    features = shop(200).assign(frequency=1)
    table = next(null_tables(features, COLUMNS, 1, seed=1))
    assert set(table["frequency"]) == {1}


def test_the_level_is_above_the_mean_and_reproducible() -> None:
    kmeans = find_methods("kmeans")[0]
    features = shop(200)
    found = measure_null(features, "quantile RFM", kmeans, 4, seed=2)
    assert len(found.silhouettes) == TABLES
    assert found.mean == pytest.approx(sum(found.silhouettes) / TABLES)
    ordered = sorted(found.silhouettes)
    assert ordered[-2] <= found.percentile_95 <= ordered[-1]
    assert measure_null(features, "quantile RFM", kmeans, 4, seed=2) == found
