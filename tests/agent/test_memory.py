"""What is written down of what was told, and recalled for a question."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent.events import Answer, Event
from agent.memory import recall_for, write_report_abstract, write_shift_story
from agent.reporting import build_report
from agent.verifying import case_of, dismiss, verify
from engine.concepts import Moment
from engine.errors import NotFound, NotPossible, Refused
from stores.feedback import FeedbackStore
from stores.notes import NoteStore
from stores.people import Person
from tools.catalog import call
from tools.context import Context
from tools.snapshots import make_snapshot

NOW = datetime(2026, 1, 2, 9, tzinfo=UTC)
ME = Person("local", "You", "admin")
Ask = Callable[..., tuple[Answer, list[Event]]]


def search(context: Context, query: str, **more: Any) -> list[dict[str, str]]:
    fresh = Context.open(context.home, "local", None, NOW)
    return [text for text in call(fresh, "search_notes", {"query": query} | more).texts
            if "note" in text]  # fmt: skip


def test_what_moved_is_noted_of_the_last_month(context: Context) -> None:
    assert write_shift_story(context) is None  # there is one moment only
    month = Moment.of(context.as_of.at - timedelta(days=40), context.dataset.shop.zone)
    make_snapshot(context.home, context.dataset, month, NOW, context.run)
    assert write_shift_story(context) is not None
    [text] = search(context, "what changed lately?", kind="shift")
    assert text["note"].startswith("What changed lately in the segments")


def test_the_finding_of_a_report_is_noted_with_figures_of_now(context: Context) -> None:
    build_report(context)
    fresh = Context.open(context.home, "local", None, NOW)
    called = call(fresh, "search_notes", {"query": "what did the report say?", "kind": "report"})
    revenue = next(fact for fact in called.facts if fact.figure.metric == "revenue")
    assert f"bring the most revenue: [[{revenue.id}]]." in called.texts[0]["note"]
    assert revenue.figure.operation == "largest"  # calculated anew, of figures of now
    listed = call(context, "list_segments", {}).facts
    assert revenue.text in {fact.text for fact in listed if fact.figure.metric == "revenue"}


def test_a_question_is_answered_from_the_report_by_the_planner(context: Context, ask: Ask) -> None:
    answer, _ = ask("what did the last report say?")
    assert answer.text == "Nothing is noted that answers this."
    build_report(context)
    answer, _ = ask("what did the last report say?")
    assert (answer.kind, answer.withheld) == ("answer", 0)
    assert "bring the most revenue" in answer.text and answer.facts


def test_the_planner_tells_what_a_word_means(ask: Ask) -> None:
    answer, _ = ask("how is churn defined?")
    assert answer.text == "Churn: mean probability of no kept sale within the horizon."
    assert (answer.kind, answer.withheld) == ("answer", 0)
    assert "sales less returns" in ask("what does revenue mean?")[0].text
    assert "No word of that kind" in ask("how is the moon phase defined?")[0].text


def test_a_model_is_given_words_and_no_figures(context: Context) -> None:
    write_report_abstract(context, [])
    told = json.loads(recall_for(f"what are {context.segments[0].name} like?", context))
    assert told[0]["about"] == context.segments[0].name
    assert not any("[[" in one["note"] for one in told)
    asked = f"what are {context.segments[0].name} like?"
    few = recall_for(asked, context, 1000)  # nobody describes so small a group to a model
    assert context.segments[0].name not in {one["about"] for one in json.loads(few)}


def test_no_note_names_a_customer(context: Context, ask: Ask) -> None:
    month = Moment.of(context.as_of.at - timedelta(days=40), context.dataset.shop.zone)
    make_snapshot(context.home, context.dataset, month, NOW, context.run)
    write_shift_story(context)
    build_report(context)
    verify(context.home, judged(ask, context, "how many customers are there?").answer_id, ME, NOW)
    rows = NoteStore(context.home, context.home.embedder()).rows()
    assert {row.kind for row in rows} == {"term", "segment", "run", "shift", "report", "answer"}
    said = " ".join(f"{row.about} {row.text} {json.dumps(row.sources)}" for row in rows)
    assert [customer for customer in context.members.index if str(customer) in said] == []


# ---- answers that a person called right ---------------------------------------------------------


def judged(ask: Ask, context: Context, question: str, value: str = "good") -> Answer:
    answer, _ = ask(question)
    FeedbackStore(context.home).give(answer.answer_id, ME, value, NOW)
    return answer


def test_a_verified_answer_is_a_note_and_a_case(context: Context, ask: Ask) -> None:
    answer = judged(ask, context, "how many customers are there?")
    store = FeedbackStore(context.home)
    assert [(one.answer_id, one.good, one.bad) for one in store.waiting()] == [
        (answer.answer_id, 1, 0)
    ]
    assert search(context, "how many customers?", kind="answer") == []  # a thumb teaches nothing
    verify(context.home, answer.answer_id, ME, NOW)
    [text] = search(context, "did somebody check how many customers there are?", kind="answer")
    assert "Verified answer to the question: how many customers are there?" in text["note"]
    assert store.waiting() == []
    [kept] = store.verified()
    case = case_of(context.home, kept)
    assert case["say"] == "how many customers are there?"
    assert {"metric": "customers", "value": 400}.items() <= case["figures"][0].items()
    dismiss(context.home, answer.answer_id, ME, NOW)  # looked at again, it was not right
    assert search(context, "how many customers?", kind="answer") == []


def test_who_may_not_judge_keeps_nothing(context: Context, ask: Ask) -> None:
    answer = judged(ask, context, "how many customers are there?")
    reader = Person("person_2", "Ada", "reader")
    for act in (verify, dismiss):
        with pytest.raises(Refused):
            act(context.home, answer.answer_id, reader, NOW)
    with pytest.raises(NotFound):
        verify(context.home, "answer_0", ME, NOW)
    assert len(FeedbackStore(context.home).waiting()) == 1


def test_an_answer_about_one_customer_is_never_a_note(context: Context, ask: Ask) -> None:
    customer = str(context.members.index[0])
    answer = judged(ask, context, f"how much did customer {customer} spend?")
    assert answer.facts
    with pytest.raises(NotPossible, match="single customer"):
        verify(context.home, answer.answer_id, ME, NOW)


def test_a_refusal_cannot_be_verified_but_dismissed(context: Context, ask: Ask) -> None:
    answer = judged(ask, context, "what is our profit margin?", "bad")
    with pytest.raises(NotPossible, match="whole answer"):
        verify(context.home, answer.answer_id, ME, NOW)
    store = FeedbackStore(context.home)
    dismiss(context.home, answer.answer_id, ME, NOW)
    assert store.waiting() == [] == store.verified()
    store.give(answer.answer_id, ME, "good", NOW)  # somebody's new word waits again
    assert [one.good for one in store.waiting()] == [1]
