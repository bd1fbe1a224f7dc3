"""Calls to Slack, in three outcomes: done, refused, or unclear.

A call whose answer is lost may have been carried out. One that may be carried out twice is simply
made again; the others (start a stream, post a message) are made again only after a look at the
thread. Slack's own client would repeat them blindly, so it is left only the waiting for a 429.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]
Call = Callable[[], Awaitable[Any]]

_TRIES = 6
_FIRST_PAUSE_SECONDS = 0.1
# Slack's own trouble: nothing is said about whether the call was carried out.
_TROUBLE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
# The thread cannot be written to any more, whatever the message looks like.
_GONE = frozenset({
    "channel_not_found", "is_archived", "not_in_channel", "cannot_reply_to_message",
    "thread_not_found", "invalid_thread_ts", "account_inactive", "token_revoked", "invalid_auth",
    "not_authed", "missing_scope", "user_not_found",
})  # fmt: skip


class NotAllowed(Exception):
    """Slack said no, and nothing was changed."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error

    @property
    def gone(self) -> bool:
        return self.error in _GONE


class Unclear(Exception):
    """No answer came that says whether the call was carried out."""


def open_client(token: SecretStr | None, url: str | None) -> AsyncWebClient:
    """Without a token for Bolt, which is handed one with each request."""
    address = AsyncWebClient.BASE_URL if url is None else url.rstrip("/") + "/"
    waiting = AsyncRateLimitErrorRetryHandler(max_retry_count=10)
    secret = token.get_secret_value() if token else None
    return AsyncWebClient(secret, base_url=address, retry_handlers=[waiting])


async def once(call: Call) -> Json:
    """One call; for those that must not be carried out twice."""
    try:
        found: Json = (await call()).data
    except SlackApiError as error:
        data = getattr(error.response, "data", None)
        name = str(data.get("error", "")) if isinstance(data, dict) else ""
        if not name or name in _TROUBLE:
            raise Unclear(str(error)) from error
        raise NotAllowed(name) from error
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
        raise Unclear(type(error).__name__) from error
    return found


async def repeated(call: Call) -> Json:
    """A call that may be carried out twice, made until it is clear."""
    for attempt in range(_TRIES):
        try:
            return await once(call)
        except Unclear:
            if attempt == _TRIES - 1:
                raise
        await asyncio.sleep(_FIRST_PAUSE_SECONDS * 2**attempt)
    raise AssertionError("unreachable")
