"""Days that are known by a name: what a question calls Black Friday is a day of the calendar.

Occasions whose days people mean differently (Easter, the sale) are asked back, not guessed.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from engine.grounding.figures import MONTH_WORD

_Days = Callable[[re.Match[str], date], tuple[date, date]]
_YEAR = r"(?:,? (?:of |in )?'?(?P<year>(?:20)?\d\d)(?!\d))?"
_FIXED = {
    "valentine": (2, 14), "halloween": (10, 31), "christmas eve": (12, 24), "xmas eve": (12, 24),
    "week before": (12, 24),
    "boxing day": (12, 26), "new year's eve": (12, 31), "new years eve": (12, 31),
}  # fmt: skip
_DAYS = re.compile(
    r"\b(?:on |over |during )?(?:the )?(?P<name>valentine['’]?s?(?: day)?|halloween|"
    r"week before (?:christmas|xmas)|(?:christmas|xmas) eve|boxing day|new year['’]?s eve)"
    + _YEAR
    + r"(?!\w)",
    re.IGNORECASE,
)
_FRIDAY = re.compile(
    r"\b(?:on |over |during )?(?:the )?(?P<name>black friday(?: to cyber monday|(?: ?(?:and|&) ?| )"
    r"cyber monday| ?weekend| ?week)?|bfcm|cyber monday)" + _YEAR + r"(?!\w)",
    re.IGNORECASE,
)
_UNSETTLED = re.compile(
    r"(?:^\W*|\b(?:how(?:['’]?d| did| was| is)|at|over|on|during|around|last|this|since|before|"
    r"after|was|did|and) (?:the )?)(?P<name>easter|mother['’]?s day|father['’]?s day|thanksgiving|"
    r"ramadan|diwali|(?:the )?(?:holidays|big sale|summer sale|winter sale)|ostern|muttertag|"
    r"pâques|pascua)\b",
    re.IGNORECASE,
)


# "... vs 2024": the same days of that year.
_AGAINST = re.compile(
    r"\s(?:versus|vs\.?|against|compared (?:to|with)|than|on) (?:in )?(?:the )?"
    r"(?:last year|(?P<year>20\d\d))\b",
    re.IGNORECASE,
)


def with_occasions(question: str, today: date) -> str:
    """The question with days in the place of their names; without a year the latest that began.

    A month or days beside the name say themselves what is meant.
    """
    if re.search(rf"(?<!\w){MONTH_WORD}(?!\w)", _FRIDAY.sub(" ", question), re.IGNORECASE):
        return _with_its_days(question)
    for pattern, days in ((_FRIDAY, _friday), (_DAYS, _fixed)):
        question = _replaced(question, pattern, days, today)
    return question


def _with_its_days(question: str) -> str:
    """ "The week before Christmas 2010, 18th to 24th of December": the days, in its year."""
    named = _WEEK_BEFORE.search(question)
    if named is None or not _DAY_OF_MONTH.search(question):
        return question
    question = _WEEK_BEFORE.sub(" ", question)
    if named["year"] and not re.search(r"(?:19|20)\d\d", question):
        question = _MONTH.sub(rf"\g<0> {named['year']}", question)
    return question


_WEEK_BEFORE = re.compile(
    r"\b(?:in |during |over )?(?:the )?week before (?:christmas|"
    r"xmas)(?: (?P<year>20\d\d))?(?!\w)\W*",
    re.IGNORECASE,
)
_MONTH = re.compile(rf"(?<!\w){MONTH_WORD}(?!\w)", re.IGNORECASE)
_DAY_OF_MONTH = re.compile(rf"\d(?:st|nd|rd|th)?(?: of)? {MONTH_WORD}(?!\w)", re.IGNORECASE)


def _replaced(question: str, pattern: re.Pattern[str], days: _Days, today: date) -> str:
    named = pattern.search(question)
    if named is None:
        return question
    if other := _AGAINST.search(question):
        then = pattern.search(f"{named['name']} {other['year'] or today.year - 1}")
        beside = f" versus{_between(*days(then, today))}" if then else ""
        question = question[: other.start()] + beside + question[other.end() :]
    return pattern.sub(lambda match: _between(*days(match, today)), question)


def unsettled(question: str) -> str:
    """The occasion that is named, where only the asker knows which days are meant."""
    match = _UNSETTLED.search(question)
    return match["name"] if match else ""


def _fixed(match: re.Match[str], today: date) -> tuple[date, date]:
    folded = match["name"].casefold().replace("’", "'")
    month, day = next(days for name, days in _FIXED.items() if folded.startswith(name))
    found = date(_year(match, today), month, day)
    if match["year"] is None and found > today:
        found = found.replace(year=found.year - 1)
    return (found - timedelta(days=6) if folded.startswith("week") else found), found


def _friday(match: re.Match[str], today: date) -> tuple[date, date]:
    """Of the day after the fourth Thursday of November, of its weekend, or of its week."""
    year, folded = _year(match, today), match["name"].casefold()
    if match["year"] is None and _black_friday(year) > today:
        year -= 1
    friday = _black_friday(year)
    monday = friday + timedelta(days=3)
    if folded == "cyber monday":
        return monday, monday
    if folded == "bfcm" or "cyber" in folded:
        return friday, monday
    sunday = friday + timedelta(days=2)
    if folded.endswith("weekend"):
        return friday, sunday
    return (sunday - timedelta(days=6), sunday) if folded.endswith("week") else (friday, friday)


def _black_friday(year: int) -> date:
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


def _year(match: re.Match[str], today: date) -> int:
    said = match["year"]
    return today.year if said is None else int(said) if len(said) == 4 else 2000 + int(said)


def _between(first: date, last: date) -> str:
    if first == last:
        return f" on {first.isoformat()}"
    return f" between {first.isoformat()} and {last.isoformat()}"
