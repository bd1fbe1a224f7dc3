"""An answer in the making: what the gate let out, what tools found, what it cost.

A model's message that breaks off is void: the draft goes back to where the message began.
"""

import logging
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from agent.events import Kind, Sentence, Span, ToolUsed
from agent.gate import Gate, Released, Withheld
from engine.facts import Fact
from tools.context import FactBook

_log = logging.getLogger("segue.gate")


@dataclass
class Draft:
    gate: Gate
    book: FactBook
    sentences: list[Sentence] = field(default_factory=list)
    tools: list[ToolUsed] = field(default_factory=list)
    found: list[tuple[Fact, ...]] = field(default_factory=list)  # by each of these
    messages: list[AnyMessage | dict[str, Any]] = field(default_factory=list)
    kind: Kind = "answer"
    withheld: int = 0
    meant: dict[str, Any] = field(default_factory=dict)  # what the next question may lean on
    change: dict[str, Any] = field(default_factory=dict)  # what the person is asked to agree to
    hide: Callable[[str], str] = str  # people, from the log
    happened: list[str] = field(default_factory=list)  # what went wrong on the way
    _kept: "tuple[Gate, int, int] | None" = None  # as it was before the message that comes now

    def hear(self, text: str) -> list[Sentence]:
        """A piece of a message; gives the sentences that may go out."""
        if self._kept is None:
            self._kept = (deepcopy(self.gate), len(self.sentences), self.withheld)
        return self._take(self.gate.feed(text))

    def keep(self, message: AnyMessage) -> None:
        """The message is whole."""
        self._kept = None
        self.messages.append(message)
        if isinstance(message, ToolMessage) and message.artifact:
            self.change = message.artifact
        if isinstance(message, AIMessage):
            self.kind = message.response_metadata.get("kind", self.kind)
            self.meant = message.response_metadata.get("state", self.meant)

    def void(self) -> bool:
        """Takes back what came of the message that broke off; True when a person saw some."""
        if self._kept is None:
            return False
        before = len(self.sentences)
        self.gate, kept, self.withheld = self._kept
        self._kept = None
        del self.sentences[kept:]
        return len(self.sentences) < before

    def finish(self) -> list[Sentence]:
        """What the gate still held when the last message had ended."""
        return self._take(self.gate.finish())

    def say(self, text: str) -> Sentence:
        """A sentence of ours, which holds no figure of the shop."""
        sentence = Sentence(("\n" if self.sentences else "") + text)
        self.sentences.append(sentence)
        return sentence

    @property
    def text(self) -> str:
        return "".join(sentence.text for sentence in self.sentences).strip()

    @property
    def shown(self) -> tuple[Fact, ...]:
        """The facts that the answer really shows, in the order they appear."""
        ids = dict.fromkeys(span.fact for sentence in self.sentences for span in sentence.spans)
        return tuple(self.book.get(fact_id) for fact_id in ids)

    def _take(self, pieces: Sequence[Released | Withheld]) -> list[Sentence]:
        released = []
        for piece in pieces:
            if isinstance(piece, Released):
                spans = tuple(
                    Span(start, end, fact, self.book.get(fact).receipt)
                    for start, end, fact in piece.rendered.spans
                )
                released.append(Sentence(piece.rendered.text, spans))
            else:
                self.withheld += 1
                reasons = self.hide("; ".join(piece.reasons))
                _log.info("withheld %r: %s", self.hide(piece.sentence), reasons)
        self.sentences += released
        return released
