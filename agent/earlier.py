"""Days that lean on those of the question before: "and the year before", "the year after"."""

import re
from datetime import date, timedelta
from typing import Any

from agent.remembering import stretches
from agent.times import Stretch, shifted

EARLIER = re.compile(
    r"\b(?:the )?(?P<unit>year|month|quarter|week) (?P<later>after)\b|"
    r"\b(?:the )?(?P<unit3>year|month|quarter|week) (?:before|earlier|prior)(?: that)?\b|\bthe one "
    r"before\b|\b(?:previous|prior) (?P<unit2>year|month|quarter|week|one)\b",
    re.IGNORECASE,
)


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
