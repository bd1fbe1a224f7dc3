"""Follow-ups: what a question leaves out is taken from what the thread remembers."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from agent.meaning import Meaning, by_slots, read_meaning
from agent.slots import KINDS, Slots
from agent.times import Stretch

_GOES_ON = re.compile(
    r"^\W*(?:and|also|what about|how about|no|nope|only|just|same|but|or|ok(?:ay)?|then|now|drop|"
    r"without|instead|again|"
    r"i (?:mean|meant)|sorry|actually|back to|make (?:it|that)|for|in|of|with|split|und|y|"
    r"et)\b(?! many)",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:them|they|their|theirs|those|these|that one|it|its|he|she|her|his|him|there|the same|"
    r"(?:was|is|were|of|about|in|for) (?:that|this|these|those)|which of (?:the|these|those|them)|"
    r"of (?:the )?(?:two|three|\d))\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:he|she|her|his|him|this customer|that customer)\b", re.IGNORECASE)
_DROPS = re.compile(
    r"\b(?:drop|without|remove|forget|all|any|every|whole|across all)\b", re.IGNORECASE
)
_EVER = re.compile(
    r"\b(?:all[- ]time|ever|in total|so far|lifetime|since the beginning|overall)\b", re.IGNORECASE
)
_WHICH_OF = re.compile(r"\bwhich (?:one |of |was |is )", re.IGNORECASE)
_WORD = re.compile(r"(?<![<\w])[^\W\d_]{2,}(?![\w>])")
_SMALL = frozenset(
    [
        "and",
        "or",
        "the",
        "in",
        "of",
        "for",
        "to",
        "no",
        "only",
        "just",
        "same",
        "what",
        "about",
        "how",
        "but",
        "ok",
        "then",
        "now",
        "please",
        "i",
        "mean",
        "meant",
        "too",
        "also",
        "on",
        "by",
        "a",
        "an",
        "with",
        "at",
        "is",
        "it",
        "was",
        "ones",
        "from",
        "me",
        "again",
        "instead",
        "sorry",
        "actually",
        "und",
        "et",
    ]
)


def follow(question: str, slots: Slots, remembered: dict[str, Any]) -> Meaning:
    """The meaning of a question in its thread."""
    if not remembered.get("intent") or not _leans(slots):
        return read_meaning(question, slots)
    text = slots.masked
    if (
        _WHICH_OF.search(text)
        and slots.extreme
        and len(remembered.get("seen", [])) > 1
        and not slots.dimensions
    ):
        return _which_of(question, slots, remembered)
    merged = _merged(slots, remembered)
    own = _own_intent(question, slots)
    intent = own or str(remembered["intent"])
    if intent == "portrait" and slots.measures:
        intent = "total"
    if intent in ("total", "portrait", "churn", "value") and merged.customers:
        intent = "customer"
    if intent == "extreme" and not merged.dimensions:
        intent = "total"
    if intent == "compare" and own != "compare" and not _still_compares(merged):
        intent = "total"
    if intent == "customer" and not merged.customers:
        intent = by_slots(text, merged)
    found = read_meaning(question, merged) if own else None
    return Meaning(intent, merged, question, why=bool(found and found.why))


def _leans(slots: Slots) -> bool:
    text = slots.masked
    words = [w for w in _WORD.findall(text) if w.casefold() not in _SMALL]
    bare = len(words) <= (0 if slots.measures or slots.dimensions else 1)
    told = bool(slots.names or slots.customers or slots.periods)
    return bool(_GOES_ON.search(text) or _POINTS.search(text)) or (bare and told)


def _own_intent(question: str, slots: Slots) -> str:
    """What a follow-up asks for itself, beyond other names and days."""
    words = [w for w in _WORD.findall(slots.masked) if w.casefold() not in _SMALL]
    if not words or (
        not slots.measures and not slots.dimensions and len(words) <= 2 and not slots.extreme
    ):
        return ""
    found = read_meaning(question, slots).intent
    return (
        ""
        if found in ("outside", "missing", "help") and len(words) <= 4 and not slots.measures
        else found
    )


def _merged(slots: Slots, remembered: dict[str, Any]) -> Slots:
    kept = {kind: tuple(values) for kind, values in remembered.get("filters", {}).items()}
    if remembered.get("segment"):
        kept["segment"] = tuple(remembered["segment"])
    elif remembered.get("winner") and _POINTS.search(slots.masked):
        kept["segment"] = (str(remembered["winner"]),)
    dropped = bool(_DROPS.search(slots.masked))
    for kind in KINDS:
        values = slots.of(kind)
        plural = {"country": "countries", "category": "categories"}.get(kind, f"{kind}s")
        if dropped and (values == kept.get(kind) or re.search(rf"\b{plural}\b", slots.masked)):
            kept.pop(kind, None)
        elif values:
            kept[kind] = values
    customers = slots.customers or (
        tuple(remembered.get("customer", ()))
        if not slots.names
        and (_PERSON.search(slots.masked) or remembered["intent"] in ("customer", "why_customer"))
        else ()
    )
    periods = slots.periods or (() if _EVER.search(slots.masked) else _stretches(remembered))
    measures = tuple(
        m
        for m in slots.measures
        if m != "customers" or "how many" in slots.masked or len(slots.measures) == 1
    )
    inherits = not measures and not slots.dimensions
    return replace(
        slots,
        names=kept,
        customers=customers,
        periods=periods,
        measures=measures or tuple(remembered.get("metrics", ())),
        dimensions=slots.dimensions or (tuple(remembered.get("by", ())) if inherits else ()),
        extreme=slots.extreme or (remembered.get("extreme") if inherits else None),
        top=slots.top or (remembered.get("top") if inherits or slots.dimensions else None),
        where=slots.where or (str(remembered.get("where", "")) if inherits else ""),
    )


def _which_of(question: str, slots: Slots, remembered: dict[str, Any]) -> Meaning:
    kind = str(remembered["seen"][-1][0])
    values = tuple(dict.fromkeys(value for each, value in remembered["seen"] if each == kind))
    names = dict.fromkeys([kind], values)
    found = replace(
        slots, names=names, periods=_stretches(remembered),
        measures=tuple(remembered.get("metrics", ())), dimensions=(),
    )  # fmt: skip
    return Meaning("compare", found, question)


def _still_compares(slots: Slots) -> bool:
    return any(len(slots.of(kind)) > 1 for kind in KINDS) or len(slots.periods) > 1


def _stretches(remembered: dict[str, Any]) -> tuple[Stretch, ...]:
    return tuple(
        Stretch(
            date.fromisoformat(each["since"]),
            date.fromisoformat(each["until"]) if each["until"] else None,
        )
        for each in remembered.get("periods", [])
    )


# ---- what the thread keeps -----------------------------------------------------------------------

_MOST_SEEN = 4


def state_of_meaning(
    meaning: Meaning, remembered: dict[str, Any], winner: str = ""
) -> dict[str, Any]:
    """JSON of what was asked, to be shown under the answer and leaned on by the next question."""
    slots = meaning.slots
    if meaning.intent in ("help", "outside", "missing", "action"):
        return dict(remembered)
    periods = [
        {"since": each.since.isoformat(), "until": each.until.isoformat() if each.until else None}
        for each in slots.periods
    ]
    seen = [list(each) for each in remembered.get("seen", [])]
    seen += [
        [kind, value] for kind in KINDS for value in slots.of(kind) if [kind, value] not in seen
    ]
    return {
        "intent": meaning.intent,
        "segment": list(slots.of("segment")),
        "metric": slots.measures[0] if slots.measures else "",
        "metrics": list(slots.measures),
        "period": periods[0] if periods else None,
        "periods": periods,
        "filters": {
            kind: list(slots.of(kind)) for kind in KINDS if kind != "segment" and slots.of(kind)
        },
        "customer": list(slots.customers),
        "by": list(slots.dimensions),
        "extreme": slots.extreme,
        "top": slots.top,
        "where": slots.where,
        "winner": winner,
        "seen": seen[-_MOST_SEEN:],
    }
