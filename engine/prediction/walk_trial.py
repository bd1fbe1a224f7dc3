"""The backtest of the next segment: chosen on an earlier cut-off, reported on the latest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.errors import NotPossible
from engine.prediction.backtest import LEAST_CUSTOMERS, Progress, find_cutoffs
from engine.prediction.next_segment import (
    MODELS,
    RULES,
    TREES,
    FittedWalk,
    Segmented,
    Walk,
    fit_walk,
)

if TYPE_CHECKING:
    import pandas as pd

    from engine.prediction.next_segment import Places

_DRAWS = 200
CUTOFFS = 3


@dataclass(frozen=True, eq=False)
class WalkTrial:
    """Where every rule and model put the customers of one cut-off, and where they went."""

    walk: Walk
    said: "dict[str, Places]"

    @property
    def day(self) -> str:
        return self.walk.moment.local_date.isoformat()

    def judge(self, name: str) -> dict[str, float]:
        return measure(self.walk.later, self.said[name])


@dataclass(frozen=True, eq=False)
class NextSegment:
    """Who serves, fitted to everything known, and what it was found to be worth."""

    fitted: FittedWalk
    served: str
    report: dict[str, Any]

    def scores(self, features: "pd.DataFrame", now: "Places") -> "pd.DataFrame":
        return score_walk(self.fitted, self.served, features, now)

    def to_json(self) -> dict[str, Any]:
        return {"walk": self.fitted.to_json(), "served": self.served}


def score_walk(
    fitted: FittedWalk, served: str, features: "pd.DataFrame", now: "Places"
) -> "pd.DataFrame":
    """The likeliest segment of each customer, and how likely it is by what usually happens."""
    import numpy as np
    import pandas as pd

    chances = fitted.chances(served, features, now)
    places = chances.argmax(axis=1)
    found = {
        "next_segment": np.array(fitted.segments, dtype=object)[places],
        "next_chance": chances[np.arange(len(places)), places].astype("float64"),
    }
    return pd.DataFrame(found, index=features.index)


def try_walk(segmented: Segmented, cutoff: Moment, seed: int) -> WalkTrial:
    fitted = fit_walk(segmented, cutoff, seed)
    walk = segmented.walk(cutoff)
    said = {
        name: fitted.chances(name, walk.features, walk.now).argmax(axis=1)
        for name in (*RULES, *MODELS)
    }
    return WalkTrial(walk, said)


def choose_next_segment(segmented: Segmented, seed: int, progress: Progress) -> NextSegment:
    """The best of the earlier cut-offs, if on the latest it beats the best rule beyond noise."""
    cutoffs = find_cutoffs(segmented.lookout, CUTOFFS)
    if not cutoffs:
        raise NotPossible(
            "Too little history to predict the next segment within "
            f"{segmented.lookout.horizon_days} days.",
            "Load a longer history, or choose a shorter --horizon.",
        )
    trials = []
    for cutoff in cutoffs:
        progress(f"next_segment: judging {len(MODELS)} models as of {cutoff.local_date}")
        trials.append(try_walk(segmented, cutoff, seed))
    earlier, reported = trials[:-1], trials[-1]
    model = _best(earlier, MODELS) or TREES
    rule = _best(earlier, RULES) or RULES[0]
    lead = gain(reported, model, rule, seed)
    refused = _too_few(reported) or _noise(model, rule, lead)
    served = rule if refused else model
    progress(f"next_segment: fitting {served} to everything known")
    fitted = fit_walk(segmented, segmented.lookout.until, seed, (served,))
    return NextSegment(
        fitted,
        served,
        {
            "model": served,
            "refused": bool(refused),
            "reason": refused or f"{model.capitalize()} beats '{rule}': {_figures(lead)}.",
            "rule": rule,
            "metrics": reported.judge(served),
            "models": [
                {"model": name, "rule": name in RULES, "chosen": name == served}
                | reported.judge(name)
                for name in (*RULES, *MODELS)
            ],
            "gain": lead,
            "horizon_days": segmented.lookout.horizon_days,
            "judged_on": {"day": reported.day, "customers": len(reported.walk.later)},
            "chosen_on": [trial.day for trial in earlier],
            "weights": "weighted" in served,
        },
    )


def walk_table(
    segmented: Segmented, cutoffs: Sequence[Moment], seed: int, progress: Progress
) -> list[dict[str, Any]]:
    """A row for every rule and model, cut-off and metric."""
    rows: list[dict[str, Any]] = []
    for cutoff in cutoffs:
        progress(f"next_segment: judging as of {cutoff.local_date}")
        trial = try_walk(segmented, cutoff, seed)
        rows += [
            {"target": "next_segment", "model": name, "cutoff": trial.day, "metric": metric,
             "value": value}
            for name in trial.said
            for metric, value in trial.judge(name).items()
        ]  # fmt: skip
    return rows


# ---- arithmetic ----------------------------------------------------------------------------------


def measure(truth: "Places", said: "Places") -> dict[str, float]:
    """Balanced: the mean over the segments that customers went to, each weighing the same."""
    import numpy as np

    right = truth == said
    weights = 1 / np.bincount(truth)[truth]
    return {
        "accuracy": float(right.mean()),
        "balanced_accuracy": float((right * weights).sum() / weights.sum()),
    }


def gain(trial: WalkTrial, model: str, rule: str, seed: int) -> dict[str, float]:
    """By how much more the model is right than the rule, in whichever measure it leads further."""
    import numpy as np

    random = np.random.default_rng(seed)
    truth = trial.walk.later
    leads = _leads(truth, trial, model, rule)
    metric = max(leads, key=lambda name: leads[name])
    drawn = []
    for _ in range(_DRAWS):
        rows = random.integers(0, len(truth), len(truth))
        drawn.append(_leads(truth, trial, model, rule, rows)[metric])
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"gain": leads[metric], "low": float(low), "high": float(high)} | {
        f"{name}_gain": value for name, value in leads.items()
    }


def _leads(
    truth: "Places", trial: WalkTrial, model: str, rule: str, rows: Any = slice(None)
) -> dict[str, float]:
    ours = measure(truth[rows], trial.said[model][rows])
    plain = measure(truth[rows], trial.said[rule][rows])
    return {name: ours[name] - plain[name] for name in ours}


def _best(trials: Sequence[WalkTrial], names: Sequence[str]) -> str | None:
    if not trials:
        return None
    return max(names, key=lambda name: sum(sum(t.judge(name).values()) for t in trials))


def _too_few(trial: WalkTrial) -> str:
    seen = len(trial.walk.later)
    if seen >= LEAST_CUSTOMERS:
        return ""
    return (
        f"There are {seen} customers to judge a model on and {LEAST_CUSTOMERS} are needed, so the "
        "rule serves."
    )


def _noise(model: str, rule: str, lead: dict[str, float]) -> str:
    if lead["low"] > 0:
        return ""
    return f"{model.capitalize()} does not beat '{rule}' beyond noise ({_figures(lead)})."


def _figures(lead: dict[str, float]) -> str:
    return (
        f"accuracy {lead['accuracy_gain']:+.3f}, balanced over segments "
        f"{lead['balanced_accuracy_gain']:+.3f}, 95 % between {lead['low']:+.3f} and "
        f"{lead['high']:+.3f}"
    )
