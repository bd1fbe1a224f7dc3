"""How an answer looks in Slack: its text, its footer, its buttons, and simpler forms of the same.

Where a workspace refuses a kind of block the next simpler form takes its place; the words and the
figures stay the same in each.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from api.slack.client import Json

FEEDBACK = "segue_feedback"
STREAM_LIMIT = 11_000  # of 12,000 characters that a message of ours may have
_SECTION_LIMIT = 2_900  # of 3,000
_PLAIN_LIMIT = 3_800  # of 4,000 that an update without blocks may have
_NOTICE_LIMIT = 2_900


@dataclass(frozen=True)
class Final:
    """What a message says in the end."""

    text: str
    footer: str = ""
    answer_id: str = ""


@dataclass(frozen=True)
class Form:
    """One way to show a final text; `limit` is how long a part may be."""

    limit: int
    to_arguments: Callable[[str, Final, bool], Json]


def safe(text: str) -> str:
    """Nothing that a customer or a model wrote mentions anybody or becomes a link."""
    return text.replace("<", "&lt;").replace("](", "] (")


def of_answer(body: Json) -> Final:
    return Final(safe(str(body["answer"])), _footer(body), str(body["answer_id"]))


def of_error(message: str, hint: str) -> Final:
    return Final(safe(f"{message} {hint}".strip()))


def _footer(body: Json) -> str:
    by = "the built-in planner" if body["model"] == "planner" else str(body["model"])
    parts = [str(body["state"].get("notice", ""))]
    parts += [safe(text) for text in body.get("happened", ())]
    if body.get("recalled"):
        parts.append("The same question on the same records was answered before")
    receipts = len(body["facts"])
    if receipts:
        each = "1 figure, with its receipt" if receipts == 1 else f"{receipts} figures, each with"
        parts.append(each if receipts == 1 else f"{each} a receipt")
    parts.append(f"Answered by {safe(by)} in {body['seconds']:.1f} s")
    return " · ".join(part.removesuffix(".") for part in parts if part)[:_NOTICE_LIMIT]


def split(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` characters, cut after a line, else a sentence, else a word."""
    parts = []
    while len(text) > limit:
        cut = max(text.rfind(mark, limit // 2, limit) for mark in ("\n", ". ", " "))
        for mark in ("\n", ". "):
            found = text.rfind(mark, limit // 2, limit)
            if found > 0:
                cut = found + len(mark) - 1
                break
        cut = cut if cut > 0 else limit
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text]


def ending(final: Final) -> list[Json]:
    """What stands below the text of the last part."""
    blocks: list[Json] = []
    if final.footer:
        blocks.append(_context(final.footer))
    if final.answer_id:
        blocks.append(_feedback(final.answer_id))
    return blocks


def _rich(part: str, final: Final, last: bool) -> Json:
    blocks: list[Json] = [{"type": "markdown", "text": part}]
    return {"text": _preview(part), "blocks": blocks + (ending(final) if last else [])}


def _in_sections(part: str, final: Final, last: bool) -> Json:
    blocks: list[Json] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": _to_mrkdwn(piece)}}
        for piece in split(part, _SECTION_LIMIT)
    ]
    if last and final.footer:
        blocks.append(_context(final.footer))
    return {"text": _preview(part), "blocks": blocks}


def _bare(part: str, final: Final, last: bool) -> Json:
    tail = f"\n\n{final.footer}" if last and final.footer and len(part) < 3_000 else ""
    return {"text": _to_mrkdwn(part) + tail[: 4_000 - len(part)], "blocks": []}


FORMS = (Form(STREAM_LIMIT, _rich), Form(STREAM_LIMIT, _in_sections), Form(_PLAIN_LIMIT, _bare))


def _preview(part: str) -> str:
    """For notifications; what is read is in the blocks."""
    return split(_to_mrkdwn(part), _PLAIN_LIMIT)[0]


def _to_mrkdwn(text: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"*\1*", text)


def _context(text: str) -> Json:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _feedback(answer_id: str) -> Json:
    def button(text: str, value: str) -> Json:
        return {
            "text": {"type": "plain_text", "text": text},
            "value": f"{value}:{answer_id}",
            "accessibility_label": f"Say that this was a {text.lower()}",
        }

    buttons: dict[str, Any] = {
        "type": "feedback_buttons",
        "action_id": FEEDBACK,
        "positive_button": button("Good answer", "good"),
        "negative_button": button("Bad answer", "bad"),
    }
    return {"type": "context_actions", "elements": [buttons]}
