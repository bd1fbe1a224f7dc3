"""Pseudonyms for people: put on before anything goes to a model, taken off what comes back.

The same person has the same pseudonym all through a thread, and another in any other thread. What
tells who somebody is (names, e-mail addresses, telephones, addresses) is disguised like an id,
whether the records hold it or somebody typed it. An id of fewer than five characters is an
ordinary number too often, so it is looked for only after a word that means a customer.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

from agent.known_people import KnownPeople

_LEAST_ID = 5
_LEAST_DIGITS = 9  # of a telephone that nobody announces
_CUE = re.compile(
    r"(?:customers?|clients?|buyers?|shoppers?|persons?|members?|kunden?|clientes?)"
    r"(?:[ _-]?ids?)?(?:[\W_]|number|no\b){1,6}$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\[\[\w+\]\]|[\w@.+\-/&']+")
_NAME_WORD = re.compile(r"\+?\w[\w@.+\-/&']*")  # a quotation mark before it is none of it
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.,/-])(?!\d{4}-\d\d-\d\d)\+?\(?\d[\d ().-]{7,}\d(?![\w/]|[.,]\d)")
_STREET = re.compile(
    r"\b\d{1,5}[a-z]?,? (?:[A-Z][\w'.-]+ ){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Way|Square|Place|Close|Terrace)\b\.?"
    r"|\b[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|weg|gasse|platz|allee) \d{1,4}[a-z]?\b"
    r"|\b\d{1,4},? (?:rue|avenue|boulevard|place) (?:de |du |des |la |le )*[A-ZÉ][\w'-]+"
    r"|\b(?:[Cc]alle|[Pp]laza|[Aa]venida) (?:de |del |la )*[A-ZÁÉ][\w'-]+,? \d{1,4}\b"
)
_PSEUDONYM = re.compile(r"\b[CPETA]-[A-Z2-7]{8}\b")


class Disguise:
    """`secret` is known to us alone; it decides the pseudonyms."""

    def __init__(self, people: Callable[[], KnownPeople], secret: str) -> None:
        self._read = people
        self._secret = secret.encode()
        self._worn: dict[str, str] = {}  # pseudonym -> who

    @cached_property
    def _people(self) -> KnownPeople:
        return self._read()

    def hide(self, text: str) -> str:
        text = _EMAIL.sub(lambda found: self._wear("E", found.group()), text)
        text = _STREET.sub(lambda found: self._wear("A", found.group()), text)
        text = self._marks(text)
        text = self._ids(text)
        return _PHONE.sub(self._phone, text)

    def show(self, text: str) -> str:
        return _PSEUDONYM.sub(lambda found: self._worn.get(found.group(), found.group()), text)

    def hide_all(self, value: Any) -> Any:
        """Every text inside a JSON value."""
        return _each_text(value, self.hide)

    def show_all(self, value: Any) -> Any:
        return _each_text(value, self.show)

    def _wear(self, letter: str, who: str) -> str:
        digest = hmac.new(self._secret, f"{letter}{who}".encode(), hashlib.sha256).digest()
        pseudonym = f"{letter}-{base64.b32encode(digest)[:8].decode()}"
        self._worn[pseudonym] = who
        return pseudonym

    def _phone(self, found: re.Match[str]) -> str:
        digits = sum(map(str.isdigit, found.group()))
        return self._wear("T", found.group()) if digits >= _LEAST_DIGITS else found.group()

    def _ids(self, text: str) -> str:
        def one(found: re.Match[str]) -> str:
            word = found.group()
            bare = word.strip(".-/&'")
            if bare not in self._people.ids or word.startswith("[["):
                return word
            if len(bare) < _LEAST_ID and not _CUE.search(text, 0, found.start()):
                return word
            return word.replace(bare, self._wear("C", bare), 1)

        return _WORD.sub(one, text)

    def _marks(self, text: str) -> str:
        """Runs of words that are a known name, telephone or address, the longest first."""
        words = list(_NAME_WORD.finditer(text))
        pieces, done, place = [], 0, 0
        while place < len(words):
            for size in range(min(self._people.longest, len(words) - place), 0, -1):
                start, end = words[place].start(), words[place + size - 1].end()
                said = text[start:end].rstrip(".'-/&")
                letter = self._people.marks.get(" ".join(said.casefold().split()))
                if letter:
                    pieces += [text[done:start], self._wear(letter, said)]
                    done, place = start + len(said), place + size - 1
                    break
            place += 1
        return "".join([*pieces, text[done:]]) if pieces else text


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each_text(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(one, change) for one in value]
    return value
