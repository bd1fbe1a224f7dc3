"""The planner: the built-in chat model that plans tool calls without a language model.

It reads a question by rules, asks for the tools it needs, and writes the answer from their facts,
as references like any model. It runs in the same graph, behind the same gate.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    ToolCall,
    ToolMessage,
)
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable

from agent.composing import Found, compose, refusal
from agent.questions import Reading, metric_of_extreme, read_question

NAME = "planner"


class Planner(BaseChatModel):
    """Knows the segments' names and the newest record's day; else only what the tools return."""

    segments: tuple[str, ...] = ()
    today: date

    @property
    def _llm_type(self) -> str:
        return NAME

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._next(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        message = self._next(messages)
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content=message.content,
                response_metadata=message.response_metadata,
                tool_call_chunks=[
                    {
                        "name": call["name"],
                        "args": json.dumps(call["args"]),
                        "id": call["id"],
                        "index": place,
                        "type": "tool_call_chunk",
                    }
                    for place, call in enumerate(message.tool_calls)
                ],
            )
        )

    def _next(self, messages: list[BaseMessage]) -> AIMessage:
        question, results = _turn(messages)
        reading = read_question(question, self.segments, self.today)
        if not reading.topics:
            return AIMessage(refusal(), response_metadata={"kind": "refuse"})
        found = Found.of(results)
        calls = (
            _first_calls(reading, question)
            if not results
            else _calculations(reading, question, found)
        )
        if calls:
            return AIMessage("", tool_calls=calls)
        return AIMessage(compose(reading, metric_of_extreme(question), found))


def _turn(messages: list[BaseMessage]) -> tuple[str, list[ToolMessage]]:
    """The last question, and the tool results since."""
    start = max(i for i, message in enumerate(messages) if isinstance(message, HumanMessage))
    results = [m for m in messages[start:] if isinstance(m, ToolMessage)]
    return str(messages[start].content), results


def _first_calls(reading: Reading, question: str) -> list[ToolCall]:
    calls: list[ToolCall] = []
    if "stream" in reading.topics:
        calls.append(_call("stream_status"))
    if "totals" in reading.topics:
        calls.append(_call("describe_dataset"))
    if "segments" in reading.topics or "churn" in reading.topics:
        calls.append(_call("list_segments"))
    if "churn" in reading.topics:
        calls.append(_call("churn_by_segment"))
    if "shifts" in reading.topics:
        until = reading.stretch.until
        calls.append(
            _call(
                "segment_shifts",
                since=reading.stretch.since.isoformat(),
                until=until.isoformat() if until else None,
            )
        )
    if "notes" in reading.topics:
        calls.append(_call("search_notes", query=question[:300], limit=2))
        if not calls[:-1]:
            calls.insert(0, _call("list_segments"))
    return calls


def _calculations(reading: Reading, question: str, found: Found) -> list[ToolCall]:
    """What has to be worked out from the facts before the answer can be written."""
    if found.calculated or found.errors:
        return []
    calls: list[ToolCall] = []
    metric = metric_of_extreme(question)
    if "churn" in reading.topics and len(found.segments_with("churn")) > 1:
        calls.append(_calculate("largest", found.segments_with("churn")))
    if "segments" in reading.topics and reading.extreme and not reading.segments:
        facts = found.segments_with(metric)
        if len(facts) > 1:
            calls.append(_calculate(reading.extreme, facts))
    asked = next((m for m in reading.metrics if m in ("customers", "revenue")), "revenue")
    pair = [fact for name in reading.segments for fact in found.of_segment(name, asked)]
    if reading.adds and len(pair) > 1:
        calls.append(_calculate("sum", pair))
    elif reading.compares and len(pair) == 2:
        calls.append(_calculate("ratio", pair))
    return calls


def _call(name: str, **arguments: Any) -> ToolCall:
    return ToolCall(name=name, args=arguments, id=f"call_{uuid4().hex[:12]}", type="tool_call")


def _calculate(operation: str, facts: list[dict[str, Any]]) -> ToolCall:
    return _call("calculate", operation=operation, facts=[fact["id"] for fact in facts])
