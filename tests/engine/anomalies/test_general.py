"""The distance of Mahalanobis: against its textbook form, and what it says of a customer."""

import numpy as np
import pandas as pd
import pytest

from engine.anomalies.general import standing
from engine.features import Feature, FeatureTable

NAMES = ("one", "two", "same")
FEATURES = tuple(Feature(name, name, "number", None, "behaviour", "sweep") for name in NAMES)


def table() -> FeatureTable:
    """Two features that rise together; the last customer has one without the other."""
    draw = np.random.default_rng(3)
    one = draw.uniform(1, 10, 200)
    two = one * draw.uniform(0.9, 1.1, 200)
    one[-1], two[-1] = 9.0, 1.2
    index = pd.Index([f"c{place}" for place in range(200)], name="customer_id")
    return FeatureTable(pd.DataFrame({"one": one, "two": two, "same": 5.0}, index=index), FEATURES)


def test_who_breaks_the_pattern_is_furthest_though_no_value_is_extreme() -> None:
    found = standing(table())
    assert found.names == ("one", "two")  # what does not differ tells nobody apart
    assert found.index[int(np.argmax(found.distance))] == "c199"
    assert dict(found.stands_out("c199")) == {"one": True, "two": False}


def test_the_parts_add_up_to_the_squared_distance() -> None:
    found = standing(table())
    mild = np.clip(found.deviations, -3, 3)
    spread = np.cov(mild, rowvar=False) + 0.01 * np.eye(2)
    for row in (0, 57, 199):
        away = found.deviations[row]
        squared = away @ np.linalg.inv(spread) @ away
        assert found.distance[row] ** 2 == pytest.approx(squared, rel=0.05)


def test_who_is_extreme_in_one_of_many_features_does_not_drown() -> None:
    """Of thirty features that mean nothing, one customer has one at thirty times its spread."""
    draw = np.random.default_rng(5)
    names = [f"f{place}" for place in range(30)]
    frame = pd.DataFrame(draw.normal(size=(400, 30)), columns=names)
    frame.index = pd.Index([f"c{place}" for place in range(400)], name="customer_id")
    frame.loc["c7", "f4"] = 60.0
    features = tuple(Feature(name, name, "number", None, "behaviour", "sweep") for name in names)
    found = standing(FeatureTable(frame, features))
    strengths = pd.Series(found.rarity(), index=found.index)
    assert strengths.idxmax() == "c7" and strengths["c7"] > 2
    ruled = pd.Series(found.rarity(ruled=["f4"]), index=found.index)
    assert ruled["c7"] < strengths["c7"]  # what has a rule is left to the rule
    assert (strengths.drop("c7") < 2).mean() > 0.98


def test_words_and_gaps_do_no_harm() -> None:
    frame = table().frame.assign(place=["x", "y"] * 100)
    frame.loc["c5", "one"] = np.nan
    word = Feature("place", "place", "word", None, "place", "sweep")
    found = standing(FeatureTable(frame, (*FEATURES, word)))
    assert np.isfinite(found.distance).all()
    nobody = standing(FeatureTable(frame[["same"]], FEATURES[2:]))
    assert nobody.distance.tolist() == [0] * 200
