"""Periods of a filter: stretches of shop days, fixed or relative to the moment that is asked about.

Every stretch is whole days of the shop's calendar. "Last 90 days" ends with the moment's own day,
which is one of them; "last month" is the calendar month before the moment's; "3 months ago" is
one day.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from engine.errors import BadInput
from engine.facts import day_text

Unit = Literal["day", "week", "month", "quarter", "year"]
Relation = Literal["in", "before", "since", "after", "until", "between"]
UNITS: tuple[Unit, ...] = get_args(Unit)
RELATIONS: tuple[Relation, ...] = get_args(Relation)
Days = tuple[date, date]  # the first day, and the first day after

_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
# A hundred years of each.
_MOST: dict[str, int] = {"day": 36_525, "week": 5_218, "month": 1_200, "quarter": 400, "year": 100}
_YEARS = range(1900, 3000)


@dataclass(frozen=True)
class Dated:
    """2025-06-03, 2025-06 or 2025: a day, a month, a year."""

    text: str


@dataclass(frozen=True)
class Whole:
    """This or the last calendar week, month, ..."""

    which: Literal["this", "last"]
    unit: Unit


@dataclass(frozen=True)
class Ago:
    """The day so long before the moment's."""

    count: int
    unit: Unit


@dataclass(frozen=True)
class Last:
    """So many days, weeks, ... that end with the moment's day."""

    count: int
    unit: Unit


Stretch = Dated | Whole | Ago | Last


@dataclass(frozen=True)
class Period:
    """`until` is the second stretch of `between`; it belongs to the period, as the first does."""

    relation: Relation
    stretch: Stretch
    until: Stretch | None = None


def require_period(period: Period) -> Period:
    """What cannot be meant is refused: a day that does not exist, an end before the beginning."""
    for stretch in (period.stretch, period.until):
        if isinstance(stretch, Dated):
            _dated_days(stretch.text)
        if isinstance(stretch, Ago | Last) and not 1 <= stretch.count <= _MOST[stretch.unit]:
            most = _MOST[stretch.unit]
            raise BadInput(f"{stretch.count} {stretch.unit}s.", f"Use 1 to {most:,}.")
        if isinstance(stretch, Last) and period.relation != "in":
            ago = f"{stretch.count} {stretch.unit}s ago"
            raise BadInput(
                f"'{period.relation} last {stretch.count} {stretch.unit}s' can be read two ways.",
                f"Write 'before {ago}', 'since {ago}', or 'in last ...'.",
            )
    if isinstance(period.stretch, Dated) and isinstance(period.until, Dated):
        first, last = period.stretch.text, period.until.text
        if _dated_days(first)[0] >= _dated_days(last)[1]:
            raise BadInput(f"{last} is before {first}.", "Put the earlier one first.")
    return period


def bounds(period: Period, today: date) -> tuple[date | None, date | None]:
    """The first day that belongs to the period and the first after; None: without a bound."""
    start, end = stretch_days(period.stretch, today)
    match period.relation:
        case "before":
            return None, start
        case "until":
            return None, end
        case "since":
            return start, None
        case "after":
            return end, None
        case "between":
            return start, stretch_days(period.until or period.stretch, today)[1]
    return start, end


def stretch_days(stretch: Stretch, today: date) -> Days:
    match stretch:
        case Dated(text):
            return _dated_days(text)
        case Whole(which, unit):
            start = unit_start(today, unit)
            if which == "last":
                start = unit_start(start - timedelta(days=1), unit)
            return start, _later(start, 1, unit)
        case Ago(count, unit):
            day = _later(today, -count, unit)
            return day, day + timedelta(days=1)
        case Last(count, unit):
            tomorrow = today + timedelta(days=1)
            # A rolling month starts on the same day of the month; its own day comes on top.
            start = _later(today if unit in _MONTHS else tomorrow, -count, unit)
            return start, tomorrow


def _dated_days(text: str) -> Days:
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text, re.ASCII)
    year, month, day = (int(part or 1) for part in match.groups()) if match else (0, 0, 0)
    try:
        start = date(year, month, day)
    except ValueError:
        start = date.min
    if match is None or start.year not in _YEARS:
        raise BadInput(f"'{text}' is no day, month or year.", "Write 2025-06-03, 2025-06 or 2025.")
    unit: Unit = "day" if match[3] else "month" if match[2] else "year"
    return start, _later(start, 1, unit)


def unit_start(day: date, unit: Unit) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _later(day: date, count: int, unit: Unit) -> date:
    """So many units later; the same day of another month, or that month's last."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    year, month = divmod(day.year * 12 + day.month - 1 + count * _MONTHS[unit], 12)
    first = date(year, month + 1, 1)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))


# ---- words -------------------------------------------------------------------------------------


def period_text(period: Period) -> str:
    """As it is typed."""
    text = f"{period.relation} {_stretch_text(period.stretch)}"
    return f"{text} and {_stretch_text(period.until)}" if period.until else text


def _stretch_text(stretch: Stretch) -> str:
    match stretch:
        case Dated(text):
            return text
        case Whole(which, unit):
            return f"{which} {unit}"
        case Ago(count, unit):
            return f"{_counted(count, unit)} ago"
        case Last(count, unit):
            return f"last {_counted(count, unit)}"


def period_words(period: Period, today: date) -> str:
    """As a sentence says it; what is relative is followed by the days that are meant."""
    words = f"{_RELATION_WORDS.get(period.relation, period.relation)} " + _spoken(period.stretch)
    if period.relation == "in" and isinstance(period.stretch, Dated | Ago):
        words = ("on " if _is_day(period.stretch) else "in ") + _spoken(period.stretch)
    if period.until is not None:
        words = f"from {_spoken(period.stretch)} to the end of {_spoken(period.until)}"
    if isinstance(period.stretch, Dated) and isinstance(period.until, Dated | None):
        return words
    return f"{words} ({days_words(*bounds(period, today))})"


def days_words(start: date | None, end: date | None) -> str:
    """`end` is the first day after."""
    if start is None:
        return f"before {day_text(end)}" if end else "at any time"
    if end is None:
        return f"since {day_text(start)}"
    last = end - timedelta(days=1)
    return day_text(start) if last == start else f"{day_text(start)} to {day_text(last)}"


_RELATION_WORDS = {"after": "after the end of", "until": "up to the end of"}


def _spoken(stretch: Stretch) -> str:
    if isinstance(stretch, Dated):
        start, _ = _dated_days(stretch.text)
        return {4: f"{start:%Y}", 7: f"{start:%b %Y}"}.get(len(stretch.text), day_text(start))
    if isinstance(stretch, Last):
        return f"the last {_counted(stretch.count, stretch.unit)}"
    return _stretch_text(stretch)


def _is_day(stretch: Stretch) -> bool:
    return isinstance(stretch, Ago) or (isinstance(stretch, Dated) and len(stretch.text) == 10)


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"
