"""From a question to an action: whom an audience is of, its name, how many are left alone."""

from datetime import date
from typing import Any

import pytest

from agent.acting import act
from agent.actions import agreement
from agent.meaning import Meaning
from agent.questions import read_question
from agent.vocabulary import Vocabulary

SHOP = Vocabulary(
    date(2026, 1, 1), ("Champions", "At risk", "Loyal"), ("Germany", "France"), ("Tea", "Kitchen"),
    ("web",), (("big cat", "Big cat"),),
)  # fmt: skip
PLAY = {"name": "Win back At risk", "where": "overdue > 1.5", "holdout": 0.3}
BEFORE = {"intent": "audience", "segment": [], "filters": {"country": ["Germany"]},
          "where": "recency > 60", "plays": [PLAY]}  # fmt: skip


def read(question: str, remembered: dict[str, Any] | None = None) -> Meaning:
    (found,) = read_question(question, SHOP, lambda: ("10496",), remembered or {})
    return found


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("what should I do about At risk?", "playbook"),
        ("how do we win back lapsed customers", "playbook"),
        ("which campaign would work for Loyal", "playbook"),
        ("what should I offer customer 10496?", "recommend"),
        ("what could we suggest to Champions", "recommend"),
        ("what do Champions buy together", "bought_together"),
        ("which products are bought together", "bought_together"),
        ("export the audience Lapsed as hashed e-mail addresses", "export_audience"),
        ("what did the audience Lapsed bring?", "readout"),
        ("did the audience Lapsed work", "readout"),
        ("which audiences do I have", "audiences"),
        ("make an audience of customers who spent over 500", "audience"),
        ("revenue by campaign", "total"),
        ("how many customers are in Champions", "total"),
    ],
)
def test_what_a_question_wants(question: str, intent: str) -> None:
    assert read(question).intent == intent


def test_an_action_in_the_middle_of_a_conversation_is_of_whom_it_names() -> None:
    found = read("what should I suggest to Loyal", BEFORE)
    assert (found.intent, found.slots.of("segment")) == ("recommend", ("Loyal",))
    assert act(found) == [("recommend_products", {"whom": "Loyal", "count": 5})]


@pytest.mark.parametrize(
    ("question", "name", "where", "holdout"),
    [
        ("save these as an audience", "Germany recency 60", "recency > 60 and country in (Germany)",
         0.1),
        ("keep them as an audience called Big Germans with a 20% holdout", "Big Germans",
         "recency > 60 and country in (Germany)", 0.2),
        ("save those who spent over 500 as an audience named Rich, without a holdout", "Rich",
         "recency > 60 and monetary > 500 and country in (Germany)", 0.0),
        ("save an audience of Champions in France who did not buy for 30 days", "Champions France "
         "recency 30", "recency > 30 and segment in (Champions) and country in (France)", 0.1),
        ("save customers in France as an audience called Loyal French and leave a fifth of them "
         "alone", "Loyal French", "country in (France)", 0.2),
        ('save "Win back At risk" as an audience', "Win back At risk", "overdue > 1.5", 0.3),
        ("save the first one as an audience", "Win back At risk", "overdue > 1.5", 0.3),
    ],
)  # fmt: skip
def test_the_audience_that_is_saved(question: str, name: str, where: str, holdout: float) -> None:
    found = read(question, BEFORE)
    wish = {"name": name, "where": where, "holdout": holdout}
    assert (found.intent, found.audience, found.strange) == ("save_audience", wish, "")
    assert act(found) == [("preview_audience", wish), ("save_audience", wish)]


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("save them as an audience", {"unclear": True}),
        ("save them as an audience", {"periods": [{"since": "2025-11-01", "until": None}]}),
        ("save them as an audience", {"top": 10}),
        ("save women in France as an audience", {}),
        ("save customers as an audience", {}),
    ],
)
def test_an_audience_of_other_people_than_were_meant_is_not_saved(
    question: str, more: dict[str, Any]
) -> None:
    found = read(question, BEFORE | more)
    assert found.intent == "save_audience"
    assert found.strange.startswith("Whom shall I save?") and not found.audience


def test_a_yes_is_one_only_to_what_was_asked() -> None:
    asked = {"change": {"tool": "save_audience"}}
    yes, no = ("Yes", "yes, please", "OK, do it!", "go ahead"), ("no", "No thanks", "better not")
    assert [agreement(said, asked) for said in yes] == [True] * len(yes)
    assert [agreement(said, asked) for said in no] == [False] * len(no)
    assert agreement("yes and how many are in France?", asked) is None
    assert agreement("no idea, who is in Loyal?", asked) is not True
    assert agreement("yes", {}) is None
