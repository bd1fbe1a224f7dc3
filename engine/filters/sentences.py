"""A filter as one plain sentence that a marketer can approve.

Opposites are pushed inwards first ("not more than 60" becomes "at most 60"), which changes nothing:
somebody without a value meets neither a condition nor its opposite, and the sentence says so.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import cast

from engine.concepts import UNKNOWN_CURRENCY, Moment, currency_exponent
from engine.filters.fields import Field, Fields, having
from engine.filters.model import (
    And,
    Between,
    Bought,
    Compare,
    Condition,
    Contains,
    Filter,
    Is,
    Missing,
    Not,
    OneOf,
    Operator,
    Or,
    When,
    conditions_of,
)
from engine.filters.periods import bounds, days_words, period_words

_FLIPPED: dict[Operator, Operator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_OPERATOR_WORDS: dict[Operator, str] = {
    "<": "less than", "<=": "at most", "=": "exactly", ">=": "at least", ">": "more than",
}  # fmt: skip


def sentence(filter: Filter, fields: Fields, moment: Moment) -> str:
    """Customers who are in France, last bought more than 60 days ago and are not Champions."""
    meant = plain(filter)
    said = partial(_said, fields=fields, today=moment.local_date)
    if not isinstance(meant, And | Or):
        text = f"Customers who {said(meant)}."
    elif not any(isinstance(part, And | Or) for part in meant.parts):
        word = "and" if isinstance(meant, And) else "or"
        text = f"Customers who {joined([said(part) for part in meant.parts], word)}."
    else:
        how = "all of these" if isinstance(meant, And) else "at least one of these"
        text = f"Customers who meet {how}: {'; '.join(said(part) for part in meant.parts)}."
    return " ".join([text, *_unknowns(filter, fields)])


def joined(parts: Sequence[str], word: str) -> str:
    """A, B and C."""
    *first, last = parts
    return f"{', '.join(first)} {word} {last}" if first else last


def plain(filter: Filter, opposite: bool = False) -> Filter:
    """The same with every `Not` at a condition, and groups of the same kind made one."""
    match filter:
        case Not(part):
            return plain(part, not opposite)
        case And(parts) | Or(parts):
            kind = And if isinstance(filter, And) != opposite else Or
            inner = [plain(part, opposite) for part in parts]
            return kind(tuple(leaf for one in inner for leaf in _of_kind(one, kind)))
        case Compare(field, operator, value) if opposite and operator != "=":
            return Compare(field, _FLIPPED[operator], value)
        case _:
            return Not(filter) if opposite else filter


def _of_kind(part: Filter, kind: type[And] | type[Or]) -> tuple[Filter, ...]:
    return part.parts if isinstance(part, kind) else (part,)


def _unknowns(filter: Filter, fields: Fields) -> list[str]:
    """A word on people who lack a value, if anybody can."""
    asked = [c for c in conditions_of(filter) if not isinstance(c, Bought | Missing)]
    found = [fields.get(condition.field) for condition in asked]
    labels = list(dict.fromkeys(field.label for field in found if not field.always))
    if not labels:
        return []
    which = joined(labels, "or")
    return [f"Whoever has no known {which} is found by no condition on it, nor by its opposite."]


# ---- one part ----------------------------------------------------------------------------------


def _said(part: Filter, fields: Fields, today: date, inner: bool = False) -> str:
    said = partial(_said, fields=fields, today=today, inner=True)
    match part:
        case And(parts) | Or(parts):
            first, word = ("both", "and") if isinstance(part, And) else ("either", "or")
            first = f"{first} " if len(parts) == 2 or word == "or" else ""
            text = first + joined([said(one) for one in parts], word)
            return f"({text})" if inner else text
        case Not(one):
            return _verb(cast(Condition | Bought, one), True, fields, today)
    return _verb(part, False, fields, today)


_ONE_TIME = re.compile(r"\b1 times\b")


def _verb(
    part: Condition | Bought, opposite: bool, fields: Fields, today: date
) -> str:  # what these customers are, have or did
    if isinstance(part, Bought):
        return _bought_words(part, opposite, today)
    field = fields.get(part.field)
    match part:
        case Compare(_, operator, value):
            words = "not exactly" if opposite else _OPERATOR_WORDS[operator]
            return _ONE_TIME.sub("once", field.said(f"{words} {_amount(field, value, fields)}"))
        case Between(_, low, high):
            ends = (_amount(field, low, fields), _amount(field, high, fields))
            words = "less than {} or more than {}" if opposite else "from {} to {}"
            return field.said(words.format(*ends))
        case OneOf(_, words):
            spoken = joined([shown(word) for word in words], "or")
            return _opposite(field.said(spoken), opposite)
        case Contains(_, text):
            does = "does not contain" if opposite else "contains"
            return f'{having(field.label)} that {does} "{text}"'
        case Is(_, truth):
            return _opposite(field.said(), opposite == truth)
        case When(_, period):
            days = bounds(period, today)
            when = _other_days(*days) if opposite else period_words(period, today)
            return field.said(when)
        case Missing():
            return f"have {'a' if opposite else 'no'} known {field.label}"


def _opposite(words: str, opposite: bool) -> str:
    if not opposite:
        return words
    verb, rest = words.split(" ", 1)
    return f"are not {rest}" if verb == "are" else f"do not {words}"


def _other_days(start: date | None, end: date | None) -> str:
    """All days outside; `end` is the first of them after."""
    if start and end:
        return f"on a day outside {days_words(start, end)}"
    return days_words(None, start) if start else days_words(end, None)


def _bought_words(bought: Bought, opposite: bool, today: date) -> str:
    what = "anything"
    if bought.what != "anything":
        names = joined([shown(name) for name in bought.names], "or")
        what = f"something of the category {names}" if bought.what == "category" else names
    did = "have bought"
    if opposite and bought.least == 1:
        did = "have not bought" if bought.period else "have never bought"
    elif bought.least > 1:
        what += f" in {'fewer than' if opposite else 'at least'} {bought.least} orders"
    return f"{did} {what}" + (f" {period_words(bought.period, today)}" if bought.period else "")


def _amount(field: Field, value: Decimal, fields: Fields) -> str:
    number = number_words(value)
    if field.kind == "money" and value != value.to_integral_value():
        number = f"{value:,.{currency_exponent(fields.currency)}f}"
    match field.kind:
        case "money" if fields.currency == UNKNOWN_CURRENCY:
            return f"{number} (currency unknown)"
        case "money":
            return f"{fields.currency} {number}"
        case "share":
            return f"{number_words(value * 100)}%"
        case "days":
            return f"{number} {'day' if value == 1 else 'days'}"
    return number


def number_words(value: Decimal) -> str:
    """All its digits: what is approved is what is done."""
    return f"{value.normalize() + 0:,f}"


def shown(word: str) -> str:
    """Bare if it cannot be taken for a part of the sentence."""
    plain = all(c.isalnum() or c in " -&'" for c in word)
    joins = {"and", "or", "not"} & set(word.casefold().split())
    return word if plain and not joins and word == word.strip() else f'"{word}"'
