"""A model's call made again when what failed may pass.

The endpoint's own Retry-After is kept; one that is longer than a person waits is not waited for.
What the failed attempt had said is void, which a notice in the stream tells in its place.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse

from agent.failures import may_pass, wanted_wait, words_of


@dataclass(frozen=True)
class Patience:
    """How often a call is made at most, and the seconds waited; each wait doubles."""

    attempts: int = 3
    first_wait: float = 0.5
    longest_wait: float = 20


@dataclass(frozen=True)
class Again:
    """In the stream, after all that the failed attempt sent."""

    reason: str


class Retrying(AgentMiddleware[Any, Any, Any]):
    def __init__(self, failures: tuple[type[Exception], ...], patience: Patience) -> None:
        super().__init__()
        self._failures = failures
        self._patience = patience

    async def awrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        attempt = 1
        while True:
            try:
                return await handler(request)
            except self._failures as error:
                wait = self._wait(error, attempt)
                if wait is None:
                    raise
                request.runtime.stream_writer(Again(words_of(error)))
            await asyncio.sleep(wait)
            attempt += 1

    def _wait(self, error: Exception, attempt: int) -> float | None:
        """None when it is not worth another attempt."""
        if attempt >= self._patience.attempts or not may_pass(error):
            return None
        wait: float = self._patience.first_wait * 2 ** (attempt - 1)
        wait = max(wait, wanted_wait(error) or 0)
        return wait if wait <= self._patience.longest_wait else None
