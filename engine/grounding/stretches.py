"""Whether a word of time names the period of a fact.

"Now" is the newest moment that any fact of the answer speaks of, never today: on historic data
"last month" is the month before the newest record.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.facts import Period
from engine.grounding.figures import Numeral
from engine.grounding.periods import (
    Apart,
    Between,
    Meaning,
    MonthOf,
    PeriodWord,
    Role,
    Spell,
    Week,
    count_of,
)

Stretch = tuple[date, date]  # half open


_RATE = re.compile(r"(?:a|per)\s+(week|month|quarter|year)", re.IGNORECASE)
_SPANS = {"week": (7, 7), "month": (28, 31), "quarter": (90, 92), "year": (365, 366)}


@dataclass(frozen=True)
class When:
    """What words of time are measured by: the newest moment, and where the records begin."""

    now: datetime
    first: date | None
    dated: bool = True  # whether a year is told: else "October" is the newest one


def agrees(word: PeriodWord, periods: list[Period], when: When, flows: bool) -> bool:
    """Whether the word names the period of a fact, or of one of the facts it was made from.

    `flows`: the metric adds up over time, so that "on 9 Dec" would mean that day alone.
    """
    ordered = sorted(periods, key=_order)
    own = ordered[-1].words()
    if word.text.strip() in (own, own.removeprefix("from ")):
        return True  # as the answer itself would say it
    if isinstance(word.meaning, Between) and len(ordered) > 1:
        low, high = word.meaning.low, word.meaning.high
        if _agrees(low, ordered[0], when, flows, "") and _agrees(
            high, ordered[-1], when, flows, ""
        ):
            return True
    if isinstance(word.meaning, Apart):
        return len(ordered) > 1 and are_apart(word.meaning, ordered[0], ordered[-1])
    if len(ordered) > 1 and ordered[0].start is None and ordered[-1].start is None:
        between = Period(ordered[-1].end, ordered[0].end)
        if _agrees(word, between, when, False, "" if word.role == "within" else word.role):
            return True  # "changed by [[f1]] over the second quarter"
    if word.role in ("start", "base") and len(ordered) > 1:
        return _agrees(word, ordered[0], when, flows, "" if ordered[0].start else "moment")
    return _agrees(word, ordered[-1], when, flows, word.role)


def are_apart(apart: Apart, before: Period, after: Period) -> bool:
    if (before.start is None) != (after.start is None):
        return False
    if before.start is None or after.start is None:  # moments: a month's end may be another day
        expected = _shift(after.end.date(), -apart.months) - timedelta(days=apart.days)
        return before.end < after.end and abs((before.end.date() - expected).days) <= 3
    expected = _shift(after.start.date(), -apart.months) - timedelta(days=apart.days)
    return before.start.date() == expected


def _order(period: Period) -> tuple[datetime, datetime]:
    return (period.end, period.start or period.end)


def _agrees(word: PeriodWord, period: Period, when: When, flows: bool, role: Role) -> bool:
    meaning, now = word.meaning, when.now
    if meaning == "never" and (rate := _RATE.fullmatch(word.text)):
        low, high = _SPANS[rate[1].casefold()]
        days = (_end_day(period) - period.start.date()).days if period.start else 0
        return low <= (period.horizon_days or days) <= high
    if meaning in ("never", "same") or isinstance(meaning, Apart):
        return False
    if meaning == "ever":
        ends_now = period.end.date() == now.date()
        return ends_now and (period.start is None or period.start.date() == when.first)
    if meaning == "now":
        return period.end.date() == now.date()
    if isinstance(meaning, Spell):
        return period.horizon_days == meaning.days
    if isinstance(meaning, MonthOf):
        return _stretch_agrees("", _month_of(meaning, now), period, now, flows)
    if isinstance(meaning, Week):
        return _is_week(meaning, period)
    if isinstance(meaning, re.Match):
        return _relative_agrees(meaning, period, now, role)
    years = {period.end.year, _last_day(period).year, (period.start or period.end).year}
    if not when.dated and _is_past(meaning, period, now):
        return False
    if isinstance(meaning, Between):
        lows = _stretches(meaning.low.meaning, years)
        highs = _stretches(meaning.high.meaning, years)
        named = [(low, high) for low, _ in lows for _, high in highs if low < high]
        reaches = any(low <= _last_day(period) < high for low, high in highs)
        return reaches and any(
            _stretch_agrees("within", stretch, period, now, flows) for stretch in named
        )
    named = _stretches(meaning, years)
    if word.in_full:
        named = [stretch for stretch in named if stretch[1] == _end_day(period)]
    lifetime = period.start is not None and period.start.date() == when.first
    if role == "moment" and lifetime:
        return any(low <= _last_day(period) < high for low, high in named)
    since_first = role == "start" and period.start is None and period.horizon_days is None
    if since_first and when.first and isinstance(meaning, Numeral):
        return any(low <= when.first < high for low, high in named)
    if role == "start" and lifetime and isinstance(meaning, Numeral) and meaning.kind == "year":
        return any(low <= period.start.date() < high for low, high in named if period.start)
    return any(_stretch_agrees(role, stretch, period, now, flows) for stretch in named)


def _is_past(meaning: Meaning, period: Period, now: datetime) -> bool:
    """Whether a month or day without its year has come again since."""
    bare = isinstance(meaning, int) or (
        isinstance(meaning, Numeral) and isinstance(meaning.value, tuple) and not meaning.value[0]
    )
    return bare and _shift((period.start or period.end).date(), 12) <= now.date()


def _month_of(meaning: MonthOf, now: datetime) -> Stretch:
    last = (now - timedelta(microseconds=1)).date()
    before = meaning.when == "last year" or (meaning.when == "last" and meaning.month >= last.month)
    return _months(last.year - before, meaning.month, meaning.months)


def _is_week(week: Week, period: Period) -> bool:
    if period.start is None or (_end_day(period) - period.start.date()).days != 7:
        return False
    first = period.start.date()
    return week.day in (first, (None, first.month, first.day))


def _last_day(period: Period) -> date:
    return (period.end - timedelta(microseconds=1)).date()


def _stretches(meaning: Meaning, years: Iterable[int]) -> list[Stretch]:
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
    if period.horizon_days is not None and role in ("", "within"):
        ahead = _end_day(period)
        if low == ahead and (high - low).days - period.horizon_days in (-1, 0, 1):
            return True  # "for November", told of the 30 days after October
    if period.horizon_days is not None:
        return role in (
            "",
            "moment",
            "start",
            "within",
        ) and low == period.end.date() == high - timedelta(1)
    if role in ("start", "base"):
        return period.start is not None and period.start.date() == low
    if role == "end":
        return ends_inside
    if period.start is None:
        single = high - low == timedelta(days=1)
        return ends_inside and (
            role == "moment" or (single and (role == "" or (role == "day" and not flows)))
        )
    first = period.start.date()
    eve = not flows and first == low - timedelta(days=1)  # what changed since the day before
    if role == "moment" or (first != low and not eve):
        return False
    return _end_day(period) == high or (period.end == now and low < _end_day(period) < high)


def _end_day(period: Period) -> date:
    """The first day that is wholly outside."""
    return _last_day(period) + timedelta(days=1)


def _relative_agrees(match: re.Match[str], period: Period, now: datetime, role: Role) -> bool:
    when, unit = (match["when"] or "next").casefold(), match["unit"].casefold()
    count = count_of(match["count"] or match["ahead"])
    ahead = when in ("next", "coming", "following")
    if period.horizon_days is not None or ahead:
        days = {"day": 1, "week": 7, "month": 30.4, "quarter": 91, "year": 365}[unit] * (count or 1)
        return ahead and abs((period.horizon_days or 0) - days) <= days * 0.03
    if period.start is None:  # "up on the previous quarter", of how many there were at its end
        low, high = _calendar(unit, now, -1)
        return role == "moment" and not count and low <= _last_day(period) < high
    span = (period.start.date(), _end_day(period))
    if count and when in ("last", "past", "previous", "preceding"):
        return span in _rolling(unit, count, now)
    whole = _calendar(unit, now, 0)
    if when in ("last", "past") and not count and _is_over(unit, whole):
        return span == whole  # the records reach to its last day
    return span == _calendar(unit, now, 0 if when in ("this", "current") else -1) or (
        bool(when == "past" or match["rolling"]) and span in _rolling(unit, 1, now)
    )


def _is_over(unit: str, stretch: Stretch) -> bool:
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    return months is not None and stretch[1] == _shift(stretch[0], months)


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
