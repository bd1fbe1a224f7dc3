"""Facts and receipts: what a figure is about, and where it comes from.

A tool returns figures; the catalogue numbers them (f1, f2, ...) as facts of one answer and keeps a
receipt for each. A text names a fact as [[f1]]; `to_text` is the one place that turns a value into
words that a person reads.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from engine.concepts import UNKNOWN_CURRENCY, Money, currency_exponent
from engine.metrics import METRICS, Unit

# "selection" is any other part of the records, named by what it is cut by: "Tea within Germany".
SubjectKind = Literal["dataset", "segment", "customer", "selection", "audience", "run",
                      "candidate", "comparison", "country", "category", "product", "channel",
                      "weekday", "hour", "cohort", "months_since_first"]  # fmt: skip
Operation = Literal["sum", "difference", "ratio", "share", "growth", "mean", "largest", "smallest"]
Value = int | float | Money | date

COMPARING: frozenset[str] = frozenset({"difference", "ratio", "growth", "largest", "smallest"})


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


_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Period:
    """A moment (`start` is None), a stretch, or a horizon that looks ahead from `end`.

    `end` is local to the shop; a stretch includes `start` and stops short of `end`. It is told by
    its first and its last day.
    """

    end: datetime
    start: datetime | None = None
    horizon_days: int | None = None

    def words(self) -> str:
        if self.horizon_days is not None:
            return f"within {self.horizon_days} days of {day_text(self.end.date())}"
        if self.start is not None:
            first, last = self.start.date(), (self.end - _MOMENT).date()
            if first >= last:
                return f"on {day_text(first)}"
            return f"from {day_text(first)} to {day_text(last)}"
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
    looks_ahead = figure.period.horizon_days is not None and not isinstance(value, date)
    return f"{text} {figure.period.words()}" if looks_ahead else text


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
