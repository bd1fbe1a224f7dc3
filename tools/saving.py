"""Customers worth saving: who has brought much and may leave, while it is still open."""

from typing import TYPE_CHECKING

from pydantic import Field

from engine.concepts import Moment, Money
from engine.errors import NotPossible
from engine.facts import Figure, Period, Subject, Value
from stores.models import ScoreModel
from tools.context import Context
from tools.explaining import reasons_of
from tools.score_table import score_table
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    import pandas as pd

    from engine.prediction.reasons import Reason


class WorthSaving(Arguments):
    count: int = Field(default=3, ge=1, le=20)


def worth_saving(context: Context, arguments: WorthSaving) -> Result:
    """The customers most worth saving: who have brought much, and may leave or stay.

    When to use: when asked whom to save or win back first, which good customers may leave, and why.
    Arguments: count, how many.
    Result: for each, the most worth saving first, churn and the revenue at risk, and the expected
    value where it is predicted; texts name the customer, the segment and what moved churn.
    """
    table, models = score_table(context)
    if "churn" not in table:
        raise NotPossible("Churn is not predicted yet.", "Make it: segue score")
    known = context.members[["segment_id", "monetary"]].join(table, how="inner")
    chosen = _most_open(known).head(arguments.count)
    figures = [
        figure
        for customer, row in chosen.iterrows()
        for figure in _figures(context, models, str(customer), row)
    ]
    reasons = reasons_of(context, models["churn"], [str(name) for name in chosen.index])
    names = {segment.segment_id: segment.name for segment in context.segments}
    texts = tuple(
        {"customer": str(customer), "segment": names[segment_id]}
        | {reason.column.replace("_", " "): _way(reason) for reason in reasons[str(customer)]}
        for customer, segment_id in chosen["segment_id"].items()
    )
    return Result(tuple(figures), texts)


def _way(reason: "Reason") -> str:
    if reason.effect is None:
        return "is looked at"
    return "raises churn" if reason.effect > 0 else "lowers churn"


def _most_open(known: "pd.DataFrame") -> "pd.DataFrame":
    """By what they have brought, times the chances that they leave and that they stay: who is as
    good as gone, or sure to come back, needs no saving."""
    churn, brought = known["churn"], known["monetary"].clip(lower=0)
    order = (churn * (1 - churn) * brought).rename("order")
    return known.join(order).sort_values("order", ascending=False, kind="stable")


def _figures(
    context: Context, models: dict[str, ScoreModel], customer: str, row: "pd.Series"
) -> list[Figure]:
    subject = Subject("customer", customer, f"customer {customer}")
    currency = context.dataset.shop.currency
    churn, brought = float(row["churn"]), max(float(row["monetary"]), 0.0)
    values: list[tuple[str, str, Value, str]] = [
        ("churn", "churn", churn, "the churn score"),
        ("churn", "revenue_at_risk", Money(round(churn * brought), currency),
         "revenue so far, weighted by the churn score"),
    ]  # fmt: skip
    if "value_minor" in row and row["value_minor"] == row["value_minor"]:
        money = Money(round(row["value_minor"]), currency)
        values.append(("value", "expected_value", money, "the value score"))
    return [
        Figure(subject, metric, _ahead(context, models[target]), value, formula, 1)
        for target, metric, value, formula in values
    ]


def _ahead(context: Context, model: ScoreModel) -> Period:
    moment = Moment.of(model.as_of, context.dataset.shop.zone)
    return Period(end=moment.local, horizon_days=model.horizon_days)
