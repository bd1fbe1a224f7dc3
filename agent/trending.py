"""How a figure developed, in sentences: of the shop, or of each country, category, ..."""

import re
from collections.abc import Sequence

from agent.counting import first_few, measures_of
from agent.found import Fact, Found
from agent.meaning import Meaning
from agent.measures import metric_of
from agent.phrasing import label, listed, number, ref, subject, told, when
from agent.slots import KINDS, Slots


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
    lines = [changed(fact) for fact in changes[:1]]
    lines += [told(fact, True) for fact in plain[:2]]
    parts = [
        f
        for f in found.facts
        if f["metric"] == metric and f["kind"] == "segment" and f.get("operation") == "growth"
    ]
    if meaning.why and parts and changes and changes[0]["kind"] != "segment":
        lines.append("What stands behind it, segment by segment:")
        lines += [
            f"- {changed(fact).rstrip('.')}"
            for fact in sorted(parts, key=lambda f: -abs(number(f)))[:3]
        ]
    return lines


def beside_lines(slots: Slots, found: Found) -> list[str]:
    """Each country, month, ... in both stretches, in the order of the first."""
    metric = metric_of(measures_of(slots, ("revenue",))[0])
    facts = [f for f in found.plain(metric) if not str(f["subject"]).startswith("no known")]
    if slots.dimensions[0] in ("quarter", "week", "day"):
        return listed(metric, slots.dimensions[0], facts[: 2 * _MOST_BESIDE])
    rows: dict[str, list[Fact]] = {}
    for fact in facts:
        rows.setdefault(_row(fact), []).append(fact)
    heading = f"{label(metric).capitalize()} by {slots.dimensions[0].replace('_', ' ')}:"
    lines = [
        f"- {name}: {', '.join(f'{ref(fact)}{when(fact)}' for fact in told_of)}"
        for name, told_of in list(rows.items())[: slots.top or _MOST_BESIDE]
    ]
    return [heading, *lines] if lines else []


def _row(fact: Fact) -> str:
    """The same month of two years is one row."""
    name = subject(fact)
    return _YEAR.sub("", when(fact)).removeprefix(" in ") if name == "the shop" else name


_YEAR = re.compile(r" \d{4}$")
_MOST_BESIDE = 12
_SHRANK = re.compile(r"\b(?:shr[aiu]nk\w*|declin\w+|fell|dropp?\w*|slowest|least)\b", re.IGNORECASE)


def _grown(meaning: Meaning, changes: Sequence[Fact], whole: Sequence[Fact]) -> list[str]:
    """In the order of their growth, each beside what it brought in both stretches."""
    slots = meaning.slots
    known = [f for f in changes if not str(f["subject"]).startswith("no known")]
    rising = not _SHRANK.search(slots.masked)
    ordered = sorted(known, key=number, reverse=rising)
    lines = [changed(fact) for fact in ordered[:1]]
    metric = f"{label(whole[0]['metric']).capitalize()} by {slots.dimensions[0]}:" if whole else ""
    rows = []
    for fact in ordered[: max(first_few(slots), _FEW)]:
        plain = [f for f in whole if "operation" not in f and f["subject"] == fact["subject"]]
        told_of = ", ".join(f"{ref(each)}{when(each)}" for each in plain)
        rows.append(f"- {subject(fact)}: {told_of}")
    return [*lines, metric, *rows] if rows else lines


_FEW = 6


def changed(fact: Fact) -> str:
    verb = "rose" if fact["shows_as"][0] not in "-−0" else "changed"
    return f"{label(fact['metric']).capitalize()} of {subject(fact)} {verb} by {ref(fact)}."
