"""Differences and their intervals, against published and hand-worked values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.uplift import (
    LEAST_FOR_SPEND,
    Arm,
    mean_effect,
    needed_people,
    rate_effect,
    wilson,
)


@st.composite
def arms(draw: st.DrawFn) -> Arm:
    people = draw(st.integers(1, 5000))
    return Arm(people, draw(st.integers(0, people)))


def test_the_interval_of_newcombes_own_example() -> None:
    """Newcombe 1998, table II (a): 56/70 against 48/80, method 10."""
    effect = rate_effect(Arm(70, 56), Arm(80, 48))
    assert effect.value == pytest.approx(0.2)
    assert (effect.low, effect.high) == (pytest.approx(0.0524, abs=5e-5),
                                         pytest.approx(0.3339, abs=5e-5))  # fmt: skip
    assert effect.is_told


def test_the_interval_when_nobody_bought_on_one_side() -> None:
    """Newcombe 1998, table II (g): 10/10 against 0/10."""
    effect = rate_effect(Arm(10, 10), Arm(10, 0))
    assert (effect.low, effect.high) == (pytest.approx(0.6075, abs=5e-5), 1.0)


@given(arms(), arms())
def test_the_interval_holds_the_difference_and_turns_with_the_sides(one: Arm, two: Arm) -> None:
    effect, turned = rate_effect(one, two), rate_effect(two, one)
    assert -1 - 1e-12 <= effect.low <= effect.value <= effect.high <= 1 + 1e-12
    assert effect.low == pytest.approx(-turned.high, abs=1e-12)
    assert not (one.rate == two.rate and effect.is_told)


@given(arms())
def test_wilson_stays_within_none_and_all(arm: Arm) -> None:
    low, high = wilson(arm)
    assert 0 <= low <= arm.rate <= high <= 1


def test_welch_on_figures_that_a_person_can_check() -> None:
    """40 people with 0 or 20 in turn, 40 with 0 or 10: means 10 and 5, variances of the means
    (100 + 25) / 39, and 57.35 degrees of freedom, whose t at 97.5 % is 2.0022."""
    one, two = np.array([0.0, 20.0] * 20), np.array([0.0, 10.0] * 20)
    effect = mean_effect(one, two)
    assert effect is not None and effect.value == 5
    assert effect.high - effect.value == pytest.approx(2.0022 * math.sqrt(125 / 39), abs=1e-3)
    assert effect.is_told


def test_too_few_people_have_no_interval_of_spend() -> None:
    few, many = np.ones(LEAST_FOR_SPEND - 1), np.ones(500)
    assert mean_effect(few, many) is None and mean_effect(many, few) is None
    same = mean_effect(many, many)
    assert same is not None and (same.low, same.high) == (0, 0) and not same.is_told


def test_how_many_people_are_needed() -> None:
    """A rate of 20 % raised to 22 %, halves: 3.92 * (0.1716 + 0.16) / 0.0004 * 2 by hand."""
    needed = needed_people(0.2, 0.5)
    assert needed is not None and needed == pytest.approx(13015, abs=5)
    smaller = needed_people(0.2, 0.1)
    assert smaller is not None and smaller > needed
    assert needed_people(0.0, 0.5) is None and needed_people(1.0, 0.5) is None
    assert needed_people(0.2, 0.0) is None
