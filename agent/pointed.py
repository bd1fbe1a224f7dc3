"""Who and which is pointed at, of those before: "the linen one", "the other one", "her segment"."""

import re
from dataclasses import replace
from typing import Any

from agent.slots import Slots
from agent.vocabulary import Vocabulary

_THE_ONE = re.compile(r"\bthe ([^\W\d_]{3,}) ones?\b", re.IGNORECASE)


def with_other_product(slots: Slots, remembered: dict[str, Any], vocabulary: Vocabulary) -> Slots:
    """ "The linen one": of the products that are called so, the one most like the one before."""
    before = (remembered.get("filters") or {}).get("product")
    match = _THE_ONE.search(slots.text)
    if not before or match is None or slots.of("product"):
        return slots
    known = set(str(before[0]).casefold().split())
    alike = {
        name: len(known & words) for name in {name for _, name in vocabulary.products}
        if match[1].casefold() in (words := set(name.casefold().split()))
    }  # fmt: skip
    best = max(alike, key=lambda name: (alike[name], name), default="")
    if not best or not alike[best]:
        return slots
    masked = _THE_ONE.sub("<PRODUCT>", slots.masked)
    return replace(slots, names={**slots.names, "product": (best,)}, masked=masked, dimensions=())


def pointed_at(slots: Slots, remembered: dict[str, Any]) -> Slots:
    """ "The first one", "the other one": of those that were named last."""
    pointed = _ORDINAL_ONE.search(slots.masked)
    if pointed is None and remembered.get("intent") and _of_the_same(slots, remembered):
        return replace(slots, customers=tuple(remembered["customer"]))
    if pointed is None or slots.names or slots.customers or slots.dimensions:
        return slots
    kind = (remembered.get("seen") or [["", ""]])[-1][0]
    named = [value for each, value in remembered.get("seen", []) if each == kind]
    if len(named) < 2:
        return slots
    said = (pointed["bare"] or pointed["said"]).casefold()
    one = named[-2] if said in ("first", "former") else named[-1]
    if said == "other" and one in remembered.get(kind, []):
        one = named[-2]
    if kind == "customer":
        return replace(slots, customers=(one,))
    return replace(slots, names={kind: (one,)})


_ORDINAL_ONE = re.compile(
    r"\bthe (?:(?P<bare>former|latter)|(?P<said>first|second|other|last) (?:one|customer|segment|"
    r"country|of (?:them|the two|those)))\b",
    re.IGNORECASE,
)


def same_person(slots: Slots, remembered: dict[str, Any]) -> tuple[str, ...]:
    """The customer who was spoken of, unless their segment is meant, or other names."""
    spoken_of = remembered["intent"] in ("customer", "why_customer", "ahead")
    if asks_size(slots, remembered) or THEIR_SEGMENT.search(slots.masked):
        return ()
    meant = _PERSON.search(slots.masked) or (spoken_of and not slots.names)
    return tuple(remembered.get("customer", ())) if meant else ()


THEIR_SEGMENT = re.compile(
    r"\b(?:his|her|their|its|that|this) (?:segment|group)\b(?! (?:is|are) (?:he|she))", re.I
)


def asks_size(slots: Slots, remembered: dict[str, Any]) -> bool:
    """ "How big is it?" after somebody's segment was told: the segment is meant."""
    one = remembered["intent"] in ("customer", "why_customer") and _IT.search(slots.masked)
    asked = one or _IS_THAT.search(slots.masked)
    return bool(remembered.get("winner") and asked and set(slots.measures) <= {"customers"})


_IT = re.compile(r"\b(?:it|that segment|that group)\b", re.IGNORECASE)


_IS_THAT = re.compile(r"\b(?:are|is) (?:that|those|they|there in (?:it|that))\W*$", re.IGNORECASE)
_PERSON = re.compile(
    r"\b(?:he|she|her|his|him|(?:this|that) (?:customer|person|one|buyer|client))\b", re.IGNORECASE
)


_TOO = re.compile(r"\b(?:too|as well|add(?:ed)?|plus|also|include|auch|también|aussi)\b", re.I)


def joins(slots: Slots) -> bool:
    """ "With the Netherlands too", "than France": beside those named before."""
    return bool(_BESIDES.search(slots.masked) or (_TOO.search(slots.masked) and not slots.measures))


_BESIDES = re.compile(r"\b(?:than|versus|against|compared? (?:it |that )?(?:with|to))\b", re.I)


def still_without(slots: Slots, remembered: dict[str, Any]) -> tuple[str, ...]:
    """ "No, just Lost" asks for whom the question before left out."""
    named = {value for values in slots.names.values() for value in values}
    return tuple(name for name in remembered.get("without", ()) if name not in named)


_OF_ALL = re.compile(
    r"\b(?:shop|overall|whole|everyone|everybody|altogether|we|our|customers|people|which|who)\b",
    re.I,
)
_A_LINE = 7  # words


def _of_the_same(slots: Slots, remembered: dict[str, Any]) -> bool:
    """ "Total spend to date", "and odds they leave us" after a customer was spoken of."""
    spoken_of = remembered.get("customer") and remembered["intent"] in _OF_ONE
    plain = bool(slots.measures) and not (slots.dimensions or slots.extreme or slots.top)
    named = slots.names or slots.customers or slots.filter or slots.people
    short = len(slots.masked.split()) <= _A_LINE and not _OF_ALL.search(slots.masked)
    return bool(spoken_of and plain and short and not named)


_OF_ONE = ("customer", "why_customer", "ahead")
