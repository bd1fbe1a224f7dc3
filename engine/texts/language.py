"""The language of a text, by its small words; none when there is too little to go by."""

from functools import lru_cache
from typing import Literal

from engine.texts.function_words import FUNCTION_WORDS, SHOP_WORDS
from engine.texts.lexicon import NEGATIONS, STRONGER, WEAKER, load_lexicon

Language = Literal["en", "de", "fr", "es", "it", "nl"]
LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "es", "it", "nl")

# A letter that one language of ours writes and the others hardly do.
_LETTERS = {"ß": "de", "ñ": "es", "¿": "es", "¡": "es", "œ": "fr", "ê": "fr", "î": "fr",
            "ã": "pt", "õ": "pt", "å": "sv", "ø": "da", "æ": "da", "ł": "pl", "ę": "pl", "ą": "pl",
            "ż": "pl", "ś": "pl"}  # fmt: skip
_LETTER_WEIGHT = 1.0
# A word of one letter is no proof: it may be an initial, or a piece of code.
_LONE = 0.2
# The winner needs this much, about half a word of its own, this much a word, ...
_LEAST, _LEAST_A_WORD = 0.45, 0.12
# ... and so much more than the second. Words beyond the first so many are not asked.
_LEAD = 1.15
_ASKED = 200


def find_language(words: list[str]) -> Language | None:
    """Of the words of a text (`to_words`); none if unknown or not among LANGUAGES."""
    weights = _word_weights()
    sums: dict[str, float] = {}
    asked = words[:_ASKED]
    for word in asked:
        for part in (word,) if word in weights else word.split("'"):
            for language, weight in weights.get(part, ()):
                sums[language] = sums.get(language, 0.0) + weight
        for letter in _LETTERS.keys() & set(word):
            language = _LETTERS[letter]
            sums[language] = sums.get(language, 0.0) + _LETTER_WEIGHT
    return _winner(sums, max(_LEAST, _LEAST_A_WORD * len(asked)))


def _winner(sums: dict[str, float], least: float) -> Language | None:
    ranked = sorted(sums.items(), key=lambda found: (-found[1], found[0]))
    if not ranked or ranked[0][1] < least:
        return None
    if len(ranked) > 1 and ranked[0][1] < _LEAD * ranked[1][1]:
        return None
    return next((known for known in LANGUAGES if known == ranked[0][0]), None)


@lru_cache(maxsize=1)
def _word_weights() -> dict[str, tuple[tuple[str, float], ...]]:
    """A word that several languages have counts for each of them, the less the more they are."""
    having: dict[str, list[str]] = {}
    for language, text in FUNCTION_WORDS.items():
        for word in dict.fromkeys(f"{text} {SHOP_WORDS.get(language, '')}".split()):
            having.setdefault(word, []).append(language)
    feeling = {word for phrase in load_lexicon() for word in phrase.split() if word.isalpha()}
    for word in sorted(feeling | NEGATIONS | STRONGER | WEAKER):
        having.setdefault(word, ["en"])
    return {word: _shared(word, languages) for word, languages in having.items()}


def _shared(word: str, languages: list[str]) -> tuple[tuple[str, float], ...]:
    weight = (_LONE if len(word) == 1 else 1.0) / len(languages)
    return tuple((language, weight) for language in languages)
