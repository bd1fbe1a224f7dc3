"""The candidates of one run, measured in stages so that nobody waits for what cannot win.

Every candidate is fitted and gets the measures that cost little. Those that hold every check so
far are refitted for stability and told apart by a tree, the most promising first, until the best
rated of them cannot be overtaken: not even by a candidate that were perfectly stable.

The stages go by candidates and by batches of a fixed size, never by who is ready first, so any
number of workers gives the same result.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TypeVar

from engine.clustering.evidence import COSTLY, Bound, Candidate, Rating, judge
from engine.clustering.ground import Ground, Table, labels_of
from engine.clustering.measures import assignability, own_measures, shape_measures, stability
from engine.clustering.method import Labels, Method, SegmentModel
from engine.clustering.null import NullEvidence, measure_null
from engine.clustering.outcome import Outcome
from engine.errors import NotPossible
from engine.preparation import LeftOut

Progress = Callable[[str], None]
Item = TypeVar("Item")
Found = TypeVar("Found")

TOO_ALIKE = "too few customers differ from each other for so many segments"
NO_GROUPS = "it finds no groups in these customers"
TOO_MANY = "density does not survive sampling, and there are too many customers to do without"
OVERTAKEN = "it could not rate higher than the best, even if it were perfectly stable"
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
        wanted = [self.rules, *(plan for plan in plans if plan != self.rules)]
        missing = dict.fromkeys(plan.space for plan in wanted if plan.space not in self.grounds)
        laid = each(self._lay, list(missing), self.workers)
        self.grounds |= zip(missing, laid, strict=True)
        told: set[str] = set()
        for plan, trial in zip(wanted, each(self._try, wanted, self.workers), strict=True):
            what = f"Tried {plan.method.name} on {plan.space}"
            if what not in told:
                self.progress(what)
            told.add(what)
            self.trials[plan] = trial
        self._compare_outcomes()
        self._measure([self.rules])

    def race(
        self,
        plans: Sequence[Plan],
        demands: tuple[Bound, ...],
        weights: Mapping[str, float],
        insists: bool = False,
    ) -> list[Trial]:
        """The trials of these plans: the best rated first of those that hold every check, then
        the others in the order of the plans, and last the rules.

        Who insists on these plans gets the one that fails least measured in full, too.
        """
        rivals = [plan for plan in dict.fromkeys(plans) if plan != self.rules]
        cheap = tuple(bound for bound in demands if bound.measure not in COSTLY)
        running = [
            plan
            for plan in rivals
            if not self._barred(plan, insists) and judge(self._measures(plan), cheap)[1]
        ]
        rating = Rating.among((self.trials[plan].candidate for plan in running), weights)
        self._measure_until_settled(running, demands, rating)
        judged = self._all_judged(rivals, running, demands, rating, insists)
        if insists and judged and not any(trial.candidate.passed for trial in judged):
            self._measure([min(judged, key=failures).plan])
            judged = self._all_judged(rivals, running, demands, rating, insists)
        judged.sort(key=lambda t: -(t.candidate.rating or 0.0) if t.candidate.passed else 1.0)
        return [*judged, self._judged(self.rules, False, demands, rating, insists)]

    def held_against_null(self, trial: Trial) -> Trial:
        candidate, plan = trial.candidate, trial.plan
        self.progress(f"Comparing {candidate.method} on {candidate.space} with groupless shops")
        null = measure_null(self.grounds[plan.space], plan.method, candidate.k, self.seed)
        measures = {**candidate.measures, "null_mean": null.mean, "null_95": null.percentile_95}
        return replace(trial, candidate=replace(candidate, measures=measures), null=null)

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
        ground, method = self.grounds[plan.space], plan.method
        started = perf_counter()
        try:
            model = ground.fit(method, plan.k, self.seed)
        except NotPossible:
            why_not = TOO_ALIKE if method.sizes else NO_GROUPS
            return Trial(plan, Candidate(method.name, plan.space, plan.k, {}, why_not=why_not))
        labels = labels_of(model, ground.points)
        seconds = perf_counter() - started
        measures = shape_measures(ground.points, labels, model.k, ground.distances)
        measures |= own_measures(ground.points, model.fitted)
        candidate = Candidate(method.name, plan.space, model.k, measures, seconds=seconds)
        return Trial(plan, candidate, model, labels)

    def _compare_outcomes(self) -> None:
        outcome, yardstick = self.outcome, self.earlier_labels(self.trials[self.rules])
        if outcome is None or yardstick is None:
            return
        for plan, trial in self.trials.items():
            labels = self.earlier_labels(trial)
            if labels is not None and "outcome" not in trial.candidate.measures:
                self._note(plan, {
                    "outcome": outcome.separation(labels),
                    "outcome_gain_low": outcome.lower_gain(labels, yardstick),
                })  # fmt: skip

    def _measure_until_settled(
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

    def _measure(self, plans: Iterable[Plan]) -> None:
        wanted = [plan for plan in plans if self.trials[plan].candidate.not_measured]
        for plan in wanted:
            self.progress(f"Refitting {plan.method.name} on {plan.space} on parts of the shop")
        for plan, found in zip(wanted, each(self._costly, wanted, self.workers), strict=True):
            self._note(plan, found)

    def _costly(self, plan: Plan) -> dict[str, float]:
        trial, ground = self.trials[plan], self.grounds[plan.space]
        if trial.labels is None:
            return {}
        told = assignability(ground.coordinates, trial.labels, self.seed)
        steady = stability(ground.points, trial.labels, plan.method, plan.k, self.seed)
        return {"stability": steady} | ({} if told is None else {"assignability": told})

    def _note(self, plan: Plan, found: Mapping[str, float]) -> None:
        trial = self.trials[plan]
        measures = {**trial.candidate.measures, **found}
        self.trials[plan] = replace(trial, candidate=replace(trial.candidate, measures=measures))

    def _all_judged(
        self,
        plans: list[Plan],
        running: list[Plan],
        demands: tuple[Bound, ...],
        rating: Rating,
        insists: bool,
    ) -> list[Trial]:
        return [self._judged(plan, plan in running, demands, rating, insists) for plan in plans]

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


def each(function: Callable[[Item], Found], items: Sequence[Item], workers: int) -> Iterator[Found]:
    """The results in the order of the items. Threads: the libraries leave Python while they
    compute, and processes take longer to start than most candidates to fit. Each computes on one
    thread of its own: sums over several threads differ in the last digit from run to run."""
    from concurrent.futures import ThreadPoolExecutor

    from threadpoolctl import ThreadpoolController

    controller = ThreadpoolController()

    def alone(item: Item) -> Found:
        with controller.limit(limits=1):
            return function(item)

    with ThreadPoolExecutor(max(workers, 1)) as threads:
        yield from threads.map(alone, items)
