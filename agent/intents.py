"""What a masked question wants: one of a closed list of intents, each with its probability.

The sentence model turns the question into a vector; a logistic regression that `agent.training`
fitted on phrases.yaml reads it. At run time that is one product of two small matrices.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from engine.embedding import Embedder, open_embedder

if TYPE_CHECKING:
    import numpy as np

WEIGHTS = "intents.npz"
PHRASES = "phrases.yaml"


@dataclass(frozen=True)
class Weights:
    """Of one model of sentences; `phrases` is the hash of what it was fitted on."""

    names: tuple[str, ...]
    matrix: "np.ndarray"
    offsets: "np.ndarray"
    embedder: str
    phrases: str


@dataclass(frozen=True)
class Guess:
    intent: str
    probability: float


def phrases_hash() -> str:
    text = files("agent").joinpath(PHRASES).read_text(encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def read_intents(masked: str) -> tuple[Guess, ...]:
    """Most probable first; none where the weights were made for another sentence model."""
    found = guess_intents((masked,), open_embedder())
    return found[0] if found else ()


def guess_intents(masked: tuple[str, ...], embedder: Embedder) -> list[tuple[Guess, ...]]:
    weights = load_weights()
    if embedder.id != weights.embedder:
        return []
    logits = embedder.embed(masked) @ weights.matrix + weights.offsets
    return [_ranked(row, weights.names) for row in logits]


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
        return Weights(
            tuple(str(name) for name in kept["names"]),
            kept["matrix"].astype(np.float32),
            kept["offsets"].astype(np.float32),
            str(kept["embedder"]),
            str(kept["phrases"]),
        )
