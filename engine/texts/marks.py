"""What is marked on each text: its language, how it feels, what it is about.

A text is data: whatever it says to whoever reads it, it is counted like any other. Nothing is
guessed: a text in a language that is not read, or in none that is known, has no sentiment, which is
not the same as a neutral one. The stars that came with a text are not looked at.

People who opted out are the caller's to leave out.
"""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.texts.language import Language, find_language
from engine.texts.lexicon import load_lexicon
from engine.texts.sentiment import score_sentiment
from engine.texts.topics import Topics
from engine.texts.words import to_tokens, words_of

if TYPE_CHECKING:
    import polars as pl

# Languages whose feeling is read.
READ_LANGUAGES: tuple[Language, ...] = ("en",)
_NEEDED = ("event_id", "customer_id", "text")


@dataclass(frozen=True)
class _Text:
    words: list[str]
    language: Language | None
    sentiment: float | None


def mark_texts(
    texts: "pl.DataFrame", topics: Topics | None = None, seed: int = 0
) -> "pl.DataFrame":
    """event_id, customer_id, language, sentiment (-1..1 or none), topic (or none), row for row.

    `topics` are those fitted before; without them they are found in these texts.
    """
    import polars as pl

    read = _read(texts)
    if topics is None:
        topics = _fit(texts, read, seed)
    return texts.select("event_id", "customer_id").with_columns(
        pl.Series("language", [text.language for text in read], pl.String),
        pl.Series("sentiment", [text.sentiment for text in read], pl.Float64),
        pl.Series("topic", _assign(topics, read), pl.String),
    )


def fit_topics(texts: "pl.DataFrame", seed: int = 0) -> Topics:
    """The topics of these texts, to be kept for the next ones."""
    return _fit(texts, _read(texts), seed)


def read_text(text: str | None) -> tuple[Language | None, float | None]:
    """The language and the sentiment of one text."""
    read = _read_one(text or "")
    return read.language, read.sentiment


def _read(texts: "pl.DataFrame") -> list[_Text]:
    missing = [column for column in _NEEDED if column not in texts.columns]
    if missing:
        raise BadInput(
            f"The table of texts has no column {', '.join(missing)}.",
            f"It has {', '.join(texts.columns)}.",
        )
    return [_read_one(text or "") for text in texts["text"]]


def _read_one(text: str) -> _Text:
    tokens = to_tokens(text)
    words = words_of(tokens)
    language = find_language(words)
    return _Text(words, language, _sentiment(tokens, words, language))


def _sentiment(tokens: list[str], words: list[str], language: Language | None) -> float | None:
    if language in READ_LANGUAGES:
        return score_sentiment(tokens)
    if not words and any(token in load_lexicon() for token in tokens):
        return score_sentiment(tokens)  # faces and signs alone are of every language
    return None


def _fit(texts: "pl.DataFrame", read: list[_Text], seed: int) -> Topics:
    """Of the language that most texts are in; in the order of event ids, whatever the table's."""
    spoken = Counter(text.language for text in read if text.language)
    language = min(spoken, key=lambda name: (-spoken[name], name)) if spoken else "en"
    found = sorted(
        (
            (event, customer, text.words)
            for event, customer, text in zip(
                texts["event_id"], texts["customer_id"], read, strict=True
            )
            if text.language == language
        ),
        key=lambda row: row[0],
    )
    words = [row[2] for row in found]
    return Topics.fit(words, [row[1] for row in found], language, seed)


def _assign(topics: Topics, read: list[_Text]) -> list[str | None]:
    """Only texts in the language of the topics can have one."""
    return topics.assign([text.words if text.language == topics.language else [] for text in read])
