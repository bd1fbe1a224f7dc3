"""What a question asks for, read without a language model: topics, metrics, segments."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from agent.times import Stretch, read_stretch, usual_stretch

Topic = Literal["totals", "segments", "churn", "notes", "shifts", "stream"]

_TOPIC_WORDS: dict[Topic, str] = {
    "shifts": r"chang(?:e|es|ed|ing)|mov(?:e|es|ed|ing|ers?|ements?)|shift\w*|migrat\w+|switched|"
    r"entered|joined|came in|went where|grew|grown|shr[aiu]nk\w*",
    "stream": r"streams?|streaming|kafka|lag|dead letters?|events? (?:came|arriv\w*|read)",
    "churn": r"churn\w*|leav(?:e|es|ing)|los(?:e|ing)|slip\w*|drift\w*|attrition|retention|"
    r"at risk|come back|stop(?:ped|s)? buying|likely to (?:go|quit)|gone",
    "segments": r"segments?|groups?|clusters?|cohorts?|each|breakdown|split|kinds? of customers?|"
    r"types? of customers?",
    "notes": r"what (?:are|is) .* like|describe|tell me about|profile|characteri[sz]e|who are|"
    r"what kind|fits?|sounds? like",
    "totals": r"customers?|buyers?|people|orders?|purchases|products?|articles?|revenue|sales|"
    r"turnover|earn\w*|average order|basket|records?|rows|since when|how far|shop|dataset|data",
}
_METRIC_WORDS: tuple[tuple[str, str], ...] = (
    ("average_order", r"average (?:order|basket)|order value|basket (?:size|value)|aov"),
    ("recency", r"recen\w*|last (?:bought|purchase|order)\w*|how long ago"),
    ("frequency", r"how often|frequen\w*|orders? (?:each|per customer)|most often"),
    ("monetary", r"typical\w* sp[ae]n[dt]\w*|spend per customer|median spend"),
    ("revenue", r"revenue|turnover|sales|money|earn\w*|worth|value|valuable|spen[dt]\w*|bring\w*|"
     r"income|cash"),
    ("products", r"products?|articles?"),
    ("orders", r"orders?|purchases|invoices"),
    ("customers", r"customers?|people|buyers?|big(?:ger|gest)?|size|large(?:r|st)?|"
     r"small(?:er|est)?|members?"),
)  # fmt: skip
_COUNTING = r"how many|how much|total"
_SMALL_WORDS = (
    r"how|what(?:'s|s)?|which|who|when|since|much|many|big|large|do|does|did|is|are|was|were|will|"
    r"have|has|had|got|get|make|makes|made|sold|sell|we|you|our|us|your|my|i|me|the|a|an|this|"
    r"that|of|in|on|for|from|to|so|far|and|or|with|by|it|its|there|all|whole|overall|total|"
    r"altogether|please|tell|show|give|just now|currently|now|different|average|"
    r"numbers?|figures?|count|know|any"
)
_LARGEST = r"most|biggest|largest|highest|top|best|greatest|main(?:ly)?|leading"
_SMALLEST = r"least|smallest|lowest|fewest|worst|bottom|weakest"
_COMPARING = r"compare\w*|versus|vs\.?|more than|less than|than|against|difference|between"
_EACH = r"each|every|all|breakdown|split|list|sizes|per (?:segment|group)"
_TOGETHER = r"together|combined|in total|altogether|sum of|add(?:ed)? up|plus"


@dataclass(frozen=True)
class Reading:
    """What the words of a question ask for; empty topics mean that nothing was understood."""

    topics: tuple[Topic, ...]
    metrics: tuple[str, ...]
    segments: tuple[str, ...]
    extreme: Literal["largest", "smallest"] | None
    compares: bool
    adds: bool
    lists: bool
    stretch: Stretch


def read_question(question: str, segments: Sequence[str], today: date) -> Reading:
    """Segment names are taken out first, so that "At risk" the segment is not at risk the word.

    `today` is the day of the newest record: what "last month" is relative to.
    """
    rest, named = _take_names(question, segments)
    stretch, rest = read_stretch(rest, today)
    topics: list[Topic] = []
    if _has(rest, _TOPIC_WORDS["stream"]):
        return _about_the_stream(today)
    if _has(rest, _TOPIC_WORDS["churn"]):
        topics.append("churn")
    if _has(rest, _TOPIC_WORDS["shifts"]):
        topics.append("shifts")
    elif named or _has(rest, _TOPIC_WORDS["segments"]):
        topics.append("segments")
    if _has(rest, _TOPIC_WORDS["notes"]):
        topics.append("notes")
    counts = not topics or ("segments" not in topics and _has(rest, _COUNTING))
    if counts and _has(rest, _TOPIC_WORDS["totals"]) and _says_no_more(rest):
        topics.append("totals")
    extreme: Literal["largest", "smallest"] | None = None
    if _has(rest, _LARGEST):
        extreme = "largest"
    elif _has(rest, _SMALLEST):
        extreme = "smallest"
    return Reading(
        topics=tuple(topics),
        metrics=_metrics(rest),
        segments=named,
        extreme=extreme,
        compares=len(named) == 2 and _has(rest, _COMPARING),
        adds=len(named) > 1 and _has(rest, _TOGETHER),
        lists=extreme is None or _has(rest, _EACH),
        stretch=stretch or usual_stretch(today),
    )


def _about_the_stream(today: date) -> Reading:
    """Nothing else is meant: "how many events came over the stream" asks for no customers."""
    return Reading(
        topics=("stream",),
        metrics=(),
        segments=(),
        extreme=None,
        compares=False,
        adds=False,
        lists=False,
        stretch=usual_stretch(today),
    )


def metric_of_extreme(question: str) -> str:
    """The metric that "most" or "least" is about: the nearest one after the word, else before."""
    found = re.search(rf"\b(?:{_LARGEST}|{_SMALLEST})\b", question, re.IGNORECASE)
    if found is None:
        return "revenue"
    for text in (question[found.start() :], question[: found.start()]):
        metrics = _metrics(text)
        if metrics:
            return metrics[0]
    return "revenue"


def _says_no_more(text: str) -> bool:
    """Whether a question about the shop is about nothing else: a word too many ("bought just
    once", "is it growing") asks for something that a total does not tell."""
    known = "|".join((*_TOPIC_WORDS.values(), *(words for _, words in _METRIC_WORDS), _COUNTING))
    left = re.sub(rf"\b(?:{known}|{_SMALL_WORDS})\b", " ", text, flags=re.IGNORECASE)
    return re.search(r"[^\W\d_]{3,}", left) is None


def _take_names(question: str, segments: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    found: list[tuple[int, str]] = []
    rest = question
    for name in sorted(segments, key=len, reverse=True):
        pattern = re.compile(rf"\b{re.escape(name)}s?\b", re.IGNORECASE)
        hit = pattern.search(rest)
        if hit:
            found.append((hit.start(), name))
            rest = pattern.sub(lambda m: " " * len(m.group()), rest)
    return rest, tuple(name for _, name in sorted(found))


def _metrics(text: str) -> tuple[str, ...]:
    """In the order the text names them; each stretch of words counts for one metric only."""
    places: dict[str, int] = {}
    for metric, words in _METRIC_WORDS:
        pattern = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
        hit = pattern.search(text)
        if hit:
            places[metric] = hit.start()
            text = pattern.sub(lambda m: " " * len(m.group()), text)
    if not places and _has(text, "how many"):
        return ("customers",)
    return tuple(sorted(places, key=lambda metric: places[metric]))


def _has(text: str, words: str) -> bool:
    return re.search(rf"\b(?:{words})\b", text, re.IGNORECASE) is not None
