"""What a follow-up takes back of the names before it: "drop France", "never mind the country"."""

import re
from dataclasses import replace
from typing import Any

from agent.slots import KINDS, Slots

_KIND_WORDS = {kind: rf"{kind}s?" for kind in KINDS} | {
    "country": r"(?:countr(?:y|ies)|markets?)",
    "category": r"(?:categor(?:y|ies)|departments?)",
    "segment": r"(?:segments?|groups?)",
    "product": r"(?:products?|articles?|items?)",
}
_DROPPED = (
    r"(?:drop|without|remove|forget|clear|ignor\w+|never ?mind|undo|skip|lose|scrap|cancel|lift|"
    r"reset|take (?:off|out|away|back)|get rid of|set aside|regardless of|whatever|"
    r"irrespective of|any|all|across)"
)
_DROPS = re.compile(
    r"\b(?:drop|without|remove|forget|undo|never ?mind|scrap|all|any|every|whole|across all)\b",
    re.IGNORECASE,
)
ANY_TIME = re.compile(
    r"\b(?:all[- ]time|ever|(?<!that )in total|so far|lifetime|overall|"
    r"since the (?:beginning|start)|(?:up to|until|till) now|to date)\b|"
    rf"\b{_DROPPED} (?:the |that |those )*(?:years?|months?|dates?|days|periods?|time|stretch)\b",
    re.IGNORECASE,
)
_OUT = r"(?: (?:out|off|away|aside|back|again|bit|part))"
_RESET = re.compile(
    r"\b(?:whole shop|shop as a whole|as a whole|every(?:one|body)|entire|clear|no filters?|"
    r"(?:all|the|any) filters? (?:off|away|out)|(?:drop|remove|forget|without) (?:all |the |any )*"
    r"filters?|regardless of|in general|overall|all customers|"
    r"all (?:the )?(?:segments|countries))\b",
    re.IGNORECASE,
)


def takes_back(text: str) -> bool:
    """Whether a question says so in words that need no name."""
    return bool(_RESET.search(text)) or any(_by_kind(text, kind) for kind in KINDS)


def what_is_left(slots: Slots, kept: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Of the names that the thread holds."""
    text = slots.masked
    gone = {kind for kind in KINDS if _by_kind(text, kind) or taken_by_name(slots, kind, kept)}
    if _RESET.search(text) and not gone:
        gone = set(KINDS) - ({"segment"} if "filter" in text else set())
    left = {kind: values for kind, values in kept.items() if kind not in gone}
    if not slots.without:
        return left
    left = {k: tuple(v for v in values if v not in slots.without) for k, values in left.items()}
    return {kind: values for kind, values in left.items() if values}


def without_taken(slots: Slots, remembered: dict[str, Any]) -> Slots:
    """ "Never mind the country" asks for no ranking of countries, where one country it was."""
    held = {*remembered.get("filters", {}), *(["segment"] if remembered.get("segment") else [])}
    gone = {kind for kind in held if _by_kind(slots.masked, kind)}
    gone |= {"year", "month", "week", "day"} if ANY_TIME.search(slots.masked) else set()
    return replace(slots, dimensions=tuple(one for one in slots.dimensions if one not in gone))


def _by_kind(text: str, kind: str) -> bool:
    word = rf"(?:the |our |that |by )*{_KIND_WORDS[kind]}\b(?! (?:has|have|is|are|do|does)\b)"
    return bool(
        re.search(rf"\b{_DROPPED} {word}", text, re.I)
        or re.search(rf"\b(?:leave|take|put|set) {word}(?: filter)?{_OUT}\b", text, re.I)
    )


def taken_by_name(slots: Slots, kind: str, kept: dict[str, tuple[str, ...]]) -> bool:
    """ "Drop France again", where France it was."""
    whole = re.search(rf"\ball of (?:the )?<{kind.upper()}>", slots.masked, re.I)
    named = slots.of(kind)
    return bool(named and not whole and named == kept.get(kind) and _DROPS.search(slots.masked))
