"""Days that lean on those of the question before: "and the year before", "the year after"."""

import re
from datetime import date, timedelta
from typing import Any

from agent.remembering import stretches
from agent.slots import Slots
from agent.times import Stretch, shifted

EARLIER = re.compile(
    r"\b(?:the )?(?P<unit>year|month|quarter|week) (?P<later>after)\b|"
    r"\b(?:the )?(?P<unit3>year|month|quarter|week) (?:before|earlier|prior)(?: that)?\b|\bthe one "
    r"before\b|\b(?:previous|prior) (?P<unit2>year|month|quarter|week|one)\b",
    re.IGNORECASE,
)

_WHOLE = re.compile(
    r"\b(?:since|from|whole|entire|full|all|total|overall|altogether|year|ganze\w*|todo|toute?)\b",
    re.I,
)


def with_year(slots: Slots, remembered: dict[str, Any]) -> tuple[Stretch, ...]:
    """ "And 2010?" after November 2011 is the November of that year."""
    known = stretches(remembered)
    if len(slots.periods) != 1 or len(known) != 1 or slots.measures or slots.dimensions:
        return slots.periods
    (year,), (before,) = slots.periods, known
    ends = (None, _next_unit(year.since, "year"))  # the newest year may not be over
    whole = year.since == date(year.since.year, 1, 1) and year.until in ends
    if not whole or before.until is None or _WHOLE.search(slots.masked):
        return slots.periods
    months = (before.until.year - before.since.year) * 12 + before.until.month - before.since.month
    if before.since.day != 1 or before.until.day != 1 or not 0 < months < 12:
        return slots.periods
    away = 12 * (year.since.year - before.since.year)
    return (Stretch(shifted(before.since, away), shifted(before.until, away)),)


def earlier(text: str, remembered: dict[str, Any]) -> tuple[Stretch, ...]:
    """ "And the year before": the remembered stretch, so much earlier."""
    match, known = EARLIER.search(text), stretches(remembered)
    if match is None or not known:
        return ()
    unit = (match["unit"] or match["unit2"] or match["unit3"] or "").casefold()
    way = 1 if match["later"] else -1
    stretch = known[0]
    until = stretch.until or _next_unit(stretch.since, unit)
    months = {"year": 12, "quarter": 3, "month": 1}.get(unit) or max(
        1, (until.year - stretch.since.year) * 12 + until.month - stretch.since.month
    )
    if unit == "week":
        days = timedelta(days=7 * way)
        return (Stretch(stretch.since + days, until + days),)
    return (Stretch(shifted(stretch.since, way * months), shifted(until, way * months)),)


def _next_unit(since: date, unit: str) -> date:
    return shifted(since, {"year": 12, "quarter": 3}.get(unit, 1))
