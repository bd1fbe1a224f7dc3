"""What the tools found in one turn, as the planner reads it: facts, texts and errors."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import ToolMessage

from engine.metrics import METRICS

Fact = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """The facts, texts and errors of one turn's tool results."""

    facts: tuple[Fact, ...]
    texts: tuple[dict[str, str], ...]
    errors: tuple[str, ...]

    @classmethod
    def of(cls, results: Sequence[ToolMessage]) -> "Found":
        facts: list[Fact] = []
        texts: list[dict[str, str]] = []
        errors: list[str] = []
        for message in results:
            if message.status == "error":
                errors.append(str(message.content))
                continue
            body = json.loads(str(message.content))
            facts += body["facts"]
            texts += body["texts"]
        return cls(_with_units(facts), tuple(texts), tuple(dict.fromkeys(errors)))

    @classmethod
    def of_call(cls, body: dict[str, Any]) -> "Found":
        """One tool call's result, where no model stands between."""
        return cls(_with_units(body["facts"]), tuple(body["texts"]), ())

    @property
    def calculated(self) -> list[Fact]:
        return [fact for fact in known(self.facts) if "operation" in fact]

    @property
    def metrics(self) -> list[str]:
        """Of the facts that no calculation made, in their order."""
        return list(dict.fromkeys(f["metric"] for f in self.facts if "operation" not in f))

    def plain(self, metric: str) -> list[Fact]:
        return [f for f in self.facts if f["metric"] == metric and "operation" not in f]

    def done(self, operation: str, metric: str = "") -> list[Fact]:
        return [
            f
            for f in self.calculated
            if f["operation"] == operation and (not metric or f["metric"] == metric)
        ]

    def segments_with(self, metric: str) -> list[Fact]:
        return [f for f in self.plain(metric) if f["kind"] == "segment"]

    def of_segment(self, name: str, metric: str) -> list[Fact]:
        return [f for f in self.segments_with(metric) if f["subject"] == name]

    def of_dataset(self, metric: str) -> list[Fact]:
        return [f for f in self.plain(metric) if f["kind"] == "dataset"]

    def of_run(self, metric: str) -> list[Fact]:
        return [f for f in self.plain(metric) if f["kind"] == "run"]


def known(facts: Sequence[Fact]) -> list[Fact]:
    """Without those of rows that the records put nowhere: "no known country"."""
    return [fact for fact in facts if not str(fact["subject"]).startswith("no known")]


def _with_units(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    return tuple({**fact, "unit": METRICS[fact["metric"]].unit} for fact in facts)
