"""What a question counts along: countries, months, products, ..."""

import re

from agent.degrees import COUNT
from agent.measure_words import DIMENSION_WORDS
from agent.measures import whole_words

_RANKED = re.compile(
    r"\b(?:which|what|top|best|worst|most|least|list|each|every|by|per|how many|\d+)\b", re.I
)
_BEST_OF_KIND = re.compile(
    r"\bbest[- ]?sell\w* (?:categor|countr|channel|month|day|market|department)", re.I
)
_A_BASKET = re.compile(r"\b(?:in|into|per) (?:one|an?|each|the average) (?:order|basket)\b", re.I)
_EACH_ARTICLE = re.compile(r"\b(?:which|each|by|top|best) (?:product|item|article)s?\b", re.I)
_PER_ORDER = re.compile(
    r"\b(?:items|units|products|pieces|articles) (?:per|in an?|an) \w+|"
    r"\b(?:basket|order) sizes? \(?(?:in )?(?:items|units|pieces)\)?", re.I)  # fmt: skip
# "The segment Lost", "the Lost cohort": nothing is counted along segments.
# "Which four toys", "the top 3 lamps": products of a kind.
_SO_MANY_GOODS = re.compile(
    rf"\b(?:which|what|top|best|worst|the|our|bottom|weakest|strongest) {COUNT}(?: [\w-]+)?"
    r" <CATEGORY>(?! \w*(?:categor|department|range))",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?<!which )\b(?:segment|cohort|channel|category|country) (?=<(?:SEGMENT|CHANNEL|CATEGORY|"
    r"COUNTRY)>)|"
    r"(?<=<SEGMENT>) cohort\b|(?<=<CHANNEL>) channel\b|(?<=<CATEGORY>) (?:category|department)\b|"
    r"(?<=<COUNTRY>) market\b",
    re.IGNORECASE,
)


def read_dimensions(text: str) -> tuple[str, ...]:
    text = _PER_ORDER.sub(" ", text)
    text = _NAMED.sub(" ", text)
    text = _SO_MANY_GOODS.sub(r"\g<0> products", text)
    if not _RANKED.search(text):  # "Christmas products" are Christmas
        text = re.sub(r"<CATEGORY> (?:products|items|articles|things|stuff)", "<CATEGORY>", text)
    if _A_BASKET.search(text) and not _EACH_ARTICLE.search(text):
        text = re.sub(r"\b(?:items|units|products|pieces|articles|things)\b", " ", text)
    if _BEST_OF_KIND.search(text):  # "best selling category" ranks categories
        text = re.sub(r"\bbest[- ]?sell\w*", "best", text, flags=re.I)
    found = [
        (hit.start(), name)
        for name, words in DIMENSION_WORDS
        if (hit := whole_words(words).search(text))
    ]
    return tuple(dict.fromkeys(name for _, name in sorted(found)))
