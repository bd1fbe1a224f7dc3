"""Buy till you die, on customers whose true numbers are known because the test drew them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.prediction.bgnbd import BUYING, BuyTillYouDie, fit_buy_till_you_die

TRUE = BuyTillYouDie(r=0.8, alpha=40, a=0.6, b=2.0, p=4, q=3.5, gamma=1500)


def simulate(
    true: BuyTillYouDie, customers: int, seed: int, horizon: int
) -> tuple[pd.DataFrame, np.ndarray]:
    """Features after up to two years, and the days of buying in the horizon that followed."""
    random = np.random.default_rng(seed)
    rows, later = [], []
    for _ in range(customers):
        age = random.integers(100, 730)
        rate = random.gamma(true.r, 1 / true.alpha)
        leaves = random.beta(true.a, true.b)
        mean = true.p / random.gamma(true.q, 1 / true.gamma)
        times, at = [0.0], 0.0
        while random.random() > leaves or len(times) == 1:
            at += random.exponential(1 / rate)
            if at > age + horizon:
                break
            times.append(at)
        known = [time for time in times if time <= age]
        spent = random.gamma(true.p, mean / true.p, len(known))
        rows.append((age - known[-1], age, len(known), spent.mean()))
        later.append(sum(time > age for time in times))
    columns = ["recency", "tenure", "buying_days", "day_spend"]
    return pd.DataFrame(rows, columns=columns), np.array(later)


@pytest.fixture(scope="module")
def shop() -> tuple[pd.DataFrame, np.ndarray]:
    return simulate(TRUE, 6000, seed=1, horizon=90)


def test_what_the_customers_were_drawn_from_is_found(
    shop: tuple[pd.DataFrame, np.ndarray],
) -> None:
    found = fit_buy_till_you_die(shop[0], seed=0)
    assert found.r == pytest.approx(TRUE.r, rel=0.15)
    assert found.alpha == pytest.approx(TRUE.alpha, rel=0.2)
    assert found.a / (found.a + found.b) == pytest.approx(TRUE.a / (TRUE.a + TRUE.b), rel=0.15)
    mean = TRUE.p * TRUE.gamma / (TRUE.q - 1)
    assert found.p * found.gamma / (found.q - 1) == pytest.approx(mean, rel=0.1)


def test_what_is_expected_comes_about(shop: tuple[pd.DataFrame, np.ndarray]) -> None:
    features, later = shop
    columns = fit_buy_till_you_die(features, seed=0).columns(features, 90)
    assert columns["bg_quiet"].mean() == pytest.approx((later == 0).mean(), abs=0.02)
    assert columns["bg_days"].sum() == pytest.approx(later.sum(), rel=0.07)


def test_more_waiting_makes_quiet_likelier() -> None:
    waiting = pd.DataFrame(
        {"recency": [1.0, 50.0, 300.0], "tenure": 400.0, "buying_days": 8.0, "day_spend": 900.0}
    )
    quiet = TRUE.columns(waiting, 90)["bg_quiet"]
    assert quiet.is_monotonic_increasing and quiet.is_unique


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 700), st.integers(0, 700), st.integers(1, 400), st.integers(0, 10**9),
    st.sampled_from([7, 30, 90, 365]),
)  # fmt: skip
def test_every_customer_has_numbers(
    recency: int, age_then: int, days: int, spend: int, horizon: int
) -> None:
    tenure = recency + (age_then if days > 1 else 0)
    one = pd.DataFrame(
        {"recency": [recency], "tenure": [tenure], "buying_days": [days], "day_spend": [spend]}
    )
    for a in (0.3, 1.0, 2.0):
        model = BuyTillYouDie(0.8, 40, a, 2.0, 4, 3.5, 1500)
        found = model.columns(one, horizon)
        assert list(found.columns) == list(BUYING) and np.isfinite(found.to_numpy()).all()
        assert 0 <= found["bg_quiet"][0] <= 1 and 0 <= found["bg_alive"][0] <= 1
        assert (found >= 0).to_numpy().all()


def test_a_shop_without_repeaters_still_has_a_fit() -> None:
    once = pd.DataFrame(
        {"recency": [5.0, 9.0, 30.0], "tenure": [5.0, 9.0, 30.0], "buying_days": 1.0,
         "day_spend": [0.0, 100.0, 300.0]}
    )  # fmt: skip
    found = fit_buy_till_you_die(once, seed=0).columns(once, 90)
    assert np.isfinite(found.to_numpy()).all()
