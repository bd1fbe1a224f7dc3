"""Medians that moved: beyond doubt, by enough, and beyond what they usually do."""

import pandas as pd

from engine.medians import MedianMove, find_median_moves


def members(values: dict[str, list[float]]) -> pd.DataFrame:
    """recency of the members of each segment."""
    pairs = [(segment, value) for segment, found in values.items() for value in found]
    return pd.DataFrame(pairs, columns=["segment_id", "recency"])


BEFORE = members({"a": list(range(1, 41)), "b": list(range(60, 100))})
LATER = members({"a": list(range(31, 71)), "b": list(range(60, 100))})


def found(after: pd.DataFrame, **more: object) -> dict[str, MedianMove]:
    moves = find_median_moves(BEFORE, after, ("a", "b"), ("recency",), **more)  # type: ignore[arg-type]
    return {move.segment_id: move for move in moves}


def test_a_median_that_moved_far_is_told_and_one_that_stayed_is_not() -> None:
    moves = found(LATER)
    assert moves["a"] == MedianMove("a", "recency", 20.5, 50.5, significant=True)
    assert moves["b"] == MedianMove("b", "recency", 79.5, 79.5, significant=False)


def test_a_few_members_prove_nothing() -> None:
    few = members({"a": [31, 50, 70], "b": [60, 99]})
    assert not any(move.significant for move in found(few).values())


def test_a_little_is_too_little_however_sure() -> None:
    before = members({"a": [10.0] * 500, "b": [100.0] * 500})
    after = members({"a": [12.0] * 500, "b": [100.0] * 500})
    (a, _) = find_median_moves(before, after, ("a", "b"), ("recency",))
    assert (a.before, a.after, a.significant) == (10, 12, False)


def test_what_happens_every_month_is_no_news() -> None:
    assert not found(LATER, earlier=[(BEFORE, LATER)])["a"].significant
    assert found(LATER, earlier=[(LATER, BEFORE)])["a"].significant, "it went the other way"


def test_an_empty_segment_has_no_median() -> None:
    assert "b" not in found(members({"a": [1, 2, 3]}))
