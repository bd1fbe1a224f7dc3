"""Customers' texts that nobody wrote, with what a reader would say of them; seeded.

From three sources that write differently: reviews (a sentence or two), transcripts of calls (who
speaks, and politeness that means nothing) and social posts (short, loud, tagged).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from evals.texts.phrases import CONTRASTS, FRAMES, PHRASES, THINGS, Feeling

Source = Literal["review", "transcript", "social"]
Sentiment = Literal["positive", "negative", "neutral", "mixed"]
SENTIMENTS: tuple[Sentiment, ...] = get_args(Sentiment)


@dataclass(frozen=True)
class Line:
    """A text and what a reader says of it."""

    text: str
    sentiment: Sentiment
    topic: str
    source: Source = "review"
    language: str = "en"


def generate_lines(count: int, seed: int) -> list[Line]:
    """As many of each feeling; the sources take turns."""
    chance = random.Random(seed)  # noqa: S311
    sources: tuple[Source, ...] = get_args(Source)
    return [
        _line(SENTIMENTS[number % 4], sources[number // 4 % 3], chance) for number in range(count)
    ]


def _line(sentiment: Sentiment, source: Source, chance: random.Random) -> Line:
    topic = chance.choice(sorted(PHRASES))
    said = _mixed(topic, chance) if sentiment == "mixed" else _said(sentiment, topic, chance)
    return Line(_VOICES[source](said, chance), sentiment, topic, source)


def _said(feeling: Feeling, topic: str, chance: random.Random) -> str:
    """One or two statements of one feeling."""
    first = chance.choice(PHRASES[topic][feeling])
    if chance.random() < 0.5:
        return first
    second = chance.choice(FRAMES[feeling]).format(thing=chance.choice(THINGS))
    pair = [first, second]
    chance.shuffle(pair)
    return ". ".join(pair)


def _mixed(topic: str, chance: random.Random) -> str:
    praise = chance.choice(PHRASES[topic]["positive"])
    blame = chance.choice(PHRASES[topic]["negative"])
    pair = [praise, blame]
    chance.shuffle(pair)
    return chance.choice(CONTRASTS).format(*pair)


def _review(said: str, chance: random.Random) -> str:
    return said[0].upper() + said[1:] + chance.choice((".", "", "...", "."))


def _transcript(said: str, chance: random.Random) -> str:
    opening = chance.choice(("Agent: How can I help?\n", "Agent: Hello, Segue Home.\n", ""))
    closing = chance.choice(("\nAgent: Let me look into that.", "", "\nAgent: One moment."))
    return f"{opening}Customer: {said}.{closing}"


def _social(said: str, chance: random.Random) -> str:
    post = said.upper() if chance.random() < 0.1 else said
    return (
        f"{chance.choice(('@seguehome ', '', 'so '))}{post}{chance.choice((' #shopping', '', '!'))}"
    )


_VOICES: dict[Source, Callable[[str, random.Random], str]] = {
    "review": _review,
    "transcript": _transcript,
    "social": _social,
}
