"""Random filters over a table of people, with values that split it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

from engine.filters import Field, Fields, Filter
from engine.filters.model import (
    And,
    Between,
    Bought,
    Compare,
    Contains,
    Is,
    Missing,
    Not,
    OneOf,
    Operator,
    Or,
    When,
)
from engine.filters.periods import (
    RELATIONS,
    UNITS,
    Ago,
    Dated,
    Last,
    Period,
    Relation,
    Stretch,
    Whole,
)

if TYPE_CHECKING:
    import pandas as pd

_DEEPEST = 4


@dataclass(frozen=True)
class RandomFilters:
    fields: Fields
    people: "pd.DataFrame"
    goods: "pd.DataFrame"  # product_id, product, category
    draw: random.Random

    def next(self, depth: int = 1) -> Filter:
        if depth == _DEEPEST or self.draw.random() < 0.35:
            return self._bought() if self.draw.random() < 0.3 else self._condition()
        if self.draw.random() < 0.3:
            return Not(self.next(depth + 1))
        parts = tuple(self.next(depth + 1) for _ in range(self.draw.randrange(2, 4)))
        return And(parts) if self.draw.random() < 0.5 else Or(parts)

    def _condition(self) -> Filter:
        draw, field = self.draw, self.draw.choice(self.fields.fields)
        if draw.random() < 0.08:
            return Missing(field.name)
        match field.kind:
            case "word" if draw.random() < 0.3:
                word = str(self._value(field))
                start = draw.randrange(len(word))
                return Contains(field.name, word[start : start + draw.randrange(1, 6)])
            case "word":
                known = list(field.known) or list(map(str, self._values(field)))
                return OneOf(field.name, tuple(draw.sample(known, draw.randrange(1, 4))))
            case "yes/no":
                return Is(field.name, draw.random() < 0.5)
            case "date":
                return When(field.name, self._period())
        if draw.random() < 0.3:
            low, high = sorted((self._number(field), self._number(field)))
            return Between(field.name, low, high)
        operator: Operator = draw.choice(get_args(Operator))
        return Compare(field.name, operator, self._number(field))

    def _number(self, field: Field) -> Decimal:
        value = self._value(field)
        if field.kind == "money":
            return Decimal(int(value)).scaleb(-2)
        return Decimal(str(round(float(value), 3)))

    def _values(self, field: Field) -> Sequence[Any]:
        return sorted(self.people[field.name].dropna().unique())

    def _value(self, field: Field) -> Any:
        return self.draw.choice(self._values(field))

    def _bought(self) -> Bought:
        draw = self.draw
        period = self._period() if draw.random() < 0.6 else None
        least = draw.choice((1, 1, 2, 3))
        what = draw.choice(("anything", "category", "product_id", "product"))
        if what == "anything":
            return Bought("anything", (), period, least)
        known = sorted(self.goods[what].dropna().unique())
        names = tuple(str(name) for name in draw.sample(known, draw.randrange(1, 4)))
        return Bought("category" if what == "category" else "product", names, period, least)

    def _period(self) -> Period:
        relation: Relation = self.draw.choice(RELATIONS)
        if relation == "between":
            first, last = sorted((self._dated(), self._dated()), key=lambda dated: dated.text[:4])
            if first.text[:4] == last.text[:4]:
                last = Dated(last.text[:4])
            return Period(relation, first, last)
        if relation == "in" and self.draw.random() < 0.5:
            unit = self.draw.choice(UNITS)
            return Period(relation, Last(self.draw.randrange(1, 9), unit))
        return Period(relation, self._stretch())

    def _stretch(self) -> Stretch:
        unit = self.draw.choice(UNITS)
        if self.draw.random() < 0.3:
            return Whole("this" if self.draw.random() < 0.5 else "last", unit)
        return Ago(self.draw.randrange(1, 9), unit) if self.draw.random() < 0.4 else self._dated()

    def _dated(self) -> Dated:
        month, day = self.draw.randrange(1, 13), self.draw.randrange(1, 29)
        text = f"{self.draw.randrange(2022, 2027)}-{month:02}-{day:02}"
        return Dated(text[: self.draw.choice((4, 7, 10))])
