"""Follow-ups: what a question leaves out is taken from what the thread remembers."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agent.carrying import carried, keeps_ranking
from agent.degrees import NUMBERS
from agent.earlier import EARLIER
from agent.feasible import predicts
from agent.implied import with_measure
from agent.leaning import OPPOSITE, SMALL, WHOLE, WORD, leans
from agent.meaning import (
    Meaning,
    by_slots,
    predicted,
    read_meaning,
    sure_intent,
)
from agent.measures import PREDICTED
from agent.pointed import THEIR_SEGMENT, asks_size, joins, pointed_at
from agent.remembering import state_of_meaning, stretches
from agent.slots import KINDS, Slots
from agent.taken_back import takes_back, without_taken
from agent.times import Stretch

_WHICH_OF = re.compile(
    r"\bwhich (?:one |of |was |is |has |had )|^\W*(?:so |and |but )*who\b(?! are)", re.IGNORECASE
)
_OF_TWO = re.compile(r"\bof (?:the|these|those|them|both)\b(?: both\b)?", re.IGNORECASE)
_MORE = re.compile(
    r"\b(?:more|less|fewer|higher|lower|bigger|smaller|larger|better|worse|greater|ahead|wins?|"
    r"leads|stronger|weaker)\b",
    re.IGNORECASE,
)


def follow(question: str, slots: Slots, remembered: dict[str, Any]) -> Meaning:
    """The meaning of a question in its thread. Words that would have the answer before given again
    were not understood, unless they ask for just that."""
    meaning = _followed(question, slots, remembered)
    if meaning.why or not remembered.get("intent") or _AGAIN.search(slots.masked):
        return meaning
    if not _changes_nothing(meaning, remembered):
        return meaning
    alone = read_meaning(question, slots)
    return alone if alone.intent in _UNREAD else meaning


_UNREAD = ("outside", "help", "missing", "action", "vague")


def _followed(question: str, slots: Slots, remembered: dict[str, Any]) -> Meaning:
    pointed, narrowed = pointed_at(slots, remembered)
    goes_on = leans(slots) or pointed is not slots or _foretells_on(slots, remembered)
    if not remembered.get("intent") or not goes_on:
        return read_meaning(question, slots)
    slots, text, remembered = pointed, slots.masked, narrowed
    if (
        _WHICH_OF.search(text)
        and (slots.extreme or _MORE.search(text))
        and len(remembered.get("seen", [])) > 1
        and (not slots.dimensions or _OF_TWO.search(text))
        and not slots.where
    ):
        return _which_of(question, slots, remembered)
    days = [*stretches({"periods": remembered.get("days", [])}), *slots.periods]
    if _WHICH_OF.search(text) and (slots.extreme or _MORE.search(text)) and len(days) > 1:
        return _which_days(question, slots, remembered, days)
    slots = _foreseen(_plainly(without_taken(slots, remembered)))
    if _WHENCE.search(text):  # the same again: its receipts stand under it
        same = carried(replace(slots, dimensions=(), measures=()), remembered)
        return Meaning(str(remembered["intent"]), same, question)
    if end := _END.match(text):
        known = set(remembered.get("metrics", ())) & {"first_order", "last_order"}
        slots = replace(slots, measures=(f"{end['end'].casefold()}_order",)) if known else slots
    if _HOW_MANY_IS_THAT.search(text) and {"churn"} & set(remembered.get("metrics", ())):
        slots = replace(slots, measures=("expected_leavers",))
    merged = carried(slots, remembered)
    own = _own_intent(question, slots)
    intent = own or str(remembered["intent"])
    if asks_size(slots, remembered):
        merged = replace(merged, dimensions=(), measures=("customers",))
        return Meaning("total", merged, question)
    foretold = own in _OF_DAYS_AHEAD and predicts(slots)
    if keeps_ranking(slots, remembered) and not foretold:
        intent, own = str(remembered["intent"]), ""
    of_some = bool(merged.of("segment") or merged.filter)
    if (_WHO_ARE.search(text) and of_some) or (_WHO.search(text) and slots.top):
        intent = own = "members" if _LIST.search(text) and not slots.top else "people"
        merged = replace(merged, dimensions=())
    if "worst" in text and {"churn", "expected_leavers", "returns"} & set(merged.measures):
        merged = replace(merged, extreme="largest")
    kind, name = (remembered.get("seen") or [["", ""]])[-1]
    if _PART_OF.search(text) and kind in KINDS and not merged.names:
        merged = replace(merged, names={kind: (name,)}, measures=("share_of_revenue",))
        return Meaning("share", merged, question)
    if re.search(r"\b(?:reasons?|why)\b", text, re.I) and merged.customers:
        own = "why_customer" if remembered["intent"] != "ahead" else "ahead"
        return Meaning(own, merged, question, why=True)
    if remembered["intent"] == "shifts" and _WAYS.search(text) and not slots.measures:
        intent, own = "shifts", "shifts"
        merged = replace(merged, dimensions=())  # "where did they go?"
    if intent == "portrait" and slots.measures:
        intent = "total"
    ahead = set(PREDICTED) & set(merged.measures)
    if intent in ("total", "portrait", "churn", "value", "ahead", "customer") and merged.customers:
        intent = "ahead" if ahead else "customer"
    elif ahead and intent in ("total", "portrait", "churn", "value", "ahead", "customer"):
        intent = predicted(merged)
    elif intent in ("churn", "value", "ahead"):
        intent = "total"
    if any(m.startswith("share_of") for m in slots.measures) and merged.names:
        intent = "share"
    if intent == "share" and len(merged.measures) > 1 and not slots.measures:
        intent = "total"
    if intent == "audience" and "how many" in text:
        intent = "total"
    if intent == "people" and slots.measures and "how many" in text:
        intent = "total"
    if joins(slots) and _still_compares(merged):
        intent = "compare" if not ahead else "ahead"
    if intent == "breakdown" and OPPOSITE.search(text):
        intent = "extreme"  # from the other end
    if intent == "extreme" and not merged.dimensions:
        intent = "total"
    if intent == "breakdown" and not (merged.dimensions or merged.attribute[0]):
        intent = "total"
        merged = replace(merged, measures=merged.measures or ("customers",))
    if merged.customers and merged.dimensions == ("segment",):
        intent = "customer"  # which segment is that person in
    if (
        merged.dimensions == ("segment",)
        and intent in ("segments", "breakdown", "extreme")
        and not merged.names.keys() - {"segment"}
        and ({"churn", "expected_leavers"} & set(merged.measures))
    ):
        intent = "churn"
    if intent == "compare" and own != "compare" and not _still_compares(merged):
        intent = "total"
    if intent == "customer" and not merged.customers:
        intent = by_slots(text, merged)
    if remembered["intent"] == "shifts" and intent in ("total", "compare") and not slots.periods:
        merged = replace(merged, periods=())  # how large they are is said of now
    if intent in ("ahead", "churn", "value"):  # what is past tells nothing of the days ahead
        merged = replace(merged, periods=())
    found = read_meaning(question, merged) if own else None
    return Meaning(intent, merged, question, why=bool(found and found.why))


def _foretells_on(slots: Slots, remembered: dict[str, Any]) -> bool:
    """ "So how many would we expect to go?" after a segment's churn: of the same people."""
    counted, before = set(slots.measures), set(remembered.get("metrics", ())) & set(PREDICTED)
    ahead = counted & set(PREDICTED) and not counted - {*PREDICTED, "customers", "revenue"}
    of_some = remembered.get("segment") or remembered.get("filters")
    free = slots.is_empty and not slots.dimensions and not slots.extreme and not slots.top
    return bool(ahead and before and of_some and free and not WHOLE.search(slots.masked))


def _changes_nothing(meaning: Meaning, remembered: dict[str, Any]) -> bool:
    """Whether the answer before would be given again."""
    state = state_of_meaning(meaning, remembered)
    told = ("intent", *_ASKED)
    return all(state.get(name) == remembered.get(name) for name in told)


_ASKED = ("segment", "metrics", "periods", "filters", "customer", "by", "extreme", "top", "where",
          "people", "consent", "without", "attribute")  # fmt: skip


def _foreseen(slots: Slots) -> Slots:
    """ "Will they stick around?" counts something else than the question before."""
    if slots.extreme or EARLIER.search(slots.masked):  # "and the weakest one?", "a month earlier?"
        return slots
    counted = with_measure(slots)
    return counted if set(counted.measures) & set(PREDICTED) else slots


def _plainly(slots: Slots) -> Slots:
    """Without words that only drop or introduce: "forget gender", "the other segment, Loyal"."""
    if slots.attribute[0] and re.search(r"\b(?:forget|drop|without|clear)\b", slots.masked, re.I):
        slots = replace(slots, attribute=("", ()))
    text = slots.masked
    named = slots.of("segment") or takes_back(text) or THEIR_SEGMENT.search(text)
    if named and slots.dimensions == ("segment",) and "which" not in slots.masked.casefold():
        slots = replace(slots, dimensions=())
    return slots


_WHENCE = re.compile(
    r"\bwhere (?:does|do|did|is|are|have) (?:you )?(?:that|this|it|the|these|those|get)\b"
    r"(?: (?:number|figure|one)s?)?.{0,20}\b(?:come|from|that|get|got)\b|"
    r"\bhow (?:do|did|can) you (?:know|get|work|arrive|come|calculate|count)\b.{0,20}$|"
    r"\b(?:show|give) me the (?:receipt|proof|source|sums?|working)s?\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:why|how come|reasons?|again|repeat|sure|right|really|correct|certain|in total|"
    r"altogether|so|yes|ok(?:ay)?|percent\w*|pct|proportion|share|paid|pay|spent|speso)\b|%|"
    + _WHENCE.pattern,
    re.IGNORECASE,
)


_END = re.compile(
    r"^\W*(?:and |what about )*(?:the |their |his |her )*(?:very )?(?P<end>first|last)"
    r"(?: one| order)?\W*$",
    re.IGNORECASE,
)
_HOW_MANY_IS_THAT = re.compile(
    r"^\W*(?:and |so |ok )*how many(?: customers| people)?(?: is| are| would| does)? "
    r"(?:that|it|this)(?: be| make| mean| come to)?\W*$",
    re.IGNORECASE,
)
_PART_OF = re.compile(r"\bwhat (?:share|part|percent\w*) is (?:that|it|this)\b", re.IGNORECASE)
_WHO_ARE = re.compile(
    r"\b(?:who are (?:they|these|those)|names? (?:them|of them)|list (?:them|those)|give me \d+|"
    r"the "
    r"top \d+ (?:of (?:them|those)|at risk|in there|there))\b", re.I)  # fmt: skip
_LIST = re.compile(r"\blist (?:them|those)\b", re.IGNORECASE)
_WHO = re.compile(r"^\W*(?:and |so |ok )*(?:who|name|list)\b", re.IGNORECASE)
_OF_DAYS_AHEAD = ("churn", "value", "ahead")  # rankings of their own


_WAYS = re.compile(
    r"\b(?:in|out|into|out of|from|to|moved?|entered|left|joined|"
    r"gr[eo]w\w*|shr[aiu]nk\w*|where (?:did|do|have) they)\b",
    re.IGNORECASE,
)


def _own_intent(question: str, slots: Slots) -> str:
    """What a follow-up asks for itself, beyond other names and days."""
    words = [w for w in WORD.findall(slots.masked) if w.casefold() not in SMALL]
    if not words or (
        not slots.measures and not slots.dimensions and len(words) <= 2 and not slots.extreme
    ):
        return ""
    bare = not (slots.measures or slots.dimensions or slots.extreme or slots.where)
    found = sure_intent(slots) if bare else read_meaning(question, slots).intent
    short = len(words) <= 4 and not set(slots.measures) - {"customers"}
    if found == "vague" or (short and found in ("outside", "missing", "help", "action")):
        return ""
    return found


def _which_of(question: str, slots: Slots, remembered: dict[str, Any]) -> Meaning:
    kind = str(remembered["seen"][-1][0])
    values = tuple(dict.fromkeys(value for each, value in remembered["seen"] if each == kind))
    names = {} if kind == "customer" else {kind: values}
    found = replace(
        slots, names=names, periods=stretches(remembered),
        customers=values if kind == "customer" else (),
        measures=slots.measures or tuple(remembered.get("metrics", ())), dimensions=(),
    )  # fmt: skip
    intent = "ahead" if set(PREDICTED) & set(found.measures) else "compare"
    return Meaning(intent, found, question)


def _which_days(
    question: str, slots: Slots, remembered: dict[str, Any], days: Sequence[Stretch]
) -> Meaning:
    """ "Which was better?", of the stretches that were told of last."""
    several = _OF_SO_MANY.search(slots.masked)
    number = NUMBERS.get(several["number"].casefold(), 2) if several else 2
    last = tuple(dict.fromkeys(days))[-number:]
    extreme = slots.extreme or "largest"
    found = replace(carried(slots, remembered), periods=last, dimensions=(), extreme=extreme)
    return Meaning("compare", found, question)


_OF_SO_MANY = re.compile(r"\bof (?:the|these|those|all) (?P<number>three|four)\b", re.IGNORECASE)


def _still_compares(slots: Slots) -> bool:
    return any(len(slots.of(kind)) > 1 for kind in KINDS) or len(slots.periods) > 1
