"""The table of all scores: as a file, beside what happened, and cut at a threshold."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.errors import BadInput, NotPossible
from engine.prediction.board import compare
from engine.prediction.target import TARGETS, find_targets
from engine.render.text import plain_cell
from stores.models import ModelStore, ScoreModel
from stores.runs import RunStore
from tools.context import Context
from tools.run_features import run_features
from tools.snapshots import assign_members

if TYPE_CHECKING:
    import pandas as pd

    from engine.prediction.target import Floats, Kind

# The order of the file; a column whose target is not predicted is left out.
_COLUMNS = (
    "churn", "churn_low", "churn_high", "buy_30", "vip", "value_minor", "value_low", "value_high",
    "currency", "next_segment", "expected_next", "next_segment_name",
)  # fmt: skip


def write_scores(context: Context, file: Path, as_of: str | None = None) -> dict[str, Any]:
    """CSV of all eligible customers: with a kept sale by then, no guest, not opted out."""
    table, models = score_table(context, as_of)
    cells = table.reset_index()
    cells["customer_id"] = cells["customer_id"].map(plain_cell)
    file.parent.mkdir(parents=True, exist_ok=True)
    cells.to_csv(file, index=False, float_format="%.6f")
    missing = [target.name for target in TARGETS if target.name not in models]
    return {
        "file": str(file),
        "rows": len(table),
        "eligible": len(table),
        "as_of": Moment.of(next(iter(models.values())).as_of, context.dataset.shop.zone).iso(),
        "columns": list(cells.columns),
        "missing": missing,
        "models": {
            name: {
                "model_id": model.model_id,
                "model": model.report["model"],
                "refused": model.report["refused"],
                "horizon_days": model.horizon_days,
            }
            for name, model in models.items()
        },
    }


def score_table(
    context: Context, as_of: str | None = None
) -> "tuple[pd.DataFrame, dict[str, ScoreModel]]":
    """Every target's newest scores as of one moment: the newest there are, or the one asked for."""
    import pandas as pd

    models = latest_models(context, as_of)
    store = ModelStore(context.home)
    parts = [store.scores(model) for model in models.values()]
    table = pd.concat(parts, axis=1, join="outer").sort_index()
    table = table[~table.index.isin(list(context.opted_out))].rename_axis("customer_id")
    if "value_minor" in table:
        table["currency"] = context.dataset.shop.currency
    if "next_segment" in table:
        names = {segment.segment_id: segment.name for segment in context.segments}
        table["next_segment_name"] = table["next_segment"].map(names)
    if "expected_next" in table:
        table["expected_next"] = _days(models["expected_next"], context, table["expected_next"])
    return table[[name for name in _COLUMNS if name in table]], models


def latest_models(context: Context, as_of: str | None = None) -> dict[str, ScoreModel]:
    """By target, those of the same moment as the newest of all."""
    kept = ModelStore(context.home).all(context.dataset.dataset_id)
    zone = context.dataset.shop.zone
    if as_of is not None:
        moment = Moment.parse(as_of, zone)
        kept = [model for model in kept if model.as_of == moment.at]
        if not kept:
            raise NotPossible(
                f"There are no scores as of {moment.local_date}.",
                f"Make them: segue score --as-of {as_of}",
            )
    if not kept:
        raise NotPossible("There are no scores for this dataset yet.", "Make them: segue score")
    newest = {model.target: model for model in kept if model.as_of == kept[-1].as_of}
    if not _of_this_run(context, newest.get("next_segment")):
        del newest["next_segment"]
    return {target.name: newest[target.name] for target in TARGETS if target.name in newest}


def _of_this_run(context: Context, model: ScoreModel | None) -> bool:
    """A next segment of another run is no segment of this one."""
    if model is None:
        return True
    return context.snapshot is not None and model.report["run_id"] == context.snapshot.run_id


def _days(model: ScoreModel, context: Context, days: "pd.Series") -> "pd.Series":
    """The day that lies so many days ahead of the model's moment."""
    start = Moment.of(model.as_of, context.dataset.shop.zone).local_date
    return days.map(
        lambda ahead: (start + timedelta(days=round(ahead))).isoformat(), na_action="ignore"
    )


# ---- past scores beside what happened ------------------------------------------------------------


def past_scores(context: Context) -> list[dict[str, Any]]:
    """Of each model whose horizon has passed: what it said and what happened, tenth by tenth."""
    return [_compared(context, model) for model in _passed(context)]


def _passed(context: Context) -> list[ScoreModel]:
    zone = context.dataset.shop.zone
    return [
        model
        for model in ModelStore(context.home).all(context.dataset.dataset_id)
        for end in [Moment.of(model.as_of, zone).days_before(-model.horizon_days)]
        if end.at <= context.as_of.at
    ]


def _compared(context: Context, model: ScoreModel) -> dict[str, Any]:
    happened = _where_they_went if model.target == "next_segment" else _what_they_did
    kind, truth, predicted = happened(context, model)
    return {
        "model_id": model.model_id,
        "target": model.target,
        "model": model.report["model"],
        "as_of": Moment.of(model.as_of, context.dataset.shop.zone).iso(),
        "horizon_days": model.horizon_days,
        **compare(kind, truth, predicted),
    }


def _what_they_did(context: Context, model: ScoreModel) -> "tuple[Kind, Floats, Floats]":
    import numpy as np

    from tools.scoring import Lookouts

    (target,) = find_targets([model.target])
    moment = Moment.of(model.as_of, context.dataset.shop.zone)
    lookouts = Lookouts(context.home, context.dataset, context.version, context.as_of)
    examples = lookouts.of(model.horizon_days).at(moment)
    both = examples.outcomes.join(ModelStore(context.home).scores(model), how="inner")
    truth = target.truth(both)
    known = np.isfinite(truth)
    column = "value_minor" if target.name == "value" else target.name
    return target.kind, truth[known], both[column].to_numpy("float64")[known]


def _where_they_went(context: Context, model: ScoreModel) -> "tuple[Kind, Floats, Floats]":
    """Whether the likeliest segment came, beside how likely it was called; by the run of then."""
    import numpy as np

    run = RunStore(context.home).get(model.report["run_id"])
    end = Moment.of(model.as_of, context.dataset.shop.zone).days_before(-model.horizon_days)
    features = run_features(context.home, context.dataset, context.version, end, run)
    went = assign_members(run, features)["segment_id"]
    both = ModelStore(context.home).scores(model).join(went, how="inner")
    right: Floats = np.asarray(both["next_segment"] == both["segment_id"], dtype=np.float64)
    said: Floats = both["next_chance"].to_numpy("float64")
    return "chance", right, said


# ---- a threshold ---------------------------------------------------------------------------------


def threshold_of(
    context: Context, threshold: float, cost: int | None = None, benefit: int | None = None
) -> dict[str, Any]:
    """Acting on everybody whose churn is the threshold or more."""
    from engine.prediction.threshold import trade_off

    table, models = score_table(context)
    if "churn" not in table:
        raise BadInput("Churn is not predicted for this dataset.", "Make it: segue score")
    found = trade_off(table["churn"].dropna().to_numpy("float64"), threshold, cost, benefit)
    currency = context.dataset.shop.currency
    worth = None if found.worth is None else {"minor": round(found.worth), "currency": currency}
    return {
        "target": "churn",
        "horizon_days": models["churn"].horizon_days,
        "threshold": threshold,
        "customers": found.reached,
        "expected_catches": found.catches,
        "false_alarms": found.false_alarms,
        "missed": found.missed,
        "worth": worth,
    }
