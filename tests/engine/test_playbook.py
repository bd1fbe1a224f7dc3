"""Plays: which a shop's records allow, and whether every filter can be read."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from engine.filters import Field, Fields, parse_filter
from engine.playbook import PLAYS, Known, audience_name, possible_plays
from engine.uplift import detectable_rise, needed_people, proving_share

ALL = frozenset().union(*(play.needs for play in PLAYS)) | {"frequency", "monetary", "recency"}
KINDS = {"discount_share": "share", "return_share": "share", "monetary": "money", "recency": "days"}
FIELDS = Fields(
    tuple(Field(name, KINDS.get(name, "number"), name) for name in sorted(ALL))  # type: ignore[arg-type]
    + (Field("segment", "word", "the segment"),),
    "GBP",
)


def test_with_all_features_and_a_pair_there_are_eight_plays_whose_filters_are_read() -> None:
    known = Known(ALL, often=4, much=250, pair=('Tea "Earl"', "O'Pot and lid"))
    plays = possible_plays(known, "Needs attention")
    assert len(plays) == len(PLAYS) == 8
    for _, where in plays:
        assert where.startswith('segment = "Needs attention" and ')
        parse_filter(where, FIELDS)


def test_what_is_not_known_makes_no_play() -> None:
    plays = possible_plays(Known(frozenset({"overdue"}), 3, 100))
    names = {play.key for play, _ in plays}
    assert names == {"win_back", "loyalty", "onboarding", "voucher"}
    assert all("discount_share" not in where for _, where in plays)


def test_who_buys_at_a_discount_is_won_back_by_a_discount_alone() -> None:
    where = {play.key: text for play, text in possible_plays(Known(ALL, 3, 100))}
    assert "discount_share < 50%" in where["win_back"]
    assert "discount_share >= 50%" in where["discount"]


def test_the_bounds_are_the_top_quarter_in_whole_units() -> None:
    members = pd.DataFrame({"frequency": [1, 1, 1, 1, 9], "monetary": [100, 200, 300, 4050, 9000]})
    known = Known.of(members, ["overdue"], 100)
    assert (known.often, known.much) == (3, 40)  # nobody with fewer than three orders is a regular


def test_a_name_holds_only_what_names_of_audiences_may() -> None:
    play = PLAYS[0]
    assert audience_name(play) == "Win back everybody"
    assert audience_name(play, "50% & more") == "Win back 50 more"
    assert len(audience_name(play, "x" * 90)) == 61


rates = st.floats(0.01, 0.9)
shares = st.floats(0.05, 0.5)


@given(rates, st.integers(100, 100_000), shares)
def test_the_least_rise_is_what_that_many_people_would_show(
    rate: float, people: int, share: float
) -> None:
    rise = detectable_rise(rate, people, share)
    more = detectable_rise(rate, 4 * people, share)
    if rise is not None:
        assert 0 < rise <= 1 - rate
        assert more is not None and more < rise
    needed = needed_people(rate, share)
    assert needed is not None
    least = detectable_rise(rate, needed, share)  # enough people to see a rise by a tenth
    assert least is not None and least <= min(1 - rate, rate / 10) * (1 + 1e-6)


@given(rates, st.integers(1, 10_000_000))
def test_the_holdout_is_the_least_share_that_proves_it(rate: float, people: int) -> None:
    share = proving_share(rate, people)
    needed = needed_people(rate, share)
    assert needed is not None
    if share < 0.3:
        assert needed <= people
    if share > 0.05:
        smaller = needed_people(rate, 0.05)
        assert smaller is not None and smaller > people


def test_what_cannot_be_seen_is_not_promised() -> None:
    assert detectable_rise(0.5, 4, 0.3) is None  # not even if everybody bought
    assert detectable_rise(0.2, 0, 0.3) is None
    assert detectable_rise(0.2, 1000, 0.0) is None
