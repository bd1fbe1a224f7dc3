"""Scoring a dataset: each target backtested in time, the winner refitted, everybody scored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.errors import NotPossible
from engine.features import open_transactions
from engine.prediction.target import Target, find_targets
from stores.consents import consent_of
from stores.datasets import Dataset, DatasetStore
from stores.home import Home, new_id
from stores.models import ModelStore, ScoreModel
from stores.runs import RunStore
from tools.next_segments import score_next_segment

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from engine.prediction.examples import Further, Lookout
    from engine.prediction.history import History

Progress = Callable[[str], None]
LEARNT_FROM = 20_000  # customers; more would take memory and teach and judge no better


@dataclass(frozen=True)
class ScoreRequest:
    as_of: str | None = None
    horizon_days: int = 90
    seed: int = 0
    targets: tuple[str, ...] | None = None
    owner: str = ""
    deep: bool = False  # MLP and LSTM compete as well
    protected: bool = False  # models may read gender, age and country


def make_scores(
    home: Home, dataset: Dataset, request: ScoreRequest, now: datetime, progress: Progress
) -> dict[str, Any]:
    """Backtests each target in time, refits its winner and scores every customer.

    A target that the history cannot teach is left out and says why; if none can be, that is an
    error. The same again for the same records gives what is there.
    """
    targets = find_targets(request.targets)
    store = DatasetStore(home)
    version = store.version(dataset)
    as_of = store.moment(dataset, version, request.as_of)
    made: dict[str, ScoreModel] = {}
    refused: dict[str, NotPossible] = {}
    lookouts = Lookouts(home, dataset, version, as_of, request.deep, request.protected)
    for target in targets:
        known = _made_before(home, lookouts, request, target)
        if known is not None:
            progress(f"The scores of {target.name} are made already")
            made[target.name] = known
            continue
        try:
            made[target.name] = _score(home, lookouts, target, request, now, progress)
        except NotPossible as error:
            refused[target.name] = error
    if not made:
        raise next(iter(refused.values()))
    return _report(made, refused, as_of, request)


@dataclass
class Lookouts:
    """The lookouts of a dataset, by horizon; its orders are read once, when first needed.

    Models are taught and judged on a sample of a large shop's customers, and score them all.
    """

    home: Home
    dataset: Dataset
    version: int
    as_of: Moment
    deep: bool = False  # with the months that deep models read
    protected: bool = False  # with gender, age and country

    def __post_init__(self) -> None:
        self._learnt_from: dict[int, Lookout] = {}
        self._features: dict[int, pd.DataFrame] = {}

    def of(self, horizon_days: int) -> "Lookout":
        """Of everybody."""
        return self._lookout(self.history, horizon_days)

    def features(self, horizon_days: int) -> "pd.DataFrame":
        """Of everybody, as of the moment of the scores."""
        if horizon_days not in self._features:
            self._features[horizon_days] = self.of(horizon_days).features(self.as_of)
        return self._features[horizon_days]

    def to_learn(self, horizon_days: int, seed: int) -> "Lookout":
        """Of the customers who teach and judge; what was worked out for one target serves all."""
        if horizon_days not in self._learnt_from:
            sample = self.history.sample(LEARNT_FROM, seed)
            self._learnt_from[horizon_days] = self._lookout(sample, horizon_days)
        return self._learnt_from[horizon_days]

    def _lookout(self, history: "History", horizon_days: int) -> "Lookout":
        from engine.prediction.examples import Lookout

        consent = consent_of(self.home, self.dataset, self.version)
        return Lookout(
            history, self.as_of, horizon_days, consent, self._further(history), self.people
        )

    def _further(self, history: "History") -> "Further | None":
        """The columns that models read only when somebody wants it."""
        from engine.prediction.fairness import as_columns, find_groups
        from engine.prediction.months import months_at

        groups = () if self.people is None or not self.protected else find_groups(self.people)

        def columns(moment: Moment, until: Moment) -> "pd.DataFrame":
            import pandas as pd

            found = [months_at(history.until(until), moment)] if self.deep else []
            people = self._people(moment) if self.protected else None
            found += [] if people is None else [as_columns(people, groups)]
            return pd.concat(found, axis=1)

        wanted = self.deep or (self.protected and self.people is not None)
        return columns if wanted else None

    @cached_property
    def people(self) -> "pd.DataFrame | None":
        return self._people(self.as_of)

    def _people(self, moment: Moment) -> "pd.DataFrame | None":
        """The newest that was said by then of each customer's gender, age and country."""
        import polars as pl

        if self._said is None:
            return None
        at = pl.col("occurred_at")
        known = self._said.filter(at.is_null() | (at < moment.at))
        columns = pl.col("gender", "age", "country")
        newest = known.group_by("customer_id").agg(columns.drop_nulls().last())
        return newest.to_pandas().set_index("customer_id")

    @cached_property
    def _said(self) -> "pl.DataFrame | None":
        """All that was said of people, oldest first."""
        import polars as pl
        import pyarrow as pa
        import pyarrow.parquet as pq

        files = DatasetStore(self.home).files(self.dataset, self.version, "customers")
        if not files:
            return None
        wanted = ["customer_id", "occurred_at", "gender", "age", "country"]
        tables = [pq.read_table(file, columns=wanted, partitioning=None) for file in files]
        return pl.DataFrame(pa.concat_tables(tables)).sort("occurred_at", nulls_last=False)

    @cached_property
    def history(self) -> "History":
        from engine.prediction.history import read_history

        files = DatasetStore(self.home).files(self.dataset, self.version)
        with open_transactions(files) as transactions:
            return read_history(transactions, self.as_of)


def _score(
    home: Home, lookouts: Lookouts, target: Target, request: ScoreRequest, now: datetime,
    progress: Progress,
) -> ScoreModel:  # fmt: skip
    from engine.prediction.scoring import score_target

    if target.kind == "segment":
        return score_next_segment(home, lookouts, target, request, now, progress)
    horizon = target.horizon(request.horizon_days)
    lookout = lookouts.to_learn(horizon, request.seed)
    features = lookouts.features(horizon)
    if features.empty:
        raise NotPossible(f"No customer had bought before {lookouts.as_of.local_date}.")
    found = score_target(lookout, target, request.seed, progress, request.deep)
    columns, limits = list(found.fitted.columns), list(found.limits(lookout))
    if request.protected and lookout.people is not None:
        limits.append("It reads gender, age and country, because that was asked for.")
    card = make_card(target, lookout, found.report, columns, limits, request, now)
    model = ScoreModel(
        new_id("model"),
        lookouts.dataset.dataset_id,
        lookouts.version,
        lookouts.as_of.at,
        target.name,
        lookout.horizon_days,
        found.report | {"card": card},
        {"asked": asked(home, lookouts, request, target), "customers": len(features)},
    )
    return ModelStore(home).save(model, found.scores(features), now, found.to_json())


def make_card(
    target: Target, lookout: "Lookout", report: dict[str, Any], columns: list[str],
    limits: list[str], request: ScoreRequest, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """What a person who has to answer for the model wants to know of it."""
    return {
        "owner": request.owner,
        "approver": "",
        "made": now.isoformat(),
        "target": target.name,
        "meaning": f"{target.meaning} within {lookout.horizon_days} days",
        "as_of": lookout.until.iso(),
        "history_from": lookout.history.first.local_date.isoformat(),
        "chosen_on": report["chosen_on"],
        "judged_on": report["judged_on"],
        "columns": columns,
        "versions": _versions(),
        "limits": limits,
    }


def _versions() -> dict[str, str]:
    import scipy
    import sklearn
    import xgboost

    return {library.__name__: library.__version__ for library in (sklearn, scipy, xgboost)}


def asked(home: Home, lookouts: Lookouts, request: ScoreRequest, target: Target) -> dict[str, Any]:
    """What makes the same again, of the same records."""
    found: dict[str, Any] = {
        "as_of": lookouts.as_of.iso(),
        "horizon_days": request.horizon_days,
        "seed": request.seed,
    }
    if target.kind == "segment":
        found["run_id"] = RunStore(home).published_id(lookouts.dataset.dataset_id)
    else:
        found |= {name: True for name in ("deep", "protected") if getattr(request, name)}
    return found


def _made_before(
    home: Home, lookouts: Lookouts, request: ScoreRequest, target: Target
) -> ScoreModel | None:
    """The newest model of the target, when it answers the same question of the same records."""
    known = ModelStore(home).find_latest(lookouts.dataset.dataset_id, target.name)
    if known is None or known.version != lookouts.version:
        return None
    same = known.body.get("asked") == asked(home, lookouts, request, target)
    return known if same else None


def _report(
    made: dict[str, ScoreModel], refused: dict[str, NotPossible], as_of: Moment,
    request: ScoreRequest,
) -> dict[str, Any]:  # fmt: skip
    first = next(iter(made.values()))
    unmade: dict[str, dict[str, Any]] = {
        name: {"model": None, "refused": True, "reason": str(error), "metrics": {}, "models": []}
        for name, error in refused.items()
    }
    return {
        "model_id": first.model_id,
        "as_of": as_of.iso(),
        "horizon_days": request.horizon_days,
        "customers": first.body["customers"],
        "targets": {name: model.report for name, model in made.items()} | unmade,
    }


def approve_models(
    home: Home, dataset: Dataset, targets: tuple[str, ...], person: str, now: datetime
) -> None:
    store = ModelStore(home)
    for target in targets:
        model = store.find_latest(dataset.dataset_id, target)
        if model is not None:
            store.approve(model, person, now)
