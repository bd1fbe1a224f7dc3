"""Whether a question leans on those before it in its thread."""

import re

from agent.degrees import COUNT
from agent.earlier import EARLIER
from agent.slots import Slots
from agent.taken_back import takes_back

_GOES_ON = re.compile(
    r"^\W*(?:and|also|as|put|forget|ignore|switch|hmm|oh|nein|non|sorry|wait|make|then|let us|"
    r"what about|"
    r"how about|no|nope|only|just|same|but|or|ok(?:ay)?|then|now|drop|"
    r"without|instead|again|"
    r"i (?:mean|meant)|sorry|actually|back to|make (?:it|that)|for|in|of|with|split|und|y|"
    r"et)\b(?! many)",
    re.IGNORECASE,
)
POINTS = re.compile(
    r"\b(?:does that|that make|(?:in|from|of|over|out) there|the latter|them|they|their|theirs|"
    r"those|these|that one|it|its|he|she|her|his|him|there|the same|"
    r"(?:was|is|are|were|of|about|in|for) (?:that|this|these|those)|"
    r"(?:this|that|the same) (?:customer|person|buyer|shopper)|which of (?:the|these|those|"
    r"them|both)|"
    r"of (?:the )?(?:two|three|\d))\b",
    re.IGNORECASE,
)
MAKE_IT = re.compile(
    r"\b(?:make (?:it|that)|rather|try|and|say|what about|only|just) (\d[\d,]*)\b"
    r"(?: (?P<unit>day|week|month|year)s?\b)?|"
    r"\b(\d{1,2}|two|three|four|five|ten)(?:'s| is| are)? (?:enough|will do|would do|suffices?)\b",
    re.I,
)
OPPOSITE = re.compile(r"\b(?:opposite|other way (?:a)?round|reverse|flip(?:ped)?)\b", re.IGNORECASE)
WORD = re.compile(r"(?<![<\w])[^\W\d_]{2,}(?![\w>])")
SMALL = frozenset(
    """
    and or the in of for to no only just same what about how but ok then now please i mean meant
    too also on by a an with at is it was ones from me again instead sorry actually und et
    """.split()  # noqa: SIM905
)


def leans(slots: Slots) -> bool:
    text = slots.masked
    words = [w for w in WORD.findall(text) if w.casefold() not in SMALL]
    bare = len(words) <= (0 if slots.measures or slots.dimensions else 1)
    told = not slots.is_empty
    short = len(WORD.findall(text)) <= 4 and not slots.dimensions
    short = short and not WHOLE.search(text)
    if slots.dimensions == ("segment",) and not slots.extreme and len(WORD.findall(text)) <= 4:
        short = short or "again" in text.casefold()
    if not (slots.measures or slots.names) and any(
        fragment.search(text) for fragment in (_BY, _MAINLY, _WHO_IS_FIRST)
    ):
        return True
    return (
        bool(_GOES_ON.search(text) or POINTS.search(text) or OPPOSITE.search(text))
        or bool(
            EARLIER.search(text)
            or "instead" in text
            or bool(re.search(r"\b(?:switch|reasons?|i mean(?:t)?)\b", text, re.I))
            or bool(takes_back(text) or MAKE_IT.search(text))
        )
        or (bare and told)
        or short
    )


_BY = re.compile(r"^\W*(?:by|per|along) (?:the )?[\w ]{3,20}\W*$", re.IGNORECASE)
_MAINLY = re.compile(
    r"^\W*(?:and |so |in )*which \w+ (?:(?:mainly|mostly|most|primarily|above all)|"
    r"(?:is|was|has|had) (?:the )?(?:best|worst|highest|lowest|most|least|fewest))\W*$",
    re.IGNORECASE,
)
_WHO_IS_FIRST = re.compile(
    rf"^\W*(?:who|which|what|name|show)(?: (?:is|are|was|were|me))?(?: the)?(?: {COUNT})? "
    rf"(?:best|worst|biggest|largest|smallest|highest|lowest|top|riskiest|safest)"
    rf"(?: {COUNT}| ones?)?\W*$",
    re.IGNORECASE,
)
WHOLE = re.compile(r"\b(?:total|overall|all|whole|shop|altogether)\b", re.IGNORECASE)
