"""The words right beside a reference or a name come from closed lists.

What stands there bends the figure most ("lack [[f1]]", "former Champions", "[[f1]] extra
customers"), and no list of bad words is ever complete. Punctuation, other names and other
references, metric words and times may stand there too.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from engine.grounding.claims import MASK, Naming, Reading, Reference, mask, words_of
from engine.grounding.figures import MONTH_WORD

_COMMON = words_of("""
    and or but while whereas yet though although so also still then now where which
    in of from for to by with at on as than against versus across among within between
    is are was were be been has have had do does did
    the this that these those your our their its it they there here both all
    around about roughly approximately only just even alone together overall total altogether
    respectively each segment segments group groups shop store dataset data
""")
_TELLING = words_of("""
    bring brings brought bringing make makes made making generate generates generated generating
    spend spends spent spending earn earns earned account accounts accounted accounting contain
    contains hold holds held number numbers numbered numbering total totals totaled totalled count
    counts counted place places placed order orders ordered include includes included own owns
    contribute contributes contributed contributing represent represents represented form forms
    comprise comprises comprised cover covers covered take takes took deliver delivers delivered
    drive drives drove produce produces produced yield yields yielded show shows showed stand stands
    stood sit sits see sees saw come comes came amount amounts amounted fall falls belong belongs
    compare compares compared average averages averaged buy buys bought sell sells sold
    go goes went run runs
    follow follows followed lead leads led remain remains mean means share shares in out into up
    down more less fewer higher lower larger smaller bigger greater value size part
""")
_BEFORE_REFERENCE = (
    _COMMON
    | _TELLING
    | words_of("""
    worth shop's rose grew fell dropped declined increased decreased climbed rise rises growth
    change changed difference gap ratio since least most largest smallest until up some
""")
)
_AFTER_REFERENCE = (
    _COMMON
    | _TELLING
    | words_of("""
    last next today currently you we will who ago since because per not likely expected when if
    until different separate distinct times
""")
)
_BEFORE_NAME = (
    _COMMON
    | _TELLING
    | words_of("""
    a an you we called named comparing look looking consider since customers customer people buyers
    members shoppers revenue sales turnover churn largest biggest smallest top best
""")
)
_PARTIAL = re.compile(
    r"\b(?:(?:some|part|parts|rest|few|many|most|none|any|either|neither|share|portion|remainder|others?"
    r"|certain|several|each|one)\s+of(?:\s+(?:the|your|our|all))?"
    r"|(?:all|every\w*|any\w*)(?:\s+\w+)?\s+but"
    r"|(?:apart|aside|far)\s+from|without|excluding|except(?:\s+for)?|besides?|beyond|outside|unlike|not"
    r"|instead\s+of|like|than\s+half\s+of)[\s*_]+$",
    re.IGNORECASE,
)
_RESTRICTED = re.compile(
    r",?[\s*_]+(?:customers?\s+|members?\s+|buyers?\s+)?"
    r"(?:(?P<adds>who|whose|from|near)|that|aged|living|without|outside|excluding|aside|excepted"
    r"|excluded)\b",
    re.IGNORECASE,
)


def check_neighbours(reading: Reading) -> Iterator[str]:
    for reference in reading.references:
        yield from _check_reference(reading, reference)
    for naming in reading.namings if reading.references else ():
        yield from _check_name(reading, naming)
    yield from _check_bare_metrics(reading)


def _check_reference(reading: Reading, reference: Reference) -> Iterator[str]:
    told = f"[[{reference.fact}]]"
    before = _word_before(reading, reference.start)
    if before and before not in _BEFORE_REFERENCE and not _is_metric(reading, reference.start, -1):
        yield f"'{before}' before {told} says more than its fact: use a plain word such as 'have'"
    after = _word_after(reading, reference.end)
    if after and after not in _AFTER_REFERENCE and not _is_metric(reading, reference.end, 1):
        yield f"'{after}' after {told} says more than its fact: name only its metric there"


def _check_name(reading: Reading, naming: Naming) -> Iterator[str]:
    name = reading.text[naming.start : naming.end]
    partial = _PARTIAL.search(reading.masked[: naming.start])
    if partial:
        yield f"'{partial.group().strip()} {name}' is not {name}"
    if re.search(r"\w[-–]$", reading.masked[: naming.start]):
        yield f"'{name}' must stand as a word of its own"
    before = _word_before(reading, naming.start)
    if before and before not in _BEFORE_NAME and not _opens(reading, naming.start):
        yield f"'{before} {name}' is not {name}"
    restricted = _RESTRICTED.match(reading.masked, naming.end)
    # After a comma "who" only adds; "aside" takes away there too.
    if restricted and not (restricted.group()[0] == "," and restricted["adds"]):
        yield f"'{name} {restricted.group().strip()} ...' is not all of {name}"


def _check_bare_metrics(reading: Reading) -> Iterator[str]:
    """ "[[f3]] of customers and of revenue" gives one figure to two metrics."""
    for before, clause in pairwise(reading.clauses):
        rest = mask(reading.masked, clause.metrics, " ")[clause.start : clause.end]
        bare = clause.metrics and not clause.references and not clause.namings
        if bare and before.references and not re.sub(r"\b(?:and|or)\b|[\W_]", "", rest):
            yield f"'{clause.metrics[0].words}' has no figure of its own"


def _word_before(reading: Reading, place: int) -> str:
    found = re.search(r"([^\W\d_][\w’'-]*)[\s*_(\"“]+$", reading.masked[:place])
    return found.group(1).casefold().replace("’", "'") if found else ""


def _word_after(reading: Reading, place: int) -> str:
    found = re.match(r"[\s*_]+([^\W\d_][\w’'-]*)", reading.masked[place:])
    return found.group(1).casefold() if found else ""


def _is_metric(reading: Reading, place: int, side: int) -> bool:
    if side > 0:
        gap = re.match(rf"[^\w{MASK}]*", reading.masked[place:])
        start = place + (gap.end() if gap else 0)
        return any(word.start == start for word in reading.metrics)
    end = len(re.sub(rf"[^\w{MASK}]+$", "", reading.masked[:place]))
    return any(word.end == end for word in reading.metrics) or _is_time(reading.masked[:end])


def _is_time(text: str) -> bool:
    """A month or "last month" just before a reference."""
    return bool(re.search(rf"\b(?:months?|years?|weeks?|quarters?|today|(?i:{MONTH_WORD}))$", text))


def _opens(reading: Reading, place: int) -> bool:
    """After a metric word the name is whose metric it is: "the revenue Champions bring"."""
    return _is_metric(reading, place, -1)
