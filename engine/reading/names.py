"""How well a column's name says which of ours it is."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from engine.records import RecordKind

OWN, SURE, LIKELY, ENDS, RESEMBLES = 1.0, 0.95, 0.7, 0.64, 0.55

# What may stand beside a name without changing its meaning.
_BESIDE = frozenset({
    "the", "a", "of", "my", "shop", "store", "local", "utc", "gmt", "cet", "eur", "usd", "gbp",
    "pln", "chf", "sek", "nok", "dkk", "inr", "jpy", "cad", "aud", "brl", "try", "czk", "huf",
    "ron", "in", "sold", "purchased", "hash", "hashed", "masked", "anonymised", "anonymized",
    "raw", "full", "k",
})  # fmt: skip
_TRANSLITERATED = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "ß": "ss", "ı": "i", "đ": "d"})


@dataclass(frozen=True)
class Likeness:
    score: float
    why: str


@dataclass(frozen=True)
class Synonyms:
    sure: frozenset[str]
    likely: frozenset[str]


def likeness(theirs: str, ours: str, kind: RecordKind) -> Likeness:
    if theirs.strip().casefold() == ours:
        return Likeness(OWN, "our own name")
    known, words = synonyms(kind, ours), words_of(theirs)
    name = "".join(words)
    if name == ours.replace("_", "") or name in known.sure:
        return Likeness(SURE, f"'{theirs.strip()}' is a name for it")
    if name in known.likely:
        return Likeness(LIKELY, f"'{theirs.strip()}' can be a name for it")
    return _ending(words, known) or _resembling(name, known) or Likeness(0.0, "")


@lru_cache(10_000)  # each name is compared with every column of ours
def words_of(text: str) -> tuple[str, ...]:
    """CustomerID, customer_id and 'Customer ID' are the same two words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    signs = spaced.replace("#", " number ").replace("№", " number ")
    return tuple(re.findall(r"[^\W_]+", _folded(signs)))


@cache
def synonyms(kind: RecordKind, ours: str) -> Synonyms:
    tables = _file()
    own = tables.get(kind, {}).get(ours, {})
    shared = {} if own.get("alone") else tables["any"].get(ours, {})
    return Synonyms(
        *(_squeezed(own.get(each, []) + shared.get(each, [])) for each in ("sure", "likely"))
    )


@cache
def _file() -> dict[str, dict[str, dict[str, Any]]]:
    return tomllib.loads(Path(__file__).with_name("synonyms.toml").read_text(encoding="utf-8"))


def _squeezed(names: list[str]) -> frozenset[str]:
    """With ä as a and as ae: exports write both."""
    spelled = [form for name in names for form in _spellings(name)]
    return frozenset(re.sub(r"[\W_]+", "", _folded(name)) for name in spelled)


def _spellings(name: str) -> tuple[str, ...]:
    long = name.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    short = name.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return name, long, short


def _folded(text: str) -> str:
    """In small letters without accents."""
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_TRANSLITERATED))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _ending(words: tuple[str, ...], known: Synonyms) -> Likeness | None:
    """The last words name the thing ('web order date'); behind it only words that add nothing."""
    for first in range(len(words)):
        for last in range(len(words), first, -1):
            part = "".join(words[first:last])
            beside = set(words[last:])
            if beside <= _BESIDE and part in known.sure and len(part) > 2:
                added = len(words) - (last - first) - len(beside)
                score = ENDS + 0.02 * (last - first) - 0.03 * added
                return Likeness(min(score, LIKELY), f"its name holds '{part}'")
    return None


def _resembling(name: str, known: Synonyms) -> Likeness | None:
    if len(name) < 6:
        return None
    for known_name in sorted(known.sure):
        close = known_name[0] == name[0] and abs(len(known_name) - len(name)) <= 2
        close = close and len(known_name) >= 6 and len(set(name) ^ set(known_name)) <= 2
        if close and SequenceMatcher(None, name, known_name).ratio() >= 0.88:
            return Likeness(RESEMBLES, f"its name resembles '{known_name}'")
    return None
