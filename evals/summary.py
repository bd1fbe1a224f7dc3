"""The scores of a run, counted: by split, by kind, and how long the answers took."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from evals.questions.question import Expected
from evals.scoring import Score


@dataclass(frozen=True)
class Tally:
    """Turns of one split or kind. A turn that no truth is known for counts on neither side."""

    name: str
    scores: tuple[Score, ...]

    def count(self, *verdicts: str) -> int:
        return sum(score.verdict in verdicts for score in self.scores)

    def share(self, wanted: Callable[[Expected], bool] = lambda expected: True) -> float:
        """Of the judged turns that are wanted those that are right; 1 when there are none."""
        judged = [s for s in self.scores if s.verdict != "unjudged" and wanted(s.asked.expected)]
        return sum(s.verdict == "right" for s in judged) / len(judged) if judged else 1.0

    @property
    def answered(self) -> float:
        """Share of what can be answered that is answered exactly."""
        return self.share(lambda expected: expected.answerable)

    @property
    def declined(self) -> float:
        """Share of what cannot be answered that is refused or asked back, as is right."""
        return self.share(lambda expected: not expected.answerable)

    @property
    def states(self) -> float:
        """Share of turns that are about what they should be about."""
        found = [score.right_state for score in self.scores]
        return sum(found) / len(found) if found else 1.0

    def seconds(self, part: float) -> float:
        """So large a part of the answers took no longer."""
        ranking = sorted(score.asked.seconds for score in self.scores)
        return ranking[min(len(ranking) - 1, int(part * len(ranking)))] if ranking else 0.0

    @property
    def tokens(self) -> int:
        return sum(sum(score.asked.answer["tokens"].values()) for score in self.scores)


def by_split(scores: Iterable[Score]) -> list[Tally]:
    return _grouped(scores, lambda score: score.asked.question.split)


def by_kind(scores: Iterable[Score]) -> list[Tally]:
    return _grouped(scores, lambda score: score.asked.question.kind)


def _grouped(scores: Iterable[Score], key: Callable[[Score], str]) -> list[Tally]:
    groups: dict[str, list[Score]] = {}
    for score in scores:
        groups.setdefault(key(score), []).append(score)
    return [Tally(name, tuple(found)) for name, found in groups.items()]


COLUMNS = ("", "turns", "judged", "right", "answered", "declined", "missed", "asked back",
           "refused", "wrong", "p50 ms", "p95 ms")  # fmt: skip


def table(tallies: Sequence[Tally]) -> list[tuple[str, ...]]:
    """Right: share of the judged. Answered and declined: of what can and cannot be answered.

    Missed: answered, without what was wanted. Wrong: a false or loose figure, counted apart.
    """
    return [
        (
            tally.name,
            str(len(tally.scores)),
            str(len(tally.scores) - tally.count("unjudged")),
            f"{tally.share():.3f}",
            f"{tally.answered:.3f}",
            f"{tally.declined:.3f}",
            str(tally.count("missed", "answered")),
            str(tally.count("asked back")),
            str(tally.count("refused")),
            str(tally.count("wrong")),
            f"{tally.seconds(0.5) * 1000:.0f}",
            f"{tally.seconds(0.95) * 1000:.0f}",
        )
        for tally in tallies
    ]


def models_called(scores: Iterable[Score]) -> Counter[str]:
    """Who wrote the answers; one that fell back was written by the planner."""
    return Counter(
        f"{score.asked.answer['model']}, fallen back" if score.asked.answer["fell_back"]
        else str(score.asked.answer["model"])
        for score in scores
    )  # fmt: skip
