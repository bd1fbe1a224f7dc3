"""The candidates of one run, measured in stages so that nobody waits for what cannot win.

Every candidate is fitted, to a part of a large shop, and gets the measures that cost little. Those
that hold every check so far are fitted to all who are judged, refitted for stability and told apart
by a tree, the most promising first, until the best rated of them cannot be overtaken: not even by a
candidate that were perfectly stable.

The stages go by candidates and by batches of a fixed size, never by who is ready first, so any
number of workers gives the same result.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from time import perf_counter

import numpy as np

from engine.clustering.evidence import COSTLY, Bound, Candidate, Rating, judge
from engine.clustering.ground import Ground, Table, frame_of, labels_of
from engine.clustering.measures import (
    SCOUTED,
    agreement,
    assignability,
    own_measures,
    shape_measures,
    stability,
)
from engine.clustering.method import Labels, Method, SegmentModel
from engine.clustering.null import NullEvidence, measure_null
from engine.clustering.outcome import Outcome
from engine.clustering.workers import each
from engine.errors import NotPossible
from engine.preparation import LeftOut

Progress = Callable[[str], None]

TOO_ALIKE = "too many customers are alike for so many segments"
NO_GROUPS = "it finds no groups in these customers"
TOO_MANY = "density does not survive sampling, and there are too many customers to do without"
OVERTAKEN = "even perfectly stable it would be rated behind another candidate"
SQUASHED = "it is shown for comparison: a few large customers squash the scale of all others"
BATCH = 4
# What papers and tutorials scale by; see SQUASHED. Somebody may still ask for them.
COMPARED_ONLY = frozenset({"standard RFM", "min-max RFM"})


@dataclass(frozen=True)
class Plan:
    """A way to cut that is to be tried."""

    method: Method
    space: str
    k: int


@dataclass(frozen=True)
class Trial:
    """A candidate with its fitted model, while it is judged; no model: it could not be fitted."""

    plan: Plan
    candidate: Candidate
    model: SegmentModel | None = None
    labels: Labels | None = None
    null: NullEvidence | None = None

    @property
    def is_natural(self) -> bool:
        found = self.candidate.measures.get("silhouette")
        return self.null is not None and found is not None and found > self.null.level


def failures(trial: Trial) -> tuple[bool, int]:
    """Orders what a person insists on: fitted at all, then the number of checks not held."""
    return trial.model is None, sum(check.ok is False for check in trial.candidate.checks.values())


def _with(trial: Trial, found: Mapping[str, float]) -> Trial:
    """With further measures."""
    candidate = trial.candidate
    return replace(trial, candidate=replace(candidate, measures={**candidate.measures, **found}))


@dataclass
class Bench:
    """What all candidates of a run are measured on, and how far each is measured."""

    judged: Table
    outcome: Outcome | None
    rules: Plan
    left_out: Mapping[str, tuple[LeftOut, ...]]  # by feature space
    customers: int  # of the whole shop
    seed: int
    workers: int
    progress: Progress
    trials: dict[Plan, Trial] = field(default_factory=dict)
    grounds: dict[str, Ground] = field(default_factory=dict)

    def try_all(self, plans: Iterable[Plan]) -> None:
        """Fits them, the rules first, and takes the measures that cost little."""
        wanted = list(dict.fromkeys(plan for plan in plans if plan != self.rules))
        spaces = dict.fromkeys(plan.space for plan in (self.rules, *wanted))
        missing = [space for space in spaces if space not in self.grounds]
        self.grounds |= zip(missing, each(self._lay, missing, self.workers), strict=True)
        self.trials[self.rules] = self._try(self.rules)
        self._measure([self.rules])
        told: set[str] = set()
        for plan, trial in zip(wanted, each(self._try, wanted, self.workers), strict=True):
            what = f"Tried {plan.method.name} on {plan.space}"
            if what not in told:
                self.progress(what)
            told.add(what)
            self.trials[plan] = trial

    def race(
        self,
        plans: Sequence[Plan],
        demands: tuple[Bound, ...],
        weights: Mapping[str, float],
        insists: bool = False,
    ) -> list[Trial]:
        """All judged, when the best rated that holds every check is settled.

        Who insists on these plans gets the one that fails least measured in full, too.
        """
        running = self.running(plans, demands, insists)
        self.measure_until_settled(running, demands, self.rating(running, weights))
        judged = self.judged_all(plans, demands, weights, insists)
        rivals = [trial for trial in judged if trial.plan != self.rules]
        if insists and rivals and not any(trial.candidate.passed for trial in rivals):
            self._measure([min(rivals, key=failures).plan])
            judged = self.judged_all(plans, demands, weights, insists)
        return judged

    def judged_all(
        self,
        plans: Sequence[Plan],
        demands: tuple[Bound, ...],
        weights: Mapping[str, float],
        insists: bool = False,
    ) -> list[Trial]:
        """As far as they are measured: the best rated first of those that hold every check, then
        the others in the order of the plans, and last the rules."""
        rivals = [plan for plan in dict.fromkeys(plans) if plan != self.rules]
        running = self.running(rivals, demands, insists)
        rating = self.rating(running, weights)
        judged = [self._judged(p, p in running, demands, rating, insists) for p in rivals]
        judged.sort(key=lambda t: -(t.candidate.rating or 0.0) if t.candidate.passed else 1.0)
        return [*judged, self._judged(self.rules, False, demands, rating, insists)]

    def running(
        self, plans: Sequence[Plan], demands: tuple[Bound, ...], insists: bool
    ) -> list[Plan]:
        """Those that hold every check that costs little."""
        cheap = tuple(bound for bound in demands if bound.measure not in COSTLY)
        return [
            plan
            for plan in plans
            if not self._barred(plan, insists) and judge(self._measures(plan), cheap)[1]
        ]

    def rating(self, running: Iterable[Plan], weights: Mapping[str, float]) -> Rating:
        return Rating.among((self.trials[plan].candidate for plan in running), weights)

    def held_against_null(self, plan: Plan) -> Trial:
        """With its null tables, which are made once."""
        candidate = self.trials[plan].candidate
        if self.trials[plan].null is None:
            self.progress(f"Comparing {candidate.method} on {candidate.space} with groupless shops")
            ground = self.grounds[plan.space]
            null = measure_null(ground, plan.method, candidate.k, self.seed, workers=self.workers)
            self.trials[plan] = replace(self.trials[plan], null=null)
            self.note(plan, {"null_mean": null.mean, "null_95": null.percentile_95})
        return self.trials[plan]

    def earlier_labels(self, trial: Trial) -> Labels | None:
        earlier = self.grounds[trial.plan.space].earlier
        if trial.model is None or earlier is None:
            return None
        return labels_of(trial.model, earlier)

    def _barred(self, plan: Plan, insists: bool) -> str:
        """Why it may not win, whatever its measures; empty: it may."""
        if plan.method.most is not None and self.customers > plan.method.most:
            return TOO_MANY
        return SQUASHED if plan.space in COMPARED_ONLY and not insists else ""

    def _lay(self, space: str) -> Ground:
        earlier = None if self.outcome is None else self.outcome.earlier
        return Ground.lay(self.judged, earlier, space, self.left_out.get(space, ()), self.seed)

    def _measures(self, plan: Plan) -> dict[str, float]:
        return dict(self.trials[plan].candidate.measures)

    def _try(self, plan: Plan) -> Trial:
        return self._fitted(plan, None if plan == self.rules else SCOUTED)

    def _fitted(self, plan: Plan, most: int | None) -> Trial:
        """Fitted to no more than `most`, with the measures that cost little."""
        ground, method = self.grounds[plan.space], plan.method
        started = perf_counter()
        try:
            model = ground.fit(method, plan.k, self.seed, most)
        except NotPossible:
            why_not = TOO_ALIKE if method.sizes else NO_GROUPS
            return Trial(plan, Candidate(method.name, plan.space, plan.k, {}, why_not=why_not))
        labels = labels_of(model, ground.points)
        seconds = perf_counter() - started
        measures = shape_measures(ground.points, labels, model.k, ground.distances)
        measures |= own_measures(ground.points, model.fitted)
        size = min(len(labels), method.fitted_on, most or len(labels))
        candidate = Candidate(
            method.name, plan.space, model.k, measures, seconds=seconds, fitted_on=size
        )
        trial = Trial(plan, candidate, model, labels)
        return _with(trial, self._beside_earlier(trial))

    def _beside_earlier(self, trial: Trial) -> dict[str, float]:
        """How far the segments separate what customers spend later, by how much more than the
        rules do, and whether the same customers were in them."""
        earlier = self.earlier_labels(trial)
        if self.outcome is None or earlier is None or trial.labels is None:
            return {}
        found = self.outcome.separation(earlier)
        known = self.trials.get(self.rules, trial).candidate.measures
        now, then = self._in_both
        return {
            "outcome": found,
            "outcome_gain": found - known.get("outcome", found),
            "persistence": agreement(trial.labels[now], earlier[then]),
        }

    def measure_until_settled(
        self, running: list[Plan], demands: tuple[Bound, ...], rating: Rating
    ) -> None:
        queue = sorted(running, key=lambda plan: -rating.at_most(self.trials[plan].candidate))
        best = 0.0
        while queue and rating.at_most(self.trials[queue[0]].candidate) >= best:
            batch, queue = queue[:BATCH], queue[BATCH:]
            self._measure(batch)
            for plan in batch:
                if judge(self._measures(plan), demands)[1]:
                    best = max(best, rating.of(self.trials[plan].candidate) or 0.0)

    def measure_in_full(self, plan: Plan) -> None:
        self._measure([plan])

    def _measure(self, plans: Iterable[Plan]) -> None:
        wanted = [plan for plan in plans if self.trials[plan].candidate.not_measured]
        for plan in wanted:
            self.progress(f"Refitting {plan.method.name} on {plan.space} on parts of the shop")
        for plan, trial in zip(wanted, each(self._costly, wanted, self.workers), strict=True):
            self.trials[plan] = trial

    def _costly(self, plan: Plan) -> Trial:
        trial, ground = self._in_full(plan), self.grounds[plan.space]
        if trial.labels is None:
            return trial
        found = {
            "stability": stability(ground.points, trial.labels, plan.method, plan.k, self.seed)
        }
        told = assignability(ground.coordinates, trial.labels, self.seed)
        if told is not None:
            found["assignability"] = told
        earlier, rules = self.earlier_labels(trial), self.earlier_labels(self.trials[self.rules])
        if self.outcome is not None and earlier is not None and rules is not None:
            found["outcome_gain_low"] = self.outcome.lower_gain(earlier, rules)
        return _with(trial, found)

    @cached_property
    def _in_both(self) -> tuple[Labels, Labels]:
        """The places of those who are known now and on the earlier day, in both tables."""
        if self.outcome is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        now, then = frame_of(self.judged).index, frame_of(self.outcome.earlier).index
        both = now.intersection(then)
        return now.get_indexer(both), then.get_indexer(both)

    def _in_full(self, plan: Plan) -> Trial:
        """Fitted to as many as its method takes of those who are judged."""
        trial = self.trials[plan]
        whole = min(len(self.grounds[plan.space].points), plan.method.fitted_on)
        fitted_to_all = trial.model is None or trial.candidate.fitted_on >= whole
        return trial if fitted_to_all else self._fitted(plan, None)

    def note(self, plan: Plan, found: Mapping[str, float]) -> None:
        self.trials[plan] = _with(self.trials[plan], found)

    def _judged(
        self,
        plan: Plan,
        running: bool,
        demands: tuple[Bound, ...],
        rating: Rating,
        insists: bool,
    ) -> Trial:
        trial = self.trials[plan]
        candidate = trial.candidate
        if trial.model is None:
            return trial
        checks, passed, why_not = judge(candidate.measures, demands)
        if barred := self._barred(plan, insists):
            passed, why_not = False, barred
        if running and candidate.not_measured == COSTLY:
            why_not = OVERTAKEN
        judged = replace(
            candidate, checks=checks, passed=passed, why_not=why_not, rating=rating.of(candidate)
        )
        return replace(trial, candidate=judged)
