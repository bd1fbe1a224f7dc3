"""How far the engine's reading of texts agrees with a reader's, on lines kept for this alone."""

import csv
from collections.abc import Callable, Sequence
from importlib.resources import files
from statistics import fmean
from typing import cast

from engine.texts.language import LANGUAGES
from engine.texts.lexicon import load_lexicon
from engine.texts.marks import read_text
from engine.texts.sentiment import NEITHER
from engine.texts.words import to_words
from evals.bench.bars import Setting
from evals.texts.generated import SENTIMENTS, Line, Sentiment, generate_lines

PRAISE = {"good", "great", "love", "excellent", "perfect", "best", "happy", "nice", "recommend"}
BLAME = {"bad", "poor", "terrible", "awful", "worst", "broken", "disappointed", "waste", "late"}


def gold_lines() -> list[Line]:
    """Written by hand, before any method was tried on them; those in English have a feeling."""
    text = (files("evals.texts") / "gold.csv").read_text("utf-8")
    return [
        Line(
            row["text"], cast(Sentiment, row["sentiment"]), row["topic"], "review", row["language"]
        )
        for row in csv.DictReader(text.splitlines())
    ]


def measure_sentiment(setting: Setting) -> float:
    """The share of the English lines read as a reader reads them: glad, cross or neither."""
    lines = [line for line in gold_lines() if line.sentiment]
    generated = generate_lines(4000 if setting.full else 1000, seed=1)
    for name, score in BASELINES.items():
        setting.say(f"{name}: {accuracy(score, lines):.3f}")
    for feeling in SENTIMENTS:
        setting.say(
            f"{feeling}: {accuracy(_ours, [x for x in lines if x.sentiment == feeling]):.3f}"
        )
    setting.say(f"generated lines: {accuracy(_ours, generated):.3f}")
    return accuracy(_ours, lines)


def measure_language(setting: Setting) -> float:
    """Mean over the languages of the share of lines recognised; others have to stay unknown."""
    shares = []
    for language in (*LANGUAGES, "other"):
        lines = [line for line in gold_lines() if line.language == language]
        wanted = None if language == "other" else language
        shares.append(sum(read_text(line.text)[0] == wanted for line in lines) / len(lines))
        setting.say(f"{language}: {shares[-1]:.3f} of {len(lines)}")
    return fmean(shares)


def accuracy(score: Callable[[str], float | None], lines: Sequence[Line]) -> float:
    """A text of both feelings is as much neither as one of none; unknown is never right."""
    right = 0
    for line in lines:
        found = score(line.text)
        wanted = line.sentiment if line.sentiment in ("positive", "negative") else "neither"
        right += found is not None and _feeling(found) == wanted
    return right / len(lines)


def _feeling(score: float) -> str:
    return "positive" if score >= NEITHER else "negative" if score <= -NEITHER else "neither"


def _ours(text: str) -> float | None:
    return read_text(text)[1]


def count_plain_words(text: str) -> float:
    words = to_words(text)
    return _balance(sum(w in PRAISE for w in words), sum(w in BLAME for w in words))


def count_lexicon_words(text: str) -> float:
    """The engine's own words, without anything that turns them."""
    found = [load_lexicon().get(word, 0.0) for word in to_words(text)]
    return _balance(sum(lean > 0 for lean in found), sum(lean < 0 for lean in found))


def _balance(praise: int, blame: int) -> float:
    return (praise - blame) / max(1, praise + blame)


BASELINES: dict[str, Callable[[str], float]] = {
    "eighteen plain words counted": count_plain_words,
    "the lexicon's words counted": count_lexicon_words,
}
