"""The strict client: what it refuses, what it leaves out, what it makes of each failure."""

import asyncio
import json
from typing import Any

import pytest
from pydantic import SecretStr

from agent.failures import IncompleteAnswer, may_pass, wanted_wait, words_of
from agent.model import FAILURES, Wire, open_language_model
from engine.errors import BadInput
from evals.peers.model_server import ModelServer, Said

WIRES: tuple[Wire, ...] = ("chat", "responses")


@pytest.fixture(params=WIRES)
def wire(request: pytest.FixtureRequest) -> Any:
    return request.param


def say(url: str, wire: Wire, **more: Any) -> str:
    """All that the model said, or what it raised."""

    async def run() -> str:
        model = open_language_model("gpt-test", url, SecretStr("key"), wire, timeout=0.5)
        model.leave_out(more.pop("left_out", ()))
        try:
            pieces = [chunk async for chunk in model.bind(**more).astream("hello")]
        finally:
            await model.root_async_client.close()
        return "".join(str(piece.text) for piece in pieces)

    return asyncio.run(run())


def test_a_whole_answer_is_taken(llmock: Any, wire: Wire) -> None:
    llmock.reply("Good day to you.")
    assert say(llmock.base_url(), wire) == "Good day to you."


@pytest.mark.parametrize("break_it", ["truncate", "corrupt", "stall", "disconnect"])
def test_a_broken_stream_is_an_error(llmock: Any, wire: Wire, break_it: str) -> None:
    more = {"seconds": 2} if break_it == "stall" else {}
    getattr(llmock.reply("Good day to you, and to all."), break_it)(after_chunks=5, **more)
    with pytest.raises(FAILURES) as found:
        say(llmock.base_url(), wire)
    assert may_pass(found.value)


def test_an_answer_cut_at_its_greatest_length_is_an_error(llmock: Any, wire: Wire) -> None:
    from llmock.scenarios import Reply

    llmock.add(Reply(text="Good day", finish_reason="length"))
    with pytest.raises(IncompleteAnswer, match="greatest length"):
        say(llmock.base_url(), wire)


def test_half_sent_arguments_are_an_error(llmock: Any, wire: Wire) -> None:
    llmock.call_tool("greet", {"whom": "everybody", "how": "warmly"}).break_tool_call()
    tool = {"type": "function", "function": {"name": "greet", "parameters": {"type": "object"}}}
    tools = [tool if wire == "chat" else {"type": "function", **tool["function"]}]  # type: ignore[dict-item]
    with pytest.raises(IncompleteAnswer, match="not whole"):
        say(llmock.base_url(), wire, tools=tools)


def called(chunks: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """The calls that an endpoint means which sends them so: name and arguments."""
    choices: list[dict[str, Any]] = [
        *({"delta": {"tool_calls": [chunk]}, "finish_reason": None} for chunk in chunks),
        {"delta": {}, "finish_reason": "tool_calls"},
    ]
    sent = [
        json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m",
                    "choices": [{"index": 0, **choice}]})
        for choice in choices
    ]  # fmt: skip
    monkeypatch.setattr("evals.peers.model_server._chat_events", lambda said: [*sent, "[DONE]"])

    async def run() -> list[tuple[str, Any]]:
        model = server.open()
        assert model.model is not None
        try:
            found = await model.model.ainvoke("hello")
        finally:
            await model.let_go()
        return [(call["name"], call["args"]) for call in found.tool_calls]

    with ModelServer(lambda heard: Said()) as server:
        return asyncio.run(run())


def call(place: int | None, name: str, arguments: Any) -> dict[str, Any]:
    found = {"id": f"call_{name}", "type": "function",
             "function": {"name": name, "arguments": arguments}}  # fmt: skip
    return found if place is None else found | {"index": place}


@pytest.mark.parametrize("places", [(0, 1), (0, 0), (None, None)])
def test_two_calls_are_told_apart_wherever_an_endpoint_places_them(
    places: tuple[int | None, int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    two = [call(places[0], "look", '{"at": 1}'), call(places[1], "count", '{"of": 2}')]
    assert called(two, monkeypatch) == [("look", {"at": 1}), ("count", {"of": 2})]


@pytest.mark.filterwarnings("ignore:Pydantic serializer")  # the client's own, of such a message
def test_arguments_that_are_no_text_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(IncompleteAnswer, match="cannot be read"):
        called([call(0, "look", {"at": 1})], monkeypatch)


def test_a_refused_parameter_is_left_out_from_then_on(llmock: Any) -> None:
    llmock.fail(400, message="Unrecognized request argument supplied: stream_options")
    llmock.fail(400, message="'temperature' does not support 0 with this model")
    llmock.reply("Good day.")
    assert say(llmock.base_url(), "chat") == "Good day."
    sent = [set(request.body) for request in llmock.requests]
    assert [{"stream_options", "temperature"} & keys for keys in sent] == [
        {"stream_options", "temperature"}, {"temperature"}, set(),
    ]  # fmt: skip
    llmock.assert_resilient(strict=True)


def test_a_refused_request_that_names_nothing_is_not_sent_again(llmock: Any, wire: Wire) -> None:
    llmock.fail(400, message="no", times=None)
    with pytest.raises(FAILURES) as found:
        say(llmock.base_url(), wire)
    assert len(llmock.requests) == 1
    assert not may_pass(found.value)


def test_what_a_setting_leaves_out_is_never_sent(llmock: Any) -> None:
    llmock.reply("Good day.")
    say(llmock.base_url(), "chat", left_out=("stream_options", "temperature"))
    assert not {"stream_options", "temperature"} & set(llmock.last_request.body)


def test_the_responses_endpoint_is_told_to_keep_nothing(llmock: Any) -> None:
    llmock.reply("Good day.")
    say(llmock.base_url(), "responses")
    assert llmock.last_request.body["store"] is False


@pytest.mark.parametrize(
    ("status", "words", "passes"),
    [
        (401, "refused the key", False),
        (403, "refused us the model", False),
        (404, "knows no such model", False),
        (429, "more requests than it takes", True),
        (500, "an error of its own", True),
        (502, "an error of its own", True),
    ],
)
def test_each_failure_has_its_words(
    llmock: Any, wire: Wire, status: int, words: str, passes: bool
) -> None:
    llmock.fail(status, retry_after=7 if status == 429 else None, message="secret-in-the-error")
    with pytest.raises(FAILURES) as found:
        say(llmock.base_url(), wire)
    said = words_of(found.value)
    assert words in said
    assert "secret" not in said
    assert may_pass(found.value) == passes
    assert wanted_wait(found.value) == (7 if status == 429 else None)


def test_names_of_models() -> None:
    def name(text: str, url: str | None = "http://127.0.0.1:9/v1") -> str:
        return open_language_model(text, url, SecretStr("key")).model_name

    assert name("openai:gpt-4o-mini", None) == "gpt-4o-mini"
    assert name("llama3:8b") == "llama3:8b"
    with pytest.raises(BadInput, match="provider 'acme'"):
        name("acme:large", None)
    with pytest.raises(BadInput, match="needs a key"):
        open_language_model("gpt-4o-mini", None, None)
