"""The race of candidates: who is in it, who wins, what that supports, and why not the others."""

from dataclasses import dataclass, replace
from typing import Literal, Self

from engine.clustering.evidence import (
    FEWEST_SEGMENTS,
    MOST_SEGMENTS,
    Candidate,
    bounds,
    of_natural,
)
from engine.clustering.ground import Table
from engine.clustering.method import YARDSTICKS, Method, find_methods
from engine.clustering.natural import find_natural
from engine.clustering.null import NullEvidence
from engine.clustering.trials import OVERTAKEN, Bench, Plan, Trial, failures
from engine.clustering.wishes import Wishes
from engine.preparation import offered_spaces

Verdict = Literal["natural", "useful", "rules"]

YARDSTICK = "the rules are the yardstick: they are used when nothing else holds"
RATED_LOWER = "it holds every check, and is rated behind another that does"
NOT_PROVEN = "nothing shows that it is no mere cut through a continuum"
NOT_NATURAL = "natural groups were found in other features, and it may be a mere cut"
NOT_NEEDED = "the segments in force rate nearly as high, and their ids and names live on"
STAYS = "It is the cut in force; another rates hardly higher, and would end ids and names."
NOT_ASKED = "it is not what you asked for"
# So much lower may the cut in force be rated and stay: another cut of the same customers ends ids
# and names, and one cut's ratings in successive months lie nearly as far apart (measured: 0.04).
KEEPING = 0.05


def plans(judged: Table, wishes: Wishes) -> list[Plan]:
    """Every method in each of its feature spaces that the table offers, with each of its numbers
    of segments."""
    offered, wanted = offered_spaces(judged), wishes.space(judged)
    return [
        Plan(method, space, size)
        for method in find_methods(wishes.method)
        if method not in YARDSTICKS
        for space in (method.spaces if wanted is None else (wanted,))
        if space in (*offered, wanted)
        for size in _sizes(method, wishes)
    ]


def _sizes(method: Method, wishes: Wishes) -> tuple[int, ...]:
    """Where nobody asks for a number, one beyond the bounds on either side shows the trend."""
    if not method.sizes:
        return (0,)
    if wishes.k is not None:
        return (wishes.k,)
    return tuple(k for k in method.sizes if FEWEST_SEGMENTS - 1 <= k <= MOST_SEGMENTS + 1)


@dataclass(frozen=True)
class Chosen:
    """What was or would have been chosen, in short."""

    verdict: Verdict
    method: str
    feature_space: str
    k: int


@dataclass(frozen=True)
class Race:
    """`ranked`: the best rated first, the rules last."""

    wishes: Wishes
    has_outcome: bool
    ranked: tuple[Trial, ...]
    verdict: Verdict
    chosen: Trial
    kept: bool = False  # the cut in force, though another rates a little higher

    @classmethod
    def run(cls, bench: Bench, wishes: Wishes) -> Self:
        wanted, demands = plans(bench.judged, wishes), bounds(wishes.k)
        has_outcome = bench.outcome is not None
        weights, insists = wishes.weights, wishes.any
        natural = find_natural(bench, wanted, of_natural(demands), weights, insists)
        if natural is not None:
            judged = bench.judged_all(wanted, of_natural(demands), weights, insists)
            ranked = sorted(judged, key=lambda trial: trial.plan != natural)
            return cls(wishes, has_outcome, tuple(ranked), "natural", ranked[0])
        ranked = bench.race(wanted, demands, weights, insists)
        if _may_win(ranked[0]):
            bench.held_against_null(ranked[0].plan)
            ranked = bench.judged_all(wanted, demands, weights, insists)
        verdict, chosen = _decide(ranked, has_outcome, wishes.any)
        return cls(wishes, has_outcome, tuple(ranked), verdict, chosen)

    def keeping(self, bench: Bench, in_force: "Chosen") -> Self:
        """With the cut in force where it holds every check still and rates nearly as high.

        Natural groups give way to other natural groups only when they are there no more.
        """
        plan = next((t.plan for t in self.ranked if _is_cut(t, in_force)), None)
        if self.verdict == "rules" or plan is None or plan == self.chosen.plan:
            return self
        bench.measure_in_full(plan)
        wanted, demands = plans(bench.judged, self.wishes), bounds(self.wishes.k)
        demands = of_natural(demands) if self.verdict == "natural" else demands
        judged = bench.judged_all(wanted, demands, self.wishes.weights)
        trial = next(trial for trial in judged if trial.plan == plan)
        best = next(trial for trial in judged if trial.plan == self.chosen.plan)
        low = (best.candidate.rating or 0.0) - KEEPING
        if not _may_win(trial) or (trial.candidate.rating or 0.0) < low:
            return self
        null = bench.held_against_null(plan)
        if self.verdict == "natural" and not null.is_natural:
            return self
        judged = bench.judged_all(wanted, demands, self.wishes.weights)
        ranked = sorted(judged, key=lambda trial: trial.plan != plan)
        verdict, chosen = _decide(ranked, self.has_outcome, wished=False)
        return replace(self, ranked=tuple(ranked), verdict=verdict, chosen=chosen, kept=True)

    @property
    def null(self) -> NullEvidence | None:
        """What the best that holds every check was held against."""
        return self.ranked[0].null if _may_win(self.ranked[0]) else None

    def summary(self) -> Chosen:
        candidate = self.chosen.candidate
        return Chosen(self.verdict, candidate.method, candidate.space, candidate.k)

    def explained(self) -> list[Candidate]:
        """All candidates, each with the reason why it was not chosen."""
        return [self._explained(trial) for trial in self.ranked]

    def beside(self, asked: "Race") -> list[Candidate]:
        """The candidates of this race that were not in the one that was asked for."""
        known = {trial.plan for trial in asked.ranked}
        return [
            replace(trial.candidate, why_not=NOT_ASKED)
            for trial in self.ranked
            if trial.plan not in known
        ]

    def _explained(self, trial: Trial) -> Candidate:
        candidate = trial.candidate
        if trial is self.chosen:
            return replace(candidate, why_not="")
        if _is_yardstick(trial):
            return replace(candidate, why_not=YARDSTICK)
        cut = candidate.passed or candidate.why_not == OVERTAKEN
        if cut and self.verdict == "natural" and candidate.space != self.chosen.candidate.space:
            return replace(candidate, why_not=NOT_NATURAL)
        if not candidate.passed:
            return candidate
        if self.kept and (candidate.rating or 0.0) > (self.chosen.candidate.rating or 0.0):
            return replace(candidate, why_not=NOT_NEEDED)
        return replace(candidate, why_not=NOT_PROVEN if self.verdict == "rules" else RATED_LOWER)

    def reason(self) -> str:
        """Sentences without figures: figures reach people as facts."""
        return f"{self._grounds()} {STAYS}" if self.kept else self._grounds()

    def _grounds(self) -> str:
        name = f"{self.chosen.candidate.method} on {self.chosen.candidate.space}"
        if self.verdict == "natural":
            return (
                f"{name} holds every check, and its groups stand further apart than those found "
                "in shops of the same customers without groups, so they are really there."
            )
        if self.verdict == "useful":
            return (
                "The customers form a continuum without natural groups, but the segments of "
                f"{name} hold every check and separate what customers spend later at least as "
                "well as the plain rules do."
            )
        if len(self.ranked) == 1:
            return "The plain rules are used because they were asked for."
        if _may_win(self.ranked[0]):
            why = (
                "The customers form a continuum, and there is too little history to show that "
                "cuts through it matter later"
            )
        else:
            why = "No other candidate held every check"
        if _is_yardstick(self.chosen):
            return f"{why}, so the plain rules are used: {self.chosen.candidate.method}."
        return f"{why}: {name} is used because it was asked for."


def _decide(ranked: list[Trial], has_outcome: bool, wished: bool) -> tuple[Verdict, Trial]:
    """What the evidence supports, and what is used."""
    best = ranked[0]
    if _may_win(best) and best.is_natural:
        return "natural", best
    if _may_win(best) and has_outcome:
        return "useful", best
    rivals = [trial for trial in ranked if not _is_yardstick(trial)]
    if wished and rivals:
        return "rules", min(rivals, key=failures)
    return "rules", ranked[-1]


def _is_cut(trial: Trial, cut: Chosen) -> bool:
    candidate = trial.candidate
    found = candidate.method, candidate.space, candidate.k
    return found == (cut.method, cut.feature_space, cut.k) and not _is_yardstick(trial)


def _is_yardstick(trial: Trial) -> bool:
    return trial.plan.method in YARDSTICKS


def _may_win(trial: Trial) -> bool:
    return trial.candidate.passed and not _is_yardstick(trial)
