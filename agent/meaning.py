"""What a question means: an intent and its slots, vetoed by what the slots allow.

Rules come first where words leave no doubt; else the reader of intents decides, and the slots may
overrule it: nothing is compared with itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.actions import action_of
from agent.cues import (
    AHEAD_OF_ONE,
    EACH,
    GREETING,
    LISTING,
    METHOD,
    MOVING,
    QUALITY,
    SAVED,
    STREAM,
    TREND,
    WHY,
)
from agent.doubt import (
    BEYOND,
    DOUBTED,
    REFUSABLE,
    UNCOUNTED,
    clearly_other,
    is_weak,
    surely_beyond,
)
from agent.feasible import LOOSE, compares, feasible, names_several, predicts
from agent.implied import with_measure
from agent.intents import Guess, read_intents
from agent.measures import PREDICTED, RANKED
from agent.noted import noted_intent
from agent.outside import ACTION, AHEAD, MISSING, is_no_question, limit_of
from agent.overview import overview_intent
from agent.ranking import A_COUNT, along_growth, ranks_people, with_growth
from agent.scheduling import digest_intent
from agent.slots import Slots
from agent.watching import watched_intent

_SURE = 0.30  # below, the slots decide
_BEYOND_SURE = 0.6  # that no record answers it, although something known is named
_CLOSE = 0.06
_DOUBTFUL = 0.42  # above, the second reading is not asked about


@dataclass(frozen=True)
class Meaning:
    """`other` is the second reading where two are close; `strange` what nothing is called."""

    intent: str
    slots: Slots
    question: str
    other: str = ""
    strange: str = ""
    why: bool = False
    unrecorded: bool = False  # all days that it names lie before the records, or after them
    audience: dict[str, Any] = field(default_factory=dict)  # to be saved: name, where, holdout


def read_meaning(question: str, slots: Slots) -> Meaning:
    text, other = slots.masked, ""
    slots = with_growth(slots)
    counted = with_measure(slots)
    guessed = predicts(counted) and not overview_intent(slots)
    intent = sure_intent(counted if guessed else slots)
    said, slots = slots, counted
    if not intent:
        guesses = [
            guess for guess in read_intents(text)
            if feasible(guess.name, text, said if guess.name in UNCOUNTED else slots)
        ]  # fmt: skip
        intent, other = _decide(guesses, text, slots)
    elif (
        intent in REFUSABLE
        and not (intent == "compare" and set(slots.measures) - LOOSE)
        and (beyond := surely_beyond(slots))
    ):
        intent = beyond
    elif intent in DOUBTED and is_weak(slots):
        intent = clearly_other(intent, text, slots) or intent
    alone = intent in ("extreme", "people") and not slots.dimensions and not slots.top
    if names_several(slots) and (alone or (intent == "portrait" and compares(text, slots))):
        intent = "compare"  # "Austria, Denmark, Norway: who has the most?"
    if intent == "compare" and names_several(slots) and _of_shares(slots):
        intent = "share"  # of each its part
    if (
        intent in ("compare", "trend")
        and len(slots.periods) > 2
        and not names_several(replace(slots, periods=()))
    ):
        intent = "total"  # each stretch by itself
    return Meaning(intent, slots, question, other, why=bool(WHY.search(text)))


def _of_shares(slots: Slots) -> bool:
    return any(measure.startswith("share_of") for measure in slots.measures) and not slots.customers


def sure_intent(slots: Slots) -> str:
    """What words alone settle; in this order."""
    text = slots.masked
    if is_no_question(text):
        return "outside"
    if GREETING.search(text):
        return "help"
    if STREAM.search(text):
        return "stream"
    if scheduled := digest_intent(text):
        return scheduled
    if watched := watched_intent(slots):
        return watched
    if wide := overview_intent(slots):
        return wide
    if ACTION.search(text):
        return "action"
    if action := action_of(text, slots):
        return action
    if noted := noted_intent(slots):
        return noted
    if QUALITY.search(text):
        return "quality"
    if _is_missing(text, slots):
        return "missing"
    if slots.best and not slots.dimensions:
        parts = {"revenue", "share_of_revenue", "customers", "share_of_customers"}
        return "share" if set(slots.measures) <= parts else "total"
    if along_growth(slots):
        return "trend"
    if METHOD.search(text):
        return "evidence"
    if slots.customers and not _compares_customers(slots):
        return _of_customer(text, slots)
    if slots.customers and compares(text, slots):
        return "compare"
    if SAVED.search(text) and not slots.where and slots.is_empty:
        return "audiences"
    if SAVED.search(text) and not slots.measures and not slots.where:
        return "total"
    if ranks_people(slots) and not compares(text, slots):
        return "people"
    if _moves(text, slots):
        return "shifts"
    if slots.names.keys() - {"segment"} and not slots.measures and _BUYERS.search(text):
        return "total"
    sought = "segment" in slots.dimensions or slots.extreme
    if slots.measures[:1] == ("revenue_at_risk",) and sought and not slots.names:
        return "advice"
    return predicted(slots) or _counted(text, slots)


def _is_missing(text: str, slots: Slots) -> bool:
    if AHEAD.search(text) and not predicts(slots):
        return True
    if limit_of(text) or slots.absent[0] in ("gender", "channel", "category"):
        return True
    counted = slots.dimensions or slots.where or set(slots.measures) - LOOSE
    text = _PURPOSE.sub(" ", text) if counted else text
    text = _WAVED_ASIDE.sub(" ", text)
    asked = _LAST_ASKED.search(text)
    if asked and not _LEANS.search(asked["asked"]):
        text = asked["asked"]  # "I run the CRM with no budget, and would like to know how many ..."
    return bool(MISSING.search(text)) and not slots.consent


_LAST_ASKED = re.compile(
    r"^(?:\S+ ){6,}?(?P<asked>(?:how (?:many|much)|which|what (?:is|are|was|were|did|share)|who)\b"
    r"(?=.*(?:<\w+>|\b(?:revenue|orders|sales|average|customers)\b)).*)$",
    re.IGNORECASE,
)
_LEANS = re.compile(r"\b(?:it|they|them|that|this|those|these)\b", re.IGNORECASE)
# "No traffic stats needed", "margins I don't care about": what is not asked.
_WAVED_ASIDE = re.compile(
    r"\b(?:no|not|without) (?:[\w<>-]+ ){1,3}(?:needed|required|necessary|wanted)\b|"
    r"\b(?:[\w<>-]+ ){1,2}(?:i|we) (?:do not|don['’]?t|dont) (?:care|need|want|mind)"
    r"(?: (?:about|abt|for))?\b|\b(?:do not|don['’]?t|dont) (?:care (?:about|for)|need|want)"
    r"(?: the| any)? [\w-]+(?: [\w-]+)?(?= just| only|,|\.|;|$)|\bto stock up\b",
    re.IGNORECASE,
)
# What a figure is wanted for: "the best day for sending e-mails", "I need to plan the phone rota".
_PURPOSE = re.compile(
    r"\b(?:for|to|so (?:that )?(?:i|we) can)\s+(?:(?:send\w*|plan\w*|post\w*|writ\w+|schedul\w+|"
    r"prepar\w+|run\w*|do\w*|my|our|the|a|an|some|this|next)\s+){1,4}[\w-]+(?: [\w-]+)?",
    re.IGNORECASE,
)


def _compares_customers(slots: Slots) -> bool:
    return len(slots.customers) > 1 and not predicts(slots)


def _of_customer(text: str, slots: Slots) -> str:
    if predicts(slots) or AHEAD_OF_ONE.search(text):
        return "ahead"
    return "why_customer" if WHY.search(text) else "customer"


def _moves(text: str, slots: Slots) -> bool:
    if _beside_before(text, slots):
        return True
    if not MOVING.search(text) or _counts_over_time(slots):
        return False
    if predicts(slots) and not slots.periods and _LOSING.search(text):
        return False
    if slots.names.keys() - {"segment"} or slots.people:
        return False
    of_segments = bool(slots.of("segment")) or "segment" in slots.dimensions
    if len(slots.periods) > 1 and not of_segments:
        return False
    ahead = re.search(r"\b(?:will|going to|likely|expected|probably|might|about to)\b", text)
    return ahead is None


_LOSING = re.compile(r"\b(?:losing|lose)\b", re.IGNORECASE)
_BUYERS = re.compile(
    r"\b(?:who|everyone|everybody|anyone|people|customers)\b.{0,20}\b(?:bought|buys?|ordered|had|"
    r"got)"
    r"\b.{0,12}<(?:PRODUCT|CATEGORY)>",
    re.IGNORECASE,
)


def _beside_before(text: str, slots: Slots) -> bool:
    """ "At risk versus last month": a segment beside what it was, and nothing else is counted."""
    plain = len(slots.of("segment")) == 1 and not slots.names.keys() - {"segment"}
    plain = plain and not set(slots.measures) - {"customers"} and not slots.dimensions
    return plain and len(slots.periods) == 1 and bool(_BESIDE.search(text))


_BESIDE = re.compile(r"\b(?:versus|than|compared (?:to|with)|against|since) <PERIOD>", re.I)


def predicted(slots: Slots) -> str:
    """Of measures that look ahead; "value" where money is meant first."""
    ahead = [measure for measure in slots.measures if measure in PREDICTED]
    if not ahead:
        return ""
    if slots.top and ahead[0] in RANKED and not slots.dimensions:
        return "people"
    if _narrowed(slots) or set(ahead) & set(_GROUP_ONLY) or len(slots.of("segment")) > 2:
        return "ahead"
    if "segment" not in slots.dimensions and slots.of("segment") and ahead[0] == "expected_value":
        return "ahead"
    return "value" if ahead[0] in ("expected_value", "revenue_at_risk") else "churn"


_GROUP_ONLY = ("buy_soon", "value_at_risk", "expected_value_per_customer", "next_order_date",
               "next_segment", "revenue_at_risk")  # fmt: skip


def _narrowed(slots: Slots) -> bool:
    return bool(slots.names.keys() - {"segment"} or slots.filter or slots.without)


def _counted(text: str, slots: Slots) -> str:
    """Of measures over the records: which of them are clear enough to need no guess."""
    if LISTING.search(text) and slots.of("segment") and not slots.dimensions:
        return "members"
    if _DESCRIBES.search(text) and slots.dimensions == ("segment",) and not slots.extreme:
        return "notes"
    alone = slots.dimensions == ("segment",) and slots.is_empty and not slots.extreme
    if alone and slots.measures == ("customers",) and EACH.search(text):
        return "segments"
    if alone and any(measure.startswith("share_of") for measure in slots.measures):
        return "segments"  # each with both shares
    if "segments" in slots.measures:
        return "segments" if not WHY.search(text) else "evidence"
    if slots.attribute[0] and not slots.people and not slots.dimensions:
        return "breakdown"
    if slots.consent and not WHY.search(text):
        return "total"
    strong = set(slots.measures) - {"customers"}
    if not strong and slots.where and not slots.dimensions and not compares(text, slots):
        return "audience" if not A_COUNT.search(text) else "total"
    if not strong and "how many" in text and not compares(text, slots):
        if not slots.dimensions:
            return "total"
        return "extreme" if slots.extreme else by_slots(text, slots)
    if WHY.search(text) and not strong:
        return ""
    if strong or (slots.extreme and slots.dimensions):
        if WHY.search(text) and not slots.dimensions and not slots.extreme:
            return "compare" if len(slots.periods) > 1 else _why_counted(slots)
        return by_slots(text, slots)
    return ""


_DESCRIBES = re.compile(r"\b(?:rarely|seldom|hardly ever|but (?:spend|buy|order)s?)\b", re.I)


def _why_counted(slots: Slots) -> str:
    share = any(measure.startswith("share_of") for measure in slots.measures)
    if share and slots.names:
        return "share"
    if slots.names and not slots.periods and not TREND.search(slots.masked):
        return "portrait" if slots.of("segment") else "compare"
    return "trend"


def _decide(guesses: Sequence[Guess], text: str, slots: Slots) -> tuple[str, str]:
    if not guesses:
        return by_slots(text, slots), ""
    first, *more = guesses
    if first.probability < _SURE or (
        first.name in BEYOND
        and first.probability < _BEYOND_SURE
        and not (slots.is_empty and not slots.dimensions)
    ):
        found = by_slots(text, slots)
        if found != "outside" or first.probability < _SURE:
            return found, ""
    second = more[0] if more else None
    close = second and first.probability - second.probability < _CLOSE
    if close and second and first.probability < _DOUBTFUL and _apart(first.name, second.name):
        return first.name, second.name
    return first.name, ""


def by_slots(text: str, slots: Slots) -> str:
    """The plain reading of what was named, when the wording tells little."""
    if compares(text, slots):
        return "compare"
    if along_growth(slots):
        return "trend"
    if slots.dimensions and slots.extreme:
        return "extreme"
    if slots.attribute[0] and not slots.people:
        return "breakdown"
    trend = TREND.search(text) and "rows_dropped" not in slots.measures
    if trend and (slots.measures or slots.periods):
        return "trend"
    of_some = slots.names or slots.filter
    of_all = slots.names and _PART_OF_ALL.search(text)
    if (any(measure.startswith("share_of") for measure in slots.measures) and of_some) or of_all:
        return "share"
    if slots.dimensions and slots.dimensions != ("segment",):
        return "breakdown"
    if slots.extreme and not slots.dimensions and names_several(slots):
        return "compare"
    if slots.extreme and slots.measures:
        return "extreme"
    if slots.dimensions:
        sizes = slots.dimensions == ("segment",) and set(slots.measures) <= {"customers"}
        return "segments" if sizes and not slots.names else "breakdown"
    if slots.measures or slots.filter or slots.consent:
        return "total"
    if slots.of("segment"):
        return "portrait"
    return "total" if slots.names else "outside"


_PART_OF_ALL = re.compile(
    r"(?:\b(?:shares?|parts?|percent\w*|proportion|fraction)|%) of (?:the |our |all )*"
    r"(?:orders|units|returns|new customers)\b",
    re.IGNORECASE,
)


def _counts_over_time(slots: Slots) -> bool:
    """ "New customers joined in November" is a count, not a shift."""
    moving = {"customers", "churn", "expected_leavers", "rows_dropped"}
    counted = set(slots.measures) - moving
    if counted == {"new_customers"}:
        return not (slots.of("segment") or "segment" in slots.dimensions)
    return bool(counted)


_ALIKE = ({"total", "portrait", "share", "compare"}, {"segments", "breakdown",
    "extreme"}, {"outside", "missing", "action", "help", "advice"},
          {"churn", "value"}, {"shifts", "trend"}, {"total", "breakdown"}, {
              "total", "records"}, {"notes", "extreme"})  # fmt: skip


def _apart(one: str, two: str) -> bool:
    """Whether it matters to the asker which of them is answered."""
    if {one, two} & {*BEYOND, "vague", "help", "stream", "audiences", "records"}:
        return False
    return not any({one, two} <= group for group in _ALIKE)
