"""The candidates of one run, measured in stages so that nobody waits for what cannot win.

Every candidate is fitted and gets the measures that cost little; only those that pass every check
so far are refitted for stability and told apart by a tree; then these are rated, and the best
rated is held against the null tables.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.clustering.evidence import COSTLY, Bound, Candidate, judge, rate
from engine.clustering.measures import assignability, shape_measures, stability
from engine.clustering.method import YARDSTICKS, Labels, Method, SegmentModel, yardstick_of
from engine.clustering.null import NullEvidence, measure_null
from engine.clustering.outcome import Outcome
from engine.errors import NotPossible
from engine.preparation import columns_of, offered_spaces

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Trial:
    """A candidate with its fitted model, while it is judged; no model: it could not be fitted."""

    method: Method
    candidate: Candidate
    model: SegmentModel | None = None
    labels: Labels | None = None
    null: NullEvidence | None = None

    @property
    def is_natural(self) -> bool:
        found = self.candidate.measures.get("silhouette")
        return self.null is not None and found is not None and found > self.null.percentile_95

    @property
    def is_yardstick(self) -> bool:
        return self.method in YARDSTICKS

    @property
    def may_win(self) -> bool:
        return self.candidate.passed and not self.is_yardstick


@dataclass(frozen=True)
class Bench:
    """What all candidates of a run are measured on."""

    features: "pd.DataFrame"
    outcome: Outcome | None
    demands: tuple[Bound, ...]
    seed: int
    progress: Progress

    def run(self, methods: Iterable[Method], k: int | None) -> list[Trial]:
        """The trials of the methods and, whatever they are, of the rules: those that hold every
        check first, the best rated first, then the others in the order of the methods."""
        trials = self._rated(self._measured(methods, k))
        trials.sort(key=lambda trial: -(trial.candidate.rating or 0.0) if trial.may_win else 1.0)
        if trials[0].may_win:
            trials[0] = self._held_against_null(trials[0])
        return trials

    def _measured(self, methods: Iterable[Method], k: int | None) -> list[Trial]:
        offered = offered_spaces(self.features)
        yardstick = yardstick_of(offered)
        rules = self._fit(yardstick, yardstick.spaces[0], 0)
        rivals = [method for method in methods if method not in YARDSTICKS]
        trials = [
            self._fit(method, space, size)
            for method in rivals
            for space in method.spaces
            if space in offered
            for size in _sizes(method, k)
        ]
        return [self._measure(trial, rules) for trial in [*trials, rules]]

    def _rated(self, trials: list[Trial]) -> list[Trial]:
        passing = [trial.candidate for trial in trials if trial.may_win]
        ratings = [rate(trial.candidate, passing) for trial in trials]
        return [
            replace(trial, candidate=replace(trial.candidate, rating=rating))
            for trial, rating in zip(trials, ratings, strict=True)
        ]

    def _held_against_null(self, trial: Trial) -> Trial:
        candidate = trial.candidate
        self.progress(f"Comparing {candidate.method} on {candidate.space} with groupless shops")
        null = measure_null(self.features, candidate.space, trial.method, candidate.k, self.seed)
        measures = {**candidate.measures, "null_mean": null.mean, "null_95": null.percentile_95}
        return replace(trial, candidate=replace(candidate, measures=measures), null=null)

    def _fit(self, method: Method, space: str, k: int) -> Trial:
        self.progress(f"Trying {method.name} on {space}")
        try:
            model = SegmentModel.fit(self.features, space, method, k, self.seed)
        except NotPossible as error:
            return Trial(method, Candidate(method.name, space, k, {}, why_not=error.message))
        labels = model.assign(self.features)[0]
        points = model.preparation.apply(self.features)
        measures = shape_measures(points, labels, model.k, self.seed)
        return Trial(method, Candidate(method.name, space, model.k, measures), model, labels)

    def _measure(self, trial: Trial, rules: Trial) -> Trial:
        if trial.model is None:
            return trial
        measures = {**trial.candidate.measures, **self._outcome_measures(trial, rules)}
        # The rules are measured in full even when they fail: they may be what is used.
        cheap = [bound for bound in self.demands if bound.measure not in COSTLY]
        if trial.is_yardstick or judge(measures, cheap)[1]:
            measures |= self._costly_measures(trial)
        checks, passed, why_not = judge(measures, self.demands)
        candidate = replace(
            trial.candidate, measures=measures, checks=checks, passed=passed, why_not=why_not
        )
        return replace(trial, candidate=candidate)

    def _outcome_measures(self, trial: Trial, rules: Trial) -> dict[str, float]:
        if self.outcome is None or trial.model is None or rules.model is None:
            return {}
        labels = trial.model.assign(self.outcome.earlier)[0]
        yardstick = rules.model.assign(self.outcome.earlier)[0]
        return {
            "outcome": self.outcome.separation(labels),
            "outcome_gain_low": self.outcome.lower_gain(labels, yardstick),
        }

    def _costly_measures(self, trial: Trial) -> dict[str, float]:
        candidate, labels = trial.candidate, trial.labels
        if labels is None:
            return {}
        self.progress(f"Refitting {candidate.method} on {candidate.space} on parts of the shop")
        columns = columns_of(self.features, candidate.space)
        told = assignability(self.features, columns, labels, self.seed)
        steady = stability(
            self.features, labels, candidate.space, trial.method, candidate.k, self.seed
        )
        return {"stability": steady} | ({} if told is None else {"assignability": told})


def _sizes(method: Method, k: int | None) -> tuple[int, ...]:
    """A method that makes its own number is tried once, whatever was asked for."""
    if not method.sizes:
        return (0,)
    return method.sizes if k is None else (k,)
