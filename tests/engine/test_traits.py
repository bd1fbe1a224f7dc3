import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.features.feature import Feature, FeatureTable
from engine.traits import find_traits, spoken_trait

AGE = Feature("age", "age in years", "number", None, "demographic", "sweep")
CITY = Feature("city", "city where they live", "word", None, "geographic", "sweep")
SHARE = Feature("return_share", "share sent back", "share", False, "behaviour", "sums", "lines")
LINES = Feature("lines", "lines", "count", None, "behaviour", "sums")


def test_effects_by_hand() -> None:
    frame = pd.DataFrame({"age": [20.0, 30, 40, 50], "city": ["Leeds", "Leeds", "York", None]})
    found = find_traits(FeatureTable(frame, (AGE, CITY)), np.array([0, 0, 1, 1]))
    age, city = sorted(found[0], key=lambda trait: trait.feature.name)
    # the places of the first two of four are 1/8 and 3/8, their mean 1/4: half way to the bottom
    assert (age.effect, age.value, age.everybody) == (-0.5, 25, 35)
    assert (city.word, city.effect, city.value, city.everybody) == ("Leeds", 0.5, 1.0, 0.5)
    assert [spoken_trait(trait) for trait in (age, city)] == ["younger", "from Leeds"]
    assert {trait.effect for trait in found[1]} == {0.5, 0.25}


def test_the_strongest_comes_first_and_evidence_is_no_trait() -> None:
    frame = pd.DataFrame({"age": [1.0, 2, 3, 4], "return_share": [1.0, 0, 0, 1],
                          "lines": [9, 1, 1, 9]})  # fmt: skip
    found = find_traits(FeatureTable(frame, (SHARE, LINES, AGE)), np.array([0, 0, 1, 1]))
    assert [trait.feature.name for trait in found[1]] == ["age", "return_share"]


def test_what_is_unknown_or_the_same_for_all_is_no_trait() -> None:
    frame = pd.DataFrame({"age": [np.nan] * 3, "city": [None] * 3})
    assert find_traits(FeatureTable(frame, (AGE, CITY)), np.array([0, 0, 1])) == {0: (), 1: ()}


def test_no_figure_is_spoken() -> None:
    odd = Feature("score_2_of_10", "a score", "number", None, "psychographic", "sweep")
    frame = pd.DataFrame({"score_2_of_10": [1.0, 2.0]})
    trait = find_traits(FeatureTable(frame, (odd,)), np.array([0, 1]))[1][0]
    assert spoken_trait(trait) == "high score of"


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(0, 3)), min_size=2, max_size=40))
def test_effects_lie_within_one_and_their_weighted_sum_is_nothing(
    rows: list[tuple[float, int]],
) -> None:
    values, labels = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    found = find_traits(FeatureTable(pd.DataFrame({"age": values}), (AGE,)), labels)
    effects = {label: trait.effect for label, traits in found.items() for trait in traits}
    assert all(-1 < effect < 1 for effect in effects.values())
    whole = sum(effect * (labels == label).sum() for label, effect in effects.items())
    assert whole == pytest.approx(0, abs=1e-9)
