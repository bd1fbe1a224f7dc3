"""Names of columns that come from a shop's own words: channels, categories, topics, attributes."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

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


@dataclass(frozen=True)
class WordColumns:
    """Every word of a column of records, as columns; those used most first."""

    prefix: str
    columns: tuple[WordColumn, ...]

    def chosen(self, most: int, names: Iterable[str] | None) -> tuple[WordColumn, ...]:
        """Those used most, or those of these names. A name that no word has yet counts nothing."""
        if names is None:
            return self.columns[:most]
        known = {column.name: column for column in self.columns}
        asked = sorted({name for name in names if name.startswith(self.prefix)})
        return tuple(known.get(name, WordColumn(name, ())) for name in asked)


def word_columns(table: "ibis.Table", column: str, prefix: str) -> WordColumns:
    """Counted in rows; of equal counts the first by name."""
    from engine.features.known import fetch

    known = table.filter(table[column].notnull())
    counted = fetch(known.group_by(word=known[column]).aggregate(rows=known.count()))
    words: dict[str, list[str]] = defaultdict(list)
    rows: dict[str, int] = defaultdict(int)
    for word, count in zip(counted["word"], counted["rows"], strict=True):
        name = prefix + column_word(word)
        words[name].append(word)
        rows[name] += int(count)
    order = sorted(rows, key=lambda name: (-rows[name], name))
    return WordColumns(
        prefix, tuple(WordColumn(name, tuple(sorted(words[name]))) for name in order)
    )
