"""What a question puts in order: single customers by what they do, or countries by growth."""

import re
from dataclasses import replace

from agent.degrees import COUNT
from agent.slots import KINDS, Slots

_RANKED_PEOPLE = re.compile(
    r"\b(?:spenders?|who|customers?|people|buyers?|accounts?|persons?|names?|members?)\b",
    re.IGNORECASE,
)
A_COUNT = re.compile(r"\b(?:how many|number of|count|share|percent\w*)\b|%", re.IGNORECASE)
_SINGLE = re.compile(
    r"\b(?:top|best|biggest|largest|highest|richest|single|number one|worst|smallest|heaviest)"
    rf"(?: (?:{COUNT}|single|<\w+>))*"
    r" (?:spending |paying |spender|customers?|buyers?|people|accounts?|persons?|members?)"
    rf"|\b(?:best|top|biggest|richest|first) {COUNT} <(?:SEGMENT|COUNTRY|PEOPLE)>"
    r"|\bvips?\b"
    rf"|\b{COUNT} (?:best|biggest|top|largest) (?:in|of|from|among) <(?:SEGMENT|COUNTRY)>"
    rf"|\b(?:the|any) {COUNT} (?:who|that)\b"
    rf"|\b{COUNT} (?:<\w+> |\w+est |top |best |"
    r"most (?:[\w-]+ ){0,3}?|\w+-\w+ )*(?:customers?|ids|"
    r"people|"
    r"buyers?|"
    r"spenders|accounts?|names|members?)\b"
    r"|\b(?:which|what|who(?: is| are)?(?: the| our)?) (?:customers?|people|buyers?|persons?|"
    r"spenders?)\b"
    r"|\b(?:top|biggest|best) spenders?\b|\bspenders\b|\bby customer\b",
    re.IGNORECASE,
)


RANKING = re.compile(r"\b(?:rank\w*|leader\w*|vips?|sort\w*)\b", re.I)
_VIPS = re.compile(r"\bvips?\b", re.IGNORECASE)
_OF_THESE = re.compile(
    r"(?:in|of|from|among) <SEGMENT>|(?:\d|two|three|five|ten) <(?:COUNTRY|PEOPLE)>|\bvips?\b", re.I
)


def ranks_people(slots: Slots) -> bool:
    """ "Top 10 spenders", "the five people most likely to leave": single customers in order."""
    text = slots.masked
    if set(slots.dimensions) - {"customer"} or A_COUNT.search(text):
        return False
    if "customer" in slots.dimensions:
        return True
    if not (slots.extreme or slots.top or _VIPS.search(text)) or not _SINGLE.search(text):
        return False
    named = _RANKED_PEOPLE.search(text) or _OF_THESE.search(text)
    return bool(named)


def asks_buyers(slots: Slots) -> bool:
    """ "Who bought the Wool Throw?": how many, and who first of all."""
    bought = slots.names.keys() - {"segment"} and not set(slots.measures) - {"customers", "revenue"}
    return bool(bought and _WHO_BOUGHT.search(slots.masked) and not slots.filter)


_WHO_BOUGHT = re.compile(
    r"^(?!.*\b(?:how (?:many|much)|revenue|spen[dt]\w*|number of|count|share|percent\w*|more|most|"
    r"than|versus|new|not|never)\b)"
    r".*\b(?:who|whom|which (?:customers|people|buyers)|every(?:one|body)|any(?:one|body)|"
    r"(?:list|names|customers) (?:of|who|that))\b"
    r".*\b(?:bought|buys?|ordered|got|has|have|had|owns?|purchased)\b",
    re.IGNORECASE,
)


_GROWS = re.compile(
    r"\b(?:gr[eo]w(?:ing|n|s|th)?|shr[aiu]nk\w*|declin\w+|fell|rose|ris(?:ing|en)|dropp?\w*|"
    r"gain(?:ed|ing)?|fastest|slowest|w[eo]nt (?:up|down)|going (?:up|down)|fell off|took off|"
    r"taking off|(?:losing|gaining) ground|let (?:us|me) down)\b",
    re.IGNORECASE,
)


def along_growth(slots: Slots) -> bool:
    """ "Which category grew fastest": each beside what it was before."""
    kinds = slots.dimensions[:1]
    return bool(kinds and kinds[0] in KINDS[1:] and _GROWS.search(slots.masked))


def with_growth(slots: Slots) -> Slots:
    """ "Is Germany or France growing faster?": each country's growth, of these alone."""
    several = tuple(kind for kind in KINDS[1:] if len(slots.of(kind)) > 1)
    if slots.dimensions or not several or not _GROWS.search(slots.masked):
        return slots
    return replace(slots, dimensions=several[:1])
