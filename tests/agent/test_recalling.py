"""The same question again: answered as before while nothing moved, and found anew otherwise."""

from dataclasses import replace

import pytest
from conftest import Ask

from agent.loop import NamedModel
from stores.receipts import ReceiptStore
from stores.runs import RunStore
from tools.context import Context

RECALLS = NamedModel(recalls=True)
HOW_MANY = "how many customers does the shop have?"


def test_the_same_question_is_answered_as_before(ask: Ask, context: Context) -> None:
    first, _ = ask(HOW_MANY, RECALLS)
    again, events = ask(HOW_MANY, RECALLS)
    assert (first.recalled, again.recalled) == (False, True)
    assert (again.text, again.sentences, again.tools) == (first.text, first.sentences, first.tools)
    assert again.facts == first.facts
    assert again.answer_id != first.answer_id
    assert (again.tokens, again.fell_back) == ({}, False)
    first_one, *sentences, facts, whole = [type(event).__name__ for event in events]
    assert (first_one, facts, whole) == ("Status", "FactsShown", "Answer")
    assert set(sentences) == {"Sentence"}
    receipts = ReceiptStore(context.home)
    assert all(receipts.get("local", fact.receipt).figure == fact.figure for fact in again.facts)
    third, _ = ask(HOW_MANY, RECALLS)
    assert third.recalled


def test_another_state_of_the_thread_is_another_question(ask: Ask) -> None:
    ask("and how many orders?", RECALLS)
    first, _ = ask("tell me about champions", RECALLS)
    follow_up, _ = ask("and how many orders?", RECALLS, thread_id=first.thread_id)
    assert not follow_up.recalled


def test_a_new_name_of_a_segment_makes_the_question_anew(ask: Ask, context: Context) -> None:
    before, _ = ask("how many customers are in each segment?", RECALLS)
    segment = context.segments[0]
    RunStore(context.home).rename(context.dataset.dataset_id, segment, "Regulars of the house")
    after, _ = ask("how many customers are in each segment?", RECALLS)
    assert not after.recalled
    assert "Regulars of the house" in after.text


@pytest.mark.parametrize("question", ["what will the weather be?", "is the stream keeping up?"])
def test_what_may_move_or_was_not_answered_is_not_recalled(ask: Ask, question: str) -> None:
    ask(question, RECALLS)
    again, _ = ask(question, RECALLS)
    assert not again.recalled


def test_who_does_not_recall_never_does(ask: Ask) -> None:
    ask(HOW_MANY, RECALLS)
    again, _ = ask(HOW_MANY, replace(RECALLS, recalls=False))
    assert not again.recalled
