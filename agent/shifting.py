"""Sentences about shifts, written from the facts of `segment_shifts`: for answers and digests.

Only what is beyond chance and large enough is told as news; who moved, from where, worth how much.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tools.shifts import BEYOND_CHANCE

if TYPE_CHECKING:
    from agent.found import Found

MOST_MOVES = 3
QUIET = "Nothing moved beyond chance."


def shift_lines(found: "Found", asked: Sequence[str] = ()) -> list[str]:
    """About the segments that were asked for, else about those with news; largest moves last."""
    told = [name for name in asked if _net(found, name)] or news(found)
    if not _changes(found):
        return []
    lines = [] if told else [QUIET]
    for name in told:
        lines += _segment(found, name)
        if name not in news(found):
            lines.append(f"For {name} that is within chance.")
    return lines + _moves(found, told or None)


def news(found: "Found") -> list[str]:
    """The segments whose change is beyond chance, as the tool says; in its order."""
    return [text["segment"] for text in _changes(found) if text["change"] == BEYOND_CHANCE]


def _changes(found: "Found") -> list[dict[str, str]]:
    return [text for text in found.texts if "change" in text and "segment" in text]


def _segment(found: "Found", name: str) -> list[str]:
    net = _net(found, name)[0]
    verb = "grew" if net["shows_as"][0] not in "-0" else "changed"
    lines = [f"{name} {verb} by [[{net['id']}]] customers {net['period']}."]
    for metric, line in (
        ("entered", "[[{}]] customers entered {}."),
        ("left", "[[{}]] customers left {}."),
        ("new_customers", "{1} have [[{0}]] new customers."),
    ):
        fact = found.of_segment(name, metric)
        if fact and fact[0]["shows_as"] != "0":
            lines.append(line.format(fact[0]["id"], name))
    return lines


def _net(found: "Found", name: str) -> list[dict[str, Any]]:
    return [
        fact
        for fact in found.calculated
        if (fact["subject"], fact["metric"], fact["operation"]) == (name, "customers", "difference")
    ]


def _moves(found: "Found", told: list[str] | None) -> list[str]:
    """The largest moves, in or out of the segments that were told of."""
    lines = []
    for fact in found.facts:
        if fact["metric"] != "moved" or not (told is None or _touches(fact["subject"], told)):
            continue
        line = f"[[{fact['id']}]] customers moved {fact['subject']}"
        worth = [
            f for f in found.facts if (f["subject"], f["metric"]) == (fact["subject"], "revenue")
        ]
        lines.append(f"{line}, worth [[{worth[0]['id']}]]." if worth else f"{line}.")
    return lines[:MOST_MOVES]


def _touches(move: str, told: Sequence[str]) -> bool:
    return any(move.startswith(f"from {name} to ") or move.endswith(f" to {name}") for name in told)
