"""Marks that a reader gave to answers: how well they are put, from 1 to 5.

They stand in marks.yaml by question and turn, with the words they were given for; an answer that
has changed since is as good as unread, and is said to be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.scoring import Score

_FILE = Path(__file__).with_name("marks.yaml")


@dataclass(frozen=True)
class Mark:
    """`opened` is how the answer began when it was read."""

    mark: int
    why: str
    opened: str


@dataclass(frozen=True)
class Marked:
    score: Score
    mark: Mark


def read_marks(file: Path = _FILE) -> dict[str, Mark]:
    import yaml

    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {key: Mark(**mark) for key, mark in found.items()}


def key_of(score: Score) -> str:
    return f"{score.asked.question.question_id}/{score.asked.turn + 1}"


def opening(score: Score) -> str:
    """The first words, without figures, which differ from shop to shop."""
    words = str(score.asked.answer["answer"]).split()
    return " ".join(word for word in words if not any(letter.isdigit() for letter in word))[:60]


def marked(scores: Sequence[Score], marks: dict[str, Mark]) -> list[Marked]:
    """Of the answers that still read as they did, the worst first."""
    found = [
        Marked(score, marks[key_of(score)])
        for score in scores
        if key_of(score) in marks and opening(score) == marks[key_of(score)].opened
    ]
    return sorted(found, key=lambda one: one.mark.mark)
