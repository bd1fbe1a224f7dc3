import pytest

from engine.clustering.evidence import (
    ASSIGNED,
    CHECKS,
    WEIGHTS,
    Candidate,
    Rating,
    bounds,
    judge,
    of_natural,
    read_weights,
)
from engine.clustering.race import (
    NOT_ASKED,
    NOT_NATURAL,
    NOT_PROVEN,
    RATED_LOWER,
    YARDSTICK,
)
from engine.clustering.trials import NO_GROUPS, OVERTAKEN, SQUASHED, TOO_ALIKE, TOO_MANY
from engine.errors import BadInput, NotFound
from engine.grounding.checking import check_sentence


def rate(candidate: Candidate, rivals: list[Candidate]) -> float | None:
    return Rating.among(rivals, WEIGHTS).of(candidate)


GOOD = {
    "segments": 5.0,
    "smallest": 0.1,
    "largest": 0.3,
    "noise": 0.05,
    "outcome": 0.25,
    "outcome_gain": 0.0,
    "outcome_gain_low": -0.01,
    "stability": 0.9,
    "assignability": 0.85,
    "silhouette": 0.3,
    "touching": 1.0,
}
TOLD = 0.85 / ASSIGNED


def test_all_checks_hold() -> None:
    checks, passed, why_not = judge(GOOD, CHECKS)
    assert passed and why_not == ""
    assert all(check.ok for check in checks.values())
    assert checks["segments"].bound == "4 to 8"
    assert checks["largest"].bound == "at most 0.5"


@pytest.mark.parametrize(
    ("measure", "at_the_bound", "beyond", "word"),
    [
        ("segments", 8.0, 9.0, "team cannot work"),
        ("segments", 4.0, 3.0, "team cannot work"),
        ("smallest", 0.02, 0.019, "too few"),
        ("largest", 0.50, 0.501, "too many of"),
        ("noise", 0.10, 0.101, "outside of its groups"),
        ("outcome", 0.02, 0.019, "do not tell what"),
        ("outcome_gain", -0.02, -0.021, "not tell what customers spend later as well"),
        ("outcome_gain_low", -0.05, -0.051, "too little is known"),
        ("stability", 0.80, 0.799, "other customers"),
        ("assignability", 0.80, 0.799, "simple questions"),
    ],
)
def test_each_bound(measure: str, at_the_bound: float, beyond: float, word: str) -> None:
    assert judge(GOOD | {measure: at_the_bound}, CHECKS)[1]
    checks, passed, why_not = judge(GOOD | {measure: beyond}, CHECKS)
    assert not passed and word in why_not
    assert [check.value for check in checks.values() if check.ok is False] == [beyond]
    assert not any(letter.isdigit() for letter in why_not)


def test_every_reason_can_be_said_in_a_conversation() -> None:
    """A word that compares, or a number, would be withheld: no fact stands behind it."""
    reasons = [bound.failing for bound in CHECKS]
    reasons += [YARDSTICK, RATED_LOWER, NOT_PROVEN, NOT_NATURAL, NOT_ASKED]
    reasons += [TOO_ALIKE, NO_GROUPS, TOO_MANY, OVERTAKEN, SQUASHED]
    for reason in reasons:
        sentence = f"KMeans on log RFM: {reason}."
        assert check_sentence(sentence, {}, [], "why not KMeans?").reasons == (), sentence


def test_only_an_outcome_may_be_lacking() -> None:
    short = {name: value for name, value in GOOD.items() if not name.startswith("outcome")}
    checks, passed, _ = judge(short, CHECKS)
    assert passed and checks["outcome"].value is None and checks["outcome"].ok is None
    del short["stability"]
    assert not judge(short, CHECKS)[1]


def test_natural_groups_need_not_tell_as_much_of_what_comes_later_as_the_rules() -> None:
    worse = GOOD | {"outcome_gain": -0.1, "outcome_gain_low": -0.2}
    assert not judge(worse, CHECKS)[1]
    checks, passed, _ = judge(worse, of_natural(CHECKS))
    assert passed and "outcome" in checks and "outcome_beside_rules" not in checks


def test_a_number_that_a_person_set_is_its_own_bound() -> None:
    assert judge(GOOD | {"segments": 12.0}, bounds(12))[1]
    assert not judge(GOOD | {"segments": 11.0}, bounds(12))[1]


def test_rating_by_hand() -> None:
    best = Candidate("A", "x", 4, GOOD)
    worse = GOOD | {"outcome": 0.2, "silhouette": 0.15, "touching": 2.0}
    other = Candidate("B", "x", 5, worse)
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert rate(best, [best, other]) == pytest.approx(0.30 * 0.9 + 0.25 * TOLD + 0.25 + 0.08 + 0.12)
    rating = rate(other, [best, other])
    assert rating == pytest.approx(0.27 + 0.25 * TOLD + 0.25 * 0.8 + 0.08 / 2 + 0.12 / 2)


def test_a_silhouette_is_only_held_against_its_own_space() -> None:
    near = Candidate("A", "x", 4, GOOD | {"silhouette": 0.9})
    elsewhere = Candidate("B", "y", 4, GOOD)
    assert rate(elsewhere, [near, elsewhere]) == rate(elsewhere, [elsewhere])


def test_where_the_roundest_cuts_through_a_crowd_the_clear_gaps_count() -> None:
    halves = Candidate("KMeans", "x", 2, GOOD | {"silhouette": 0.5, "gaps": -0.8})
    crescents = Candidate("HDBSCAN", "x", 2, GOOD | {"silhouette": 0.4, "gaps": 0.8})
    assert rate(halves, [halves, crescents]) == pytest.approx(0.27 + 0.25 * TOLD + 0.25)
    assert rate(crescents, [halves, crescents]) == pytest.approx(0.27 + 0.25 * TOLD + 0.25 + 0.2)
    round_ones = Candidate("KMeans", "x", 2, GOOD | {"silhouette": 0.5, "gaps": 0.7})
    assert rate(round_ones, [round_ones, crescents]) == pytest.approx(0.27 + 0.25 * TOLD + 0.45)


def test_a_single_segment_tells_nothing_apart() -> None:
    one = Candidate("DBSCAN", "x", 1, {"segments": 1.0, "stability": 1.0, "assignability": 1.0})
    assert rate(one, [one, Candidate("A", "x", 4, GOOD)]) == 0


def test_enough_is_enough_of_being_told_by_four_questions() -> None:
    plain = Candidate("A", "x", 4, GOOD | {"assignability": 0.92})
    plainer = Candidate("A", "x", 3, GOOD | {"assignability": 0.99})
    assert rate(plain, [plain, plainer]) == rate(plainer, [plain, plainer])


def test_without_an_outcome_its_weight_goes_to_the_others() -> None:
    short = {name: value for name, value in GOOD.items() if not name.startswith("outcome")}
    alone = Candidate("A", "x", 4, short)
    assert rate(alone, [alone]) == pytest.approx((0.27 + 0.25 * TOLD + 0.08 + 0.12) / 0.75)
    half = Candidate("A", "x", 4, {"silhouette": 0.3})
    assert rate(half, [alone]) is None
    assert half.not_measured == ("stability", "assignability")


def test_what_is_not_measured_yet_is_taken_at_its_best() -> None:
    rating = Rating.among([Candidate("A", "x", 4, GOOD)], WEIGHTS)
    cheap = {name: value for name, value in GOOD.items() if name != "stability"}
    assert rating.at_most(Candidate("A", "x", 4, cheap)) == pytest.approx(0.3 + 0.25 * TOLD + 0.45)
    whole = Candidate("A", "x", 4, GOOD)
    assert rating.at_most(whole) == rating.of(whole)


def test_weights_that_a_person_sets() -> None:
    found = read_weights("stability=.5, outcome = 0")
    assert (found["stability"], found["outcome"]) == (0.5, 0.0)
    assert found["silhouette"] == WEIGHTS["silhouette"]
    best = Candidate("A", "x", 4, GOOD)
    alone = read_weights("assignability=0,outcome=0,silhouette=0,touching=0")
    assert Rating.among([best], alone).of(best) == pytest.approx(0.9)


@pytest.mark.parametrize("text", ["stability=2", "stability=much", "stability", "stability=-1"])
def test_weights_that_are_none(text: str) -> None:
    with pytest.raises(BadInput, match="The weight of stability is"):
        read_weights(text)


def test_a_weight_of_something_else() -> None:
    with pytest.raises(NotFound, match="No weight named 'stabilty'.*'stability'"):
        read_weights("stabilty=1")
    with pytest.raises(BadInput, match="All weights are zero"):
        read_weights(",".join(f"{name}=0" for name in WEIGHTS))
