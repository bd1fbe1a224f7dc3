"""Sentences about shifts, written from the facts of `segment_shifts`: for answers and digests.

Only what is beyond chance and large enough is told as news; who moved, from where, worth how much.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agent.verdict import of_change
from tools.shifts import BEYOND_CHANCE, MOST_FLOWS, touches

if TYPE_CHECKING:
    from agent.found import Found

MOST_MOVES = 3
_FEW_MOVES = 1  # of a change that is within chance
QUIET = "Nothing moved beyond chance."


_ASKED: tuple[tuple[str, str], ...] = (
    ("removed", r"vanish\w*|gone (?:completely|altogether|for good)|lost from|disappeared"),
    ("new_customers", r"\bnew (?:customers?|ones|people)|newcomers"),
    ("left", r"\bleft\b|leavers|bled|\bout(?: of)?\b|moved out|went out|leaving|lost to|"
             r"\bleave\b"),
    ("entered", r"enter(?:ed)?|join(?:ed)?|c[ao]me in|coming in|\binto\b|moved in|got in|gained|"
                r"got into|joiners?|(?:fresh|new) blood|new arrivals"),
)  # fmt: skip
_TOTAL = re.compile(
    r"\bhow many\b.{0,40}\b(?:moved?|chang\w+|switch\w*|migrat\w*|shifted)|\b(?:moved?|switch\w*|"
    r"chang\w+)\b.{0,50}\bhow many\b|\b(?:number of|total|all) (?:moves|movers|movements|"
    r"switchers)|"
    r"\bmovers\b",
    re.I,
)


def moved_metric(text: str) -> str:
    """What of a change is asked for: who came, who left, ...; "customers" is the net of all."""
    return next((m for m, form in _ASKED if re.search(form, text, re.I)), "customers")


def asked_lines(found: "Found", names: Sequence[str], text: str, ranked: bool) -> list[str]:
    """What was asked for by name comes first, then the rest of the story."""
    if len(names) == 2 and (between := _between(found, names)):
        return between
    metric, counted = moved_metric(text), bool(_TOTAL.search(text))
    total = [
        f"{_opened(fact)}, [[{fact['id']}]] customers moved to another segment across the shop."
        for fact in found.plain("moved") if fact["kind"] == "run" and not names
    ]  # fmt: skip
    lines = list(total) if counted else []
    if ranked and not names:
        lines += _leader(found, metric, text)
    lines += [
        _LINES[metric].format(fact["id"], name, _opened(fact))
        for name in names if metric in _LINES
        for fact in found.of_segment(name, metric)
    ]  # fmt: skip
    rest = shift_lines(found, names)
    nets = _net(found, names[0]) if len(names) == 1 else []
    if nets and (verdict := of_change(text, nets[0])):
        lines.insert(0, verdict)
    if QUIET in rest:  # how to take what follows is said early
        first, rest = lines[:1] if ranked or counted else [], rest[1:]
        lines = list(dict.fromkeys([*first, QUIET, *(lines or total)]))
    lines = list(dict.fromkeys([*lines, *total] if ranked else [*total, *lines]))
    return lines + [line for line in rest if not any(_alike(line, told) for told in lines)]


def _between(found: "Found", names: Sequence[str]) -> list[str]:
    """Who went from the one to the other."""
    moves = [f"from {names[0]} to {names[1]}", f"from {names[1]} to {names[0]}"]
    told = {str(fact["subject"]): fact for fact in found.plain("moved")}
    all_of_them = len(told) <= MOST_FLOWS  # the shop's own is one of them
    lines = []
    for move in moves:
        if move in told:
            fact = told[move]
            lines.append(f"{_opened(fact)}, [[{fact['id']}]] customers moved {move}.")
        elif all_of_them and told:
            lines.append(f"Nothing is recorded of a move {move}.")
    return lines


_LINES = {
    "entered": "{2}, [[{0}]] customers entered {1}.",
    "left": "{2}, [[{0}]] customers left {1}.",
    "new_customers": "{2}, {1} had [[{0}]] new customers.",
    "removed": "{2}, [[{0}]] were removed from {1}: all their sales were taken back.",
}


def _opened(fact: dict[str, Any]) -> str:
    """The days at the beginning of a sentence, where they belong to no name."""
    period = str(fact["period"])
    return period[0].upper() + period[1:]


def _alike(line: str, told: str) -> bool:
    """Whether both show the same fact."""
    ids = set(re.findall(r"\[\[(\w+)\]\]", told))
    return bool(ids) and ids >= set(re.findall(r"\[\[(\w+)\]\]", line)) and "[[" in line


def _leader(found: "Found", metric: str, text: str) -> list[str]:
    if metric in _LINES:
        return [
            _LINES[metric].format(fact["id"], fact["subject"], _opened(fact))
            for fact in found.done("largest", metric)
        ]
    nets = [f for f in found.done("difference", "customers") if f["kind"] == "segment"]
    down = re.search(
        r"\b(?:lost|losers?|losing|fading|dying|bleeding|draining|shr[aiu]nk|least|smallest|fell|"
        r"drop\w*|declin\w*|fewer)\b",
        text,
    )
    up = re.search(r"\b(?:grew|grown?|gain\w*|winners?|rose|bigger|added|increas\w*)\b", text)
    if not nets:
        return []
    key = {True: lambda f: -_number(f), False: _number}[bool(down)] if down or up else (
        lambda f: abs(_number(f)))  # fmt: skip
    first = max(nets, key=key)
    return _segment(found, first["subject"])


def _number(fact: dict[str, Any]) -> float:
    return float(fact["shows_as"].replace(",", ""))


def shift_lines(found: "Found", asked: Sequence[str] = ()) -> list[str]:
    """About the segments that were asked for, else about those with news; largest moves last."""
    told = [name for name in asked if _net(found, name)] or news(found)
    if not _changes(found):
        return []
    lines = [] if told else [QUIET]
    for name in told:
        lines += _segment(found, name, name in asked)
        if name not in news(found):
            lines.append(f"For {name} that is within chance.")
    quiet = bool(asked) and not set(told) & set(news(found))
    return lines + _moves(found, told or None)[: _FEW_MOVES if quiet else MOST_MOVES]


def news(found: "Found") -> list[str]:
    """The segments whose change is beyond chance, as the tool says; in its order."""
    return [text["segment"] for text in _changes(found) if text["change"] == BEYOND_CHANCE]


def _changes(found: "Found") -> list[dict[str, str]]:
    return [text for text in found.texts if "change" in text and "segment" in text]


def _segment(found: "Found", name: str, whole: bool = False) -> list[str]:
    """The net, and what it is made of; `whole` tells too what nobody did."""
    net = _net(found, name)[0]
    verb = "grew" if net["shows_as"][0] not in "-0" else "changed"
    parts = [
        f"[[{fact[0]['id']}]] {words}"
        for metric, words in _PARTS
        if (fact := found.of_segment(name, metric)) and (whole or fact[0]["shows_as"] != "0")
    ]
    made_of = f": {', '.join(parts)}" if parts else ""
    if net["shows_as"] == "0":
        return [
            f"{name} did not change in size, [[{net['id']}]] customers {net['period']}{made_of}."
        ]
    return [f"{name} {verb} by [[{net['id']}]] customers {net['period']}{made_of}."]


_PARTS = (
    ("entered", "entered"),
    ("left", "left"),
    ("new_customers", "are new customers"),
)


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
        if (
            fact["metric"] != "moved"
            or fact["kind"] == "run"
            or not (told is None or touches(str(fact["subject"]), told))
        ):
            continue
        line = f"[[{fact['id']}]] customers moved {fact['subject']}"
        worth = [
            f for f in found.facts if (f["subject"], f["metric"]) == (fact["subject"], "revenue")
        ]
        lines.append(f"{line}, worth [[{worth[0]['id']}]]." if worth else f"{line}.")
    return lines[:MOST_MOVES]
