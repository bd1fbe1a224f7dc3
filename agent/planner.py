"""The planner: the built-in chat model that plans tool calls without a language model.

It reads a question against the words of the shop and what the thread remembers, asks for the tools
it needs, and writes the answer from their facts, as references like any model. It runs in the same
graph, behind the same gate.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
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
from pydantic import PrivateAttr

from agent.actions import ACTIONS, agreement
from agent.asking import ask_back, readings
from agent.composing import compose, winner_of
from agent.counting import Step
from agent.found import Found
from agent.meaning import Meaning
from agent.next_step import next_line, next_question
from agent.offering import NOT_DONE, action_lines, files_of, plays_of
from agent.phrasing import joined
from agent.plans import first_steps, lacks_tool, reread, second_steps
from agent.questions import read_question
from agent.refusing import HELP, refuse
from agent.remembering import state_of_meaning
from agent.shown import listed_in
from agent.vocabulary import Vocabulary

NAME = "planner"
_REFERENCE = re.compile(r"\[\[\w+\]\]")
_SPOKEN = ("outside", "missing", "action")


class Planner(BaseChatModel):
    """Knows the shop's words and what the thread remembers; else only what the tools return."""

    vocabulary: Vocabulary
    remembered: dict[str, Any] = {}
    customers: Callable[[], Collection[str]] = tuple
    _tools: frozenset[str] = PrivateAttr(default=frozenset())
    _read: dict[str, tuple[Meaning, ...]] = PrivateAttr(default_factory=dict)

    @property
    def _llm_type(self) -> str:
        return NAME

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        self._tools = frozenset(tool.name for tool in tools)
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
        if (agreed := agreement(question, self.remembered)) is not None:
            return self._settle(agreed, results)
        meanings = self._meanings(question)
        if len(meanings) == 1 and (spoken := self._without_tools(meanings[0])):
            return spoken
        numbers = range(len(meanings))
        first = [Found.of([r for r in results if _place(r) == (n, 1)]) for n in numbers]
        calls = self._calls(meanings, first, results)
        if calls:
            return AIMessage("", tool_calls=calls)
        found = [Found.of([r for r in results if _place(r)[0] == n]) for n in numbers]
        return self._answer([reread(*one) for one in zip(meanings, first, strict=True)], found)

    def _settle(self, agreed: bool, results: Sequence[ToolMessage]) -> AIMessage:
        """What the person was asked about, done or left."""
        change = self.remembered["change"]
        if agreed and not results:
            arguments = change["arguments"] | {"confirmation": change["confirmation"]}
            return AIMessage("", tool_calls=[_call((change["tool"], arguments), 0, 1)])
        found = Found.of(results)
        lines = action_lines(change["tool"], found) if agreed else [NOT_DONE]
        state = {k: v for k, v in self.remembered.items() if k not in ("change", "files")}
        if files := files_of(found):
            state |= {"files": files}
        said = {"kind": "refuse" if found.errors else "answer", "state": state}
        return AIMessage(joined(lines), response_metadata=said)

    def _meanings(self, question: str) -> tuple[Meaning, ...]:
        if question not in self._read:
            self._read[question] = read_question(
                question, self.vocabulary, self.customers, self.remembered
            )
        return self._read[question]

    def _without_tools(self, meaning: Meaning) -> AIMessage | None:
        if meaning.strange:
            return self._say(meaning.strange, "clarify", meaning)
        if meaning.other:
            return self._ask_back(meaning)
        if meaning.intent == "help":
            return self._say(HELP, "answer", meaning)
        if meaning.intent in _SPOKEN or lacks_tool(meaning, self._tools):
            return self._say(refuse(meaning), "refuse", meaning)
        return None

    def _calls(
        self, meanings: Sequence[Meaning], parts: Sequence[Found], results: Sequence[ToolMessage]
    ) -> list[ToolCall]:
        calls: list[ToolCall] = []
        asked = {_place(result)[1] for result in results}
        for number, (meaning, found) in enumerate(zip(meanings, parts, strict=True)):
            if not results:
                steps, stage = first_steps(meaning, self.vocabulary.today, self.vocabulary.first), 1
            elif 2 not in asked:
                steps, stage = self._further_steps(meaning, found), 2
            else:
                return []
            calls += [_call(step, number, stage) for step in steps]
        return calls

    def _further_steps(self, meaning: Meaning, found: Found) -> list[Step]:
        """What is worked out of what was found; where nothing was, the plain reading is tried."""
        plain = reread(meaning, found)
        if plain is meaning:
            return second_steps(meaning, found)
        return first_steps(plain, self.vocabulary.today)

    def _answer(self, meanings: Sequence[Meaning], parts: Sequence[Found]) -> AIMessage:
        texts = [compose(m, found) for m, found in zip(meanings, parts, strict=True)]
        texts = [text or refuse(m) for m, text in zip(meanings, texts, strict=True)]
        state = state_of_meaning(
            meanings[-1],
            self.remembered,
            winner_of(parts[-1]),
            listed_in(meanings[-1], parts[-1]),
        )
        if plays := plays_of(parts[-1]):
            state |= {"plays": plays}
        acts = meanings[-1].intent in ACTIONS
        unknown = all(meaning.unrecorded for meaning in meanings)
        spoken = not unknown and any(
            found.facts or found.texts or (acts and found.errors) for found in parts
        )
        spoken = spoken and not _of_nobody(meanings, parts)
        kind = "answer" if spoken else "refuse"
        categories = bool(self.vocabulary.categories)
        after = "" if acts or not spoken else next_question(meanings[-1], parts[-1], categories)
        if after and after != self.remembered.get("next"):
            texts.append(next_line(after))
            state |= {"next": after}
        text = "\n\n".join(filter(None, _said_once(texts, parts)))
        return AIMessage(text, response_metadata={"kind": kind, "state": state})

    def _say(self, text: str, kind: str, meaning: Meaning) -> AIMessage:
        state = state_of_meaning(meaning, self.remembered)
        if meaning.strange:
            state |= {"unclear": True}  # who was meant is known in part only
        return AIMessage(text, response_metadata={"kind": kind, "state": state})

    def _ask_back(self, meaning: Meaning) -> AIMessage:
        choices = readings(meaning)
        state = {**self.remembered, "choices": list(choices)}
        return AIMessage(ask_back(choices), response_metadata={"kind": "clarify", "state": state})


def _of_nobody(meanings: Sequence[Meaning], parts: Sequence[Found]) -> bool:
    """Whether only customers are asked about of whom nothing is known."""
    return all(
        meaning.slots.customers
        and found.errors
        and not any(fact["kind"] == "customer" for fact in found.facts)
        for meaning, found in zip(meanings, parts, strict=True)
    )


def _said_once(texts: Sequence[str], parts: Sequence[Found]) -> list[str]:
    """Two parts of a question can have sentences of their answers in common, or be answered alike;
    each has facts of its own, which show the same."""
    shown = {f"[[{fact['id']}]]": str(fact["shows_as"]) for found in parts for fact in found.facts}
    said: set[str] = set()
    kept = []
    for text in texts:
        lines = {line: _REFERENCE.sub(lambda ref: shown.get(ref[0], ref[0]), line)
                 for line in text.splitlines()}  # fmt: skip
        if not set(lines.values()) <= said:
            kept.append("\n".join(
                line for line in text.splitlines() if lines[line] not in said or _in_a_list(line)
            ))  # fmt: skip
        said |= set(lines.values())
    return kept


def _in_a_list(line: str) -> bool:
    return not line or line.startswith("- ") or line.endswith(":")


def _turn(messages: list[BaseMessage]) -> tuple[str, list[ToolMessage]]:
    """The last question, and the tool results since."""
    start = max(i for i, message in enumerate(messages) if isinstance(message, HumanMessage))
    results = [m for m in messages[start:] if isinstance(m, ToolMessage)]
    return str(messages[start].content), results


def _call(step: Step, part: int, stage: int) -> ToolCall:
    """The id tells which part of the question the call is for, and whether it comes first."""
    name, arguments = step
    call_id = f"call_{part}_{stage}_{uuid4().hex[:12]}"
    return ToolCall(name=name, args=arguments, id=call_id, type="tool_call")


def _place(result: ToolMessage) -> tuple[int, int]:
    """Which part of the question it is for, and at which stage it was asked."""
    _, part, stage, _ = result.tool_call_id.split("_")
    return int(part), int(stage)
