"""A filter as the text that is read back to the same filter."""

import re
from decimal import Decimal

from engine.filters.fields import Fields
from engine.filters.model import (
    And,
    Between,
    Bought,
    Compare,
    Contains,
    Filter,
    Is,
    Missing,
    Not,
    OneOf,
    Or,
    When,
)
from engine.filters.periods import period_text
from engine.filters.tokens import GLUE, RESERVED

_BARE_WORD = re.compile(r"\w[\w-]*")
_BARE_FIELD = re.compile(r"[^\W\d][\w-]*")


def filter_text(filter: Filter, fields: Fields) -> str:
    match filter:
        case And(parts):
            return " and ".join(_bracketed(part, fields) for part in parts)
        case Or(parts):
            return " or ".join(_bracketed(part, fields) for part in parts)
        case Not(part):
            return _opposite_text(part, fields)
        case Bought():
            return _bought_text(filter)
        case Compare(field, operator, value):
            return f"{_field_text(field)} {operator} {_number_text(field, value, fields)}"
        case Between(field, low, high):
            ends = (_number_text(field, end, fields) for end in (low, high))
            return f"{_field_text(field)} between {' and '.join(ends)}"
        case OneOf(field, words):
            return f"{_field_text(field)} {_one_of_text(words, '=', 'in')}"
        case Contains(field, text):
            return f"{_field_text(field)} contains {word_text(text)}"
        case Is(field, value):
            return f"{_field_text(field)} = {'yes' if value else 'no'}"
        case When(field, period):
            return f"{_field_text(field)} {period_text(period)}"
        case Missing(field):
            return f"{_field_text(field)} is missing"


def _opposite_text(part: Filter, fields: Fields) -> str:
    """The shortest way to say the opposite."""
    match part:
        case Bought(least=1):
            return f"never {_bought_text(part)}"
        case OneOf(field, words):
            return f"{_field_text(field)} {_one_of_text(words, '!=', 'not in')}"
        case Missing(field):
            return f"{_field_text(field)} is not missing"
    return f"not {_bracketed(part, fields)}"


def _bracketed(part: Filter, fields: Fields) -> str:
    text = filter_text(part, fields)
    return f"({text})" if isinstance(part, And | Or) else text


def _bought_text(bought: Bought) -> str:
    words = ["bought"]
    if bought.what == "anything":
        words.append("anything")
    else:
        words += ["category"] if bought.what == "category" else []
        words.append(_list_text(bought.names))
    if bought.period is not None:
        words.append(period_text(bought.period))
    if bought.least > 1:
        words.append(f"at least {bought.least} times")
    return " ".join(words)


def _one_of_text(words: tuple[str, ...], single: str, several: str) -> str:
    return f"{single if len(words) == 1 else several} {_list_text(words)}"


def _list_text(words: tuple[str, ...]) -> str:
    texts = [word_text(word) for word in words]
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def word_text(word: str) -> str:
    if _BARE_WORD.fullmatch(word) and word.casefold() not in RESERVED:
        return word
    return '"' + word.replace('"', '""') + '"'


def _field_text(name: str) -> str:
    if _BARE_FIELD.fullmatch(name) and name.casefold() not in GLUE:
        return name
    return "[" + name.replace("]", "]]") + "]"


def _number_text(field: str, value: Decimal, fields: Fields) -> str:
    if fields.get(field).kind == "share":
        return number_text(value * 100) + "%"
    return number_text(value)


def number_text(value: Decimal) -> str:
    return format(value.normalize() + 0, "f")  # + 0: no -0
