"""From a feature table to the segmentation that the evidence supports.

    natural   the best of some feature space that holds the checks stands further apart than the
              null tables; it need not tell as much of what comes later as the rules
    useful    nothing does, but there was a later outcome, and the best-rated candidate that holds
              every check separates that
    rules     neither: the plain rules are used

Natural groups go first: they are there, and cuts through a continuum are a matter of choice. Only
the best of each feature space is tried, for with every further try more shops without groups would
be called natural.

What a person sets is followed, and the automatic choice is made beside it, so that they can see
what it would have been.

The same features and seed give the same everything, whatever the order of the rows and the number
of workers.
"""

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.clustering.comparison import Comparison, compare
from engine.clustering.evidence import Candidate, Check
from engine.clustering.ground import Table, frame_of, take_rows
from engine.clustering.method import Labels, SegmentModel, find_methods, yardstick_of
from engine.clustering.null import NullEvidence
from engine.clustering.outcome import Outcome
from engine.clustering.race import Chosen, Race, Verdict, plans
from engine.clustering.requirements import require_segmentable, require_size, too_alike
from engine.clustering.trials import Bench, Plan, Progress, Trial
from engine.clustering.wishes import NONE, Wishes
from engine.preparation import (
    CHOSEN,
    LEADING,
    Array,
    LeftOut,
    columns_of,
    offered_spaces,
    select_features,
)

if TYPE_CHECKING:
    import pandas as pd

# Above this, candidates are judged on a sample, and everybody is then assigned.
JUDGED = 20_000
# The winner is fitted anew on so many where its method can.
FITTED = 100_000


@dataclass(frozen=True)
class Segmentation:
    """The choice, the model that serves it, and all that it rests on.

    When a person set something, `overridden` says what and they get what they asked for; the
    verdict still says what the evidence supports, and `automatic` what it would have chosen.
    """

    verdict: Verdict
    reason: str
    method: str
    feature_space: str
    k: int
    model: SegmentModel
    labels: Labels
    probabilities: Array
    checks: Mapping[str, Check]
    candidates: tuple[Candidate, ...]
    null: NullEvidence | None
    comparisons: tuple[Comparison, ...]
    weights: Mapping[str, float]
    judged_on: int
    fitted_on: int
    overridden: str = ""
    automatic: Chosen | None = None


def choose_segmentation(
    features: Table,
    earlier: "Table | None",
    later: "pd.Series[float] | None",
    seed: int,
    wishes: Wishes = NONE,
    progress: Progress = lambda sentence: None,
    workers: int | None = None,
    in_force: Chosen | None = None,
) -> Segmentation:
    """`in_force`: the cut that is published; it stays while another is hardly better."""
    import sklearn.cluster  # noqa: F401  its thread pool must exist before it can be limited
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    frame = frame_of(features)
    require_segmentable(frame)
    require_size(frame, find_methods(wishes.method), wishes.k)
    # One thread each: sums over several threads differ in the last digit from run to run.
    with threadpool_limits(1), warnings.catch_warnings():
        # One that has not settled is judged by its checks like any other. Here, not where it is
        # fitted: what is ignored is a matter of the whole process, and several fit at a time.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return _choose(features, earlier, later, seed, wishes, progress, workers, in_force)


def _choose(
    features: Table,
    earlier: "Table | None",
    later: "pd.Series[float] | None",
    seed: int,
    wishes: Wishes,
    progress: Progress,
    workers: int | None,
    in_force: Chosen | None,
) -> Segmentation:
    judged = _sample(features, JUDGED, seed)
    past = None if earlier is None else _sample(earlier, JUDGED, seed)
    outcome = Outcome.measured(past, later, seed)
    bench = Bench(
        judged,
        outcome,
        _yardstick(judged),
        _left_out(judged, wishes, seed),
        customers=len(frame_of(features)),
        seed=seed,
        workers=workers or os.cpu_count() or 1,
        progress=progress,
    )
    # Who asks for the rules has settled it, and need not wait for the others.
    free = wishes if wishes.only_rules else NONE
    bench.try_all([*plans(judged, free), *plans(judged, wishes)])
    automatic = Race.run(bench, free)
    if in_force is not None:
        automatic = automatic.keeping(bench, in_force)
    race = Race.run(bench, wishes) if wishes.any else automatic
    chosen = race.chosen
    if chosen.model is None:
        raise too_alike(frame_of(features))
    model, fitted_on = _fitted(chosen, chosen.model, features, len(frame_of(judged)), seed)
    labels, probabilities = model.assign(features)
    return Segmentation(
        verdict=race.verdict,
        reason=race.reason(),
        method=chosen.candidate.method,
        feature_space=chosen.candidate.space,
        k=model.k,
        model=model,
        labels=labels,
        probabilities=probabilities,
        checks=chosen.candidate.checks,
        candidates=tuple(race.explained() + automatic.beside(race)),
        null=race.null,
        comparisons=compare(bench, chosen),
        weights=dict(wishes.weights),
        judged_on=len(frame_of(judged)),
        fitted_on=fitted_on,
        overridden=wishes.sentence,
        automatic=automatic.summary() if wishes.any and not wishes.only_rules else None,
    )


def _yardstick(judged: Table) -> Plan:
    rules = yardstick_of(offered_spaces(judged))
    return Plan(rules, rules.spaces[0], 0)


def _left_out(judged: Table, wishes: Wishes, seed: int) -> dict[str, tuple[LeftOut, ...]]:
    """What is not compared in each feature space: the columns that are not worth it, and what
    somebody did not name. A space that would lose all its columns keeps them."""
    spaces = [space for space in offered_spaces(judged) if space != LEADING]
    columns = {space: columns_of(judged, space) for space in spaces}
    dull = select_features(judged, seed)
    left_out = {
        space: tuple(column for column in dull if column.name in found)
        for space, found in columns.items()
    }
    kept = {space: out for space, out in left_out.items() if len(out) < len(columns[space])}
    return kept | {CHOSEN: wishes.not_named(judged)}


def _fitted(
    chosen: Trial, model: SegmentModel, features: Table, judged: int, seed: int
) -> tuple[SegmentModel, int]:
    """The chosen model, fitted anew on more customers than it was judged on where there are and
    its method takes them."""
    plan, everybody = chosen.plan, len(frame_of(features))
    size = min(FITTED, plan.method.fitted_on)
    if everybody == judged or size <= judged:
        return model, min(judged, plan.method.fitted_on)
    wider = _sample(features, size, seed)
    left_out = model.preparation.left_out
    wide = SegmentModel.fit(wider, plan.space, plan.method, plan.k, seed, left_out)
    return wide, len(frame_of(wider))


def _sample(features: Table, most: int, seed: int) -> Table:
    """In the order of the ids, so that the order of the rows changes nothing."""
    ids = frame_of(features).index
    in_order = ids.is_monotonic_increasing
    if in_order and len(ids) <= most:
        return features
    order = np.arange(len(ids)) if in_order else np.argsort(ids.to_numpy(), kind="stable")
    if len(order) > most:
        kept = np.random.default_rng(seed).choice(len(order), most, replace=False)
        order = order[np.sort(kept)]
    return take_rows(features, order)
