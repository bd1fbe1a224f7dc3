"""Shares and spells in round words beside the figure itself: "just under half ([[f1]])".

Such words stand where the value that follows bears them out; without a figure beside them, or at
odds with it, they are free figures.
"""

import re
from collections.abc import Mapping

from engine.facts import Fact
from engine.grounding.claims import REFERENCE

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
         "nineteen", "twenty")  # fmt: skip
_ONE = rf"(?:{'|'.join(_ONES[1:])}|\d{{1,2}})"
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
          "eighth": 8, "ninth": 9, "tenth": 10}  # fmt: skip
_DAYS = {"week": 7.0, "month": 30.4, "year": 365.25}
_ROUGH = re.compile(
    r"(?:\b(?P<how>(?:only\s+|just\s+)?(?:about|around|roughly|approximately|some|nearly|almost|close\s+to|(?:just|slightly|a\s+little|well|a\s+bit)"
    r"\s+(?:under|over|above|below|more\s+than|less\s+than)|more\s+than|(?:less|fewer)\s+than|over|under|only|just|barely|a\s+good))\s+)?"
    rf"\b(?:(?:(?P<count>{_ONE}|an?)[\s-])?(?P<part>{'|'.join(_PARTS)})s?\b"
    rf"|(?P<some>{_ONE})\s+(?:in|out\s+of)\s+(?:every\s+)?(?P<each>{_ONE})\b"
    rf"|(?P<spell>{_ONE}|an?)\s+(?P<unit>week|month|year)s?\b(?:\s+ago)?)"
    r"(?:\s+of(?=\s)(?:\s+(?:all|the|your|our|its|their)(?=\s))*)?",
    re.IGNORECASE,
)
_APPOSED = re.compile(r"[^.;:\[\]()]{0,60}?[\s*_]*[(–—,:][\s*_]*$")


def without_rough_words(sentence: str, facts: Mapping[str, Fact]) -> str:
    """The sentence of the same length, with borne out words blanked."""
    for match in _ROUGH.finditer(sentence):
        after = REFERENCE.search(sentence, match.end())
        if after is None or not _APPOSED.fullmatch(sentence[match.end() : after.start()]):
            continue
        if _bears_out(match, facts[after.group(1)]):
            blank = " " * (match.end() - match.start())
            sentence = sentence[: match.start()] + blank + sentence[match.end() :]
    return sentence


def _bears_out(match: re.Match[str], fact: Fact) -> bool:
    value = fact.figure.value
    if not isinstance(value, int | float):
        return False
    if match["unit"] and fact.figure.unit == "days":
        told = _count(match["spell"]) * _DAYS[match["unit"].casefold()]
        return _near(match["how"], float(value), told, 0.08 * told)
    if match["unit"] or fact.figure.unit != "share":
        return False
    if fact.figure.operation == "growth":
        if not re.search(r"\bby\s+$", match.string[: match.start()], re.IGNORECASE):
            return False
        value = abs(value)
    told = (
        _count(match["count"] or "a") / _PARTS[match["part"].casefold()]
        if match["part"]
        else _count(match["some"]) / _count(match["each"])
    )
    return _near(match["how"], float(value), told, 0.02)


def _near(how: str | None, value: float, told: float, apart: float) -> bool:
    words = (how or "about").casefold()
    if re.search(r"under|below|less|fewer|nearly|almost|barely|close", words):
        return told - 2.5 * apart <= value < told
    if re.search(r"over|above|more|good", words):
        return told < value <= told + (2.5 if "just" in words else 6) * apart
    return abs(value - told) <= apart


def _count(word: str) -> int:
    folded = word.casefold()
    if folded.isdigit():
        return max(int(folded), 1)
    return _ONES.index(folded) if folded in _ONES else 1
