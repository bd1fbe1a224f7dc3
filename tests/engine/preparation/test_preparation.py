"""Every figure of the six customers below is checked by hand."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import rich, rows

from engine.errors import BadInput, NotFound
from engine.features import FEATURES, Feature, FeatureTable
from engine.preparation import LeftOut, Preparation, columns_of, offered_spaces

RFM_SPACES = ("quantile RFM", "log RFM", "standard RFM", "min-max RFM")


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
    for space in RFM_SPACES:
        preparation = Preparation.fit(features, space)
        points = preparation.apply(features)
        assert replayed(preparation) == preparation
        assert replayed(preparation).apply(features).tobytes() == points.tobytes()
        one_by_one = [preparation.apply(features.iloc[[row]]) for row in range(len(features))]
        assert np.vstack(one_by_one).tobytes() == points.tobytes()


@pytest.mark.parametrize("space", RFM_SPACES)
def test_a_constant_column_is_one_place(space: str) -> None:
    features = table([1, 2, 3], [1, 1, 1], [5, 6, 7])
    assert len(set(Preparation.fit(features, space).apply(features)[:, 1])) == 1


def bad(change: dict[str, Any]) -> pd.DataFrame:
    return FOUR.astype(float).assign(**change)


def test_bad_input_is_named() -> None:
    with pytest.raises(BadInput, match="'monetary' of the feature table has no number for 1 cust"):
        Preparation.fit(bad({"monetary": [1.0, 2.0, np.nan, 3.0]}), "log RFM")
    with pytest.raises(BadInput, match="the space 'log RFM': it has recency, monetary, tenure"):
        Preparation.fit(FOUR.drop(columns="frequency"), "log RFM")
    with pytest.raises(BadInput, match="no column 'frequency': it has recency, monetary, tenure"):
        Preparation.fit(FOUR, "log RFM").apply(FOUR.drop(columns="frequency"))
    with pytest.raises(NotFound, match="Did you mean 'quantile RFM'"):
        Preparation.fit(FOUR, "quantil rfm")


SIX = FeatureTable(
    pd.DataFrame(
        {
            "recency": [1, 2, 3, 4, 5, 6],
            "frequency": [1, 1, 2, 2, 4, 4],
            "monetary": [100, 200, 300, 400, 500, 600],
            "tenure": [1, 2, 3, 4, 5, 6],
            "returned": [0.0, 1.0, 0.5, 0.5, 1.0, 0.0],
            "views": [0.0, 0.0, 3.0, 3.0, 7.0, 7.0],
            "age": [20.0, 30.0, np.nan, 40.0, 30.0, 30.0],
            "club": [1.0, 0.0, 1.0, np.nan, 1.0, 0.0],
            "town": ["Bath", "York", "Bath", None, "Bath", "Bath"],
        },
        index=list("abcdef"),
    ),
    (
        *FEATURES,
        Feature("returned", "", "share", False, "behaviour", "sums", "frequency"),
        Feature("views", "", "ratio", True, "web", "sums", "frequency"),
        Feature("age", "", "number", None, "demographic", "sweep"),
        Feature("club", "", "number", None, "psychographic", "sweep"),
        Feature("town", "", "word", None, "geographic", "sweep"),
    ),
)


def test_attributes_of_six_customers_by_hand() -> None:
    preparation = Preparation.fit(SIX, "attributes")
    assert preparation.coordinates == ("age", "club", "town: Bath", "town: York")
    age, club, *town = preparation.apply(SIX).T
    # filled with 30: 20, 30, 30, 40, 30, 30 about 30, deviation sqrt(200 / 6) = 5.774
    assert age == pytest.approx(np.array([-10, 0, 0, 10, 0, 0]) / (200 / 6) ** 0.5)
    # filled with 1: 1, 0, 1, 1, 1, 0 about 2/3, deviation sqrt(2/9)
    assert club == pytest.approx((np.array([1, 0, 1, 1, 1, 0]) - 2 / 3) / (2 / 9) ** 0.5)
    # four of five in Bath vary by 2 x 4/5 x 1/5 = 0.32 in all, which is brought to 1
    weight = 1 / 0.32**0.5
    assert town[0] == pytest.approx(np.array([1, 0, 1, 1, 1, 1]) * weight)
    assert town[1] == pytest.approx(np.array([0, 1, 0, 0, 0, 0]) * weight)
    done = {column.name: column.done for column in preparation.columns}
    assert done["age"].startswith("1 missing filled with 30; kept within")
    assert done["club"].startswith("1 missing filled with 1; less 0.6667")
    assert done["town"] == "1 missing filled with Bath; a coordinate for each of 2 words"


def test_shares_and_ratios_of_six_customers_by_hand() -> None:
    preparation = Preparation.fit(SIX, "behaviour")
    returned, views = (column.source for column in preparation.columns)
    # 14 orders: 0x1 + 1x1 + .5x2 + .5x2 + 1x4 + 0x4 = 7 of them
    assert returned.mean == 0.5  # type: ignore[attr-defined]
    strength = returned.strength  # type: ignore[attr-defined]
    drawn = (np.array([0, 1, 1, 1, 4, 0]) + 0.5 * strength) / (
        np.array([1, 1, 2, 2, 4, 4]) + strength
    )
    bent = np.arcsin(np.sqrt(drawn))
    points = preparation.apply(SIX)
    assert points[:, 0] == pytest.approx((bent - bent.mean()) / bent.std())
    assert points[2, 0] == points[3, 0] == pytest.approx(0, abs=1e-12)
    # log(1 + views): 0, 0, log 4, log 4, log 8, log 8, weighted by 1, 1, 2, 2, 4, 4
    assert views.mean == pytest.approx((4 * np.log(4) + 8 * np.log(8)) / 14)  # type: ignore[attr-defined]
    assert points[0, 1] < points[2, 1] < points[4, 1]


def test_what_was_left_out_is_recorded_and_not_compared() -> None:
    dropped = (LeftOut("club", "it goes together with nothing"),)
    preparation = Preparation.fit(SIX, "attributes", dropped)
    assert [column.name for column in preparation.columns] == ["age", "town"]
    assert replayed(preparation).left_out == dropped
    assert json.loads(json.dumps(preparation.to_json()))["left_out"] == [
        {"name": "club", "reason": "it goes together with nothing"}
    ]


@pytest.mark.parametrize("space", offered_spaces(rich(30)))
def test_every_space_is_replayed_to_the_bit_and_row_by_row(space: str) -> None:
    table = rich(120)
    preparation = Preparation.fit(table, space)
    points = preparation.apply(table)
    assert np.isfinite(points).all() and points.shape == (120, len(preparation.coordinates))
    back = replayed(preparation)
    assert back.to_json() == preparation.to_json()
    assert back.apply(table.frame).tobytes() == points.tobytes()
    alone = [back.apply(rows(table, [place])) for place in range(120)]
    assert np.vstack(alone).tobytes() == points.tobytes()


@pytest.mark.parametrize("space", offered_spaces(rich(30)))
def test_a_later_row_that_lacks_everything_but_orders_gets_a_place(space: str) -> None:
    preparation = Preparation.fit(rich(120), space)
    table = rich(3)
    bare = table.frame.assign(**dict.fromkeys([f.name for f in table.features[4:]]))
    assert np.isfinite(preparation.apply(bare)).all()


def test_a_run_of_before_columns_had_sources_is_still_read() -> None:
    stored = {
        "space": "quantile RFM",
        "customers": 4,
        "columns": [
            {"name": name, "done": "", "steps": [{"kind": "negate"}]}
            for name in ("recency", "frequency", "monetary")
        ],
    }
    points = Preparation.from_json(stored).apply(FOUR)
    assert points.tolist() == (-FOUR[["recency", "frequency", "monetary"]]).to_numpy().tolist()


def test_components_stand_at_right_angles_and_keep_nine_tenths() -> None:
    table = rich(300)
    preparation = Preparation.fit(table, "all PCA")
    points = preparation.apply(table)
    spread = points.T @ points / len(points)
    assert np.allclose(spread - np.diag(np.diagonal(spread)), 0, atol=1e-9)
    whole = Preparation.fit(table, "all").apply(table).var(axis=0).sum()
    assert np.diagonal(spread).sum() >= 0.9 * whole
    assert np.all(np.diff(np.diagonal(spread)) <= 1e-12), "the widest first"


CHARACTER = (
    Feature("lines_sold", "", "count", None, "behaviour", "sums"),
    Feature("return_share", "", "share", None, "behaviour", "sums", evidence="lines_sold"),
    Feature("price_level", "", "ratio", None, "basket", "sweep", evidence="lines_sold"),
    Feature("products_per_order", "", "ratio", None, "basket", "sweep"),
    Feature("age", "", "number", None, "demographic", "sweep"),
    Feature("region", "", "word", None, "geographic", "sweep"),
    Feature("lifestyle", "", "word", None, "psychographic", "sweep"),
)


def test_character_is_what_they_do_and_who_they_are_not_how_much_or_where() -> None:
    more = {
        "lines_sold": [4, 8, 2, 9], "return_share": [0.5, 0.25, 0.0, 0.0],
        "price_level": [0.5, 1.0, 1.5, 2.0], "products_per_order": [1.0, 2.0, 3.0, 1.0],
        "age": [20, 30, 40, 50], "region": ["N", "S", "N", "S"],
        "lifestyle": ["a", "b", "a", "a"],
    }  # fmt: skip
    shop = FeatureTable(FOUR.assign(**more), FEATURES + CHARACTER)
    assert columns_of(shop, "character") == ["return_share", "price_level", "age", "lifestyle"]
    nobody_told = FeatureTable(shop.frame, FEATURES + CHARACTER[:4])
    assert "character" not in offered_spaces(nobody_told)
    strangers = FeatureTable(shop.frame, FEATURES + CHARACTER[4:])
    assert "character" not in offered_spaces(strangers)
