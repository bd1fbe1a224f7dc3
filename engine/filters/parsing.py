"""The text form of a filter, read by recursive descent.

    filter     all { or all }
    all        one { and one }
    one        not one | ( filter ) | purchase | condition
    purchase   [never] bought what [period] [at least N times]
    what       anything | [product] names | category names
    condition  field comparison number | field = word | field [not] in names
               | field [not] between number and number | field [not] contains word
               | field is [not] missing | field = yes | field period
    names      word | ( word { , word } )
    period     in stretch | before, since, after, until stretch | between stretch and stretch
    stretch    2025 | 2025-06 | 2025-06-03 | this, last UNIT | N UNIT ago | [the] last N UNIT

A name or word of several words stands in quotes, a field of several words in [brackets].
"""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Literal, cast

from engine.errors import BadInput
from engine.filters.fields import Field, Fields, example, require_askable
from engine.filters.model import (
    DEEPEST,
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
    require_bounded,
    too_deep,
)
from engine.filters.periods import UNITS, Ago, Dated, Last, Period, Relation, Stretch, Unit, Whole
from engine.filters.tokens import GLUE, Cursor, Token, pointed, pointing

_RELATIONS = ("in", "before", "since", "after", "until", "between")
_AS_RELATION: dict[str, Relation] = {
    "=": "in", "<": "before", "<=": "until", ">": "after", ">=": "since",
}  # fmt: skip
_TIMES = "Write 2025-06-03, 2025-06, 2025, last month, last 90 days or 90 days ago."
_UNIT_WORDS = frozenset(word for unit in UNITS for word in (unit, unit + "s"))
_TRUTHS = {"yes": True, "true": True, "no": False, "false": False}


def parse_filter(text: str, fields: Fields) -> Filter:
    """The filter that the text says; an error points at the place that cannot be meant."""
    return require_bounded(_Parser(text, fields).parse())


class _Parser(Cursor):
    def __init__(self, text: str, fields: Fields) -> None:
        super().__init__(text)
        self.fields = fields
        self.depth = 0

    # ---- and, or, not ----

    def parse(self) -> Filter:
        if self.at_end():
            raise BadInput("The filter is empty.", "Write for example: recency > 60.")
        found = self.any_of()
        if self.at_end():
            return found
        before = self.tokens[self.place - 1]
        hint = "Join conditions with and, or."
        if before.form == "word" and self.next.form == "word":
            hint = f'Put several words in quotes: "{before.text} {self.next.text}".'
        elif before.form == "number" and self.next.is_symbol(","):
            hint = "Write numbers without commas: 1000."
        raise self.expected("'and', 'or' or the end", hint)

    def any_of(self) -> Filter:
        parts = [self.all_of()]
        while self.took_word("or"):
            parts.append(self.all_of())
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def all_of(self) -> Filter:
        parts = [self.one()]
        while self.took_word("and"):
            parts.append(self.one())
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def one(self) -> Filter:
        self.depth += 1
        if self.depth > DEEPEST:
            raise pointed(self.text, self.next, too_deep())
        found = self.nested()
        self.depth -= 1
        return found

    def nested(self) -> Filter:
        if self.took_word("not"):
            return Not(self.one())
        if self.took_symbol("("):
            found = self.any_of()
            if not self.took_symbol(")"):
                raise self.expected("')'")
            return found
        if self.next.is_word("never"):
            self.take()
            self.need_word("bought", "never")
            return Not(self.purchase())
        return self.purchase() if self.took_word("bought") else self.condition()

    # ---- purchases ----

    def purchase(self) -> Bought:
        what: Literal["anything", "product", "category"] = "product"
        names: tuple[str, ...] = ()
        if self.took_word("anything"):
            what = "anything"
        else:
            what = "category" if self.took_word("category") else "product"
            if what == "product":
                self.took_word("product")
            names = self.list_of(self.fields.category if what == "category" else str)
        period = self.period() if self.next.is_word(*_RELATIONS) else None
        start = self.next
        least = self.times() if self.took_word("at") else 1
        with pointing(self.text, start):
            return cast(Bought, self.fields.checked(Bought(what, names, period, least)))

    def times(self) -> int:
        self.need_word("least", "at")
        count = self.count()
        if not self.took_word("times", "time"):
            raise self.expected("'times'")
        return count

    # ---- conditions ----

    def condition(self) -> Filter:
        token = self.take()
        if token.form not in ("word", "bracketed") or token.is_word(*GLUE):
            self.place -= token.form != "end"
            raise self.expected("a condition", "Write for example: recency > 60.")
        with pointing(self.text, token):
            field = self.fields.get(token.text)
        if self.took_word("is"):
            opposite = self.took_word("not")
            self.need_word("missing", "is")
            return _opposite(Missing(field.name), opposite)
        opposite = self.took_word("not")
        return _opposite(self.asked(field, opposite), opposite)

    def asked(self, field: Field, opposite: bool) -> Filter:
        token = self.next
        if field.kind == "date" and token.is_word(*_RELATIONS):
            return self.when(field, self.period())
        if self.took_word("in"):
            self.require(field, OneOf, token)
            return self.checked(OneOf(field.name, self.words(field)), token)
        if self.took_word("contains"):
            self.require(field, Contains, token)
            return self.checked(Contains(field.name, self.value().text), token)
        if self.took_word("between"):
            return self.between(field, token)
        if token.is_symbol("=", "!=", "<", "<=", ">", ">=") and not opposite:
            return self.compared(field, self.take())
        hint = f"Write for example: {example(field)}."
        raise self.expected(f"what is asked of {field.name}", hint)

    def compared(self, field: Field, sign: Token) -> Filter:
        if sign.text == "!=":
            return Not(self.compared(field, Token("symbol", "=", sign.start, sign.end)))
        if field.kind == "date":
            return self.when(field, Period(_AS_RELATION[sign.text], self.stretch()))
        if field.kind == "word" and sign.text == "=":
            return OneOf(field.name, (self.spelled(partial(self.fields.word, field)),))
        if field.kind == "yes/no" and sign.text == "=":
            return Is(field.name, self.truth())
        self.require(field, Compare, sign)
        return Compare(field.name, cast(Operator, sign.text), self.number(field))

    def between(self, field: Field, token: Token) -> Filter:
        self.require(field, Between, token)
        low = self.number(field)
        self.need_word("and", "the first number")
        return self.checked(Between(field.name, low, self.number(field)), token)

    def when(self, field: Field, period: Period) -> Filter:
        return self.checked(When(field.name, period), self.tokens[self.place - 1])

    def require(self, field: Field, condition: type[Condition], token: Token) -> None:
        with pointing(self.text, token):
            require_askable(field, condition)

    def checked(self, condition: Condition, token: Token) -> Filter:
        with pointing(self.text, token):
            return self.fields.checked(condition)

    # ---- values ----

    def value(self) -> Token:
        if self.next.form in ("symbol", "end", "bracketed") or self.next.is_word(*GLUE):
            raise self.expected("a word or a number")
        return self.take()

    def spelled(self, spelling: Callable[[str], str]) -> str:
        token = self.value()
        with pointing(self.text, token):
            return spelling(token.text)

    def list_of(self, spelling: Callable[[str], str]) -> tuple[str, ...]:
        """One word, or several in brackets."""
        if not self.took_symbol("("):
            return (self.spelled(spelling),)
        words = [self.spelled(spelling)]
        while self.took_symbol(","):
            words.append(self.spelled(spelling))
        if not self.took_symbol(")"):
            raise self.expected("',' or ')'", 'Put several words in quotes: "United Kingdom".')
        return tuple(words)

    def words(self, field: Field) -> tuple[str, ...]:
        return self.list_of(partial(self.fields.word, field))

    def truth(self) -> bool:
        if self.next.form != "word" or self.next.text.casefold() not in _TRUTHS:
            raise self.expected("yes or no")
        return _TRUTHS[self.take().text.casefold()]

    def number(self, field: Field) -> Decimal:
        token = self.next
        if token.form != "number":
            raise self.expected("a number", f"Write for example: {example(field)}.")
        self.take()
        value = Decimal(token.text.rstrip("%"))
        if token.text.endswith("%"):
            if field.kind != "share":
                raise self.refused(token, f"{field.name} is no share.", "Leave out the %.")
            value = value / 100
        if field.kind == "days":
            self.took_word("day", "days")
        with pointing(self.text, token):
            return self.fields.number(field, value)

    def count(self) -> int:
        if self.next.form != "number" or not self.next.text.isdecimal() or len(self.next.text) > 6:
            raise self.expected("a whole number")
        return int(self.take().text)

    # ---- periods ----

    def period(self) -> Period:
        relation = cast(Relation, self.take().text.casefold())
        first = self.stretch()
        if relation == "between":
            self.need_word("and", "the first date")
            return Period(relation, first, self.stretch())
        if relation == "since" and isinstance(first, Last):
            return Period("in", first)  # "since the last 3 months" means the same
        return Period(relation, first)

    def stretch(self) -> Stretch:
        self.took_word("the")
        if self.next.is_word("this", "last"):
            which = cast(Literal["this", "last"], self.take().text.casefold())
            if which == "last" and self.next.form == "number":
                return Last(self.count(), self.unit())
            return Whole(which, self.unit())
        if self.next.form == "number" and self.tokens[self.place + 1].is_word(*_UNIT_WORDS):
            ago = Ago(self.count(), self.unit())
            self.need_word("ago", "the number of days, weeks, ...")
            return ago
        if self.next.form not in ("number", "word") or not self.next.text[0].isdecimal():
            raise self.expected("a time", _TIMES)
        return Dated(self.take().text)

    def unit(self) -> Unit:
        for unit in UNITS:
            if self.took_word(unit, unit + "s"):
                return unit
        raise self.expected("days, weeks, months, quarters or years")


def _opposite(filter: Filter, opposite: bool) -> Filter:
    return Not(filter) if opposite else filter
