"""Fits the readers of intents and measures: `python -m agent.training` writes their weights."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.intents import COUNTED, NOTHING, PHRASES, TOLD, WEIGHTS, phrases_hash
from agent.languages import language_of
from agent.measures import read_measures
from agent.slots import read_slots
from agent.spelling import WORDS
from agent.traits import traits_of
from agent.vocabulary import Vocabulary
from engine.embedding import is_word, open_embedder

if TYPE_CHECKING:
    import numpy as np

_STRENGTH = 20.0  # inverse of the ridge: few phrases, many directions
_SEED = 7
_OFTEN, _SURELY = 3, 8  # times a word is written: one that the sentence model knows, and another
_COUNTING = ("total", "breakdown", "extreme", "compare", "trend", "share", "churn", "value",
             "people", "customer", "records", "demand", "saving")  # fmt: skip
# Names are masked in the phrases; what else is masked, the reader of questions masks itself.
_SHOP = Vocabulary(date(2025, 12, 9), attributes=(("gender", ("female", "male")),))


def read_phrases(name: str = PHRASES) -> list[tuple[str, str]]:
    """Intent or measure and phrase, in the words that the reader sees."""
    import yaml

    kept = yaml.safe_load(files("agent").joinpath(name).read_text(encoding="utf-8"))
    return [
        (meant, said)
        for meant, phrases in kept.items()
        for phrase in phrases.splitlines()
        for said in _said(phrase)
    ]


def _said(phrase: str) -> tuple[str, ...]:
    """A phrase of another language also as it stands: few words do not always give it away."""
    masked = read_slots(phrase, _SHOP).masked
    return (masked, phrase) if language_of(phrase) else (masked,)


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


def read_told() -> list[tuple[str, str]]:
    """Clauses that are told beside a wish, and clauses that are part of one."""
    return [*read_phrases(TOLD), *(("asked", phrase) for _, phrase in read_phrases())]


def fit(names: Sequence[str], traits: "np.ndarray") -> dict[str, "np.ndarray"]:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=_STRENGTH, max_iter=500, tol=1e-3, random_state=_SEED, class_weight="balanced"
    )
    model.fit(traits, names)
    return {
        "names": np.array(model.classes_),
        "matrix": model.coef_.T.astype(np.float16),
        "offsets": model.intercept_.astype(np.float32),
    }


def words_of_phrases() -> list[str]:
    """What people write, the commonest first; a slip that somebody made once is not kept."""
    kept = "".join(
        files("agent").joinpath(name).read_text("utf-8") for name in (PHRASES, COUNTED, TOLD)
    )
    often = Counter(re.findall(r"(?<![\w<'’])[a-z]{3,}(?![\w>'’])", kept.casefold()))
    return [
        word
        for word, times in often.most_common()
        if times >= (_OFTEN if is_word(word) else _SURELY)
    ]


def main() -> None:
    import numpy as np

    words = Path(str(files("agent").joinpath(WORDS)))
    words.write_text("\n".join(words_of_phrases()) + "\n", encoding="utf-8")
    embedder = open_embedder()
    kept: dict[str, Any] = {
        "embedder": np.array(embedder.id), "phrases": np.array(phrases_hash())
    }  # fmt: skip
    heads = {"intents": read_phrases(), "measures": read_counted(), "telling": read_told()}
    said = sorted({phrase for phrases in heads.values() for _, phrase in phrases})
    places = {phrase: place for place, phrase in enumerate(said)}
    traits = traits_of(said, embedder)
    for head, phrases in heads.items():
        names = [meant for meant, _ in phrases]
        fitted = fit(names, traits[[places[phrase] for _, phrase in phrases]])
        kept |= {f"{head}_{part}": value for part, value in fitted.items()}
        print(f"{head}: {len(names)} phrases of {len(set(names))} kinds")  # noqa: T201
    np.savez_compressed(Path(str(files("agent").joinpath(WEIGHTS))), **kept)


if __name__ == "__main__":
    main()
