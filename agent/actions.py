"""Which action a question asks for: something to do with somebody, to offer, or to keep.

These are recognised by their words alone, before anything else is guessed: who asks for an action
says so. And whether somebody agrees to what they were asked.
"""

import re
from typing import Any

from agent.scheduling import DIGESTS
from agent.slots import Slots

ACTIONS = (
    "playbook",
    "recommend",
    "bought_together",
    "save_audience",
    "export_audience",
    "readout",
    *DIGESTS,
)
NAMING_AUDIENCES = ("export_audience", "readout")
# The next question leans on the one before them.
PASSING = ("save_audience", *NAMING_AUDIENCES, *DIGESTS)
_SAVE = re.compile(
    r"^\W*(?:please |can you |could you |now |ok(?:ay)?,? |and |then )*(?:save|keep|store|turn)\b"
    r"|\b(?:save|keep)\b.*\baudience\b"
    r"|\b(?:make|create|build|set up|turn)\b.*"
    r"\b(?:audience (?:called|named)|(?:as|into) an audience)\b",
    re.IGNORECASE,
)
_EXPORT = re.compile(
    r"\b(?:export(?! (?:agent|manager|team|partner|house|business|desk|markets?|sales|"
    r"department)s?\b)|download|csv|file|hand over|hashed|upload list)\b",
    re.IGNORECASE,
)
_READ = re.compile(
    r"\b(?:what (?:did|has|have) .*(?:bring|brought|achieve|do)\b|uplift|lift\b|read[- ]?out|"
    r"pay off|"
    r"did (?:it|the|that|this|our) .*work|(?:has|have) .* worked|worked\b|effect of|result of|"
    r"bring anything|success\w*|against (?:its|the) holdout)",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(?:bought|buy|buys|bundled?|sold|sell|go|goes|purchased?) (?:\w+ )?together\b|\bbundles?\b|"
    r"\bcross[- ]?sell(?:ing)? pairs?\b",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"\b(?:offer|suggest|recommend|pitch|upsell|cross[- ]?sell)\b|"
    r"\b(?:buy|want|like|need) next\b|\bnext (?:product|best)\b",
    re.IGNORECASE,
)
_PLAY = re.compile(
    r"\b(?:playbooks?|plays?|(?<!by )(?<!per )campaigns?|"
    r"win(?:ning)?[ -](?:\w+[ -]){0,2}back|re-?activat\w+|"
    r"what (?:should|could|can|shall|do|would) (?:i|we|you|one) (?:\w+ )?do (?:with|about|for)|"
    r"(?:any )?ideas? for|actions? for|how (?:do|can|could|should) (?:i|we) "
    r"(?:keep|grow|retain|treat|handle|re-?engage)|vouchers?|"
    r"whom? (?:should|to) (?:\w+ )?leave alone|"
    r"do not disturb)\b",
    re.IGNORECASE,
)


def action_of(text: str, slots: Slots) -> str:
    """The intent, or nothing. `text` has its names masked."""
    about = re.search(r"\baudiences?\b", text, re.IGNORECASE)
    if _SAVE.search(text) and (about or re.search(r"\b(?:these|those|them|this)\b", text, re.I)):
        return "save_audience"
    if about and _READ.search(text):
        return "readout"
    if about and _EXPORT.search(text):
        return "export_audience"
    if _TOGETHER.search(text) and not slots.measures:
        return "bought_together"
    if _OFFER.search(text) and (slots.customers or slots.of("segment")):
        return "recommend"
    if _PLAY.search(text) and not slots.customers and not slots.where:
        return "playbook"
    return ""


_YES = re.compile(
    r"^\W*(?:yes|yep|yeah|yup|ok(?:ay)?|sure|agreed|confirm(?:ed)?|go ahead|do (?:it|so|that)|"
    r"please do|save (?:it|them)|ja|s[ií]|oui)(?:[\s,!.]+(?:please|do it|do that|go ahead|"
    r"save (?:it|them)|that is right|thanks?|thank you))*\W*$",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^\W*(?:no|nope|don['’]?t|do not|cancel|stop|better not|nein|non)\b[\w\s,!.'’]{0,20}$",
    re.IGNORECASE,
)


def agreement(question: str, remembered: dict[str, Any]) -> bool | None:
    """Whether the person agrees to the change that they were asked about; None: they talk of
    something else, or were asked nothing."""
    if not remembered.get("change"):
        return None
    if agrees(question):
        return True
    return False if _NO.search(question) else None


def agrees(question: str) -> bool:
    return bool(_YES.search(question))
