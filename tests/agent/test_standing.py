"""What a thread is about, in the planner's words and a model's, and how a person edits it."""

from typing import Any

import pytest
from conftest import Ask

from agent.standing import about, about_words, edited
from engine.errors import BadInput
from evals.peers.model_server import Heard, ModelServer, Said
from stores.threads import ThreadStore
from tools.context import Context

STATE: dict[str, Any] = {
    "intent": "total", "segment": ["Champions"], "metric": "revenue", "metrics": ["revenue"],
    "period": {"since": "2025-11-01", "until": None}, "periods": [],
    "filters": {"country": ["France"]}, "customer": [],
}  # fmt: skip


def test_what_is_shown_and_its_words() -> None:
    assert set(about(STATE)) == {"segment", "metric", "period", "filters"}
    assert about_words(STATE) == "Champions, revenue, 2025-11-01 to now, France"
    assert about_words({}) == ""


def test_edits_replace_or_forget_and_leave_the_rest() -> None:
    found = edited(STATE, {"segment": ["Lost"], "metric": None, "period": None})
    assert (found["segment"], found["metric"], found["metrics"]) == (["Lost"], "", [])
    assert (found["period"], found["periods"], found["filters"]) == (None, [], STATE["filters"])
    assert found["intent"] == "total"


@pytest.mark.parametrize("change", [{"dataset": "x"}, {"segment": "Lost"}, {"period": {"a": 1}}])
def test_what_is_no_edit_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        edited(STATE, change)


def test_the_next_question_leans_on_the_edited_state(ask: Ask, context: Context) -> None:
    first, _ = ask("how many customers do Champions have?")
    assert first.state["about"].startswith("Champions, customers")
    store = ThreadStore(context.home)
    thread = store.get("local", first.thread_id)
    store.keep_state(thread, edited(thread.state, {"segment": ["Lost"]}))
    then, _ = ask("and how many orders?", thread_id=first.thread_id)
    assert {fact.figure.subject.name for fact in then.facts} == {"Lost"}


def test_a_model_s_answer_is_about_what_its_figures_are_about(ask: Ask, context: Context) -> None:
    name = context.segments[0].name
    heard: list[Heard] = []

    def speaks(one: Heard) -> Said:
        heard.append(one)
        if not one.results:
            return Said(calls=(("query_records", {"measures": ["revenue"], "segment": [name]}),))
        return Said(f"{name} brought [[f1]] of revenue.")

    with ModelServer(speaks) as server:
        found, _ = ask("what do they bring?", server.open())
        ask("and before that?", server.open(), thread_id=found.thread_id)
    assert found.state["segment"] == [name]
    assert found.state["metric"] == "revenue"
    assert f'"segment": ["{name}"]' in heard[-1].instructions
