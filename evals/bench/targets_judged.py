"""The further targets, judged on time, and the deep models, trained for real.

What is chosen is chosen on earlier cut-offs; the latest are only reported. `--data FILE` takes an
export; the default is a generated shop.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from evals.bench.bars import Setting
from evals.bench.export import CURRENCY, ZONE, export_as_csv

if TYPE_CHECKING:
    from engine.concepts import Moment
    from tools.context import Context

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_HORIZON, _STEP, _CUTOFFS = 90, 30, 6


def measure_next_segment(setting: Setting) -> float:
    """Under segments found as of the last cut-off, so that they know nothing of what is judged."""
    from engine.prediction.walk_trial import choose_next_segment
    from tools.next_segments import published_run, segmented_shop
    from tools.scoring import Lookouts

    with _shop(setting, _cutoff) as context:
        home, dataset = context.home, context.dataset
        lookouts = Lookouts(home, dataset, context.version, context.as_of)
        lookout = lookouts.to_learn(_HORIZON, 0)
        shop = segmented_shop(home, lookouts, lookout, published_run(home, lookouts))
        report = choose_next_segment(shop, 0, setting.say).report
    for row in report["models"]:
        setting.say(
            f"{row['model']}: accuracy {row['accuracy']:.4f}, balanced "
            f"{row['balanced_accuracy']:.4f}"
        )
    setting.say(report["reason"])
    return float(report["gain"]["gain"])


def measure_vip(setting: Setting) -> float:
    """The blend that was best on three earlier cut-offs, beside the spend rule on three later."""
    from engine.prediction.backtest import try_models
    from engine.prediction.learning import Learner
    from engine.prediction.models import WEIGHTED, contenders
    from engine.prediction.target import find_targets
    from evals.bench.scores_judged import _choose, _history, _lookout

    (target,) = find_targets(["vip"])
    history, until = _history(setting.data, setting.full, setting)
    learner = Learner(_lookout(history, until, _HORIZON), target, 0)
    rules, models = contenders("chance")
    trials = []
    for step in reversed(range(_CUTOFFS)):
        cutoff = until.days_before(_HORIZON + step * _STEP)
        setting.say(f"vip: judging as of {cutoff.local_date}")
        trials.append(try_models(learner, cutoff, (*rules, *models, WEIGHTED)))
    half = _CUTOFFS // 2
    members = _choose(trials[:half], [model.name for model in (*models, WEIGHTED)])
    leads = []
    for trial in trials[half:]:
        own = trial.judge(trial.of(members))["auc"]
        rule = trial.judge(trial.of(("spend rule",)))["auc"]
        setting.say(f"{trial.day}: {own:.4f}, spend rule {rule:.4f}, {trial.truth.sum():.0f} enter")
        leads.append(own - rule)
    setting.say(f"chosen: {' + '.join(members)}; worst {min(leads):+.4f}")
    return sum(leads) / len(leads)


def measure_demand(setting: Setting) -> float:
    """By shop, segment and, where sales say it, category; a refused forecast is last year's."""
    from engine.errors import NotPossible
    from engine.prediction.demand import RULE, Dimension, Measure, forecast_demand
    from tools.demand import members_at, monthly_sales

    dimensions: tuple[Dimension, ...] = ("shop", "category", "segment")
    measures: tuple[Measure, ...] = ("revenue", "units")
    worst = 0.0
    with _shop(setting, _before_reported) as context:
        sales, members = monthly_sales(context), members_at(context)
        for dimension in dimensions:
            for measure in measures:
                try:
                    found = forecast_demand(sales, dimension, measure, members)
                except NotPossible as error:
                    setting.say(str(error))
                    continue
                setting.say(f"{measure} by {dimension}: {found.reason}")
                if found.errors[RULE] > 0:
                    worst = max(worst, found.errors[found.way] / found.errors[RULE])
    return worst


def measure_deep(setting: Setting) -> float:
    """Trains both on a cut-off of the shop; their rows are said beside the boosted trees'."""
    from engine.prediction.backtest import try_models
    from engine.prediction.deep import DEEP
    from engine.prediction.learning import Learner
    from engine.prediction.models import model_named
    from engine.prediction.months import months_at
    from engine.prediction.target import find_targets
    from evals.bench.scores_judged import _history, _lookout

    (target,) = find_targets(["churn"])
    history, until = _history(setting.data, setting.full, setting)
    lookout = replace(
        _lookout(history, until, _HORIZON),
        further=lambda moment, known: months_at(history.until(known), moment),
    )
    learner = Learner(lookout, target, 0)
    cutoff = until.days_before(_HORIZON)
    trial = try_models(learner, cutoff, (*DEEP, model_named("boosted trees")))
    for name in trial.predicted:
        found = trial.judge(trial.of((name,)))
        setting.say(f"{name}: AUC {found['auc']:.4f}, squared error {found['brier']:.4f}")
    for name, epochs in trial.epochs.items():
        setting.say(f"{name}: {len(epochs)} epochs, loss {epochs[0]['loss']:.3f} to "
                    f"{epochs[-1]['loss']:.3f}")  # fmt: skip
    return max(trial.apart.values())


def _cutoff(until: "Moment") -> "Moment":
    return until.days_before(_HORIZON)


def _before_reported(until: "Moment") -> "Moment":
    """Before the months that the reported cut-offs forecast, and the one that is not over."""
    return until.days_before(200)


@contextmanager
def _shop(setting: Setting, run_at: "Callable[[Moment], Moment]") -> "Iterator[Context]":
    """The export, loaded, and cut into six segments by recency, frequency and money."""
    from stores.datasets import DatasetStore
    from stores.home import Home
    from stores.people import PeopleStore
    from tools.context import Context
    from tools.datasets import load_file
    from tools.load_request import LoadRequest
    from tools.segmenting import SegmentRequest, run_segmentation

    with TemporaryDirectory() as folder:
        file = export_as_csv(setting, Path(folder))
        with closing(Home.open(Path(folder) / "home")) as home:
            person = PeopleStore(home).ensure_local(_NOW)
            load_file(home, LoadRequest(file, dataset="shop", zone=ZONE, currency=CURRENCY), _NOW)
            store = DatasetStore(home)
            dataset = store.get("shop")
            until = store.moment(dataset, store.version(dataset), None)
            request = SegmentRequest(
                run_at(until).iso(), "kmeans", 6, features="recency,frequency,monetary"
            )
            run_segmentation(home, dataset, request, _NOW, lambda text: None)
            yield Context.open(home, person.person_id, "shop", _NOW)
