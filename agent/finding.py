"""The finding: what stands out about a shop right now, in sentences that passed the gate.

The page opens with it and a report is built around it. It is written by rule from the same facts
that an answer would use, so it needs no model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from agent.gate import Gate, Released
from engine.errors import Defect, NotPossible
from engine.facts import Fact
from engine.grounding import Rendered
from stores.runs import Segment
from tools.catalog import call
from tools.context import Context, segment_subject


@dataclass(frozen=True)
class Findings:
    """The facts of shop, segments and churn, with the sentences about them."""

    context: Context
    facts: tuple[Fact, ...]

    @classmethod
    def gather(cls, context: Context) -> "Findings":
        """Segments and scores are left out where there are none yet."""
        facts = [*call(context, "describe_dataset", {}).facts]
        if context.snapshot is not None:
            segments = call(context, "list_segments", {}).facts
            facts += [*segments, *_most(context, segments, "revenue")]
            try:
                churn = call(context, "churn_by_segment", {}).facts
            except NotPossible:
                churn = ()
            facts += [*churn, *_most(context, churn, "churn")]
        return cls(context, tuple(facts))

    def shop(self, metric: str) -> Fact | None:
        return self._find("dataset", self.context.dataset.dataset_id, metric)

    def segment(self, segment: Segment, metric: str) -> Fact | None:
        return self._find("segment", segment.segment_id, metric)

    def most(self, metric: str) -> Fact | None:
        found = [f for f in self.facts if f.figure.operation and f.figure.metric == metric]
        return found[0] if found else None

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Most revenue first, as the tool lists them."""
        order = [f.figure.subject.id for f in self.facts if f.figure.metric == "revenue"]
        known = {segment.segment_id: segment for segment in self.context.segments}
        return tuple(known[i] for i in dict.fromkeys(order) if i in known)

    def sentences(self) -> list[Rendered]:
        """The finding first, then the size of it, then who is about to go."""
        best, worst = self.most("revenue"), self.most("churn")
        lines = []
        if best is not None:
            name = best.figure.subject.name
            lines.append(f"{name} bring the most revenue: [[{best.id}]].")
            share = self._of_subject(best, "share_of_revenue")
            people = self._of_subject(best, "share_of_customers")
            if share and people:
                lines.append(
                    f"{name} are [[{people.id}]] of customers and bring [[{share.id}]] of revenue."
                )
        if worst is not None:
            name = worst.figure.subject.name
            lines.append(f"{name} are the most likely to leave: churn is [[{worst.id}]].")
        return self.through_the_gate(lines)

    def through_the_gate(self, lines: Sequence[str]) -> list[Rendered]:
        """Our own sentences are held to the same gate; one that fails is our bug."""
        subjects = [segment_subject(segment) for segment in self.context.segments]
        gate = Gate(lambda: self.context.book.facts, lambda: subjects, "")
        released: list[Rendered] = []
        for piece in [*gate.feed("\n\n".join(lines)), *gate.finish()]:
            if not isinstance(piece, Released):
                raise Defect(f"A sentence of ours does not pass the gate: {piece}.")
            text = piece.rendered.text
            cut = len(text) - len(text.lstrip())
            spans = tuple((start - cut, end - cut, f) for start, end, f in piece.rendered.spans)
            released.append(Rendered(text.strip(), spans))
        return [sentence for sentence in released if sentence.text]

    def _of_subject(self, fact: Fact, metric: str) -> Fact | None:
        return self._find("segment", fact.figure.subject.id, metric)

    def _find(self, kind: str, subject_id: str, metric: str) -> Fact | None:
        for fact in self.facts:
            figure = fact.figure
            if (figure.subject.kind, figure.subject.id, figure.metric) == (
                kind,
                subject_id,
                metric,
            ) and figure.operation is None:
                return fact
        return None


def _most(context: Context, facts: Sequence[Fact], metric: str) -> tuple[Fact, ...]:
    """The segment with the most of it; nothing when several are equal or there is just one."""
    about = [f for f in facts if f.figure.metric == metric and f.figure.subject.kind == "segment"]
    values = [f.figure.value for f in about]
    if len(about) < 2 or values.count(max(values, key=_amount)) > 1:
        return ()
    arguments = {"operation": "largest", "facts": [f.id for f in about]}
    return call(context, "calculate", arguments).facts


def _amount(value: object) -> float:
    minor = getattr(value, "minor", value)
    return float(minor) if isinstance(minor, int | float) else 0.0
