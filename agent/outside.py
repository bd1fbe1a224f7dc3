"""Questions that no record answers: orders to us, other matters, and what asks nothing."""

import re

from agent.measures import PREDICTED
from agent.slots import Slots

HOSTILE = re.compile(
    r"\b(?:ignore|disregard|forget|bypass|override)\b.{0,40}\b(?:instructions?|rules?|above|"
    r"previous|prompt|everything|gate|checks?|before)\b"
    r"|system prompt|developer (?:mode|message)|\bjailbreak|\byou are now\b|\bact as\b|\bpretend\b|"
    r"\brole[- ]?play"
    r"|\bapi key|\bpassword|\bsecret\b|<script|drop table|\bsudo\b|\brm -rf|\bsay (?:that|"
    r"exactly)\b|\brepeat after me",
    re.IGNORECASE,
)
MISSING = re.compile(
    r"\b(?:(?:net )?profits?|margins?|profitab\w+|costs?(?! us\b)|advert\w*|ads|ad spend|"
    r"(?:marketing|"
    r"ad) spend|campaigns? (?:cost|perform\w*|budget)|budgets?|visits?|visitors|sessions?|clicks?|"
    r"conversions?|impressions|web ?site traffic|traffic|seo|google|facebook|instagram|tik ?tok|"
    r"meta|"
    r"open rates?|newsletters?|mailings?|nps|net promoter|satisf\w+|happy|stock(?:s|ed)?|inventory|"
    r"warehouse|suppliers?|employees?|staff|colleagues?|workers?|salar(?:y|ies)|wages?|competit\w+|"
    r"amazon|market share|tax(?:es)?|vat|shipping|ship|parcels?|couriers?|deliver\w+|"
    r"ages?|how old|birthdays?|e-?mails?(?: address\w*)?|phone(?: numbers?)?|telephone|"
    r"(?:home |street |postal )?address(?:es)?|surnames?|first names?|real names?|credit cards?|"
    r"married|marital|kids|children|pets?|dogs?|cats|religio\w+|politic\w*|ethnic\w*|hobb\w+|jobs?|"
    r"followers|subscribers|complaints?|abandoned carts?|cart abandonment|roi|roas|cac|weather|"
    r"rain\w*|"
    r"sunny|snow|football|news|share price|rent|loans?|cash ?flow|invoices? unpaid|unpaid|overdue|"
    r"other (?:compan\w+|shops?|stores?|tenants?|users?|accounts?|businesses|retailers?)|"
    r"(?:the|their|our) (?:boss|ceo|manager)|iq|horoscope|recipe|capital of|president)\b",
    re.IGNORECASE,
)
AHEAD = re.compile(
    r"\b(?:next|coming|following|upcoming) (?:\w+ )?(?:month|quarter|year|summer|winter|spring|"
    r"autumn|"
    r"christmas|week)s?\b|\bforecast (?:of )?(?:sales|revenue|orders|demand)|"
    r"\b(?:years?|months?) (?:from now|time|ahead)\b|\b(?:will|be)\b.{0,30}\b20[3-9]\d\b",
    re.IGNORECASE,
)
ACTION = re.compile(
    r"^\W*(?:please |can you |could you |now )*(?:send|e-?mail|delete|erase|remove|rename|cancel|"
    r"refund|push|post|schedule|publish|launch|merge|subscribe|text|ring|call|pay|order me|book|"
    r"give (?:every\w*|all|them) (?:a )?discount|change the|set the|update)\b(?! me (?:the|a) list)"
    r"|\b(?:drop|truncate) (?:the )?(?:table|database)|\b(?:delete|erase|wipe) (?:all|every|the|"
    r"customer)",
    re.IGNORECASE,
)


_POINTER = re.compile(
    r"\b(?:they|them|those|these|theirs?|he|she|him|her|his|that one|ones)\b", re.I
)
_WHO = re.compile(r"\b(?:who|which|customers?|people|buyers?|segments?|groups?|products?)\b", re.I)
_EMPTY = frozenset(
    """
    the a an of in on at to for and or is are was were be do does did me us we i you it this
    that my our your what how which who where when show give tell list compare see get look them
    they those these one ones other others thing things stuff number numbers figure figures rate
    list change changes trend data result results difference performance score report overview
    good bad best worst better top big small lately recently recent now today more less most
    about going doing any some all everything up down really please can could would customers
    people active business shop like want need know info information latest with stopped buying
    """.split()  # noqa: SIM905
)


def is_vague(masked: str) -> bool:
    """Whether it names nothing that could be looked up, nor anything that could not."""
    words = re.findall(r"[^\W\d_]+", masked.casefold())
    return 0 < len(words) <= 8 and (
        all(word in _EMPTY for word in words) or len(words) == 1 and "<" not in masked
    )


def points_at_nobody(slots: Slots) -> bool:
    """ "How much did they spend?" as a first question."""
    named = not slots.is_empty or slots.dimensions or slots.extreme
    return bool(
        not named and _POINTER.search(slots.masked) and not _WHO.search(slots.masked)
        and not set(PREDICTED) & set(slots.measures)
    )  # fmt: skip
