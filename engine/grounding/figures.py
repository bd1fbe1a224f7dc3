"""Find every figure that a person could read in a text, however it is written.

Digits and everything Unicode calls numeric are always figures. Words need rules:

- "one" is a figure when it counts something ("one customer", "one in ten", "just one."), and a
  pronoun otherwise ("this one", "one of them");
- "first" and "second" order things and are no figures; "third", "quarter", "fifth" and so on are
  figures as parts of a whole ("a third", "two fifths");
- "no customers", "none", "nobody" and "twice", "doubled", "half", "dozens" are figures.

The number that opens a list item ("2. Loyal: ...") is no figure.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

NumeralKind = Literal[
    "number", "money", "percent", "points", "times", "ordinal", "date", "month", "quarter", "year",
    "id", "word",
]  # fmt: skip
NumeralValue = Decimal | date | str | tuple[int | None, ...]


@dataclass(frozen=True)
class Numeral:
    """A figure as written; equal `key`s say the same thing."""

    start: int
    end: int
    text: str
    kind: NumeralKind
    value: NumeralValue

    @property
    def key(self) -> tuple[str, NumeralValue]:
        return (self.kind, self.value)


MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
          "october", "november", "december")  # fmt: skip
MONTH_WORD = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
COUNTED = (
    r"(?:customers?|people|persons?|buyers?|shoppers?|clients?|members?|orders?|purchases?"
    r"|invoices?|segments?|groups?|products?|articles?|items?|records?|rows?|lines?|sales?)"
)
_DURATION = r"(?:days?|weeks?|months?|quarters?|years?|hours?|minutes?|times?)"

_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
          "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
          "nineteen")  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORD_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "dozen": 12}
_COUNTS = (*_SMALL, *_TENS, *_WORD_SCALES)
_PART = r"(?:hal(?:f|ves)|thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|hundredths?)"  # noqa: E501
_COUNT_WORD = rf"(?:{'|'.join(sorted((w for w in _COUNTS if w != 'one'), key=len, reverse=True))})"
# Number words of German and French that are no English words: an answer may slip into them.
_FOREIGN = (
    r"(?:zwei|drei|vier|fünf|sechs|sieben|neun|zehn|zwölf|zwanzig|dreißig|vierzig|fünfzig|sechzig"
    r"|siebzig|achtzig|neunzig|hundert|tausend|hälfte|drittel|viertel|fünftel|doppelt|verdoppelt"
    r"|deux|trois|quatre|cinq|sept|huit|neuf|onze|douze|vingt|trente|quarante|cinquante|soixante"
    r"|mille|milliers|moitié|prozent|pourcent|mil|miles|cien|ciento|doscientos|quinientos|mitad|tercio"
    r"|docena|media\s+docena|cents?(?=\s+clients)|douzaine|dizaine|centaine|quarantaine|dutzend)"
)

_GROUPED = r"\d{1,3}(?:[ \u00a0\u202f\u2009'’.,]\d{3})+(?![\d])(?:[.,]\d+)?"
_NUMBER = rf"(?:{_GROUPED}|\d+(?:[.,]\d+)*|[.,]\d+)"
_SCALE = r"(?:\s?(?:k|m|b|bn|mn|tn|mio\.?|mrd\.?|tsd\.?)|[\s-](?:hundred|thousand|million|billion|trillion|dozen)s?)"  # noqa: E501
_SYMBOL = r"[£€$¥₹]"
_CODE = r"(?:EUR|GBP|USD|JPY|CHF|SEK|NOK|DKK|PLN|CZK|AUD|CAD|INR|CNY|XXX)"
_CURRENCY_WORD = r"(?:euros?|pounds?|dollars?|yen|francs?|pence|cents?|quid)"

_PATTERNS: tuple[tuple[NumeralKind, str], ...] = (
    ("date", r"(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\d)"),  # noqa: E501
    ("date", rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?\.?[\s-]+(?:of\s+)?{MONTH_WORD}\b\.?(?:,?[\s-]+\d{{4}}(?!\d))?"),  # noqa: E501
    ("month", rf"\b{MONTH_WORD}\b\.?,?\s+(?:of\s+)?\d{{4}}(?!\d)"),
    ("date", rf"\b{MONTH_WORD}\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?![\d%])(?:,?\s+\d{{4}}(?!\d))?"),
    ("date", r"(?<!\d)\d{1,2}([./])\d{1,2}\1(?:\d{4}|\d{2})(?!\d)"),
    ("month", r"(?<![\d-])(?:19|20)\d{2}-(?:0[1-9]|1[0-2])(?![\d-])"),
    ("quarter", r"\b(?:19|20)\d{2}[\s-]?(?:Q[1-4]|H[12])\b|\b(?:Q[1-4]|H[12])(?:[\s/-]*(?:of\s+)?(?:19|20)\d{2}|\s?'\d{2})?\b"),  # noqa: E501
    ("points", rf"(?<!\w)[-+−]?{_NUMBER}\s?(?:pp|bps?|percentage[\s-]points?|basis[\s-]points?|points?)\b"),  # noqa: E501
    ("percent", rf"(?<!\w)[-+−]?{_NUMBER}{_SCALE}?[\s\u00a0\u202f]?(?:%|‰|percent\b|per\s+cent\b|pct\b)"),  # noqa: E501
    ("money", rf"[-+−]?(?:{_SYMBOL}|\b{_CODE})[\s\u00a0]?[-−]?{_NUMBER}{_SCALE}?(?!\w)"),
    ("money", rf"(?<!\w)[-+−]?{_NUMBER}{_SCALE}?[\s\u00a0\u202f]?(?:{_SYMBOL}|{_CODE}\b|{_CURRENCY_WORD}\b)"),  # noqa: E501
    ("id", r"\b[a-z]{1,8}[-_]\d[\w-]*\b"),
    ("times", rf"(?<!\w){_NUMBER}(?:\s?[x×](?!\w)|[\s-]?fold\b|\s+times\b)"),
    ("ordinal", r"(?<!\w)\d+(?:st|nd|rd|th)\b"),
    ("year", r"(?<![\w.,])(?:19|20)\d{2}(?![\w%])(?![.,]\d)"),
    ("number", rf"(?<!\w)[-+−]?{_NUMBER}{_SCALE}?(?![\w])"),
    ("id", r"#?\b(?=[\w-]*\d)\w+(?:-\w+)*"),
    ("word", rf"\b(?:an?|one|{_COUNT_WORD})[\s-]{_PART}\b|\b{_PART}\s+of\b(?!\s+(?:19|20)\d)"),
    ("word", rf"\b(?:(?:one|{_COUNT_WORD})(?:[\s-]|\s+and\s+))*{_COUNT_WORD}s?(?:[\s-]?fold|\s+(?:percent|per\s+cent))?\b"),  # noqa: E501
    ("word", rf"\bone(?=(?:\s+|-)(?:{_PART}|in\b(?!\s+the)|out\s+of|percent|per\s+cent|point|(?:kept\s+)?{COUNTED}|{_DURATION}|{_CURRENCY_WORD})\b)"),  # noqa: E501
    ("word", r"\b(?:is|are|was|were|only|just|exactly|than|has|have|least|most)\s+one(?=\s*(?:[.,;:!?)]|$))"),  # noqa: E501
    ("word", r"\b(?:twice|thrice|hal(?:f|ves|ved?|ving)|doubl(?:es?(?![\s-]check)|ed|ing)|tripl(?:es?|ed|ing)|quadrupl\w+|(?:two|three|four|five|ten|hundred)fold|hundreds|thousands|millions|billions|dozens?|tens\s+of|an?\s+couple|a\s+pair\s+of|a\s+single(?=\s+\w))\b"),  # noqa: E501
    ("word", rf"\b(?:only|just|bought|buys?|ordered|purchased)\s+once\b|\b(?:none|nobody(?!\s+(?:can|could|knows))|nil)\b|\bno[\s-]one\b|\bno\s+(?:\w+\s+)?{COUNTED}\b"),  # noqa: E501
    ("word", rf"\b{_FOREIGN}\b|\b(?-i:[IVX]{{2,}})\b"),
)  # fmt: skip
_PATTERNS += (
    (
        "word",
        r"\b(?:ein\w*|un[ae]?)\s+(?:zehntel|fünftel|sechstel|siebtel|achtel|neuntel|cinquième|sixième|dixième|quinto|sexto|décimo|décima\s+parte|quinta\s+parte)\b",
    ),
    ("word", r"\bevery\s+(?:other|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b"),
    (
        "word",
        r"\b(?:for|in|after|within|over|about|nearly|almost|than|once|twice)\s+(?:(?:over|about|nearly|almost|more\s+than|less\s+than|at\s+least|well\s+over)\s+)?an?\s+(?:day|week|fortnight|month|quarter|year|decade)\b(?!\s+(?:ago|earlier))",
    ),  # noqa: E501
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)

# A list number needs words after it that do not go on like a sentence ("12. of them left").
_LIST_NUMBER = re.compile(
    r"^[ \t]*(?:>[ \t]*)*(\d{1,2})[.)][ \t]+(?=[^\s\da-z])" rf"(?!(?i:{MONTH_WORD})\b)",
    re.MULTILINE,
)


def list_number(line: str) -> int | None:
    """The number that opens a list item, or None."""
    match = _LIST_NUMBER.match(line.lstrip("\n"))
    return int(match.group(1)) if match else None


def find_figures(text: str) -> list[Numeral]:
    """Every figure, from left to right; where two readings overlap the more specific one stands."""
    masked = _LIST_NUMBER.sub(lambda match: " " * len(match.group()), text)
    found: list[Numeral] = []
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(masked):
            found.append(_numeral(kind, text, match.start(), match.end()))
            masked = masked[: match.start()] + "\x00" * len(match.group()) + masked[match.end() :]
    for match in re.finditer(r"\S", masked):  # digits and fractions of any script
        if match.group().isnumeric():
            found.append(Numeral(match.start(), match.end(), match.group(), "number", "?"))
    return sorted(found, key=lambda numeral: numeral.start)


def _numeral(kind: NumeralKind, text: str, start: int, end: int) -> Numeral:
    written = text[start:end]
    return Numeral(start, end, written, kind, _value(kind, written))


def _value(kind: NumeralKind, written: str) -> NumeralValue:
    folded = " ".join(written.casefold().split())
    if kind == "date":
        return read_date(folded)
    if kind in ("month", "quarter"):
        year = re.search(r"(?:19|20)\d{2}", folded)
        part = re.search(r"[qh]\d", folded)
        return (int(year.group()) if year else None, _month(folded), _part(part))
    if kind == "year":
        return (int(folded), None, None)
    if kind in ("id", "word"):
        return folded
    return _amount(folded)


def _part(match: re.Match[str] | None) -> int | None:
    """Quarters are 1 to 4, half years 11 and 12."""
    if match is None:
        return None
    return int(match.group()[1]) + (10 if match.group()[0] == "h" else 0)


def _month(folded: str) -> int | None:
    named = re.search(rf"\b{MONTH_WORD}\b", folded)
    if named:
        return month_number(named.group())
    iso = re.fullmatch(r"\d{4}-(\d{2})", folded)
    return int(iso.group(1)) if iso else None


def month_number(word: str) -> int:
    return next(n for n, month in enumerate(MONTHS, 1) if month.startswith(word.casefold()[:3]))


def read_date(folded: str) -> NumeralValue:
    """A date; (None, month, day) without a year; the text itself when its order is not sure."""
    iso = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", folded)
    if iso:
        return _day(*(int(part) for part in iso.groups())) or folded
    numbers = [int(part) for part in re.findall(r"\d+", folded)]
    named = re.search(MONTH_WORD, folded)
    if not named or not numbers:
        return folded
    if len(numbers) == 1:
        return (None, month_number(named.group()), numbers[0])
    return _day(numbers[1], month_number(named.group()), numbers[0]) or folded


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _amount(folded: str) -> NumeralValue:
    """The value of a number with its scale; a currency or a unit is left to the kind."""
    digits = re.search(_NUMBER, folded)
    if digits is None:
        return folded
    number = _decimal(digits.group())
    scale = re.match(r"[\s-]?(k|tsd|m|mn|mio|b|bn|mrd|hundred|thousand|million|billion|dozen)s?\b",
                     folded[digits.end() :])  # fmt: skip
    if scale:
        number *= _SCALES.get(scale.group(1), 0) or _WORD_SCALES[scale.group(1)]
    return -number if re.match(r"[-+−]?\D?\s?[-−]", folded[: digits.start()] or " ") else number


_SCALES = {"k": 1000, "tsd": 1000, "m": 10**6, "mn": 10**6, "mio": 10**6, "b": 10**9,
           "bn": 10**9, "mrd": 10**9}  # fmt: skip


def _decimal(digits: str) -> Decimal:
    """Read both separators: the last one is decimal, unless it can only group thousands."""
    plain = re.sub(r"[ \u00a0\u202f\u2009'’]", "", digits).strip(".,")
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return Decimal(plain)
    mark = plain[last]
    both = {".", ","} <= set(plain)
    groups = len(plain) - last == 4 and plain[0] != "0"
    if not both and (plain.count(mark) > 1 or (groups and mark == ",")):
        return Decimal(re.sub(r"[.,]", "", plain))
    whole = re.sub(r"[.,]", "", plain[:last])
    return Decimal(f"{whole or 0}.{plain[last + 1 :] or 0}")
