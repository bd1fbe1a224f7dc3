import numpy as np
import pandas as pd
import pytest

from engine.clustering.outcome import Outcome


def outcome_of(later: list[float]) -> Outcome:
    index = [f"c{place:03}" for place in range(len(later))]
    earlier = pd.DataFrame({"recency": range(len(later))}, index=index)
    found = Outcome.measured(earlier, pd.Series(later, index=index), seed=3)
    assert found is not None
    return found


def test_separation_by_hand() -> None:
    # logs are 0 and log(e) = 1; half of each, in two segments that hold 3/4 and 1/4 of the ones
    ones = float(np.e) - 1
    outcome = outcome_of([ones, ones, ones, 0.0, ones, 0.0, 0.0, 0.0] * 8)
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1] * 8)
    # variance 1/4, between the segments (1/4)^2: a quarter
    assert outcome.separation(labels) == pytest.approx(0.25)
    assert outcome.separation(np.zeros(64, dtype=np.int64)) == pytest.approx(0)


def test_losses_count_as_nothing_bought() -> None:
    losing, nothing = outcome_of([-500.0, 900.0] * 30), outcome_of([0.0, 900.0] * 30)
    assert losing.logs.tolist() == nothing.logs.tolist()


def test_gain_is_paired_with_the_rules() -> None:
    draw = np.random.default_rng(0)
    labels = draw.integers(0, 2, 200)
    outcome = outcome_of([float(value) for value in 1000 * labels])
    assert outcome.lower_gain(labels, labels) == 0.0
    assert outcome.lower_gain(labels, draw.integers(0, 2, 200)) > 0.8
    assert outcome.lower_gain(draw.integers(0, 2, 200), labels) < -0.8


def test_no_later_is_not_measured() -> None:
    index = [f"c{place:03}" for place in range(60)]
    earlier = pd.DataFrame({"recency": range(60)}, index=index)
    later = pd.Series(0.0, index=index)
    assert Outcome.measured(None, later, 0) is None
    assert Outcome.measured(earlier, None, 0) is None
    assert Outcome.measured(earlier, later, 0) is None, "nobody bought"
    assert Outcome.measured(earlier.iloc[:49], later + 1, 0) is None, "too few customers"


def test_a_customer_who_is_not_in_the_later_bought_nothing() -> None:
    index = [f"c{place:03}" for place in range(60)]
    earlier = pd.DataFrame({"recency": range(60)}, index=index)
    found = Outcome.measured(earlier, pd.Series([100.0], index=["c007"]), 0)
    assert found is not None and np.flatnonzero(found.logs).tolist() == [7]
