"""Facts and receipts: what a figure is about, and where it comes from.

A tool returns figures; the catalogue numbers them (f1, f2, ...) as facts of one answer and keeps a
receipt for each. A text names a fact as [[f1]]; `to_text` is the one place that turns a value into
words that a person reads.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from engine.concepts import UNKNOWN_CURRENCY, Money, currency_exponent

# "selection" is any other part of the records, named by what it is cut by: "Tea within Germany".
SubjectKind = Literal["dataset", "segment", "customer", "selection", "audience", "run",
                      "candidate", "comparison", "country", "category", "product", "channel",
                      "weekday", "hour", "cohort", "months_since_first"]  # fmt: skip
Unit = Literal["count", "money", "share", "ratio", "days", "date"]
Operation = Literal["sum", "difference", "ratio", "share", "growth", "mean", "largest", "smallest"]
Value = int | float | Money | date

COMPARING: frozenset[str] = frozenset({"difference", "ratio", "growth", "largest", "smallest"})


@dataclass(frozen=True)
class Metric:
    """A word of the closed list of what can be counted, and how people name it."""

    name: str
    unit: Unit
    meaning: str
    words: tuple[str, ...]


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("customers", "count", "people with at least one kept sale",
               ("customers", "customer", "people", "buyers", "shoppers", "members", "persons")),
        Metric("segments", "count", "segments of the published run",
               ("segments", "segment", "groups", "group")),
        Metric("rows", "count", "kept records", ("rows", "records", "lines")),
        Metric("orders", "count", "invoices of one customer with at least one kept sale",
               ("orders", "order", "purchases", "invoices")),
        Metric("products", "count", "different products sold",
               ("products", "product", "articles", "items")),
        Metric("revenue", "money", "sales less returns, without lines that are no product",
               ("revenue", "turnover", "sales", "income", "money", "spend", "spent", "worth")),
        Metric("gross_revenue", "money", "sales before returns, without lines that are no product",
               ("gross revenue", "gross sales", "gross")),
        Metric("returns_value", "money", "value of what came back", ("returns", "returned goods")),
        Metric("units", "count", "units sold less units that came back",
               ("units", "unit", "pieces", "units sold")),
        Metric("items_per_order", "ratio", "units per order",
               ("units per order", "items per order", "pieces per order")),
        Metric("average_order", "money", "revenue per order",
               ("average order", "order value", "basket value", "average basket")),
        Metric("revenue_per_customer", "money", "revenue per customer",
               ("revenue per customer", "spend per customer", "each customer", "per head")),
        Metric("share_of_customers", "share", "part of all segmented customers",
               ("of customers", "of all customers", "of the customers", "share of customers",
                "of your customers", "of the base")),
        Metric("share_of_revenue", "share", "part of the revenue of the shop, guests included",
               ("of revenue", "of the revenue", "of all revenue", "share of revenue",
                "of sales", "of turnover")),
        Metric("recency", "days", "median days since the last purchase",
               ("since the last purchase", "since their last purchase", "last bought",
                "since the last order", "since their last order", "recency", "days ago")),
        Metric("frequency", "count", "median orders per customer",
               ("orders each", "orders per customer", "frequency", "purchases each",
                "typical customer ordered", "times each")),
        Metric("monetary", "money", "median revenue per customer",
               ("typical spend", "median spend", "typical customer", "spent by a typical")),
        Metric("tenure", "days", "median days since the first purchase",
               ("since the first purchase", "since their first purchase", "tenure")),
        Metric("mean_recency", "days", "mean days since the last purchase",
               ("average days since the last purchase", "mean days since the last purchase",
                "average recency", "mean recency")),
        Metric("mean_frequency", "count", "mean orders per customer",
               ("average orders per customer", "mean orders per customer", "average frequency",
                "mean frequency")),
        Metric("mean_monetary", "money", "mean revenue per customer, over all their time",
               ("average spend", "mean spend", "average revenue per customer",
                "mean revenue per customer")),
        Metric("mean_tenure", "days", "mean days since the first purchase",
               ("average days since the first purchase", "mean days since the first purchase",
                "average tenure", "mean tenure")),
        Metric("churn", "share", "mean probability of no kept sale within the horizon",
               ("churn", "leave", "leaving", "slip", "slipping", "at risk of leaving",
                "not buy again", "not come back", "gone")),
        Metric("expected_leavers", "count", "sum of churn probabilities",
               ("expected to leave", "likely to leave", "leavers")),
        Metric("buy_soon", "share", "probability of a kept sale within the horizon",
               ("chance of buying", "chance to buy", "likely to buy")),
        Metric("expected_value", "money", "sales less returns expected within the horizon",
               ("expected value", "expected to spend", "expected to bring")),
        Metric("revenue_at_risk", "money", "revenue so far, weighted by the chance of leaving",
               ("revenue at risk", "money at risk")),
        Metric("enters_top", "share", "probability of entering the tenth that has spent most",
               ("chance of becoming a VIP", "likely to enter the top tenth")),
        Metric("forecast_revenue", "money", "sales less returns that a month is expected to bring",
               ("expected revenue", "revenue is expected", "forecast revenue", "forecast")),
        Metric("forecast_units", "count", "units that a month is expected to sell",
               ("expected units", "units are expected", "forecast units")),
        Metric("forecast_error", "share", "what forecasts missed, as a part of what came (WAPE)",
               ("forecast error", "missed")),
        Metric("reached", "count", "customers whose churn is the threshold or more",
               ("reached", "would be reached")),
        Metric("false_alarms", "count", "customers who would be reached and would not leave",
               ("false alarms", "reached for nothing")),
        Metric("ranking", "ratio", "how often who left had the higher churn (AUC)",
               ("ranking", "ranks right")),
        Metric("calibration_error", "share", "mean distance of predicted from observed churn",
               ("calibration error", "off by")),
        Metric("entered", "count",
               "customers who came from another segment, or into an audience",
               ("entered", "customers entered", "customers who entered", "joined")),
        Metric("left", "count", "customers who went to another segment, or out of an audience",
               ("left", "customers left", "customers who left")),
        Metric("new_customers", "count", "customers whose first kept sale is of the stretch",
               ("new customers", "newcomers", "customers are new")),
        Metric("returning_customers", "count", "customers of the stretch who had bought before it",
               ("returning customers", "customers who had bought before")),
        Metric("repeat_rate", "share", "part of the customers with two or more orders",
               ("repeat rate", "repeat purchase rate", "ordered more than once")),
        Metric("discount_share", "share", "part of the value of sales that discounts took off",
               ("discount share", "discount rate", "share of discounts")),
        Metric("removed", "count", "customers whose sales were all taken back in the stretch",
               ("removed", "customers removed", "taken back")),
        Metric("moved", "count", "customers of the one segment before, of the other after",
               ("moved",)),
        Metric("held_out", "count", "people of an audience who are left alone, to compare with",
               ("held out", "kept apart")),
        Metric("purchase_rate", "share", "part of the people who bought within the stretch",
               ("purchase rate", "rate of purchase", "bought something")),
        Metric("uplift", "share", "purchase rate of an audience less that of its holdout",
               ("uplift", "lift")),
        Metric("uplift_low", "share", "lower end of the 95 % interval of the uplift",
               ("lower end of the uplift",)),
        Metric("uplift_high", "share", "upper end of the 95 % interval of the uplift",
               ("upper end of the uplift",)),
        Metric("spend_uplift", "money", "spend per person of an audience less that of its holdout",
               ("spend uplift", "uplift of spend")),
        Metric("spend_uplift_low", "money", "lower end of the 95 % interval of the spend uplift",
               ("lower end of the spend uplift",)),
        Metric("spend_uplift_high", "money", "upper end of the 95 % interval of the spend uplift",
               ("upper end of the spend uplift",)),
        Metric("needed_people", "count",
               "people an audience and its holdout need for an effect of a tenth to be seen",
               ("needed people", "people are needed", "would be needed")),
        Metric("detectable", "share",
               "smallest uplift that an audience's holdout would show four times in five",
               ("smallest uplift that would show", "smallest rise that would show")),
        Metric("also_bought", "share", "of those who have one product, those who have the other",
               ("also bought", "have it too", "have both")),
        Metric("together", "ratio", "customers with both products / as many as chance would give",
               ("as often as by chance", "together")),
        Metric("suggested_share", "share", "part of the customers whom a product is suggested to",
               ("suggested to",)),
        Metric("hit_rate", "share",
               "part of the buyers of a stretch who bought one of ten products suggested before it",
               ("hit rate", "suggestions that were bought")),
        Metric("usual_saving", "share", "mean share of the price that discounts took off",
               ("usual saving", "usually saved")),
        Metric("first_sale", "date", "day of the first kept sale",
               ("first sale", "first order", "starts", "begins", "from")),
        Metric("last_sale", "date", "day of the last kept sale",
               ("last sale", "last order", "ends", "until", "up to", "to")),
        Metric("events", "count", "messages that the stream has brought",
               ("events", "event", "messages")),
        Metric("duplicates", "count", "events that came again and were counted once",
               ("duplicates", "came again", "came twice")),
        Metric("late", "count", "events of a day whose sweep had been made", ("late",)),
        Metric("dead_letters", "count", "messages that could not be used",
               ("dead letters", "dead letter", "unusable")),
        Metric("alerts", "count", "customers who are most out of the ordinary, within the budget",
               ("alerts", "alert", "unusual customers", "odd customers", "anomalies")),
        Metric("largest_order", "money", "worth of the customer's largest order as sold",
               ("largest order", "biggest order")),
        Metric("most_pieces", "count", "pieces of one product bought at once",
               ("pieces at once", "pieces of one product")),
        Metric("busiest_day", "count", "orders that the customer placed on the busiest day",
               ("orders on a day", "orders on one day")),
        Metric("longest_gap", "days", "days between two days with orders, the longest",
               ("without an order", "without any order", "longest silence")),
        Metric("returned_share", "share", "part of the lines that were sent back",
               ("of the lines sent back", "of lines sent back")),
        Metric("price_ratio", "ratio", "price paid by what the product usually costs",
               ("of the usual price", "the usual price")),
        Metric("fastest_hour", "count", "products looked at within one hour",
               ("products within an hour", "views within an hour")),
        Metric("lag", "count", "events that the broker holds and the stream has not read",
               ("waiting to be read", "unread")),
        Metric("last_event", "date", "day of the newest event", ("last event",)),
        Metric("separation", "ratio", "silhouette: how far apart the segments are",
               ("separation", "silhouette")),
        Metric("stability", "ratio", "agreement of refits on 80 % of the customers",
               ("stability", "stable")),
        Metric("assignability", "ratio", "how well a few simple questions tell the segments apart",
               ("assignability", "told apart by a few questions")),
        Metric("outcome_separation", "share",
               "part of the differences in later spend that lies between the segments",
               ("later spend explained", "explains of later spend", "of later spend")),
        Metric("rating", "ratio", "weighted sum of the measures of a way to cut, 0 to 1",
               ("rating", "rated", "rates")),
        Metric("overlap", "share", "customers nearer to another segment than to their own",
               ("overlap", "nearer to another segment")),
        Metric("noise", "share", "customers whom a density method left outside of its groups",
               ("noise", "outside of its groups")),
        Metric("smallest_share", "share", "part of the customers in the smallest segment",
               ("share of the smallest segment",)),
        Metric("largest_share", "share", "part of the customers in the largest segment",
               ("share of the largest segment",)),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Subject:
    kind: SubjectKind
    id: str
    name: str
    parts: tuple["Subject", ...] = ()

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"kind": self.kind, "id": self.id, "name": self.name}
        return found | ({"parts": [part.to_json() for part in self.parts]} if self.parts else {})

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "Subject":
        parts = tuple(cls.from_json(part) for part in found.get("parts", ()))
        return cls(found["kind"], found["id"], found["name"], parts)


@dataclass(frozen=True)
class Period:
    """A moment (`start` is None), a stretch, or a horizon that looks ahead from `end`.

    `end` is local to the shop; a stretch includes `start` and stops short of `end`.
    """

    end: datetime
    start: datetime | None = None
    horizon_days: int | None = None

    def words(self) -> str:
        if self.horizon_days is not None:
            return f"within {self.horizon_days} days of {day_text(self.end.date())}"
        if self.start is not None:
            return f"from {day_text(self.start.date())} to {day_text(self.end.date())}"
        return f"as of {day_text(self.end.date())}"

    def to_json(self) -> dict[str, Any]:
        return {
            "start": self.start.isoformat() if self.start else None,
            "end": self.end.isoformat(),
            "horizon_days": self.horizon_days,
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "Period":
        start = found["start"]
        return cls(
            datetime.fromisoformat(found["end"]),
            datetime.fromisoformat(start) if start else None,
            found["horizon_days"],
        )


@dataclass(frozen=True)
class Figure:
    """One value a tool found, before the catalogue numbers it and writes its receipt.

    `operands` are receipt ids: what a calculated figure was made from. `against` is the other
    period of a change over time, when no operand tells it.
    """

    subject: Subject
    metric: str
    period: Period
    value: Value
    formula: str
    rows: int
    operation: Operation | None = None
    operands: tuple[str, ...] = ()
    against: Period | None = None

    @property
    def unit(self) -> Unit:
        if self.operation in ("ratio", "share", "growth"):
            return "ratio" if self.operation == "ratio" else "share"
        return METRICS[self.metric].unit

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """Names this figure among all that one call returns."""
        return (
            self.subject.kind,
            self.subject.id,
            self.metric,
            self.period.words(),
            self.operation or "",
        )


@dataclass(frozen=True)
class Fact:
    """A figure with a number in one answer and a receipt."""

    id: str
    figure: Figure
    receipt: str

    @property
    def text(self) -> str:
        return to_text(self.figure)

    def to_json(self) -> dict[str, Any]:
        figure = self.figure
        return {
            "id": self.id,
            "subject": figure.subject.to_json(),
            "metric": figure.metric,
            "period": figure.period.to_json() | {"words": figure.period.words()},
            "value": value_to_json(figure.value),
            "unit": figure.unit,
            "operation": figure.operation,
            "text": self.text,
            "receipt": self.receipt,
        }


@dataclass(frozen=True)
class Receipt:
    """What binds a figure to the tool call and the rows that made it."""

    id: str
    tool: str
    arguments: dict[str, Any]
    dataset: str
    version: int
    as_of: datetime
    snapshot: str | None
    filters: tuple[dict[str, Any], ...]
    figure: Figure
    seconds: float
    operands: tuple[str, ...] = field(default=())


def value_to_json(value: Value) -> Any:
    if isinstance(value, Money):
        return value.to_json()
    if isinstance(value, date):
        return value.isoformat()
    return value


def value_from_json(value: Any) -> Value:
    if isinstance(value, dict):
        return Money(value["minor"], value["currency"])
    if isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, int | float):
        return value
    raise TypeError(f"not the JSON of a value: {value!r}")


# ---- words for people -------------------------------------------------------------------------

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥"}


def to_text(figure: Figure) -> str:
    """The figure as a sentence shows it; a forecast never stands without its horizon."""
    value = figure.value
    if isinstance(value, Money):
        text = money_text(value)
    elif isinstance(value, date):
        text = day_text(value)
    elif figure.unit == "share":
        text = share_text(float(value))
    elif figure.unit == "ratio":
        text = ratio_text(float(value)) + (" times" if figure.operation == "ratio" else "")
    elif figure.unit == "days":
        text = f"{count_text(value)} {'day' if value == 1 else 'days'}"
    else:
        text = count_text(value)
    return f"{text} {figure.period.words()}" if figure.period.horizon_days is not None else text


def count_text(value: int | float) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.1f}"
    return f"{int(value):,}"


def money_text(money: Money) -> str:
    """Whole units from 1,000 on, else all digits of the currency: three digits or more."""
    major = money.major
    digits = 0 if abs(major) >= 1000 else currency_exponent(money.currency)
    amount = f"{abs(major):,.{digits}f}"
    sign = "-" if major < 0 else ""
    if money.currency in _SYMBOLS:
        return f"{sign}{_SYMBOLS[money.currency]}{amount}"
    unit = "(currency unknown)" if money.currency == UNKNOWN_CURRENCY else money.currency
    return f"{sign}{amount} {unit}"


def share_text(share: float) -> str:
    return f"{_three_digits(Decimal(repr(share)) * 100)}%"


def ratio_text(ratio: float) -> str:
    return _three_digits(Decimal(repr(ratio)))


def _three_digits(number: Decimal) -> str:
    """At least three significant digits, and one after the point: 12.3, 1.23, 0.123, 0.00123."""
    if number == 0:
        return "0.00"
    digits = max(1, 2 - number.adjusted())
    return f"{number:,.{digits}f}"


def day_text(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
