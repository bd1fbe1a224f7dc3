"""What a question means: an intent and its slots, vetoed by what the slots allow.

Rules come first where words leave no doubt; else the reader of intents decides, and the slots may
overrule it: nothing is compared with itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.intents import Guess, read_intents
from agent.slots import KINDS, Slots

_SURE = 0.30  # below, the slots decide
_CLOSE = 0.06
_DOUBTFUL = 0.42  # above, the second reading is not asked about

_HOSTILE = re.compile(
    r"\b(?:ignore|disregard|forget|bypass|override)\b.{0,40}\b(?:instructions?|rules?|above|"
    r"previous|prompt|everything|gate|checks?|before)\b"
    r"|system prompt|developer (?:mode|message)|\bjailbreak|\byou are now\b|\bact as\b|\bpretend\b|"
    r"\brole[- ]?play"
    r"|\bapi key|\bpassword|\bsecret\b|<script|drop table|\bsudo\b|\brm -rf|\bsay (?:that|"
    r"exactly)\b|\brepeat after me",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"\b(?:profits?|margins?|profitab\w+|costs?(?! us\b)|advertis\w*|ad spend|marketing spend|"
    r"budget|visits?|visitors|sessions?|clicks?|conversions?|"
    r"open rates?|nps|net promoter|satisf\w+|stock|inventory|employees|competitors?|tax(?:es)?|vat|"
    r"shipping|deliver\w+|"
    r"gender|men|women|male|female|\bages?\b|how old|birthdays?|e-?mail address\w*|phone numbers?|"
    r"addresses|"
    r"followers|subscribers|reviews?|ratings?|complaints?|abandoned carts?|cart abandonment|roi|"
    r"roas|cac|weather)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:next|coming|following|upcoming) (?:\w+ )?(?:day|week|month|quarter|year|summer|winter|"
    r"christmas)s?\b|\btomorrow\b|\bforecast (?:of )?(?:sales|revenue|orders)",
    re.IGNORECASE,
)
_ACTION = re.compile(
    r"^\W*(?:please |can you |could you |now )*(?:send|e-?mail|delete|erase|remove|rename|cancel|"
    r"refund|push|post|schedule|publish|launch|merge|subscribe)\b(?! me (?:the|a) list)"
    r"|\b(?:drop|truncate) (?:the )?(?:table|database)",
    re.IGNORECASE,
)
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
    r"better or worse|than <PERIOD>|chang(?:e|ed|es))\b",
    re.IGNORECASE,
)
_MOVING = re.compile(
    r"\b(?:mov(?:e|es|ed|ing|ers?|ements?)|shift\w*|migrat\w+|switched|entered|joined|"
    r"came in(?:to)?|went (?:where|from|to)|left|net change|in n out|in and out|"
    r"what(?:'s| is| has| was|)? ?(?:changed|different|new)|what changed)\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:why|how come|what explains|reasons?|because|what (?:made|makes|keeps|holds)|end up)\b",
    re.IGNORECASE,
)
_COMPARING = re.compile(
    r"\b(?:compare\w*|versus|vs\.?|against|differ\w*|next to|side by side|more .* than|"
    r"less .* than|fewer .* than|\w+er than|than|or)\b",
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
    r"silhouettes?|algorithms?|rfm rules)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:shares?|percent\w*|parts?|proportion|fraction|how much of|account for|contribut\w+|"
    r"make up)\b|%",
    re.IGNORECASE,
)
_SAVED = re.compile(r"\baudiences?\b", re.IGNORECASE)
_EACH = re.compile(
    r"\b(?:each|every|by|per|all|split|break ?down|list|across|over)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Meaning:
    """`other` is the second reading where two are close; `strange` what nothing is called."""

    intent: str
    slots: Slots
    question: str
    other: str = ""
    strange: str = ""
    why: bool = False


def read_meaning(question: str, slots: Slots) -> Meaning:
    text = slots.masked
    intent, other = _by_rule(text, slots), ""
    if not intent:
        guesses = [guess for guess in read_intents(text) if _feasible(guess.intent, text, slots)]
        intent, other = _decide(guesses, text, slots)
    return Meaning(intent, slots, question, other, why=bool(_WHY.search(text)))


def _by_rule(text: str, slots: Slots) -> str:
    """What words alone settle; in this order."""
    if _HOSTILE.search(text):
        return "outside"
    if _GREETING.search(text):
        return "help"
    if _STREAM.search(text):
        return "stream"
    if _ACTION.search(text):
        return "action"
    if _QUALITY.search(text):
        return "quality"
    if _MISSING.search(text) or (_AHEAD.search(text) and not _predicts(slots)):
        return "missing"
    if _METHOD.search(text):
        return "evidence"
    if slots.customers:
        return "why_customer" if _WHY.search(text) else "customer"
    if _SAVED.search(text) and not slots.where:
        return "audiences"
    if slots.where:
        return "audience"
    if "expected_value" in slots.measures:
        return "value"
    if _predicts(slots) and "left" not in text:
        return "churn"
    if _MOVING.search(text) and not _counts_over_time(slots):
        return "shifts"
    if _LISTING.search(text) and slots.of("segment") and not slots.dimensions:
        return "members"
    if slots.dimensions and slots.extreme and not _compares(text, slots):
        return "extreme"
    return ""


def _decide(guesses: Sequence[Guess], text: str, slots: Slots) -> tuple[str, str]:
    if not guesses:
        return by_slots(text, slots), ""
    first, *more = guesses
    if first.probability < _SURE or (
        first.intent in ("outside", "missing", "action") and not slots.is_empty
    ):
        found = by_slots(text, slots)
        if found != "outside" or first.probability < _SURE:
            return found, ""
    second = more[0] if more else None
    close = second and first.probability - second.probability < _CLOSE
    if close and second and first.probability < _DOUBTFUL and _apart(first.intent, second.intent):
        return first.intent, second.intent
    return first.intent, ""


def by_slots(text: str, slots: Slots) -> str:
    """The plain reading of what was named, when the wording tells little."""
    if _compares(text, slots):
        return "compare"
    if slots.dimensions and slots.extreme:
        return "extreme"
    if _TREND.search(text) and (slots.measures or slots.periods):
        return "trend"
    if any(measure.startswith("share_of") for measure in slots.measures) and slots.names:
        return "share"
    if slots.dimensions and slots.dimensions != ("segment",):
        return "breakdown"
    if slots.extreme and slots.measures:
        return "extreme"
    if slots.dimensions:
        return "segments"
    if slots.measures:
        return "total"
    if slots.of("segment"):
        return "portrait"
    return "total" if slots.names else "outside"


def _feasible(intent: str, text: str, slots: Slots) -> bool:
    """Whether the question names what the intent needs."""
    match intent:
        case "compare":
            return _compares(text, slots)
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
        case "audience":
            return bool(slots.where)
        case "audiences":
            return bool(_SAVED.search(text))
        case "stream":
            return bool(_STREAM.search(text))
        case "segments":
            return "segment" in slots.dimensions or "customer" in text
        case "records":
            return not slots.names
        case "missing":
            return not slots.measures or bool(_MISSING.search(text))
        case "value":
            return "expected_value" in slots.measures or bool(_AHEAD.search(text)) or "will" in text
    return True


def _compares(text: str, slots: Slots) -> bool:
    several = any(len(slots.of(kind)) > 1 for kind in KINDS) or len(slots.periods) > 1
    with_all = bool(slots.names) and bool(_OVERALL.search(text))
    return (several or with_all) and bool(_COMPARING.search(text))


def _predicts(slots: Slots) -> bool:
    return bool({"churn", "expected_leavers"} & set(slots.measures))


def _counts_over_time(slots: Slots) -> bool:
    """ "New customers joined in November" is a count, not a shift."""
    segments = slots.of("segment")
    return bool(set(slots.measures) - {"customers"}) and not segments


_ALIKE = ({"total", "portrait", "share", "compare"}, {"segments", "breakdown",
    "extreme"}, {"outside", "missing", "action", "help", "advice"},
          {"churn", "value"}, {"shifts", "trend"}, {"total", "breakdown"}, {
              "total", "records"}, {"notes", "extreme"})  # fmt: skip


def _apart(one: str, two: str) -> bool:
    """Whether it matters to the asker which of them is answered."""
    if {one, two} & {"outside", "missing", "action", "help", "stream", "audiences", "records"}:
        return False
    return not any({one, two} <= group for group in _ALIKE)
