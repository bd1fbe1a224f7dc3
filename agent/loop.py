"""One question in, one grounded answer out, as events.

The model (or the planner) works in a LangChain graph; nothing it writes reaches a person but
through the gate. When a language model fails, the planner takes over and the answer says so.
"""

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    InputAgentState,
    ModelCallLimitMiddleware,
    ToolCallLimitMiddleware,
    ToolErrorMiddleware,
)
from langchain.agents.middleware.model_call_limit import ModelCallLimitExceededError
from langchain.agents.middleware.tool_call_limit import ToolCallLimitExceededError
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphRecursionError
from langgraph.types import StreamMode

from agent.events import (
    Answer,
    Event,
    IncompleteAnswer,
    Kind,
    Restarted,
    Sentence,
    Span,
    Status,
    ToolUsed,
)
from agent.gate import Gate, Released, Withheld
from agent.langchain_tools import bind_catalogue
from agent.planner import NAME as PLANNER
from agent.planner import Planner
from agent.vocabulary import vocabulary_of
from engine.errors import Fixable
from engine.facts import Fact, day_text
from prompts import load
from stores.home import new_id
from stores.threads import Thread, ThreadStore, Turn
from tools.catalog import Called
from tools.context import Context, FactBook, segment_subject

_log = logging.getLogger("segue.gate")

_MODEL_CALLS = 8
_TOOL_CALLS = 16
_REMEMBERED_TURNS = 4
_BEHIND = timedelta(days=7)

_CEILINGS = (ModelCallLimitExceededError, ToolCallLimitExceededError, GraphRecursionError)

_LEFT_OUT = "Part of the answer could not be verified against the records and was left out."
_NOTHING_LEFT = (
    "Nothing the model wrote could be verified against the records, so nothing is shown."
)
_CUT_SHORT = "The question took more steps than one answer may take; this is what was found so far."


@dataclass(frozen=True)
class NamedModel:
    """A chat model and the name that the answer gives it; None is the planner.

    `failures` are what its client raises when the endpoint is down, cut short or talks rubbish.
    """

    name: str = PLANNER
    model: BaseChatModel | None = None
    failures: tuple[type[Exception], ...] = ()
    close: Callable[[], Awaitable[None]] | None = None

    async def let_go(self) -> None:
        """Closes the connections; a one-shot process does so before its loop ends."""
        if self.close is not None:
            await self.close()


@dataclass
class _Draft:
    """What has come about so far; thrown away when the planner has to start over."""

    gate: Gate
    book: FactBook
    sentences: list[Sentence] = field(default_factory=list)
    tools: list[ToolUsed] = field(default_factory=list)
    messages: list[AnyMessage | dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, int] = field(default_factory=dict)
    kind: Kind = "answer"
    withheld: int = 0
    remembered: dict[str, Any] = field(default_factory=dict)  # of the thread
    meant: dict[str, Any] = field(default_factory=dict)  # what the next question may lean on

    def take(self, pieces: Sequence[Released | Withheld]) -> list[Sentence]:
        """Keeps what the gate released; counts the rest."""
        released = []
        for piece in pieces:
            if isinstance(piece, Released):
                spans = tuple(
                    Span(start, end, fact, self.book.get(fact).receipt)
                    for start, end, fact in piece.rendered.spans
                )
                released.append(Sentence(piece.rendered.text, spans))
            else:
                self.withheld += 1
                _log.info("withheld %r: %s", piece.sentence, "; ".join(piece.reasons))
        self.sentences += released
        return released

    def say(self, text: str) -> Sentence:
        sentence = Sentence(("\n" if self.sentences else "") + text)
        self.sentences.append(sentence)
        return sentence


async def answer(
    question: str, context: Context, thread: Thread, model: NamedModel
) -> AsyncIterator[Event]:
    """Events as they come about; the last one is the Answer, already kept in its thread."""
    started = time.perf_counter()
    fell_back = False
    used = model
    draft = _new_draft(context, question, thread)
    yield Status("Reading the question")
    try:
        async for event in _ask(question, context, thread, model, draft):
            yield event
    except model.failures as error:
        fell_back, used = True, NamedModel()
        context = replace(context, book=FactBook())
        draft = _new_draft(context, question, thread)
        yield Restarted(_why(error))
        async for event in _ask(question, context, thread, used, draft):
            yield event
    except _CEILINGS:
        draft.kind = "partial"
        yield draft.say(_CUT_SHORT)
    if draft.withheld:
        draft.kind = "partial"
        yield draft.say(_LEFT_OUT if draft.sentences else _NOTHING_LEFT)
    found = _finish(question, context, thread, draft, used, fell_back, started)
    ThreadStore(context.home).add_turn(
        thread,
        Turn(found.answer_id, question, found.text, found.to_json(), context.now),
        found.state,
    )
    yield found


async def _ask(
    question: str, context: Context, thread: Thread, model: NamedModel, draft: _Draft
) -> AsyncIterator[Event]:
    """The model's turn, and one repair turn when the gate withheld something."""
    draft.messages = [*_history(context, thread), HumanMessage(question)]
    async for event in _turn(context, model, draft):
        yield event
    if draft.withheld and model.model is not None:
        yield Status("Checking the answer again")
        hint = load("repair", withheld=draft.gate.hint())
        draft.withheld = 0
        draft.messages = [*draft.messages, HumanMessage(hint)]
        async for event in _turn(context, model, draft):
            yield event


async def _turn(context: Context, model: NamedModel, draft: _Draft) -> AsyncIterator[Event]:
    called: list[Called] = []
    middleware: list[AgentMiddleware[Any, Any, Any]] = [
        ModelCallLimitMiddleware(run_limit=_MODEL_CALLS, exit_behavior="error"),
        ToolCallLimitMiddleware(run_limit=_TOOL_CALLS, exit_behavior="error"),
        ToolErrorMiddleware(_in_plain_words),
    ]
    graph = create_agent(
        model.model or _planner(context, draft.remembered),
        bind_catalogue(context, called.append),
        system_prompt=_instructions(context),
        middleware=middleware,
    )
    modes: list[StreamMode] = ["messages", "updates"]
    stream = graph.astream(
        InputAgentState(messages=list(draft.messages)),
        RunnableConfig(recursion_limit=4 * _MODEL_CALLS),
        stream_mode=modes,
        version="v2",
    )
    async for part in stream:
        if part["type"] == "messages":
            message, _ = part["data"]
            if isinstance(message, AIMessage) and message.text:
                for sentence in draft.take(draft.gate.feed(message.text)):
                    yield sentence
        else:
            _keep_messages(part["data"], draft)
        while called:
            one = called.pop(0)
            used = ToolUsed(one.name, one.arguments, one.seconds)
            draft.tools.append(used)
            yield used
    for sentence in draft.take(draft.gate.finish()):
        yield sentence


def _keep_messages(update: Any, draft: _Draft) -> None:
    for node in update.values():
        for message in (node or {}).get("messages", []):
            draft.messages.append(message)
            if isinstance(message, AIMessage):
                draft.kind = message.response_metadata.get("kind", draft.kind)
                draft.meant = message.response_metadata.get("state", draft.meant)
                for name, count in (message.usage_metadata or {}).items():
                    if isinstance(count, int):
                        draft.tokens[name] = draft.tokens.get(name, 0) + count


def _new_draft(context: Context, question: str, thread: Thread) -> _Draft:
    subjects = [segment_subject(segment) for segment in context.segments]
    gate = Gate(lambda: context.book.facts, lambda: subjects, question)
    return _Draft(gate, context.book, remembered=thread.state)


def _planner(context: Context, remembered: dict[str, Any]) -> Planner:
    return Planner(
        vocabulary=vocabulary_of(context),
        remembered=remembered,
        customers=lambda: context.members.index if context.snapshot else (),
    )


def _history(context: Context, thread: Thread) -> list[AnyMessage | dict[str, Any]]:
    turns = ThreadStore(context.home).turns(thread)[-_REMEMBERED_TURNS:]
    messages: list[AnyMessage | dict[str, Any]] = []
    for turn in turns:
        messages += [HumanMessage(turn.question), AIMessage(turn.answer)]
    return messages


def _instructions(context: Context) -> str:
    names = ", ".join(segment.name for segment in context.segments)
    return load(
        "analyst",
        dataset=context.dataset.name,
        as_of=day_text(context.as_of.local_date),
        segments=names or "none yet",
    )


def _in_plain_words(error: Exception, request: Any) -> str | None:
    """A person's or a model's mistake is told to the model; our own bugs are not hidden."""
    return str(error) if isinstance(error, Fixable) else None


def _why(error: Exception) -> str:
    if isinstance(error, IncompleteAnswer):
        return f"{error} The built-in planner answers instead."
    return "The language model could not be reached. The built-in planner answers instead."


def _finish(
    question: str,
    context: Context,
    thread: Thread,
    draft: _Draft,
    model: NamedModel,
    fell_back: bool,
    started: float,
) -> Answer:
    return Answer(
        answer_id=new_id("answer"),
        thread_id=thread.thread_id,
        question=question,
        kind=draft.kind,
        text="".join(sentence.text for sentence in draft.sentences).strip(),
        sentences=tuple(draft.sentences),
        facts=_shown(draft.sentences, context.book),
        tools=tuple(draft.tools),
        state=draft.meant | state_of(context),
        follow_ups=_follow_ups(draft.tools, draft.kind),
        model=model.name,
        fell_back=fell_back,
        withheld=draft.withheld,
        seconds=round(time.perf_counter() - started, 3),
        tokens=draft.tokens,
    )


def _shown(sentences: Sequence[Sentence], book: FactBook) -> tuple[Fact, ...]:
    """The facts that the answer really shows, in the order they appear."""
    ids = dict.fromkeys(span.fact for sentence in sentences for span in sentence.spans)
    return tuple(book.get(fact_id) for fact_id in ids)


def state_of(context: Context) -> dict[str, Any]:
    behind = context.has_dates and context.now - context.as_of.at > _BEHIND
    day = day_text(context.as_of.local_date)
    return {
        "dataset": context.dataset.name,
        "version": context.version,
        "snapshot": context.snapshot.snapshot_id if context.snapshot else None,
        "as_of": context.as_of.iso(),
        "notice": f"The records end on {day}; every figure is as of then." if behind else "",
    }


_NEXT = {
    "list_segments": "Which segment brings most revenue?",
    "churn_by_segment": "Which segment is most likely to stop buying?",
    "describe_dataset": "How much revenue does the shop make, and from how many customers?",
    "segment_shifts": "What changed since last month?",
}


def _follow_ups(tools: Sequence[ToolUsed], kind: Kind) -> tuple[str, ...]:
    used = {tool.name for tool in tools}
    return tuple(text for name, text in _NEXT.items() if name not in used)[:3]
