"""What a question means: an intent and its slots, vetoed by what the slots allow.

Rules come first where words leave no doubt; else the reader of intents decides, and the slots may
overrule it: nothing is compared with itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.actions import action_of
from agent.intents import Guess, read_intents, read_measure
from agent.measures import PREDICTED, RANKED
from agent.noted import noted_intent
from agent.outside import ACTION, AHEAD, MISSING, is_no_question, limit_of
from agent.ranking import A_COUNT, along_growth, ranks_people
from agent.scheduling import digest_intent
from agent.slots import KINDS, Slots
from agent.watching import watched_intent

_SURE = 0.30  # below, the slots decide
_MEASURE_SURE = 0.5
_BEYOND_SURE = 0.6  # that no record answers it, although something known is named
_CLOSE = 0.06
_DOUBTFUL = 0.42  # above, the second reading is not asked about

_STREAM = re.compile(
    r"\b(?:streams?|streaming|kafka|dead letters?|event feed|lag(?:ging)?|events? (?:came|arriv\w*|"
    r"read|waiting))\b",
    re.IGNORECASE,
)
_TREND = re.compile(
    r"\b(?:grow(?:ing|n|th)?|grew|ris(?:e|ing|en)|rose|fall(?:ing|en)?|fell|declin\w+|drop(?:ped|"
    r"ping)?|increas\w+|decreas\w+|shr[aiu]nk\w*|"
    r"trends?|develop\w*|year on year|yoy|picking up|going (?:up|down)|up or down|(?:compared|"
    r"relative) (?:to|with)|than (?:the )?(?:year|month|quarter|week) before|"
    r"better or worse|than <PERIOD>|chang(?:e|ed|es)|jump(?:ed|s)?|spik(?:e|ed|es)|slump\w*|"
    r"plung\w*|tank(?:ed|ing)|soar\w*|cliff|weak(?:er)?|drove|driving|collapse\w*|crash\w*)\b",
    re.IGNORECASE,
)
_MOVING = re.compile(
    r"\b(?:did\b.{0,30}\b(?:leave|join|enter)|mov(?:e|es|ed|ing|ers?|ements?)|swap(?:ped|s|ping)?|shifts?|migrat\w+|switched|"
    r"entered|joined|join|"
    r"climb\w*|slid|sliding|upgraded|downgraded|promoted|demoted|bled|"
    r"c[ao]me? in(?:to|side)?|coming in(?:to)?|got into|get into|went (?:where|from|to|into)|left|"
    r"leavers from|net change|in and out|vanish\w*|gone (?:completely|altogether|for good)|"
    r"lost from|"
    r"chang(?:ed|ing) (?:segments?|groups?|sides|hands)|"
    r"(?:segments?|groups?) (?:has |have )?chang(?:ed|es)|"
    r"(?:segments?|groups?|SEGMENT>).{0,20}\b(?:grew|grown|shrank|shrunk|grow(?:ing|n)?|"
    r"shrink\w*|"
    r"lost|gained|added|bigger or smaller|change|changed)|"
    r"what(?: is| has| was| have|)? ?(?:changed|changes|change|different|new|happened|happening)|"
    r"(?:any|anything|something) (?:changed|changes|new|different|happened|movement)|news|"
    r"change in)(?= <SEGMENT>|\b)|^\W*(?:into|out of|and out|and in)\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:why|how come|what explains|reasons?|what (?:made|makes|keeps|holds)|end up)\b",
    re.IGNORECASE,
)
_COMPARING = re.compile(
    r"\b(?:compare\w*|versus|vs\.?|against|differ\w*|next to|side by side|more .* than|"
    r"less .* than|fewer .* than|\w+er than|than|or|(?:and|both|each|between|respectively))\b",
    re.IGNORECASE,
)
_OVERALL = re.compile(
    r"\b(?:overall|whole shop|the shop|average customer|everyone else|the rest|all customers|"
    r"in general)\b",
    re.I,
)
_LISTING = re.compile(
    r"\b(?:list|export|download|csv|file|ids?|customer numbers?|names of|who exactly)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|thanks?|thank you|good (?:morning|afternoon|evening)|help|hallo|danke|"
    r"hola|gracias|bonjour|merci)\b[\w\s,!]{0,20}$",
    re.I,
)
_QUALITY = re.compile(
    r"\b(?:how (?:good|accurate|reliable|sure|far)|trust|accura\w+|believe)\b.*"
    r"\b(?:predict\w*|scores?|churn|forecasts?|probabilit\w+)\b",
    re.IGNORECASE,
)
_METHOD = re.compile(
    r"\b(?:k-?means|h?dbscan|gmms?|gaussian mixtures?|mini-?batch|hierarchical|"
    r"silhouettes?|algorithms?|rfm rules)\b|"
    r"\b(?:segments?|groups?|clusters?|segmentation)\b.{0,20}\b(?:really (?:there|exist)|for real|"
    r"real|made up|genuine|natural|arbitrary|trustworthy)\b",
    re.IGNORECASE,
)
_NEWS = re.compile(rf"{_MOVING.pattern}|\b(?:chang\w*|different|new|happen\w*)\b", re.IGNORECASE)
_PART = re.compile(
    r"\b(?:shares?|percent\w*|parts?|proportion|fraction|how much of|account for|contribut\w+|"
    r"make up)\b|%",
    re.IGNORECASE,
)
_SAVED = re.compile(r"\baudiences?\b", re.IGNORECASE)
_EACH = re.compile(
    r"\b(?:each|every|by|per|all|split|break ?down|list|across|over)\b", re.IGNORECASE
)


_LOOSE = frozenset({"customers", "size", "much"})  # words that most questions hold
_BEYOND = ("outside", "missing", "action")
_UNCOUNTED = (*_BEYOND, "vague")


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
    counted = with_measure(slots)
    intent = sure_intent(counted if _predicts(counted) else slots)
    said, slots = slots, counted
    if not intent:
        guesses = [
            guess for guess in read_intents(text)
            if _feasible(guess.name, text, said if guess.name in _UNCOUNTED else slots)
        ]  # fmt: skip
        intent, other = _decide(guesses, text, slots)
    elif intent in _DOUBTED and _is_weak(slots):
        intent = _clearly_other(intent, text, slots) or intent
    return Meaning(intent, slots, question, other, why=bool(_WHY.search(text)))


def with_measure(slots: Slots) -> Slots:
    """Where no word names what is counted, what such a sentence counts."""
    sizes = slots.dimensions == ("segment",) and not slots.extreme
    if slots.measures or sizes or len(_WORDS.findall(slots.masked)) < _FEWEST_WORDS:
        return slots
    guess = read_measure(slots.masked)
    plain = guess.name in ("", "customers") and bool(slots.dimensions)
    if not guess.name or plain or guess.probability < _MEASURE_SURE:
        return slots
    return replace(slots, measures=(guess.name,))


_DOUBTED = ("total", "customer", "extreme", "breakdown")
_CLEAR = 0.6
_BETTER = ("shifts", "people", "vague", "evidence", "why_customer", "members", "churn", "value")


def _is_weak(slots: Slots) -> bool:
    """Whether only words were read that most questions hold."""
    loose = not set(slots.measures) - _LOOSE
    if slots.measures == ("revenue",):
        loose = slots.is_empty and not _MONEY_MADE.search(slots.masked)
    return loose and not (slots.filter or slots.consent)


_MONEY_MADE = re.compile(
    r"\b(?:revenues?|turnover|sales|takings?|income|earn\w*|sold|sells?|selling|spen[dt]\w*|"
    r"br(?:ing|ought)\w*|tills?|made|mak(?:e|es|ing))\b",
    re.IGNORECASE,
)


def _clearly_other(intent: str, text: str, slots: Slots) -> str:
    """What the whole sentence says clearly, against such words."""
    guesses = read_intents(text)
    if not guesses:
        return ""
    first = guesses[0]
    told = next((one.probability for one in guesses if one.name == intent), 0.0)
    sure = first.probability >= _CLEAR
    if first.name == "missing":
        empty = slots.customers or (slots.is_empty and not slots.dimensions)
        return first.name if sure and empty else ""
    sure = sure or first.probability >= max(0.4, 2.5 * told)
    return (
        first.name if sure and first.name in _BETTER and _feasible(first.name, text, slots) else ""
    )


_WORDS = re.compile(r"(?<![<\w])[^\W\d_]{2,}(?![\w>])")
_FEWEST_WORDS = 3  # beside names and days; "and in France?" counts what the question before did


def sure_intent(slots: Slots) -> str:
    """What words alone settle; in this order."""
    text = slots.masked
    if is_no_question(text):
        return "outside"
    if _GREETING.search(text):
        return "help"
    if _STREAM.search(text):
        return "stream"
    if scheduled := digest_intent(text):
        return scheduled
    if watched := watched_intent(slots):
        return watched
    if ACTION.search(text):
        return "action"
    if action := action_of(text, slots):
        return action
    if noted := noted_intent(slots):
        return noted
    if _QUALITY.search(text):
        return "quality"
    if _is_missing(text, slots):
        return "missing"
    if along_growth(slots):
        return "trend"
    if _METHOD.search(text):
        return "evidence"
    if slots.customers and not _compares_customers(slots):
        return _of_customer(text, slots)
    if _SAVED.search(text) and not slots.where and slots.is_empty:
        return "audiences"
    if _SAVED.search(text) and not slots.measures and not slots.where:
        return "total"
    if ranks_people(slots) and not _compares(text, slots):
        return "people"
    if _moves(text, slots):
        return "shifts"
    sought = "segment" in slots.dimensions or slots.extreme
    if slots.measures[:1] == ("revenue_at_risk",) and sought and not slots.names:
        return "advice"
    return predicted(slots) or _counted(text, slots)


def _is_missing(text: str, slots: Slots) -> bool:
    if AHEAD.search(text) and not _predicts(slots):
        return True
    if limit_of(text) or slots.absent[0] in ("gender", "channel", "category"):
        return True
    return bool(MISSING.search(text)) and not slots.consent


def _compares_customers(slots: Slots) -> bool:
    return len(slots.customers) > 1 and not _predicts(slots)


def _of_customer(text: str, slots: Slots) -> str:
    if _predicts(slots):
        return "ahead"
    return "why_customer" if _WHY.search(text) else "customer"


def _moves(text: str, slots: Slots) -> bool:
    if not _MOVING.search(text) or _counts_over_time(slots):
        return False
    if slots.names.keys() - {"segment"} or slots.people:
        return False
    of_segments = bool(slots.of("segment")) or "segment" in slots.dimensions
    if len(slots.periods) > 1 and not of_segments:
        return False
    ahead = re.search(r"\b(?:will|going to|likely|expected|probably|might|about to)\b", text)
    return ahead is None


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
    if _LISTING.search(text) and slots.of("segment") and not slots.dimensions:
        return "members"
    if _DESCRIBES.search(text) and slots.dimensions == ("segment",) and not slots.extreme:
        return "notes"
    sizes = slots.dimensions == ("segment",) and slots.measures == ("customers",)
    if sizes and slots.is_empty and not slots.extreme and _EACH.search(text):
        return "segments"
    if "segments" in slots.measures:
        return "segments" if not _WHY.search(text) else "evidence"
    if slots.attribute[0] and not slots.people and not slots.dimensions:
        return "breakdown"
    if slots.consent and not _WHY.search(text):
        return "total"
    strong = set(slots.measures) - {"customers"}
    if not strong and slots.where and not slots.dimensions and not _compares(text, slots):
        return "audience" if not A_COUNT.search(text) else "total"
    if not strong and "how many" in text and not _compares(text, slots):
        if not slots.dimensions:
            return "total"
        return "extreme" if slots.extreme else by_slots(text, slots)
    if _WHY.search(text) and not strong:
        return ""
    if strong or (slots.extreme and slots.dimensions):
        if _WHY.search(text) and not slots.dimensions and not slots.extreme:
            return "compare" if len(slots.periods) > 1 else _why_counted(slots)
        return by_slots(text, slots)
    return ""


_DESCRIBES = re.compile(r"\b(?:rarely|seldom|hardly ever|but (?:spend|buy|order)s?)\b", re.I)


def _why_counted(slots: Slots) -> str:
    share = any(measure.startswith("share_of") for measure in slots.measures)
    if share and slots.names:
        return "share"
    if slots.names and not slots.periods and not _TREND.search(slots.masked):
        return "portrait" if slots.of("segment") else "compare"
    return "trend"


def _decide(guesses: Sequence[Guess], text: str, slots: Slots) -> tuple[str, str]:
    if not guesses:
        return by_slots(text, slots), ""
    first, *more = guesses
    if first.probability < _SURE or (
        first.name in _BEYOND
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
    if _compares(text, slots):
        return "compare"
    if along_growth(slots):
        return "trend"
    if slots.dimensions and slots.extreme:
        return "extreme"
    if slots.attribute[0] and not slots.people:
        return "breakdown"
    trend = _TREND.search(text) and "rows_dropped" not in slots.measures
    if trend and (slots.measures or slots.periods):
        return "trend"
    of_some = slots.names or slots.filter
    if any(measure.startswith("share_of") for measure in slots.measures) and of_some:
        return "share"
    if slots.dimensions and slots.dimensions != ("segment",):
        return "breakdown"
    if slots.extreme and not slots.dimensions and _names_several(slots):
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


def _feasible(intent: str, text: str, slots: Slots) -> bool:
    """Whether the question names what the intent needs."""
    match intent:
        case "compare":
            return not _TOGETHER.search(text) and _names_several(slots) or _compares(text, slots)
        case "share":
            return bool(slots.names) and bool(_PART.search(text))
        case "portrait" | "members":
            return (
                bool(slots.of("segment"))
                and not slots.of("country")
                or intent == "members"
                and bool(slots.names)
            )
        case "breakdown":
            return bool(slots.dimensions)
        case "extreme":
            return slots.extreme is not None
        case "trend":
            return bool(_TREND.search(text)) or bool(_WHY.search(text) and slots.measures)
        case "total":
            return not (slots.dimensions and _EACH.search(text)) and bool(
                slots.measures
                or slots.names
                or slots.periods
                or _OVERALL.search(text)
                or "doing" in text
                or "number" in text
            )
        case "customer" | "why_customer":
            return bool(slots.customers)
        case "shifts":
            if slots.periods and not slots.of("segment") and not _NEWS.search(text):
                return False
            of_segments = bool(slots.of("segment")) or "segment" in slots.dimensions
            return not slots.names.keys() - {"segment"} and (of_segments or len(slots.periods) < 2)
        case "audience":
            return bool(slots.where)
        case "audiences":
            return bool(_SAVED.search(text)) and slots.is_empty
        case "stream":
            return bool(_STREAM.search(text))
        case "segments":
            return "segment" in slots.dimensions or "customer" in text
        case "records":
            return not slots.names
        case "missing":
            return not set(slots.measures) - _LOOSE or bool(MISSING.search(text))
        case "vague":
            plain = slots.is_empty or replace(slots, periods=()).is_empty
            return plain and not slots.dimensions and not set(slots.measures) - _LOOSE
        case "people":
            return not set(slots.dimensions) - {"customer"} and not A_COUNT.search(text)
        case "demand":
            return bool(AHEAD.search(text)) and not slots.names
        case "value":
            return "expected_value" in slots.measures or bool(AHEAD.search(text)) or "will" in text
    return True


def _names_several(slots: Slots) -> bool:
    return (
        any(len(slots.of(kind)) > 1 for kind in KINDS)
        or any(len(words) > 1 for words in slots.people.values())
        or len(slots.periods) > 1
        or len(slots.customers) > 1
    )


_TOGETHER = re.compile(r"\b(?:together|combined|in total|altogether)\b", re.IGNORECASE)


def _compares(text: str, slots: Slots) -> bool:
    if _TOGETHER.search(text):
        return False
    with_all = bool(slots.names) and bool(_OVERALL.search(text))
    return (_names_several(slots) or with_all) and bool(_COMPARING.search(text))


def _predicts(slots: Slots) -> bool:
    return bool(set(PREDICTED) & set(slots.measures))


def _counts_over_time(slots: Slots) -> bool:
    """ "New customers joined in November" is a count, not a shift."""
    moving = {"customers", "churn", "expected_leavers", "rows_dropped"}
    counted = set(slots.measures) - moving
    if counted == {"new_customers"}:
        return not slots.of("segment")
    return bool(counted)


_ALIKE = ({"total", "portrait", "share", "compare"}, {"segments", "breakdown",
    "extreme"}, {"outside", "missing", "action", "help", "advice"},
          {"churn", "value"}, {"shifts", "trend"}, {"total", "breakdown"}, {
              "total", "records"}, {"notes", "extreme"})  # fmt: skip


def _apart(one: str, two: str) -> bool:
    """Whether it matters to the asker which of them is answered."""
    if {one, two} & {*_BEYOND, "vague", "help", "stream", "audiences", "records"}:
        return False
    return not any({one, two} <= group for group in _ALIKE)
