"""A year that a question says once and means more often: "June, July and August 2011".

Also the year of the month before, when only the later one's is said. What comes out is the
question with every such year written where it is meant.
"""

import re

from engine.grounding.figures import MONTH_WORD, month_number

YEAR = r"(?:19|20)\d{2}(?!\d)"
_HALF = r"(?:first|second|1st|2nd) half"
_PIECE = rf"(?:{MONTH_WORD}|Q[1-4]|H[12]|{_HALF})"
_BESIDE = (
    r"(?:\s*[,/&]\s*(?:and\s+|or\s+)?|\s+(?:and|or|than|vs\.?|versus|against|with|compared "
    r"(?:to|with))\s+(?:the\s+|in\s+)?|\s+)"
)
_SEVERAL = rf"{_PIECE}(?:{_BESIDE}{_PIECE})+"
_ONE = re.compile(rf"\b{_PIECE}\b", re.IGNORECASE)
# "Jan, Feb and March 2010", "Q1 vs Q2 2025".
_BEFORE_YEAR = re.compile(
    rf"\b(?P<several>{_SEVERAL})(?=\s+(?:of\s+|in\s+)?(?P<year>{YEAR}))", re.IGNORECASE
)
# "2025: Q1, Q2, Q3".
_AFTER_YEAR = re.compile(
    rf"(?<![\w-])(?<!\w\w\w )(?P<lead>in\s+|for\s+)?(?P<year>{YEAR})(?P<between>[^.?!\d]{{0,40}}?)"
    rf"\b(?P<several>{_SEVERAL})\b(?!\s*(?:of\s+|in\s+)?\d)",
    re.IGNORECASE,
)
_PARTS = re.compile(
    rf"\b(?P<one>{_HALF}|H[12]|Q[1-4])(?P<between>\s+to\s+(?:the )?)(?P<two>{_HALF}|H[12]|Q[1-4])"
    rf"\s+(?:of\s+|in\s+)?(?P<year>{YEAR})",
    re.IGNORECASE,
)
_TWO_YEARS = re.compile(
    rf"\b(?P<month>{MONTH_WORD})\b(?P<rest>.*?\b)(?P<one>{YEAR})(?P<between>.{{0,24}}?\b(?:vs\.?|"
    rf"versus|and|or|than|against|with|to)\s+(?:in )?)(?P<two>{YEAR})",
    re.IGNORECASE,
)
# "Jan-Nov revenue, 2010 against 2011": those months of both.
_RANGE_OF_TWO = re.compile(
    rf"\b(?P<range>{MONTH_WORD}\s*(?:to|until|through|-|–)\s*{MONTH_WORD})\b(?!\s*\d)"
    rf"(?P<rest>[^\d.?!]{{0,30}}?)\s*(?P<one>{YEAR})\s*(?:vs\.?|versus|against|and|or|than|"
    rf"compared (?:to|with))\s+(?:in )?(?P<two>{YEAR})",
    re.IGNORECASE,
)
_DAY_BESIDE = re.compile(
    rf"(?:{MONTH_WORD})\s+\d{{1,2}}(?!\d)|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{MONTH_WORD})",
    re.IGNORECASE,
)
_AFTER_DECEMBER = re.compile(
    rf"\b(?P<one>{MONTH_WORD})\s+(?P<year>{YEAR})(?P<between>.{{0,30}}?\b(?:after|than|versus|"
    rf"vs\.?|against|compared (?:to|with)|from)\s+)(?P<two>{MONTH_WORD})\b(?!\s*(?:\d|of|{YEAR}))",
    re.IGNORECASE,
)
_JOINS = re.compile(r"\b(?:after|from)\s+$", re.IGNORECASE)


def with_years(question: str) -> str:
    question = _PARTS.sub(r"\g<one> \g<year>\g<between>\g<two> \g<year>", question)
    question = _BEFORE_YEAR.sub(_each_before, question)
    question = _AFTER_YEAR.sub(_each_after, question)
    question = _AFTER_DECEMBER.sub(_month_before, question)
    question = _RANGE_OF_TWO.sub(r"\g<range> \g<one>\g<rest> versus \g<range> \g<two>", question)
    months = re.findall(rf"(?<!\w){MONTH_WORD}(?!\w)", question, re.IGNORECASE)
    if len(months) == 1 and not _DAY_BESIDE.search(question):
        question = _TWO_YEARS.sub(r"\g<month> \g<one>\g<rest> versus \g<month> \g<two>", question)
    return question


def with_year(point: str, year: str) -> str:
    """A month, a part of a year or a day of it, with this year where it has none of its own."""
    own = re.search(YEAR, point) or not (_ONE.search(point) or re.search(MONTH_WORD, point, re.I))
    return point if own else f"{point} {year}"


def _each_before(match: re.Match[str]) -> str:
    """The last of them has its year already."""
    pieces = list(_ONE.finditer(match["several"]))
    return _dated(match["several"], match["year"], len(pieces) - 1)


def _each_after(match: re.Match[str]) -> str:
    pieces = list(_ONE.finditer(match["several"]))
    return f"{match['between']} {_dated(match['several'], match['year'], len(pieces))}"


def _dated(several: str, year: str, count: int) -> str:
    return _ONE.sub(lambda piece: f"{piece[0]} {year}", several, count=count) if count else several


def _month_before(match: re.Match[str]) -> str:
    """After it, the one before; beside it, the one that is nearer."""
    one, two = month_number(match["one"]), month_number(match["two"])
    year = int(match["year"]) - (two >= one)
    if not re.search(r"\b(?:after|from)\s+$", match["between"]):
        year = min(
            (int(match["year"]), year), key=lambda y: abs(12 * (y - int(match["year"])) + two - one)
        )
    between = _JOINS.sub(" versus ", match["between"])
    return f"{match['one']} {match['year']}{between}{match['two']} {year}"
