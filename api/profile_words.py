"""How the terminal words a profile: a line per column, and what moves together."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from api.words import table
from engine.concepts import Money
from engine.facts import count_text, day_text, money_text, ratio_text

STRONG = 0.3  # rank correlations from here on are put into words
_MOST_PAIRS = 10
_BARS = "▁▂▃▄▅▆▇█"
_TYPES = {"numeric": "number", "categorical": "words", "id": "id", "date": "date", "text": "text"}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TOP = 3
_LONGEST = 24  # characters of a value


def profile_words(found: Mapping[str, Any]) -> str:
    rows = [_row(found, name) for name, kind in found["types"].items() if kind != "empty"]
    kind, version = found["kind"], found["version"]
    return "\n".join(
        [
            f"{kind.capitalize()} of '{found['dataset']}', version {version}: "
            f"{count_text(found['rows'])} rows.",
            *_others(found),
            *_left_out(found["left_out"]),
            "",
            table(("column", "type", "filled", "distinct", "what it holds"), rows),
            *_empty(found["types"]),
            "",
            *correlation_words(found["correlations"]),
        ]
    )


def correlation_words(correlations: Sequence[Mapping[str, Any]]) -> list[str]:
    strong = [one for one in correlations if abs(one["value"]) >= STRONG]
    if not strong:
        return [f"No two columns of numbers move together (rank correlation {STRONG} or more)."]
    lines = [_correlation(one) for one in strong[:_MOST_PAIRS]]
    return [f"What moves together (rank correlation {STRONG} or more):", *lines]


def _correlation(one: Mapping[str, Any]) -> str:
    first, second = column_words(one["first"]), column_words(one["second"])
    value = f"({one['value']:.2f})"
    if one["value"] > 0:
        return f"  {first} and {second} rise together {value}"
    return f"  {second} falls as {first} rises {value}"


def column_words(name: str) -> str:
    """total_minor -> total"""
    return name.removesuffix("_minor").replace("_", " ")


def _others(found: Mapping[str, Any]) -> list[str]:
    others = [kind for kind in found["kinds"] if kind != found["kind"]]
    return [f"It also holds {', '.join(others)}: --kind {others[0]}."] if others else []


def _left_out(rows: int) -> list[str]:
    return [f"{count_text(rows)} rows of people who opted out are not shown."] if rows else []


def _empty(types: Mapping[str, str]) -> list[str]:
    names = [column_words(name) for name, kind in types.items() if kind == "empty"]
    return [f"Empty: {', '.join(names)}."] if names else []


def _row(found: Mapping[str, Any], name: str) -> tuple[str, str, str, str, str]:
    kind = found["types"][name]
    seen = found["distributions"][name]
    filled = _filled(found["missing"][name]["share"])
    return (
        column_words(name),
        _TYPES[kind],
        filled,
        count_text(seen["distinct"]),
        _holds(found, name, seen),
    )


def _filled(missing: float) -> str:
    """Rounded, but 100% only when nothing is missing."""
    percent = 100 * (1 - missing)
    if 99.5 <= percent < 100:
        return "over 99%"
    return "under 1%" if 0 < percent < 0.5 else f"{percent:.0f}%"


def _holds(found: Mapping[str, Any], name: str, seen: Mapping[str, Any]) -> str:
    if "histogram" in seen:
        least, middle, most = (
            _number(found, name, seen[what]) for what in ("least", "median", "most")
        )
        return f"{bars(seen['histogram']['counts'])}  {least} to {most}, half above {middle}"
    if "first" in seen:
        return (
            f"{bars(list(seen['months'].values()))}  {_day(seen['first'])} to {_day(seen['last'])}"
        )
    if "top" in seen:
        return _top(name, seen, found["rows"] - found["missing"][name]["count"])
    if "median_length" in seen:
        return f"about {count_text(round(seen['median_length']))} characters each"
    return ""


def bars(counts: Sequence[int]) -> str:
    """Eight heights; a gap where there is nothing."""
    highest = max(counts, default=0)
    if not highest or len(counts) < 2:
        return ""
    steps = len(_BARS) - 1
    return "".join(_BARS[-(-count * steps // highest)] if count else " " for count in counts)


def _number(found: Mapping[str, Any], name: str, value: float) -> str:
    if name in found["money"]:
        amount = Decimal(repr(value))
        if name.endswith("_minor"):
            return money_text(Money(round(amount), found["currency"]))
        return money_text(Money.of(amount, found["currency"]))
    return count_text(int(value)) if float(value).is_integer() else ratio_text(value)


def _day(text: str) -> str:
    return day_text(date.fromisoformat(text[:10]))


def _top(name: str, seen: Mapping[str, Any], filled: int) -> str:
    shown = seen["top"][:_TOP]
    words = [f"{_value(name, one['value'])} {100 * one['count'] / filled:.0f}%" for one in shown]
    return ", ".join(words) + (", ..." if seen["distinct"] > len(shown) else "")


def _value(name: str, value: str) -> str:
    if name == "weekday":
        return _WEEKDAYS[int(value) - 1]
    if name == "local_hour":
        return f"{value} h"
    return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
