"""Scores: predictions for customers, judged on the past before anybody sees them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.consent import Consent
from engine.errors import NotPossible
from engine.facts import Figure, Period, Subject
from engine.features import feature_table, later_outcomes, open_transactions
from stores.consents import consent_of
from stores.datasets import Dataset, DatasetStore
from stores.home import Home, new_id
from stores.models import ModelStore, ScoreModel
from tools.context import Context, segment_subject
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from engine.prediction.churn import TrainingMoment

_STEP_DAYS = 30
_MOST_MOMENTS = 10


class ChurnBySegment(Arguments):
    pass


def churn_by_segment(context: Context, arguments: ChurnBySegment) -> Result:
    """How likely the customers of each segment are to stop buying.

    When to use: questions about churn, about who is leaving, slipping away or at risk.
    Arguments: none.
    Result: for each segment and for all customers the mean probability of no kept sale within the
    horizon, and how many are expected to leave; a text says which model serves and why.
    """
    model = ModelStore(context.home).latest(context.dataset.dataset_id, "churn")
    scores = ModelStore(context.home).scores(model)
    churn = context.members[["segment_id"]].join(scores["churn"], how="inner")
    if churn.empty:
        raise NotPossible("The scores are about other customers.", "Make them anew: segue score")
    moment = Moment.of(model.as_of, context.dataset.shop.zone)
    period = Period(end=moment.local, horizon_days=model.horizon_days)
    figures: list[Figure] = []
    for segment in context.segments:
        own = churn.loc[churn["segment_id"] == segment.segment_id, "churn"]
        figures += _churn_figures(segment_subject(segment), own, period)
    figures += _churn_figures(context.subject, churn["churn"], period)
    return Result(
        tuple(figures),
        ({"model": str(model.report["model"]), "refused": str(model.report["refused"])},),
    )


def _churn_figures(subject: Subject, churn: "pd.Series", period: Period) -> list[Figure]:
    if churn.empty:
        return []
    rows = len(churn)
    return [
        Figure(subject, "churn", period, float(churn.mean()), "mean of the churn scores", rows),
        Figure(
            subject,
            "expected_leavers",
            period,
            round(float(churn.sum())),
            "sum of the churn scores, rounded",
            rows,
        ),
    ]


# ---- making scores ----------------------------------------------------------------------------


@dataclass(frozen=True)
class ScoreRequest:
    as_of: str | None = None
    horizon_days: int = 90
    seed: int = 0


def make_scores(
    home: Home,
    dataset: Dataset,
    request: ScoreRequest,
    now: datetime,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Backtests churn in time, refits the winner and scores every customer."""
    from engine.prediction.churn import fit_churn

    store = DatasetStore(home)
    version = store.version(dataset)
    as_of = store.moment(dataset, version, request.as_of)
    asked = {"as_of": as_of.iso(), "horizon_days": request.horizon_days, "seed": request.seed}
    known = ModelStore(home).find_latest(dataset.dataset_id, "churn")
    if known is not None and known.version == version and known.body.get("asked") == asked:
        progress("These scores are made already")  # the same again gives the same
        return _report(known, as_of, known.body["customers"])
    consent = consent_of(home, dataset, version)
    with open_transactions(store.files(dataset, version)) as transactions:
        features = feature_table(transactions, as_of, consent)
        if features.empty:
            raise NotPossible(f"No customer had bought before {as_of.local_date}.")
        held_out = _training_moment(
            transactions, as_of.days_before(request.horizon_days), request.horizon_days, consent
        )
        training: list[TrainingMoment] = []
        for step in range(_MOST_MOMENTS):
            days = 2 * request.horizon_days + step * _STEP_DAYS
            found = _training_moment(
                transactions, as_of.days_before(days), request.horizon_days, consent
            )
            if found.features.empty:
                break
            training.insert(0, found)
            progress(f"Looking back from {found.day}")
    progress("Judging the models")
    model = fit_churn(training, held_out, request.seed)
    kept = ScoreModel(
        new_id("model"),
        dataset.dataset_id,
        version,
        as_of.at,
        "churn",
        request.horizon_days,
        model.report,
        {"kind": model.kind, "body": model.body, "asked": asked, "customers": len(features)},
    )
    scores = features[[]].assign(churn=model.predict(features).astype(float))
    ModelStore(home).save(kept, scores, now)
    return _report(kept, as_of, len(scores))


def _report(model: ScoreModel, as_of: Moment, customers: int) -> dict[str, Any]:
    return {
        "model_id": model.model_id,
        "as_of": as_of.iso(),
        "horizon_days": model.horizon_days,
        "customers": customers,
        "targets": {"churn": model.report},
    }


def _training_moment(
    transactions: "ibis.Table", moment: Moment, horizon_days: int, consent: Consent
) -> "TrainingMoment":
    from engine.prediction.churn import TrainingMoment

    features = feature_table(transactions, moment, consent)
    until = moment.days_before(-horizon_days)
    outcomes = later_outcomes(transactions, moment, until, features.index)
    return TrainingMoment(moment.local_date.isoformat(), features, ~outcomes["bought"])
