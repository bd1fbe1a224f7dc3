"""How rare a value is: a power of ten, that keeps the order and no anomaly can hide behind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.anomalies.rarity import rarity

SIZES = st.lists(st.floats(-50, 50), min_size=2, max_size=60)


@given(SIZES)
def test_a_larger_size_is_never_less_rare(sizes: list[float]) -> None:
    values = np.array(sizes)
    found = rarity(values)[np.argsort(values, kind="stable")]
    assert (np.diff(found) >= -1e-9).all() and (found >= 0).all()


@given(SIZES, st.floats(-20, 20))
def test_only_differences_count(sizes: list[float], step: float) -> None:
    assert np.allclose(rarity(np.array(sizes)), rarity(np.array(sizes) + step), atol=1e-6)


def test_of_an_exponential_tail_it_is_the_share_beyond() -> None:
    """The size that one in a hundred exceeds has rarity 2, one in a thousand 3."""
    places = (np.arange(10_000) + 0.5) / 10_000
    found = rarity(-np.log(1 - places))
    assert found[9_900] == pytest.approx(2, abs=0.01)
    assert found[9_990] == pytest.approx(3, abs=0.03)


def test_a_few_anomalies_do_not_hide_each_other() -> None:
    usual = -np.log(1 - (np.arange(1000) + 0.5) / 1000)
    odd = rarity(np.concatenate([usual, np.full(10, 25.0)]))
    assert odd[-10:].min() > 7


def test_what_is_not_measured_is_not_rare() -> None:
    assert rarity(np.array([np.nan, np.nan])).tolist() == [0, 0]
    assert rarity(np.array([1.0, 1.0, np.nan, 9.0]))[2] == 0
