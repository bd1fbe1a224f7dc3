"""Find the words of a sentence that name a time, and say whether they are a fact's own period.

"Now" is the newest moment that any fact of the answer speaks of, never today: on historic data
"last month" is the month before the newest record.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from engine.facts import Period
from engine.grounding.figures import COUNTED, MONTHS, Numeral, find_figures, month_number

Role = Literal["", "start", "end", "moment", "day", "within"]
Stretch = tuple[date, date]  # half open

_ROLES: tuple[tuple[Role, str], ...] = (
    ("moment", r"as\s+(?:of|at)"),
    ("day", r"on"),
    ("start", r"from|since|between|after|starting|beginning"),
    ("end", r"to|until|till|through|up\s+to|by|ending|before|and|[-–—]"),
    ("within", r"in|during|for|of|over|throughout"),
)
_ROLE = tuple(
    (
        role,
        re.compile(
            rf"(?:^|(?<=\W))(?:{words})\s*(?:the\s+)?(?:year\s+|month\s+of\s+)?$", re.IGNORECASE
        ),
    )
    for role, words in _ROLES
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
            "twelve")  # fmt: skip
_COUNT = rf"(?:\d+|{'|'.join(_NUMBERS)}|thirty|sixty|ninety)"
_UNIT = r"(?P<unit>day|week|month|quarter|year)s?"
_RELATIVE = re.compile(
    rf"\b(?:(?P<when>last|past|previous|preceding|this|current|next|coming|following)\s+"
    rf"(?:(?P<count>{_COUNT})[\s-]+)?|(?:with)?in\s+(?P<ahead>{_COUNT})[\s-]+){_UNIT}\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:now|today|currently|at\s+present|at\s+the\s+moment|these\s+days|so\s+far|to\s+date)\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:yesterday|tomorrow|tonight|year[\s-]to[\s-]date|ytd|(?:days?|weeks?|months?|years?)\s+ago|formerly|summers?|winters?|autumn|weekends?|weekdays?|christmas|easter|holidays?|season\w*|mornings?|evenings?|nights?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|previously|historically)\b",
    re.IGNORECASE,
)
_BARE_MONTH = re.compile(rf"\b(?:{'|'.join(m.capitalize() for m in MONTHS)})\b")


@dataclass(frozen=True)
class PeriodWord:
    start: int
    end: int
    text: str
    role: Role
    meaning: Numeral | re.Match[str] | Literal["now", "never"] | int  # an int is a month


def find_periods(text: str) -> list[PeriodWord]:
    found: list[PeriodWord] = []

    def add(
        start: int, end: int, meaning: Numeral | re.Match[str] | Literal["now", "never"] | int
    ) -> None:
        if all(end <= word.start or word.end <= start for word in found):
            found.append(PeriodWord(start, end, text[start:end], _role(text, start), meaning))

    for match in _RELATIVE.finditer(text):
        add(match.start(), match.end(), match)
    for numeral in find_figures(text):
        if numeral.kind in ("date", "month", "quarter") or _is_year(text, numeral):
            add(numeral.start, numeral.end, numeral)
    for match in _BARE_MONTH.finditer(text):
        # "May" and "March" are also other words
        if match.group() not in ("May", "March") or _role(text, match.start()):
            add(match.start(), match.end(), month_number(match.group()))
    for match in _NOW.finditer(text):
        add(match.start(), match.end(), "now")
    for match in _NEVER.finditer(text):
        add(match.start(), match.end(), "never")
    return sorted(found, key=lambda word: word.start)


def _role(text: str, start: int) -> Role:
    before = text[:start]
    return next((role for role, pattern in _ROLE if pattern.search(before)), "")


def _is_year(text: str, numeral: Numeral) -> bool:
    counts = re.match(rf"\s+(?:\w+\s+)?{COUNTED}\b", text[numeral.end :], re.IGNORECASE)
    return numeral.kind == "year" and not counts


def agrees(word: PeriodWord, periods: list[Period], now: datetime, flows: bool) -> bool:
    """Whether the word names the period of a fact, or of one of the facts it was made from.

    `flows`: the metric adds up over time, so that "on 9 Dec" would mean that day alone.
    """
    if word.role == "start" and len(periods) > 1:
        periods = [min(periods, key=_order)]
    elif word.role and len(periods) > 1:
        periods = [max(periods, key=_order)]
    return any(_agrees(word, period, now, flows) for period in periods)


def _order(period: Period) -> tuple[datetime, datetime]:
    return (period.end, period.start or period.end)


def _agrees(word: PeriodWord, period: Period, now: datetime, flows: bool) -> bool:
    meaning = word.meaning
    if meaning == "never":
        return False
    if meaning == "now":
        return period.end.date() == now.date()
    if isinstance(meaning, re.Match):
        return _relative_agrees(meaning, period, now)
    years = {period.end.year, _last_day(period).year, (period.start or period.end).year}
    named = _stretches(meaning, years)
    return any(_stretch_agrees(word.role, stretch, period, now, flows) for stretch in named)


def _last_day(period: Period) -> date:
    return (period.end - timedelta(microseconds=1)).date()


def _stretches(meaning: Numeral | str | int, years: Iterable[int]) -> list[Stretch]:
    """What a written date, month, quarter or year covers; one without a year fits each of them."""
    if isinstance(meaning, int):
        return [_months(year, meaning, 1) for year in years]
    if not isinstance(meaning, Numeral):
        return []
    value = meaning.value
    if isinstance(value, date):
        return [(value, value + timedelta(days=1))]
    if not isinstance(value, tuple):
        return []
    year, month, last = value
    wanted = [year] if year else list(years)
    if meaning.kind == "date" and month and last:
        days = [date(each, month, 1) + timedelta(days=last - 1) for each in wanted]
        return [(day, day + timedelta(days=1)) for day in days]
    if meaning.kind == "quarter" and last:
        half = last > 10
        return [
            _months(y, (last - 11) * 6 + 1 if half else last * 3 - 2, 6 if half else 3)
            for y in wanted
        ]
    return [_months(y, month or 1, 1 if month else 12) for y in wanted]


def _months(year: int, month: int, count: int) -> Stretch:
    return (date(year, month, 1), _shift(date(year, month, 1), count))


def _shift(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def _stretch_agrees(role: Role, named: Stretch, period: Period, now: datetime, flows: bool) -> bool:
    low, high = named
    ends_inside = low <= _last_day(period) < high or low <= period.end.date() < high
    if period.horizon_days is not None:
        return role in (
            "",
            "moment",
            "start",
            "within",
        ) and low == period.end.date() == high - timedelta(1)
    if role == "start":
        return period.start is not None and period.start.date() == low
    if role == "end":
        return ends_inside
    if period.start is None:
        single = high - low == timedelta(days=1)
        return ends_inside and (
            role == "moment" or (single and (role == "" or (role == "day" and not flows)))
        )
    if role == "moment" or period.start.date() != low:
        return False
    return _end_day(period) == high or (period.end == now and low < _end_day(period) < high)


def _end_day(period: Period) -> date:
    """The first day that is wholly outside."""
    return _last_day(period) + timedelta(days=1)


def _relative_agrees(match: re.Match[str], period: Period, now: datetime) -> bool:
    when, unit = (match["when"] or "next").casefold(), match["unit"].casefold()
    count = _count(match["count"] or match["ahead"])
    ahead = when in ("next", "coming", "following")
    if period.horizon_days is not None or ahead:
        days = {"day": 1, "week": 7}.get(unit, 0) * (count or 1)
        return ahead and period.horizon_days == days
    if period.start is None:
        return False
    span = (period.start.date(), _end_day(period))
    if count and when in ("last", "past", "previous", "preceding"):
        return span in _rolling(unit, count, now)
    return span == _calendar(unit, now, 0 if when in ("this", "current") else -1) or (
        when == "past" and span in _rolling(unit, 1, now)
    )


def _count(word: str | None) -> int | None:
    if word is None:
        return None
    folded = word.casefold()
    if folded in _NUMBERS:
        return _NUMBERS.index(folded) + 1
    return {"thirty": 30, "sixty": 60, "ninety": 90}.get(folded) or int(folded)


def _rolling(unit: str, count: int, now: datetime) -> list[Stretch]:
    """The stretches that end now, or with the last whole month, and are that long."""
    end = (now - timedelta(microseconds=1)).date() + timedelta(days=1)
    if unit in ("day", "week"):
        days = count * (7 if unit == "week" else 1)
        return [(last - timedelta(days=days), last) for last in (end, now.date())]
    months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
    return [(_shift(last, -months), last) for last in (end, now.date(), now.date().replace(day=1))]


def _calendar(unit: str, now: datetime, offset: int) -> Stretch:
    """The calendar unit that holds now, or the one before it; the one that holds now ends there."""
    today = now.date()
    if unit == "day":
        low, high = today + timedelta(days=offset), today + timedelta(days=offset + 1)
    elif unit == "week":
        low = today - timedelta(days=today.weekday()) + timedelta(weeks=offset)
        high = low + timedelta(weeks=1)
    else:
        months = {"month": 1, "quarter": 3, "year": 12}[unit]
        first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
        low, high = _shift(first, offset * months), _shift(first, (offset + 1) * months)
    return (low, min(high, (now - timedelta(microseconds=1)).date() + timedelta(days=1)))
