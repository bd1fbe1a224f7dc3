"""What the planner says when it cannot answer: why, and the nearest thing that it can."""

import re
from collections.abc import Sequence

from agent.meaning import Meaning
from agent.outside import limit_of

HELP = (
    "Ask me about the shop's customers in plain words. I can tell the size and revenue of each "
    "segment, sales by country, product or month, who is about to leave, who moved between "
    "segments, and why a customer is in a segment."
)
_NO_MODEL = "I cannot answer that without a language model."
_NEAREST: tuple[tuple[str, str], ...] = (
    (r"profit|margin|cost|roi|roas|tax|shipping|budget|advert|ad spend|cac",
     "The records hold sales, not costs, so I cannot see profit or spending. Revenue, the average "
     "order and returns are what I can tell."),
    (r"visit|session|click|conver|open rate|follower|subscriber|cart|abandon",
     "The records hold orders, not visits or mailings. I can tell who bought, how often and how "
     "recently."),
    (r"stock|inventory|deliver", "The records hold what was sold, not what is in stock or on its "
     "way. I can tell what each product sold."),
    (r"satisf|nps|promoter|review|rating|complain",
     "I cannot see how satisfied people are. Whether they come back is the nearest: ask for the "
     "repeat rate, or who is about to leave."),
    (r"e-?mail|phone|address|birth|gender|\bmen\b|\bages?\b|how old|male",
     "I do not tell personal details. I can tell how a segment buys, and its customer ids can be "
     "written to a file: segue members SEGMENT --out FILE"),
    (r"competitor|market share|employee", "I know this shop's orders only."),
    (r"next|coming|following|tomorrow|forecast|upcoming",
     "I forecast sales by the month, for the shop, its categories and its segments, not far. Who "
     "is likely to stop buying is what I can tell besides, and how revenue has developed so far."),
)  # fmt: skip
_OFFER = (
    "I can tell you about customers, orders and revenue by segment, country, product or month, who "
    "moved between segments, and who is likely to stop buying."
)


_ABSENT = {
    "consent": "Who asked not to be contacted I count for the whole shop only, and leave out of "
               "everything else.",
    "consents": "The records do not say who asked not to be contacted. Load a file of your "
                "customers that tells it.",
    "gender": "The records do not say who is a woman and who is a man. I can tell customers apart "
              "by segment, by country and by what they bought.",
    "channel": "The records do not say over which channel somebody bought. I can tell sales by "
               "country, product, month or segment.",
    "category": "The records put products in no categories. I can tell what each product sold.",
}  # fmt: skip


def refuse(meaning: Meaning) -> str:
    text = meaning.slots.text
    if meaning.intent == "missing":
        if limit := limit_of(meaning.slots.masked):
            return limit
        kind, said = meaning.slots.absent
        if kind == "country":
            return (
                f"Nothing in these records is called '{said}'. "
                "Ask for sales by country to see where there are some."
            )
        if kind in _ABSENT:
            return _ABSENT[kind]
        return next(
            (words for form, words in _NEAREST if re.search(form, text, re.I)),
            f"{_NO_MODEL} {_OFFER}",
        )
    if meaning.intent == "action":
        return (
            "I only answer questions: I delete nothing, and send nothing to customers. Exports, "
            "audiences and digests have commands of their own, and each asks before it acts: "
            "segue --help"
        )
    if meaning.intent == "value":
        return (
            "I cannot tell what customers will spend. How likely they are to stop buying, and what "
            "they have brought so far, I can: ask who is slipping away."
        )
    if meaning.intent in ("evidence", "why_customer", "customer"):
        command = "segue evidence" if meaning.intent == "evidence" else "segue person ID"
        return f"I cannot answer that in a conversation yet. The command line can: {command}"
    return f"{_NO_MODEL} {_OFFER}"


def several_products(said: str, names: Sequence[str]) -> str:
    """Which of them is meant has to be asked."""
    return f"Which product do you mean by '{said}': {', '.join(names)}, or another one?"


def unknown_name(said: str, near: str | None) -> str:
    asked = f"Nothing in these records is called '{said}'."
    return (
        f"{asked} Did you mean {near}?"
        if near
        else f"{asked} Which segments there are I can tell: ask for the segments."
    )


def which_days(said: str) -> str:
    return f"Which days do you mean by '{said}'? Say a month, or from which day to which."


WHOM = "Whom do you mean: a segment, a country, a customer, or the whole shop?"
