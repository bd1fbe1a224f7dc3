"""People described in plain words, as the text of a filter.

In a conversation what is not understood is seen in the answer. Where a selection is made from one
line (`segue audience --say`), a word that nothing came of is an error: it would mean other people.
"""

import re

from agent.slots import Slots, read_slots
from agent.vocabulary import Vocabulary
from engine.errors import BadInput
from engine.filters.writing import word_text

HOW = (
    "Name segments, countries, categories, products, what they spent, how often or how long ago "
    'they bought; or write the filter: --where "recency > 60 and country = Germany"'
)
_OF_PEOPLE = ("segment", "country")
_BOUGHT = (("category", "category "), ("product", "product "))
_NEVER = re.compile(
    r"\b(?:not|never|n['’]t)\s+(?:\w+\s+){0,3}?(?=<(?:PRODUCT|CATEGORY)>)", re.IGNORECASE
)
_OUTSIDE = r"\b(?:(?:not|n['’]t)\s+(?:\w+\s+){{0,2}}?|outside\s+(?:of\s+)?|except\s+(?:in\s+)?)<{}>"
_MASK = re.compile(r"<[A-Z]+>")
_JOINED = re.compile(r"(<[A-Z]+>)(?:,?\s+or\s+(?:the\s+)?\1)+", re.IGNORECASE)
_PLAIN = re.compile(
    r"\b(?:a|all|an|and|any|anyone|anything|are|at|audience|be|been|bought|buy|buyers?|buying|"
    r"by|came|customers?|did|do|does|everybody|everyone|find|for|from|give|got|had|has|have|in|"
    r"is|it|live|make|me|members?|of|on|only|order(?:ed|s)?|our|people|person|please|"
    r"products?|purchased?|save|select|shoppers?|show|since|so|spent|still|than|that|the|them|"
    r"then|there|these|they|this|those|to|us|was|we|were|which|who|whom|whose|with|you)\b",
    re.IGNORECASE,
)


def where_of(slots: Slots) -> str:
    """The filter; empty when nothing of it was named."""
    parts = [slots.filter] if slots.filter else []
    for kind in _OF_PEOPLE:
        if values := slots.of(kind):
            one_of = "not in" if _outside(kind, slots.masked) else "in"
            parts.append(f"{kind} {one_of} ({', '.join(word_text(one) for one in values)})")
    bought = "never bought" if _NEVER.search(slots.masked) else "bought"
    for kind, words in _BOUGHT:
        named = [word_text(one) for one in slots.of(kind)]
        if len(named) > 1 and _JOINED.search(slots.masked):
            named = [f"({', '.join(named)})"]
        parts += [f"{bought} {words}{one}" for one in named]
    return " and ".join(parts)


def _outside(kind: str, masked: str) -> int:
    return len(re.findall(_OUTSIDE.format(kind.upper()), masked, re.IGNORECASE))


def not_understood(slots: Slots) -> list[str]:
    """Words and conditions of which no part of the filter came."""
    left = _JOINED.sub(" ", _NEVER.sub(" ", slots.masked))
    for kind in _OF_PEOPLE:
        left = re.sub(_OUTSIDE.format(kind.upper()), " ", left, flags=re.IGNORECASE)
    left = _PLAIN.sub(" ", _MASK.sub(" ", left))
    strange = [word for word in re.findall(r"[^\W_][\w'’-]*", left) if len(word) > 1]
    if any(0 < _outside(kind, slots.masked) < len(slots.of(kind)) for kind in _OF_PEOPLE):
        strange.append("'not' before one name only")
    if slots.without:
        strange.append(f"leaving out {', '.join(slots.without)}")
    if slots.periods or slots.customers or slots.of("channel"):
        strange.append("days, single customers or channels")
    return strange


def filter_of(text: str, vocabulary: Vocabulary) -> str:
    """Of one line that says whom somebody means; refused when a word of it was not understood."""
    slots = read_slots(text, vocabulary)
    strange, found = not_understood(slots), where_of(slots)
    if strange or not found:
        what = f" I did not understand: {', '.join(strange)}." if strange else ""
        raise BadInput(f"'{text}' does not say surely whom you mean.{what}", HOW)
    return found
