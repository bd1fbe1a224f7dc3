"""What stands right beside a reference or a name and bends what they mean.

Between a figure and the noun it counts only words that leave the count alone may stand; around
names and before figures anything may, but for words that take a part, turn round, add or belittle.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from engine.facts import Fact
from engine.grounding.binding import names_for
from engine.grounding.claims import MASK, Naming, Reading, Reference, mask
from engine.grounding.labels import Left, narrowed_label
from engine.grounding.names import words_of
from engine.metrics import METRICS

# ---- figures ------------------------------------------------------------------------------------

# Before a figure: what says that the figure is missing, added, reached or only a limit.
_BENDS_BEFORE = words_of("""
    lack lacks lacked lacking miss misses missed missing need needs needed owe owes owed cost costs
    want wants wanted require requires required waste wastes wasted short other different remaining save saves saved saving recover recovers recovered target
    targets targeted aim aims aimed planned budget budgeted minus negative double twice half triple
    barely hardly refund refunded beyond times per every ex former exclude excludes excluding except
    without like dwarf outnumber rank ranks ranked fail fails failed match matches matched equal
    equals until
""")
_ADDS = words_of("another extra additional further")  # to a count
_SHORT_OF = re.compile(
    r"\b(?:lack(?:s|ed|ing)?|ow(?:e|es|ed|ing)|cost(?:s|ing)?|short\s+of|in\s+need\s+of|wast(?:e|es|ed|ing)|bereft)\b",
    re.IGNORECASE,
)
_NOUN_FILLERS = words_of("""
    of in all the our your its their these those different distinct unique separate single
    segmented kept known individual total overall more fewer less higher lower
    larger smaller bigger greater longer shorter new brand-new expected likely
    first-time times as much many so high likely what returning median mean average typical lifetime net gross and or who have
""")
_NOUNS = (
    r"customers?|people|persons?|buyers?|shoppers?|clients?|members?|orders?|purchases?|invoices?|products?|articles?"
    r"|items?|segments?|groups?|rows?|records?|lines?|units?|events?|messages?|leavers|revenue|sales|turnover|days?"
)
# After a figure.
_BENDS_AFTER = words_of("""
    extra another additional remaining left short missing thousand thousands hundred
    hundreds million dozen dozens odd ish plus minus x percent points
    former loyal happy satisfied unhappy potential possible
""")

# ---- names --------------------------------------------------------------------------------------

_NARROWING = words_of("""
    former ex non female male women men young old older younger best top worst biggest smallest
    richest poorest other remaining few several many most some certain extra additional another
    active inactive new future past existing potential recent early late german french british
    domestic foreign local online offline premium wealthy rich poor urban rural northern southern
    half ten five two three four six seven eight nine fewer almost nearly quasi pseudo
    american european corporate private wholesale retail heavy light frequent rare
""")
_PARTIAL = re.compile(
    r"\b(?:(?:best|top|worst|largest|biggest|smallest|richest|newest|oldest)\s+(?:customers?|buyers?|people|members?)\s+(?:in|of|from|within|among)"
    r"|(?:some|part|parts|rest|few|many|most|none|any|either|neither|portion|remainder|others?"
    r"|certain|several|half|majority|minority|one)\s+of(?:\s+(?:the|your|our|all))?"
    r"|(?:all|every\w*|any\w*)(?:\s+\w+)?\s+but"
    r"|(?:apart|aside|far)\s+from|without|excluding|except(?:\s+for)?|besides?|beyond|outside|unlike|not"
    r"|instead\s+of|like|than\s+half\s+of)[\s*_]+(?:the\s+)?$",
    re.IGNORECASE,
)
_RESTRICTED = re.compile(
    r",?[\s*_]+(?:customers?\s+|members?\s+|buyers?\s+)?"
    r"(?:(?P<adds>who|whose|from|near)|that|aged|living|without|outside|excluding|aside|excepted"
    r"|excluded)\b(?P<rest>[^.;]*)",
    re.IGNORECASE,
)


def check_neighbours(reading: Reading, facts: Mapping[str, Fact]) -> Iterator[str]:
    for reference in reading.references:
        yield from _check_reference(reading, reference, facts[reference.fact])
    bound = {
        name for each in reading.references for name in names_for(reading, each) or reading.names
    }
    for naming in reading.namings if reading.references else ():
        if bound & set(naming.names):
            yield from _check_name(reading, naming)
    yield from _check_bare_metrics(reading)


def _check_reference(reading: Reading, reference: Reference, fact: Fact) -> Iterator[str]:
    told = f"[[{reference.fact}]]"
    before = _word_before(reading, reference.start)
    here = reading.clauses[reading.clause_at(reference.start)]
    verb = _SHORT_OF.search(reading.masked[here.start : reference.start])
    if verb:
        yield f"'{verb.group()}' before {told} says more than its fact: use a plain word such as 'have'"
    elif (
        before in _BENDS_BEFORE or (before in _ADDS and fact.figure.unit == "count")
    ) and not _is_metric(reading, reference.start):
        yield f"'{before}' before {told} says more than its fact: use a plain word such as 'have'"
    after = _words_after(reading, reference.end)
    if fact.figure.operation == "difference":
        return  # "[[f1]] additional orders"
    if after and after[0] in _BENDS_AFTER and not _opens_metric(reading, reference.end):
        yield f"'{after[0]}' after {told} says more than its fact: name only its metric there"
    if noun := _strange_noun(reading, reference, fact):
        yield f"'{noun}' after {told} is nothing that a fact counts"


# Words on -s that are no plural nouns.
_NO_NOUNS = words_of("""
    is was has does as vs across this its his hers theirs ours yours plus versus thus whereas besides
    towards perhaps times days less always sometimes us afterwards upwards downwards sans vers mais
    bis aus als es los las des les dans depuis après más menos clientes pedidos compras
""")


def _strange_noun(reading: Reading, reference: Reference, fact: Fact) -> str | None:
    """ "[[f61]] newsletters": a plural right after a count, or a name right after an amount."""
    found = re.match(r"[\s*_]+([^\W\d_]+s)\b", reading.masked[reference.end :])
    counts = METRICS[fact.figure.metric].unit in ("count", "money")
    if counts and fact.figure.operation is None and found:
        known = found[1].casefold() in _NO_NOUNS or _opens_metric(reading, reference.end)
        return None if known else found[1]
    names = [n for n in reading.namings
             if re.fullmatch(r"[\s*_]+", reading.text[reference.end : n.start])]  # fmt: skip
    if names and reading.text[names[0].start : names[0].end] == fact.figure.subject.name:
        return None
    if names and METRICS[fact.figure.metric].unit == "money" and fact.figure.operation is None:
        return reading.text[names[0].start : names[0].end]
    return None


def narrowed(reading: Reading, reference: Reference, fact: Fact) -> Left | None:
    """A word between a figure and the noun it counts that no fact vouches for: the figure says what it is."""
    place = reference.end
    found = re.match(
        rf"[\s*_]+((?:[^\W\d_][\w’'-]*[\s*_]+){{1,3}}?)(?:{_NOUNS})\b",
        reading.masked[place:],
        re.IGNORECASE,
    )
    if found is None or re.match(rf"[\s*_]+(?:{_NOUNS})\b", reading.masked[place:], re.IGNORECASE):
        return None
    spans = [(word.start, word.end) for word in reading.metrics]
    start = place + found.start(1)
    for word in re.finditer(r"[^\W\d_][\w’'-]*", found.group(1)):
        low, high = start + word.start(), start + word.end()
        inside = any(low >= a and high <= b for a, b in spans)
        if (
            not inside
            and word.group().casefold() not in _NOUN_FILLERS
            and not _is_verb(word.group())
        ):
            return narrowed_label(fact)
    return None


def _is_verb(word: str) -> bool:
    """A verb or joining word ends the noun phrase: "[[f1]] come from customers"."""
    return word.casefold() in _VERBS or bool(re.search(r"(?:ing|ed)$", word.casefold()))


_VERBS = words_of("""
    largest smallest became become turned means meant gives gave leaves shows
    is are was were be been has had do does did will would can could may might come comes came go
    goes went bring brings brought make makes made take takes took sit sits belong to from for with
    by at on as per across among within between but while than that which when where if since over
    buy buys bought spend spends spent stay stays fell rose grew left lost moved placed a an this
    respectively each ago back so also still already now then currently just only
""")


def _check_name(reading: Reading, naming: Naming) -> Iterator[str]:
    name = reading.text[naming.start : naming.end]
    partial = _PARTIAL.search(reading.masked[: naming.start])
    if partial:
        yield f"'{partial.group().strip()} {name}' is not {name}"
    if re.search(r"\w[-–]$", reading.masked[: naming.start]):
        yield f"'{name}' must stand as a word of its own"
    before = _word_before(reading, naming.start)
    as_many = re.search(r"\bas\s+\w+[\s*_]+$", reading.masked[: naming.start], re.IGNORECASE)
    shown = before in ("few", "many", "fewer") and re.match(
        r"[\s*_]*[(:][\s*_]*\[\[", reading.text[naming.end :]
    )
    if before in _NARROWING and not as_many and not shown and not _is_metric(reading, naming.start):
        yield f"'{before} {name}' is not {name}"
    restricted = _RESTRICTED.match(reading.masked, naming.end)
    if restricted and not _only_adds(reading, restricted):
        yield f"'{name} {restricted.group().strip()[:30]} ...' is not all of {name}"


def _only_adds(reading: Reading, restricted: re.Match[str]) -> bool:
    """After a comma "who" only adds, and so does a clause that leads straight to a figure."""
    if restricted["adds"] is None:
        return any(
            restricted.start("rest") <= word.start <= restricted.start("rest") + 25
            and word.metric in ("churn", "recency")
            for word in reading.metrics
        )
    if restricted.group()[0] == ",":
        return True
    if re.match(r"\s+(?:the\s+)?(?:other|another)\s+(?:segments?|groups?)", restricted["rest"]):
        return True
    leads = re.match(rf"([^{MASK}.;,]*){MASK}", restricted["rest"])
    words = re.findall(r"[^\W\d_]+", leads[1].casefold()) if leads else ["?"]
    return set(words) <= (_LEADS if restricted["adds"].startswith("who") else words_of("the"))


_LEADS = words_of("""
    have has had bring brings brought in account accounts accounted for make makes up made spend
    spends spent contribute contributes generate generates generated earn earned hold holds only
    together on average place places placed order ordered buy bought of the a an median number we
    call called revenue sales largest most biggest highest share part
""")


def _check_bare_metrics(reading: Reading) -> Iterator[str]:
    """ "[[f3]] of customers and of revenue" gives one figure to two metrics."""
    for before, clause in pairwise(reading.clauses):
        rest = mask(reading.masked, clause.metrics, " ")[clause.start : clause.end]
        bare = clause.metrics and not clause.references and not clause.namings
        joins = re.match(r"\W*(?:and|or|,)\b", reading.text[clause.start :], re.IGNORECASE)
        if bare and joins and before.references and not re.sub(r"\b(?:and|or)\b|[\W_]", "", rest):
            yield f"'{clause.metrics[0].words}' has no figure of its own"


def _word_before(reading: Reading, place: int) -> str:
    found = re.search(r"([^\W\d_][\w’'-]*)[\s*_(\"“]+$", reading.masked[:place])
    return found.group(1).casefold().replace("’", "'") if found else ""


def _words_after(reading: Reading, place: int) -> list[str]:
    found = re.match(r"[\s*_]+([^\W\d_][\w’'-]*)", reading.masked[place:])
    return [found.group(1).casefold()] if found else []


def _opens_metric(reading: Reading, place: int) -> bool:
    gap = re.match(r"[\s*_]*", reading.masked[place:])
    return any(word.start == place + (gap.end() if gap else 0) for word in reading.metrics)


def _is_metric(reading: Reading, place: int) -> bool:
    end = len(re.sub(rf"[^\w{MASK}]+$", "", reading.masked[:place]))
    return any(word.end == end for word in reading.metrics)
