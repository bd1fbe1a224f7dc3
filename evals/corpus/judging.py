"""What the gate does with the sentences of a corpus, and what it gets wrong."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.gate import Gate, Withheld
from evals.corpus.cases import Case


@dataclass(frozen=True)
class Judged:
    case: Case
    released: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Tally:
    wrong: int
    wrong_released: int
    right: int
    right_withheld: int

    @property
    def share_released(self) -> float:
        return self.wrong_released / self.wrong

    @property
    def share_withheld(self) -> float:
        return self.right_withheld / self.right

    def words(self) -> str:
        return (
            f"{self.wrong_released} of {self.wrong} wrong released ({self.share_released:.1%}), "
            f"{self.right_withheld} of {self.right} right withheld ({self.share_withheld:.1%})"
        )


def judge(case: Case) -> Judged:
    """A text is released when every sentence of it is."""
    gate = Gate(lambda: case.facts, lambda: case.segments, case.question)
    found = [*gate.feed(case.text), *gate.finish()]
    reasons = tuple(r for each in found if isinstance(each, Withheld) for r in each.reasons)
    return Judged(case, not reasons, reasons)


def tally(judged: Iterable[Judged]) -> Tally:
    all_of_them = list(judged)
    wrong = [each for each in all_of_them if not each.case.released]
    right = [each for each in all_of_them if each.case.released]
    return Tally(
        len(wrong),
        sum(each.released for each in wrong),
        len(right),
        sum(not each.released for each in right),
    )
