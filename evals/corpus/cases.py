"""The corpus as facts, names and sentences."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import yaml

from engine.concepts import Money
from engine.facts import Fact, Figure, Period, Subject, SubjectKind, Value

FOLDER = Path(__file__).parent
_ZONE = ZoneInfo("Europe/London")
_NOON = timedelta(hours=13)  # the newest record of a day comes somewhere inside it


@dataclass(frozen=True)
class Case:
    id: str
    question: str
    facts: dict[str, Fact]
    segments: tuple[Subject, ...]
    text: str
    released: bool  # whether a reader who knows the facts would let it through
    why: str


def read_corpus(name: str) -> list[Case]:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    found = yaml.load(text, Loader=yaml.CSafeLoader)  # noqa: S506  (safe, and in C)
    return [_case(each) for each in found]


def _case(found: dict[str, Any]) -> Case:
    ends = [_last_day(each["period"]) for each in found["facts"].values()]
    newest = max(ends, default=date(2011, 12, 9))
    facts = {
        name: Fact(name, _figure(each, newest), f"receipt_{name}")
        for name, each in found["facts"].items()
    }
    segments = tuple(_subject("segment", str(name)) for name in found["segments"])
    released = found["verdict"] == "release"
    return Case(found["id"], str(found["question"] or ""), facts, segments,
                found["sentence"], released, found["why"])  # fmt: skip


def _figure(found: dict[str, Any], newest: date) -> Figure:
    against = found["period"].get("against")
    return Figure(
        _subject_of(found["subject"]),
        found["metric"],
        _period(found["period"], newest),
        _value(found["value"]),
        "by hand",
        1,
        found.get("operation"),
        against=_period(against, newest) if against else None,
    )


def _subject_of(found: dict[str, Any]) -> Subject:
    ((kind, name),) = found.items()
    if kind == "shop":
        return Subject("dataset", "shop", "shop")
    if kind == "compare":
        parts = tuple(_subject("segment", str(part)) for part in name)
        return Subject("comparison", "|".join(p.id for p in parts),
                       " and ".join(p.name for p in parts), parts)  # fmt: skip
    return _subject(kind, str(name))


def _subject(kind: str, name: str) -> Subject:
    told = f"customer {name}" if kind == "customer" else name
    return Subject(cast(SubjectKind, kind), name, told)


def _last_day(period: dict[str, Any]) -> date:
    day: date = period["as_of"] if "as_of" in period else period["to"]
    return day


def _period(found: dict[str, Any], newest: date) -> Period:
    """A day that is the newest ends with its newest record, any other at midnight."""
    last = _last_day(found)
    midnight = datetime.combine(last, datetime.min.time(), _ZONE)
    if "as_of" in found:
        return Period(midnight + _NOON, horizon_days=found.get("horizon"))
    end = midnight + (_NOON if last == newest else timedelta(days=1))
    return Period(end, datetime.combine(found["from"], datetime.min.time(), _ZONE))


def _value(found: Any) -> Value:
    if isinstance(found, dict):
        return Money(found["minor"], found["currency"])
    if isinstance(found, str):
        return date.fromisoformat(found)
    value: Value = found
    return value
