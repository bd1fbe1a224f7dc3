"""Who is held out: the same people each time, about as many as asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput
from engine.holdout import audience_key, held_out

PEOPLE = [f"C{number}" for number in range(4000)]
SHARES = st.floats(0, 0.99)


@given(st.sets(st.text(max_size=8), max_size=30), st.sets(st.text(max_size=8)), SHARES)
def test_a_person_stays_in_or_out_whoever_else_comes(
    some: set[str], others: set[str], share: float
) -> None:
    alone = held_out("audience_1", some, share)
    assert alone == held_out("audience_1", some | others, share) & some


@given(SHARES, SHARES)
def test_a_larger_share_holds_out_the_same_people_and_more(one: float, other: float) -> None:
    fewer, more = sorted((one, other))
    people = PEOPLE[:200]
    assert held_out("audience_1", people, fewer) <= held_out("audience_1", people, more)


def test_about_the_share_is_held_out_and_not_the_same_of_every_audience() -> None:
    one, other = (held_out(name, PEOPLE, 0.25) for name in ("audience_1", "audience_2"))
    assert 900 <= len(one) <= 1100 and 900 <= len(other) <= 1100  # more than 3 spreads of 27
    assert 180 <= len(one & other) <= 320  # a quarter of a quarter is 250
    assert held_out("audience_1", PEOPLE, 0) == frozenset()


@pytest.mark.parametrize("share", [-0.1, 1.0, 1.5, float("nan")])
def test_what_is_no_share_is_refused(share: float) -> None:
    with pytest.raises(BadInput, match="is no share"):
        held_out("audience_1", PEOPLE, share)


def test_an_audience_has_its_id_before_it_is_saved() -> None:
    key = audience_key("local", "dataset_1", "Lapsed")
    assert key == audience_key("local", "dataset_1", "lapsed")
    assert key != audience_key("ann", "dataset_1", "Lapsed") != audience_key("ann", "dataset_2", "")
