"""Who and which is pointed at, of those before: "the linen one", "the other one", "her segment"."""

import re
from dataclasses import replace
from typing import Any

from agent.goods import goods_named
from agent.remembering import stretches
from agent.slots import Slots
from agent.vocabulary import Vocabulary

_GOES_ON = re.compile(
    r"^\W*(?:(?:and|or|what about|how about|same for|now|then|versus|vs|und|y|"
    r"et) )+(?:the |for |of |only )*",
    re.IGNORECASE,
)
_THE_ONE = re.compile(r"\bthe ([^\W\d_]{3,}) ones?\b", re.IGNORECASE)


def with_other_product(slots: Slots, remembered: dict[str, Any], vocabulary: Vocabulary) -> Slots:
    """ "The linen one": of the products that are called so, the one most like the one before."""
    before = (remembered.get("filters") or {}).get("product")
    match = _THE_ONE.search(slots.text)
    if not before or slots.of("product"):
        return slots
    if match is None:
        goods, masked = goods_named(slots.masked, vocabulary.products)
        known = goods and _GOES_ON.search(slots.masked) and not slots.names
        return replace(slots, names={"product": goods}, masked=masked) if known else slots
    had = set(str(before[0]).casefold().split())
    alike = {
        name: len(had & words) for name in {name for _, name in vocabulary.products}
        if match[1].casefold() in (words := set(name.casefold().split()))
    }  # fmt: skip
    best = max(alike, key=lambda name: (alike[name], name), default="")
    if not best or not alike[best]:
        return slots
    masked = _THE_ONE.sub("<PRODUCT>", slots.masked)
    return replace(slots, names={**slots.names, "product": (best,)}, masked=masked, dimensions=())


def pointed_at(slots: Slots, remembered: dict[str, Any]) -> tuple[Slots, dict[str, Any]]:
    """Who or which is pointed at of those that were listed or named before, and the thread without
    the ranking that it is taken from."""
    if not remembered.get("intent"):
        return slots, remembered
    kind, values = _meant(slots, remembered)
    if not values and _of_the_same(slots, remembered):
        return replace(slots, customers=tuple(remembered["customer"])), remembered
    if not values or slots.of(kind) or slots.customers or kind in slots.dimensions:
        return slots, remembered
    if kind == "customer":
        alone = {"segment": [], "filters": {}, "where": "", "people": {}}  # one is not narrowed
        return replace(slots, customers=values), _closed(remembered, "customer") | alone
    apart = len(values) < 2 or _TOGETHER.search(slots.masked)
    remembered = _closed(remembered, "total" if apart else "compare")
    if kind == "period":
        days = stretches({"periods": values})  # "that best month" ranks nothing
        return replace(slots, periods=days, dimensions=(), extreme=None), remembered
    return replace(slots, names={**slots.names, kind: values}), remembered


def _closed(remembered: dict[str, Any], intent: str) -> dict[str, Any]:
    ranking = {
        "by": [],
        "extreme": None,
        "top": None,
        "attribute": ["", []],
        "without": [],
        "ranked": False,
    }
    return {**remembered, **ranking, "intent": intent}


def _meant(slots: Slots, remembered: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """Its kind and the values; none where nothing is pointed at."""
    text, listed = slots.masked, remembered.get("listed") or {}
    kind, rows = listed.get("kind", ""), tuple(listed.get("values", ()))
    last = (remembered.get("seen") or [["", ""]])[-1][0]
    named = tuple(value for each, value in remembered.get("seen", []) if each == last)
    if match := _SEVERAL.search(text):
        several = _NUMBERS.get((match["number"] or "two").casefold(), 2)
        fresh = remembered.get("ranked") and len(rows) >= several
        kind, pool = (kind, rows[:several]) if fresh else (last, named[-several:])
        return (kind, pool) if len(pool) == several else ("", ())
    if match := _PLACE.search(text):
        place = _PLACES[match["place"].casefold()]
        if len(rows) > max(place, 1):
            return kind, (rows[place],)
        return (last, (named[-2:][place],)) if len(named) > 1 and place < 2 else ("", ())
    if _OTHER.search(text) and len(named) > 1:
        now = {*remembered.get("segment", ()), *remembered.get("customer", ())}
        now |= {value for values in remembered.get("filters", {}).values() for value in values}
        return last, tuple(one for one in named[-2:] if one not in now)[:1] or named[-2:-1]
    if _NEXT.search(text) and (after := _after(rows, kind, remembered)):
        return kind, after
    if remembered.get("ranked") and rows and _points_at_first(text, kind, remembered):
        return kind, rows[:1]
    return "", ()


def _after(rows: tuple[Any, ...], kind: str, remembered: dict[str, Any]) -> tuple[Any, ...]:
    now = [*remembered.get(kind, ()), *remembered.get("filters", {}).get(kind, ())]
    place = next((rows.index(one) for one in now if one in rows), 0) + 1
    return rows[place : place + 1]


def _points_at_first(text: str, kind: str, remembered: dict[str, Any]) -> bool:
    if kind == "period":
        return bool(_THEN.search(text))
    if kind == "customer":
        return bool(_PERSON.search(text))
    if _THAT_ONE.search(text):
        return True
    return remembered.get("extreme") is not None and bool(_IT_ALONE.search(text))


_TOGETHER = re.compile(r"\b(?:together|combined|altogether|in total|sum|add\w*)\b", re.IGNORECASE)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4}
_SEVERAL = re.compile(
    r"(?<!of )(?<!same )\b(?:the|those|these|all|them|both the|top) "
    r"(?P<number>two|three|four|[234])\b(?! <|%| \w+est\b| months?| weeks?| years?| days?)|"
    r"(?<!of )\bboth\b(?! <)|"
    r"\beach of them\b|\bside by side\b|^\W*compare (?:them|those|these)\W*$",
    re.IGNORECASE,
)
_PLACES = {"first": 0, "former": 0, "top": 0, "second": 1, "latter": 1, "third": 2, "fourth": 3,
           "fifth": 4, "last": -1}  # fmt: skip
_ONE_OF = (
    r"(?:one|customer|person|segment|group|country|market|category|product|article|item|channel|"
    r"month|of (?:them|the (?:two|three)|those|these))"
)
_PLACE = re.compile(
    rf"\b(?:the|number) (?P<place>first|second|third|fourth|fifth|former|latter|last|top)"
    rf"(?: {_ONE_OF}\b|(?=\W*$|,))(?<!the last month)(?<!top)",
    re.IGNORECASE,
)
_OTHER = re.compile(rf"\bthe other (?:{_ONE_OF}\b|(?=\W*$))", re.IGNORECASE)
_NEXT = re.compile(
    r"\b(?:the )?next (?:one|in line|biggest|best|largest|on the list|down)\b|\brunner[- ]?up\b|"
    r"\bthe one (?:after|below|behind)(?: (?:it|that|them))?\b",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"(?<=\w )then\W*$|\b(?:in |for |of |during )?that (?:(?:best|peak|record|top|worst) )?"
    r"(?:month|week|day|quarter|year)\b|\bback then\b",
    re.IGNORECASE,
)
_THAT_ONE = re.compile(
    r"(?<!are )(?<!is )(?<!were )(?<!was )(?<!still )\bthere\b(?! (?:is|are|was|any|a)\b)|"
    r"\bth(?:at|is) (?:one|segment|group|country|market|category|product|article|item|channel)\b",
    re.IGNORECASE,
)
_IT_ALONE = re.compile(r"\b(?:it|its)\b", re.IGNORECASE)


def same_person(slots: Slots, remembered: dict[str, Any]) -> tuple[str, ...]:
    """The customer who was spoken of, unless their segment is meant, or other names."""
    if asks_size(slots, remembered) or THEIR_SEGMENT.search(slots.masked):
        return ()
    meant = _PERSON.search(slots.masked) or not slots.names
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


_IS_THAT = re.compile(
    r"\b(?:are|is) (?:that|those|they|(?:there )?in (?:it|that|there))\W*$", re.IGNORECASE
)
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
_A_LINE, _A_WORD = 7, 3  # words, with such as "and", "which"


def _of_the_same(slots: Slots, remembered: dict[str, Any]) -> bool:
    """ "Total spend to date", "and odds they leave us" after a customer was spoken of."""
    counted = slots.measures and not (slots.dimensions or slots.extreme or slots.top)
    bare = slots.dimensions and not slots.measures and len(slots.masked.split()) <= _A_WORD
    named = slots.names or slots.customers or slots.filter or slots.people
    if asks_size(slots, remembered):
        return False
    short = len(slots.masked.split()) <= _A_LINE and not _OF_ALL.search(slots.masked)
    return bool(remembered.get("customer") and (counted or bare) and short and not named)
