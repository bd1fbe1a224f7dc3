"""Periods: which days a question means, and whether a fact speaks of them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

_DAY = timedelta(days=1)
# "Since last month" is said on the 9th and on the 31st, of the month before, of its end, of a
# month ago: any beginning so many days back will do, when the answer says which.
_SINCE_LAST_MONTH = (8, 62)
_ROLLING_MONTH = (28, 32)


@dataclass(frozen=True)
class Stretch:
    """From a first day, None: all that is known; until a first day outside, None: until now."""

    start: date | None = None
    end: date | None = None
    ahead: bool = False  # a forecast, from now on

    @property
    def last(self) -> date | None:
        return None if self.end is None else self.end - _DAY


LIFETIME = Stretch()
AHEAD = Stretch(ahead=True)


def month_start(day: date, back: int = 0) -> date:
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def read_period(period: Any, today: date) -> Stretch:
    """The plainest reading of what a question expects."""
    if isinstance(period, dict):
        return _dated(period)
    match period:
        case "as_of" | "lifetime":
            return LIFETIME
        case "horizon":
            return AHEAD
        case "last_month":
            return Stretch(month_start(today, 1), month_start(today))
        case "month_before_last":
            return Stretch(month_start(today, 2), month_start(today, 1))
        case "this_month":
            return Stretch(month_start(today))
        case "since_last_month":
            return Stretch(month_start(today, 1))
    raise ValueError(f"no period: {period!r}")


def _dated(period: dict[str, Any]) -> Stretch:
    if "year" in period:
        return Stretch(date(period["year"], 1, 1), date(period["year"] + 1, 1, 1))
    if "month" in period:
        start = date.fromisoformat(f"{period['month']}-01")
        return Stretch(start, month_start(start, -1))
    return Stretch(period["from"], period["to"])


def read_fact_period(period: dict[str, Any], today: date) -> Stretch:
    """The days of a fact's own period, as far as the records reach."""
    if period["horizon_days"] is not None:
        return AHEAD
    start = period["start"] and datetime.fromisoformat(period["start"]).date()
    until = datetime.fromisoformat(period["end"])
    end = until.date() if until.time() == time(0) else until.date() + _DAY
    return Stretch(start, None if end > today else end)


def speaks_of(fact: Stretch, period: Any, today: date, first: date) -> bool:
    """Whether a fact about these days answers for that period; `first` is the first known day."""
    if fact.ahead or period == "horizon":
        return fact.ahead and period == "horizon"
    if period in ("as_of", "lifetime"):
        return fact.end is None and (fact.start is None or fact.start <= first)
    back = None if fact.start is None else (today - fact.start).days
    if period == "since_last_month":
        low, high = _SINCE_LAST_MONTH
        return back is not None and low <= back <= high and _ends_by_now(fact, today)
    if period == "last_month" and fact.end is None and back is not None:
        return _ROLLING_MONTH[0] - 1 <= back <= _ROLLING_MONTH[1]
    wanted = read_period(period, today)
    ended = None if wanted.end is None or wanted.end > today else wanted.end
    begun = wanted.start if wanted.start is None else max(wanted.start, first)
    return fact.end == ended and (
        fact.start in (wanted.start, begun) or (fact.start is None and begun == first)
    )


def _ends_by_now(fact: Stretch, today: date) -> bool:
    return fact.end is None or fact.end == month_start(today)
