"""What an answer is made of as it comes about: the doors show these, and keep the last one."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from engine.facts import Fact

Kind = Literal["answer", "clarify", "refuse", "partial", "confirm"]


class IncompleteAnswer(Exception):
    """The model stopped in the middle; what arrived must not be repaired and used."""


@dataclass(frozen=True)
class Status:
    """What is going on, for a person who waits."""

    text: str


@dataclass(frozen=True)
class ToolUsed:
    name: str
    arguments: dict[str, Any]
    seconds: float


@dataclass(frozen=True)
class Span:
    """A stretch of a sentence that shows a fact."""

    start: int
    end: int
    fact: str
    receipt: str


@dataclass(frozen=True)
class Sentence:
    """A sentence that passed the gate."""

    text: str
    spans: tuple[Span, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "spans": [asdict(span) for span in self.spans]}


@dataclass(frozen=True)
class Restarted:
    """The model failed before anything could stand; what was shown so far is void."""

    reason: str


@dataclass(frozen=True)
class Answer:
    """The whole answer, as it is kept and as a program reads it."""

    answer_id: str
    thread_id: str
    question: str
    kind: Kind
    text: str
    sentences: tuple[Sentence, ...]
    facts: tuple[Fact, ...]
    tools: tuple[ToolUsed, ...]
    state: dict[str, Any]
    follow_ups: tuple[str, ...]
    model: str
    fell_back: bool
    withheld: int
    seconds: float
    tokens: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "answer_id": self.answer_id,
            "thread": self.thread_id,
            "question": self.question,
            "kind": self.kind,
            "answer": self.text,
            "sentences": [sentence.to_json() for sentence in self.sentences],
            "facts": [fact.to_json() for fact in self.facts],
            "tools": [
                {"name": t.name, "arguments": t.arguments, "seconds": t.seconds} for t in self.tools
            ],
            "state": self.state,
            "charts": [],
            "follow_ups": list(self.follow_ups),
            "model": self.model,
            "fell_back": self.fell_back,
            "withheld": self.withheld,
            "seconds": self.seconds,
            "tokens": self.tokens,
            "cost": None,  # no prices are known to this installation
        }


Event = Status | ToolUsed | Sentence | Restarted | Answer
