"""Predictions as figures: of one customer, of money, at a threshold, and how good they are."""

from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from engine.concepts import Moment, Money
from engine.errors import NotPossible
from engine.facts import Figure, Period, Subject, Value
from stores.models import ScoreModel
from tools.context import Context, segment_subject
from tools.explaining import explain_customer
from tools.score_table import latest_models, score_table
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    import pandas as pd


class CustomerScores(Arguments):
    customer: str


def customer_scores(context: Context, arguments: CustomerScores) -> Result:
    """What is predicted of one customer, and why.

    When to use: questions about one customer's future: will they leave, buy again, what will they
    spend, when will they order again, where are they heading, and for what reasons.
    Arguments: customer, the id as in the records.
    Result: churn, the chance of buying soon, the expected value and the chance of entering the
    tenth that has spent most, the day of the next order, each with its horizon; texts name the
    next segment and what moved each of them.
    """
    found = explain_customer(context, arguments.customer)
    models = latest_models(context)
    subject = Subject("customer", arguments.customer, f"customer {arguments.customer}")
    figures = []
    for target, metric in (
        ("churn", "churn"),
        ("buy_30", "buy_soon"),
        ("value", "expected_value"),
        ("vip", "enters_top"),
    ):
        if target in models:
            own = found["scores"][target]
            value: Value = float(own.get(target, 0.0))
            if target == "value":
                value = Money(round(own["value_minor"]), context.dataset.shop.currency)
            figures.append(_figure(context, models[target], subject, metric, value, 1))
    table, _ = score_table(context)
    day = table["expected_next"].get(arguments.customer) if "expected_next" in table else None
    if isinstance(day, str) and day:
        figures.append(
            _figure(context, models["expected_next"], subject, "next_order_date",
                    date.fromisoformat(day), 1)
        )  # fmt: skip
    causes = [r for r in found["reasons"] if r["effect"] is not None]
    texts = tuple(
        {
            "about": reason["target"],
            "moved by": reason["column"].replace("_", " "),
            "way": "raises it" if reason["effect"] > 0 else "lowers it",
        }
        for reason in causes
    )
    named = found["scores"].get("next_segment", {}).get("next_segment_name")
    place = ({"about": "next_segment", "expected in": str(named)},) if named else ()
    return Result(tuple(figures), (*texts, *place))


class ValueBySegment(Arguments):
    pass


def value_by_segment(context: Context, arguments: ValueBySegment) -> Result:
    """What each segment is expected to spend, and how much revenue is at risk.

    When to use: questions about the money that is ahead, future value, revenue at risk, what
    leavers are worth.
    Arguments: none.
    Result: for each segment and for all customers the expected value within the horizon and the
    revenue at risk: what they have brought so far, weighted by their churn.
    """
    table, models = score_table(context)
    if "value_minor" not in table or "churn" not in table:
        raise NotPossible("Value and churn are not both predicted yet.", "Make them: segue score")
    known = context.members[["segment_id", "monetary"]].join(table, how="inner")
    figures: list[Figure] = []
    for segment in context.segments:
        own = known[known["segment_id"] == segment.segment_id]
        figures += _money_figures(context, models, segment_subject(segment), own)
    figures += _money_figures(context, models, context.subject, known)
    return Result(tuple(figures), _models_texts(models))


def _money_figures(
    context: Context, models: dict[str, ScoreModel], subject: Subject, own: "pd.DataFrame"
) -> list[Figure]:
    if own.empty:
        return []
    currency = context.dataset.shop.currency
    ahead = Money(int(own["value_minor"].sum()), currency)
    risk = Money(round(float((own["churn"] * own["monetary"].clip(lower=0)).sum())), currency)
    return [
        _figure(context, models["value"], subject, "expected_value", ahead, len(own)),
        _figure(context, models["churn"], subject, "revenue_at_risk", risk, len(own)),
    ]


class ChurnThreshold(Arguments):
    threshold: float = Field(gt=0, lt=1)


def churn_threshold(context: Context, arguments: ChurnThreshold) -> Result:
    """Whom acting on churn from a threshold on would reach, and whom for nothing.

    When to use: when asked from which churn on to act, or what a campaign against churn catches.
    Arguments: threshold, between 0 and 1.
    Result: the customers at or above it, how many of them are expected to leave and how many not.
    """
    from engine.prediction.threshold import trade_off

    table, models = score_table(context)
    if "churn" not in table:
        raise NotPossible("Churn is not predicted yet.", "Make it: segue score")
    found = trade_off(table["churn"].dropna().to_numpy("float64"), arguments.threshold)
    counts = {
        "reached": found.reached,
        "expected_leavers": round(found.catches),
        "false_alarms": round(found.false_alarms),
    }
    return Result(
        tuple(
            _figure(context, models["churn"], context.subject, metric, count, found.reached)
            for metric, count in counts.items()
        )
    )


class PredictionQuality(Arguments):
    pass


def prediction_quality(context: Context, arguments: PredictionQuality) -> Result:
    """How good the predictions were when they were judged on the past.

    When to use: when asked how far the scores can be trusted, which model serves, or why a model
    was refused.
    Arguments: none.
    Result: for churn how well it ranks and how far its level was off at the judged cut-off; texts
    name the model of every target and whether a rule serves in its place.
    """
    models = latest_models(context)
    figures = []
    if "churn" in models:
        metrics = models["churn"].report["metrics"]
        for metric, key in (("ranking", "auc"), ("calibration_error", "calibration_error")):
            value = float(metrics[key])
            figures.append(_figure(context, models["churn"], context.subject, metric, value, 0))
    return Result(tuple(figures), _models_texts(models))


def _models_texts(models: dict[str, ScoreModel]) -> tuple[dict[str, str], ...]:
    return tuple(
        {
            "target": name,
            "model": str(model.report["model"]),
            "refused": str(model.report["refused"]),
        }
        for name, model in models.items()
    )


def _figure(
    context: Context, model: ScoreModel, subject: Subject, metric: str, value: Value, rows: int
) -> Figure:
    moment = Moment.of(model.as_of, context.dataset.shop.zone)
    period = Period(end=moment.local, horizon_days=model.horizon_days)
    formula = f"from the {model.target} scores of {model.model_id}"
    customers = rows or int(model.body.get("customers", 0))
    return Figure(subject, metric, period, value, formula, customers)
