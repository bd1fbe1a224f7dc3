"""What usually happens, and what is beyond it, on counts that can be checked by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.usual import ENOUGH, Moves, Usual


def moves(*rows: tuple[int, ...]) -> Moves:
    """A row for each segment before and one for who is new; a column for each after and lost."""
    return Moves(np.array(rows, dtype=np.int64))


# Of a's hundred ten go to b each time, b's stay, five are new to a.
QUIET = moves((90, 10, 0), (0, 200, 0), (5, 0, 0))


def test_moves_are_counted_with_the_new_and_the_lost() -> None:
    before = pd.Series({"ann": "a", "bob": "a", "cid": "b"}, dtype=object)
    after = pd.Series({"ann": "a", "bob": "b", "dee": "b"}, dtype=object)
    found = Moves.count(before, after, ["a", "b"])
    assert found.counts.tolist() == [[1, 1, 0], [0, 0, 1], [0, 1, 0]]
    assert (found.opening.tolist(), found.closing.tolist()) == ([2, 1], [1, 2])


def test_the_usual_is_expected_again() -> None:
    expected, beyond, p_value = Usual((QUIET,) * 8).judge(QUIET)
    assert expected.tolist() == pytest.approx([95, 210])
    assert beyond.tolist() == pytest.approx([0, 0])
    assert p_value.tolist() == [1, 1]


def test_growth_as_always_is_no_news_and_more_is() -> None:
    usual = Usual((QUIET,) * 8)
    twice = moves((180, 20, 0), (0, 200, 0), (5, 0, 0))  # as many in ten as ever
    assert usual.judge(twice)[0].tolist() == pytest.approx([185, 220])
    assert usual.judge(twice)[2].min() == 1
    flood = moves((50, 50, 0), (0, 200, 0), (5, 0, 0))
    _, beyond, p_value = usual.judge(flood)
    assert beyond.tolist() == pytest.approx([-40, 40])
    assert p_value.max() < 0.001


def test_a_shop_that_swings_needs_more() -> None:
    """The same change, in a shop where as much happened to and fro."""
    flood = moves((70, 30, 0), (0, 200, 0), (5, 0, 0))
    quiet = Usual((QUIET,) * 8).judge(flood)[2][0]
    ebb = moves((100, 0, 0), (0, 200, 0), (5, 0, 0))
    swinging = Usual((QUIET, flood, ebb, QUIET, flood, ebb, flood, ebb)).judge(flood)[2][0]
    assert quiet < 0.01 < swinging


def test_a_season_that_comes_back_is_no_news() -> None:
    flood = moves((50, 50, 0), (0, 200, 0), (5, 0, 0))
    earlier = (QUIET,) * 8
    _, beyond, p_value = Usual(earlier, year_ago=flood).judge(flood)
    assert p_value.min() > 0.5 and np.abs(beyond).max() < 1
    assert Usual(earlier, year_ago=QUIET).judge(flood)[2].max() < 0.01


def test_with_few_stretches_nothing_is_usual() -> None:
    assert not Usual((QUIET,) * (ENOUGH - 1)).known
    assert Usual((QUIET,) * ENOUGH).known


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 500), min_size=9, max_size=9), min_size=ENOUGH + 1, max_size=12
    )
)
def test_expected_members_are_everybody_there_or_new_less_the_lost(cells: list[list[int]]) -> None:
    """Nobody is expected in two segments: all expected together are no more than could come."""
    stretches = [moves((a, b, c), (d, e, f), (g, h, 0)) for a, b, c, d, e, f, g, h, _ in cells]
    now, *earlier = stretches
    expected, _, p_value = Usual(tuple(earlier)).judge(now)
    most = now.opening.sum() + max(int(one.counts[-1].sum()) for one in earlier)
    assert (expected >= 0).all() and expected.sum() <= most + 1e-6
    assert ((p_value >= 0) & (p_value <= 1)).all()
