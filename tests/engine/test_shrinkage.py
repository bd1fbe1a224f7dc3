"""Shares and the shop's mean: by hand, and by drawing customers from a known spread."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.features.shrinkage import Array, Prior, fit_prior, shrink


def array(*values: float) -> Array:
    return np.array(values, dtype=np.float64)


def test_a_share_is_drawn_to_the_mean_as_if_further_draws_had_given_it() -> None:
    drawn = shrink(array(1.0, 1.0, 0.0, np.nan), array(2, 8, 2, 0), Prior(0.25, 2.0))
    # (2 + .5) / 4, (8 + .5) / 10, (0 + .5) / 4, and the mean where nothing is known
    assert drawn.tolist() == pytest.approx([0.625, 0.85, 0.125, 0.25])


def test_the_prior_of_two_customers_by_hand() -> None:
    """Draws 4 and 4, shares 1/4 and 3/4: mean 1/2, squares 4/16 + 4/16 = 1/2 over 1/4 is 2;
    less 1 for chance is 1; room is 8 - 32/8 - 1 = 3, so 1/3, and (1 - 1/3) / (1/3) = 2."""
    prior = fit_prior(array(0.25, 0.75), array(4, 4))
    assert (prior.mean, prior.strength) == pytest.approx((0.5, 2.0))


def test_the_mean_is_that_of_all_draws() -> None:
    assert fit_prior(array(0.0, 0.5), array(2, 6)).mean == pytest.approx(3 / 8)


@pytest.mark.parametrize(
    ("ratio", "evidence", "wanted"),
    [
        pytest.param(array(), array(), Prior(0.0, 1.0), id="nobody"),
        pytest.param(array(np.nan, 0.4), array(3, 0), Prior(0.0, 1.0), id="no evidence"),
        pytest.param(array(0.4, 0.4), array(5, 10), Prior(0.4, 15.0), id="all equal"),
        pytest.param(array(0.0, 0.0), array(5, 10), Prior(0.0, 15.0), id="nothing anywhere"),
        pytest.param(array(0.0, 1.0, 1.0, 0.0), array(1, 1, 1, 1), Prior(0.5, 1.0), id="one each"),
        pytest.param(array(0.0, 1.0), array(9, 9), Prior(0.5, 0.0), id="all or nothing"),
        pytest.param(array(0.45, 0.55), array(20, 20), Prior(0.5, 40.0), id="less than chance"),
    ],
)
def test_the_edges(ratio: Array, evidence: Array, wanted: Prior) -> None:
    found = fit_prior(ratio, evidence)
    assert (found.mean, found.strength) == pytest.approx((wanted.mean, wanted.strength))


def test_the_spread_that_customers_were_drawn_from_is_found() -> None:
    random = np.random.default_rng(0)
    draws = random.integers(1, 30, 20_000)
    seen = random.binomial(draws, random.beta(0.2 * 5, 0.8 * 5, draws.size))
    prior = fit_prior(seen / draws, draws.astype(float))
    assert prior.mean == pytest.approx(0.2, abs=0.01)
    assert prior.strength == pytest.approx(5.0, rel=0.1)


SEEN = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 50)), max_size=30)


@given(SEEN)
def test_a_drawn_share_lies_between_the_own_and_the_mean(seen: list[tuple[float, int]]) -> None:
    ratio, evidence = array(*(r for r, _ in seen)), array(*(n for _, n in seen))
    prior = fit_prior(ratio, evidence)
    assert 0 <= prior.mean <= 1
    assert 0 <= prior.strength < np.inf
    for own, drawn, draws in zip(ratio, shrink(ratio, evidence, prior), evidence, strict=True):
        low, high = sorted((own, prior.mean)) if draws else (prior.mean, prior.mean)
        assert low - 1e-12 <= drawn <= high + 1e-12
