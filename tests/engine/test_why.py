"""Why somebody moved, under rules that can be followed by hand."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.clustering.method import SegmentModel, find_methods
from engine.why import Crossing, find_crossings, find_reasons

COLUMNS = ["recency", "frequency", "monetary"]


def table(**rows: tuple[int, int, int]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)


def fit() -> SegmentModel:
    """Two groups far apart: the busy (recent, many orders, much money) and the gone."""
    busy = {f"busy{n}": (5 + n, 20 + n, 90_000 + 1000 * n) for n in range(20)}
    gone = {f"gone{n}": (300 + n, 1, 1000 + 10 * n) for n in range(20)}
    return SegmentModel.fit(table(**busy, **gone), "quantile RFM", find_methods("kmeans")[0], 2, 0)


MODEL = fit()
BEFORE = table(ann=(10, 25, 95_000), bob=(310, 1, 1100), cid=(8, 24, 93_000))


def test_a_mover_is_told_by_the_smallest_change_that_restores() -> None:
    after = table(ann=(11, 25, 95_000), bob=(9, 22, 92_000), cid=(320, 1, 1000))
    reasons = find_reasons(MODEL, BEFORE, after)
    assert set(reasons) == {"bob", "cid"}, "ann stayed"
    for customer, features in reasons.items():
        assert _restores(BEFORE, after, customer, features)
        assert not any(
            _restores(BEFORE, after, customer, tuple(f for f in features if f != less))
            for less in features
        ), "one fewer does not do it"


def test_what_crossed_by_how_much_and_what_would_restore() -> None:
    after = BEFORE.assign(recency=[10, 310, 8]).copy()
    after.loc["bob"] = (5, 30, 99_000)
    crossed = find_crossings(MODEL, BEFORE, after, "bob")
    assert {c.feature for c in crossed} == set(COLUMNS)
    assert all((c.before, c.after) == (BEFORE.at["bob", c.feature], after.at["bob", c.feature])
               for c in crossed)  # fmt: skip
    assert [c.would_restore for c in crossed] == sorted(
        (c.would_restore for c in crossed), reverse=True
    ), "what restores stands first"


def test_one_who_stayed_has_changes_and_no_reason() -> None:
    after = BEFORE.assign(recency=BEFORE["recency"] + 1)
    assert find_crossings(MODEL, BEFORE, after, "ann") == (
        Crossing("recency", 10, 11, would_restore=False),
    )


def test_nobody_in_both_tables_gives_no_reason() -> None:
    assert find_reasons(MODEL, BEFORE, table(eve=(1, 1, 1))) == {}


def _restores(
    before: pd.DataFrame, after: pd.DataFrame, customer: str, features: tuple[str, ...]
) -> bool:
    mixed = after.loc[[customer]].drop(columns=list(features))
    mixed = mixed.join(before.loc[[customer], list(features)])
    wanted = MODEL.assign(before.loc[[customer]])[0]
    return bool((MODEL.assign(mixed)[0] == wanted).all())


rows = st.tuples(st.integers(0, 700), st.integers(1, 60), st.integers(0, 200_000))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(rows, rows), min_size=1, max_size=8))
def test_every_mover_has_a_reason_that_restores(
    pairs: list[tuple[tuple[int, int, int], tuple[int, int, int]]],
) -> None:
    before = table(**{f"c{n}": old for n, (old, _) in enumerate(pairs)})
    after = table(**{f"c{n}": new for n, (_, new) in enumerate(pairs)})
    moved = MODEL.assign(before)[0] != MODEL.assign(after)[0]
    reasons = find_reasons(MODEL, before, after)
    assert list(reasons) == list(before.index[moved])
    assert all(_restores(before, after, c, features) for c, features in reasons.items())
