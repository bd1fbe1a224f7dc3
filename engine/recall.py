"""Which kept texts answer a question: by what they are about, by their words, by their meaning.

Meaning alone confuses what is called alike with what is alike; names and rare words put that
right, and are all there is where no vectors can be had.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_WORDS_WEIGH = 0.5
_NAME_WEIGHS = 0.5
_UNASKED_DEFINITION = 0.15  # what a definition has to be better by where none is asked for
_DEFINING = re.compile(
    r"\b(?:mean\w*|defin\w+|calculat\w+|comput\w+|work(?:ed)? out|measured?|stands? for|"
    r"explain\w*|count(?:s|ed)? as|call(?:ed)?|what(?:'s| is| are)|difference|how is)\b",
    re.IGNORECASE,
)
# Words that ask, and tell nothing of what is asked for.
_ASKING = frozenset(
    """
    a about an and and any are as at be by can could did do does explain for from had has have how
    i in is it me mean meaning meant my of on or our please say should tell than that the their
    them there they this to us was we were what when where which who whom whose why will with
    would you your define defined definition describe
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Kept:
    """A text that may be recalled; `names` are what people call what it is about, `defines` says
    that it tells what a word means, and nothing of the shop."""

    names: tuple[str, ...]
    text: str
    defines: bool = False


def rate(query: str, texts: Sequence[Kept], similarities: Sequence[float] | None) -> list[float]:
    """How well each text answers; without similarities by names and words alone."""
    found = [words_of(f"{' '.join(kept.names)} {kept.text}") for kept in texts]
    weights = _rarities(found)
    asked = {word: weights[word] for word in words_of(query) - _ASKING if word in weights}
    meant = similarities if similarities is not None else [0.0] * len(texts)
    unasked = 0.0 if _DEFINING.search(query) else _UNASKED_DEFINITION
    return [
        near
        + _WORDS_WEIGH * _part(asked, words)
        + _NAME_WEIGHS * _part(asked, _name(query, kept))
        - unasked * kept.defines
        for kept, words, near in zip(texts, found, meant, strict=True)
    ]


def words_of(text: str) -> frozenset[str]:
    """Folded, and without the endings that only grammar asks for."""
    return frozenset(_stem(word) for word in _split(text))


def _split(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold().replace("'s", ""))


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word


def _rarities(found: Sequence[frozenset[str]]) -> dict[str, float]:
    """How much a word tells: the fewer texts have it, the more."""
    counts = Counter(word for words in found for word in words)
    return {word: math.log(1 + len(found) / count) for word, count in counts.items()}


def _part(asked: dict[str, float], words: frozenset[str]) -> float:
    """The part of what the question says, by weight, that is among the words."""
    whole = sum(asked.values())
    return sum(weight for word, weight in asked.items() if word in words) / whole if whole else 0.0


def _name(query: str, kept: Kept) -> frozenset[str]:
    """The words of the longest of its names that the question says whole."""
    asked = f" {' '.join(_stem(word) for word in _split(query))} "
    said = [" ".join(_stem(word) for word in _split(name)) for name in kept.names]
    hits = [name for name in said if name and f" {name} " in asked]
    return frozenset(max(hits, key=len, default="").split())


def is_named(query: str, names: Sequence[str]) -> bool:
    return bool(_name(query, Kept(tuple(names), "")))
