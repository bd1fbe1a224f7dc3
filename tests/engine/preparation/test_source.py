"""Columns read as numbers: by hand, and between what was seen and the mean."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.features import Feature
from engine.preparation.source import SOURCES, Share, Word, column_type, fit_spread

counts = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=40)
SHARE = Feature("part", "", "share", None, "behaviour", "sums", "seen")
RATIO = Feature("part", "", "ratio", None, "basket", "sums", "seen")


def shares(rows: list[tuple[int, int]]) -> pd.DataFrame:
    seen = np.array([a + b for a, b in rows], dtype=np.float64)
    part = np.array([a for a, _ in rows]) / np.where(seen > 0, seen, np.nan)
    return pd.DataFrame({"part": part, "seen": seen})


@given(counts)
def test_a_drawn_share_lies_between_what_was_seen_and_the_mean(rows: list[tuple[int, int]]) -> None:
    frame = shares(rows)
    source = Share.fit(frame, SHARE)
    drawn = source.read(frame, "part")[:, 0]
    raw = np.where(frame["seen"] > 0, frame["part"], source.mean)
    low, high = np.minimum(raw, source.mean), np.maximum(raw, source.mean)
    assert ((drawn >= low - 1e-9) & (drawn <= high + 1e-9)).all()
    assert source.missing == int((frame["seen"] == 0).sum())


@given(counts)
def test_a_drawn_ratio_lies_between_its_logarithm_and_the_mean(rows: list[tuple[int, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["part", "seen"], dtype=np.float64)
    source = SOURCES["ratio"].fit(frame, RATIO)
    drawn = source.read(frame, "part")[:, 0]
    mean = source.to_json()["mean"]
    raw = np.where(frame["seen"] > 0, np.log1p(frame["part"]), mean)
    low, high = np.minimum(raw, mean), np.maximum(raw, mean)
    assert ((drawn >= low - 1e-9) & (drawn <= high + 1e-9)).all()


def test_the_spread_within_and_between_customers_is_told_apart() -> None:
    draw = np.random.default_rng(1)
    evidence = draw.integers(1, 20, 40_000).astype(float)
    true = draw.normal(3, 0.5, 40_000)
    seen = true + draw.normal(0, 1, 40_000) / np.sqrt(evidence)
    prior = fit_spread(seen, evidence)
    # variance 1 within, 0.25 between
    assert prior.mean == pytest.approx(3, abs=0.02)
    assert prior.strength == pytest.approx(4, rel=0.1)


def test_the_ninth_word_and_those_after_it_are_one() -> None:
    words = [letter for place, letter in enumerate("abcdefghij") for _ in range(20 - place)]
    frame = pd.DataFrame({"town": words})
    source = Word.fit(frame, Feature("town", "", "word", None, "geographic", "sweep"))
    assert source.parts == (*"abcdefgh", "any other")
    assert source.rest == 12 + 11
    later = source.read(pd.DataFrame({"town": ["a", "j", "never seen", None]}), "town")
    assert (later > 0).argmax(axis=1).tolist() == [0, 8, 8, 0], "missing is the commonest"
    assert (later > 0).sum(axis=1).tolist() == [1, 1, 1, 1]


def test_the_coordinates_of_a_word_vary_together_as_one_column_does() -> None:
    frame = pd.DataFrame({"town": ["a"] * 5 + ["b"] * 3 + ["c"] * 2})
    source = Word.fit(frame, Feature("town", "", "word", None, "geographic", "sweep"))
    assert source.read(frame, "town").var(axis=0).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("column", "unit", "found"),
    [
        ([1.0, 0.0, np.nan], "number", "flag"),
        ([1.0, 2.0, 3.0], "number", "number"),
        (["x", None, "y"], "word", "word"),
        ([0.5, 0.1, 0.2], "share", "share"),
        ([5.0, 0.1, 0.2], "ratio", "ratio"),
        ([-0.5, 0.1, 0.2], "number", "mean"),
    ],
)
def test_column_types(column: list[object], unit: str, found: str) -> None:
    evidence = "seen" if found in ("share", "ratio", "mean") else ""
    feature = Feature("part", "", unit, None, "texts", "sweep", evidence)  # type: ignore[arg-type]
    frame = pd.DataFrame({"part": column, "seen": [1.0, 2.0, 3.0]})
    assert column_type(frame, feature) == found
