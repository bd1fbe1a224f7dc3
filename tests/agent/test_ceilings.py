"""Ceilings: whatever a model does, the question ends, and says which ceiling it reached."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from conftest import Ask
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable

from agent.ceilings import Account, CeilingReached, Ceilings, Prices
from agent.loop import NamedModel


class Talker(BaseChatModel):
    """Talks for ever, a sentence at a time; or calls a tool for ever; or stalls."""

    manner: str

    @property
    def _llm_type(self) -> str:
        return "talker"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Runnable[Any, AIMessage]:
        return self

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any,
    ) -> ChatResult:  # fmt: skip
        return ChatResult(generations=[ChatGeneration(message=AIMessage(""))])

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: Any = None, **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:  # fmt: skip
        if self.manner == "calls":
            call = {"name": "describe_dataset", "args": "{}", "id": "c", "index": 0}
            calls = [{**call, "id": f"c{n}", "index": n} for n in range(3)]
            yield ChatGenerationChunk(message=AIMessageChunk("", tool_call_chunks=calls))
        elif self.manner == "stalls":
            yield ChatGenerationChunk(message=AIMessageChunk("The shop is "))
            await asyncio.Event().wait()
        else:
            for piece in _endless():
                await asyncio.sleep(0)  # as what comes over a wire does
                yield ChatGenerationChunk(message=AIMessageChunk(piece))


def _endless() -> Iterator[str]:
    while True:
        yield from ("The shop ", "is doing ", "well. ")


@pytest.mark.parametrize(
    ("manner", "ceilings", "words"),
    [
        ("calls", Ceilings(steps=3), "ceiling of 3 steps"),
        ("calls", Ceilings(tools=1), "ceiling of 1 tool call"),
        ("stalls", Ceilings(seconds=0.5), "ceiling of 0.5 seconds"),
        ("talks", Ceilings(tokens=60), "ceiling of 60 tokens"),
        ("talks", Ceilings(cost=0.001), "ceiling of 0.001 in money"),
    ],
)
def test_a_question_ends_at_its_ceiling_and_names_it(
    ask: Ask, manner: str, ceilings: Ceilings, words: str
) -> None:
    model = NamedModel("talker", Talker(manner=manner), ceilings=ceilings, prices=Prices(1, 10))
    found, _ = ask("how is the shop doing?", model)
    assert found.kind == "partial"
    assert words in found.text
    assert words in found.happened[-1]
    assert "The shop is The question" not in found.text  # half a sentence is not left standing
    assert found.text.startswith("The shop is doing well.") == (manner == "talks")


def test_an_answer_says_what_it_cost(ask: Ask) -> None:
    usage = {"input_tokens": 2000, "output_tokens": 100, "total_tokens": 2100}
    from langchain_core.language_models import FakeMessagesListChatModel

    class Silent(FakeMessagesListChatModel):
        def bind_tools(self, tools: Any, **kwargs: Any) -> Runnable[Any, AIMessage]:
            return self

    said = AIMessage("The shop is doing well.", usage_metadata=usage)  # type: ignore[arg-type]
    model = NamedModel("silent", Silent(responses=[said]), prices=Prices(0.15, 0.60))
    found, _ = ask("how is the shop doing?", model)
    assert (found.tokens, found.cost) == (usage, 0.00036)
    assert found.to_json()["cost"] == 0.00036


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), max_size=8))
def test_tokens_add_up_and_no_more_than_the_ceiling_goes_through(
    used: list[tuple[int, int]],
) -> None:
    account = Account(Ceilings(tokens=12_000), None)
    sent = received = 0
    for one in used:
        sent, received = sent + one[0], received + one[1]
        usage = {"input_tokens": one[0], "output_tokens": one[1]}
        if sent + received > 12_000:
            with pytest.raises(CeilingReached):
                account.take(usage)
            return
        account.take(usage)
    assert account.tokens.get("input_tokens", 0) == sent
    assert account.tokens.get("output_tokens", 0) == received
    assert account.cost is None
