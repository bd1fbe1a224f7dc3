"""Scores: predictions for customers, judged on the past before anybody sees them."""

from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.errors import NotPossible
from engine.facts import Figure, Period, Subject
from stores.models import ModelStore
from tools.context import Context, segment_subject
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    import pandas as pd


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
