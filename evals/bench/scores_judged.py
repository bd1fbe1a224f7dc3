"""Predictions judged on time: six cut-offs, chosen on the first three, reported on the last three.

Everything is refitted in the same run from what a cut-off knew. `--data FILE` takes an export; the
default is a generated shop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.bench.bars import Setting
from evals.bench.export import CURRENCY, ZONE, export_as_csv

if TYPE_CHECKING:
    import numpy as np

    from engine.concepts import Moment
    from engine.prediction.backtest import Trial
    from engine.prediction.examples import Lookout
    from engine.prediction.history import History

_BASELINES = ("BG/NBD", "boosted trees", "recency rule")
_CUTOFFS, _STEP, _HORIZON = 6, 30, 90
_NAMES = {"chance": "auc", "money": "spearman"}


@dataclass(frozen=True)
class Judged:
    """The trials of a target, and who was chosen on the first half of them."""

    first: "Sequence[Trial]"
    last: "Sequence[Trial]"
    members: tuple[str, ...]


def measure_churn(setting: Setting) -> float:
    return _worst_lead(setting, "churn")


def measure_buying(setting: Setting) -> float:
    return _worst_lead(setting, "buy_30")


def measure_value_rank(setting: Setting) -> float:
    return _worst_lead(setting, "value", ("BG/NBD", "boosted trees", "usual rate of spending"))


def _worst_lead(setting: Setting, target: str, beside: Sequence[str] = _BASELINES) -> float:
    """The worst difference to the best baseline; the mean is said."""
    judged = _judge(setting.data, setting.full, target, setting)
    leads = []
    for trial in judged.last:
        name = _NAMES[trial.kind]
        own = trial.judge(trial.of(judged.members))[name]
        best = max(trial.judge(trial.of((one,)))[name] for one in beside)
        setting.say(f"{trial.day}: {own:.4f}, best baseline {best:.4f}")
        leads.append(own - best)
    setting.say(f"mean {sum(leads) / len(leads):+.4f} of {' + '.join(judged.members)}")
    return min(leads)


def measure_brier(setting: Setting) -> float:
    """The lower end of what the season saves beside the best model without it; needs a year."""
    import numpy as np

    from engine.prediction.measures import paired_interval

    judged = _judge(setting.data, setting.full, "churn", setting)
    saved = []
    for trial in judged.last:
        shift = trial.learner.shift(trial.cutoff, judged.members)
        own = trial.of(judged.members, shift)
        plain = min(
            (trial.of((name,)) for name in _BASELINES),
            key=lambda said: float(((trial.truth - said) ** 2).mean()),
        )
        measures = trial.judge(own)
        saved.append((trial.truth - plain) ** 2 - (trial.truth - own) ** 2)
        setting.say(
            f"{trial.day}: shift {shift}, squared error {measures['brier']:.4f}, calibration "
            f"error {measures['calibration_error']:.4f}, saved {saved[-1].mean():+.4f}"
        )
    return paired_interval(np.concatenate(saved))[0]


def measure_bias(setting: Setting) -> float:
    """How far the sum that was predicted lies from the sum that came, at the worst cut-off."""
    judged = _judge(setting.data, setting.full, "value", setting)
    found = []
    for trial in judged.last:
        shift = trial.learner.shift(trial.cutoff, judged.members)
        bias = trial.judge(trial.of(judged.members, shift))["bias"]
        setting.say(f"{trial.day}: factor {shift}, predicted / happened {bias:.3f}")
        found.append(abs(bias - 1))
    return max(found)


def measure_intervals(setting: Setting) -> float:
    """Distance of the coverage from 80 %, over the last cut-offs; learnt on the first."""
    from engine.prediction.intervals import covered, fit_interval

    judged = _judge(setting.data, setting.full, "value", setting)
    body = fit_interval("money", [(t.truth, _seasoned(t, judged)) for t in judged.first])
    found = [covered("money", body, t.truth, _seasoned(t, judged)) for t in judged.last]
    setting.say(f"covered {', '.join(f'{one:.3f}' for one in found)}")
    return max(abs(one - 0.8) for one in found)


def _seasoned(trial: "Trial", judged: Judged) -> "np.ndarray[Any, np.dtype[np.float64]]":
    return trial.of(judged.members, trial.learner.shift(trial.cutoff, judged.members))


def measure_refused(setting: Setting) -> float:
    """Targets with shuffled labels for which a model still serves."""
    import numpy as np

    from engine.prediction.scoring import score_target
    from engine.prediction.target import TARGETS, Target

    history, until = _history(setting.data, setting.full, setting)
    served = 0
    for target in (one for one in TARGETS if one.kind == "chance"):

        def shuffled(outcomes: Any, truth: Any = target.truth) -> Any:
            return np.random.default_rng(len(outcomes)).permutation(truth(outcomes))

        nothing = Target(target.name, target.kind, target.meaning, shuffled, target.days)
        lookout = _lookout(history, until, target.horizon(_HORIZON))
        found = score_target(lookout, nothing, 0, setting.say)
        setting.say(found.report["reason"])
        served += not found.report["refused"]
    return served


def measure_leaks(setting: Setting) -> float:
    """Moments whose features change when all that came later is taken away."""
    from engine.errors import Defect
    from engine.prediction.examples import require_past

    history, until = _history(setting.data, setting.full, setting)
    lookout = _lookout(history, until, _HORIZON)
    leaks = 0
    for moment in [*lookout.moments(until), until]:
        try:
            require_past(lookout, moment)
        except Defect as error:
            setting.say(error.message)
            leaks += 1
    return leaks


@cache
def _judge(data: Path | None, full: bool, target: str, setting: Setting) -> Judged:
    from engine.prediction.backtest import try_models
    from engine.prediction.learning import Learner
    from engine.prediction.models import contenders
    from engine.prediction.target import find_targets

    (found,) = find_targets([target])
    history, until = _history(data, full, setting)
    lookout = _lookout(history, until, found.horizon(_HORIZON))
    rules, models = contenders(found.kind)
    learner = Learner(lookout, found, seed=0, most_rows=40_000 if full else 15_000)
    trials = []
    for step in reversed(range(_CUTOFFS)):
        cutoff = until.days_before(_HORIZON + step * _STEP)
        setting.say(f"{target}: judging as of {cutoff.local_date}")
        trials.append(try_models(learner, cutoff, (*rules, *models)))
    first, last = trials[: _CUTOFFS // 2], trials[_CUTOFFS // 2 :]
    names = [model.name for model in models]
    return Judged(first, last, _choose(first, names))


def _choose(trials: "Sequence[Trial]", names: list[str]) -> tuple[str, ...]:
    """The single model or blend with the best mean on the first cut-offs."""
    ways = [way for size in range(1, len(names) + 1) for way in combinations(names, size)]

    def rating(members: tuple[str, ...]) -> float:
        return sum(t.judge(t.of(members))[_NAMES[t.kind]] for t in trials)

    return max(ways, key=rating)


def _lookout(history: "History", until: "Moment", horizon_days: int) -> "Lookout":
    from engine.prediction.examples import Lookout

    return Lookout(history, until, horizon_days)


@cache
def _history(data: Path | None, full: bool, setting: Setting) -> "tuple[History, Moment]":
    """The orders of the export, loaded as people load them."""
    from contextlib import closing
    from datetime import UTC, datetime
    from tempfile import TemporaryDirectory

    from engine.features import open_transactions
    from engine.prediction.history import read_history
    from stores.datasets import DatasetStore
    from stores.home import Home
    from tools.datasets import load_file
    from tools.load_request import LoadRequest

    with TemporaryDirectory() as folder:
        file = export_as_csv(setting, Path(folder))
        with closing(Home.open(Path(folder) / "home")) as home:
            request = LoadRequest(file, dataset="shop", zone=ZONE, currency=CURRENCY)
            load_file(home, request, datetime(2026, 1, 1, tzinfo=UTC))
            store = DatasetStore(home)
            dataset = store.get("shop")
            version = store.version(dataset)
            until = store.moment(dataset, version, None)
            with open_transactions(store.files(dataset, version)) as transactions:
                return read_history(transactions, until), until
