"""Watermarks: how far a table was taken, and from where the next pull asks.

A transaction that commits late may carry an older moment than rows that were taken before it. So
a pull asks again for the last stretch before its watermark, and what it knows already is dropped.
A transaction that stays open for longer than that stretch is missed; a pull without a watermark
reads the whole table and finds its rows.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

Value = int | float | Decimal | date | datetime | str
Kind = Literal["number", "day", "moment", "text"]

OVERLAP_HOURS = 1
OVERLAP_DAYS = 1  # of a watermark that is a day
OVERLAP_NUMBERS = 1000
# A number this large counts seconds, milliseconds or microseconds since 1970: 2001 to 2096.
_EPOCH_UNITS = tuple((10**9 * unit, 4 * 10**9 * unit, 3600 * unit) for unit in (1, 10**3, 10**6))


@dataclass(frozen=True)
class Mark:
    """The greatest value taken. `text` is for SQLite, which keeps moments as ISO text."""

    value: Value

    @property
    def kind(self) -> Kind:
        if isinstance(self.value, str):
            return "text"
        if isinstance(self.value, datetime):
            return "moment"
        return "day" if isinstance(self.value, date) else "number"

    def to_json(self) -> dict[str, str]:
        value = self.value
        return {
            "kind": self.kind,
            "value": value.isoformat() if isinstance(value, date) else str(value),
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "Mark":
        text = str(found["value"])
        match found["kind"]:
            case "moment":
                return cls(datetime.fromisoformat(text))
            case "day":
                return cls(date.fromisoformat(text))
            case "number":
                number = Decimal(text)
                return cls(int(number) if number == number.to_integral_value() else number)
        return cls(text)

    def next_from(self) -> Value:
        """Where the next pull begins: this value less the overlap."""
        value = self.value
        if isinstance(value, str):
            return _earlier_text(value)
        if isinstance(value, datetime):
            return value - timedelta(hours=OVERLAP_HOURS)
        if isinstance(value, date):
            return value - timedelta(days=OVERLAP_DAYS)
        for low, high, hour in _EPOCH_UNITS:
            if low <= value < high:
                return value - OVERLAP_HOURS * hour
        return value - OVERLAP_NUMBERS

    def ceiling(self, now: datetime) -> Value | None:
        """What no honest watermark exceeds: one set in the year 9999 would hide all later rows."""
        latest = now.astimezone(UTC) + timedelta(days=1)
        value = self.value
        if isinstance(value, str):
            return (latest + timedelta(days=1)).date().isoformat()
        if isinstance(value, datetime):
            return latest if value.tzinfo else latest.replace(tzinfo=None)
        return latest.date() if isinstance(value, date) else None


def read_mark(value: object) -> Mark | None:
    """A value of the column as a mark; nothing when it is no date and no number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return Mark(value) if _is_iso(value) else None
    if isinstance(value, int | float | Decimal):
        return Mark(value) if Decimal(value).is_finite() else None
    return Mark(value) if isinstance(value, date) else None


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return len(text) >= 10 and text[4] == text[7] == "-"


def _earlier_text(text: str) -> str:
    """In the form of the given one, because texts are compared as texts."""
    if len(text) == 10:
        return (date.fromisoformat(text) - timedelta(days=OVERLAP_DAYS)).isoformat()
    earlier = datetime.fromisoformat(text) - timedelta(hours=OVERLAP_HOURS)
    return earlier.isoformat(sep=text[10])
