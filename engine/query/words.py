"""How the keys of a query's cells are named: for people, and as a cell of a file."""

from datetime import date

from engine.facts import day_text
from engine.query.model import Dimension, Key
from engine.query.periods import cell_days

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def key_words(dimension: Dimension, key: Key) -> str:
    """As a sentence names it; a word stands for itself."""
    if key is None:
        return f"no known {dimension.name.replace('_', ' ')}"
    match dimension.name:
        case "customer":
            return f"customer {key}"
        case "weekday":
            return _WEEKDAYS[int(str(key)) - 1]
        case "hour":
            return f"hour from {int(str(key)):02}:00"
        case "months_since_first":
            months = "month" if key == 1 else "months"
            return f"{key} {months} after the first" if key else "first month"
        case "cohort":
            return f"cohort of {key:%b %Y}"
    return _time_words(dimension, key) if isinstance(key, date) else str(key)


def key_text(dimension: Dimension, key: Key) -> str:
    """Short and sortable; empty when unknown."""
    if isinstance(key, date):
        return _short(dimension, key)
    return "" if key is None else str(key)


def _time_words(grain: Dimension, start: date) -> str:
    match grain.name:
        case "month":
            return f"{start:%b %Y}"
        case "week":
            return f"{day_text(start)} to {day_text(cell_days(grain, start)[1])}"
        case "day":
            return day_text(start)
    return _short(grain, start)


def _short(dimension: Dimension, start: date) -> str:
    match dimension.name:
        case "year":
            return f"{start:%Y}"
        case "quarter":
            return f"{start:%Y}-Q{(start.month + 2) // 3}"
        case "month" | "cohort":
            return f"{start:%Y-%m}"
    return start.isoformat()
