"""The words that topics are made of, and how much each counts: the rarer, the more."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from engine.texts.function_words import FUNCTION_WORDS
from engine.texts.language import Language
from engine.texts.lexicon import CONTRASTS, NEGATIONS, STRONGER, WEAKER, load_lexicon

LEAST_CUSTOMERS = 5
_MOST_WORDS = 1000
# A word in more texts than this tells them apart no longer.
_COMMON = 0.4
_SHORTEST = 3
_SAID_OF_ANYTHING = """
    hello dear regards please thing things like other others use used using user buy buying bought
    purchase purchased order ordered product products item items time times way work works working
    year years month months week weeks day days review seems sure however though enough able
    first second last old new years minutes hours since already instead maybe
"""


@dataclass(frozen=True)
class Vocabulary:
    """Words in the order of their columns, each with its weight."""

    weights: dict[str, float]

    @classmethod
    def of(
        cls, words: Sequence[list[str]], customers: Sequence[str | None], language: Language
    ) -> Self:
        """The words that enough customers write; texts of nobody known count as one's."""
        from math import log

        empty = _empty_words(language)
        texts = Counter(word for found in words for word in set(found))
        writers = Counter(
            word
            for word, _ in {
                (word, customer)
                for found, customer in zip(words, customers, strict=True)
                for word in found
            }
        )
        kept = sorted(
            (
                word
                for word, count in writers.items()
                if count >= LEAST_CUSTOMERS
                and texts[word] <= _COMMON * len(words)
                and len(word) >= _SHORTEST
                and word not in empty
            ),
            key=lambda word: (-texts[word], word),
        )[:_MOST_WORDS]
        return cls({word: round(1 + log(len(words) / texts[word]), 4) for word in sorted(kept)})

    @property
    def words(self) -> list[str]:
        return list(self.weights)

    def weigh(self, words: Sequence[list[str]]) -> Any:
        """A sparse row of unit length a text; empty where a text has none of the words."""
        import numpy as np
        from scipy.sparse import csr_array

        column = {word: at for at, word in enumerate(self.weights)}
        rows, columns = [], []
        for row, found in enumerate(words):
            known = {column[word] for word in found if word in column}
            rows += [row] * len(known)
            columns += sorted(known)
        weight = np.array(list(self.weights.values()))[columns] if columns else np.zeros(0)
        length = np.sqrt(np.bincount(rows, weights=weight**2, minlength=len(words)))
        values = weight / length[rows] if columns else weight
        return csr_array((values, (rows, columns)), shape=(len(words), len(column)))

    def to_json(self) -> dict[str, Any]:
        return {"weights": self.weights}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(dict(found["weights"]))


@lru_cache(maxsize=len(FUNCTION_WORDS))
def _empty_words(language: Language) -> frozenset[str]:
    """Words that say how somebody feels, or nothing, but not what about."""
    empty = set(FUNCTION_WORDS[language].split())
    if language == "en":
        empty |= NEGATIONS | STRONGER | WEAKER | CONTRASTS
        empty |= {entry for entry in load_lexicon() if " " not in entry}
        empty |= set(_SAID_OF_ANYTHING.split())
    return frozenset(empty)
