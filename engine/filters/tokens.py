"""The text of a filter cut into tokens, and errors that point at one of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from engine.errors import BadInput, Fixable
from engine.filters.model import LONGEST_TEXT

_FORMS = re.compile(
    r"""
    (?P<number>  -?[0-9]+(?:\.[0-9]+)?%?(?![\w-]) )
  | (?P<word>    \w[\w-]* )
  | (?P<quoted>  "(?:[^"]|"")*" | '(?:[^']|'')*' )
  | (?P<bracketed> \[(?:[^\]]|\]\])*\] )
  | (?P<symbol>  <= | >= | != | [=<>(),] )
    """,
    re.VERBOSE,
)
_SPACE = re.compile(r"\s*")
_SHOWN = 30  # characters of the text on each side of what an error points at

# Words with a meaning of their own; as a name or a value they stand in quotes.
GLUE = frozenset(
    {"and", "or", "not", "in", "is", "between", "contains", "missing", "bought", "never"}
)
RESERVED = GLUE | {
    "anything", "product", "category", "the", "this", "last", "before", "since", "after", "until",
    "at", "least", "times", "ago",
}  # fmt: skip


@dataclass(frozen=True)
class Token:
    """`text` is what was meant: without the quotes, the doubled ones single."""

    form: Literal["number", "word", "quoted", "bracketed", "symbol", "end"]
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        return self.form == "word" and self.text.casefold() in words

    def is_symbol(self, *symbols: str) -> bool:
        return self.form == "symbol" and self.text in symbols


def tokens_of(text: str) -> tuple[Token, ...]:
    if len(text) > LONGEST_TEXT:
        raise BadInput(
            f"The filter is {len(text):,} characters long.", f"Use up to {LONGEST_TEXT:,}."
        )
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    place = _space_end(text, 0)
    while place < len(text):
        match = _FORMS.match(text, place)
        if match is None:
            raise _unreadable(text, place)
        yield Token(match.lastgroup, _meant(match), place, match.end())  # type: ignore[arg-type]
        place = _space_end(text, match.end())
    yield Token("end", "", len(text), len(text) + 1)


def _space_end(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _meant(match: re.Match[str]) -> str:
    text = match.group()
    if match.lastgroup in ("quoted", "bracketed"):
        return text[1:-1].replace(text[-1] * 2, text[-1])
    return text


def _unreadable(text: str, place: int) -> BadInput:
    sign = text[place]
    hints = {
        '"': "The text after it has no closing quote.",
        "'": "The text after it has no closing quote.",
        "[": "The name after it has no closing bracket.",
        "&": "Write and.",
        "|": "Write or.",
        "!": "Write not, or != for is not.",
    }
    amounts = "Write amounts without a sign: 500 means 500 of the shop's currency."
    hint = hints.get(sign, amounts if sign in "£€$¥" else "Put names with such signs in quotes.")
    return pointed(
        text, Token("symbol", sign, place, place + 1), BadInput(f"Unexpected '{sign}'.", hint)
    )


def pointed(text: str, token: Token, error: Fixable) -> BadInput:
    """The error, with the place it is about shown beneath."""
    low, high = max(0, token.start - _SHOWN), min(len(text), token.end + _SHOWN)
    before, after = "... " if low else "", " ..." if high < len(text) else ""
    line = before + "".join(sign if sign.isprintable() else " " for sign in text[low:high]) + after
    caret = " " * (len(before) + token.start - low) + "^" * min(_SHOWN, token.end - token.start)
    message = f"{error.message} (column {token.start + 1})\n  {line}\n  {caret}\n"
    return BadInput(message, error.hint)


@contextmanager
def pointing(text: str, token: Token) -> Iterator[None]:
    try:
        yield
    except Fixable as error:
        raise pointed(text, token, error) from None


class Cursor:
    """A place in the tokens of a text, and what is expected there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.place = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.next
        self.place += token.form != "end"
        return token

    def at_end(self) -> bool:
        return self.next.form == "end"

    def took_word(self, *words: str) -> bool:
        found = self.next.is_word(*words)
        self.place += found
        return found

    def took_symbol(self, symbol: str) -> bool:
        found = self.next.is_symbol(symbol)
        self.place += found
        return found

    def refused(self, token: Token, message: str, hint: str = "") -> BadInput:
        return pointed(self.text, token, BadInput(message, hint))

    def expected(self, what: str, hint: str = "") -> BadInput:
        found = f"'{self.next.text}'" if self.next.form != "end" else "the end"
        return self.refused(self.next, f"Expected {what}, found {found}.", hint)

    def need_word(self, word: str, after: str) -> None:
        if not self.took_word(word):
            raise self.expected(f"'{word}' after {after}")
