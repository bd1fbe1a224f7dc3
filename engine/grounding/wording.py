"""What no sentence may hold, whatever its facts: free figures, links, ids, tampered references."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from engine.concepts import Money
from engine.facts import Fact, Figure
from engine.grounding.claims import REFERENCE, Reading
from engine.grounding.figures import COUNTED, Numeral, find_figures
from engine.grounding.manner import THING
from engine.grounding.periods import PeriodWord
from engine.grounding.shown import number
from engine.metrics import METRICS

_LINK = re.compile(
    r"\w+://|\bwww\.|\b(?:mailto|javascript|data|tel):\S|\S@\w|</?\w|&#?\w+;|\b[\w-]{2,}\.[a-z]{2,}\b",
    re.IGNORECASE,
)
_OPENING = frozenset(" \t\n(*_\"'“„:|—–\xa0")
_CLOSING = frozenset(" \t\n)*_\"'”’.,;:!?…|—–\xa0")
_BOUND = re.compile(
    r"\b(?:(?:more|less|fewer|greater|higher|lower|other)\s+than|over|under|above|below|nearly"
    r"|almost|at\s+(?:least|most)|exceed\w*|beyond|close\s+to|minus|negative|plus|times|not|between"
    r"|(?P<to>(?<!add\s)(?<!adds\s)(?<!sum\s)(?<!sums\s)(?<!added\s)(?<!adding\s)(?<!went\s)(?<!moved\s)(?<!came\s)up\s+to)|as\s+(?:much|many|few|little|high|low)\s+as|half|double)[\s*_]*(?:an?|the)?[\s*_]*$",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"[\s*_]*(?:%|‰|percent\b|per\s+cent\b|pp\b|bps?\b|(?:percentage\s+)?points?\b|k\b|m\b|bn\b|mn\b"
    r"|hundreds?\b|thousands?\b|millions?\b|billions?\b|dozens?\b|pounds?\b|euros?\b|dollars?\b"
    r"|[A-Z]{3}\b|(?:day|week|month|quarter|year)s?\b(?!\s+(?:on|over)\b)|times\b|fold\b|x\b|or\s+(?:more|less|so)\b)",
)
_ID_NOUN = re.compile(
    r"\b(?:customer|client|segment|receipt|order|invoice|product|run|article)s?\s+(?:id\s+|no\.?\s+|number\s+)?#?$",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r"\b(?:you(?:[’']re|\s+are)\s+asking|you\s+(?:asked|mention(?:ed)?|wrote|suggest(?:ed)?|thought|expected|quote[d]?)|your\s+question|whether)\b",
    re.IGNORECASE,
)
_AFFIRMED = re.compile(
    r"\b(?:yes|right|correct|indeed|true|exactly|confirmed?|as\s+you|like\s+you)\b", re.IGNORECASE
)


def find_tampering(sentence: str) -> Iterator[str]:
    """Brackets, hidden characters and links; and what would change how a reference reads."""
    plain = REFERENCE.sub(" ", sentence)
    if "[" in plain or "]" in plain:
        yield "brackets may stand only around a whole reference such as [[f1]]"
    if any(
        unicodedata.category(c) in ("Cf", "Cc", "Co", "Cn") and c not in "\n\t\r" for c in sentence
    ):
        yield "it holds hidden characters"
    link = _LINK.search(plain)
    if link:
        yield f"links, addresses and markup are not shown ('{link.group()}')"
    if re.search(r"(?<!\w)[^\W\d_](?:[\s.*_-]+[^\W\d_]){2,}(?!\w)", plain):
        yield "it spells a word letter by letter"
    if "`" in sentence or "~" in sentence:
        yield "code marks and strike-outs are not shown"


def find_foreign_letters(masked: str) -> Iterator[str]:
    for letter in masked:
        if letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN"):
            yield f"'{letter}' is a letter of another alphabet"
            return


def find_glue(sentence: str, facts: Mapping[str, Fact]) -> Iterator[str]:
    """Text that joins a reference and changes the figure: -[[f1]], [[f1]]k, over [[f1]]."""
    matches = list(REFERENCE.finditer(sentence))
    for match in matches:
        before, after = sentence[: match.start()], sentence[match.end() :]
        figure = facts[match.group(1)].figure
        bound = _BOUND.search(before)
        if bound and _is_beyond(bound.group(), facts, match, matches):
            bound = None
        if bound and (_is_estimate(bound.group(), figure)):
            bound = None
        unit = _UNIT_AFTER.match(after)
        if unit and unit.group().strip() in ("days", "day") and figure.unit == "days":
            unit = None
        if (
            unit
            and unit.group().strip() == "times"
            and (
                figure.operation == "ratio"
                or figure.metric in ("frequency", "mean_frequency", "orders")
            )
        ):
            unit = None  # the rendering says it once
        if figure.operation in ("growth", "difference") and _is_plus(before, figure):
            before = before[:-1] + " "
        if (
            (before and before[-1] not in _OPENING)
            or (after and after[0] not in _CLOSING)
            or (
                re.search(r"[.,:'’][\"'*_)]*$", before)
                and not before[-1].isspace()
                and before[-1] != ":"
            )
        ):
            yield f"{match.group()} must stand alone, with spaces around it"
        elif re.search(r"(?:^|[^\w\s)*_])\s*[-−+][\s*_]*$", before) and not re.search(
            r"(?:^|\n)\s*[-+]\s*$", before
        ):
            yield f"{match.group()} must not follow a sign"
        elif bound and not (bound["to"] and figure.unit == "date"):
            yield f"say {match.group()} itself, not '{bound.group().strip()}' it"
        elif unit:
            yield f"{match.group()} brings its own unit: leave out '{unit.group().strip()}'"
    for one, two in zip(matches, matches[1:], strict=False):
        gap = sentence[one.end() : two.start()]
        units = {facts[match.group(1)].figure.unit for match in (one, two)}
        if re.fullmatch(r"[\W_]*or[\W_]*", gap) and len(units) == 1:
            yield f"{one.group()} or {two.group()}: say which"
        arrow = re.fullmatch(r"\s+(?:→|->)\s+", gap) and _tells_change(
            facts, one.group(1), two.group(1)
        )
        if not arrow and not re.search(r"\w", gap) and not re.search(r"[,;:|(/]\s|\s[&(]", gap):
            yield f"{one.group()} and {two.group()} run into each other"


def _tells_change(facts: Mapping[str, Fact], one: str, two: str) -> bool:
    """ "([[before]] → [[after]])": one thing at two times, in their order."""
    before, after = facts[one].figure, facts[two].figure
    same = (before.subject, before.metric, before.operation) == (
        after.subject,
        after.metric,
        after.operation,
    )
    return same and before.operation is None and before.period.end < after.period.end


def _is_beyond(
    words: str, facts: Mapping[str, Fact], match: re.Match[str], matches: list[re.Match[str]]
) -> bool:
    """ "[[f1]], just under the [[f2]] of ...": the figures show that it is so."""
    order = re.match(
        r"(?P<more>more|greater|higher|over|above|beyond|exceed)|less|fewer|lower|under|below",
        words,
        re.I,
    )
    own = facts[match.group(1)].figure
    for other in matches:
        figure = facts[other.group(1)].figure
        if order and other.start() < match.start() and figure.metric == own.metric:
            told, beyond = number(facts[other.group(1)]), number(facts[match.group(1)])
            return told != beyond and (told > beyond) == bool(order["more"])
    return False


def _is_estimate(words: str, figure: Figure) -> bool:
    """A forecast is not exact, so that "nearly" takes nothing from it."""
    near = re.match(r"(?:nearly|almost|close\s+to)\b", words, re.IGNORECASE)
    return bool(near) and figure.period.horizon_days is not None


def _is_plus(before: str, figure: Figure) -> bool:
    value = figure.value
    rises = (
        value.minor > 0
        if isinstance(value, Money)
        else isinstance(value, int | float) and value > 0
    )
    return rises and before.endswith("+") and (len(before) < 2 or before[-2] in _OPENING)


def find_free_figures(
    reading: Reading,
    facts: Mapping[str, Fact],
    agreed: Iterable[PeriodWord],
    backed: Iterable[tuple[int, int]],
    question: str,
) -> Iterator[str]:
    """Figures that no fact stands for.

    Free of blame are: the period of a referenced fact, a word such as "doubled" that a referenced
    fact proves, the id of a subject, and an echo. An echo says a figure of the question back, and
    claims nothing: an id with its noun; a time, in a sentence without references; any other
    figure only where the clause says that the asker said it ("You asked about 500 customers").
    """
    spans = [(word.start, word.end) for word in agreed] + list(backed)
    asked = find_figures(question)
    for numeral in find_figures(reading.masked):
        ends = numeral.start + len(numeral.text.rstrip(" ."))
        if any(start <= numeral.start and ends <= end for start, end in spans):
            continue
        if _is_known_id(reading, numeral, facts, asked) or _is_echo(reading, numeral, asked):
            continue
        if _is_step(reading, numeral) or _counts_listed(reading, numeral):
            continue
        if _counts_talk(reading, numeral) or _of_interval(reading, numeral, facts):
            continue
        yield f"'{numeral.text.strip()}' is a free figure: write a reference to a fact instead"


_TALK = (
    r"trends?|directions?|sides?|stories|patterns?|extremes?|figures?|numbers?|points?|things?|ideas?|options?|questions?|caveats?|notes?|remarks?|observations?|takeaways?|ways?|steps?"
    r"|sentences?|bullets?|facts?|findings?|highlights?|words?|thoughts?|suggestions?|actions?|approach(?:es)?|angles?"
)


def _counts_talk(reading: Reading, numeral: Numeral) -> bool:
    """ "Three numbers deserve attention", "the two", "one product that ...": no count of records."""
    told = numeral.text.casefold().strip()
    before, after = reading.masked[: numeral.start], reading.masked[numeral.end :]
    if told not in ("none", "one", *_NUMBERS):
        return False
    if re.match(rf"\s+(?:\w+\s+)?(?:{_TALK})\b", after, re.IGNORECASE):
        listed = ":" in after or told == "one"
        return listed or len(reading.references) == ("one", *_NUMBERS).index(told) + 1
    if told == "two" and not reading.references and re.match(r"\s+(?:groups|segments)\b", after):
        return bool(re.search(r"\b(?:the|these|those|both)\s+$", before, re.IGNORECASE))
    if told == "two" and re.search(r"\b(?:the|these|those)\s+$", before, re.IGNORECASE):
        return len(reading.names) < 3 and not re.match(r"\s+[\w¤]+s\b", after)
    if told == "none":
        return bool(re.match(r"\s+of\s+(?:this|that)\b", after))
    if told == "one" and re.search(
        r"\b(?:pick|choose|name|than|single\s+out|focus\s+on|start\s+with|act\s+on)\s+$",
        before,
        re.I,
    ):
        return True
    alone = r"\s+(?:\w+\s+)?(?:month|week|quarter|product|segment|group|country)\s+(?:that|which|is|isn[’']t|to|stands|alone)\b"
    return told == "one" and bool(re.match(alone, after, re.IGNORECASE))


def _of_interval(reading: Reading, numeral: Numeral, facts: Mapping[str, Fact]) -> bool:
    """The 95 % that an interval is made for, and the zero that it holds."""
    ends = [facts[r.fact].figure for r in reading.references
            if facts[r.fact].figure.metric.endswith(("_low", "_high"))]  # fmt: skip
    if not ends:
        return False
    if re.fullmatch(r"95\s?%", numeral.text.strip()):
        return bool(re.match(r"\s+(?:confidence\s+)?interval", reading.masked[numeral.end :], re.I))
    held = re.search(
        r"\b(?:includes?|contains?|spans?|covers?|crosses|be|is)\s+$",
        reading.masked[: numeral.start],
    )
    signs = {_sign(figure) for figure in ends}
    return numeral.text.strip().casefold() in ("zero", "0") and bool(held) and signs == {-1, 1}


def _sign(figure: Figure) -> int:
    value = figure.value.minor if isinstance(figure.value, Money) else figure.value
    return (value > 0) - (value < 0) if isinstance(value, int | float) else 0


def _is_known_id(
    reading: Reading, numeral: Numeral, facts: Mapping[str, Fact], asked: list[Numeral]
) -> bool:
    known = {fact.figure.subject.id.casefold() for fact in facts.values()}
    known |= {fact.receipt.casefold() for fact in facts.values()} | {
        n.text.casefold() for n in asked
    }
    names = {fact.figure.subject.name.casefold() for fact in facts.values()}
    noun = re.search(r"([^\W\d_]+)\s+$", reading.masked[: numeral.start])
    if noun and f"{noun[1]} {numeral.text.strip()}".casefold() in names:
        return True
    if numeral.text.casefold() not in known or numeral.kind not in ("id", "number", "year"):
        return False
    counts = re.match(
        rf"[\s*_]+(?:\w+\s+)?{COUNTED}\b", reading.masked[numeral.end :], re.IGNORECASE
    )
    return not counts and bool(_ID_NOUN.search(reading.masked[: numeral.start]))


def _is_step(reading: Reading, numeral: Numeral) -> bool:
    """ "Step 2: ..." at the beginning of a line."""
    before = reading.masked[: numeral.start]
    after = reading.masked[numeral.end :]
    opens = re.search(r"(?:^|\n)[\s*_#]*(?:step|option|point|idea|tip)\s+$", before, re.IGNORECASE)
    return (
        bool(opens)
        and bool(re.match(r"[*_]*(?:[:.)]|\s*[–—-]\s)", after))
        and len(numeral.text) <= 2
    )


_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _counts_listed(reading: Reading, numeral: Numeral) -> bool:
    """ "Two groups stand out: Champions with ... and Loyal with ...": as many as are named after."""
    told = numeral.text.casefold()
    noun = re.match(
        r"\s+(?:\w+\s+)?(?:groups|segments|countries|products|customers)\b[^.;:]*:",
        reading.masked[numeral.end :],
        re.IGNORECASE,
    )
    if not noun or told not in _NUMBERS:
        return False
    after = numeral.end + noun.end()
    named = {name for naming in reading.namings if naming.start >= after for name in naming.names}
    return len(named) == _NUMBERS.index(told) + 2


_GIVEN = re.compile(
    r"\b(?:your|the|this|that)\s+(?:\w+\s+)?(?:target|goal|budget|limit|threshold|plan|mark|figure|number)s?\s+of\s*$"
    r"|\b(?:you\s+(?:would|could|might|’d|'d)\s+(?:be\s+)?(?:spend|spending|pay|paying|give|giving|send|sending)|spending|your|with|with\s+your|that)\s*$",
    re.IGNORECASE,
)


# The asker's figure turned down: "it isn't 600", "not quite 6 months", "restrict that to the ...".
_DENIED = re.compile(
    r"(?:\b(?:not|isn[’']t|wasn[’']t|aren[’']t|rather\s+than|instead\s+of)(?:\s+(?:quite|exactly|really|the))?"
    r"|\b(?:can[’']t|cannot|unable\s+to)\b[^.;]*\b(?:the|to|of|above|over|at|top|your))\s+$",
    re.IGNORECASE,
)


def set_against(
    reading: Reading, facts: Mapping[str, Fact], question: str
) -> Iterator[tuple[int, int]]:
    """ "... is above the 1,000 you asked about", where the fact beside it is: the claim and figure."""
    asked = {numeral.key for numeral in find_figures(question)}
    for numeral in find_figures(reading.masked):
        before = _SET_AGAINST.search(reading.masked[: numeral.start])
        if before is None or numeral.key not in asked or not isinstance(numeral.value, Decimal):
            continue
        own = [
            r for r in reading.references if r.end <= numeral.start or len(reading.references) == 1
        ]
        value = _plain_number(facts[own[-1].fact].figure) if own else None
        beyond = before["more"] is not None
        if value is not None and value != numeral.value and (value > numeral.value) == beyond:
            yield before.start(), numeral.end


_SET_AGAINST = re.compile(
    r"\b(?:(?P<more>above|over|more\s+than|past|beyond|exceed\w*|higher\s+than|ahead\s+of|greater\s+than)"
    r"|(?:below|under|less\s+than|fewer\s+than|short\s+of|lower\s+than))\s+(?:(?:the|your|that|those)\s+)?$",
    re.IGNORECASE,
)


def _plain_number(figure: Figure) -> Decimal | None:
    if figure.unit not in ("count", "money") or figure.operation is not None:
        return None
    if isinstance(figure.value, Money):
        return figure.value.major
    return Decimal(str(figure.value)) if isinstance(figure.value, int | float) else None


def _is_echo(reading: Reading, numeral: Numeral, asked: list[Numeral]) -> bool:
    if numeral.key not in {each.key for each in asked} and not _same_amount(numeral, asked):
        return False
    follows = reading.masked[numeral.end :]
    before = reading.masked[: numeral.start]
    if not reading.text.rstrip(" *_").endswith("?") and any(
        METRICS[word.metric].unit == "days" and word.end <= numeral.start
        for word in reading.metrics
    ):
        return False  # "silent for exactly 90 days"
    if numeral.kind in ("date", "month", "quarter", "year") and not _stated_with_figures(
        reading, numeral
    ):
        return not re.match(rf"\s+(?:\w+\s+)?{COUNTED}\b", follows, re.IGNORECASE)
    if re.match(rf"[\s-]*%?[\s-]*(?:{THING})", follows, re.IGNORECASE):
        return True
    if re.match(r"\s+(?:that\s+)?you\s+(?:mention|ask|quot|wrote|gave|said|named)\w*", follows):
        return True
    if _GIVEN.search(before) and numeral.kind == "money":
        return True
    if _DENIED.search(before) or (not reading.references and reading.text.rstrip().endswith("?")):
        return True
    clause = reading.clauses[reading.clause_at(numeral.start)]
    words = reading.text[clause.start : clause.end]
    attributed = _ATTRIBUTED.search(words) and not _AFFIRMED.search(reading.text)
    return bool(attributed) and not clause.references


def _stated_with_figures(reading: Reading, numeral: Numeral) -> bool:
    """Whether a reference stands in the same statement, up to a semicolon or a full stop."""
    low = max(
        (m.end() for m in re.finditer(r"[;.!?]\s", reading.masked[: numeral.start])), default=0
    )
    stop = re.search(r"[;.!?]\s", reading.masked[numeral.end :])
    high = numeral.end + stop.start() if stop else len(reading.masked)
    return any(low <= reference.start < high for reference in reading.references)


def _same_amount(numeral: Numeral, asked: list[Numeral]) -> bool:
    return any(numeral.text == each.text for each in asked)


def find_unknown_ids(reading: Reading, facts: Mapping[str, Fact], question: str) -> Iterator[str]:
    """Words with an underscore are ids or the names of our machinery."""
    known = question.casefold() + " " + " ".join(
        f"{fact.figure.subject.id} {fact.receipt}".casefold() for fact in facts.values()
    )  # fmt: skip
    for match in re.finditer(r"(?<![\w*])\w+_\w+", reading.masked):
        if match.group().casefold() not in known.split():
            yield f"'{match.group()}' is the id of nothing that the facts speak of"
