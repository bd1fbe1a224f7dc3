"""What a question names: segments, countries, customers, metrics, days, numbers.

Each is found by rule and masked (<SEGMENT>, <PERIOD>, ...), so that what is asked can be read apart
from whom it is asked of.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from typing import Literal

from agent.absent import what_is_absent
from agent.degrees import read_best, read_extreme, read_top
from agent.dimensions import read_dimensions
from agent.goods import read_goods
from agent.languages import to_english
from agent.left_out import left_out, ranked_after
from agent.measures import read_measures
from agent.occasions import with_occasions
from agent.people import conditions, read_people, turned
from agent.places import with_stores, words_for
from agent.spelling import slip, spelt_right
from agent.thresholds import read_absence, read_thresholds
from agent.times import Stretch, read_stretches
from agent.vocabulary import Vocabulary
from agent.wording import plain_words, seasonal, with_customers

KINDS = ("segment", "country", "category", "channel", "product")
_ALIKE = 0.84  # of two words; below, a typo is as likely another word
_ORDINARY = {"lost", "loyal", "new", "regular", "regulars", "active", "inactive", "one-time buyers"}
_CUSTOMER = re.compile(
    r"\b(?:customers?|client|buyer|shopper|kunden?|cliente)\s+(?:id\s+|no\.?\s+|number\s+|"
    r"nr\.?\s+)?"
    r"[#'\"]?(?P<id>(?=[\w-]*\d)[\w-]{2,40})",
    re.IGNORECASE,
)
_BARE_ID = re.compile(
    r"(?<![\w£€$.,-])(?=[\w-]*\d)(?=[\w-]{4,})[A-Za-z]*[-_]?\d[\w-]*(?![\w%.,]*\d)"
)

_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th)|[qh][1-4]|(?:19|20)\d\d", re.IGNORECASE)


@dataclass(frozen=True)
class Slots:
    """`names` gives for a kind the values in the question's order."""

    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    customers: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    periods: tuple[Stretch, ...] = ()
    extreme: Literal["largest", "smallest"] | None = None
    top: int | None = None
    best: int | None = None  # percent of the customers, those who brought most
    where: str = ""  # thresholds, as a filter
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)  # attribute to words
    consent: str = ""  # "out" or "in"
    without: tuple[str, ...] = ()  # names that are left out
    attribute: tuple[str, tuple[str, ...]] = ("", ())  # named itself, and its words
    absent: tuple[str, str] = ("", "")  # what the records do not know: its kind, as it was said
    masked: str = ""
    text: str = ""  # in English, unmasked

    def of(self, kind: str) -> tuple[str, ...]:
        return self.names.get(kind, ())

    @property
    def filter(self) -> str:
        """All conditions on customers, as the text of a filter."""
        reachable = "frequency >= 1" if self.consent == "in" and self.names else ""
        parts = (self.where, *conditions(self.people), reachable)
        return " and ".join(part for part in parts if part)

    @property
    def is_empty(self) -> bool:
        return not (
            self.names or self.customers or self.periods or self.where or self.people
            or self.consent or self.without or self.best
        )  # fmt: skip


def read_slots(
    question: str, vocabulary: Vocabulary, customers: Sequence[str] | None = None
) -> Slots:
    """`customers`: the ids that there are, so that a bare number can be one."""
    readable = question.replace("\0", " ").encode("utf-8", "replace").decode()
    readable = re.sub(r"(?<![\w.])(\d{4,6})s\b", r"\1's", readable)  # "14360s first order"
    readable = with_occasions(" ".join(readable.split()), vocabulary.today)
    text = _Text(with_stores(seasonal(readable), vocabulary.channels))
    names: dict[str, tuple[str, ...]] = {}
    if found := _products(text, vocabulary):
        names["product"] = found
    text.masked = with_customers(text.masked)  # "new custs" are no segment New
    for kind in KINDS[:4]:
        if found := _named(text, kind, vocabulary):
            names[kind] = found
    text.masked = plain_words(to_english(spelt_right(text.masked)), vocabulary.today)
    people, text.masked = read_people(text.masked, dict(vocabulary.attributes))
    text.english = text.masked
    people = turned(people, text.masked)
    ids = _customers(text, frozenset(customers or ()))
    if _CORRECTS.search(text.masked):
        ids = ids[-1:]
    where, text.masked = read_thresholds(text.masked, vocabulary.today)
    periods, text.masked = read_stretches(text.masked, vocabulary.today)
    periods = _of_one_time(periods, text.masked)
    if names.get("segment") and _TODAY.search(text.english):
        periods = tuple(one for one in periods if one != Stretch(vocabulary.today))
        text.masked = text.masked if periods else text.masked.replace("<PERIOD>", " ")
    absence, text.masked, periods = read_absence(text.masked, periods, vocabulary.today)
    where = " and ".join(part for part in (where, absence) if part)
    if "product" not in names and not people.values:
        goods, text.masked = read_goods(text.masked, vocabulary.products)
        names |= {"product": goods} if goods else {}
    where = " and ".join(part for part in (where, *people.filters) if part)
    names, without = left_out(text.masked, names)
    best, text.masked = read_best(text.masked)
    top = read_top(text.masked)
    counted = _NOT_THAT.sub(" ", _LEAVES_OUT.sub(" ", text.masked))
    measures = _of_product(read_measures(counted), text.masked)
    dimensions = tuple(
        name for name in read_dimensions(text.masked) if _COUNTS.get(name) not in measures
    )
    attribute = _attribute(text.masked, vocabulary)
    if attribute[0] and re.search(r"\b(?:segments?|groups?)\b", text.masked, re.I):
        dimensions = tuple(name for name in dimensions if name != "segment")
    extreme = read_extreme(text.masked)
    if extreme and not dimensions and (kind := ranked_after(text.masked)):
        dimensions = (kind,)
    if extreme is None and dimensions and _WHICH_IS.search(text.masked):
        extreme = "largest"
    if {"churn", "expected_leavers", "returns"} & set(measures) and _WORST.search(text.masked):
        extreme = "largest"
    return Slots(
        names, ids, measures, dimensions, periods, extreme, top, best, where,
        dict(people.values), people.consent, without,
        attribute, what_is_absent(text.masked, vocabulary),
        " ".join(text.masked.split()), text.english,
    )  # fmt: skip


# Who is in a segment today is who is in it now.
_TODAY = re.compile(
    r"\b(?:customers|members|people|many|size|large|big)\b(?!.*\b(?:bought|order\w*|spen[dt]|"
    r"shop\w*)"
    r"\b).*\btoday\b", re.IGNORECASE)  # fmt: skip
_BESIDE = re.compile(
    r"\b(?:versus|vs|than|compare\w*|against|beside|share|part|percent\w*|and|or)\b|%",
    re.IGNORECASE,
)


def _of_one_time(periods: tuple[Stretch, ...], masked: str) -> tuple[Stretch, ...]:
    """ "In the week before Christmas, 18 to 24 December": the days that are said more exactly."""
    if len(periods) != 2 or _BESIDE.search(masked):  # noqa: PLR2004
        return periods
    outer, inner = sorted(periods, key=lambda one: (one.since, one.until is not None))
    within = outer.until is None or (inner.until is not None and inner.until <= outer.until)
    return (inner,) if within else periods


# "By revenue, not pieces", "orders rather than pounds": what is not to be counted.
_NOT_THAT = re.compile(
    r"(?<!do )(?<!did )(?<!does )(?<!is )(?<!are )(?<!was )(?<!were )(?<!have )(?<!has )(?<!had )"
    r"\b(?:not|rather than|instead of)\s+(?:by |in |the |just )*(?:money|pounds|quid|revenue|count|"
    r"pieces|units|orders|heads|people|customers|mean|averages?)\b(?! (?:who|that|of|in)\b)",
    re.IGNORECASE,
)
_LEAVES_OUT = re.compile(
    r"\bleav(?:e|ing) (?:out\b|(?=(?:the |all )?(?:<\w+>|\w+) (?:out|aside)\b))", re.IGNORECASE
)
_WHICH_IS = re.compile(
    r"\b(?:which|what) (?:one |of (?:our|the) )?(?:country|market|category|department|product|"
    r"article|item|channel|month|week|week ?day|day|quarter|year|segment|group)(?: is|'s| was)\b",
    re.IGNORECASE,
)
_WORST = re.compile(r"\bworst\b", re.IGNORECASE)  # of leaving it is the most


def _attribute(masked: str, vocabulary: Vocabulary) -> tuple[str, tuple[str, ...]]:
    """ "By gender", "the lifestyle groups": an attribute by its name."""
    for name, words in vocabulary.attributes:
        said = name.replace("_", " ")
        plural = f"{said[:-1]}ies" if said.endswith("y") else f"{said}s"
        if re.search(rf"(?<![\w<])(?:{said}|{plural})(?![\w>])", masked, re.I):
            return name, words
    return "", ()


# What is counted is not what it is counted along.
_COUNTS = {"product": "products", "country": "countries", "segment": "segments"}


@dataclass
class _Text:
    masked: str
    english: str = ""

    def take(self, pattern: re.Pattern[str], mark: str) -> int | None:
        """Masks each place; the first of them."""
        match = pattern.search(self.masked)
        if match is None:
            return None
        self.masked = pattern.sub(mark, self.masked)
        return match.start()


def _of_product(measures: tuple[str, ...], text: str) -> tuple[str, ...]:
    """ "How many <PRODUCT> did we shift" counts pieces, not people."""
    pieces = "<PRODUCT>" in text and "how many" in text.casefold()
    return ("units",) if pieces and measures == ("customers",) and not _WHO.search(text) else (
        measures)  # fmt: skip


_WHO = re.compile(r"\b(?:customers?|people|buyers?|who|persons?)\b", re.I)


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The name that is written almost so."""
    scored = [(_alike(word, name), name) for name in known]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= 0.6 else None


def _named(text: _Text, kind: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    found: list[tuple[int, str]] = []
    if kind == "country":
        text.masked = _misspelt_places(text.masked, vocabulary.countries)
    for name in sorted(vocabulary.words(kind), key=len, reverse=True):
        place = text.take(_name_pattern(name, kind), f"<{kind.upper()}>")
        if place is not None:
            found.append((place, name))
    if kind == "segment":
        found += _misspelt(text, vocabulary.segments)
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


@cache
def _name_pattern(name: str, kind: str) -> re.Pattern[str]:
    folded = name.casefold()
    words = r"[\s_-]+".join(re.escape(word) for word in re.split(r"[\s_-]+", folded))
    stem = words[:-1] if folded.endswith("s") and len(folded) > 3 else words
    others = words_for(name, kind)
    if kind == "segment" and folded in _ORDINARY:  # "have we lost" names nobody
        before = (
            r"(?<!have )(?<!we )(?<!be )(?<!are )(?<!is )(?<!get )(?<!got )(?<!has )(?<!many "
            r")(?<!how )(?<!any )(?<!our )(?<!were )(?<!segment )(?<!group )(?<!which )(?<!most )"
        )
        after = (
            r"(?!\s+(?:customers?|clients?|buyers?|shoppers?|people|ppl|folks?|faces|names|"
            r"accounts|"
            r"peeps|punters|ones?\s+are|to|in|orders?|product|versus|vs|and returning|or|joiners?|"
            r"sign ?ups?|starters?)\b)"
            if folded == "new"
            else ""
        )
        capital = rf"(?<!\w)(?-i:{re.escape(name)})(?!\w)"
        return re.compile(
            rf"{capital}|{before}(?<!\w)(?:the\s+)?{stem}s?(?!\w){after}", re.IGNORECASE
        )
    if kind == "segment" and folded == "at risk":
        return re.compile(
            r"(?<!\w)(?-i:At risk)(?!\w)(?!\s+of\b)|"
            r"(?<!\d )(?<!value )(?<!revenue )(?<!money )(?<!sales )(?<!turnover )(?<!income )"
            r"(?<!spend )(?<!much )(?<!is )(?<!are )(?<!who's )(?<!most "
            r")(?<!\w)at[\s_-]+risk(?!\w)(?!\s+of\b)",
            re.I,
        )
    either = "|".join([rf"{stem}(?:e?s)?", *others])
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _misspelt_places(text: str, countries: Sequence[str]) -> str:
    """ "Germny": a word of five letters or more, written almost as a country is."""
    known = {name.casefold(): name for name in countries if " " not in name and len(name) > 4}

    def right(match: re.Match[str]) -> str:
        word = match.group().casefold()
        near = [name for name in known if name[0] == word[0] and 0.86 <= _alike(word, name) < 1]
        return known[near[0]] if near and word not in known else match.group()

    return re.sub(r"(?<![<\w])[^\W\d_]{5,}(?![\w>])", right, text)


def _misspelt(text: _Text, segments: Sequence[str]) -> list[tuple[int, str]]:
    """ "Chmpions", "champs": a word, or two, almost as a segment is called."""
    found = []
    words = list(_SAID.finditer(text.masked))
    for name in segments:
        parts = len(name.split())
        if parts > 2 or len(name) < 5:
            continue
        for first, last in zip(words, words[parts - 1 :], strict=False):
            said = text.masked[first.start() : last.end()]
            if len(said) < 4 or said.casefold() in _COMMON or read_measures(said):
                continue
            folded = said.casefold().rstrip("s")
            short = (
                len(folded) >= 4
                and name.casefold().startswith(folded[:6])
                and name.casefold() not in _ORDINARY
            )
            likeness = _alike(said, name)
            slip = _ALIKE <= likeness < 1
            if slip or (short and parts == 1 and len(said) <= len(name)):
                found.append((first.start(), name))
                mark = "<SEGMENT>"
                text.masked = text.masked[: first.start()] + mark + text.masked[last.end() :]
                break
        words = list(_SAID.finditer(text.masked))
    return found


_SAID = re.compile(r"(?<![<\w])[^\W\d_][\w'-]+(?![\w>])")


_COMMON = {"customers", "customer", "potential", "promise", "promised", "promises", "needs",
           "about", "risk", "loyalty", "royal", "laps", "lots", "last", "most", "cost", "list",
           "least", "returning", "returned", "returns", "return", "occasion", "occasionally",
           "browse", "browsing", "host", "post", "lose", "lasts", "front"}  # fmt: skip


def _alike(one: str, two: str) -> float:
    one, two = one.casefold().rstrip("s"), two.casefold().rstrip("s")
    return 0.95 if slip(one, two) == "swapped" else SequenceMatcher(None, one, two).ratio()


def _products(text: _Text, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Whole names of two words or more, or codes; "tea" alone could be anything."""
    folded = text.masked.casefold()
    found: list[tuple[int, str]] = []
    for word, name in vocabulary.products:
        if len(word) < 4 or word not in folded:
            continue
        if word.isalpha() and (word in _COMMON or name in vocabulary.categories):
            continue
        form = rf"(?<![\w<]){re.escape(word)}(?:e?s)?(?![\w>])"
        place = text.take(re.compile(form, re.I), "<PRODUCT>")
        if place is not None:
            found.append((place, name))
            folded = text.masked.casefold()
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


# "14360, no sorry, 15441" is the second.
_CORRECTS = re.compile(
    r"<CUSTOMER>[\s,.;-]*(?:\b(?:oh|ah|no|sorry|wait|scratch that|i (?:mean|meant)|make that|"
    r"correction)\b[\s,.;-]*)+<CUSTOMER>",
    re.IGNORECASE,
)


def _customers(text: _Text, known: frozenset[str]) -> tuple[str, ...]:
    found = []
    for match in list(_CUSTOMER.finditer(text.masked)):
        if not _ORDINAL.fullmatch(match["id"]):
            found.append(match["id"])
    for match in list(_BARE_ID.finditer(text.masked)):
        if match.group() in known:
            found.append(match.group())
    for customer in found:
        text.masked = re.sub(
            rf"[#'\"]?(?<!\w){re.escape(customer)}(?!\w)['\"]?", "<CUSTOMER>", text.masked
        )
    text.masked = text.masked.replace("customer <CUSTOMER>", "<CUSTOMER>")
    return tuple(dict.fromkeys(found))
