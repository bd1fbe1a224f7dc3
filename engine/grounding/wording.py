"""What no sentence may hold, whatever its facts: free figures, links, ids, tampered references."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from engine.facts import Fact
from engine.grounding.claims import REFERENCE, Reading
from engine.grounding.figures import COUNTED, Numeral, find_figures
from engine.grounding.periods import PeriodWord

_LINK = re.compile(
    r"\w+://|\bwww\.|\b(?:mailto|javascript|data|tel):\S|\S@\w|</?\w|&#?\w+;|\b[\w-]{2,}\.[a-z]{2,}\b",
    re.IGNORECASE,
)
_OPENING = frozenset(" \t\n(*_\"'“„:|—–\xa0")
_CLOSING = frozenset(" \t\n)*_\"'”’.,;:!?…|—–\xa0")
_BOUND = re.compile(
    r"\b(?:(?:more|less|fewer|greater|higher|lower|other|rather)\s+than|over|under|above|below|nearly"
    r"|almost|at\s+(?:least|most)|exceed\w*|beyond|close\s+to|minus|negative|plus|times|not|between"
    r"|(?P<to>up\s+to)|as\s+(?:much|many|few|little|high|low)\s+as|half|double)[\s*_]*(?:an?|the)?[\s*_]*$",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"[\s*_]*(?:%|‰|percent\b|per\s+cent\b|pp\b|bps?\b|(?:percentage\s+)?points?\b|k\b|m\b|bn\b|mn\b"
    r"|hundreds?\b|thousands?\b|millions?\b|billions?\b|dozens?\b|pounds?\b|euros?\b|dollars?\b"
    r"|[A-Z]{3}\b|days?\b|weeks?\b|months?\b|years?\b|times\b|fold\b|x\b|or\s+(?:more|less|so)\b)",
)
_ID_NOUN = re.compile(
    r"\b(?:customer|client|segment|receipt|order|invoice|product|run|article)s?\s+(?:id\s+|no\.?\s+|number\s+)?#?$",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r"\b(?:you\s+(?:asked|mentioned|wrote)|your\s+question|whether)\b", re.IGNORECASE
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
        bound = _BOUND.search(before)
        unit = _UNIT_AFTER.match(after)
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
        elif bound and not (bound["to"] and facts[match.group(1)].figure.unit == "date"):
            yield f"say {match.group()} itself, not '{bound.group().strip()}' it"
        elif unit:
            yield f"{match.group()} brings its own unit: leave out '{unit.group().strip()}'"
    for one, two in zip(matches, matches[1:], strict=False):
        gap = sentence[one.end() : two.start()]
        units = {facts[match.group(1)].figure.unit for match in (one, two)}
        if re.fullmatch(r"[\W_]*or[\W_]*", gap) and len(units) == 1:
            yield f"{one.group()} or {two.group()}: say which"
        if not re.search(r"\w", gap) and not re.search(r"[,;:|(]\s|\s[&(]", gap):
            yield f"{one.group()} and {two.group()} run into each other"


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
        if any(start <= numeral.start and numeral.end <= end for start, end in spans):
            continue
        if _is_known_id(reading, numeral, facts, asked) or _is_echo(reading, numeral, asked):
            continue
        yield f"'{numeral.text.strip()}' is a free figure: write a reference to a fact instead"


def _is_known_id(
    reading: Reading, numeral: Numeral, facts: Mapping[str, Fact], asked: list[Numeral]
) -> bool:
    known = {fact.figure.subject.id.casefold() for fact in facts.values()}
    known |= {fact.receipt.casefold() for fact in facts.values()} | {
        n.text.casefold() for n in asked
    }
    if numeral.text.casefold() not in known or numeral.kind not in ("id", "number", "year"):
        return False
    counts = re.match(
        rf"[\s*_]+(?:\w+\s+)?{COUNTED}\b", reading.masked[numeral.end :], re.IGNORECASE
    )
    return not counts and bool(_ID_NOUN.search(reading.masked[: numeral.start]))


def _is_echo(reading: Reading, numeral: Numeral, asked: list[Numeral]) -> bool:
    if numeral.key not in {each.key for each in asked}:
        return False
    if numeral.kind in ("date", "month", "quarter", "year") and not reading.references:
        follows = reading.masked[numeral.end :]
        return not re.match(rf"\s+(?:\w+\s+)?{COUNTED}\b", follows, re.IGNORECASE)
    clause = reading.clauses[reading.clause_at(numeral.start)]
    words = reading.text[clause.start : clause.end]
    attributed = _ATTRIBUTED.search(words) and not _AFFIRMED.search(reading.text)
    return bool(attributed) and not clause.references


def find_unknown_ids(reading: Reading, facts: Mapping[str, Fact], question: str) -> Iterator[str]:
    """Words with an underscore are ids or the names of our machinery."""
    known = question.casefold() + " " + " ".join(
        f"{fact.figure.subject.id} {fact.receipt}".casefold() for fact in facts.values()
    )  # fmt: skip
    for match in re.finditer(r"(?<![\w*])\w+_\w+", reading.masked):
        if match.group().casefold() not in known.split():
            yield f"'{match.group()}' is the id of nothing that the facts speak of"
