import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput, NotFound
from engine.preparation import QUANTILE_KNOTS, SPACES, Preparation, Quantile


def table(recency: list[int], frequency: list[int], monetary: list[int]) -> pd.DataFrame:
    index = pd.Index([f"c{place:05}" for place in range(len(recency))], name="customer_id")
    columns = {"recency": recency, "frequency": frequency, "monetary": monetary}
    return pd.DataFrame(columns, index=index).assign(tenure=recency)


FOUR = table([1, 5, 5, 30], [1, 1, 1, 4], [-200, 0, 500, 900])


def replayed(preparation: Preparation) -> Preparation:
    return Preparation.from_json(json.loads(json.dumps(preparation.to_json())))


def test_quantile_levels_by_hand() -> None:
    points = Preparation.fit(FOUR, "quantile RFM").apply(FOUR)
    # recency: 30 days is the worst of four; the two fives share the middle
    assert points[:, 0].tolist() == [0.875, 0.5, 0.5, 0.125]
    # three of four bought once: half of three quarters
    assert points[:, 1].tolist() == [0.375, 0.375, 0.375, 0.875]
    assert points[:, 2].tolist() == [0.125, 0.375, 0.625, 0.875]


def test_a_value_never_seen_lies_between_its_neighbours_and_within_the_ends() -> None:
    preparation = Preparation.fit(FOUR, "quantile RFM")
    new = table([0, 1000], [2, 99], [250, -9999])
    points = preparation.apply(new)
    assert points[:, 0].tolist() == [0.875, 0.125]
    assert points[0, 1] == pytest.approx(0.375 + 0.5 / 3)
    assert points[:, 2].tolist() == [0.5, 0.125]


def test_log_space_is_standard_and_counts_what_was_below_zero() -> None:
    preparation = Preparation.fit(FOUR, "log RFM")
    points = preparation.apply(FOUR)
    assert np.allclose(points.mean(axis=0), 0)
    assert np.allclose(points.std(axis=0), 1)
    assert points[0, 2] == points[1, 2], "revenue below zero counts as zero"
    assert points[0, 0] > points[3, 0], "recent is better"
    assert "(1 below zero counted as zero)" in preparation.columns[2].done


def test_what_was_done_is_recorded_for_each_column() -> None:
    done = {column.name: column.done for column in Preparation.fit(FOUR, "quantile RFM").columns}
    assert done == {
        "recency": "negated, so that higher is better; "
        "share of customers below, from a table of 3 values",
        "frequency": "share of customers below, from a table of 2 values",
        "monetary": "share of customers below, from a table of 4 values",
    }


whole = st.integers(-(10**9), 10**9)


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 500), whole), min_size=1))
def test_replay_is_exact_to_the_bit(rows: list[tuple[int, int, int]]) -> None:
    features = table(*map(list, zip(*rows, strict=True)))
    for space in SPACES:
        preparation = Preparation.fit(features, space)
        points = preparation.apply(features)
        assert replayed(preparation) == preparation
        assert replayed(preparation).apply(features).tobytes() == points.tobytes()
        one_by_one = [preparation.apply(features.iloc[[row]]) for row in range(len(features))]
        assert np.vstack(one_by_one).tobytes() == points.tobytes()


@given(st.lists(whole, min_size=1, max_size=300))
def test_levels_of_a_negated_column_mirror_those_of_the_column(values: list[int]) -> None:
    column = np.array(values, dtype=np.float64)
    up = Quantile.fit(column).apply(column)
    down = Quantile.fit(-column).apply(-column)
    assert np.allclose(up + down, 1.0)
    assert len(np.unique(up)) == len(np.unique(column)), "equal values, and only those, are equal"


def test_a_long_column_keeps_a_short_table_close_to_the_true_shares() -> None:
    column = np.random.default_rng(4).lognormal(size=20_000)
    scale = Quantile.fit(column)
    assert len(scale.knots) <= QUANTILE_KNOTS
    true = (column.argsort().argsort() + 0.5) / len(column)
    assert float(np.abs(scale.apply(column) - true).max()) < 1 / QUANTILE_KNOTS


@pytest.mark.parametrize("space", SPACES)
def test_a_constant_column_is_one_place(space: str) -> None:
    features = table([1, 2, 3], [1, 1, 1], [5, 6, 7])
    assert len(set(Preparation.fit(features, space).apply(features)[:, 1])) == 1


def bad(change: dict[str, Any]) -> pd.DataFrame:
    return FOUR.astype(float).assign(**change)


def test_bad_input_is_named() -> None:
    with pytest.raises(BadInput, match="'monetary' of the feature table has no number for 1 cust"):
        Preparation.fit(bad({"monetary": [1.0, 2.0, np.nan, 3.0]}), "log RFM")
    with pytest.raises(BadInput, match="no column 'frequency': it has recency, monetary, tenure"):
        Preparation.fit(FOUR.drop(columns="frequency"), "log RFM")
    with pytest.raises(NotFound, match="Did you mean 'quantile RFM'"):
        Preparation.fit(FOUR, "quantil rfm")
