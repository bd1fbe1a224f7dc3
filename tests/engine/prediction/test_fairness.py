"""A planted bias is flagged, an even hand is not."""

import numpy as np
import pandas as pd

from engine.prediction.fairness import as_columns, audit, find_groups, group_words


def draw(bias: float) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    random = np.random.default_rng(0)
    names = np.array([f"c{n}" for n in range(4000)])
    gender = np.where(random.random(4000) < 0.5, "female", "male")
    chance = random.uniform(0.2, 0.8, 4000)
    truth = (random.random(4000) < chance).astype(float)
    people = pd.DataFrame({"gender": gender, "age": random.integers(18, 80, 4000)}, index=names)
    return truth, np.where(gender == "female", chance + bias, chance).clip(0, 1), people


def flagged(bias: float) -> set[tuple[str, str]]:
    truth, chance, people = draw(bias)
    rows = audit(truth, chance, group_words(people, people.index.to_numpy()))
    assert {row["attribute"] for row in rows} == {"gender", "age_band"}
    return {(row["group"], what) for row in rows for what in row["flagged"]}


def test_a_planted_bias_is_flagged_as_rate_and_as_calibration() -> None:
    assert flagged(0.1) >= {("female", "rate"), ("female", "calibration"), ("male", "rate")}


def test_an_even_hand_is_not_flagged() -> None:
    assert flagged(0.0) == set()


def test_a_small_or_unknown_group_is_left_out() -> None:
    truth, chance, people = draw(0.1)
    people["gender"] = None
    people.loc["c0":"c9", "gender"] = "other"
    rows = audit(truth, chance, group_words(people, people.index.to_numpy()))
    assert {row["attribute"] for row in rows} == {"age_band"}


def test_a_model_that_may_reads_age_and_the_larger_groups() -> None:
    people = pd.DataFrame(
        {
            "gender": ["f"] * 60 + ["m"] * 55 + ["x"] * 5,
            "age": [30] * 119 + [None],
            "country": [None] * 120,
        }
    )
    groups = find_groups(people)
    assert groups == (("gender", "f"), ("gender", "m"))
    found = as_columns(people, groups)
    assert list(found.columns) == ["gender f", "gender m", "age"]
    assert found["gender f"].sum() == 60 and found["gender m"].sum() == 55
    assert found.loc[119].isna().tolist() == [False, False, True]
