"""Posting to Slack, and finding again what was posted: by the metadata that messages carry."""

from collections.abc import Awaitable
from typing import Any

from api.outside import CannotLook, NotSent, TryLater

EVENT_TYPE = "segue_digest"
TIMEOUT_SECONDS = 15
SECTION_LIMIT = 3000
_PAGES = 20
# Slack says so and has done nothing; each can be put right by the owner only.
_NEVER = frozenset({
    "channel_not_found", "not_in_channel", "is_archived", "invalid_auth", "not_authed",
    "account_inactive", "token_revoked", "token_expired", "missing_scope", "no_permission",
    "restricted_action", "invalid_blocks", "msg_too_long", "no_text", "team_access_not_granted",
    "access_denied", "ekm_access_denied", "invalid_metadata_format", "messages_tab_disabled",
})  # fmt: skip


def metadata_of(delivery_id: str) -> dict[str, object]:
    return {"event_type": EVENT_TYPE, "event_payload": {"delivery": delivery_id}}


def escaped(text: str) -> str:
    """Slack's own three characters, so that no name becomes a link or a mention."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def blocks_of(title: str, text: str, foot: str) -> list[dict[str, object]]:
    """Header, the text in sections that Slack takes, and a small line below."""
    sections: list[dict[str, object]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": part}}
        for part in _parts(escaped(text))
    ]
    return [
        {"type": "header", "text": {"type": "plain_text", "text": title[:150]}},
        *sections,
        {"type": "context", "elements": [{"type": "mrkdwn", "text": escaped(foot)}]},
    ]


def _parts(text: str) -> list[str]:
    parts = [""]
    for line in text.split("\n"):
        if parts[-1] and len(parts[-1]) + len(line) + 1 > SECTION_LIMIT:
            parts.append("")
        parts[-1] = f"{parts[-1]}\n{line}" if parts[-1] else line[:SECTION_LIMIT]
    return parts


class SlackWebPoster:
    """Slack's Web API. It never repeats a call by itself: a repeated post is a second message."""

    def __init__(self, token: str, base_url: str | None = None) -> None:
        from slack_sdk.web.async_client import AsyncWebClient

        self._client = AsyncWebClient(
            token,
            base_url=base_url or AsyncWebClient.BASE_URL,
            timeout=TIMEOUT_SECONDS,
            retry_handlers=[],
        )

    async def post(
        self,
        channel: str,
        text: str,
        blocks: list[dict[str, object]],
        metadata: dict[str, object],
    ) -> str:
        try:
            found = await _asked(
                self._client.chat_postMessage(
                    channel=channel,
                    text=escaped(text),
                    blocks=blocks,
                    metadata=metadata,
                    unfurl_links=False,
                    unfurl_media=False,
                )
            )
        except _Answered as error:
            raise NotSent(f"Slack answered {error}. {_hint(str(error), channel)}") from None
        return str(found["ts"])

    async def find(self, channel: str, delivery_id: str, since: float) -> str | None:
        cursor = ""
        for _ in range(_PAGES):
            try:
                found = await _asked(
                    self._client.conversations_history(
                        channel=channel,
                        oldest=f"{since:.6f}",
                        limit=200,
                        include_all_metadata=True,
                        cursor=cursor or None,
                    )
                )
            except _Answered as error:
                raise CannotLook(
                    f"Slack answered {error} when asked for the history of {channel}. "
                    "Give the app the right to read it, then look whether the digest is there."
                ) from None
            for message in found["messages"]:
                if _delivery_of(message) == delivery_id:
                    return str(message["ts"])
            cursor = (found.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        raise CannotLook(f"{channel} has too many messages since then to look through them all.")


def _delivery_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    found: str | None = (metadata.get("event_payload") or {}).get("delivery")
    return found


async def _asked(call: Awaitable[Any]) -> dict[str, Any]:
    """What Slack answered; anything else as what it means for the delivery."""
    import aiohttp
    from slack_sdk.errors import SlackApiError, SlackClientError

    try:
        found = await call
    except SlackApiError as error:
        raise _meaning(error) from None
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise TryLater(f"Slack could not be reached ({type(error).__name__}).") from None
    body: dict[str, Any] = found.data
    return body


class _Answered(Exception):
    """Slack refused, and says why."""


def _meaning(error: Any) -> Exception:
    response = error.response
    body = response.data if isinstance(response.data, dict) else {}
    name = str(body.get("error", ""))
    if response.status_code == 429 or name == "ratelimited":
        wait = response.headers.get("Retry-After") or response.headers.get("retry-after") or "1"
        return TryLater("Slack asked to wait.", float(wait))
    if name in _NEVER:
        return _Answered(name)
    return TryLater(f"Slack answered {name or response.status_code}.")


def _hint(error: str, channel: str) -> str:
    if error in ("not_in_channel", "channel_not_found"):
        return f"Invite the app to {channel}, or give another channel."
    if error == "is_archived":
        return "Give another channel."
    return "Look at the app's token and rights: SEGUE_SLACK_BOT_TOKEN."
