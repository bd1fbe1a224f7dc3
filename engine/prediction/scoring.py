"""Scoring: one target from backtest to the numbers of every customer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from engine.prediction.backtest import (
    Backtest,
    Choice,
    Progress,
    choose,
    find_cutoffs,
    run_backtest,
)
from engine.prediction.examples import Lookout
from engine.prediction.fairness import audit, group_words
from engine.prediction.intervals import COVER, covered, fit_interval, interval
from engine.prediction.learning import Fitted, Learner
from engine.prediction.models import model_named
from engine.prediction.reasons import global_drivers
from engine.prediction.target import Target

if TYPE_CHECKING:
    import pandas as pd

CUTOFFS = 3
_DRIVERS = 8  # that are told of
ROWS_TO_CHOOSE, ROWS_TO_SERVE = 15_000, 25_000


@dataclass(frozen=True, eq=False)
class Scoring:
    """The model that serves, what it was found to be worth, and its interval."""

    target: Target
    fitted: Fitted
    interval: dict[str, Any]
    report: dict[str, Any]

    def scores(self, features: "pd.DataFrame") -> "pd.DataFrame":
        """The target's columns for these customers; money in whole minor units."""
        return score(self.target, self.fitted, self.interval, features)

    def to_json(self) -> dict[str, Any]:
        return {"fitted": self.fitted.to_json(), "interval": self.interval}

    def limits(self, lookout: Lookout) -> Iterator[str]:
        """What the model cannot do, in sentences."""
        yield "It knows orders only; what changes outside them (prices, rivals) it cannot foresee."
        if self.fitted.shift is None and self.target.kind != "days":
            yield "No season is corrected: there is no year of history, or it did not help."
        if len(self.report["chosen_on"]) < CUTOFFS - 1:
            yield f"It was chosen on {len(self.report['chosen_on'])} cut-off alone."
        if self.report["refused"]:
            yield "A rule serves, because no model was better beyond noise."


def score_target(
    lookout: Lookout, target: Target, seed: int, progress: Progress, deep: bool = False
) -> Scoring:
    """`deep`: MLP and LSTM compete as well; the lookout has to know the months then."""
    cutoffs = find_cutoffs(lookout, CUTOFFS)
    backtest = run_backtest(lookout, target, cutoffs, seed, ROWS_TO_CHOOSE, progress, deep)
    choice = choose(backtest, seed)
    progress(f"{target.name}: fitting {choice.name} to everything known")
    learner = Learner(lookout, target, seed, ROWS_TO_SERVE)
    fitted = learner.fit(lookout.until, [model_named(name) for name in choice.members])
    if choice.seasonal:
        fitted = replace(fitted, shift=learner.shift(lookout.until, choice.members))
    bands, coverage = _intervals(backtest, choice)
    report = report_of(backtest, choice, fitted, coverage)
    drivers = global_drivers(fitted, lookout.at(lookout.until).features, seed)
    report["drivers"] = dict(list(drivers.items())[:_DRIVERS])
    return Scoring(target, fitted, bands, report)


def score(
    target: Target, fitted: Fitted, bands: dict[str, Any], features: "pd.DataFrame"
) -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    predicted = fitted.serve(features)
    if target.kind == "days":
        return pd.DataFrame({target.name: predicted.clip(1, 3650)}, index=features.index)
    low, high = interval(target.kind, bands, predicted)
    if target.settled is not None:
        settled = target.settled(features)
        predicted, low, high = (np.where(settled, 0.0, one) for one in (predicted, low, high))
    if target.name != "value":
        found = {target.name: predicted, f"{target.name}_low": low, f"{target.name}_high": high}
        return pd.DataFrame(found, index=features.index)
    found = {"value_minor": predicted, "value_low": low, "value_high": high}
    return pd.DataFrame(found, index=features.index).round().astype("int64")


def _intervals(backtest: Backtest, choice: Choice) -> tuple[dict[str, Any], float | None]:
    """From all cut-offs; and how well one from the earlier alone held on the reported one."""
    kind, reported = backtest.target.kind, backtest.reported
    if kind == "days":
        return {}, None
    earlier = []
    for trial in backtest.choosing:
        own = trial.learner.shift(trial.cutoff, choice.members) if choice.seasonal else None
        earlier.append((trial.truth, trial.of(choice.members, own)))
    last = (reported.truth, reported.of(choice.members, choice.shift))
    bands = fit_interval(kind, earlier)
    return fit_interval(kind, [*earlier, last]), covered(kind, bands, *last)


def report_of(
    backtest: Backtest, choice: Choice, fitted: Fitted, coverage: float | None
) -> dict[str, Any]:
    """What `segue score` says of a target; every model's figures are those of the reported
    cut-off, without the season but for the one that serves."""
    reported = backtest.reported
    served = reported.judge(reported.of(choice.members, choice.shift))
    table = [
        {
            "model": name,
            "rule": name in backtest.rules,
            "chosen": (name,) == choice.members,
            **reported.judge(reported.of((name,))),
        }
        for name in (*backtest.rules, *backtest.models)
    ]
    table.append(
        {"model": f"served: {choice.name}", "rule": choice.refused, "chosen": True} | served
    )
    found: dict[str, Any] = {
        "model": choice.name,
        "refused": choice.refused,
        "reason": choice.reason,
        "rule": choice.rule,
        "metrics": served,
        "models": table,
        "gain": choice.gain,
        "horizon_days": backtest.horizon_days,
        "judged_on": {"day": reported.day, "customers": len(reported.truth)},
        "chosen_on": sorted({trial.day for trial in backtest.choosing}),
        "season_shift": fitted.shift,
        "weights": "weighted" in choice.name,
    }
    people = reported.learner.lookout.people
    if people is not None and backtest.target.kind == "chance":
        chance = reported.of(choice.members, choice.shift)
        groups = group_words(people, reported.customers)
        found["fairness"] = audit(reported.truth, chance, groups)
    if reported.epochs:
        found["training"] = reported.epochs
    if coverage is not None:
        found["interval"] = {"wanted": COVER, "covered": coverage}
    return found
