"""One question in, one grounded answer out: with the planner, and with models of every kind."""

import re
from typing import Any

import pytest
from conftest import Ask
from langchain_core.language_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.runnables import Runnable
from pydantic import SecretStr

from agent.events import Restarted, Sentence
from agent.loop import NamedModel
from agent.model import FAILURES, open_language_model
from agent.retrying import Patience
from stores.threads import ThreadStore
from tools.context import Context

SIZES = "how many customers are in each segment, and which group brings most revenue?"


class Scripted(FakeMessagesListChatModel):
    """Plays its lines in order, whatever it is asked."""

    def bind_tools(self, tools: Any, **kwargs: Any) -> Runnable[Any, AIMessage]:
        return self


def scripted(*lines: AIMessage | str) -> NamedModel:
    messages: list[BaseMessage] = [
        AIMessage(line) if isinstance(line, str) else line for line in lines
    ]
    return NamedModel("scripted", Scripted(responses=messages))


def calls(name: str, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": f"call_{name}"}])


# ---- the planner -------------------------------------------------------------------------------


def test_the_planner_answers_from_facts(ask: Ask, context: Context) -> None:
    found, events = ask(SIZES)
    sizes = context.members.groupby("segment_id").size()
    shown = {
        fact.figure.subject.name: fact.figure.value
        for fact in found.facts
        if fact.figure.metric == "customers"
    }
    assert shown == {s.name: sizes.get(s.segment_id, 0) for s in context.segments}
    revenue = context.members.groupby("segment_id")["monetary"].sum()
    best = next(s.name for s in context.segments if s.segment_id == revenue.idxmax())
    assert f"{best} lead with £" in found.text
    assert (found.kind, found.withheld, found.model) == ("answer", 0, "planner")
    assert all(fact.text in found.text for fact in found.facts)


@pytest.mark.parametrize(
    "question",
    [
        SIZES,
        "who is slipping away, and what are they worth?",
        "tell me about champions",
        "compare champions and lost",
        "how many customers do Champions and Lost have together?",
        "how many orders, and what revenue?",
        "since when do you have data, how many products are sold?",
        "which segment has the fewest customers?",
        "which group buys most often?",
    ],
)
def test_nothing_the_planner_writes_is_withheld(ask: Ask, question: str) -> None:
    found, _ = ask(question)
    assert (found.kind, found.withheld) == ("answer", 0)
    assert found.facts


def test_the_planner_says_what_it_cannot_do(ask: Ask) -> None:
    found, _ = ask("what will the weather be in Leeds?")
    assert (found.kind, found.facts, found.tools) == ("refuse", (), ())
    assert "without a language model" in found.text


def test_spans_point_at_the_figures(ask: Ask) -> None:
    found, _ = ask(SIZES)
    texts = {fact.id: fact.text for fact in found.facts}
    spans = [(sentence, span) for sentence in found.sentences for span in sentence.spans]
    assert len(spans) > 5
    for sentence, span in spans:
        assert sentence.text[span.start : span.end] == texts[span.fact]


# ---- models that lie, break or loop ------------------------------------------------------------


def test_a_hostile_model_shows_no_free_figure(ask: Ask) -> None:
    model = scripted(
        calls("list_segments"),
        "Champions have 1,234 customers. They bring £9.9m, about half of revenue! "
        "See https://evil.example/report for the other 57 %. Lost number a dozen.",
        "Champions have twelve hundred customers, up 20 %.",
    )
    found, events = ask("how are the segments doing?", model)
    shown = "".join(event.text for event in events if isinstance(event, Sentence))
    assert not re.search(r"\d|dozen|half|twelve|evil", shown)
    assert (found.kind, found.facts) == ("partial", ())


def test_swapped_references_are_withheld(ask: Ask, context: Context) -> None:
    first, second, *_ = sorted(
        context.segments, key=lambda s: -context.members.query(
            "segment_id == @s.segment_id")["monetary"].sum())  # fmt: skip
    # f2 is the first segment's number of customers, so the second sentence lies.
    model = scripted(
        calls("list_segments"),
        f"{first.name} have [[f2]] customers. {second.name} have [[f2]] customers.",
        "I cannot say more.",
    )
    found, _ = ask("how many customers?", model)
    assert f"{first.name} have" in found.text
    assert f"{second.name} have" not in found.text


def test_one_repair_turn_lets_the_model_mend_its_sentence(ask: Ask, context: Context) -> None:
    model = scripted(
        calls("describe_dataset"),
        "The shop has 400 customers.",
        "The shop has [[f1]] customers.",
    )
    found, _ = ask("how big is the shop?", model)
    assert (found.kind, found.withheld) == ("answer", 0)
    assert found.text == f"The shop has {len(context.members)} customers."


def test_a_looping_model_is_cut_short_and_says_so(ask: Ask) -> None:
    model = scripted(*[calls("describe_dataset")] * 20)
    found, _ = ask("how big is the shop?", model)
    assert found.kind == "partial"
    assert "ceiling of 8 steps" in found.text


def test_what_was_looked_up_before_a_ceiling_stands_beside(ask: Ask, context: Context) -> None:
    found, _ = ask("how are the segments?", scripted(*[calls("list_segments")] * 20))
    assert (found.kind, found.facts) == ("partial", ())
    assert "what was looked up stands beside" in found.text
    (table,) = found.tables  # the same, eight times looked up
    assert {row.name for row in table.rows} == {segment.name for segment in context.segments}


def test_unknown_tools_and_bad_arguments_run_nothing(ask: Ask) -> None:
    model = scripted(
        calls("drop_all_tables"),
        calls("list_segments", limit=3),
        calls("calculate", operation="sum", facts=["f1", "f99"]),
        "I could not find that.",
    )
    found, _ = ask("how big is the shop?", model)
    assert found.tools == ()
    assert found.text == "I could not find that."


# ---- a real endpoint, scripted -----------------------------------------------------------------


@pytest.fixture
def endpoint(llmock: Any) -> NamedModel:
    model = open_language_model("gpt-test", llmock.base_url(), SecretStr("test-key"))
    close = model.root_async_client.close
    return NamedModel("gpt-test", model, FAILURES, close, patience=Patience(first_wait=0.05))


def test_a_compatible_endpoint_answers_with_tools(ask: Ask, llmock: Any, endpoint: Any) -> None:
    llmock.call_tool("describe_dataset", {}).reply("The shop has [[f1]] customers.")
    found, _ = ask("how many customers?", endpoint)
    assert (found.model, found.fell_back, found.kind) == ("gpt-test", False, "answer")
    assert re.fullmatch(r"The shop has \d+ customers\.", found.text)
    sent = str(llmock.requests[0].body)
    assert "describe_dataset" in sent
    assert found.tokens["input_tokens"] > 0


@pytest.mark.parametrize("fault", ["down", "cut", "half-sent arguments", "rubbish"])
def test_a_failing_endpoint_falls_back_to_the_planner(
    ask: Ask, llmock: Any, endpoint: Any, fault: str
) -> None:
    llmock.call_tool("search_notes", {"query": "who buys", "limit": 2}, times=None)
    if fault == "down":
        llmock.outage()
    elif fault == "cut":
        llmock.truncate(after_chunks=2, times=None)
    elif fault == "half-sent arguments":
        llmock.break_tool_call(times=None)
    else:
        llmock.corrupt(after_chunks=1, times=None)
    found, events = ask("how many customers does the shop have?", endpoint)
    assert (found.model, found.fell_back) == ("planner", True)
    assert any(isinstance(event, Restarted) for event in events)
    assert [tool.name for tool in found.tools] == ["describe_dataset", "query_records"]
    assert found.text.startswith("The shop had ")


def test_no_personal_data_reaches_the_model(ask: Ask, llmock: Any, endpoint: Any) -> None:
    llmock.call_tool("list_segments", {}).reply("There are [[f1]] segments.")
    found, _ = ask("how many segments?", endpoint)
    assert found.kind == "answer"
    sent = " ".join(str(request.body) for request in llmock.requests)
    assert not re.search(r"\b10\d{3}\b", sent)  # customer ids of the sample shop


# ---- threads -----------------------------------------------------------------------------------


def test_a_turn_is_kept_in_its_thread(ask: Ask, context: Context) -> None:
    from stores.threads import ThreadStore

    first, _ = ask("how many customers?")
    second, _ = ask("and how many orders?", thread_id=first.thread_id)
    store = ThreadStore(context.home)
    turns = store.turns(store.get("local", first.thread_id))
    assert [turn.question for turn in turns] == ["how many customers?", "and how many orders?"]
    assert turns[1].body["answer_id"] == second.answer_id


def test_tool_messages_are_what_the_model_sees(context: Context) -> None:
    from agent.langchain_tools import bind_catalogue

    seen: list[Any] = []
    tool = next(t for t in bind_catalogue(context, seen.append) if t.name == "describe_dataset")
    message = tool.invoke({"name": tool.name, "args": {}, "id": "1", "type": "tool_call"})
    assert isinstance(message, ToolMessage)
    assert seen[0].facts[0].id == "f1"


def test_a_question_with_unreadable_characters_is_answered_and_kept(
    ask: Ask, context: Context
) -> None:
    found, _ = ask("how many\0 customers are there? \ud83d")
    store = ThreadStore(context.home)
    (turn,) = store.turns(store.get("local", found.thread_id))
    assert turn.question == "how many\ufffd customers are there? \ufffd"
    assert (turn.answer, turn.answer_id) == (found.text, found.answer_id)


def test_a_model_may_ask_back_and_the_turn_ends(ask: Ask) -> None:
    model = scripted(
        calls(
            "ask_back", question="Do you mean the best customers?", choices=["by spend", "by age"]
        ),
        "This is never said.",
    )
    found, _ = ask("who are the best?", model)
    assert found.kind == "clarify"
    assert found.text == "Do you mean the best customers?\n- by spend\n- by age"
    assert found.tools == ()


def test_an_ask_back_without_choices_is_an_error_that_the_model_reads(ask: Ask) -> None:
    model = scripted(calls("ask_back", question="What?", choices=[]), "I cannot say.")
    found, _ = ask("who are the best?", model)
    assert (found.kind, found.text) == ("answer", "I cannot say.")
