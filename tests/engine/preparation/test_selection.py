"""Columns that say nothing are found without any truth; those that carry groups stay."""

import numpy as np
import pandas as pd
import pytest
from tables import rich

from engine.features import FeatureTable
from engine.preparation import as_table, select_features
from engine.preparation.dependence import beyond_chance, to_codes
from engine.preparation.peaks import has_several_peaks, peak_gap

CUSTOMERS = 800


def grouped(seed: int) -> pd.DataFrame:
    """Three groups in two columns."""
    draw = np.random.default_rng(seed)
    group = draw.integers(0, 3, CUSTOMERS)
    middles = np.array([[20.0, 10.0], [40.0, 60.0], [70.0, 30.0]])
    values = middles[group] + draw.normal(0, 5, (CUSTOMERS, 2))
    return pd.DataFrame(values, columns=["age", "score"]).assign(group=group)


def left_out(frame: pd.DataFrame, seed: int = 0) -> dict[str, str]:
    table = as_table(frame.drop(columns="group", errors="ignore"))
    return {c.name: c.reason for c in select_features(table, seed)}


@pytest.mark.parametrize("seed", range(3))
def test_noise_beside_groups_goes_and_the_groups_stay(seed: int) -> None:
    draw = np.random.default_rng(seed + 100)
    frame = grouped(seed).assign(
        even=draw.random(CUSTOMERS),
        bell=draw.normal(size=CUSTOMERS),
        word=draw.choice(["red", "blue"], CUSTOMERS),
        flag=draw.integers(0, 2, CUSTOMERS),
    )
    found = left_out(frame)
    assert set(found) == {"even", "bell", "word", "flag"}
    assert found["even"] == "it goes together with nothing, and forms no groups by itself"


def test_a_column_that_carries_groups_by_itself_stays_though_nothing_goes_with_it() -> None:
    draw = np.random.default_rng(5)
    humps = draw.integers(0, 2, CUSTOMERS) * 8 + draw.normal(size=CUSTOMERS)
    assert left_out(grouped(1).assign(spending=humps)) == {}


def test_a_word_that_goes_with_the_groups_stays() -> None:
    frame = grouped(2)
    draw = np.random.default_rng(7)
    honest = draw.random(CUSTOMERS) < 0.5
    words = np.where(honest, frame["group"], draw.integers(0, 3, CUSTOMERS))
    assert left_out(frame.assign(taste=np.array(["a", "b", "c"])[words])) == {}


def test_a_copy_goes_and_says_of_what() -> None:
    frame = grouped(3)
    draw = np.random.default_rng(8)
    near = frame["age"] * 3 + draw.normal(0, 0.5, CUSTOMERS)
    gaps = near.where(draw.random(CUSTOMERS) > 0.1)
    towns = np.array(["Bath", "York", "Hull"])[frame["group"]]
    codes = np.array(["01", "02", "03"])[frame["group"]]
    found = left_out(frame.assign(years=near, rough=gaps, town=towns, code=codes))
    assert found == {
        "years": "it says the same as 'age'",
        "rough": "it says the same as 'age'",
        "code": "it says the same as 'town'",
    }


def test_the_copy_with_fewer_gaps_stays() -> None:
    frame = grouped(3)
    frame["age"] = frame["age"].where(np.arange(CUSTOMERS) % 9 > 0)
    assert left_out(frame.assign(years=grouped(3)["age"])) == {"age": "it says the same as 'years'"}


def test_columns_without_a_difference_and_names_go() -> None:
    frame = grouped(4).assign(
        one=1.0,
        nearly=[0.0] * (CUSTOMERS - 2) + [1.0, 1.0],
        none=np.full(CUSTOMERS, np.nan),
        mail=[f"c{n}@example.org" for n in range(CUSTOMERS)],
    )
    assert left_out(frame) == {
        "one": "(nearly) all customers have the same",
        "nearly": "(nearly) all customers have the same",
        "none": "nobody has a value",
        "mail": "nearly every customer has another word",
    }


def test_a_share_that_differs_by_chance_alone_goes() -> None:
    table = rich(2000)
    draw = np.random.default_rng(9)
    orders = table.frame["frequency"]
    frame = table.frame.assign(online_share=draw.binomial(orders, 0.4) / orders)
    found = select_features(FeatureTable(frame, table.features), 0)
    assert [column.name for column in found] == ["online_share"]
    assert found[0].reason == "customers differ in it no more than chance makes them"


def test_recency_frequency_and_revenue_always_stay() -> None:
    frame = rich(300).frame[["recency", "frequency", "monetary", "tenure"]]
    assert left_out(frame.assign(monetary=frame["frequency"] * 10, recency=3)) == {}


def test_noise_alone_is_kept_rather_than_nothing() -> None:
    draw = np.random.default_rng(3)
    frame = pd.DataFrame(draw.random((CUSTOMERS, 3)), columns=["a", "b", "c"])
    assert left_out(frame) == {}


def test_the_same_whatever_the_order_of_the_rows() -> None:
    frame = grouped(6).assign(even=np.random.default_rng(1).random(CUSTOMERS))
    assert left_out(frame) == left_out(frame.sample(frac=1, random_state=2))


def test_any_form_of_relation_counts() -> None:
    draw = np.random.default_rng(4)
    turn = draw.uniform(0, 2 * np.pi, CUSTOMERS)
    circle = [to_codes(np.cos(turn)), to_codes(np.sin(turn)), to_codes(draw.random(CUSTOMERS))]
    assert beyond_chance(circle, 0) == [True, True, False]


def test_codes_are_fifths_or_so_and_equal_values_stay_together() -> None:
    codes = to_codes(np.array([1.0] * 50 + [2.0] * 30 + [np.nan] * 20))
    assert codes.tolist() == [0] * 50 + [1] * 30 + [-1] * 20
    assert np.bincount(to_codes(np.arange(2000.0))).tolist() == [250] * 8


def test_peaks_by_hand() -> None:
    # 0, 0, 0, 10, 10, 10 among eleven places: two heaps with nothing between them
    heaps = np.array([0.0, 0.1, 0.2, 9.8, 9.9, 10.0])
    assert peak_gap(heaps) > 3 * peak_gap(np.linspace(0, 10, 6))
    assert peak_gap(np.linspace(0, 1, 50)) == pytest.approx(0, abs=0.011)


@pytest.mark.parametrize("seed", range(5))
def test_one_peak_is_one_and_two_are_several(seed: int) -> None:
    draw = np.random.default_rng(seed)
    for column in (draw.random(900), draw.normal(size=900), draw.lognormal(size=900)):
        assert not has_several_peaks(column, 0)
        assert not has_several_peaks(column.round(1), 0)
    assert has_several_peaks(np.append(draw.normal(size=450), draw.normal(4, 1, 450)), 0)
