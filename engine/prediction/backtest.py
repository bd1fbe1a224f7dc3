"""The backtest: every model at several cut-offs in time, judged on what came after.

Models are chosen on the earlier cut-offs and reported on the latest, whose outcome no choice saw.
With one cut-off alone, half of the customers choose and the other half report.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.errors import NotPossible
from engine.prediction.examples import Lookout
from engine.prediction.learning import Fitted, Learner, mix, name_of
from engine.prediction.measures import DECIDING, gain, measure
from engine.prediction.models import WEIGHTED, Model, contenders
from engine.prediction.season import correct
from engine.prediction.target import Target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.prediction.target import Floats

LEAST_CUSTOMERS = 200  # to judge a model on
LEAST_OUTCOMES = 20  # of each kind among them
_LEAST_TO_LEARN = 50  # customers, for a rule
_RARE = 0.1
_BLENDED = 3
_HARMLESS = 0.002  # more squared error, or more of the level missed, than this does harm

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Trial:
    """What every model said at one cut-off, and what came."""

    cutoff: Moment
    kind: Any
    truth: "Floats"
    predicted: "dict[str, Floats]"
    customers: "NDArray[np.str_]"
    learner: Learner
    judges: "NDArray[np.bool_] | None" = None  # a half of the customers; None is everybody
    epochs: dict[str, Any] = field(default_factory=dict)  # of the deep models' training
    apart: dict[str, float] = field(default_factory=dict)  # exported beside trained

    @property
    def day(self) -> str:
        return self.cutoff.local_date.isoformat()

    def of(self, members: Sequence[str], shift: float | None = None) -> "Floats":
        mixed = mix(self.kind, [self.predicted[name] for name in members])
        return mixed if shift is None else correct(self.kind, mixed, shift)

    def judge(self, predicted: "Floats") -> dict[str, float]:
        half = self.judges
        if half is None:
            return measure(self.kind, self.truth, predicted)
        return measure(self.kind, self.truth[half], predicted[half])

    def halves(self, seed: int) -> "tuple[Trial, Trial]":
        import numpy as np

        half = np.random.default_rng(seed).permutation(len(self.truth)) % 2 == 0
        return replace(self, judges=half), replace(self, judges=~half)


@dataclass(frozen=True, eq=False)
class Backtest:
    """`choosing` and `reported` are apart in time, or in customers."""

    target: Target
    horizon_days: int
    choosing: tuple[Trial, ...]
    reported: Trial
    rules: tuple[str, ...]
    models: tuple[str, ...]


def find_cutoffs(lookout: Lookout, most: int) -> list[Moment]:
    """Moments whose outcome is known and before which models can learn; oldest first.

    A horizon apart, so that what is chosen on is known before what is reported on begins.
    """
    found: list[Moment] = []
    cutoff = lookout.until.days_before(lookout.horizon_days)
    while len(found) < most and lookout.moments(cutoff):
        learnt = lookout.before(cutoff)
        if learnt and len(learnt[-1].features) >= _LEAST_TO_LEARN:
            found.append(cutoff)
        cutoff = cutoff.days_before(max(lookout.horizon_days, 30))
    return found[::-1]


def run_backtest(
    lookout: Lookout, target: Target, cutoffs: Sequence[Moment], seed: int, most_rows: int,
    progress: Progress, deep: bool = False,
) -> Backtest:  # fmt: skip
    """Fits at each cut-off what it knew; the last cut-off is the reported one."""
    require_cutoffs(lookout, target, cutoffs)
    learner = Learner(lookout, target, seed, most_rows)
    rules, models = contenders(target.kind, deep)
    if target.kind == "chance" and _rare(learner, cutoffs[-1]):
        models = (*models, WEIGHTED)
    trials = []
    for cutoff in cutoffs:
        progress(f"{target.name}: judging {len(models)} models as of {cutoff.local_date}")
        trials.append(try_models(learner, cutoff, (*rules, *models)))
    if len(trials) == 1:
        first, second = trials[0].halves(seed)
        trials = [first, second]
    return Backtest(
        target,
        lookout.horizon_days,
        tuple(trials[:-1]),
        trials[-1],
        tuple(model.name for model in rules),
        tuple(model.name for model in models),
    )


def try_models(learner: Learner, cutoff: Moment, models: Sequence[Model]) -> Trial:
    import numpy as np

    fitted: Fitted = learner.fit(cutoff, models)
    examples = learner.lookout.at(cutoff)
    truth = learner.target.truth(examples.outcomes)
    known = np.isfinite(truth)
    predicted = fitted.predict(learner.features(examples))
    if learner.target.kind == "days":  # beyond the horizon nothing is known
        predicted = {name: one.clip(0, fitted.horizon_days) for name, one in predicted.items()}
    return Trial(
        cutoff,
        learner.target.kind,
        truth[known],
        {name: one[known] for name, one in predicted.items()},
        examples.features.index.to_numpy()[known],
        learner,
        epochs={name: body["epochs"] for name, body in fitted.bodies.items() if "epochs" in body},
        apart={name: body["apart"] for name, body in fitted.bodies.items() if "apart" in body},
    )


def require_cutoffs(lookout: Lookout, target: Target, cutoffs: Sequence[Moment]) -> None:
    """Refuses a history that can teach or judge nothing, with the figure and the minimum."""
    horizon = lookout.horizon_days
    first = lookout.history.first.local_date
    days = (lookout.until.local_date - first).days
    if not cutoffs:
        raise NotPossible(
            f"Too little history to predict {target.name} within {horizon} days: {days} days of "
            f"orders, {len(lookout.at(lookout.until).features)} customers; it takes "
            f"{2 * horizon + 60} days and {_LEAST_TO_LEARN} customers by the first "
            f"{horizon + 60} days before the end.",
            "Load a longer history, or choose a shorter --horizon.",
        )
    if target.kind == "chance":
        _require_both(lookout, target, cutoffs[-1])


def _require_both(lookout: Lookout, target: Target, cutoff: Moment) -> None:
    """Refuses a target that went the same way for everybody."""
    import numpy as np

    truth = target.truth(lookout.at(cutoff).outcomes)
    truth = truth[np.isfinite(truth)]
    if not len(truth) or truth.min() == truth.max():
        raise NotPossible(
            f"Of {len(truth)} customers {_came(target, truth)} within {lookout.horizon_days} days "
            f"of {cutoff.local_date}: there is nothing to learn.",
            "Choose another --horizon.",
        )


def _came(target: Target, truth: "Floats") -> str:
    if target.name == "vip":
        return "nobody entered the tenth that spent most"
    nobody = bool(truth.max()) == (target.name == "churn")
    return "nobody bought" if nobody else "everybody bought"


def _rare(learner: Learner, cutoff: Moment) -> bool:
    import numpy as np

    share = np.nanmean(learner.target.truth(learner.lookout.at(cutoff).outcomes))
    return bool(min(share, 1 - share) < _RARE)


# ---- the choice --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Choice:
    """Who serves: `members` (one, or the blend of several), and why."""

    members: tuple[str, ...]
    rule: str
    refused: bool
    reason: str
    seasonal: bool
    shift: float | None  # at the reported cut-off
    gain: dict[str, float]

    @property
    def name(self) -> str:
        return name_of(self.members)


def choose(backtest: Backtest, seed: int) -> Choice:
    """The best of the earlier cut-offs, if on the reported one it beats the best rule."""
    kind, reported = backtest.target.kind, backtest.reported
    rule = _best(backtest, [(name,) for name in backtest.rules])
    ranked = sorted(backtest.models, key=lambda name: -_rating(backtest, (name,)))
    sizes = sorted({1, *range(2, min(len(ranked), _BLENDED) + 1), len(ranked)})
    members = _best(backtest, [tuple(ranked[:size]) for size in sizes])
    seasonal = _season_helps(backtest, members)
    shift = reported.learner.shift(reported.cutoff, members) if seasonal else None
    truth, best, plain = _of_judges(reported, reported.of(members), reported.of(rule))
    lead = gain(kind, truth, best, plain, seed)
    reason = _too_few(backtest) or _noise(backtest, name_of(members), rule[0], lead)
    if not reason:
        won = f"{name_of(members)} beats the best rule ({rule[0]}): {_figures(backtest, lead)}."
        return Choice(members, rule[0], False, _capital(won), seasonal, shift, lead)
    return Choice(rule, rule[0], True, reason, False, None, lead)


def _of_judges(trial: Trial, *predicted: "Floats") -> "list[Floats]":
    found = [trial.truth, *predicted]
    return found if trial.judges is None else [one[trial.judges] for one in found]


def _best(backtest: Backtest, candidates: "Sequence[tuple[str, ...]]") -> tuple[str, ...]:
    return max(candidates, key=lambda members: _rating(backtest, members))


def _rating(backtest: Backtest, members: tuple[str, ...]) -> float:
    name, higher = DECIDING[backtest.target.kind]
    found = [trial.judge(trial.of(members))[name] for trial in backtest.choosing]
    mean = sum(found) / len(found)
    return mean if higher else -mean


def _season_helps(backtest: Backtest, members: tuple[str, ...]) -> bool:
    """Where an earlier cut-off could know it: less squared error, or a level closer to the truth.

    Where none could, a year-ago season is believed.
    """
    saved = []
    for trial in backtest.choosing:
        shift = trial.learner.shift(trial.cutoff, members)
        if shift is not None and trial.cutoff != backtest.reported.cutoff:
            saved.append(_miss(trial, trial.of(members)) - _miss(trial, trial.of(members, shift)))
    return not saved or sum(saved) / len(saved) >= -_HARMLESS


def _miss(trial: Trial, predicted: "Floats") -> float:
    if trial.kind == "chance":
        return float(((trial.truth - predicted) ** 2).mean())
    whole = trial.truth.sum()
    return float(abs(predicted.sum() / whole - 1)) if whole > 0 else 0.0


def _too_few(backtest: Backtest) -> str:
    truth = backtest.reported.truth
    rule = "so the rule serves"
    if len(truth) < LEAST_CUSTOMERS:
        return (
            f"There are {len(truth)} customers to judge a model on and {LEAST_CUSTOMERS} are "
            f"needed, {rule}."
        )
    if backtest.target.kind == "days":
        return ""
    rarer = int(min((truth > 0).sum(), (truth <= 0).sum()))
    if rarer < LEAST_OUTCOMES:
        return (
            f"Only {rarer} of {len(truth)} customers went one of the two ways and "
            f"{LEAST_OUTCOMES} are needed to judge a model, {rule}."
        )
    return ""


def _noise(backtest: Backtest, model: str, rule: str, lead: dict[str, float]) -> str:
    if lead["low"] > 0:
        return ""
    return (
        f"No model beats the {rule} beyond noise (best: {model}, {_figures(backtest, lead)}), "
        "so the rule serves."
    )


def _figures(backtest: Backtest, lead: dict[str, float]) -> str:
    what = {
        "chance": "ranking (AUC)",
        "money": "rank correlation",
        "days": "days of error saved",
    }[backtest.target.kind]
    return (
        f"{what} {lead['gain']:+.3f}, 95 % between {lead['low']:+.3f} and {lead['high']:+.3f}, "
        f"judged on {backtest.reported.day}"
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


# ---- a table of past cut-offs --------------------------------------------------------------------


def backtest_table(
    lookout: Lookout, target: Target, cutoffs: Sequence[Moment], seed: int, progress: Progress
) -> list[dict[str, Any]]:
    """A row for every model, cut-off and metric; the season is a model of its own."""
    learner = Learner(lookout, target, seed)
    rules, models = contenders(target.kind)
    rows: list[dict[str, Any]] = []
    for cutoff in cutoffs:
        _require_learnable(lookout, target, cutoff)
        progress(f"{target.name}: judging as of {cutoff.local_date}")
        trial = try_models(learner, cutoff, (*rules, *models))
        for name, predicted in _every_way(trial, [model.name for model in models]):
            rows += [
                {
                    "target": target.name,
                    "model": name,
                    "cutoff": trial.day,
                    "metric": metric,
                    "value": value,
                }
                for metric, value in trial.judge(predicted).items()
            ]
    return rows


def _every_way(trial: Trial, models: list[str]) -> "Iterator[tuple[str, Floats]]":
    """Each model alone, the blend of all models, and that blend with the season."""
    yield from trial.predicted.items()
    if len(models) < 2:
        return
    yield name_of(models), trial.of(models)
    shift = trial.learner.shift(trial.cutoff, models)
    if shift is not None:
        yield f"{name_of(models)}, season corrected", trial.of(models, shift)


def _require_learnable(lookout: Lookout, target: Target, cutoff: Moment) -> None:
    known = lookout.before(cutoff)
    seen = len(known[-1].features) if known else 0
    if seen < _LEAST_TO_LEARN:
        raise NotPossible(
            f"On {cutoff.local_date} there was too little to learn {target.name} from: "
            f"{seen} customers whose {lookout.horizon_days} days had passed, and "
            f"{_LEAST_TO_LEARN} are needed.",
            "Choose a later cut-off.",
        )
