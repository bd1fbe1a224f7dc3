import numpy as np
import pandas as pd

from engine.clustering.method import SegmentModel, find_methods
from engine.clustering.reasons import held_by

KMEANS = find_methods("kmeans")[0]


def people() -> pd.DataFrame:
    """Two groups that differ in income alone; ages are mixed."""
    draw = np.random.default_rng(4)
    income = np.concatenate([draw.normal(20, 2, 40), draw.normal(90, 2, 40)])
    ids = [f"c{place:02}" for place in range(80)]
    return pd.DataFrame({"age": draw.normal(40, 5, 80), "income": income}, index=ids)


def test_the_feature_that_holds_a_customer_is_named_and_moving_it_moves_them() -> None:
    frame = people()
    model = SegmentModel.fit(frame, "attributes", KMEANS, 2, seed=0)
    for customer in ("c00", "c79"):
        held = held_by(model, frame, customer)
        assert held is not None and held.changes
        assert [hold.feature for hold in held.by] == ["income"]
        assert held.by[0].value == frame.loc[customer, "income"]
        moved = frame.loc[[customer]].assign(income=held.by[0].elsewhere)
        assert int(model.assign(moved)[0][0]) == held.against != held.label


def test_words_hold_too() -> None:
    frame = people().assign(city=["Leeds"] * 40 + ["York"] * 40).drop(columns="income")
    model = SegmentModel.fit(frame, "attributes", KMEANS, 2, seed=0)
    held = held_by(model, frame, "c00")
    assert held is not None and held.by[0].feature == "city"
    assert (held.by[0].value, held.by[0].elsewhere) == ("Leeds", "York")


def test_one_segment_holds_against_nothing() -> None:
    frame = people()
    bands = find_methods("bands")[0]
    model = SegmentModel.fit(frame.assign(income=1.0, age=1.0), "leading attribute", bands, 0, 0)
    assert model.k == 1 and held_by(model, frame, "c00") is None
