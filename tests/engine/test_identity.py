from collections.abc import Callable
from itertools import count

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Defect
from engine.identity import Match, SegmentIdentity, match_segments


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"new-{next(numbers)}"


def spread(**sizes: int) -> "pd.Series[str]":
    """c000.. in the order given: spread(a=2, b=1) is a, a, b."""
    labels = [label for label, size in sizes.items() for _ in range(size)]
    return pd.Series(labels, index=[f"c{place:03}" for place in range(len(labels))], dtype=object)


def labels(*sizes: int) -> "pd.Series[int]":
    numbers = [label for label, size in enumerate(sizes) for _ in range(size)]
    return pd.Series(numbers, index=[f"c{place:03}" for place in range(len(numbers))])


A, B, C = (
    SegmentIdentity(id_, name) for id_, name in (("a", "Loyal"), ("b", "New"), ("c", "Lost"))
)


def rows(match: Match) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(change.kind, change.id, change.related) for change in match.changelog]


def test_the_same_segments_under_other_labels_keep_id_and_name() -> None:
    before = spread(a=6, b=3, c=3)
    after = labels(6, 3, 3).map({0: 2, 1: 0, 2: 1})
    match = match_segments(before, after, [A, B, C], ids())
    assert match.mapping == {2: A, 0: B, 1: C}
    assert {change.kind for change in match.changelog} == {"kept"}
    assert (match.agreement, match.good) == (1.0, True)


def test_jaccard_and_sizes_by_hand() -> None:
    # a: c0..c5, b: c6..c9; now 0: c0..c4, 1: c5..c9. a and 0 share 5 of 6, b and 1 share 4 of 5
    match = match_segments(spread(a=6, b=4), labels(5, 5), [A, B], ids())
    first, second = match.changelog
    assert (first.size_before, first.size_after) == (6, 5)
    assert (second.size_before, second.size_after) == (4, 5)
    assert (first.jaccard, second.jaccard) == (5 / 6, 4 / 5)
    assert match.agreement == pytest.approx(0.9)


def test_newcomers_and_the_gone_decide_nothing() -> None:
    before = spread(a=6, b=4)
    after = labels(6, 4).drop(["c000", "c001"])
    after = pd.concat([after, pd.Series(1, index=[f"n{place}" for place in range(50)])])
    match = match_segments(before, after, [A, B], ids())
    assert match.mapping == {0: A, 1: B} and match.agreement == 1.0
    assert [change.jaccard for change in match.changelog] == [1.0, 1.0]
    assert [change.size_after for change in match.changelog] == [4, 54]


def test_a_split_names_the_part_that_goes() -> None:
    match = match_segments(spread(a=10, b=5), labels(7, 3, 5), [A, B], ids())
    assert rows(match) == [("kept", "a", ()), ("split", "new-1", ("a",)), ("kept", "b", ())]
    assert match.mapping[1] == SegmentIdentity("new-1", "")


def test_a_split_into_thirds_ends_the_old_segment() -> None:
    match = match_segments(spread(a=9, b=5), labels(3, 3, 3, 5), [A, B], ids())
    assert rows(match) == [
        ("split", "new-1", ("a",)),
        ("split", "new-2", ("a",)),
        ("split", "new-3", ("a",)),
        ("kept", "b", ()),
        ("split", "a", ("new-1", "new-2", "new-3")),
    ]
    assert match.agreement == pytest.approx(5 / 14) and not match.good


def test_a_merge_into_a_living_segment() -> None:
    match = match_segments(spread(a=10, b=4, c=6), labels(14, 6), [A, B, C], ids())
    assert rows(match) == [("kept", "a", ()), ("kept", "c", ()), ("merged", "b", ("a",))]


def test_a_merge_of_three_equals_is_a_new_segment() -> None:
    match = match_segments(spread(a=4, b=4, c=4), labels(12), [A, B, C], ids())
    assert rows(match)[0] == ("merged", "new-1", ("a", "b", "c"))
    assert rows(match)[1:] == [("merged", id_, ("new-1",)) for id_ in "abc"]


def test_a_segment_that_scatters_is_retired_and_a_gathered_one_is_new() -> None:
    before = spread(a=10, b=10, c=6)
    # c's six go two each to three places; label 2 gathers four of a, four of b and two of c
    after = pd.Series(
        [0] * 6 + [2] * 4 + [1] * 6 + [2] * 4 + [0, 0, 1, 1, 2, 2], index=before.index
    )
    match = match_segments(before, after, [A, B, C], ids())
    assert rows(match) == [
        ("kept", "a", ()),
        ("kept", "b", ()),
        ("new", "new-1", ()),
        ("retired", "c", ()),
    ]
    assert match.agreement == pytest.approx(12 / 26) and not match.good, "most have moved"


def test_another_cut_is_a_bad_match() -> None:
    before = spread(a=8, b=8)
    after = pd.Series([0, 1, 2, 3] * 4, index=before.index)
    match = match_segments(before, after, [A, B], ids())
    assert match.agreement == 0.0 and not match.good
    assert [change.kind for change in match.changelog] == ["new"] * 4 + ["retired"] * 2


def test_the_first_run_is_all_new_and_good() -> None:
    match = match_segments(spread(), labels(3, 2), [], ids())
    assert [change.kind for change in match.changelog] == ["new", "new"] and match.good


def test_a_shop_with_no_customer_in_common_is_a_bad_match() -> None:
    after = labels(3, 2).rename(lambda customer: f"other-{customer}")
    match = match_segments(spread(a=3, b=2), after, [A, B], ids())
    assert not match.good and match.agreement == 0.0
    assert [change.kind for change in match.changelog] == ["new", "new", "retired", "retired"]


def test_customers_in_an_unknown_segment_are_our_bug() -> None:
    with pytest.raises(Defect, match="no identity was given"):
        match_segments(spread(a=3, x=2), labels(3, 2), [A], ids())


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 4)), min_size=1, max_size=60))
def test_every_segment_has_one_row_and_sizes_add_up(pairs: list[tuple[str, int]]) -> None:
    index = [f"c{place:03}" for place in range(len(pairs))]
    before = pd.Series([old for old, _ in pairs], index=index, dtype=object)
    after = pd.Series([new for _, new in pairs], index=index)
    match = match_segments(before, after, [A, B, C], ids())
    named = [change.id for change in match.changelog]
    assert len(named) == len(set(named))
    assert set(named) == {"a", "b", "c"} | {segment.id for segment in match.mapping.values()}
    assert sum(change.size_before for change in match.changelog) == len(pairs)
    assert sum(change.size_after for change in match.changelog) == len(pairs)
    assert 0 <= match.agreement <= 1
    assert all(change.jaccard >= 0.5 for change in match.changelog if change.kind == "kept")


def test_profiles_keep_a_segment_that_lost_more_than_half() -> None:
    """c000..c009 are a, alike and poor; b is rich. Label 0 holds four of a's ten and no other."""
    before = spread(a=10, b=10)
    after = pd.Series([0] * 4 + [1] * 3 + [2] * 3 + [3] * 10, index=before.index)
    poor = pd.DataFrame({"money": [1] * 10 + [9] * 10}, index=before.index)
    alone = match_segments(before, after, [A, B], ids())
    assert A not in alone.mapping.values(), "four of ten are too few"
    match = match_segments(before, after, [A, B], ids(), poor)
    assert match.mapping[0] == A, "four of ten with the same profile are enough"
    other = poor.assign(money=[1] * 2 + [9] * 2 + [1] * 6 + [9] * 10)
    far = match_segments(before, after, [A, B], ids(), other)
    assert A not in far.mapping.values(), "not with another profile"


def test_a_match_says_in_words_whether_it_is_good() -> None:
    good = match_segments(spread(a=6, b=4), labels(5, 5), [A, B], ids())
    assert good.sentence.startswith("90% of the customers keep their segment")
    bad = match_segments(
        spread(a=8, b=8), pd.Series([0, 1, 2, 3] * 4, index=spread(a=8, b=8).index), [A, B], ids()
    )
    assert "stay in force and this run stays a draft" in bad.sentence
