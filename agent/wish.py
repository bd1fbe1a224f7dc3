"""What somebody wishes to know, without what they say beside it: why they ask, what they think.

"Off to the fair next week!! six German customers who've spent the most, so I can take them for a
beer" wishes for the customers; the fair, the week and the beer are no part of it. A clause is left
out only where the reader of such clauses is sure, it names nothing that could narrow the answer,
and what stays is a question without it.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from agent.intents import read_told
from agent.outside import is_no_question
from agent.slots import Slots

_SURE = 0.8
_HALF = 0.5
_LONGEST = 8  # clauses; more is a text, and no question
_BREAK = re.compile(
    r"(?<=[.!?…;])(?<!\bno\.)(?<!\bnr\.)(?<!\bapprox\.)\s+|\s*\.\.+\s*|\s+[-–—]+\s+|\s*\n\s*|,\s+(?!\d)|(?<=\D):\s+|"
    r"\s+(?=(?:so (?:that )?|because |cos |since )(?:i|we|that|they|my|our)\b)",
    re.IGNORECASE,
)

Reader = Callable[[str], Slots]


def wish(question: str, read: Reader, today: date) -> str:
    """The question, or the clauses of it that ask."""
    question = _asking(question, read, today)
    clauses = [clause for clause in _BREAK.split(question) if clause and clause.strip()]
    if not 1 < len(clauses) <= _LONGEST or is_no_question(question):
        return question
    read_clauses = [read(clause) for clause in clauses]
    told = read_told([slots.masked for slots in read_clauses])
    kept = [
        clause
        for clause, slots, sure in zip(clauses, read_clauses, told, strict=True)
        if sure < _SURE or _CONDITION.search(clause) or _narrows(slots, today)
    ]
    if len(kept) == len(clauses):
        return question
    asked = ", ".join(clause.rstrip(",;. ") for clause in kept)
    return asked if _counts(read(asked)) else question


# ---- a text of several sentences ----------------------------------------------------------------

_BARE = 4  # words: "how many is that?"
_FEWEST_WORDS = 14  # shorter ones are read whole: their sentences lean on each other
_SENTENCE = re.compile(r"(?<=[.!?…])(?<!\bno\.)(?<!\bnr\.)\s+(?=[\W\d]*[^\W\d_])")
_ASKS = re.compile(
    r"\?\W*$|^\W*(?:so|and|but|now|please|kindly|bitte)?,?\W*(?:how|which|what|who|when|where|give|tell|"
    r"show|list|name|compare)\b|\bi (?:\w+ )?(?:need|want|would like|should like|am after)\b",
    re.IGNORECASE,
)
# What points at somebody, or at a time, that an earlier sentence names.
_LEANS = re.compile(
    r"\b(?:it|its|they|them|their|that|this|those|these|there|he|she|him|her|one|each|either|dazu|davon|dort|"
    r"hier|sie|deren|ihre?[rnms]?|seine?[rnms]?|sa|son|ses|leurs?|sus?|diese[rnms]?|y|eux|elles?|"
    r"ils?|celui|celle|ellos|ellas|ese|esa|esos|esas|all[ií])\b",
    re.IGNORECASE,
)
_THAT_TIME = re.compile(
    r"\b(?:the|that|this) (?:same )?(?:year|quarter|month|week|period)\b|"
    r"\b(?:that|those) (?:days|time)\b|\b(?:then|dann|alors|entonces)\b",
    re.IGNORECASE,
)


def _asking(question: str, read: Reader, today: date) -> str:
    """Of a text the sentence that asks, with whom and when it leans on named beside it."""
    sentences = [sentence for sentence in _SENTENCE.split(question) if sentence.strip()]
    if len(sentences) < 2 or len(question.split()) < _FEWEST_WORDS or is_no_question(question):
        return question
    asking = [n for n in range(len(sentences)) if _ASKS.search(sentences[n])
              and _is_counted(read(sentences[n]))]  # fmt: skip
    place = max(
        asking, key=lambda n: ("?" in sentences[n][-3:], n), default=_least_told(sentences, read)
    )
    if place is None:
        return question
    asked = _after_colon(sentences[place], read)
    slots = read(asked)
    before = [read(sentence) for sentence in reversed(sentences[:place])]
    leans = _LEANS.search(asked) and not (slots.names or slots.customers)
    short = slots.is_empty and len(asked.split()) <= _BARE
    names_alone = before and _only_names(before[0], sentences[place - 1]) and not slots.names
    if place and ((short or leans) and _chooses(before[0], today, short) or names_alone):
        asked = f"{sentences[place - 1]} {asked}"
    elif leans and (named := _named(before, with_names="segment" not in slots.dimensions)):
        asked = f"{asked} ({named})"
    if not slots.periods and _THAT_TIME.search(asked):
        asked = f"{asked} {_told_days(before)}"
    more = [one for one in sentences[place + 1 :] if _adds(one, read(one), today)]
    return " ".join((asked, *more)).strip()


def _only_names(slots: Slots, sentence: str) -> bool:
    """ "Champions next to At risk. I need ..."."""
    several = any(len(names) > 1 for names in slots.names.values())
    return several and not _is_counted(slots) and len(sentence.split()) <= _LONGEST


def _chooses(slots: Slots, today: date, at_all: bool) -> bool:
    """Whether a sentence says whom or what the next one counts, other than by their names."""
    if at_all:
        return _narrows(slots, today)
    return bool(slots.where or slots.people or slots.consent or slots.best)


def _least_told(sentences: Sequence[str], read: Reader) -> int | None:
    """Of sentences none of which asks, the one that tells least."""
    slots = [read(sentence) for sentence in sentences]
    told = read_told([one.masked for one in slots])
    wishes = [n for n, one in enumerate(slots) if _is_counted(one) and told[n] < _HALF]
    return min(wishes, key=lambda n: told[n], default=None)


def _after_colon(sentence: str, read: Reader) -> str:
    """ "... I am after names: how many do you expect to lose?"."""
    *_, last = re.split(r"(?<=\w):\s+", sentence)
    return last if _ASKS.search(last) and _is_counted(read(last)) else sentence


def _adds(sentence: str, slots: Slots, today: date) -> bool:
    """ "Only Germany, please." after the question."""
    short = len(sentence.split()) <= _LONGEST
    return short and not _ASKS.search(sentence) and _narrows(slots, today)


def _is_counted(slots: Slots) -> bool:
    return bool(slots.measures or slots.dimensions)


def _named(before: Sequence[Slots], with_names: bool) -> str:
    """The nearest names; a customer's number with what makes it one."""
    for slots in before:
        names = [name for found in slots.names.values() for name in found if with_names]
        names += [f"customer {customer}" for customer in slots.customers]
        if names:
            return " and ".join(names)
    return ""


def _told_days(before: Sequence[Slots]) -> str:
    for slots in before:
        if slots.periods:
            stretch = slots.periods[-1]
            last = stretch.until and stretch.until - timedelta(days=1)
            return f"between {stretch.since} and {last}" if last else f"since {stretch.since}"
    return ""


# How a condition begins: whatever follows, the answer would be another without it. A long number
# may be somebody's id.
_CONDITION = re.compile(
    r"\d{4}|^\W*(?:not|no|without|excl\w*|except|only|just the|but|if|unless|when|whenever|before|"
    r"after|since|during|between|from|until|over|under|within|per|by|in|on|at|with|ohne|nur|"
    r"au(?:ß|ss)er|seit|sin|solo|desde|sans|seulement|depuis|"
    r"the (?:day|week|fortnight|month|quarter|year)s?|"
    r"(?:\w+ ){1,3}(?:off|out|aside|excluded|included)(?=\W*$))\b",
    re.IGNORECASE,
)


def _counts(slots: Slots) -> bool:
    """Whether it is a question by itself."""
    return bool(slots.measures or slots.dimensions or slots.names or slots.customers)


def _narrows(slots: Slots, today: date) -> bool:
    """Whether it names somebody, something, or days that there are records of."""
    if any(stretch.since <= today for stretch in slots.periods):
        return True
    return bool(
        slots.names or slots.customers or slots.where or slots.people or slots.consent
        or slots.without or slots.top or slots.extreme
    )  # fmt: skip
