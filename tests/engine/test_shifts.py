"""Shifts between two snapshots: on accounts that balance, and told apart from chance."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Defect
from engine.shifts import Account, find_shifts

SEGMENTS = ("a", "b", "c")
Members = dict[str, tuple[str, int]]
members = st.dictionaries(
    st.sampled_from([f"c{number}" for number in range(30)]),
    st.tuples(st.sampled_from(SEGMENTS), st.integers(-(10**9), 10**12)),
)


def frame(found: Members) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "segment_id": pd.Series({c: s for c, (s, _) in found.items()}, dtype=object),
            "monetary": pd.Series({c: m for c, (_, m) in found.items()}, dtype="int64"),
        }
    )


def sized(**sizes: int) -> pd.DataFrame:
    """So many customers in each segment, everybody worth 1."""
    names = [segment for segment, size in sizes.items() for _ in range(size)]
    return frame({f"c{n}": (segment, 1) for n, segment in enumerate(names)})


BEFORE = frame({"ann": ("a", 100), "bob": ("a", 200), "cid": ("b", 300), "dee": ("b", 50)})
AFTER = frame({"ann": ("a", 150), "bob": ("b", 260), "cid": ("b", 290), "eve": ("a", 70)})


def test_a_table_that_can_be_checked_by_hand() -> None:
    found = find_shifts(BEFORE, AFTER, ("a", "b"))
    a, b = found.segments
    assert a.customers == Account(opening=2, entered=0, left=1, new=1, lost=0, closing=2)
    assert b.customers == Account(opening=2, entered=1, left=0, new=0, lost=1, closing=2)
    assert a.money == Account(300, 0, 200, 70, 0, 220, stayed_change=50)
    assert b.money == Account(350, 260, 0, 0, 50, 550, stayed_change=-10)
    assert found.matrix == ((1, 1), (0, 1))
    assert found.money_matrix == ((150, 260), (0, 290))
    (flow,) = found.flows
    assert (flow.before, flow.after, flow.customers, flow.value) == ("a", "b", 1, 260)


@settings(deadline=None)
@given(members, members)
def test_both_accounts_balance_whatever_happened(before: Members, after: Members) -> None:
    found = find_shifts(frame(before), frame(after), SEGMENTS)
    for shift in found.segments:
        for account, stayed in ((shift.customers, 0), (shift.money, shift.money.stayed_change)):
            moved = account.entered - account.left + account.new - account.lost
            assert account.opening + moved + stayed == account.closing
        assert shift.customers.stayed_change == 0
    assert sum(s.customers.opening for s in found.segments) == len(before)
    assert sum(s.customers.closing for s in found.segments) == len(after)
    assert sum(s.money.closing for s in found.segments) == sum(m for _, m in after.values())
    # Who enters one segment has left another; who is new to one is new to all.
    assert sum(s.customers.entered for s in found.segments) == sum(
        s.customers.left for s in found.segments
    )
    assert sum(s.customers.new for s in found.segments) == len(after.keys() - before.keys())


@settings(deadline=None)
@given(members, members)
def test_the_matrix_is_the_accounts(before: Members, after: Members) -> None:
    found = find_shifts(frame(before), frame(after), SEGMENTS)
    for place, shift in enumerate(found.segments):
        stayed = found.matrix[place][place]
        column = sum(row[place] for row in found.matrix)
        assert sum(found.matrix[place]) == stayed + shift.customers.left
        assert column == stayed + shift.customers.entered
        assert shift.customers.closing == column + shift.customers.new
    assert sum(flow.customers for flow in found.flows) == sum(
        s.customers.left for s in found.segments
    )


@settings(deadline=None)
@given(members, members)
def test_the_order_of_customers_does_not_matter(before: Members, after: Members) -> None:
    turned = dict(reversed(after.items()))
    assert find_shifts(frame(before), frame(after), SEGMENTS) == find_shifts(
        frame(before), frame(turned), SEGMENTS
    )


def test_an_account_that_does_not_balance_cannot_be_made() -> None:
    with pytest.raises(Defect, match="does not balance"):
        Account(opening=1, entered=1, left=0, new=0, lost=0, closing=1)


def test_snapshots_of_different_runs_are_refused() -> None:
    with pytest.raises(Defect, match="not of one run"):
        find_shifts(BEFORE, AFTER, ("a", "z"))


def test_nothing_changed_is_no_shift() -> None:
    found = find_shifts(BEFORE, BEFORE, ("a", "b"))
    assert [(s.p_value, s.significant, s.net) for s in found.segments] == [(1.0, False, 0)] * 2


def test_a_large_move_is_significant_and_a_small_one_chance() -> None:
    before = sized(a=500, b=500)
    large = find_shifts(before, sized(a=400, b=600), ("a", "b"))
    assert [s.significant for s in large.segments] == [True, True]
    assert large.of("b").net == 100
    small = find_shifts(before, sized(a=490, b=510), ("a", "b"))
    assert [s.significant for s in small.segments] == [False, False]


def test_less_than_a_point_of_share_does_not_matter_however_sure() -> None:
    before, after = sized(a=20_000, b=180_000), sized(a=21_900, b=178_100)
    (a, _) = find_shifts(before, after, ("a", "b")).segments
    assert a.p_value < 1e-6 and not a.significant
    (a, _) = find_shifts(before, sized(a=22_000, b=178_000), ("a", "b")).segments
    assert a.significant  # exactly one point


def test_holms_correction_by_hand() -> None:
    found = find_shifts(sized(a=40, b=30, c=30), sized(a=24, b=45, c=31), SEGMENTS)
    p = {s.segment_id: s.p_alone for s in found.segments}
    corrected = {s.segment_id: s.p_value for s in found.segments}
    assert p["a"] < p["b"] < p["c"] == pytest.approx(1.0)
    assert corrected["a"] == pytest.approx(3 * p["a"])
    assert corrected["b"] == pytest.approx(max(3 * p["a"], 2 * p["b"]))
    assert corrected["c"] == pytest.approx(1.0)


def test_before_the_first_customer_everybody_is_new() -> None:
    nobody = BEFORE.iloc[:0]
    found = find_shifts(nobody, BEFORE, ("a", "b"))
    assert [s.customers.new for s in found.segments] == [2, 2]
    assert not any(s.significant for s in found.segments)


def test_with_earlier_stretches_the_usual_is_no_news_and_more_is() -> None:
    before, usually = sized(a=500, b=500), sized(a=400, b=600)
    earlier = [(before, usually)] * 8
    alone = find_shifts(before, usually, ("a", "b"))
    assert [s.significant for s in alone.segments] == [True, True] and alone.stretches == 0
    again = find_shifts(before, usually, ("a", "b"), earlier)
    assert [s.significant for s in again.segments] == [False, False] and again.stretches == 8
    assert [s.expected for s in again.segments] == pytest.approx([400, 600])
    more = find_shifts(before, sized(a=300, b=700), ("a", "b"), earlier)
    assert [s.significant for s in more.segments] == [True, True]
    as_before = find_shifts(before, before, ("a", "b"), earlier)
    assert not any(s.significant for s in as_before.segments), "unusual, but nothing changed"


def test_too_few_earlier_stretches_change_nothing() -> None:
    before, after = sized(a=500, b=500), sized(a=400, b=600)
    few = find_shifts(before, after, ("a", "b"), [(before, after)] * 3)
    assert few == find_shifts(before, after, ("a", "b"))


def test_medians_are_told_of_the_features_that_are_asked_for() -> None:
    found = find_shifts(BEFORE, AFTER, ("a", "b"), features=["monetary"])
    (a,) = found.of("a").medians
    assert (a.feature, a.before, a.after, a.significant) == ("monetary", 150, 110, False)
