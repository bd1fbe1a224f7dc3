"""What one question may take at most: steps, tool calls, tokens, seconds, money.

An account is kept over all turns and models of a question. Whoever goes over a ceiling ends the
question with what was found until then, and the answer names the ceiling.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, BaseMessage

_LETTERS_A_TOKEN = 4  # of English, about; where an endpoint does not count
_T = TypeVar("_T")


@dataclass(frozen=True)
class Ceilings:
    """Of one question; money in the currency of the prices, and only where those are known."""

    steps: int = 8
    tools: int = 16
    tokens: int = 200_000
    seconds: float = 120
    cost: float = 0.50


@dataclass(frozen=True)
class Prices:
    """Of a million tokens."""

    sent: float
    received: float

    def of(self, sent: float, received: float) -> float:
        return (sent * self.sent + received * self.received) / 1_000_000


class CeilingReached(Exception):
    """`what` is the setting's own word; `words` say how much was allowed."""

    def __init__(self, what: str, words: str) -> None:
        super().__init__(f"The question reached its ceiling of {words}.")
        self.what = what
        self.words = words


class Account:
    """What one question has taken so far."""

    def __init__(self, ceilings: Ceilings, prices: Prices | None) -> None:
        self._ceilings = ceilings
        self._prices = prices
        self._started = time.monotonic()
        self._steps = 0
        self._tools = 0
        self._counted: dict[str, int] = {}
        self._letters = 0  # of an answer that still comes, or that broke off

    @property
    def tokens(self) -> dict[str, int]:
        """As the endpoint counted; what broke off, which nobody counted, by its letters."""
        heard = self._letters // _LETTERS_A_TOKEN
        names = ("output_tokens", "total_tokens") if heard else ()
        return self._counted | {name: self._counted.get(name, 0) + heard for name in names}

    def step(self) -> None:
        self._counted, self._letters = self.tokens, 0
        self._steps += 1
        allowed = self._ceilings.steps
        if self._steps > allowed:
            raise CeilingReached("steps", _counted(allowed, "step"))

    def tool(self) -> None:
        self._tools += 1
        allowed = self._ceilings.tools
        if self._tools > allowed:
            raise CeilingReached("tools", _counted(allowed, "tool call"))

    def hear(self, text: str) -> None:
        """Counts what comes in, so that nobody can talk for ever."""
        self._letters += len(text)
        self._check()

    def take(self, usage: dict[str, Any]) -> None:
        """What the endpoint counted takes the place of what was heard."""
        self._letters = 0
        for name, count in usage.items():
            if isinstance(count, int):
                self._counted[name] = self._counted.get(name, 0) + count
        self._check()

    @property
    def seconds_left(self) -> float:
        return self._ceilings.seconds - (time.monotonic() - self._started)

    @property
    def cost(self) -> float | None:
        """None where no prices are known."""
        if self._prices is None:
            return None
        return round(self._prices.of(*self._sent_and_received()), 6)

    async def in_time(self, events: AsyncIterator[_T]) -> AsyncIterator[_T]:
        """The events, until the time is up; what happens between them counts as well."""
        while True:
            limit = asyncio.timeout(self.seconds_left)
            try:
                async with limit:
                    event = await anext(events)
            except StopAsyncIteration:
                return
            except TimeoutError:
                if not limit.expired():
                    raise
                seconds = f"{self._ceilings.seconds:g} seconds"
                raise CeilingReached("seconds", seconds) from None
            yield event

    def _check(self) -> None:
        sent, received = self._sent_and_received()
        if sent + received > self._ceilings.tokens:
            raise CeilingReached("tokens", _counted(self._ceilings.tokens, "token"))
        if self._prices and self._prices.of(sent, received) > self._ceilings.cost:
            raise CeilingReached("cost", f"{self._ceilings.cost:g} in money")

    def _sent_and_received(self) -> tuple[float, float]:
        received = self._counted.get("output_tokens", 0) + self._letters / _LETTERS_A_TOKEN
        return self._counted.get("input_tokens", 0), received


class Metered(AgentMiddleware[Any, Any, Any]):
    """Every call of a model and of a tool goes on the account before it is made."""

    def __init__(self, account: Account, counts_tokens: bool) -> None:
        super().__init__()
        self._account = account
        self._counts_tokens = counts_tokens

    async def awrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        self._account.step()
        found = await handler(request)
        if self._counts_tokens:
            self._account.take(_usage(request, found))
        return found

    async def awrap_tool_call(self, request: Any, handler: Callable[[Any], Awaitable[Any]]) -> Any:
        self._account.tool()
        return await handler(request)


def _usage(request: ModelRequest[Any], found: ModelResponse[Any]) -> dict[str, Any]:
    """As the endpoint counted, or by the letters where it counts nothing."""
    answers = [message for message in found.result if isinstance(message, AIMessage)]
    for answer in answers:
        if answer.usage_metadata:
            return dict(answer.usage_metadata)
    asked = [*request.messages, *([request.system_message] if request.system_message else [])]
    sent, received = _tokens_of(asked), _tokens_of(answers)
    return {"input_tokens": sent, "output_tokens": received, "total_tokens": sent + received}


def _tokens_of(messages: "list[Any] | list[BaseMessage]") -> int:
    return sum(len(str(message.content)) for message in messages) // _LETTERS_A_TOKEN


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
