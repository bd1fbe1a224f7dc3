"""Questions that notes answer: what a word means, what a report said, what was verified."""

import re
from functools import cache
from typing import TYPE_CHECKING

from agent.found import Found
from agent.slots import Slots
from tools.glossary import plain_words

if TYPE_CHECKING:
    from agent.counting import Step

NOT_DEFINED = "No word of that kind is defined here. Ask for revenue, churn, recency or a segment."
NOT_NOTED = "Nothing is noted that answers this."

_DEFINES = re.compile(
    r"\bhow (?:is|are|was) [\w' <>-]{1,40}\b(?:defined|calculated|computed|worked out|measured)\b"
    r"|\bhow (?:do|does|did) (?:you|segue|we) (?:define|calculate|compute|work out|measure)\b"
    r"|\bwhat (?:does|do) [\w' <>-]{1,40}\b(?:mean|stand for)\b"
    r"|\bwhat (?:is|are) [\w' <>-]{1,40}\b(?:defined as|meant)\b"
    r"|\bwhat (?:do|does) (?:you|segue|we) mean\b|\bwhat is meant by\b"
    r"|\b(?:definition|meaning) of\b|^\W*(?:please )?define\b"
    r"|\bwhat (?:counts|qualifies) as\b|\bwhat (?:do|does) (?:you|segue|we) (?:count|call)\b"
    r"|\bwhom do you call\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:last|latest|newest|our|the) (?:segment )?report\b.{0,30}\b(?:say|said|tell|told|find|"
    r"found|conclude\w*)\b|\bsum(?:marise|marize| up)\b.{0,20}\breport\b",
    re.IGNORECASE,
)
_VERIFIED = re.compile(r"\b(?:verified|checked|confirmed|agreed)\b.{0,30}\banswers?\b", re.I)


def noted_intent(slots: Slots) -> str:
    """Empty where other tools answer; a segment is described, not defined."""
    text = slots.masked
    if _REPORTED.search(text) or _VERIFIED.search(text):
        return "noted"
    asked = _DEFINES.search(text) or _named_word().match(text)
    return "definition" if asked and not slots.of("segment") else ""


@cache
def _named_word() -> re.Pattern[str]:
    """A bare "what is RFM?", of a word that no figure answers."""
    names = "|".join(re.escape(name) for name in sorted(plain_words(), key=len, reverse=True))
    return re.compile(rf"^\W*what(?:['’]?s| is| are) (?:an? |the )?(?:{names})\W*$", re.IGNORECASE)


def note_steps(intent: str, slots: Slots) -> "list[Step]":
    if intent == "definition":
        kind = "term"
    else:
        kind = "report" if _REPORTED.search(slots.masked) else "answer"
    return [("search_notes", {"query": slots.text[:300], "limit": 1, "kind": kind})]


def note_lines(intent: str, found: Found) -> list[str]:
    """The note, line by line; a definition only where the question says the word itself."""
    notes = [text for text in found.texts if "note" in text and "was_true" not in text]
    if intent == "definition":
        notes = [note for note in notes if note["match"] == "name"]
    if not notes:
        return [NOT_DEFINED if intent == "definition" else NOT_NOTED]
    return [line for line in notes[0]["note"].split("\n") if line and not line.endswith(":")]
