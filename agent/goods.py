"""Products that are named by some of their words: "the cakestand", "white hanging heart thing".

A word tells, or two beside each other, that few products have in their names and no question has
for anything else. Of several products that have all the words, the one with most lines in the
records is meant.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from agent.measure_words import DIMENSION_WORDS, MEASURE_WORDS

_WORD = re.compile(r"(?<![\w<])[^\W\d_]{3,}(?:-[^\W\d_]+)*(?![\w>])")
_MOST_ALIKE = 40  # products that one telling word may stand for
_SHOWN = 3
_SHORT = 4  # "the", "with": letters of an everyday word that tells nothing of a name
_REACH = 2  # words that may lie between two words of one name
# One word alone names a product only if few have it, and this one is sold a lot.
_FEW, _WELL_KNOWN = 4, 300
_SOLD = re.compile(
    r"\b(?:sell\w*|sold|shift\w*|bought|buy\w*|units?|pieces|how many|how much|revenue|orders?|"
    r"sales|returns?|do|go|price\w*|any good|took|take)\b",
    re.IGNORECASE,
)

Products = tuple[tuple[str, str], ...]


def read_goods(text: str, products: Products) -> tuple[tuple[str, ...], str]:
    """The product that is meant, if any, and the text with a mark in its place."""
    return goods_named(text, products) if _SOLD.search(text) else ((), text)


def goods_named(text: str, products: Products) -> tuple[tuple[str, ...], str]:
    """The same of words that may say no more than the name."""
    index = _index(products)
    words = list(_WORD.finditer(text))
    if not words:
        return (), text
    bearers = [_bearers(word.group(), index) for word in words]
    telling = [
        place for place, (one, two) in enumerate(zip(bearers, [*bearers[1:], None], strict=True))
        if 0 < len(one) <= _MOST_ALIKE or (two and 0 < len(one & two) <= _MOST_ALIKE)
    ]  # fmt: skip
    if not telling:
        return (), text
    meant, first, last = _meant(words, telling[0], index)
    if first == last and (len(meant) > _FEW or min(meant) > _WELL_KNOWN):
        return (), text
    start, end = words[first].start(), words[last].end()
    return (products[min(meant)][1],), f"{text[:start]}<PRODUCT>{text[end:]}"


def bearing(said: str, products: Products) -> tuple[str, ...]:
    """Some of the products that have one of these words in their name, the best known first."""
    index = _index(products)
    places = sorted({place for word in said.split() for place in index.get(_stem(word), ())})
    return tuple(products[place][1] for place in places[:_SHOWN])


def _meant(
    words: Sequence[re.Match[str]], start: int, index: dict[str, frozenset[int]]
) -> tuple[frozenset[int], int, int]:
    """The products that hold the words around the telling one, and how far these reach."""
    meant = index[_stem(words[start].group())]
    ends = [start, start]
    for side, way in ((1, 1), (0, -1)):
        place = start + way
        while 0 <= place < len(words) and abs(place - ends[side]) <= _REACH:
            word = words[place].group()
            short = len(word) <= _SHORT and word.casefold() in everyday()
            both = meant & index.get(_stem(word), frozenset())
            if both and not short:
                meant, ends[side] = both, place
            place += way
    return meant, ends[0], ends[1]


def _bearers(word: str, index: dict[str, frozenset[int]]) -> frozenset[int]:
    return frozenset() if word.casefold() in everyday() else index.get(_stem(word), frozenset())


@lru_cache(maxsize=8)
def _index(products: Products) -> dict[str, frozenset[int]]:
    """For each word the places of the products that have it in their name."""
    found: dict[str, set[int]] = {}
    first = {name: place for place, (_, name) in reversed(list(enumerate(products)))}
    for name, place in first.items():
        for word in _WORD.findall(name):
            found.setdefault(_stem(word), set()).add(place)
    return {word: frozenset(places) for word, places in found.items()}


def _stem(word: str) -> str:
    folded = word.casefold().replace("-", "")
    return folded[:-1] if folded.endswith("s") and len(folded) > 3 else folded


_OTHER_MATTERS = re.compile(r"^outside: \|\n(?:  .*\n)*", re.MULTILINE)


@lru_cache(maxsize=1)
def everyday() -> frozenset[str]:
    """The words by which intents, measures and dimensions are known. What has nothing to do with a
    shop is spoken of in the words of its goods ("a teapot", "wine"), and counts for none."""
    texts = [
        files("agent").joinpath(name).read_text(encoding="utf-8")
        for name in ("phrases.yaml", "counted.yaml")
    ]
    texts[0] = _OTHER_MATTERS.sub("", texts[0])
    texts += [words for _, words in (*MEASURE_WORDS, *DIMENSION_WORDS)]
    words = re.findall(r"(?<![\w<])[^\W\d_]{2,}(?![\w>])", " ".join(texts).casefold())
    return frozenset(words)
