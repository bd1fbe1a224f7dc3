"""From a feature table to the segmentation that the evidence supports.

    natural   the best-rated candidate that passes every check stands further apart than the
              null tables
    useful    it does not, but there was a later outcome, and it separates that
    rules     neither: the plain rules are used

The rating alone picks the candidate and the null tables only its verdict: a draw of null tables
cannot swap one set of segments for another, and a second try would double the shops without groups
that are called natural (measured on thirty: one try called two of them so, three tries four).

The same features and seed give the same everything, whatever the order of the rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.clustering.evidence import Candidate, Check, bounds
from engine.clustering.method import Labels, Method, SegmentModel, find_methods
from engine.clustering.null import NullEvidence
from engine.clustering.outcome import Outcome
from engine.clustering.trials import Bench, Progress, Trial
from engine.errors import BadInput, NotPossible
from engine.preparation import Array, column_values

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["natural", "useful", "rules"]

FEWEST_CUSTOMERS = 50
# Above this, candidates are judged and fitted on a sample, and everybody is then assigned.
JUDGED = 20_000
COMPARED = ("recency", "frequency", "monetary")

YARDSTICK = "the rules are the yardstick: they are used when nothing else holds"
RATED_LOWER = "another candidate that holds every check rates higher"
NOT_PROVEN = "it is not shown to be more than a cut through a continuum"


@dataclass(frozen=True)
class Segmentation:
    """The choice, the model that serves it, and all that it rests on.

    When a person set the method or the number of segments, `overridden` says so and they get what
    they asked for; the verdict still says what the evidence supports.
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
    judged_on: int
    overridden: str = ""


def choose_segmentation(
    features: "pd.DataFrame",
    earlier: "pd.DataFrame | None",
    later: "pd.Series[float] | None",
    seed: int,
    method: str = "auto",
    k: int | None = None,
    progress: Progress = lambda sentence: None,
) -> Segmentation:
    import sklearn.cluster  # noqa: F401  its thread pool must exist before it can be limited
    from threadpoolctl import threadpool_limits

    methods = find_methods(method)
    _require_segmentable(features)
    _require_size(features, methods, k)
    # One thread: sums over several threads differ in the last digit from run to run.
    with threadpool_limits(1):
        judged = _sample(features, seed)
        outcome = Outcome.measured(None if earlier is None else _sample(earlier, seed), later, seed)
        trials = Bench(judged, outcome, bounds(k), seed, progress).run(methods, k)
    overridden = _overridden(method, k)
    verdict, chosen = _decide(trials, has_outcome=outcome is not None, wished=bool(overridden))
    if chosen.model is None:
        raise _too_alike(features)
    labels, probabilities = chosen.model.assign(features)
    return Segmentation(
        verdict=verdict,
        reason=_reason(verdict, trials, chosen),
        method=chosen.candidate.method,
        feature_space=chosen.candidate.space,
        k=chosen.model.k,
        model=chosen.model,
        labels=labels,
        probabilities=probabilities,
        checks=chosen.candidate.checks,
        candidates=tuple(_explained(trial, chosen, verdict) for trial in trials),
        null=trials[0].null,
        judged_on=len(judged),
        overridden=overridden,
    )


def _decide(trials: list[Trial], has_outcome: bool, wished: bool) -> tuple[Verdict, Trial]:
    """What the evidence supports, and what is used: trials come with the best rated first."""
    best = trials[0]
    if best.may_win and best.is_natural:
        return "natural", best
    if best.may_win and has_outcome:
        return "useful", best
    rivals = [trial for trial in trials if not trial.is_yardstick]
    if wished and rivals:
        return "rules", min(rivals, key=_failures)
    return "rules", next(trial for trial in trials if trial.is_yardstick)


def _failures(trial: Trial) -> tuple[bool, int]:
    """Orders what a person insisted on: fitted at all, then the number of checks not held."""
    return trial.model is None, sum(not check.ok for check in trial.candidate.checks.values())


def _explained(trial: Trial, chosen: Trial, verdict: Verdict) -> Candidate:
    """The candidate with the reason why it was not chosen."""
    candidate = trial.candidate
    if trial is chosen:
        return replace(candidate, why_not="")
    if trial.is_yardstick:
        return replace(candidate, why_not=YARDSTICK)
    if not candidate.passed:
        return candidate
    return replace(candidate, why_not=NOT_PROVEN if verdict == "rules" else RATED_LOWER)


def _reason(verdict: Verdict, trials: list[Trial], chosen: Trial) -> str:
    """One sentence without figures: figures reach people as facts."""
    name = f"{chosen.candidate.method} on {chosen.candidate.space}"
    if verdict == "natural":
        return (
            f"{name} holds every check, and its groups stand further apart than those found in "
            "shops of the same customers without groups, so they are really there."
        )
    if verdict == "useful":
        return (
            "The customers form a continuum without natural groups, but the segments of "
            f"{name} hold every check and separate what customers spend later at least as well "
            "as the plain rules do."
        )
    if any(trial.may_win for trial in trials):
        why = (
            "The customers form a continuum, and there is too little history to show that cuts "
            "through it matter later"
        )
    elif all(trial.is_yardstick for trial in trials):
        return "The plain rules were asked for, so nothing was compared with them."
    else:
        why = "No other candidate held every check"
    if chosen.is_yardstick:
        return f"{why}, so the plain rules of recency, frequency and revenue are used."
    return f"{why}: {name} is used because it was asked for."


def _overridden(method: str, k: int | None) -> str:
    wishes = ["the method"] if method.strip().casefold() != "auto" else []
    wishes += ["the number of segments"] if k is not None else []
    return f"You set {' and '.join(wishes)} yourself." if wishes else ""


def _sample(features: "pd.DataFrame", seed: int) -> "pd.DataFrame":
    """In the order of the ids, so that the order of the rows changes nothing."""
    ordered = features.sort_index()
    if len(ordered) <= JUDGED:
        return ordered
    kept = np.random.default_rng(seed).choice(len(ordered), JUDGED, replace=False)
    return ordered.iloc[np.sort(kept)]


def _require_segmentable(features: "pd.DataFrame") -> None:
    if len(features) < FEWEST_CUSTOMERS:
        raise NotPossible(
            f"Only {len(features)} customers have bought by that day; segments need at least "
            f"{FEWEST_CUSTOMERS}.",
            "Load more orders, or choose a later day.",
        )
    if _different(features) == 1:
        raise NotPossible(
            f"All {len(features)} customers have the same recency, number of orders and revenue, "
            "so nothing sets one apart from another.",
            "Check that the customer column was read as meant, or load a longer history.",
        )


def _require_size(features: "pd.DataFrame", methods: tuple[Method, ...], k: int | None) -> None:
    if k is None:
        return
    if all(not method.sizes for method in methods):
        raise BadInput(
            f"The rules make their own number of segments, and {k} were asked for.",
            "Leave the number out, or choose KMeans.",
        )
    if k < 2:
        raise BadInput(f"{k} is not a number of segments.", "Ask for two segments or more.")
    if k > len(features):
        raise BadInput(
            f"{k} segments were asked for, and there are only {len(features)} customers.",
            "Ask for four to eight segments, which a team can work with.",
        )
    if k > _different(features):
        raise _too_alike(features)


def _too_alike(features: "pd.DataFrame") -> NotPossible:
    different = _different(features)
    return NotPossible(
        f"Of the {len(features)} customers only {different} differ in recency, number of orders "
        "and revenue, which is too few for the segments asked for.",
        f"Ask for {different} segments or fewer, or use the rules.",
    )


def _different(features: "pd.DataFrame") -> int:
    return len(np.unique(np.column_stack([column_values(features, c) for c in COMPARED]), axis=0))
