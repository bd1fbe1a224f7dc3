"""What a masked question wants, and what it counts: closed lists, each word with its probability.

Two logistic regressions that `agent.training` fitted on phrases.yaml and counted.yaml read the
question's traits. At run time each is one product of two small matrices.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from agent.traits import traits_of
from engine.embedding import Embedder, open_embedder

if TYPE_CHECKING:
    import numpy as np

WEIGHTS = "intents.npz"
PHRASES = "phrases.yaml"
COUNTED = "counted.yaml"
TOLD = "told.yaml"
NOTHING = ""  # the measure of a question that counts nothing


@dataclass(frozen=True)
class Head:
    """One regression: a column of the matrix for each name."""

    names: tuple[str, ...]
    matrix: "np.ndarray"
    offsets: "np.ndarray"


@dataclass(frozen=True)
class Weights:
    """Of one model of sentences; `phrases` is the hash of what they were fitted on."""

    intents: Head
    measures: Head
    telling: Head
    embedder: str
    phrases: str


@dataclass(frozen=True)
class Guess:
    name: str
    probability: float


def phrases_hash() -> str:
    text = "".join(
        files("agent").joinpath(name).read_text(encoding="utf-8")
        for name in (PHRASES, COUNTED, TOLD)
    )
    return hashlib.sha256(text.encode()).hexdigest()


def read_intents(masked: str) -> tuple[Guess, ...]:
    """Most probable first; none where the weights were made for another sentence model."""
    return _read(masked)[0]


def read_measure(masked: str) -> Guess:
    """The most probable; NOTHING where the question counts nothing, or nobody can tell."""
    guesses = _read(masked)[1]
    return guesses[0] if guesses else Guess(NOTHING, 0.0)


def read_told(clauses: Sequence[str]) -> list[float]:
    """How probably each is said beside the wish; 0 where the weights are for another model."""
    weights, embedder = load_weights(), open_embedder()
    if embedder.id != weights.embedder:
        return [0.0 for _ in clauses]
    found = traits_of(clauses, embedder) @ weights.telling.matrix + weights.telling.offsets
    return [_share(row[0]) for row in found]


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


@lru_cache(maxsize=256)
def _read(masked: str) -> tuple[tuple[Guess, ...], tuple[Guess, ...]]:
    found = guess((masked,), open_embedder())
    return found[0] if found else ((), ())


def guess(
    masked: Sequence[str], embedder: Embedder
) -> list[tuple[tuple[Guess, ...], tuple[Guess, ...]]]:
    """For each question its intents and its measures."""
    weights = load_weights()
    if embedder.id != weights.embedder:
        return []
    traits = traits_of(masked, embedder)
    heads = (weights.intents, weights.measures)
    one, two = (traits @ head.matrix + head.offsets for head in heads)
    return [
        (_ranked(row, heads[0].names), _ranked(other, heads[1].names))
        for row, other in zip(one, two, strict=True)
    ]


def _ranked(logits: "np.ndarray", names: tuple[str, ...]) -> tuple[Guess, ...]:
    import numpy as np

    powers = np.exp(logits - logits.max())
    powers /= powers.sum()
    order = np.argsort(-powers, kind="stable")
    return tuple(Guess(names[place], float(powers[place])) for place in order)


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    import numpy as np

    with files("agent").joinpath(WEIGHTS).open("rb") as file, np.load(file) as kept:
        heads = [
            Head(
                tuple(str(name) for name in kept[f"{head}_names"]),
                kept[f"{head}_matrix"].astype(np.float32),
                kept[f"{head}_offsets"].astype(np.float32),
            )
            for head in ("intents", "measures", "telling")
        ]
        return Weights(heads[0], heads[1], heads[2], str(kept["embedder"]), str(kept["phrases"]))
