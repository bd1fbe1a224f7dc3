"""Demand as figures: units and revenue that the next months are expected to bring."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from engine.concepts import Moment, Money
from engine.errors import NotPossible
from engine.facts import Figure, Period, Subject, Value
from engine.features import open_transactions
from engine.features.known import known_at
from tools.context import Context, segment_subject
from tools.run_features import run_features
from tools.snapshots import assign_members
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from engine.prediction.demand import Demand, Dimension, MonthlySales

_METRICS = {"revenue": "forecast_revenue", "units": "forecast_units"}
_WHOLE = 7  # the first record of a full month lies on one of its first days


class DemandForecast(Arguments):
    by: Literal["shop", "category", "segment"] = "shop"
    measure: Literal["revenue", "units"] = "revenue"


def demand_forecast(context: Context, arguments: DemandForecast) -> Result:
    """What the next three months are expected to bring, in revenue or units.

    When to use: questions about demand, about what will be sold next month or next quarter, for
    the shop, by category or by segment. Not for what single customers will spend.
    Arguments: by, one of shop, category, segment; measure, revenue or units.
    Result: for each group and month the forecast, and for the whole how far it was off when it was
    judged on past months; a text says which way serves and whether last year's month had to.
    """
    from engine.prediction.demand import forecast_demand

    context.need_dates("demand")
    sales = monthly_sales(context)
    found = forecast_demand(sales, arguments.by, arguments.measure, members_at(context))
    figures = [
        _figure(context, found, subject, month, float(value))
        for of, values in found.forecast.items()
        for subject in [_subject(context, arguments.by, of)]
        for month, value in zip(found.months, values, strict=True)
    ]
    figures.append(_error(context, found))
    return Result(
        tuple(figures),
        ({"way": found.way, "refused": str(found.refused), "reason": found.reason},),
    )


def monthly_sales(context: Context) -> "MonthlySales":
    """Net of returns, of the months that are over and were recorded from their beginning."""
    import polars as pl

    from engine.prediction.demand import MonthlySales

    with open_transactions(context.files) as transactions:
        known = known_at(transactions, context.as_of)
        goods = known.filter(known.line_kind.isin(["sale", "return"]))
        month = goods.local_date.truncate("M").name("month")
        grouped = goods.group_by("customer_id", "category", month).aggregate(
            units=goods.quantity.sum().cast("float64"),
            revenue=goods.total_minor.sum().cast("int64"),
            first=goods.local_date.min(),
        )
        rows = pl.DataFrame(grouped.to_pyarrow()).with_columns(pl.col("month").cast(pl.Date))
    rows = rows.sort("month", "customer_id", "category", nulls_last=True)
    months = _full_months(rows, context.as_of)
    return MonthlySales(rows.filter(pl.col("month").is_in(months)).drop("first"), tuple(months))


def _full_months(rows: "pl.DataFrame", as_of: Moment) -> list[date]:
    first = rows["first"].min()
    if not isinstance(first, date):
        raise NotPossible("Nothing was sold yet, so there is no demand to forecast.")
    month, found = first.replace(day=1), []
    while _next(month) <= as_of.local_date:
        found.append(month)
        month = _next(month)
    return found if first.day <= _WHOLE else found[1:]


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def members_at(context: Context) -> "Callable[[date], Mapping[str, str]]":
    """Who is in which segment on the first of a month, by the run in force."""
    known: dict[date, dict[str, str]] = {}

    def members(month: date) -> dict[str, str]:
        if month not in known:
            moment = Moment.midnight(month, context.dataset.shop.zone)
            features = run_features(
                context.home, context.dataset, context.version, moment, context.run
            )
            found = assign_members(context.run, features)["segment_id"]
            known[month] = {str(name): str(segment) for name, segment in found.items()}
        return known[month]

    return members


def _subject(context: Context, by: "Dimension", of: str) -> Subject:
    if by == "shop":
        return context.subject
    if by == "category":
        return Subject("category", of, of)
    return segment_subject(next(s for s in context.segments if s.segment_id == of))


def _figure(
    context: Context, found: "Demand", subject: Subject, month: date, value: float
) -> Figure:
    start = Moment.midnight(month, context.dataset.shop.zone).local
    end = Moment.midnight(_next(month), context.dataset.shop.zone).local
    money: Value = Money(round(value), context.dataset.shop.currency)
    return Figure(
        subject,
        _METRICS[found.measure],
        Period(start=start, end=end),
        money if found.measure == "revenue" else round(value),
        f"forecast of {found.measure} by the {found.way}",
        context.counts["transactions"],
    )


def _error(context: Context, found: "Demand") -> Figure:
    """Of the whole forecast, over all of its groups."""
    return Figure(
        context.subject,
        "forecast_error",
        Period(end=context.as_of.local),
        found.errors[found.way],
        "sum of what was missed over sum of what came, at the last three cut-offs",
        context.counts["transactions"],
    )
