"""The stretch of time that a question names, read without a language model.

Everything is relative to the day of the newest record, never to today: on historic data "last
month" is the month before that day's. The words are taken out of the question, so that "since
May" is no customer of anybody.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from engine.grounding.figures import MONTH_WORD, month_number

_DAY = r"\d{4}-\d{2}-\d{2}"
_YEAR_MONTH = r"\d{4}-\d{2}"
_POINT = rf"(?:{_DAY}|{_YEAR_MONTH}|{MONTH_WORD}(?:\s+\d{{4}})?)"
_UNIT = r"(?P<unit>day|week|month|quarter|year)s?"


@dataclass(frozen=True)
class Stretch:
    """Shop-local days; `until` is None for "until now", else the first day that is outside."""

    since: date
    until: date | None = None


def read_stretch(question: str, today: date) -> tuple[Stretch | None, str]:
    """The stretch, if the question names one, and the question without its words."""
    for pattern, meaning in _PATTERNS:
        match = pattern.search(question)
        found = meaning(match, today) if match else None
        if match and found is not None:
            return found, question[: match.start()] + " " + question[match.end() :]
    return None, question


def usual_stretch(today: date) -> Stretch:
    """When no time is named: the last whole month and what there is of this one."""
    return Stretch(_months_back(today, 1))


# ---- what each form means ----------------------------------------------------------------------


def _between(match: re.Match[str], today: date) -> Stretch | None:
    one, two = _point(match["one"], today), _point(match["two"], today)
    if one is None or two is None:
        return None
    return _checked(one[0], two[1], today)


def _since_point(match: re.Match[str], today: date) -> Stretch | None:
    point = _point(match["one"], today)
    return _checked(point[0], None, today) if point else None


def _in_point(match: re.Match[str], today: date) -> Stretch | None:
    point = _point(match["one"], today)
    return _checked(*point, today) if point else None


def _rolling(match: re.Match[str], today: date) -> Stretch | None:
    """ "In the last three months": up to now, the day of the newest record included."""
    count = int(match["count"])
    days = {"day": 1, "week": 7}.get(match["unit"].casefold())
    if days is not None:
        return _checked(today + timedelta(days=1 - count * days), None, today)
    months = count * {"month": 1, "quarter": 3, "year": 12}[match["unit"].casefold()]
    if months > 12 * 50:
        return None
    return _checked(_shifted(today, -months), None, today)


def _calendar(match: re.Match[str], today: date) -> Stretch | None:
    unit, last = match["unit"].casefold(), match["when"].casefold() not in ("this", "current")
    low = _unit_start(today, unit)
    if last:
        low, high = _unit_start(low - timedelta(days=1), unit), low
        return _checked(low, None if match["since"] else high, today)
    return _checked(low, None, today)


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Stretch | None]], ...] = (
    tuple(
        (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), meaning)
        for pattern, meaning in (
            (
                rf"(?:between|from|since)\s+(?P<one>{_POINT})\s+(?:and|to|until|till)\s+"
                rf"(?P<two>{_POINT})",
                _between,
            ),
            (rf"(?:since|after|from)\s+(?P<one>{_POINT})", _since_point),
            (rf"(?:in|during|over|for|of)\s+(?P<one>{_POINT})", _in_point),
            (
                rf"(?:(?:in|during|over|for|since)\s+)?(?:the\s+)?(?:last|past)\s+"
                rf"(?P<count>\d{{1,3}})\s+{_UNIT}",
                _rolling,
            ),
            (
                rf"(?:(?P<since>since)\s+|(?:in|during|over|for)\s+)?(?:the\s+)?"
                rf"(?P<when>last|past|previous|this|current)\s+{_UNIT}",
                _calendar,
            ),
        )
    )
)


def _point(text: str, today: date) -> tuple[date, date] | None:
    """The first day, and the first day after; a month without a year is the latest that began."""
    if re.fullmatch(_DAY, text):
        day = _day(text)
        return (day, day + timedelta(days=1)) if day else None
    if re.fullmatch(_YEAR_MONTH, text):
        first = _day(f"{text}-01")
        return (first, _shifted(first, 1)) if first else None
    name, *year = text.split()
    month = month_number(name)
    if year:
        first = date(int(year[0]), month, 1) if int(year[0]) > 0 else None
        return (first, _shifted(first, 1)) if first else None
    first = date(today.year if (month, 1) <= (today.month, today.day) else today.year - 1, month, 1)
    return first, _shifted(first, 1)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _checked(since: date, until: date | None, today: date) -> Stretch | None:
    """A stretch that is not over yet ends now."""
    if until is not None and until > today:
        until = None
    if until is not None and since >= until:
        return None
    return Stretch(since, until)


def _unit_start(day: date, unit: str) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _months_back(day: date, months: int) -> date:
    return _shifted(day.replace(day=1), -months)


def _shifted(day: date, months: int) -> date:
    """The same day of another month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))
