"""What a question names: segments, countries, customers, metrics, days, numbers.

Each is found by rule and masked (<SEGMENT>, <PERIOD>, ...), so that what is asked can be read apart
from whom it is asked of.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from typing import Literal

from agent.languages import to_english
from agent.measures import DIMENSION_WORDS, MEASURE_WORDS
from agent.thresholds import read_thresholds
from agent.times import Stretch, read_stretches
from agent.vocabulary import Vocabulary

KINDS = ("segment", "country", "category", "channel", "product")
_ALIKE = 0.84  # of two words; below, a typo is as likely another word
_ORDINARY = {"lost", "loyal", "new", "regular", "regulars", "active", "inactive", "one-time buyers"}
_PEOPLES: tuple[tuple[str, str], ...] = (
    (r"u\.?k\.?|great britain|british|britain|england", "united kingdom"),
    (r"ireland|irish|irland|irlanda|irlande", "eire"), (r"eire|irish|irland|irlanda|"
                                                        r"irlande", "ireland"),
    (r"germans?|deutschland|deutsche[nr]?|alemania|allemagne", "germany"),
    (r"french|frankreich|francia", "france"), (r"spanish|spanien|españa|espagne", "spain"),
    (r"dutch|holland|niederlande|países bajos|pays-bas|the netherlands", "netherlands"),
    (r"belgian|belgien|bélgica|belgique", "belgium"), (r"swiss|schweiz|suiza|"
                                                       r"suisse", "switzerland"),
    (r"portuguese", "portugal"), (r"italian|italien|italie|italia", "italy"),
    (r"austrian|österreich|autriche", "austria"), (r"polish|polen|polonia|pologne", "poland"),
    (r"swedish|schweden|suecia|suède", "sweden"), (r"norwegian|norwegen|noruega|norvège", "norway"),
    (r"danish|dänemark|dinamarca|danemark", "denmark"), (r"australian|australien", "australia"),
    (r"u\.?s\.?a\.?|(?-i:US)|america|american", "united states"), (
        r"united states|america|american|(?-i:US)", "usa"),
    (r"japanese|japan", "japan"), (r"canadian|kanada", "canada"),
)  # fmt: skip
_LARGEST = (
    r"busiest|most|biggest|largest|highest|top|best|greatest|main(?:ly)?|leading|richest|"
    r"strongest|longest"
)
_SMALLEST = r"least|smallest|lowest|fewest|worst|bottom|weakest|poorest|rarest|slowest|shortest"
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
            "nine": 9, "ten": 10, "twelve": 12, "twenty": 20}  # fmt: skip
_COUNT = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})"
_TOP = re.compile(
    rf"\b(?:(?:{_LARGEST}|{_SMALLEST}|first)\s+{_COUNT}|{_COUNT}\s+(?:{_LARGEST}|{_SMALLEST}))\b",
    re.IGNORECASE,
)
_CUSTOMER = re.compile(
    r"\b(?:customers?|client|buyer|shopper|kunden?|cliente)\s+(?:id\s+|no\.?\s+|number\s+|"
    r"nr\.?\s+)?"
    r"[#'\"]?(?P<id>(?=[\w-]*\d)[\w-]{2,40})",
    re.IGNORECASE,
)
_BARE_ID = re.compile(
    r"(?<![\w£€$.,-])(?=[\w-]*\d)(?=[\w-]{4,})[A-Za-z]*[-_]?\d[\w-]*(?![\w%.,]*\d)"
)

_PER_ORDER = re.compile(r"\b(?:items|units|products|pieces|articles) (?:per|in an?|an) \w+", re.I)


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
    where: str = ""  # thresholds, as a filter
    masked: str = ""
    text: str = ""  # in English, unmasked

    def of(self, kind: str) -> tuple[str, ...]:
        return self.names.get(kind, ())

    @property
    def is_empty(self) -> bool:
        return not (self.names or self.customers or self.periods or self.where)


def read_slots(
    question: str, vocabulary: Vocabulary, customers: Sequence[str] | None = None
) -> Slots:
    """`customers`: the ids that there are, so that a bare number can be one."""
    readable = question.replace("\0", " ").encode("utf-8", "replace").decode()
    text = _Text(" ".join(readable.split()))
    names: dict[str, tuple[str, ...]] = {}
    for kind in ("product", *KINDS[:4]):
        found = _products(text, vocabulary) if kind == "product" else _named(text, kind, vocabulary)
        if found:
            names[kind] = found
    text.masked = text.english = to_english(text.masked)
    ids = _customers(text, frozenset(customers or ()))
    where, text.masked = read_thresholds(text.masked)
    periods, text.masked = read_stretches(text.masked, vocabulary.today)
    top = _top(text.masked)
    measures = read_measures(text.masked)
    return Slots(
        names, ids, measures, _dimensions(text.masked), periods, _extreme(text.masked), top, where,
        " ".join(text.masked.split()), text.english,
    )  # fmt: skip


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


def read_measures(text: str) -> tuple[str, ...]:
    """In the order the text names them; each stretch of words counts for one only."""
    places: dict[str, int] = {}
    for measure, words in MEASURE_WORDS:
        pattern = _whole(words)
        hit = pattern.search(text)
        if hit:
            places.setdefault(measure, hit.start())
            text = pattern.sub(lambda m: " " * len(m.group()), text)
    if not places and re.search(r"\bhow many\b", text, re.IGNORECASE):
        return ("customers",)
    return tuple(sorted(places, key=lambda measure: places[measure]))


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The name that is written almost so."""
    scored = [(_alike(word, name), name) for name in known]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= 0.6 else None


def _named(text: _Text, kind: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    found: list[tuple[int, str]] = []
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
    others = [each for each, country in _PEOPLES if kind == "country" and country == folded]
    if kind == "segment" and folded in _ORDINARY:  # "have we lost" names nobody
        before = (
            r"(?<!have )(?<!we )(?<!be )(?<!are )(?<!is )(?<!get )(?<!got )(?<!has )(?<!many "
            r")(?<!how )(?<!any )(?<!our )(?<!were )"
        )
        after = (
            r"(?!\s+(?:customers?|ones?\s+are|to|in|orders?|product)\b)" if folded == "new" else ""
        )
        capital = rf"(?<!\w)(?-i:{re.escape(name)})(?!\w)"
        return re.compile(
            rf"{capital}|{before}(?<!\w)(?:the\s+)?{stem}s?(?!\w){after}", re.IGNORECASE
        )
    if kind == "segment" and folded == "at risk":
        return re.compile(
            r"(?<!is )(?<!are )(?<!who's )(?<!most )(?<!\w)at[\s_-]+risk(?!\w)(?!\s+of\b)", re.I
        )
    either = "|".join([rf"{stem}(?:e?s)?", *others])
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _misspelt(text: _Text, segments: Sequence[str]) -> list[tuple[int, str]]:
    """ "Chmpions", "champs": a word, or two, almost as a segment is called."""
    found = []
    words = list(re.finditer(r"(?<![<\w])[^\W\d_][\w'-]{3,}(?![\w>])", text.masked))
    for name in segments:
        parts = len(name.split())
        if parts > 2 or len(name) < 5:
            continue
        for first, last in zip(words, words[parts - 1 :], strict=False):
            said = text.masked[first.start() : last.end()]
            if said.casefold() in _COMMON or name.casefold() in _ORDINARY:
                continue
            short = len(said) >= 5 and name.casefold().startswith(said.casefold().rstrip("s")[:6])
            if _alike(said, name) >= _ALIKE or (short and parts == 1 and len(said) <= len(name)):
                found.append((first.start(), name))
                mark = "<SEGMENT>"
                text.masked = text.masked[: first.start()] + mark + text.masked[last.end() :]
                break
        words = list(re.finditer(r"(?<![<\w])[^\W\d_][\w'-]{3,}(?![\w>])", text.masked))
    return found


_COMMON = {"customers", "customer", "champion", "potential", "promise", "needs", "about", "risk"}


def _alike(one: str, two: str) -> float:
    return SequenceMatcher(None, one.casefold().rstrip("s"), two.casefold().rstrip("s")).ratio()


def _products(text: _Text, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Whole names of two words or more, or codes; "tea" alone could be anything."""
    folded = text.masked.casefold()
    found: list[tuple[int, str]] = []
    for word, name in vocabulary.products:
        if len(word) < 4 or word not in folded:
            continue
        if word.isalpha() and (word in _COMMON or name in vocabulary.categories):
            continue
        place = text.take(re.compile(rf"(?<![\w<]){re.escape(word)}(?![\w>])", re.I), "<PRODUCT>")
        if place is not None:
            found.append((place, name))
            folded = text.masked.casefold()
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def _customers(text: _Text, known: frozenset[str]) -> tuple[str, ...]:
    found = []
    for match in list(_CUSTOMER.finditer(text.masked)):
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


def _dimensions(text: str) -> tuple[str, ...]:
    text = _PER_ORDER.sub(" ", text)
    found = [
        (hit.start(), name)
        for name, words in DIMENSION_WORDS
        if (hit := _whole(words).search(text))
    ]
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def _extreme(text: str) -> Literal["largest", "smallest"] | None:
    text = re.sub(
        r"\b(?:at (?:most|least|best)|most (?:recent\w*|likely)|more or less)\b", " ", text
    )
    low, high = _whole(_SMALLEST).search(text), _whole(_LARGEST).search(text)
    if low and (high is None or low.start() < high.start()):
        return "smallest"
    return "largest" if high else None


def _top(text: str) -> int | None:
    found = _TOP.search(text)
    if found is None:
        return None
    word = next(word for word in found.groups() if word)
    return _NUMBERS.get(word.casefold()) or max(1, min(int(word), 20))


@cache
def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w<])(?:{words})(?![\w>])", re.IGNORECASE)


def each_name(slots: Slots) -> Iterator[tuple[str, str]]:
    for kind, values in slots.names.items():
        for value in values:
            yield kind, value
