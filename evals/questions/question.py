"""A question of the benchmark: what is said, turn by turn, and what a right answer must hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SPLITS = ("strangers", "own", "languages", "dialogues", "practice", "practice2", "practice3",
          "practice4", "practice5", "practice6", "practice7", "practice8", "practice9",
          "practice10", "practice11", "practice12")  # fmt: skip
UNSEEN = "strangers"  # counted, and shown to nobody who tunes
OUTCOMES = ("answer", "clarify", "refuse")
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Wanted:
    """A figure that has to be shown; `means` narrows or redefines it in words."""

    metric: str
    subject: Mapping[str, Any]
    period: Any
    means: str = ""

    def words(self) -> str:
        return f"{self.metric} {dict(self.subject)} {self.period}" + f" ({self.means})" * bool(
            self.means
        )


@dataclass(frozen=True)
class Expected:
    """`names` are descriptions of what has to be named, `never` is what must not be said."""

    outcomes: tuple[str, ...]
    figures: tuple[Wanted, ...] = ()
    names: tuple[Mapping[str, Any], ...] = ()
    never: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    state: Mapping[str, Any] = field(default_factory=dict)

    @property
    def answerable(self) -> bool:
        return "answer" in self.outcomes


@dataclass(frozen=True)
class Turn:
    say: str
    expected: Expected


@dataclass(frozen=True)
class Question:
    question_id: str
    split: str
    kind: str
    shop: str
    language: str
    turns: tuple[Turn, ...]


def read_questions(split: str, folder: Path = _FOLDER) -> list[Question]:
    import yaml

    found = yaml.safe_load((folder / f"{split}.yaml").read_text(encoding="utf-8"))
    return [
        Question(
            one["id"],
            split,
            one["kind"],
            one["shop"],
            one["language"],
            tuple(Turn(turn["say"], _expected(turn["expect"])) for turn in one["turns"]),
        )
        for one in found
    ]


def _expected(found: Mapping[str, Any]) -> Expected:
    outcome = found["outcome"]
    outcomes = tuple([outcome] if isinstance(outcome, str) else outcome)
    unknown = set(outcomes) - set(OUTCOMES)
    if unknown:
        raise ValueError(f"no outcome: {', '.join(sorted(unknown))}")
    return Expected(
        outcomes,
        tuple(Wanted(**figure) for figure in found.get("figures") or ()),
        tuple(found.get("names") or ()),
        tuple(found.get("never") or ()),
        tuple(found.get("tools") or ()),
        found.get("state") or {},
    )


def fill(text: str, cast: Mapping[str, str]) -> str:
    """Puts the shop's own names in place of {top}, {customer}, ...; {typo:top} has two letters
    of the name swapped."""

    def name(match: re.Match[str]) -> str:
        found = cast[match["role"]]
        return with_typo(found) if match["typo"] else found

    return re.sub(r"\{(?P<typo>typo:)?(?P<role>[a-z0-9]+)\}", name, text)


def with_typo(name: str) -> str:
    """Two letters in the middle swapped that differ, so that the word is another one."""
    middle = len(name) // 2
    places = sorted(range(1, len(name) - 1), key=lambda place: abs(place - middle))
    for place in places:
        one, two = name[place], name[place + 1]
        if one != two and one.isalpha() and two.isalpha():
            return name[:place] + two + one + name[place + 2 :]
    return name + name[-1]
