"""Follow-ups: what a question leaves out is taken from what the thread remembers."""

import re
from dataclasses import replace
from typing import Any, Literal

from agent.degrees import NUMBERS
from agent.earlier import EARLIER, earlier, with_year
from agent.feasible import predicts
from agent.implied import with_measure
from agent.meaning import (
    Meaning,
    by_slots,
    predicted,
    read_meaning,
    sure_intent,
)
from agent.measures import PREDICTED
from agent.pointed import THEIR_SEGMENT, asks_size, joins, pointed_at, same_person, still_without
from agent.remembering import stretches
from agent.slots import KINDS, Slots

_GOES_ON = re.compile(
    r"^\W*(?:and|also|as|put|forget|ignore|switch|hmm|oh|nein|non|sorry|wait|make|then|let us|"
    r"what about|"
    r"how about|no|nope|only|just|same|but|or|ok(?:ay)?|then|now|drop|"
    r"without|instead|again|"
    r"i (?:mean|meant)|sorry|actually|back to|make (?:it|that)|for|in|of|with|split|und|y|"
    r"et)\b(?! many)",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:does that|that make|(?:in|from|of|over|out) there|the latter|them|they|their|theirs|"
    r"those|these|that one|it|its|he|she|her|his|him|there|the same|"
    r"(?:was|is|are|were|of|about|in|for) (?:that|this|these|those)|which of (?:the|these|those|"
    r"them|both)|"
    r"of (?:the )?(?:two|three|\d))\b",
    re.IGNORECASE,
)
_DROPS = re.compile(
    r"\b(?:drop|without|remove|forget|all|any|every|whole|across all)\b", re.IGNORECASE
)
_EVER = re.compile(
    r"\b(?:all[- ]time|ever|in total|so far|lifetime|since the beginning|overall)\b", re.IGNORECASE
)
_WHICH_OF = re.compile(r"\bwhich (?:one |of |was |is |has |had )|^\W*(?:so )?who (?:wins|leads|"
                       r"is )",
                       re.IGNORECASE)  # fmt: skip
_MORE = re.compile(
    r"\b(?:more|less|fewer|higher|lower|bigger|smaller|larger|better|worse|greater|ahead|wins?|"
    r"leads|stronger|weaker)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<![<\w])[^\W\d_]{2,}(?![\w>])")
_SMALL = frozenset(
    """
    and or the in of for to no only just same what about how but ok then now please i mean meant
    too also on by a an with at is it was ones from me again instead sorry actually und et
    """.split()  # noqa: SIM905
)


def follow(question: str, slots: Slots, remembered: dict[str, Any]) -> Meaning:
    """The meaning of a question in its thread."""
    pointed = pointed_at(slots, remembered)
    if not remembered.get("intent") or not (_leans(slots) or pointed is not slots):
        return read_meaning(question, slots)
    slots, text = pointed, slots.masked
    if (
        _WHICH_OF.search(text)
        and (slots.extreme or _MORE.search(text))
        and len(remembered.get("seen", [])) > 1
        and not slots.dimensions
    ):
        return _which_of(question, slots, remembered)
    if _WHICH_OF.search(text) and _MORE.search(text) and len(remembered.get("days", [])) > 1:
        return _which_days(question, slots, remembered)
    slots = _foreseen(_plainly(slots))
    if _WHENCE.search(text):  # the same again: its receipts stand under it
        same = _merged(replace(slots, dimensions=(), measures=()), remembered)
        return Meaning(str(remembered["intent"]), same, question)
    merged = _merged(slots, remembered)
    own = _own_intent(question, slots)
    intent = own or str(remembered["intent"])
    if asks_size(slots, remembered):
        merged = replace(merged, dimensions=(), measures=("customers",))
        return Meaning("total", merged, question)
    foretold = own in _OF_DAYS_AHEAD and predicts(slots)
    if _keeps_ranking(slots, remembered) and not foretold:
        intent, own = str(remembered["intent"]), ""
    if _WHO_ARE.search(text) and (merged.of("segment") or merged.filter):
        intent, own = "people", "people"
    kind, name = (remembered.get("seen") or [["", ""]])[-1]
    if _PART_OF.search(text) and kind in KINDS and not merged.names:
        merged = replace(merged, names={kind: (name,)}, measures=("share_of_revenue",))
        return Meaning("share", merged, question)
    if re.search(r"\b(?:reasons?|why)\b", text, re.I) and merged.customers:
        own = "why_customer" if remembered["intent"] != "ahead" else "ahead"
        return Meaning(own, merged, question, why=True)
    if remembered["intent"] == "shifts" and _WAYS.search(text) and not slots.measures:
        intent, own = "shifts", "shifts"
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
    if intent == "audience" and "how many" in text:
        intent = "total"
    if intent == "people" and slots.measures and "how many" in text:
        intent = "total"
    if joins(slots) and any(len(merged.of(kind)) > 1 for kind in KINDS):
        intent = "compare" if not ahead else "ahead"
    if intent == "extreme" and not merged.dimensions:
        intent = "total"
    if intent == "breakdown" and not (merged.dimensions or merged.attribute[0]):
        intent = "total"
        merged = replace(merged, measures=merged.measures or ("customers",))
    if merged.customers and merged.dimensions == ("segment",) and not merged.extreme:
        intent = "customer"  # which segment is that person in
    if (
        merged.dimensions == ("segment",)
        and intent in ("segments", "breakdown")
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


def _foreseen(slots: Slots) -> Slots:
    """ "Will they stick around?" counts something else than the question before."""
    counted = with_measure(slots)
    return counted if set(counted.measures) & set(PREDICTED) else slots


def _plainly(slots: Slots) -> Slots:
    """Without words that only drop or introduce: "forget gender", "the other segment, Loyal"."""
    if slots.attribute[0] and re.search(r"\b(?:forget|drop|without|clear)\b", slots.masked, re.I):
        slots = replace(slots, attribute=("", ()))
    named = slots.of("segment") or _RESET.search(slots.masked)
    named = named or THEIR_SEGMENT.search(slots.masked)
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


_PART_OF = re.compile(r"\bwhat (?:share|part|percent\w*) is (?:that|it|this)\b", re.IGNORECASE)
_FRESH = re.compile(r"\b(?:how many|how much|why|compare|versus|average|what is the)\b", re.I)
_WHO_ARE = re.compile(
    r"\b(?:who are (?:they|these|those)|names? (?:them|of them)|list (?:them|those)|give me \d+|"
    r"the "
    r"top \d+ (?:of (?:them|those)|at risk|in there|there))\b", re.I)  # fmt: skip
_RANKS = ("extreme", "breakdown", "people")
_OF_DAYS_AHEAD = ("churn", "value", "ahead")  # rankings of their own


def _keeps_ranking(slots: Slots, remembered: dict[str, Any]) -> bool:
    """ "By units, I meant", "in Germany": the same list of something else."""
    if remembered["intent"] not in _RANKS or slots.dimensions or slots.customers:
        return False
    if slots.measures and remembered.get("winner") and _POINTS.search(slots.masked):
        return False  # of the one that stood first
    return not _FRESH.search(slots.masked) and not slots.attribute[0]


_WAYS = re.compile(r"\b(?:in|out|into|out of|from|to|moved?|entered|left|joined)\b", re.IGNORECASE)
_OPPOSITE = re.compile(
    r"\b(?:opposite|other way (?:a)?round|reverse|flip(?:ped)?)\b", re.IGNORECASE
)
_MAKE_IT = re.compile(
    r"\b(?:make (?:it|that)|rather|try|and|say|what about|only|just) (\d[\d,]*)\b"
    r"(?: (?P<unit>day|week|month|year)s?\b)?|"
    r"\b(\d{1,2}|two|three|four|five|ten)(?:'s| is| are)? (?:enough|will do|would do|suffices?)\b",
    re.I,
)
_INSTEAD = re.compile(r"\b(?:instead of|rather than|not) (?:the )?<(?P<kind>\w+)>", re.IGNORECASE)


def _leans(slots: Slots) -> bool:
    text = slots.masked
    words = [w for w in _WORD.findall(text) if w.casefold() not in _SMALL]
    bare = len(words) <= (0 if slots.measures or slots.dimensions else 1)
    told = not slots.is_empty
    short = len(_WORD.findall(text)) <= 4 and not slots.dimensions
    short = short and not _WHOLE.search(text)
    if slots.dimensions == ("segment",) and not slots.extreme and len(_WORD.findall(text)) <= 4:
        short = short or "again" in text.casefold()
    return (
        bool(_GOES_ON.search(text) or _POINTS.search(text) or _OPPOSITE.search(text))
        or bool(
            EARLIER.search(text)
            or "instead" in text
            or bool(re.search(r"\b(?:switch|reasons?|i mean(?:t)?)\b", text, re.I))
            or bool(_RESET.search(text) or _MAKE_IT.search(text))
        )
        or (bare and told)
        or short
    )


_WHOLE = re.compile(r"\b(?:total|overall|all|whole|shop|altogether)\b", re.IGNORECASE)


def _own_intent(question: str, slots: Slots) -> str:
    """What a follow-up asks for itself, beyond other names and days."""
    words = [w for w in _WORD.findall(slots.masked) if w.casefold() not in _SMALL]
    if not words or (
        not slots.measures and not slots.dimensions and len(words) <= 2 and not slots.extreme
    ):
        return ""
    bare = not (slots.measures or slots.dimensions or slots.extreme or slots.where)
    found = sure_intent(slots) if bare else read_meaning(question, slots).intent
    short = len(words) <= 4 and not slots.measures
    if found == "vague" or (short and found in ("outside", "missing", "help", "action")):
        return ""
    return found


def _merged(slots: Slots, remembered: dict[str, Any]) -> Slots:
    kept = {kind: tuple(values) for kind, values in remembered.get("filters", {}).items()}
    if remembered.get("segment"):
        kept["segment"] = tuple(remembered["segment"])
    elif remembered.get("winner") and THEIR_SEGMENT.search(slots.masked):
        kept = {"segment": (str(remembered["winner"]),)}
    elif asks_size(slots, remembered) or remembered.get("winner") and _POINTS.search(slots.masked):
        kept["segment"] = (str(remembered["winner"]),)
    kept = _reset(slots, kept)
    dropped = bool(_DROPS.search(slots.masked))
    swapped = _INSTEAD.search(slots.masked)
    if swapped and len(slots.of(swapped["kind"].casefold())) == 2:
        kind = swapped["kind"].casefold()
        new, old = slots.of(kind)
        if slots.masked.find(f"<{kind.upper()}>") >= swapped.start():
            new, old = old, new
        known = kept.get(kind, ())
        kept[kind] = tuple(new if value == old else value for value in known) or (new,)
        slots = replace(slots, names={k: v for k, v in slots.names.items() if k != kind})
    for kind in KINDS:
        values = slots.of(kind)
        plural = {"country": "countries", "category": "categories"}.get(kind, f"{kind}s")
        whole = re.search(rf"\ball of (?:the )?<{kind.upper()}>", slots.masked, re.I)
        if (
            dropped
            and not whole
            and (values == kept.get(kind) or re.search(rf"\b{plural}\b", slots.masked))
        ):
            kept.pop(kind, None)
        elif values and joins(slots) and kept.get(kind):
            kept[kind] = tuple(dict.fromkeys((*kept[kind], *values)))
        elif values:
            kept[kind] = values
    customers = slots.customers or same_person(slots, remembered)
    if customers and "segment" not in slots.names and not remembered.get("segment"):
        kept.pop("segment", None)  # where a person stands narrows nothing that is asked of them
    periods = with_year(slots, remembered) or earlier(slots.masked, remembered) or (
        () if _EVER.search(slots.masked) else stretches(remembered)
    )  # fmt: skip
    people = {name: tuple(words) for name, words in remembered.get("people", {}).items()}
    forgets = re.search(r"\b(?:forget|drop|clear|everyone|everybody|all)\b", slots.masked, re.I)
    people = {} if forgets and not slots.people else people | slots.people
    where = str(remembered.get("where", ""))
    number = _MAKE_IT.search(slots.masked)
    if number and where and not slots.where:
        bound = _number(number) * _DAYS_OF.get((number["unit"] or "").casefold(), 1)
        where = re.sub(r"\d[\d.]*", str(bound), where, count=1)
    measures = tuple(
        m
        for m in slots.measures
        if m != "customers" or "how many" in slots.masked or len(slots.measures) == 1
    )
    inherits = not slots.dimensions and (not measures or _keeps_ranking(slots, remembered))
    before = set(remembered.get("metrics", ()))
    if (
        before & {"churn", "expected_leavers"}
        and (set(measures) == {"revenue"} or (not measures and _COSTS.search(slots.masked)))
        and not _SO_FAR.search(slots.masked)
    ):
        measures = ("value_at_risk", "revenue_at_risk")
    return replace(
        slots,
        names=kept,
        customers=customers,
        periods=periods,
        measures=measures or tuple(remembered.get("metrics", ())),
        dimensions=slots.dimensions or (tuple(remembered.get("by", ())) if inherits else ()),
        extreme=_flipped(slots, remembered)
        or slots.extreme
        or (remembered.get("extreme") if inherits else None),
        people=people,
        without=slots.without or still_without(slots, remembered),
        attribute=slots.attribute
        if slots.attribute[0] or not inherits or forgets
        else (
            str(remembered.get("attribute", ["", []])[0]),
            tuple(remembered.get("attribute", ["", []])[1]),
        ),
        top=slots.top
        or _made(slots, remembered)
        or (remembered.get("top") if inherits or slots.dimensions else None),
        where=slots.where or ("" if forgets else where),
        consent=slots.consent or ("" if forgets else str(remembered.get("consent", ""))),
    )


def _made(slots: Slots, remembered: dict[str, Any]) -> int | None:
    """ "Make it 8": of a ranking so many."""
    number = _MAKE_IT.search(slots.masked)
    ranks = remembered["intent"] in _RANKS and not remembered.get("where")
    return max(1, min(_number(number), 20)) if number and ranks else None


_DAYS_OF = {"week": 7, "month": 30, "year": 365}


def _number(match: re.Match[str]) -> int:
    said = next(group for group in match.groups() if group).replace(",", "").casefold()
    return NUMBERS.get(said) or int(said)


_COSTS = re.compile(r"\b(?:costs?|lose|at stake|riding on)\b", re.IGNORECASE)
_SO_FAR = re.compile(
    r"\b(?:so far|to date|did|spen[dt]|brought|bring|revenue|turnover|sales|last|lifetime)\b", re.I
)
_RESET = re.compile(
    r"\b(?:whole shop|shop as a whole|as a whole|every(?:one|body)|entire|clear|no filters?|"
    r"regardless of|in general|overall|all customers|all (?:the )?(?:segments|countries))\b",
    re.IGNORECASE,
)


def _reset(slots: Slots, kept: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What "for the whole shop" and the like leave of the names."""
    text = slots.masked
    if not _RESET.search(text):
        return kept
    if "filter" in text or "countr" in text:
        return {kind: v for kind, v in kept.items() if kind == "segment"}
    if re.search(r"\b(?:segments?|groups?)\b", text):
        return {kind: v for kind, v in kept.items() if kind != "segment"}
    return {}


def _flipped(slots: Slots, remembered: dict[str, Any]) -> Literal["largest", "smallest"] | None:
    if not _OPPOSITE.search(slots.masked):
        return None
    return "largest" if remembered.get("extreme") == "smallest" else "smallest"


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


def _which_days(question: str, slots: Slots, remembered: dict[str, Any]) -> Meaning:
    """ "Which was better?", of the two stretches that were told of last."""
    merged = _merged(slots, remembered)
    days = stretches({"periods": remembered["days"]})
    found = replace(merged, periods=days, dimensions=(), extreme=None)
    return Meaning("compare", found, question)


def _still_compares(slots: Slots) -> bool:
    return any(len(slots.of(kind)) > 1 for kind in KINDS) or len(slots.periods) > 1
