"""Fits the reader of intents on phrases.yaml: `python -m agent.training` writes its weights."""

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.intents import PHRASES, WEIGHTS, phrases_hash
from agent.languages import to_english
from engine.embedding import Embedder, open_embedder

if TYPE_CHECKING:
    import numpy as np

_STRENGTH = 20.0  # inverse of the ridge: few phrases, many directions
_SEED = 7


def read_phrases() -> list[tuple[str, str]]:
    """Intent and phrase, in the words that the reader sees."""
    import yaml

    kept = yaml.safe_load(files("agent").joinpath(PHRASES).read_text(encoding="utf-8"))
    return [(intent, to_english(str(each))) for intent, phrases in kept.items() for each in phrases]


def fit(phrases: list[tuple[str, str]], embedder: Embedder) -> dict[str, "np.ndarray"]:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    vectors = embedder.embed([phrase for _, phrase in phrases])
    model = LogisticRegression(
        C=_STRENGTH, max_iter=2000, random_state=_SEED, class_weight="balanced"
    )
    model.fit(vectors, [intent for intent, _ in phrases])
    return {
        "names": np.array(model.classes_),
        "matrix": model.coef_.T.astype(np.float16),
        "offsets": model.intercept_.astype(np.float32),
        "embedder": np.array(embedder.id),
        "phrases": np.array(phrases_hash()),
    }


def main() -> None:
    import numpy as np

    phrases = read_phrases()
    target = Path(str(files("agent").joinpath(WEIGHTS)))
    kept: dict[str, Any] = {**fit(phrases, open_embedder())}
    np.savez_compressed(target, **kept)
    print(f"{len(phrases)} phrases of {len({i for i, _ in phrases})} intents: {target.name}")  # noqa: T201


if __name__ == "__main__":
    main()
