"""The language model that a setting names; the planner when none is named.

One client speaks both wire formats, chat completions and Responses, and is strict with both.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Literal

import httpx2
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI
from openai import BadRequestError, DefaultAsyncHttpxClient, OpenAIError, UnprocessableEntityError
from pydantic import PrivateAttr, SecretStr

from agent.failures import IncompleteAnswer
from engine.errors import BadInput

# Everything that a broken, slow or lying endpoint makes the client raise.
FAILURES: tuple[type[Exception], ...] = (
    OpenAIError,
    httpx2.HTTPError,
    TimeoutError,
    IncompleteAnswer,
)
Wire = Literal["chat", "responses"]

# What an endpoint may refuse, and an answer can do without.
OPTIONAL = frozenset(
    {"stream_options", "parallel_tool_calls", "tool_choice", "temperature", "store"}
)
_WHOLE = frozenset({"stop", "tool_calls", "function_call", "completed"})
_CUT = {
    "length": "The language model's answer was cut off at its greatest length.",
    "incomplete": "The language model's answer was cut off at its greatest length.",
    "content_filter": "The language model's endpoint held back a part of the answer.",
}


class StrictChatOpenAI(ChatOpenAI):
    """Refuses streams that end early and tool calls whose arguments are no whole JSON.

    LangChain completes half-sent arguments and runs the tool with them; here that is an error.
    A parameter that the endpoint does not take is left out from then on.
    """

    _left_out: set[str] = PrivateAttr(default_factory=set)

    def leave_out(self, names: Iterable[str]) -> None:
        self._left_out.update(names)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        while True:
            try:
                async for chunk in self._whole(*args, **kwargs):
                    yield chunk
                return
            except (BadRequestError, UnprocessableEntityError) as refusal:
                refused = {name for name in OPTIONAL - self._left_out if _names(refusal, name)}
                if not refused:
                    raise
                self._left_out |= refused

    async def _whole(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        ended = ""
        calls: list[dict[str, Any]] = []
        try:
            async for chunk in super()._astream(*args, **kwargs):
                ended = _ended(chunk) or ended
                for part in getattr(chunk.message, "tool_call_chunks", ()):
                    _add(calls, part)
                yield chunk
                await _others_turn()
        except (TypeError, ValueError) as error:  # no JSON, other types, or a failure's own word
            raise IncompleteAnswer("The language model sent what cannot be read.") from error
        if ended not in _WHOLE:
            said = "The language model stopped in the middle of its answer."
            raise IncompleteAnswer(_CUT.get(ended, said))
        for call in calls:
            _require_object(call["args"])

    def _get_request_payload(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        payload: dict[str, Any] = super()._get_request_payload(*args, **kwargs)
        return {name: value for name, value in payload.items() if name not in self._left_out}


def _add(calls: list[dict[str, Any]], part: Mapping[str, Any]) -> None:
    """To the call that LangChain adds it to: some endpoints give all calls the same place, or none,
    and tell them apart by their ids."""
    for call in calls:
        alike = not call["id"] or not part["id"] or call["id"] == part["id"]
        if part["index"] is not None and call["index"] == part["index"] and alike:
            call["args"] += part["args"] or ""
            return
    calls.append({**part, "args": part["args"] or ""})


async def _others_turn() -> None:
    """A stream that never pauses would keep the question's ceilings from being seen, and the
    client's `wait_for` forgets a cancellation that comes together with a chunk (Python 3.11)."""
    await asyncio.sleep(0)
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _ended(chunk: ChatGenerationChunk) -> str:
    """How the answer ended, in the words of either wire format; empty before the end."""
    said = (chunk.generation_info or {}).get("finish_reason")
    if isinstance(chunk.message, AIMessageChunk):
        said = said or chunk.message.response_metadata.get("status")
    return str(said or "")


def _names(refusal: Exception, parameter: str) -> bool:
    return re.search(rf"\b{parameter}\b", str(refusal)) is not None


def _require_object(text: str) -> None:
    try:
        found = json.loads(text or "{}")
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise IncompleteAnswer("The language model sent a tool call that is not whole.")


def open_language_model(
    name: str,
    url: str | None,
    key: SecretStr | None,
    wire: Wire = "chat",
    timeout: float = 30,
    left_out: Iterable[str] = (),
) -> StrictChatOpenAI:
    """`openai:gpt-4o-mini`, or any model name of an OpenAI-compatible endpoint at `url`.

    `timeout` is how many seconds it may be silent.
    """
    provider, _, rest = name.partition(":")
    if rest and provider != "openai" and not url:
        raise BadInput(
            f"The model '{name}' names the provider '{provider}', which is not known here.",
            "Use openai:NAME, or NAME with SEGUE_MODEL_URL for any compatible endpoint.",
        )
    if not key and not url:
        raise BadInput(
            f"The model '{name}' needs a key.",
            "Set SEGUE_MODEL_KEY (or OPENAI_API_KEY), or leave SEGUE_MODEL empty for the planner.",
        )
    model = StrictChatOpenAI(
        model=rest if provider == "openai" and rest else name,
        base_url=url,
        api_key=key or SecretStr("none"),  # local endpoints want no key, the client wants a word
        temperature=0,
        timeout=timeout,
        stream_chunk_timeout=timeout,
        max_retries=0,  # the loop asks again itself, and says so
        stream_usage=True,
        streaming=True,
        use_responses_api=wire == "responses",
        store=False if wire == "responses" else None,  # else the endpoint keeps the conversation
        # Its own, so that letting go of one model closes no other's connections.
        http_async_client=DefaultAsyncHttpxClient(),
    )
    model.leave_out(left_out)
    return model
