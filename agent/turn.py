"""One turn of a model: a LangChain graph with few middleware, its stream behind the gate."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any, cast

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, InputAgentState, ToolErrorMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.runnables import RunnableConfig
from langgraph.types import StreamMode

from agent.ceilings import Account, Metered
from agent.discreet import Discreet
from agent.discretion import tell
from agent.disguise import Disguise
from agent.draft import Draft
from agent.events import Event, Restarted, Status, ToolStarted, ToolUsed
from agent.langchain_tools import asking_back, bind_catalogue
from agent.named import NamedModel
from agent.retrying import Again, Retrying
from engine.errors import Fixable
from tools.catalog import Called, catalogue
from tools.context import Context

_NODES_A_STEP = 4  # a model's call and a tool's take a node each; the account ends it long before
_MODES: list[StreamMode] = ["messages", "updates", "custom"]


class Turn:
    """`speaker` is the model itself or the planner; what comes about goes into the draft."""

    def __init__(
        self,
        context: Context,
        model: NamedModel,
        speaker: BaseChatModel,
        instructions: str,
        account: Account,
        draft: Draft,
        disguise: Disguise,
    ) -> None:
        self._draft = draft
        self._account = account
        self._called: list[Called] = []
        self._asked: list[str] = []
        self._steps = model.ceilings.steps
        self._outside = model.model is not None  # the planner is one of us
        self._graph = create_agent(
            speaker,
            [
                *bind_catalogue(context, self._called.append, _teller(context, model)),
                *([asking_back(self._asked.append)] if self._outside else []),
            ],
            system_prompt=instructions,
            middleware=_middleware(model, account, disguise),
        )

    async def events(self) -> AsyncIterator[Event]:
        async with aclosing(self._stream()) as stream:
            async for part in self._account.in_time(stream):
                for event in self._take(part):
                    yield event
                for used in self._used():
                    yield used
                if self._asked:
                    for sentence in self._ask_back(self._asked[0]):
                        yield sentence
                    break  # what the model would say next is not asked for
        for sentence in self._draft.finish():
            yield sentence

    def _stream(self) -> AsyncGenerator[Any, None]:
        stream = self._graph.astream(
            InputAgentState(messages=list(self._draft.messages)),
            RunnableConfig(recursion_limit=_NODES_A_STEP * (self._steps + 1)),
            stream_mode=_MODES,
            version="v2",
        )
        return cast("AsyncGenerator[Any, None]", stream)  # so that it can be closed on the way

    def _ask_back(self, text: str) -> Sequence[Event]:
        self._draft.kind = "clarify"
        return self._draft.hear(f"\n{text}")

    def _take(self, part: Any) -> Sequence[Event]:
        if part["type"] == "messages":
            message, _ = part["data"]
            if self._outside:
                self._account.hear(_heard(message))
            if isinstance(message, AIMessage) and message.text:
                return self._draft.hear(message.text)
        elif part["type"] == "custom" and isinstance(part["data"], Again):
            return self._again(part["data"].reason)
        elif part["type"] == "updates":
            messages = [
                message
                for node in part["data"].values()
                for message in (node or {}).get("messages", [])
            ]
            for message in messages:
                self._draft.keep(message)
            return [
                ToolStarted(call["name"])
                for message in messages if isinstance(message, AIMessage)
                for call in message.tool_calls if call["name"] in catalogue()
            ]  # fmt: skip
        return []

    def _again(self, reason: str) -> list[Event]:
        """What a person saw of the broken message is taken back; what came before it stays."""
        said = f"{reason} It was asked again."
        if said not in self._draft.happened:
            self._draft.happened.append(said)
        if self._draft.void():
            return [Restarted(f"{reason} It is asked again."), *self._draft.sentences]
        return [Status(f"{reason} Asking again")]

    def _used(self) -> list[ToolUsed]:
        found = []
        while self._called:
            one = self._called.pop(0)
            found.append(ToolUsed(one.name, one.arguments, one.seconds))
            self._draft.found.append(one.facts)
        self._draft.tools += found
        return found


def _heard(message: Any) -> str:
    """What counts while it comes: a text, and the arguments of a tool, which may have no end."""
    if not isinstance(message, AIMessageChunk):
        return ""
    return message.text + "".join(call["args"] or "" for call in message.tool_call_chunks)


def _middleware(
    model: NamedModel, account: Account, disguise: Disguise
) -> list[AgentMiddleware[Any, Any, Any]]:
    """The outermost first: every attempt is a step of its own."""
    outside = model.model is not None
    return [
        Retrying(model.failures, model.patience),
        Metered(account, counts_tokens=outside),
        *([Discreet(disguise)] if outside else []),
        ToolErrorMiddleware(_in_plain_words),
    ]


def _teller(context: Context, model: NamedModel) -> Callable[[Called], dict[str, Any]]:
    if model.model is None:
        return Called.for_model
    return lambda called: tell(called, context, model.privacy)


def _in_plain_words(error: Exception, request: Any) -> str | None:
    """A person's or a model's mistake is told to the model; our own bugs are not hidden."""
    return str(error) if isinstance(error, Fixable) else None
