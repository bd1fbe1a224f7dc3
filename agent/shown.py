"""What an answer put in order, so that "the second one" and "there" can point at it."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from agent.found import Fact, Found
from agent.meaning import Meaning
from agent.phrasing import alone, number
from agent.slots import KINDS

RANKINGS = ("extreme", "breakdown", "people", "churn", "value", "advice", "segments")
_MOST_SHOWN = 20
_DAY = re.compile(r"\b\d+ [A-Z][a-z]{2} \d{4}\b")
Listed = dict[str, Any]  # `kind` and `values`; a stretch of time as `since` and `until`


def listed_in(meaning: Meaning, found: Found) -> Listed:
    """The rows of a ranking as they were told; empty for any other answer."""
    kind = _kind(meaning)
    if not kind:
        return {}
    first = next((f for f in found.calculated if f["operation"] in ("largest", "smallest")), None)
    rows = _rows(kind, first, found)
    if kind == "period" or first:
        smallest = (first["operation"] if first else meaning.slots.extreme) == "smallest"
        rows = sorted(rows, key=number, reverse=not smallest)
    values = [_stretch(fact) if kind == "period" else _name(fact) for fact in rows]
    values = [value for place, value in enumerate(values) if value not in values[:place]]
    return {"kind": kind, "values": values[:_MOST_SHOWN]} if values else {}


def _kind(meaning: Meaning) -> str:
    slots = meaning.slots
    if meaning.intent == "people":
        return "customer"
    if meaning.intent in RANKINGS:
        along = slots.dimensions[0] if slots.dimensions else "segment"
        return along if along in (*KINDS, "customer") else "period"
    return "period" if slots.extreme and len(slots.periods) > 1 else ""


def _rows(kind: str, first: Fact | None, found: Found) -> Sequence[Fact]:
    """Of the measure that the ranking is by; else of the first that has several rows."""
    whole = ("dataset",) if kind == "period" else (kind, "selection")
    for metric in [first["metric"]] if first else found.metrics:
        rows = [
            fact for fact in found.plain(metric)
            if fact["kind"] in whole and not str(fact["subject"]).startswith("no known")
            and (kind != "period" or not str(fact["period"]).startswith(("within", "as of")))
        ]  # fmt: skip
        if len(rows) > 1:
            return rows
    return ()


def _name(fact: Fact) -> str:
    return alone(fact).removeprefix("customer ")


def _stretch(fact: Fact) -> dict[str, str]:
    """Told by its first and its last day; kept until the day after."""
    days = [datetime.strptime(day, "%d %b %Y").date() for day in _DAY.findall(str(fact["period"]))]  # noqa: DTZ007
    until = days[-1] + timedelta(days=1)
    return {"since": days[0].isoformat(), "until": until.isoformat()}
