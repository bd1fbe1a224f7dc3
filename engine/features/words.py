"""Names of columns that come from a shop's own words: channels, categories, topics, attributes."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

_UNNAMED = "unnamed"
_LONGEST = 60


def column_word(word: str) -> str:
    """As a part of a column's name: what is no letter or digit becomes one underscore."""
    plain = re.sub(r"\W+", "_", word.casefold()).strip("_")[:_LONGEST]
    return plain.strip("_") or _UNNAMED


@dataclass(frozen=True)
class WordColumn:
    """A column and the words that it counts: "Web" and "web" are one."""

    name: str
    words: tuple[str, ...]
    spoken: str

    @classmethod
    def of(cls, prefix: str, name: str, words: Iterable[str] = ()) -> Self:
        known = tuple(sorted(words))
        spoken = known[0] if known else name.removeprefix(prefix).replace("_", " ")
        return cls(name, known, spoken.replace("{}", ""))


@dataclass(frozen=True)
class WordColumns:
    """Every word of a column of records, as columns; those used most first."""

    prefix: str
    all: tuple[WordColumn, ...]
    most: int

    @property
    def used_most(self) -> tuple[WordColumn, ...]:
        return self.all[: self.most]

    def named(self, names: Iterable[str]) -> tuple[WordColumn, ...]:
        """Those of these names; one that no word has yet counts nothing."""
        known = {column.name: column for column in self.all}
        asked = sorted({name for name in names if name.startswith(self.prefix)})
        return tuple(known.get(name) or WordColumn.of(self.prefix, name) for name in asked)


def word_columns(counted: Mapping[str, int], prefix: str, most: int) -> WordColumns:
    """Of words counted in rows; of equal counts the first by name."""
    words: dict[str, list[str]] = defaultdict(list)
    rows: dict[str, int] = defaultdict(int)
    for word, count in counted.items():
        name = prefix + column_word(word)
        words[name].append(word)
        rows[name] += count
    order = sorted(rows, key=lambda name: (-rows[name], name))
    found = tuple(WordColumn.of(prefix, name, words[name]) for name in order)
    return WordColumns(prefix, found, most)
