"""What an answer is made of as it comes about: the doors show these, and keep the last one."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from agent.tables import Table
from engine.charts import Chart
from engine.facts import Fact

Kind = Literal["answer", "clarify", "refuse", "partial", "confirm"]


@dataclass(frozen=True)
class Status:
    """What is going on, for a person who waits."""

    text: str


@dataclass(frozen=True)
class ToolStarted:
    name: str


@dataclass(frozen=True)
class ToolUsed:
    """A tool has finished."""

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
    """The model failed in the middle; what was shown is void, and what stands comes again."""

    reason: str


@dataclass(frozen=True)
class ConfirmationAsked:
    """What would be changed; it is done when the asker agrees, in this thread."""

    question: str
    tool: str


@dataclass(frozen=True)
class FactsShown:
    """The facts of the sentences that went out, in their order."""

    facts: tuple[Fact, ...]


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
    cost: float | None = None  # in the currency of the prices; None where none are known
    happened: tuple[str, ...] = ()  # what went wrong on the way, a sentence each
    recalled: bool = False  # the same question on the same records was answered before
    key: str = ""  # by which it may be recalled; empty when it may not
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()  # each under the id of the table that it draws

    def beside(self) -> "Iterator[Event]":
        """What stands under the sentences."""
        yield from self.tables
        yield from self.charts
        if self.facts:
            yield FactsShown(self.facts)

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
            "tables": [table.to_json() for table in self.tables],
            "charts": [chart.to_json() for chart in self.charts],
            "follow_ups": list(self.follow_ups),
            "model": self.model,
            "fell_back": self.fell_back,
            "withheld": self.withheld,
            "seconds": self.seconds,
            "tokens": self.tokens,
            "cost": self.cost,
            "happened": list(self.happened),
            "recalled": self.recalled,
            "key": self.key,
        }


Event = (
    Status
    | ToolStarted
    | ToolUsed
    | Sentence
    | Restarted
    | ConfirmationAsked
    | Table
    | Chart
    | FactsShown
    | Answer
)
