"""Steps by hand and by properties: monotone, bounded, replayed as fitted."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.preparation.step import (
    CLIP_DEVIATIONS,
    QUANTILE_KNOTS,
    STEPS,
    ClipDeviations,
    MinMax,
    Quantile,
    Robust,
)

whole = st.integers(-(10**9), 10**9)
numbers = st.lists(st.floats(-1e12, 1e12, allow_nan=False), min_size=1, max_size=60)


@given(st.lists(whole, min_size=1, max_size=300))
def test_levels_of_a_negated_column_mirror_those_of_the_column(values: list[int]) -> None:
    column = np.array(values, dtype=np.float64)
    up = Quantile.fit(column).apply(column)
    down = Quantile.fit(-column).apply(-column)
    assert np.allclose(up + down, 1.0)
    assert len(np.unique(up)) == len(np.unique(column)), "equal values, and only those, are equal"


def test_a_long_column_keeps_a_short_table_close_to_the_true_shares() -> None:
    column = np.random.default_rng(4).lognormal(size=20_000)
    scale = Quantile.fit(column)
    assert len(scale.knots) <= QUANTILE_KNOTS
    true = (column.argsort().argsort() + 0.5) / len(column)
    assert float(np.abs(scale.apply(column) - true).max()) < 1 / QUANTILE_KNOTS


@pytest.mark.parametrize("kind", STEPS)
@given(numbers, numbers)
def test_a_step_keeps_the_order_and_is_replayed_as_fitted(
    kind: str, values: list[float], later: list[float]
) -> None:
    step = STEPS[kind].fit(np.array(values))
    places = step.apply(np.sort(np.array(values + later)))
    assert np.isfinite(places).all()
    rises = np.diff(-places if kind == "negate" else places)
    assert (rises >= -1e-12).all(), "but for rounding"
    back = STEPS[kind].from_json(json.loads(json.dumps({"kind": kind} | step.to_json())))
    assert back == step
    assert back.apply(np.array(later)).tobytes() == step.apply(np.array(later)).tobytes()


@given(numbers)
def test_scales_reach_what_they_promise(values: list[float]) -> None:
    column = np.array(values)
    least = MinMax.fit(column).apply(column)
    assert least.min() == 0
    assert least.max() in (0, pytest.approx(1)) or np.ptp(column) < 1e-100
    assert np.median(Robust.fit(column).apply(column)) == pytest.approx(0, abs=1e-3)


def test_clipping_by_hand() -> None:
    column = np.array([0.0] * 99 + [100.0])
    # mean 1, deviation sqrt(99): the hundred is drawn to 1 + 4 x 9.95
    step = ClipDeviations.fit(column)
    assert step.clipped == 1
    assert step.apply(column).max() == pytest.approx(1 + CLIP_DEVIATIONS * 99**0.5)
    assert "(1 clipped)" in step.words()


def test_the_middle_half_decides_the_robust_scale() -> None:
    column = np.array([0.0, 1.0, 2.0, 3.0, 1e9])
    assert Robust.fit(column).apply(column)[:4].tolist() == [-1.0, -0.5, 0.0, 0.5]
