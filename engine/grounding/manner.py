"""Words that bend what a figure means: averages, rates, negations, forecasts, unknown groups."""

import re
from collections.abc import Iterator, Mapping, Sequence

from engine.facts import Fact
from engine.grounding.claims import MASK, Clause, MetricWord, Reading, Reference, Span, mask
from engine.grounding.figures import MONTHS
from engine.grounding.names import words_of
from engine.metrics import METRICS

# What one could do for customers: it counts nothing that the records hold.
THING = (
    r"vouchers?|coupons?|discounts?|mails?|e-?mails?|mailings?|sentences?|points?|bullets?|words?|gifts?"
    r"|campaigns?|targets?|goals?|budgets?|offers?|letters?|calls?|steps?|reasons?|ideas?|gutschein\w*"
)
_AVERAGED = frozenset(
    {
        "average_order",
        "revenue_per_customer",
        "expected_value_per_customer",
        "recency",
        "frequency",
        "monetary",
        "tenure",
        "churn",
        "forecast_error",
        "calibration_error",
        "usual_saving",
        "discount_share",
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
    r"\b(?:per|each(?!\s+of\s+the)|every|apiece|a\s+(?:day|week|month|quarter|year|head|customer)|daily|weekly|monthly"
    r"|quarterly|yearly|annual(?:ly)?)\b",
    re.IGNORECASE,
)
_TIME_RATE = re.compile(
    r"\b(?:(?:per|each|every|a)\s+(?:day|week|month|quarter|year)|daily|weekly|monthly|quarterly|yearly|annual(?:ly)?)\b",
    re.IGNORECASE,
)
_PER_ONE = frozenset({"revenue_per_customer", "monetary", "frequency", "average_order",
                      "items_per_order", "mean_monetary", "mean_frequency",
                      "expected_value_per_customer"})  # fmt: skip
# Before a figure, with no noun between that the negation could be about.
_NEGATION = re.compile(
    r"(?:\b(?:not(?!\s+(?:only|just|all|every\w*)\b)|never|without|except|excluding|neither|nor|cannot|hardly"
    r"|other\s+than)|n[’']t)(?:\s+(?!because|since|but)[^\W\d_]+){0,3}[\s*_]+$",
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
    r"|refunds?|conversions?|ltv|clv|roi|nps|loss(?:es)?|budgets?|satisfaction|ratings?|left|missing|for\s+good|women|men|unsubscri\w+)\b",
    re.IGNORECASE,
)
# "customers in Germany", "customers who never came back": what follows must be known.
_NARROWED = re.compile(
    r"[\s*_]+(?:in|from|at|near|outside|inside|around|aged|who|that|whose|living|based|with|through|via|over|on|left|gone)\s+"
    r"(?:(?:the|this|that|your|our|are|is|of|end|close|start|beginning)\s+)*(?P<word>[^\W_]+)",
    re.IGNORECASE,
)
_NEAR = words_of("""
    shop store dataset data total all segment group segments groups run published whole it them both
    books database records list files history last past next previous coming likely expected customers revenue orders
""")
_SUPPOSED = re.compile(
    r"\b(?:if(?!\s+(?:i|we|you\s+(?:had|want|like|need|ask|prefer)|you[’']d|needed|possible)\b)|unless|suppos\w+|assum\w+|imagine|hypothetical\w*)\b",
    re.IGNORECASE,
)
_DOUBTED = re.compile(
    r"\b(?:false|untrue|wrong(?:ly)?(?!\s+(?:direction|way))|incorrect|myth|doubt\w*|alleged\w*|supposedly|contrary|deny"
    r"|denied|rumou?r\w*|left\s+(?:over|out)|nobody\s+believes)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:did|has|have|had)(?:\s+not|n[’']t)\s+(?:order|buy|bought|c[ao]me|return)\w*|\balready\b|\b(?:are|is|was|were|have|has)\s+(?:\w+\s+)?(?:lost|gone|left)\b",
    re.IGNORECASE,
)
_STARTERS = words_of("""
    their its his her by long-standing then now there they it this that these those we you together overall total altogether here what which
    who the a an your our most many some few more fewer less about all both each everyone summary
    result results answer size value yes no not step in on at from of with for compared overall
    revenue sales customers orders median average i'd i'll i've we'd we'll headline size risk value
    growth retention loyalty churn context heads-up heads tl dr note caveat verdict recommendation
    recommendations action actions next background movement movements products trend trends health
    discounts returns takeaway takeaways bottom-line quick fyi also meanwhile separation stability
    overlap repeat new returning units arrivals departures discount total key highlights overview digest idea tip why happy conseil consejo tipp größe tamaño taille
""")
_VERB = (
    r"(?:have|has|had|are|is|was|were|bring|brings|brought|spend|spends|spent|make|makes|made|count|counts"
    r"|number|contain|contains|own|generate|generates|generated|account|accounts|hold|holds|include"
    r"|includes|comes?|came|took|takes|reach(?:ed|es)|stands|stood|saw|sees|gets?|got|earned|lost|gained|grew|rose|fell|sold|ordered|bought|received|place|places|placed|contribute|contributes|customers|segment|group)"
)
_ALLOWED_CAPITALS = words_of("""
    i segue gbp eur usd jpy sept tl dr
""") | {form for month in MONTHS for form in (month, month[:3])}


def check_manner(
    reading: Reading, reference: Reference, facts: Mapping[str, Fact], times: Sequence[Span]
) -> str | None:
    fact = facts[reference.fact]
    clause = reading.clauses[reading.clause_at(reference.start)]
    masked = reading.masked[clause.start : clause.end]
    words = mask(reading.masked, [*reading.metrics, *times])[clause.start : clause.end]
    everywhere = mask(reading.masked, [*reading.metrics, *times])
    told = f"[[{fact.id}]] is {METRICS[fact.figure.metric].meaning}"
    averaged = any(_averaged(facts[each.fact]) for each in clause.references)
    if (found := _AVERAGE.search(words)) and not averaged:
        return f"{told}, not an average ('{found.group()}')"
    rate = _TIME_RATE if fact.figure.metric in _PER_ONE else _RATE
    flows = METRICS[fact.figure.metric].unit in ("count", "money")
    if flows and (found := rate.search(words)):
        return f"{told}: '{found.group()}' makes another figure of it"
    before = everywhere[clause.start : reference.start]
    neither = re.search(r"\bneither\b", before, re.IGNORECASE)
    if found := neither or _NEGATION.search(before):
        return f"'{found.group()}' turns [[{fact.id}]] round: say it without"
    ahead = fact.figure.period.horizon_days is not None
    words = re.sub(r"\bI\s+can\s+(?:say|tell|see|confirm|add|report)\b", "", words, flags=re.I)
    if (found := _AHEAD.search(words)) and not ahead and not _is_group(reading, reference, fact):
        return f"[[{fact.id}]] is no forecast ('{found.group()}')"
    if (
        (found := _SUPPOSED.search(everywhere))
        and not ahead
        and not _is_group(reading, reference, fact)
    ):
        return f"[[{fact.id}]] is what was counted, not what could be ('{found.group()}')"
    if found := _DOUBTED.search(everywhere):
        return f"'{found.group()}' casts doubt on [[{fact.id}]]: say it without"
    if found := _OTHER_METRIC.search(words):
        return f"{told}: no fact speaks of '{found.group()}'"
    unlikely = (
        re.search(r"\bunlikely\s+to\s+(?:leave|churn|lapse|go)\b", masked)
        and fact.figure.metric == "churn"
    )
    if unlikely and isinstance(fact.figure.value, float) and fact.figure.value >= 0.5:
        return f"[[{fact.id}]] is likely, and not unlikely"
    if ahead and _DONE.search(_statement(reading, reference, facts) or masked):
        return f"[[{fact.id}]] is a forecast: it has not happened already"
    for word in clause.metrics:
        if METRICS[word.metric].unit == "date":
            continue
        if narrowed := _narrowed(reading, clause, word, times):
            return f"{told}: no fact speaks of those '{narrowed}'"
        found = _NARROWING.search(mask(reading.masked, times)[: word.start])
        if found and not (word.metric == "revenue" and found.group().strip().casefold() == "net"):
            return f"{told}: '{found.group().strip()}' narrows it to what no fact says"
    return None


def _statement(reading: Reading, reference: Reference, facts: Mapping[str, Fact]) -> str:
    """The whole statement, when all of its figures look ahead."""
    first = last = reading.clause_at(reference.start)
    while first > 0 and not reading.clauses[first].strong:
        first -= 1
    while last + 1 < len(reading.clauses) and not reading.clauses[last + 1].strong:
        last += 1
    low, high = reading.clauses[first].start, reading.clauses[last].end
    own = [facts[r.fact].figure for r in reading.references if low <= r.start < high]
    ahead = all(figure.period.horizon_days is not None for figure in own)
    return reading.masked[low:high] if ahead else ""


def _averaged(fact: Fact) -> bool:
    return fact.figure.metric in _AVERAGED or fact.figure.operation == "mean"


def _is_group(reading: Reading, reference: Reference, fact: Fact) -> bool:
    """A count of people who are there already: "write to all [[f1]] At risk customers"."""
    before = reading.text[: reference.start]
    known = re.search(
        r"\b(?:the|all|to|these|those|for|with|at|on)[\s*_(]+$|\($", before, re.IGNORECASE
    )
    clause = reading.clauses[reading.clause_at(reference.start)]
    step = re.search(rf"\b(?:{THING})\b", reading.text[clause.start : clause.end], re.IGNORECASE)
    return fact.figure.metric == "customers" and bool(known or step)


def _told(reading: Reading, word: MetricWord) -> list[MetricWord]:
    return [w for w in reading.metrics if w != word and METRICS[w.metric].unit != "date"]


def _narrowed(
    reading: Reading, clause: Clause, word: MetricWord, times: Sequence[Span]
) -> str | None:
    """Words after a noun that single out some of them, where no fact, name or time says whom."""
    found = _NARROWED.match(reading.masked[: clause.end], word.end)
    if found is None or _is_near(found["word"] or MASK):
        return None
    start = found.end() - len(found["word"] or "")
    spans = [*times, *reading.namings, *_told(reading, word)]
    if any(found.start() <= span.start <= start + 2 for span in spans):
        return None
    if re.match(rf"[^.;]{{0,30}}{MASK}", reading.masked[start : clause.end]):
        return None
    tells = [*clause.references, *(w for w in clause.metrics if w != word)]
    if re.search(r"\b(?:who|that|whose|which)\b", found.group()) and any(
        0 <= span.start - start < 40 for span in tells
    ):
        return None
    return found.group().strip()


def _is_near(word: str) -> bool:
    return word.casefold() in _NEAR | _ALLOWED_CAPITALS or word.isnumeric()


def find_strangers(
    reading: Reading, facts: Mapping[str, Fact], times: Sequence[Span], opening: bool
) -> Iterator[str]:
    """Capitalised words beside figures that no fact is about: VIPs, Germany, Hibernating.

    `opening`: only who opens a statement, in a language that gives every noun a capital.
    """
    if not reading.references:
        return
    known = set(_ALLOWED_CAPITALS)
    for reference in reading.references:
        subject = facts[reference.fact].figure.subject
        known |= set(re.findall(r"\w+", f"{subject.name} {subject.id}".casefold()))
    text = mask(reading.masked, [*reading.metrics, *times])
    space = re.match(r"[\s\W\d]*", reading.masked)
    start = space.end() if space else 0
    for match in re.finditer(r"\b[^\W\d_a-z][\w’'-]*", text):
        word = re.sub(r"[’']s?$", "", match.group().casefold())
        if word in known or not match.group()[0].isupper():
            continue
        if word.replace("’", "'") in ("i'd", "i'll", "i've", "i'm", "we'd", "we'll", "we've"):
            continue
        begins = match.start() == start or re.search(r"[.!?:|—–]\W*$|\n\W*$", text[: match.start()])
        people = any(
            (noun.metric == "customers" or not reading.names)
            and re.fullmatch(r"[\s*_]+", text[match.end() : noun.start])
            for noun in reading.metrics
        )
        people = people and word not in _STARTERS
        if reading.names and (begins or opening):
            continue
        if (not begins and not opening) or _is_subject(text, match, word, people):
            yield f"'{match.group()}' is nobody that the facts of this sentence are about"


def _is_subject(text: str, match: re.Match[str], word: str, people: bool) -> bool:
    follows = people or re.match(rf"[\s*_]*(?::|\||{_VERB}\b)", text[match.end() :], re.IGNORECASE)
    return bool(follows) and word not in _STARTERS
