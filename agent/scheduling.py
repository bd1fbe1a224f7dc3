"""Digests in a conversation: which there are, what one would tell now, subscribing to one."""

import re
from typing import TYPE_CHECKING, Any

from agent.shifting import QUIET, shift_lines

if TYPE_CHECKING:
    from agent.found import Found

_DIGEST = re.compile(
    r"\bdigests?\b|\bsubscri(?:be|ption)\w*|\b(?:weekly|daily|monthly|regular|scheduled|monday)\s+"
    r"(?:\w+\s+)?(?:summar(?:y|ies)|updates?|round-?ups?|posts?|messages?)\b",
    re.IGNORECASE,
)
_PREVIEW = re.compile(
    r"\b(?:preview|look like|would|going to (?:say|tell)|will (?:it|the) (?:\w+ )?(?:say|tell))\b",
    re.IGNORECASE,
)
_BEGIN = re.compile(
    r"\b(?:send|post|subscribe|schedule|set (?:\w+ )?up|deliver|start|create|add|make|"
    r"give (?:me|us)|(?:want|like|need|get) (?:an?|the)\b)",
    re.IGNORECASE,
)
_CHANNEL = re.compile(r"\b[CGD](?=[A-Z]*\d)[A-Z0-9]{2,}\b")
_CALLED = re.compile(
    r"\b(?:called|named)\s+['\"“‘]?([\w][\w .-]{0,60}?)['\"”’]?"
    r"(?=\s*(?:[?!,;.]|$|\b(?:to|in|on|every|each|at)\b))",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\b(?:mon|tue|wed|thu|fri|sat|sun)(?=(?:day|sday|nesday|rsday|urday)s?\b)", re.IGNORECASE
)
_CLOCK = re.compile(
    r"\b(?:at|um)\s+(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>am|pm)?\b", re.IGNORECASE
)
_DAILY = re.compile(r"\b(?:daily|every (?:day|morning|evening)|each (?:day|morning))\b", re.I)
_WORKDAYS = re.compile(r"\b(?:weekdays|working days?|workdays?)\b", re.IGNORECASE)
_MONTHLY = re.compile(r"\b(?:monthly|every month|each month|first of the month)\b", re.IGNORECASE)

WHERE = (
    "In which Slack channel? Slack shows a channel's id at the end of its details. Then say: send "
    "a digest to that id, and when."
)
DIGESTS = ("list_digests", "preview_digest", "subscribe_digest")


def digest_intent(text: str) -> str:
    """Empty when the question is about no digest."""
    if not _DIGEST.search(text):
        return ""
    if _PREVIEW.search(text):
        return "preview_digest"
    return "subscribe_digest" if _BEGIN.search(text) else "list_digests"


def subscription(question: str) -> dict[str, Any]:
    """What `subscribe_digest` is asked for; nothing when no channel is named."""
    channel, called = _CHANNEL.search(question), _CALLED.search(question)
    if channel is None:
        return {}
    return {
        "name": called[1] if called else "Who moved",
        "channel": channel[0],
        "cron": _cron(question),
    }


def _cron(question: str) -> str:
    """Mondays at nine, unless another day or hour is named."""
    clock = _CLOCK.search(question)
    hour, minute = (int(clock["hour"]), int(clock["minute"] or 0)) if clock else (9, 0)
    if clock and clock["half"]:
        hour = hour % 12 + (12 if clock["half"].casefold() == "pm" else 0)
    return f"{minute} {hour} {_days(question)}"


def _days(question: str) -> str:
    weekdays = ",".join(dict.fromkeys(day.lower() for day in _WEEKDAY.findall(question)))
    if weekdays:
        return f"* * {weekdays}"
    if _WORKDAYS.search(question):
        return "* * mon-fri"
    if _DAILY.search(question):
        return "* * *"
    return "1 * *" if _MONTHLY.search(question) else "* * mon"


def digest_lines(intent: str, found: "Found") -> list[str]:
    if intent == "preview_digest":
        return shift_lines(found) if found.facts else [QUIET]
    told = [text for text in found.texts if "schedule" in text]
    if intent == "subscribe_digest":
        return [f"The digest '{text['digest']}' is set up; it comes while the service runs."
                for text in told]  # fmt: skip
    if not told:
        return ['There is no digest yet. Say "send a digest to <id of a Slack channel>".']
    lines = [
        f"- '{text['digest']}': {text['state']}, last delivery: {text['last_delivery']}"
        for text in told
    ]
    return ["Your digests; when each comes next is told by: segue digest list", *lines]
