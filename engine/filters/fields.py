"""The fields that a filter may speak of: what each is, and what can be asked of it."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from engine.concepts import UNKNOWN_CURRENCY, Money, currency_exponent
from engine.errors import BadInput, NotFound, NotPossible
from engine.filters.model import (
    LONGEST_WORD,
    MOST_WORDS,
    Between,
    Bought,
    Compare,
    Condition,
    Contains,
    Is,
    OneOf,
    When,
)
from engine.filters.periods import require_period

Kind = Literal["number", "money", "share", "days", "date", "word", "yes/no"]
NUMERIC: frozenset[Kind] = frozenset({"number", "money", "share", "days"})
_MOST_DIGITS = 15  # what a double and JSON carry without loss
_MOST_ORDERS = 10_000


@dataclass(frozen=True)
class Field:
    """`says` is how a sentence puts it, its verb first: "have spent {}"; empty: by its label.

    `known` gives for each word that people use the value in the table; empty: any word goes.
    `former` gives for each value that nobody has any more what it was called.
    `always`: everybody has a value.
    """

    name: str
    kind: Kind
    meaning: str
    says: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    always: bool = False
    former: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return self.name.replace("_", " ")

    def said(self, words: str = "") -> str:
        """What these customers have, are or did, with the words in their place."""
        if self.says:
            return self.says.replace("{}", words)
        if self.kind == "word":
            return f"have the {self.label} {words}"
        if self.kind == "yes/no":
            return f"are marked {self.label}"
        return f"{having(self.label)}{' of' if self.kind in NUMERIC else ''} {words}"

    def stored(self, word: str) -> str:
        return self.known.get(word, word)


@dataclass(frozen=True)
class Fields:
    """All fields of a dataset; `categories` are those of its products, None when nobody looked.

    `elsewhere` says of fields that are known, but not here, what to do instead.
    """

    fields: tuple[Field, ...]
    currency: str = UNKNOWN_CURRENCY
    categories: tuple[str, ...] | None = None
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> Field:
        known = {field.name: field for field in self.fields}
        if name not in known and name.casefold() in self.elsewhere:
            raise NotFound(f"No field named '{name}' here.", self.elsewhere[name.casefold()])
        return known[_spelled(name, known, "field")]

    def word(self, field: Field, word: str) -> str:
        """The word as the dataset spells it."""
        _require_word(word)
        if not field.known:
            return word
        by_id = {stored: spoken for spoken, stored in field.known.items()}
        if word in field.former and word not in by_id:
            raise NotPossible(
                f"The {field.label} '{field.former[word]}' is no more.",
                f"Choose among those that there are now: {', '.join(field.known)}.",
            )
        return by_id.get(word) or _spelled(word, field.known, field.label)

    def category(self, name: str) -> str:
        _require_word(name)
        if self.categories is None:
            return name
        if not self.categories:
            raise NotPossible(
                "The orders say no category of any product.", "Name products by code or name."
            )
        return _spelled(name, self.categories, "category")

    def number(self, field: Field, value: Decimal) -> Decimal:
        """The value, if this field can have it."""
        digits = len(value.normalize().as_tuple().digits)
        if not value.is_finite() or digits > _MOST_DIGITS or abs(value.adjusted()) >= _MOST_DIGITS:
            raise BadInput(
                "A number with more digits than a filter can hold.", f"Use up to {_MOST_DIGITS}."
            )
        if field.kind == "share" and not 0 <= value <= 1:
            raise BadInput(
                f"{field.name} is a share from 0 to 1, and {value:f} is outside.",
                "Write 20% or 0.2.",
            )
        if field.kind == "money" and Money.of(value, self.currency).major != value:
            exponent = currency_exponent(self.currency)
            raise BadInput(
                f"{value:f} {self.currency} is no whole number of its smallest unit.",
                f"Use up to {exponent} decimals." if exponent else "Leave out the decimals.",
            )
        return value

    def stored_number(self, field: Field, value: Decimal) -> int | float:
        """As the table has it: money in minor units."""
        if field.kind == "money":
            return Money.of(value, self.currency).minor
        return int(value) if value == value.to_integral_value() else float(value)

    def checked(self, condition: Condition | Bought) -> Condition | Bought:
        """The condition, spelled as the dataset spells it, or why it cannot be asked."""
        if isinstance(condition, Bought):
            return self._bought(condition)
        field = self.get(condition.field)
        require_askable(field, type(condition))
        match condition:
            case Compare():
                self.number(field, condition.value)
            case Between():
                require_order(self.number(field, condition.low), self.number(field, condition.high))
            case OneOf():
                words = tuple(self.word(field, word) for word in condition.words)
                _require_few(words)
                condition = replace(condition, words=words)
            case Contains():
                _require_word(condition.text)
            case When():
                require_period(condition.period)
        return replace(condition, field=field.name)

    def _bought(self, bought: Bought) -> Bought:
        if not 1 <= bought.least <= _MOST_ORDERS:
            raise BadInput(f"At least {bought.least} times.", f"Use 1 to {_MOST_ORDERS:,}.")
        if bought.period is not None:
            require_period(bought.period)
        if bought.what == "anything":
            return replace(bought, names=())
        _require_few(bought.names)
        if bought.what == "category":
            return replace(bought, names=tuple(self.category(name) for name in bought.names))
        for name in bought.names:
            _require_word(name)
        return bought


def having(label: str) -> str:
    vowel = label.casefold().startswith(("a", "e", "i", "o", "u"))
    return f"have {'an' if vowel else 'a'} {label}"


def require_askable(field: Field, condition: type[Condition]) -> None:
    """`country > 3` is refused, with what can be asked of country."""
    needs = _NEEDS.get(condition)
    if needs is not None and field.kind not in needs[0]:
        raise BadInput(
            f"{field.name} is {_KIND_WORDS[field.kind]}, so {needs[1]}.",
            f"Write for example: {example(field)}.",
        )


def example(field: Field) -> str:
    """A condition that can be asked of the field."""
    name = field.name
    match field.kind:
        case "share":
            return f"{name} >= 20%"
        case "date":
            return f"{name} since 2025-06, or {name} in last 90 days"
        case "word":
            word = next(iter(field.known), "...")
            shown = word if word.isalnum() else f'"{word}"'
            return f'{name} = {shown}, or {name} contains "..."'
        case "yes/no":
            return f"{name} = yes"
    return f"{name} >= 100, or {name} between 50 and 100"


def require_order(low: Decimal, high: Decimal) -> None:
    if high < low:
        raise BadInput(
            f"Nothing is between {low:f} and {high:f}.", f"Write between {high:f} and {low:f}."
        )


_NEEDS: Mapping[type[Condition], tuple[frozenset[Kind], str]] = {
    Compare: (NUMERIC, "it has no size to compare"),
    Between: (NUMERIC, "it cannot be between two numbers"),
    OneOf: (frozenset({"word"}), "it is not one of some words"),
    Contains: (frozenset({"word"}), "it contains no text"),
    Is: (frozenset({"yes/no"}), "it is not yes or no"),
    When: (frozenset({"date"}), "it is at no time"),
}

_KIND_WORDS: Mapping[Kind, str] = {
    "number": "a number",
    "money": "an amount of money",
    "share": "a share",
    "days": "a number of days",
    "date": "a date",
    "word": "a word",
    "yes/no": "yes or no",
}


def _spelled(name: str, known: Iterable[str], what: str) -> str:
    """The exact name, else the only one that differs in case alone."""
    choices = list(known)
    if name in choices:
        return name
    alike = [choice for choice in choices if choice.casefold() == name.casefold()]
    if len(alike) != 1:
        raise NotFound.named(what, name, choices)
    return alike[0]


def _require_word(word: str) -> None:
    if not 1 <= len(word) <= LONGEST_WORD:
        raise BadInput(f"A word of {len(word)} characters.", f"Use 1 to {LONGEST_WORD} characters.")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in word):
        raise BadInput("A word holds a character that cannot be seen.", "Type it anew.")


def _require_few(words: Iterable[str]) -> None:
    count = len(tuple(words))
    if not 1 <= count <= MOST_WORDS:
        raise BadInput(f"A list of {count:,} words.", f"Name 1 to {MOST_WORDS:,}.")
