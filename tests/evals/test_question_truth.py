"""The truth of a shop that a person can check by hand."""

from datetime import date

import pandas as pd
import pytest
from shops import Line, transactions

from evals.questions.meaning import Meaning, fact_cut
from evals.questions.naming import named
from evals.questions.question import Wanted
from evals.questions.times import LIFETIME, Stretch, read_period, speaks_of
from evals.questions.truth import Labels, QuestionTruth, Uncountable

TODAY = date(2025, 5, 9)
LINES: list[Line] = [
    ("1", "ann", "2025-03-01T10:00", "tea", 1, "5.00"),
    ("2", "bob", "2025-03-30T12:00", "pot", 1, "40.00"),
    ("C2", "bob", "2025-04-20T12:00", "pot", -1, "40.00"),
    ("3", "ann", "2025-04-02T12:00", "tea", 2, "5.00"),
    ("4", None, "2025-04-02T12:00", "tea", 1, "5.00"),
    ("5", "cat", "2025-05-09T09:00", "cup", 3, "7.00"),
]
LABELS = {"ann": "s1", "bob": "s2", "cat": "s2"}
EARLIER: dict[date, Labels] = {date(2025, 4, 1): {"ann": "s2", "bob": "s2"}}


@pytest.fixture
def truth() -> QuestionTruth:
    people = pd.DataFrame({"customer_id": ["ann", "bob", "cat"],
                           "gender": ["female", "male", "female"]})  # fmt: skip
    scores = pd.DataFrame({"churn": [0.25, 0.5, 1.0]}, index=["ann", "bob", "cat"])
    return QuestionTruth(
        transactions(LINES).to_pandas(), people, pd.DataFrame(), LABELS,
        {"s1": "Loyal", "s2": "New"}, scores, TODAY, EARLIER.get, 8,
    )  # fmt: skip


@pytest.fixture
def meaning(truth: QuestionTruth) -> Meaning:
    roles = {"top": "s1", "second": "s2", "bottom": "s2", "biggest": "s2"}
    return Meaning(truth, roles, {"customer": "ann"})


@pytest.mark.parametrize(
    ("metric", "cut", "stretch", "value"),
    [
        ("revenue", {}, LIFETIME, 500 + 1000 + 500 + 2100),
        ("revenue", {"segment": "s1"}, LIFETIME, 1500),
        ("revenue", {"gender": "female"}, LIFETIME, 1500 + 2100),
        ("revenue", {"segment": "s1"}, Stretch(date(2024, 1, 1), date(2025, 1, 1)), 0),
        ("orders", {"customer": "ann"}, Stretch(date(2025, 4, 1), date(2025, 5, 1)), 1),
        ("customers", {}, LIFETIME, 3),
        ("customers", {"recency_over": 30}, LIFETIME, 2),
        ("customers", {"segment_not": "s2"}, LIFETIME, 1),
        ("share_of_customers", {"segment": "s2"}, LIFETIME, 2 / 3),
        ("average_order", {}, LIFETIME, 1025 - 205),
        ("churn", {"segment": "s2"}, LIFETIME, 0.75),
        ("expected_leavers", {}, LIFETIME, 2),
        ("entered", {"segment": "s1"}, Stretch(date(2025, 4, 1)), 1),
        ("left", {"segment": "s2"}, Stretch(date(2025, 4, 1)), 1),
        ("net_change", {"segment": "s2"}, Stretch(date(2025, 4, 1)), 0),
        ("movers", {}, Stretch(date(2025, 4, 1)), 1),
        ("last_order_date", {"customer": "ann"}, LIFETIME, date(2025, 4, 2)),
        ("rows_dropped", {}, LIFETIME, 2),
    ],
)
def test_figures(
    truth: QuestionTruth, metric: str, cut: dict[str, str], stretch: Stretch, value: float
) -> None:
    assert truth.value(metric, cut, stretch) == value


def test_what_nobody_knows_is_said_to_be_uncountable(truth: QuestionTruth) -> None:
    for metric, cut in (("expected_value", {}), ("revenue", {"city": "Leeds"}), ("profit", {})):
        with pytest.raises(Uncountable):
            truth.value(metric, cut, LIFETIME)
    with pytest.raises(Uncountable, match="2025-02-01"):
        truth.value("entered", {"segment": "s1"}, Stretch(date(2025, 2, 1)))


def test_the_right_name_has_to_come_before_its_rivals(meaning: Meaning) -> None:
    (one,) = named(meaning, {"segment_with": {"most": "churn", "period": "horizon"}})
    assert one.missing_from("New may go, Loyal will stay.") == []
    assert one.missing_from("Loyal and New may go.")
    assert one.missing_from("Newcomers may go.")


def test_of_several_that_share_the_last_place_any_will_do(meaning: Meaning) -> None:
    asked = {"most": "units", "count": 2, "in": {"shop": "all"}, "period": "lifetime"}
    (one,) = named(meaning, {"products_with": asked})
    assert one.missing_from("tea and cup") == []
    assert one.missing_from("pot and tea")


def test_a_subject_that_depends_on_another_answer_is_settled(meaning: Meaning) -> None:
    wanted = Wanted("expected_leavers", {"segment_with": {"most": "churn"}}, "horizon")
    sought = meaning.sought(wanted)
    assert meaning.values(sought, sought.stretch) == [2]


def test_a_selection_is_read_from_its_parts() -> None:
    def cut(key: str) -> dict[str, object] | None:
        return fact_cut({"kind": "selection", "id": key})

    assert cut("country=France;segment in s1") == {"country": "France", "segment": "s1"}
    assert cut("s1>s2") == {"from": "s1", "to": "s2"}
    assert cut("where recency > 30") is None


def test_a_period_is_met_by_the_facts_that_speak_of_it() -> None:
    first = date(2025, 3, 1)
    april = Stretch(date(2025, 4, 1), date(2025, 5, 1))
    assert speaks_of(april, "last_month", TODAY, first)
    assert speaks_of(Stretch(date(2025, 4, 9)), "last_month", TODAY, first)
    assert speaks_of(april, {"month": "2025-04"}, TODAY, first)
    assert speaks_of(Stretch(date(2025, 1, 1)), {"year": 2025}, TODAY, first)
    assert not speaks_of(april, {"year": 2025}, TODAY, first)
    assert not speaks_of(april, "lifetime", TODAY, first)
    assert not speaks_of(LIFETIME, "horizon", TODAY, first)
    assert read_period({"month": "2025-12"}, TODAY) == Stretch(date(2025, 12, 1), date(2026, 1, 1))
