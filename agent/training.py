"""Fits the readers of intents and measures: `python -m agent.training` writes their weights."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.intents import COUNTED, NOTHING, PHRASES, WEIGHTS, phrases_hash
from agent.languages import to_english
from agent.measures import read_measures
from engine.embedding import open_embedder

if TYPE_CHECKING:
    import numpy as np

_STRENGTH = 20.0  # inverse of the ridge: few phrases, many directions
_SEED = 7
_COUNTING = ("total", "breakdown", "extreme", "compare", "trend", "share", "churn", "value",
             "people", "customer", "records", "demand", "saving")  # fmt: skip


def read_phrases(name: str = PHRASES) -> list[tuple[str, str]]:
    """Intent or measure and phrase, in the words that the reader sees."""
    import yaml

    kept = yaml.safe_load(files("agent").joinpath(name).read_text(encoding="utf-8"))
    return [(meant, to_english(str(each))) for meant, phrases in kept.items() for each in phrases]


def read_counted() -> list[tuple[str, str]]:
    """What each phrase counts: as counted.yaml says; of the others what their words say, and
    nothing where they ask for no figure."""
    found = read_phrases(COUNTED)
    for intent, phrase in read_phrases():
        if intent not in _COUNTING:
            found.append((NOTHING, phrase))
        elif measures := read_measures(phrase):
            found.append((measures[0], phrase))
    return found


# People are polite, hurried, or quote somebody: what is asked stays the same.
_CARRIERS = (
    "sorry to bother you but {}, thanks", "boss wants to know {}", "ok so {} then",
    "for the board meeting: {}", "hm, {} I wonder", "{} pls, in a hurry",
    "my colleague says you can tell me {}", "right, next one: {}", "honestly {} lol",
    "one more thing, {}", "{} and keep it short", "I was asked {} this morning",
)  # fmt: skip


def carried(phrases: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each phrase by itself, and once within other words."""
    return phrases + [
        (meant, _CARRIERS[place % len(_CARRIERS)].format(phrase))
        for place, (meant, phrase) in enumerate(phrases)
    ]


def fit(names: Sequence[str], vectors: "np.ndarray") -> dict[str, "np.ndarray"]:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=_STRENGTH, max_iter=2000, random_state=_SEED, class_weight="balanced"
    )
    model.fit(vectors, names)
    return {
        "names": np.array(model.classes_),
        "matrix": model.coef_.T.astype(np.float16),
        "offsets": model.intercept_.astype(np.float32),
    }


def main() -> None:
    import numpy as np

    embedder = open_embedder()
    kept: dict[str, Any] = {
        "embedder": np.array(embedder.id), "phrases": np.array(phrases_hash())
    }  # fmt: skip
    heads = {"intents": carried(read_phrases()), "measures": carried(read_counted())}
    said = sorted({phrase for phrases in heads.values() for _, phrase in phrases})
    places = {phrase: place for place, phrase in enumerate(said)}
    vectors = embedder.embed(said)
    for head, phrases in heads.items():
        names = [meant for meant, _ in phrases]
        fitted = fit(names, vectors[[places[phrase] for _, phrase in phrases]])
        kept |= {f"{head}_{part}": value for part, value in fitted.items()}
        print(f"{head}: {len(names)} phrases of {len(set(names))} kinds")  # noqa: T201
    np.savez_compressed(Path(str(files("agent").joinpath(WEIGHTS))), **kept)


if __name__ == "__main__":
    main()
