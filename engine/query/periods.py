"""The days of a query: as they are written, as the records reach, and the period before."""

from datetime import date, timedelta
from typing import Literal

from engine.errors import BadInput, Fixable
from engine.facts import day_text
from engine.filters import Field, Fields, parse_filter
from engine.filters.model import When
from engine.filters.periods import RELATIONS, bounds
from engine.query.model import Days, Dimension

Comparison = Literal["none", "previous period", "same period last year"]

_FIELD = Fields((Field("period", "date", "the days of a query"),))
_MONTHS = {"year": 12, "quarter": 3, "month": 1}
_EXAMPLES = (
    "Write 2025-11, 2025, last month, last 90 days, since 2025-06, or between 2025-01 and 2025-03."
)


def read_period(text: str, today: date) -> Days:
    """The days that a period of a filter means: "2025-11", "last 90 days", "since 2025-06"."""
    words = text.split()
    if not words:
        return None, None
    related = words[0].casefold() in RELATIONS
    try:
        found = parse_filter(f"period {'' if related else 'in '}{' '.join(words)}", _FIELD)
    except Fixable as error:
        raise BadInput(f"'{text}' is no period.", _EXAMPLES) from error
    if not isinstance(found, When):
        raise BadInput(f"'{text}' is no single period.", _EXAMPLES)
    return bounds(found.period, today)


def clipped(days: Days, first: date, last: date) -> tuple[date, date]:
    """The same without days of which nothing can be known; `first` and `last` have records."""
    start, end = days[0] or first, last + timedelta(days=1)
    end = min(days[1] or end, end)
    if start >= end:
        raise BadInput(
            f"There is nothing known of these days: the records reach from {day_text(first)} to "
            f"{day_text(last)}.",
            "Ask for days within.",
        )
    return start, end


def before(days: Days, last: date, comparison: Comparison) -> tuple[date, date]:
    """The days to compare with: as long, and cut short as those that the records end in.

    A period of whole months moves by months, any other by its days.
    """
    start, end = days
    if start is None:
        raise BadInput(
            "A comparison needs a period with a beginning.", "Say which period, such as 2025-11."
        )
    known_end = min(end or last + timedelta(days=1), last + timedelta(days=1))
    months = 12 if comparison == "same period last year" else _whole_months(start, end)
    if months:
        return _earlier(start, months), _earlier(known_end, months)
    length = (end or known_end) - start
    return start - length, known_end - length


def _whole_months(start: date, end: date | None) -> int:
    if end is None or start.day != 1 or end.day != 1:
        return 0
    return (end.year - start.year) * 12 + end.month - start.month


def _earlier(day: date, months: int) -> date:
    """The same day of an earlier month, or the day after that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    after = (first + timedelta(days=32)).replace(day=1)
    return min(first + timedelta(days=day.day - 1), after)


def cell_days(grain: Dimension, start: date) -> tuple[date, date]:
    """The whole day, week, month, ... that begins there."""
    if grain.name in ("day", "week"):
        return start, start + timedelta(days=7 if grain.name == "week" else 1)
    return start, _earlier(start, -_MONTHS[grain.name])
