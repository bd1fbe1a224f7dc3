"""A masked question in numbers: what it means, its words and letters, and what was read in it.

The sentence model sees the meaning, but takes "how much did we grow" for "how much did we make";
words and letters tell those apart, also in another spelling or language.
"""

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from agent.degrees import read_extreme
from agent.dimensions import read_dimensions
from agent.measures import read_measures
from engine.embedding import Embedder

if TYPE_CHECKING:
    import numpy as np

_PLACES = 2048  # for words and what was read
_LETTER_PLACES = 1024
_LETTERS_WEIGH = 0.7
_WORD = re.compile(r"<\w+>|\w+")
_NOT_A_LETTER = re.compile(r"[^\w<> ]")


def traits_of(masked: Sequence[str], embedder: Embedder) -> "np.ndarray":
    """One row a question."""
    import numpy as np

    letters = _hashed(masked, _letters, _LETTER_PLACES) * _LETTERS_WEIGH
    return np.hstack([embedder.embed(masked), _hashed(masked, _words, _PLACES), letters])


def _words(text: str) -> Iterator[str]:
    """Words, neighbours, and the words of the closed lists that the rules read."""
    found = _WORD.findall(text.casefold())
    yield from found
    for one, two in zip(["^", *found], [*found, "$"], strict=True):
        yield f"{one} {two}"
    measures, dimensions = read_measures(text), read_dimensions(text)
    yield from (f"counts {measure}" for measure in measures or ("nothing",))
    yield from (f"along {dimension}" for dimension in dimensions)
    if extreme := read_extreme(text):
        yield extreme


def _letters(text: str) -> Iterator[str]:
    padded = f" {_NOT_A_LETTER.sub('', text.casefold())} "
    for length in (3, 4):
        yield from (padded[at : at + length] for at in range(len(padded) - length + 1))


def _hashed(
    texts: Sequence[str], terms: Callable[[str], Iterator[str]], places: int
) -> "np.ndarray":
    """Unit vectors; half of the terms count down, so that those that share a place cancel out."""
    import numpy as np

    vectors = np.zeros((len(texts), places), dtype=np.float32)
    for row, text in enumerate(texts):
        for term in terms(text):
            code = zlib.crc32(term.encode())
            vectors[row, code % places] += 1 if code >> 20 & 1 else -1
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: np.ndarray = vectors / np.maximum(lengths, 1e-9)
    return unit
