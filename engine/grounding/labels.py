"""What a sentence leaves open about a figure: the rendering says it, right beside the figure.

A figure that no word gives to anybody, or that nothing names, could mislead. It is not kept back:
it says itself whose it is and what it counts, "61.2% (churn, At risk)". Only what contradicts
the fact is kept back.
"""

from dataclasses import dataclass

from engine.facts import Fact
from engine.metrics import METRICS


@dataclass(frozen=True)
class Left:
    """Words that the figure has to bring along."""

    words: str


def metric_label(fact: Fact) -> Left:
    return Left(METRICS[fact.figure.metric].words[0])


def subject_label(fact: Fact) -> Left:
    subject = fact.figure.subject
    return Left("whole shop" if subject.kind == "dataset" else subject.name)


def period_label(fact: Fact) -> Left:
    return Left(fact.figure.period.words())


def narrowed_label(fact: Fact) -> Left:
    """Beside a word that might single out some of whom the figure counts."""
    return Left(f"{metric_label(fact).words}, {subject_label(fact).words}")


def operation_label(fact: Fact) -> Left:
    """What was calculated; of a change also what it sets out from."""
    figure = fact.figure
    if figure.operation in ("growth", "difference") and figure.against:
        return Left(
            f"change against {figure.against.words().removeprefix('as of ').removeprefix('from ')}"
        )
    if figure.operation == "ratio":
        return Left(" to ".join(part.name for part in figure.subject.parts) or "ratio")
    if figure.subject.parts:
        return Left(f"{figure.operation}, {figure.subject.name}")
    return Left({"growth": "change"}.get(figure.operation or "", figure.operation or ""))
