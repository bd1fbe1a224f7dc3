"""What a question puts first: the largest or the smallest, and how many of them."""

import re
from typing import Literal

_LARGEST = (
    r"busiest|most|biggest|largest|highest|top|best|greatest|main(?:ly)?|leading|richest|"
    r"strongest|longest|fattest|hottest|number one|favou?rites?|priciest|dearest|riskiest|"
    r"keenest|heaviest|on fire|hot(?:test)?"
)
_SMALLEST = (
    r"least|smallest|lowest|fewest|worst|bottom|weakest|poorest|rarest|slowest|shortest|quietest|"
    r"safest|tiniest|cheapest|flops?|dead(?:est)?|sleepiest|lamest|duds?"
)
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
            "nine": 9, "ten": 10, "dozen": 12, "twelve": 12, "fifteen": 15,
            "twenty": 20}  # fmt: skip
COUNT = rf"(\d{{1,3}}|{'|'.join(NUMBERS)})"
_TOP = re.compile(
    rf"\b(?:(?:{_LARGEST}|{_SMALLEST}|first)\s+{COUNT}|{COUNT}\s+(?:{_LARGEST}|{_SMALLEST}))\b",
    re.IGNORECASE,
)


def read_extreme(text: str) -> Literal["largest", "smallest"] | None:
    text = re.sub(
        r"\b(?:at (?:most|least|best)|most (?:recent\w*|likely)|more or less)\b", " ", text
    )
    text = _TO_DROP.sub("worst", text)
    low, high = _FIRST_OR_LAST[0].search(text), _FIRST_OR_LAST[1].search(text)
    if low and (high is None or low.start() < high.start()):
        return "smallest"
    return "largest" if high else None


_TO_DROP = re.compile(  # "which product should I bin?"
    r"\bshould (?:i|we) (?:bin|drop|cut|delist|ditch|axe|get rid of|stop selling)\b", re.IGNORECASE
)
_SO_MANY = re.compile(
    rf"(?<![\w,.-]){COUNT}\s+(?:<\w+>\s+|\w+\s+)?(?:customers|people|buyers|spenders|products?|"
    r"articles|items|countries|markets|categories|months|names|ids|accounts|ones|sellers|"
    rf"bestsellers|(?:who|that))\b",
    re.IGNORECASE,
)


_ALONE = re.compile(
    rf"(?<=[.,;!?:] ){COUNT}(?=\s*[.,;!?]|$)", re.IGNORECASE
)  # "our best people, 10."
_SHOWN = re.compile(
    rf"\b(?:show|list|give|name|tell|the|make it|which|what)(?: me| us)? (?:the )?{COUNT}\b"
    rf"(?![%.,]\d|\s*(?:%|percent|days|weeks|"
    r"months|years|quarters))",
    re.IGNORECASE,
)


def read_top(text: str) -> int | None:
    found = _TOP.search(text) or _SHOWN.search(text)
    if found is None:
        found = re.search(
            rf"\b{COUNT} (?:of (?:them|those|these)|(?:is|are) enough|will do|would do)\b",
            text,
            re.I,
        )
    if found is None and not re.search(r"\bin \d+|\blast \d+|than \d+", text):
        found = _SO_MANY.search(text)
    found = found or _ALONE.search(text)
    if found is None:
        return None
    word = next(word for word in found.groups() if word)
    return NUMBERS.get(word.casefold()) or max(1, min(int(word), 20))


_PERCENTS = {"one": 1, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50,
             "decile": 10, "quintile": 20, "quarter": 25}  # fmt: skip
_PERCENT = r"\s?(?:%|percent|per cent)"
_WHO = r"(?:customers|people|buyers|spenders|accounts)"
_OF_WHO = rf"(?:\s+of\s+(?:our |the |all |my )*{_WHO}|\s+(?:of\s+)?{_WHO})"
_NUMBER = rf"\d{{1,2}}|{'|'.join(_PERCENTS)}"
_BEST = re.compile(
    rf"\b(?:top|best|biggest|richest|largest|upper|highest)\s+(?:(?P<one>{_NUMBER}){_PERCENT}|"
    rf"(?P<two>decile|quintile|quarter))(?:{_OF_WHO})?(?!\s+of\b)"
    rf"|(?<![\d.])(?P<three>{_NUMBER}){_PERCENT}{_OF_WHO}(?=\b.{{0,20}}\b(?:bring|make|give|"
    rf"account|"
    rf"spend|drive|generate|produce)\b.{{0,20}}(?:\d|money|revenue|sales|turnover))",
    re.IGNORECASE,
)


def read_best(text: str) -> tuple[int | None, str]:
    """ "The top 20% of customers": how many percent, and the text with a mark in its place."""
    match = _BEST.search(text)
    if match is None:
        return None, text
    said = next(word for word in match.groups() if word).casefold()
    percent = _PERCENTS.get(said) or int(said)
    return (percent or None), f"{text[: match.start()]}<BEST>{text[match.end() :]}"


_FIRST_OR_LAST = tuple(
    re.compile(rf"(?<![\w<])(?:{words})(?![\w>])", re.IGNORECASE) for words in (_SMALLEST, _LARGEST)
)
