"""How a figure developed, in sentences: of the shop, or of each country, category, ..."""

import re
from collections.abc import Sequence

from agent.counting import first_few, measures_of
from agent.found import Fact, Found
from agent.meaning import Meaning
from agent.measures import metric_of
from agent.phrasing import label, number, ref, subject, told
from agent.slots import KINDS


def trend_lines(meaning: Meaning, found: Found) -> list[str]:
    metric = metric_of(measures_of(meaning.slots, ("revenue",))[0])
    whole = [f for f in found.facts if f["metric"] == metric and f["kind"] != "segment"] or [
        f for f in found.facts if f["metric"] == metric
    ]
    changes = [f for f in whole if f.get("operation") in ("growth", "difference")]
    along = meaning.slots.dimensions[:1]
    if along and along[0] in KINDS[1:]:
        return _grown(meaning, changes, whole)
    plain = [f for f in whole if "operation" not in f]
    lines = [_changed(fact) for fact in changes[:1]]
    lines += [told(fact, True) for fact in plain[:2]]
    parts = [
        f
        for f in found.facts
        if f["metric"] == metric and f["kind"] == "segment" and f.get("operation") == "growth"
    ]
    if meaning.why and parts and changes and changes[0]["kind"] != "segment":
        lines.append("What stands behind it, segment by segment:")
        lines += [
            f"- {_changed(fact).rstrip('.')}"
            for fact in sorted(parts, key=lambda f: -abs(number(f)))[:3]
        ]
    return lines


_SHRANK = re.compile(r"\b(?:shr[aiu]nk\w*|declin\w+|fell|dropp?\w*|slowest|least)\b", re.IGNORECASE)


def _grown(meaning: Meaning, changes: Sequence[Fact], whole: Sequence[Fact]) -> list[str]:
    """In the order of their growth, and what the first of them brought in both stretches."""
    slots = meaning.slots
    known = [f for f in changes if not str(f["subject"]).startswith("no known")]
    rising = not _SHRANK.search(slots.masked)
    ordered = sorted(known, key=number, reverse=rising)[: first_few(slots)]
    lines = [_changed(fact) for fact in ordered]
    first = ordered[0]["subject"] if ordered else ""
    plain = [f for f in whole if "operation" not in f and f["subject"] == first]
    return lines + [told(fact, True) for fact in plain[:2]]


def _changed(fact: Fact) -> str:
    verb = "rose" if fact["shows_as"][0] not in "-−0" else "changed"
    return f"{label(fact['metric']).capitalize()} of {subject(fact)} {verb} by {ref(fact)}."
