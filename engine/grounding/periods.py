"""Find the words of a sentence that name a time."""

import re
from dataclasses import dataclass
from typing import Literal

from engine.grounding.figures import (
    COUNTED,
    MONTH_WORD,
    MONTHS,
    Numeral,
    find_figures,
    month_number,
    read_date,
)

Role = Literal["", "start", "end", "moment", "day", "within", "base"]

_ROLES: tuple[tuple[Role, str], ...] = (
    (
        "base",
        r"(?:compared|relative)\s+(?:to|with)|than(?:\s+in)?|versus|vs\.?|against|exceed\w*|beat|topped"
        r"|following|up\s+on|down\s+on|over\s+that\s+of",
    ),
    ("moment", r"as\s+(?:of|at)|(?:at|by)\s+(?:the\s+)?(?:end|close)\s+of"),
    ("day", r"on"),
    ("start", r"from|since|between|after|starting|beginning"),
    ("end", r"to|until|till|through|up\s+to|by|ending|before|[-–—]"),
    ("within", r"in|during|for|of|over|throughout"),
)
_ROLE = tuple(
    (
        role,
        re.compile(
            rf"(?:^|(?<=\W))(?:{words})\s*(?:the\s+)?(?:(?:calendar\s+)?year\s+|month\s+of\s+|end\s+of\s+)?$",
            re.IGNORECASE,
        ),
    )
    for role, words in _ROLES
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
            "twelve")  # fmt: skip
_COUNT = rf"(?:\d+|{'|'.join(_NUMBERS)}|thirty|sixty|ninety)"
_UNIT = r"(?P<unit>day|week|month|quarter|year)s?"
_RELATIVE = re.compile(
    rf"\b(?:(?P<rolling>the\s+)?(?P<when>last|past|previous|preceding|this|current|next|coming|following)\s+"
    rf"(?:(?P<count>{_COUNT})[\s-]+)?|(?:with)?in\s+(?P<ahead>{_COUNT})[\s-]+){_UNIT}\b",
    re.IGNORECASE,
)
_SPELL = re.compile(rf"\b(?P<count>{_COUNT})[\s-](?P<unit>day|week)s?\b", re.IGNORECASE)
_QUARTER = re.compile(
    r"\b(?P<part>first|second|third|fourth|last)\s+quarter(?:\s+(?:of\s+)?(?P<year>(?:19|20)\d{2}))?\b"
    r"|\b(?P<half>first|second)\s+half(?:\s+(?:of\s+)?(?P<of>(?:19|20)\d{2}))?\b"
    r"|(?<=in\sthe\s)(?P<same>first|second|third|fourth)(?=\s*(?:[.,;)]|$))",
    re.IGNORECASE,
)
_DAYS = re.compile(
    rf"(?<![\w-])(?P<low>\d{{1,2}})\s?(?:[-–—]|to|and|until|till)\s?(?P<high>\d{{1,2}})\s+"
    rf"(?P<month>{MONTH_WORD})\b(?:\s+(?P<year>(?:19|20)\d{{2}}))?",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\bthe\s+same\s+(?:\w+\s+)?(?:(?:a|one|of|the)\s+)?(?:year\s+(?:earlier|before|ago)|(?:last|previous|prior)\s+year)\b"
    r"|\b(?P<unit>day|week|month|quarter|year)[\s-](?:on|over)[\s-](?P=unit)\b"
    r"|\bon\s+(?:\w+\s+)?last\s+year\b|\b(?:a|one|the)\s+(?P<ago>week|month|quarter|year)\s+(?:earlier|ago|before|prior)\b"
    r"|\bthe\s+prior\s+(?P<prior>week|month|quarter|year)\b"
    rf"|\b(?P<count>{_COUNT})\s+(?P<many>week|month|quarter|year)s\s+(?:earlier|before|prior)\b",
    re.IGNORECASE,
)
_MONTH_OF = re.compile(
    rf"\b(?P<first>{MONTH_WORD}|Q[1-4])\s+(?:of\s+)?(?P<of>(?:last|this)\s+year)\b|\blast\s+(?P<after>{MONTH_WORD})\b(?!\s+\d)",
    re.IGNORECASE,
)
_WEEK = re.compile(
    rf"\b(?:the\s+)?week\s+(?:of|from|beginning|starting)\s+(?:the\s+)?(?P<day>\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH_WORD}(?:\s+\d{{4}})?)\b",
    re.IGNORECASE,
)
_EVER = re.compile(
    r"\b(?:lifetime|all[\s-]time|(?:whole|entire|full)\s+(?:history|period|time|dataset|record)"
    r"|since\s+(?:the\s+)?(?:start|beginning|launch|(?:first|earliest)\s+(?:sale|record)|(?:the|our|your)\s+(?:shop|store)\s+opened)"
    r"|(?:over|in)\s+(?:its|their|the)\s+(?:whole|entire)\s+\w+)\b",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\b(?:the|that)\s+same\s+(?:day|week|month|quarter|year|period|time|stretch)\b"
    rf"|\b(?:those|these)\s+{_COUNT}\s+(?:day|week|month|quarter|year)s\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:now|today|currently|at\s+present|at\s+the\s+moment|these\s+days|so\s+far|to\s+date)\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:since\s+(?:joining|(?:they|he|she)\s+(?:joined|started|signed\s+up)|signing\s+up)|(?:first|opening|final|closing)\s+(?:(?:two|three|four|few|couple\s+of|\d+)\s+)?(?:days?|weeks?|weekend|months?|hours?)(?!\s+of\s+the\s+year)|yesterday|tomorrow|tonight|year[\s-]to[\s-]date|ytd|(?<!¤ )(?:days?|weeks?|months?|years?)\s+ago|formerly|summers?|winters?|autumn|weekends?|(?<!by\s)weekdays?|christmas|easter|holidays?|mornings?|evenings?|nights?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?!\s+(?:digest|report|briefing|mail|update|summary|meeting))|previously|historically|(?:a|per)\s+(?:week|day|month|quarter|year))\b",
    re.IGNORECASE,
)
_BARE_MONTH = re.compile(rf"\b(?:{'|'.join(m.capitalize() for m in MONTHS)})\b")
_JOINED = re.compile(
    r"[\s*_]*(?P<word>to|and|until|till|through|[-–—])[\s*_]+(?:the\s+)?(?:end\s+of\s+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Spell:
    """So many days ahead: of a forecast, its horizon."""

    days: int


@dataclass(frozen=True)
class Apart:
    """A change against the time that lies so many months (or days) before."""

    months: int
    days: int = 0


@dataclass(frozen=True)
class Week:
    """The seven days from a day on, as `read_date` reads it."""

    day: object


@dataclass(frozen=True)
class MonthOf:
    """ "October last year", "last October", "Q4 last year"."""

    month: int
    when: str  # last year, this year, last
    months: int = 1


@dataclass(frozen=True)
class Between:
    low: "PeriodWord"
    high: "PeriodWord"


Meaning = (
    Numeral
    | re.Match[str]
    | Literal["now", "never", "ever", "same"]
    | int
    | Spell
    | Apart
    | Between
    | Week
    | MonthOf
)


@dataclass(frozen=True)
class PeriodWord:
    start: int
    end: int
    text: str
    role: Role
    meaning: "Meaning"  # an int is a month
    in_full: bool = False  # "the full year 2025" is all of it

    @property
    def looks_ahead(self) -> bool:
        return isinstance(self.meaning, Spell) or (
            isinstance(self.meaning, re.Match) and (self.meaning["when"] or "next").casefold() in ("next", "coming", "following")
        )  # fmt: skip


def find_periods(text: str) -> list[PeriodWord]:
    found: list[PeriodWord] = []

    def add(start: int, end: int, meaning: Meaning) -> None:
        if all(end <= word.start or word.end <= start for word in found):
            role = _role(text, start)
            whole = isinstance(meaning, int | re.Match) or (
                isinstance(meaning, Numeral) and meaning.kind != "date"
            )
            role = "base" if role == "day" and whole else role  # "up 12 % on October"
            full = re.search(
                r"\b(?:full|whole|entire|complete)\s+(?:\w+\s+)?(?:of\s+)?$",
                text[:start],
                re.IGNORECASE,
            )
            found.append(PeriodWord(start, end, text[start:end], role, meaning, bool(full)))

    for match in _CHANGE.finditer(text):
        add(match.start(), match.end(), _apart(match))
    for match in _MONTH_OF.finditer(text):
        when = " ".join((match["of"] or "last").casefold().split())
        first = match["first"] or match["after"]
        quarter = int(first[1]) if first[1].isdigit() else None
        month = quarter * 3 - 2 if quarter else month_number(first)
        add(match.start(), match.end(), MonthOf(month, when, 3 if quarter else 1))
    for match in _WEEK.finditer(text):
        add(match.start(), match.end(), Week(read_date(match["day"].casefold())))
    for match in _DAYS.finditer(text):
        add(match.start(), match.end(), _day_range(match))
    for match in _QUARTER.finditer(text):
        told = match["same"] is None or any(isinstance(word.meaning, Numeral) for word in found)
        if told and (match["part"] or "").casefold() != "last":
            add(match.start(), match.end(), _quarter(match))
    for match in _RELATIVE.finditer(text):
        add(match.start(), match.end(), match)
    for match in _SPELL.finditer(text):
        days = count_of(match["count"]) or 0
        add(
            match.start(),
            match.end(),
            Spell(days * (7 if match["unit"].casefold() == "week" else 1)),
        )
    for numeral in find_figures(text):
        if numeral.kind in ("date", "month", "quarter") or _is_year(text, numeral):
            add(numeral.start, numeral.end, numeral)
    for match in _BARE_MONTH.finditer(text):
        # "May" and "March" are also other words
        if not (_opens_with_may(text, match) or _names_thing(text, match.end())):
            add(match.start(), match.end(), month_number(match.group()))
    for pattern, meaning in _FIXED:
        for match in pattern.finditer(text):
            add(match.start(), match.end(), meaning)
    return _joined(text, sorted(found, key=lambda word: word.start))


_FIXED: tuple[tuple[re.Pattern[str], Literal["now", "never", "ever", "same"]], ...] = (
    (_EVER, "ever"),
    (_SAME, "same"),
    (_NOW, "now"),
    (_NEVER, "never"),
)


def _opens_with_may(text: str, match: re.Match[str]) -> bool:
    """ "May I ...": no month."""
    before = text[: match.start()].rstrip(" *_#>-")
    return match.group() == "May" and (not before or before.endswith((".", ":", "\n", "!", "?")))


def _names_thing(text: str, place: int) -> bool:
    """ "The July newsletter": something that is called by its month."""
    return bool(
        re.match(
            r"\s+(?:newsletter|mailing|mail|campaign|digest|report|meeting|promotion|catalogue|push|launch)s?\b",
            text[place:],
            re.IGNORECASE,
        )
    )


def _apart(match: re.Match[str]) -> Apart:
    told = match["unit"] or match["ago"] or match["prior"] or match["many"] or "year"
    unit, count = told.casefold(), count_of(match["count"]) or 1
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit, 0)
    return Apart(months * count, {"day": 1, "week": 7}.get(unit, 0) * count)


def _quarter(match: re.Match[str]) -> Numeral:
    word = (match["part"] or match["same"] or match["half"]).casefold()
    part = ("first", "second", "third", "fourth").index(word)
    if match["half"]:
        half_of = int(match["of"]) if match["of"] else None
        return Numeral(
            match.start(), match.end(), match.group(), "quarter", (half_of, None, part + 11)
        )
    year = int(match["year"]) if match["year"] else None
    return Numeral(match.start(), match.end(), match.group(), "quarter", (year, None, part + 1))


def _day_range(match: re.Match[str]) -> Between:
    """1 to 30 November: the month, and the year if any, belong to both."""
    month, year = month_number(match["month"]), int(match["year"]) if match["year"] else None
    ends = []
    for name in ("low", "high"):
        value = (year, month, int(match[name]))
        numeral = Numeral(match.start(name), match.end(name), match[name], "date", value)
        ends.append(PeriodWord(numeral.start, numeral.end, numeral.text, "", numeral))
    return Between(ends[0], ends[1])


def _joined(text: str, words: list[PeriodWord]) -> list[PeriodWord]:
    """ "From October to November" is one stretch, or the two times of a change."""
    found: list[PeriodWord] = []
    for word in words:
        last = found[-1] if found else None
        joint = _JOINED.fullmatch(text, last.end, word.start) if last else None
        dated = last and all(isinstance(each.meaning, Numeral | int) for each in (last, word))
        if (
            last
            and joint
            and dated
            and (joint["word"].casefold() != "and" or _opens_pair(text, last))
        ):
            found[-1] = PeriodWord(
                last.start, word.end, text[last.start : word.end], "", Between(last, word)
            )
        else:
            found.append(word)
    return found


def _opens_pair(text: str, word: PeriodWord) -> bool:
    return bool(re.search(r"\bbetween\s+(?:the\s+)?$", text[: word.start], re.IGNORECASE))


def _role(text: str, start: int) -> Role:
    before = text[:start]
    return next((role for role, pattern in _ROLE if pattern.search(before)), "")


def _is_year(text: str, numeral: Numeral) -> bool:
    counts = re.match(rf"\s+(?:\w+\s+)?{COUNTED}\b", text[numeral.end :], re.IGNORECASE)
    return numeral.kind == "year" and not counts


def count_of(word: str | None) -> int | None:
    if word is None:
        return None
    folded = word.casefold()
    if folded in _NUMBERS:
        return _NUMBERS.index(folded) + 1
    return {"thirty": 30, "sixty": 60, "ninety": 90}.get(folded) or int(folded)
