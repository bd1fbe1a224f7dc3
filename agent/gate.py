"""The gate in front of every stream: whole sentences go out in order, checked, or not at all.

A piece of text goes in as it comes from a model; what comes out is shown to a person (`Released`)
or kept for the audit (`Withheld`). Nothing of a withheld sentence is ever shown.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from agent.fence import fenced
from engine.facts import Fact, Subject
from engine.grounding import Rendered, check_sentence, render_sentence
from engine.grounding.blocks import Blocks
from engine.grounding.figures import list_number
from engine.grounding.periods import PeriodWord
from engine.grounding.sentences import SentenceSplitter
from tools.glossary import sayings


@dataclass(frozen=True)
class Released:
    rendered: Rendered


@dataclass(frozen=True)
class Withheld:
    sentence: str  # as the model wrote it, for the audit only
    reasons: tuple[str, ...]


class Gate:
    """One gate per answer; facts appear while the model works, so they are asked for each time."""

    def __init__(
        self,
        facts: Callable[[], Mapping[str, Fact]],
        names: Callable[[], Collection[Subject]],
        question: str,
        restore: Callable[[str], str] = str,
    ) -> None:
        """`restore` puts the names of people back into a sentence before it is judged."""
        self._restore = restore
        self._facts = facts
        self._names = names
        self._question = question
        self._splitter = SentenceSplitter()
        self._withheld: list[Withheld] = []
        self._blocks = Blocks()
        self._subject: Subject | None = None
        self._metric: str | None = None  # what the sentence before was about
        self._times: tuple[PeriodWord, ...] = ()
        self._number = 0  # of the last list item

    def feed(self, piece: str) -> list[Released | Withheld]:
        return [self._judge(self._restore(one)) for one in self._splitter.feed(piece)]

    def finish(self) -> list[Released | Withheld]:
        return [self._judge(self._restore(one)) for one in self._splitter.finish()]

    def hint(self) -> str:
        """What was withheld and why, for one repair turn; empty when all went out."""
        if not self._withheld:
            return ""
        lines = [
            f'- "{withheld.sentence.strip()}": {"; ".join(withheld.reasons)}.'
            for withheld in self._withheld
        ]
        return (
            "These sentences were not shown. Write only them again, each with its references to "
            "facts next to the names they belong to, or leave out what no fact supports:\n"
            + fenced("\n".join(lines))
        )

    def _judge(self, sentence: str) -> Released | Withheld:
        if sentence.strip() in sayings():
            return Released(Rendered(sentence, ()))
        facts = self._facts()
        verdict = check_sentence(
            self._blocks.expand(sentence),
            facts,
            self._names(),
            self._question,
            context=self._subject,
            heading=self._metric,
            carried=self._times,
        )
        reasons = verdict.reasons + self._misnumbered(sentence)
        self._blocks.keep(sentence, released=not reasons)
        if reasons:
            withheld = Withheld(sentence, reasons)
            self._withheld.append(withheld)
            return withheld
        self._subject = verdict.subject
        self._times = verdict.times or self._times
        if sentence.strip():
            self._metric = verdict.metric
        return Released(render_sentence(sentence, facts, verdict.labels))

    def _misnumbered(self, sentence: str) -> tuple[str, ...]:
        """A list counts 1, 2, 3; any other number that opens a line could pass for a figure."""
        number = list_number(sentence)
        if number is None:
            return ()
        follows = number in (1, self._number + 1)
        self._number = number
        return () if follows else (f"the list number {number} does not follow the one before it",)
