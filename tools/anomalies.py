"""Anomalies: the customers who are most out of the ordinary, as many as somebody can look at."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import Field

from engine.anomalies import (
    DEFAULT_BUDGET,
    DETECTORS,
    GENERAL,
    Alert,
    Watch,
    compare_detectors,
    count_kinds,
    find_alerts,
    watch_records,
)
from engine.concepts import Moment, Money
from engine.facts import Figure, Period, Subject, Value
from stores.consents import consent_of
from stores.records import open_dataset
from tools.context import Context
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    import pandas as pd

_TITLES = {one.kind: one.title for one in DETECTORS} | {GENERAL: "Unlike everybody else overall"}


class ListAnomalies(Arguments):
    budget: float = Field(
        DEFAULT_BUDGET, description="at most this share of the customers, 0.01 is one in a hundred"
    )
    limit: int = Field(10, ge=1, le=50, description="tell of so many, the strongest first")


def list_anomalies(context: Context, arguments: ListAnomalies) -> Result:
    """Customers who do what is out of the ordinary, beside their own past and their peers.

    When to use: questions about anomalies, fraud, suspicious or strange customers: bulk orders,
    bursts of orders, refund abuse, long gone customers who come back at once, odd prices, bots.
    Arguments: budget, the share of customers that may be alerts; limit, how many are told of.
    Result: the number of alerts, altogether and by kind; for each alert told of, the figure that
    is unusual, and a text with the customer, the kind and the segment. An alert is a customer to
    look at, no proof of anything.
    """
    found = _find(context, arguments.budget)
    figures = _counts(context, found)
    told = found.alerts[: arguments.limit]
    figures += [figure for alert in told for figure in _figures(context, alert)]
    return Result(tuple(figures), tuple(_text(alert) for alert in told))


def anomalies_card(
    context: Context, budget: float = DEFAULT_BUDGET, compare: bool = False, seed: int = 0
) -> dict[str, Any]:
    """The alerts with their sentences, as programs and the terminal read them."""
    found = _find(context, budget)
    card = {
        "dataset": context.dataset.name,
        "as_of": context.as_of.iso(),
        "budget": budget,
        "customers": len(found.watched.measures),
        "kinds": count_kinds(found.alerts),
        "alerts": [alert.to_json() | {"title": _TITLES[alert.kind]} for alert in found.alerts],
    }
    if not compare:
        return card
    people = [alert.customer_id for alert in found.alerts]
    compared = compare_detectors(found.watched.standing, people, seed)
    return card | {"detectors": [one.to_json() for one in compared]}


@dataclass(frozen=True, eq=False)
class _Found:
    watched: Watch
    alerts: tuple[Alert, ...]


def _find(context: Context, budget: float) -> _Found:
    """Who has opted out by now is nobody's alert, though the moment may lie before that."""
    context.need_dates("anomalies")
    consent = consent_of(context.home, context.dataset, context.version)
    with open_dataset(context.home, context.dataset, context.version) as records:
        records.need("transactions")
        watched = watch_records(records, context.as_of, consent).without(context.opted_out)
    alerts = find_alerts(watched, budget, _segments(context), context.dataset.shop.currency)
    return _Found(watched, alerts)


def _segments(context: Context) -> "pd.Series[str] | None":
    """The segment of each customer by name; None where there are no segments yet."""
    if context.snapshot is None:
        return None
    names = {segment.segment_id: segment.name for segment in context.segments}
    return context.members["segment_id"].map(names)


def _counts(context: Context, found: _Found) -> list[Figure]:
    customers = len(found.watched.measures)
    formula = "customers whose strongest measure is rarer than 1 in 100, within the budget"
    period = Period(end=context.as_of.local)
    subjects = [(context.subject, len(found.alerts))]
    for kind, count in count_kinds(found.alerts).items():
        subjects.append((Subject("selection", f"anomaly-{kind}", _TITLES[kind]), count))
    return [
        Figure(subject, "alerts", period, count, formula, customers) for subject, count in subjects
    ]


def _figures(context: Context, alert: Alert) -> list[Figure]:
    """None for somebody who is unusual overall: no single figure is it."""
    if alert.detector is None or alert.value is None:
        return []
    value: Value = alert.value
    if alert.detector.unit == "money":
        value = Money(round(alert.value), context.dataset.shop.currency)
    elif alert.detector.unit in ("count", "days") and alert.value.is_integer():
        value = int(alert.value)
    subject = Subject("customer", alert.customer_id, f"customer {alert.customer_id}")
    on = alert.on if alert.detector.on_day else None
    formula = f"{alert.detector.most.replace('_', ' ')} of the customer"
    return [Figure(subject, alert.detector.most, _period(context, on), value, formula, 1)]


def _period(context: Context, day: date | None) -> Period:
    """The day of what is of one day, else all that is known."""
    if day is None:
        return Period(end=context.as_of.local)
    zone = context.dataset.shop.zone
    start, end = (Moment.midnight(one, zone).local for one in (day, day + timedelta(days=1)))
    return Period(start=start, end=end)


def _text(alert: Alert) -> dict[str, str]:
    """Without any figure: those are facts."""
    text = {"customer": alert.customer_id, "kind": _TITLES[alert.kind]}
    return text | ({"segment": alert.segment} if alert.segment else {})
