"""Conditions on customers that a question names: women, Londoners, one-time buyers, students.

What is said of customers (gender, city, ...) is read against the words that the records hold.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MARK = "<PEOPLE>"
_GENDERS = (
    ("female", r"women|woman|females?|ladies|girls"),
    ("male", r"men|man|males?|guys|gents|gentlemen|blokes|boys"),
)
_OUT = re.compile(
    r"\bopt(?:ed|ing)?[- ]?outs?\b|\bunsubscribe\w*|\b(?:said|say) no to (?:our )?\w+|"
    r"\bdo not want (?:to be contacted|e?-?mails?)\b|\b(?:ask\w*|want\w*|prefer\w*|"
    r"chose) not to be "
    r"(?:contacted|e?-?mailed|called|written to|bothered|marketed to)\b|\bdo[- ]not[- ]contact\b|"
    r"\b(?:must|may|can) ?not (?:be )?(?:contact\w*|e?-?mail\w*)\b|\bno marketing\b|"
    r"\bleave (?:them|me|us) alone\b|\b(?:told|"
    r"asked) us (?:to stop|not to)\b",
    re.I,
)
_IN = re.compile(
    r"\b(?:leave out|without|exclud\w+|except|minus|ignor\w+|drop|not|"
    r"skip)\b.{0,30}\b(?:opt(?:ed)?[- ]?outs?|unsubscribed|unsubscribers)\b|"
    r"\b(?:not|n't|never) opt(?:ed)?[- ]?out\b|"
    r"\bopted[- ]in\b|\b(?:may|can|allowed to|are we "
    r"allowed to) (?:still )?(?:be )?(?:contact\w*|e?-?mail\w*|writ\w*|reach\w*)\b|"
    r"\bcontactable\b|\bstill (?:on our list|subscribed)\b",
    re.I,
)
_ONCE = re.compile(
    r"\bone[- ](?:time|off|timers?|hit)(?: wonders?| (?:buyers?|customers?|purchasers?))?\b|"
    r"\b(?:only|just) (?:ever )?(?:bought|ordered|purchased|shopped|came|been|come|buy|"
    r"order)(?: \w+)?"
    r" once\b|\b(?:bought|ordered|purchased|shopped|came) (?:only |just |"
    r"exactly )?once(?: only)?(?:,? (?:and |but )?never again)?\b|"
    r"\bexactly (?:1|one) order\b|(?:\b(?:only|just|with|have|has|placed)(?: a)?|[(,.;:] ?a) "
    r"(?:1|one|single) (?:order|purchase)\b|"
    r"\bsingle[- ]order (?=customers?|buyers?|people|ones)|\bone[- ](?:and|"
    r"n)[- ]done\b(?: (?:buyers?|customers?))?",
    re.I,
)


@dataclass(frozen=True)
class People:
    """`values` gives for an attribute the words that are meant; `filters` further conditions."""

    values: Mapping[str, tuple[str, ...]]
    filters: tuple[str, ...] = ()
    consent: str = ""  # "out", "in", or nothing said


def read_people(text: str, attributes: Mapping[str, Sequence[str]]) -> tuple[People, str]:
    """What is said of people, and the text with marks in its places."""
    found: dict[str, tuple[str, ...]] = {}
    filters: list[str] = []
    consent = ""
    if _IN.search(text):
        consent, text = "in", _IN.sub(MARK, text)
    elif _OUT.search(text):
        consent, text = "out", _OUT.sub(MARK, text)
    if _ONCE.search(text):
        filters.append("frequency = 1")
        text = _ONCE.sub(MARK, text)
    for name, words in attributes.items():
        places: list[tuple[int, str]] = []
        for word in sorted(words, key=len, reverse=True):
            match = re.search(_form(name, word), text, re.I)
            if match:
                places.append((match.start(), word))
                text = re.sub(_form(name, word), MARK, text, flags=re.I)
        if places:
            found[name] = tuple(word for _, word in sorted(places))
    return People(found, tuple(filters), consent), text


_LEFT_OUT = re.compile(
    rf"\b(?:not counting|without|excluding|excl\.?|except(?: for)?|leav(?:e|ing) out|ignore|"
    rf"apart from|other than|but not|minus|no)\s+(?:the\s+|our\s+)?{MARK}",
    re.IGNORECASE,
)


def turned(people: People, masked: str) -> People:
    """ "Not counting one-timers": the condition turned round, where only one is named."""
    several = masked.count(MARK) > 1 or any(len(words) > 1 for words in people.values.values())
    if several or people.consent or not _LEFT_OUT.search(masked):
        return people
    found = (*conditions(people.values), *people.filters)
    return People({}, tuple(condition.replace(" = ", " != ", 1) for condition in found))


def conditions(values: Mapping[str, tuple[str, ...]]) -> list[str]:
    """As filters: several words of one attribute mean either."""
    return [
        f'{name} = "{words[0]}"'
        if len(words) == 1
        else f"{name} in ({', '.join(_quoted(w) for w in words)})"
        for name, words in values.items()
    ]


def _quoted(word: str) -> str:
    return f'"{word}"'


def _form(name: str, word: str) -> str:
    if name == "gender":
        forms = dict(_GENDERS).get(word.casefold(), re.escape(word))
        return rf"(?<![\w<])(?:{forms})(?![\w>])"
    plural = rf"{re.escape(word[:-1])}ies|" if word.endswith("y") else ""
    return rf"(?<![\w<])(?:{plural}{re.escape(word)}(?:s|ers?)?)(?![\w>])"
