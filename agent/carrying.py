"""What a follow-up counts, of whom and when: its own slots, and those of the thread it keeps."""

import re
from dataclasses import replace
from typing import Any, Literal

from agent.degrees import NUMBERS
from agent.earlier import earlier, with_year
from agent.leaning import MAKE_IT, OPPOSITE, POINTS
from agent.measures import PREDICTED
from agent.pointed import THEIR_SEGMENT, asks_size, joins, same_person, still_without
from agent.remembering import stretches
from agent.slots import KINDS, Slots
from agent.taken_back import ANY_TIME, taken_by_name, what_is_left

_FRESH = re.compile(r"\b(?:how many|how much|why|compare|versus|average|what is the)\b", re.I)
_RANKS = ("extreme", "breakdown", "people")
_INSTEAD = re.compile(r"\b(?:instead of|rather than|not) (?:the )?<(?P<kind>\w+)>", re.IGNORECASE)


def carried(slots: Slots, remembered: dict[str, Any]) -> Slots:
    kept = {kind: tuple(values) for kind, values in remembered.get("filters", {}).items()}
    if remembered.get("segment"):
        kept["segment"] = tuple(remembered["segment"])
    elif remembered.get("winner") and THEIR_SEGMENT.search(slots.masked):
        kept = {"segment": (str(remembered["winner"]),)}
    elif asks_size(slots, remembered) or remembered.get("winner") and POINTS.search(slots.masked):
        kept["segment"] = (str(remembered["winner"]),)
    held, kept = kept, what_is_left(slots, kept)
    if slots.extreme:  # "which country is worst?" asks of all countries
        kept = {kind: values for kind, values in kept.items() if kind not in slots.dimensions}
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
        values = slots.of(kind) if not taken_by_name(slots, kind, held) else ()
        if values and joins(slots) and kept.get(kind):
            kept[kind] = tuple(dict.fromkeys((*kept[kind], *values)))
        elif values:
            kept[kind] = values
    customers = slots.customers or same_person(slots, remembered)
    if customers and "segment" not in slots.names and not remembered.get("segment"):
        kept.pop("segment", None)  # where a person stands narrows nothing that is asked of them
    periods = with_year(slots, remembered) or earlier(slots.masked, remembered) or (
        () if ANY_TIME.search(slots.masked) else stretches(remembered)
    )  # fmt: skip
    if joins(slots) and slots.periods and not slots.names:
        periods = tuple(dict.fromkeys((*stretches(remembered), *periods)))
    people = {name: tuple(words) for name, words in remembered.get("people", {}).items()}
    forgets = re.search(r"\b(?:forget|drop|clear|everyone|everybody|all)\b", slots.masked, re.I)
    people = {} if forgets and not slots.people else people | slots.people
    where = str(remembered.get("where", ""))
    number = MAKE_IT.search(slots.masked)
    if number and where and not slots.where:
        bound = round(_number(number) * _DAYS_OF.get((number["unit"] or "").casefold(), 1))
        where = re.sub(r"\d[\d.]*", str(bound), where, count=1)
    measures = tuple(
        m
        for m in slots.measures
        if m != "customers" or "how many" in slots.masked or len(slots.measures) == 1
    )
    inherits = not slots.dimensions and (not measures or keeps_ranking(slots, remembered))
    if same := _SAME_SO_MANY.search(slots.masked):
        several = NUMBERS.get(same["number"].casefold(), 2)
        measures = measures or tuple(remembered.get("counted", ())[-several:])
    before = set(remembered.get("metrics", ()))
    if (
        before & {"churn", "expected_leavers"}
        and (set(measures) == {"revenue"} or (not measures and _COSTS.search(slots.masked)))
        and not _SO_FAR.search(slots.masked)
    ):
        measures = ("value_at_risk", "revenue_at_risk")
    if not measures and before & set(PREDICTED) and ANY_TIME.search(slots.masked):
        measures = ("revenue",)  # "and up to now?"
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
    number = MAKE_IT.search(slots.masked)
    ranks = remembered["intent"] in _RANKS and not remembered.get("where")
    return max(1, min(_number(number), 20)) if number and ranks else None


_DAYS_OF = {"week": 7, "month": 365.25 / 12, "year": 365.25}


def _number(match: re.Match[str]) -> int:
    said = next(group for group in match.groups() if group).replace(",", "").casefold()
    return NUMBERS.get(said) or int(said)


_SAME_SO_MANY = re.compile(
    r"\b(?:same|those|these|both|all) "
    r"(?P<number>two|three|four|figures|numbers|questions|things)\b",
    re.IGNORECASE,
)
_COSTS = re.compile(r"\b(?:costs?|lose|at stake|riding on)\b", re.IGNORECASE)
_SO_FAR = re.compile(
    r"\b(?:so far|to date|did|spen[dt]|brought|bring|revenue|turnover|sales|last|lifetime)\b", re.I
)


def _flipped(slots: Slots, remembered: dict[str, Any]) -> Literal["largest", "smallest"] | None:
    if not OPPOSITE.search(slots.masked):
        return None
    return "largest" if remembered.get("extreme") == "smallest" else "smallest"


def keeps_ranking(slots: Slots, remembered: dict[str, Any]) -> bool:
    """ "By units, I meant", "in Germany": the same list of something else."""
    if remembered["intent"] not in _RANKS or slots.dimensions or slots.customers:
        return False
    if slots.measures and remembered.get("winner") and POINTS.search(slots.masked):
        return False  # of the one that stood first
    return not _FRESH.search(slots.masked) and not slots.attribute[0]
