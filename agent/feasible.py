"""Whether a question names what an intent needs: nothing is compared with itself."""

import re
from dataclasses import replace

from agent.cues import COMPARING, EACH, METHOD, NEWS, OVERALL, PART, SAVED, STREAM, TREND, WHY
from agent.measures import PREDICTED
from agent.outside import AHEAD, MISSING
from agent.ranking import A_COUNT, RANKING
from agent.slots import KINDS, Slots

LOOSE = frozenset({"customers", "size", "much"})  # words that most questions hold


def feasible(intent: str, text: str, slots: Slots) -> bool:
    """Whether the question names what the intent needs."""
    match intent:
        case "compare":
            return not _TOGETHER.search(text) and names_several(slots) or compares(text, slots)
        case "share":
            return bool(slots.names) and bool(PART.search(text))
        case "portrait":
            return bool(slots.of("segment")) and not slots.of("country")
        case "members":
            return bool(slots.names) and not A_COUNT.search(text)
        case "breakdown":
            return bool(slots.dimensions)
        case "extreme":
            return slots.extreme is not None
        case "trend":
            return bool(TREND.search(text)) or bool(
                WHY.search(text) and (slots.measures or slots.periods)
            )
        case "total":
            return not (slots.dimensions and EACH.search(text)) and bool(
                slots.measures
                or slots.names
                or slots.periods
                or OVERALL.search(text)
                or "doing" in text
                or "number" in text
            )
        case "customer" | "why_customer":
            return bool(slots.customers)
        case "shifts":
            if slots.periods and not slots.of("segment") and not NEWS.search(text):
                return False
            of_segments = bool(slots.of("segment")) or "segment" in slots.dimensions
            return not slots.names.keys() - {"segment"} and (of_segments or len(slots.periods) < 2)
        case "audience":
            return bool(slots.where)
        case "audiences":
            return bool(SAVED.search(text)) and slots.is_empty
        case "definition":
            return slots.is_empty
        case "bought_together":
            return bool(_JOINTLY.search(text))
        case "recommend":
            return bool(slots.customers or slots.of("segment"))
        case "stream":
            return bool(STREAM.search(text))
        case "evidence":
            return not slots.of("segment") or bool(METHOD.search(text))
        case "segments":
            return "segment" in slots.dimensions or "customer" in text
        case "records":
            return not slots.names
        case "missing":
            return not set(slots.measures) - LOOSE or bool(MISSING.search(text))
        case "vague":
            plain = slots.is_empty or replace(slots, periods=()).is_empty
            return plain and not slots.dimensions and not set(slots.measures) - LOOSE
        case "people":
            ranked = slots.extreme or slots.top or RANKING.search(text)
            return bool(ranked) and not (
                set(slots.dimensions) - {"customer"} or A_COUNT.search(text)
            )
        case "demand":
            return bool(AHEAD.search(text)) and not slots.names
        case "value":
            return "expected_value" in slots.measures or bool(AHEAD.search(text)) or "will" in text
    return True


def names_several(slots: Slots) -> bool:
    return (
        any(len(slots.of(kind)) > 1 for kind in KINDS)
        or any(len(words) > 1 for words in slots.people.values())
        or len(slots.periods) > 1
        or len(slots.customers) > 1
    )


_JOINTLY = re.compile(
    r"\b(?:together|bundl\w+|combin\w+|pairs?|same (?:basket|order)|one basket|baskets?|with|also|"
    r"else|next to|sets?)\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(r"\b(?:together|combined|in total|altogether)\b", re.IGNORECASE)


# "Men or women, who spends more in total?"
_EITHER = re.compile(r"\b(?:or|more|less|fewer|most|least)\b", re.IGNORECASE)


def compares(text: str, slots: Slots) -> bool:
    if _TOGETHER.search(text) and not _EITHER.search(text):
        return False
    with_all = bool(slots.names) and bool(OVERALL.search(text))
    return (names_several(slots) or with_all) and bool(COMPARING.search(text))


def predicts(slots: Slots) -> bool:
    return bool(set(PREDICTED) & set(slots.measures))
