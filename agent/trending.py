"""How a figure developed, in sentences: of the shop, or of each country, category, ..."""

import re
from collections.abc import Sequence

from agent.against import before_of, change_of, first_told, moved_words
from agent.counting import first_few, measures_of
from agent.found import Fact, Found, known
from agent.meaning import Meaning
from agent.measures import metric_of
from agent.phrasing import (
    before_words,
    first_upper,
    label,
    listed,
    number,
    ref,
    subject,
    told,
    when,
)
from agent.slots import KINDS, Slots
from agent.verdict import of_change, of_premise


def trend_lines(meaning: Meaning, found: Found) -> list[str]:
    metric = metric_of(measures_of(meaning.slots, ("revenue",))[0])
    whole = [f for f in found.facts if f["metric"] == metric and f["kind"] != "segment"] or [
        f for f in found.facts if f["metric"] == metric
    ]
    changes = [f for f in whole if f.get("operation") in ("growth", "difference")]
    along = meaning.slots.dimensions[:1]
    if along and along[0] in KINDS[1:]:
        return _grown(meaning, changes, whole, found)
    plain = [f for f in whole if "operation" not in f]
    lines = [told(fact, True) for fact in plain[:2]]
    if changes and plain:
        lines = [_developed(plain[0], found) or told(plain[0], True)]
        judge = of_premise if meaning.why else of_change
        lines = [*filter(None, [judge(meaning.slots.masked, changes[0])]), *lines]
    parts = [f for f in known(found.plain(metric))
             if f["kind"] in ("segment", "selection") and before_of(f, found)]  # fmt: skip
    if meaning.why and changes and changes[0]["kind"] != "segment" and parts:
        ordered = sorted(parts, key=lambda fact: _moved(fact, found), reverse=True)
        lines.append("What stands behind it, segment by segment:")
        lines += [_row_moved(fact, found) for fact in ordered[:3]]
    return lines


def _moved(fact: Fact, found: Found) -> float:
    """By how much, whichever way."""
    before = before_of(fact, found)
    return abs(number(fact) - number(before)) if before else 0.0


def _row_moved(fact: Fact, found: Found) -> str:
    moved = moved_words(fact, found, dated=False)
    return f"- {subject(fact)}: {label(fact['metric'])} {ref(fact)}{moved}"


def beside_lines(slots: Slots, found: Found) -> list[str]:
    """Each country, month, ... in both stretches, in the order of the first."""
    metric = metric_of(measures_of(slots, ("revenue",))[0])
    facts = known(found.plain(metric))
    moved = [fact for fact in first_told(facts, found) if before_of(fact, found)]
    if moved:
        most = max(moved, key=lambda fact: _moved(fact, found))
        heading = f"By {slots.dimensions[0].replace('_', ' ')}:"
        lead = [_developed(most, found)] if _developed(most, found) else []
        rest = [fact for fact in moved if fact is not most or not lead]
        return [*lead, heading, *(_row_moved(fact, found) for fact in rest[:_MOST_BESIDE])]
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


def _grown(
    meaning: Meaning, changes: Sequence[Fact], whole: Sequence[Fact], found: Found
) -> list[str]:
    """In the order of their growth, each beside what it brought in both stretches."""
    slots = meaning.slots
    rising = not _SHRANK.search(slots.masked)
    ordered = sorted(known(changes), key=number, reverse=rising)
    first = [f for f in whole if "operation" not in f and f["subject"] == ordered[0]["subject"]
             ] if ordered else []  # fmt: skip
    lines = [_developed(fact, found) for fact in first[:1]]
    rows = []
    for fact in ordered[1 : max(first_few(slots), _FEW)]:
        plain = [f for f in whole if "operation" not in f and f["subject"] == fact["subject"]]
        rows += [_row_moved(now, found) for now in plain[:1]]
    heading = f"By {slots.dimensions[0]}:"
    return [*lines, heading, *rows] if rows else lines


_FEW = 6


def _developed(fact: Fact, found: Found) -> str:
    """ "Revenue of Germany rose to ... in Nov 2025, from ... in Oct 2025 (+5.65%)"."""
    change, before = change_of(fact, found), before_of(fact, found)
    if change is None or before is None or before["shows_as"] == fact["shows_as"]:
        return ""
    up = number(change) > 0
    by = f" ({'+' if up else ''}{ref(change)})" if change["operation"] == "growth" else ""
    return (
        f"{first_upper(label(fact['metric']))} of {subject(fact)} {'rose' if up else 'fell'} to "
        f"{ref(fact)}{when(fact)}, from {ref(before)}{before_words(before, fact)}{by}."
    )
