"""The language model that a setting names; the planner when none is named."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI
from openai import DefaultAsyncHttpxClient, OpenAIError
from pydantic import SecretStr

from agent.events import IncompleteAnswer
from engine.errors import BadInput

# Everything that a broken, slow or lying endpoint makes the client raise.
FAILURES: tuple[type[Exception], ...] = (
    OpenAIError,
    httpx2.HTTPError,
    json.JSONDecodeError,
    IncompleteAnswer,
)


class StrictChatOpenAI(ChatOpenAI):
    """Refuses streams that end early and tool calls whose arguments are no whole JSON.

    LangChain completes half-sent arguments and runs the tool with them; here that is an error.
    """

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        finished = False
        arguments: dict[int, str] = {}
        async for chunk in super()._astream(*args, **kwargs):
            info = chunk.generation_info or {}
            finished = finished or info.get("finish_reason") in ("stop", "tool_calls")
            if isinstance(chunk.message, AIMessageChunk):
                for part in chunk.message.tool_call_chunks:
                    place = part["index"] or 0
                    arguments[place] = arguments.get(place, "") + (part["args"] or "")
            yield chunk
        if not finished:
            raise IncompleteAnswer("The language model stopped in the middle of its answer.")
        for text in arguments.values():
            _require_object(text)


def _require_object(text: str) -> None:
    try:
        found = json.loads(text or "{}")
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise IncompleteAnswer("The language model sent a tool call that is not whole.")


def open_language_model(name: str, url: str | None, key: SecretStr | None) -> StrictChatOpenAI:
    """`openai:gpt-4o-mini`, or any model name of an OpenAI-compatible endpoint at `url`."""
    provider, _, rest = name.partition(":")
    if rest and provider != "openai":
        raise BadInput(
            f"The model '{name}' names the provider '{provider}', which is not known here.",
            "Use openai:NAME, or NAME with SEGUE_MODEL_URL for any compatible endpoint.",
        )
    if not key and not url:
        raise BadInput(
            f"The model '{name}' needs a key.",
            "Set SEGUE_MODEL_KEY (or OPENAI_API_KEY), or leave SEGUE_MODEL empty for the planner.",
        )
    return StrictChatOpenAI(
        model=rest or name,
        base_url=url,
        api_key=key or SecretStr("none"),  # local endpoints want no key, the client wants a word
        temperature=0,
        timeout=60,
        max_retries=1,
        stream_usage=True,
        streaming=True,
        # Its own, so that letting go of one model closes no other's connections.
        http_async_client=DefaultAsyncHttpxClient(),
    )
