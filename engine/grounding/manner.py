"""Words that bend what a figure means: averages, rates, negations, forecasts, unknown groups."""

import re
from collections.abc import Iterator, Mapping

from engine.facts import METRICS, Fact
from engine.grounding.binding import own_metrics
from engine.grounding.claims import Clause, Reading, Reference, mask, words_of
from engine.grounding.figures import MONTHS

_AVERAGED = frozenset(
    {
        "average_order",
        "revenue_per_customer",
        "recency",
        "frequency",
        "monetary",
        "tenure",
        "churn",
        "items_per_order",
        "mean_recency",
        "mean_frequency",
        "mean_monetary",
        "mean_tenure",
    }
)
_AVERAGE = re.compile(
    r"\b(?:on\s+average|averages?|averaged|mean|median|typical(?:ly)?)\b", re.IGNORECASE
)
_RATE = re.compile(
    r"\b(?:per|each|every|apiece|a\s+(?:day|week|month|quarter|year|head|customer)|daily|weekly|monthly"
    r"|quarterly|yearly|annual(?:ly)?)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not(?!\s+(?:only|just)\b)|never|without|except|excluding|neither|nor|cannot|hardly|barely"
    r"|no\s+longer|other\s+than)\b|n[’']t\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|would|could|should|might|(?-i:may)|shall|can|going\s+to|expect(?:ed|s)?|forecasts?|predict(?:ed|ions?|s)?|projected|likely|soon)\b",
    re.IGNORECASE,
)
_NARROWING = re.compile(
    r"\b(?:new|returning|repeat|(?:in)?active|former|potential|lapsed|dormant|churned|male|female|on-?line"
    r"|off-?line|domestic|foreign|international|first-time|one-time|other|remaining|premium|young|old"
    r"|future|past|existing|registered|retained|net|returned|cancelled|paying)[\s*_]+$",
    re.IGNORECASE,
)
_OTHER_METRIC = re.compile(
    r"\b(?:profits?|margins?|earnings|costs?|visits?|sessions?|clicks?|subscribers?|discounts?|tax(?:es)?|fees?"
    r"|refunds?|conversions?|lifetime|ltv|clv|roi|nps|loss(?:es)?|budgets?|satisfaction|ratings?|left|missing)\b",
    re.IGNORECASE,
)
# "customers in Germany", "customers who never came back": what follows must be known.
_NARROWED = re.compile(
    r"[\s*_]+(?:in|from|at|near|outside|inside|around|aged|who|that|whose|living|based|with|through|via|over|on|left|gone)\s+"
    r"(?:(?:the|this|that|your|our|are|is|of)\s+)*(?P<word>[^\W_]+)",
    re.IGNORECASE,
)
_NEAR = words_of("""
    shop store dataset data total all segment group segments groups run published whole it them both
    last past next previous coming likely expected customers revenue orders
""")
_SUPPOSED = re.compile(
    r"\b(?:if|unless|suppos\w+|assum\w+|imagine|hypothetical\w*)\b", re.IGNORECASE
)
_DOUBTED = re.compile(
    r"\b(?:false|untrue|wrong(?:ly)?|incorrect|myth|doubt\w*|unlikely|alleged\w*|supposedly|contrary|deny"
    r"|denied|rumou?r\w*|left\s+(?:over|out)|nobody\s+believes)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\balready\b|\b(?:are|is|was|were|have|has)\s+(?:\w+\s+)?(?:lost|gone|left)\b", re.IGNORECASE
)
_STARTERS = words_of("""
    there they it this that these those we you together overall total altogether here what which
    who the a an your our most many some few more fewer less about all both each everyone summary
    result results answer size value
""")
_VERB = (
    r"(?:have|has|had|are|is|was|were|bring|brings|brought|spend|spends|spent|make|makes|made|count|counts"
    r"|number|contain|contains|own|generate|generates|generated|account|accounts|hold|holds|include"
    r"|includes|place|places|placed|contribute|contributes|customers|segment|group)"
)
_ALLOWED_CAPITALS = words_of("""
    i segue gbp eur usd jpy sept
""") | {form for month in MONTHS for form in (month, month[:3])}


def check_manner(reading: Reading, reference: Reference, facts: Mapping[str, Fact]) -> str | None:
    fact = facts[reference.fact]
    clause = reading.clauses[reading.clause_at(reference.start)]
    masked = reading.masked[clause.start : clause.end]
    words = _without_own(reading, clause, facts)
    told = f"[[{fact.id}]] is {METRICS[fact.figure.metric].meaning}"
    averaged = fact.figure.metric in _AVERAGED or fact.figure.operation == "mean"
    if (found := _AVERAGE.search(words)) and not averaged:
        return f"{told}, not an average ('{found.group()}')"
    if found := _RATE.search(words):
        return f"{told}: '{found.group()}' makes another figure of it"
    if found := _NEGATION.search(words):
        return f"'{found.group()}' turns [[{fact.id}]] round: say it without"
    if (found := _AHEAD.search(words)) and fact.figure.period.horizon_days is None:
        return f"[[{fact.id}]] is no forecast ('{found.group()}')"
    if (found := _SUPPOSED.search(reading.masked)) and fact.figure.period.horizon_days is None:
        return f"[[{fact.id}]] is what was counted, not what could be ('{found.group()}')"
    if found := _DOUBTED.search(reading.masked):
        return f"'{found.group()}' casts doubt on [[{fact.id}]]: say it without"
    if found := _OTHER_METRIC.search(words):
        return f"{told}: no fact speaks of '{found.group()}'"
    if fact.figure.period.horizon_days is not None and _DONE.search(masked):
        return f"[[{fact.id}]] is a forecast: it has not happened already"
    for word in clause.metrics:
        found = _NARROWED.match(reading.masked[: clause.end], word.end)
        if found and METRICS[word.metric].unit != "date" and not _is_near(found["word"]):
            return f"{told}: no fact speaks of those '{found.group().strip()}'"
        if found := _NARROWING.search(reading.masked[: word.start]):
            return f"{told}: '{found.group().strip()}' narrows it to what no fact says"
    return None


def _without_own(reading: Reading, clause: Clause, facts: Mapping[str, Fact]) -> str:
    """The clause without the names of what its figures are: "average order" is one, not a rate."""
    own = {metric for ref in clause.references for metric in own_metrics(facts[ref.fact])}
    spans = [word for word in clause.metrics if word.metric in own]
    return mask(reading.masked, spans)[clause.start : clause.end]


def _is_near(word: str) -> bool:
    return word.casefold() in _NEAR | _ALLOWED_CAPITALS or word.isnumeric()


def _without_metrics(reading: Reading, start: int, end: int) -> str:
    return mask(reading.masked, reading.metrics)[start:end]


def find_strangers(reading: Reading, facts: Mapping[str, Fact]) -> Iterator[str]:
    """Capitalised words beside figures that no fact is about: VIPs, Germany, Hibernating."""
    if not reading.references:
        return
    known = set(_ALLOWED_CAPITALS)
    for reference in reading.references:
        subject = facts[reference.fact].figure.subject
        known |= set(re.findall(r"\w+", f"{subject.name} {subject.id}".casefold()))
    text = _without_metrics(reading, 0, len(reading.masked))
    opening = re.match(r"[\s\W\d]*", text)
    start = opening.end() if opening else 0
    for match in re.finditer(r"\b[^\W\d_a-z][\w’'-]*", text):
        word = re.sub(r"[’']s?$", "", match.group().casefold())
        if word in known or not match.group()[0].isupper():
            continue
        begins = match.start() == start or re.search(r"[.!?:|]\W*$", text[: match.start()])
        if not begins or _is_subject(text, match, word):
            yield f"'{match.group()}' is nobody that the facts of this sentence are about"


def _is_subject(text: str, match: re.Match[str], word: str) -> bool:
    follows = re.match(rf"[\s*_]*(?::|\||{_VERB}\b)", text[match.end() :], re.IGNORECASE)
    return bool(follows) and word not in _STARTERS
