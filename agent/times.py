"""The stretches of time that a question names, read without a language model.

Everything is relative to the day of the newest record, never to today: on historic data "last
month" is the month before that day's. The words are taken out of the question, so that "since
May" is no customer of anybody.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from agent.years import YEAR, with_year, with_years
from engine.grounding.figures import MONTH_WORD, month_number

MARK = "<PERIOD>"  # stands in the question where a stretch was
_DAY = r"\d{4}-\d{2}-\d{2}"
_YEAR_MONTH = r"\d{4}-\d{2}"
_SPOKEN_DAY = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{MONTH_WORD}|{MONTH_WORD}\s+\d{{1,2}}(?:st|nd|"
    rf"rd|th)?)"
    r"(?!\d)(?:,?\s+\d{4})?"
)
_PART = (
    r"(?:Q[1-4]|(?:first|second|1st|2nd) half|H[12])"
    rf"(?:(?:\s+(?:of\s+)?|\s?[/-]\s?){YEAR})?|{YEAR}[\s-]?Q[1-4]"
)
_SEASON = rf"(?:spring|summer|autumn|winter)(?:\s+(?:of\s+)?{YEAR})?"
_POINT = (
    rf"(?:{_DAY}|{_YEAR_MONTH}|{_SPOKEN_DAY}|{MONTH_WORD}(?:\s+(?:of\s+)?{YEAR})?|{_PART}|"
    rf"{_SEASON}"
    rf"|{YEAR})"
)
_SURE = (  # a time without a word that leads it in; "may" and "march" are other words too
    rf"(?:{_DAY}|{_YEAR_MONTH}(?!-)|{_SPOKEN_DAY}|{MONTH_WORD}\s+(?:of\s+)?{YEAR}|{_PART}|"
    rf"{_SEASON}|{YEAR}"
    rf"|(?!may\b|mar\b|march\b){MONTH_WORD})"
)
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
            "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "thirty": 30, "sixty": 60,
            "ninety": 90}  # fmt: skip
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_UNIT = r"(?P<unit>day|week|month|quarter|year)s?"
_EDGE = r"(?:the\s+)?(?:very\s+)?(?:end|close|start|beginning)\s+of\s+"
_LEADS = r"(?:in|during|over|for|of|on|about|throughout)\s+(?:the\s+)?"
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}


@dataclass(frozen=True)
class Stretch:
    """Shop-local days; `until` is None for "until now", else the first day that is outside."""

    since: date
    until: date | None = None


def read_stretches(question: str, today: date) -> tuple[tuple[Stretch, ...], str]:
    """Those that the question names, in its order, and the question with a mark in their places."""
    same = _SAME_DAYS.search(question)
    stretches, rest = (
        read_stretches(question[: same.start()] + question[same.end() :], today)
        if same
        else ((), "")
    )
    if same and (stretches or not same["unit"]):
        return _a_year_apart(stretches, today), f"{rest} versus {MARK}"
    question = with_years(question)
    found: list[tuple[int, Stretch]] = []
    for pattern, meaning in _PATTERNS:
        for match in list(pattern.finditer(question)):
            stretch = meaning(match, today)
            if stretch is None:
                continue
            found.append((match.start(), stretch))
            gap = MARK.center(len(match.group()))[: max(len(match.group()), len(MARK))]
            question = question[: match.start()] + gap + question[match.end() :]
            if len(gap) != len(match.group()):  # places behind have moved: look again
                more, question = read_stretches(question, today)
                behind = [(len(question), stretch) for stretch in more]
                return _in_order(found + behind), question
    return _in_order(found), question


# "Against the same days last year": no year that is meant by itself.
_SAME_DAYS = re.compile(
    r"\s*\b(?:(?:versus|vs\.?|against|than|compared (?:to|with)|and|on|to|with)\s+)?"
    r"(?:(?:for|in|over)\s+)?(?:the\s+)?same\s+(?:\w+\s+)?"
    r"(?:days?|dates|period|time|stretch|(?P<unit>months?|weeks?|quarter|weekend))\s+(?:of\s+|in\s+)?"
    r"(?:last year|the (?:year before|previous year)|(?:a|one) year (?:ago|before|earlier))",
    re.IGNORECASE,
)


def _a_year_apart(stretches: tuple[Stretch, ...], today: date) -> tuple[Stretch, ...]:
    """What is named, taken together, and the same days a year before; else this year so far."""
    named = [one for one in stretches if one != Stretch(date(today.year, 1, 1))]
    since = min((one.since for one in named), default=date(today.year, 1, 1))
    ends = [one.until for one in named if one.until]
    until = max(ends) if named and len(ends) == len(named) else None
    ended = until or today + timedelta(days=1)
    return Stretch(since, until), Stretch(shifted(since, -12), shifted(ended, -12))


def read_stretch(question: str, today: date) -> tuple[Stretch | None, str]:
    """The first stretch, if the question names one, and the question without its words."""
    found, rest = read_stretches(question, today)
    return (found[0] if found else None), (rest.replace(MARK, " ") if found else question)


def usual_stretch(today: date) -> Stretch:
    """When no time is named: the last whole month and what there is of this one."""
    return Stretch(_months_back(today, 1))


def _in_order(found: Iterable[tuple[int, Stretch]]) -> tuple[Stretch, ...]:
    """What only holds others ("... 2025: May or June") is not meant beside them."""
    all_of = tuple(dict.fromkeys(stretch for _, stretch in sorted(found, key=lambda one: one[0])))
    if len(all_of) < 3:
        return all_of
    return tuple(one for one in all_of if not any(_holds(one, two) for two in all_of))


def _holds(one: Stretch, two: Stretch) -> bool:
    until = one.until is None or (two.until is not None and two.until <= one.until)
    return one != two and one.since <= two.since and until


# ---- what each form means ----------------------------------------------------------------------


def _up_to_point(match: re.Match[str], today: date) -> Stretch | None:
    """ "The twelve months to the end of November"."""
    point = _point(match["one"], today)
    count = _NUMBERS.get(match["count"].casefold()) or int(match["count"])
    months = {"month": 1, "quarter": 3, "year": 12}.get(match["unit"].casefold())
    if point is None or months is None or months * count > 12 * 50:
        return None
    return _checked(shifted(point[1], -months * count), point[1], today)


def _between(match: re.Match[str], today: date) -> Stretch | None:
    year = re.search(YEAR, match["two"])
    first = with_year(match["one"], year.group()) if year else match["one"]
    one, two = _point(first, today), _point(match["two"], today)
    if one is None or two is None:
        return None
    if one[0] >= two[1]:  # "from October to March": the October before
        one = shifted(one[0], -12), shifted(one[1], -12)
    return _checked(one[0], two[1], today)


def _since_point(match: re.Match[str], today: date) -> Stretch | None:
    point = _point(match["one"], today)
    return _checked(point[0], None, today) if point else None


def _in_point(match: re.Match[str], today: date) -> Stretch | None:
    point = _point(match["one"], today)
    return _checked(*point, today) if point else None


def _week_of_month(match: re.Match[str], today: date) -> Stretch | None:
    """ "The first week of December": its first seven days, or its last."""
    point = _point(match["one"], today)
    if point is None:
        return None
    word = match["place"].casefold()
    if word == "last":
        return _checked(point[1] - timedelta(days=7), point[1], today)
    since = point[0] + timedelta(days=7 * _WEEKS[word])
    return _checked(since, since + timedelta(days=7), today)


def _week_of_day(match: re.Match[str], today: date) -> Stretch | None:
    """ "The week of 5 December": from its Monday to its Sunday."""
    point = _point(match["one"], today)
    if point is None:
        return None
    monday = point[0] - timedelta(days=point[0].weekday())
    return _checked(monday, monday + timedelta(days=7), today)


_WEEKS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2}


def _year_before(match: re.Match[str], today: date) -> Stretch | None:
    """ "Q3 last year", "November a year ago", "December the year before"."""
    point = _point(match["one"], today)
    if point is None:
        return None
    back = point[0].year - (today.year - 1)
    return _checked(shifted(point[0], -12 * back), shifted(point[1], -12 * back), today)


def _rolling(match: re.Match[str], today: date) -> Stretch | None:
    """ "In the last three months": up to now, the day of the newest record included."""
    count = _NUMBERS.get(match["count"].casefold()) or int(match["count"])
    days = {"day": 1, "week": 7}.get(match["unit"].casefold())
    if days is not None:
        return _checked(today + timedelta(days=1 - count * days), None, today)
    months = count * {"month": 1, "quarter": 3, "year": 12}[match["unit"].casefold()]
    if months > 12 * 50:
        return None
    return _checked(shifted(today, -months), None, today)


def _calendar(match: re.Match[str], today: date) -> Stretch | None:
    unit, last = match["unit"].casefold(), match["when"].casefold() not in ("this", "current")
    low = _unit_start(today, unit)
    if last:
        low, high = _unit_start(low - timedelta(days=1), unit), low
        return _checked(low, None if match["since"] else high, today)
    return _checked(low, None, today)


def _spoken(match: re.Match[str], today: date) -> Stretch | None:
    if match.group().casefold().split()[-1] == "yesterday":
        return _checked(today - timedelta(days=1), today, today)
    return _checked(today, None, today)


def _last_point(match: re.Match[str], today: date) -> Stretch | None:
    """ "Last November", "this summer"."""
    point = _point(match["one"], today)
    if point and match["when"].casefold() == "last" and point[1] > today:
        point = shifted(point[0], -12), shifted(point[1], -12)
    return _checked(*point, today) if point else None


_Meaning = Callable[[re.Match[str], date], Stretch | None]
_FORMS: tuple[tuple[str, _Meaning], ...] = (
    (rf"(?:(?:in|during|over|for)\s+)?(?:the\s+)?{_COUNT}\s+{_UNIT}\s+(?:up\s+)?(?:to|until|till)\s+"
     rf"(?:the\s+)?(?:end\s+of\s+)?(?P<one>{_SURE})", _up_to_point),
    (rf"(?:(?:between|from|since)\s+)(?:{_EDGE})?(?P<one>{_POINT})\s+(?:and|to|until|till|"
     rf"-)\s+(?:{_EDGE})?(?P<two>{_POINT})",
     _between),
    (rf"(?P<one>{_SURE})\s+(?:to|until|till)\s+(?:{_EDGE})?(?P<two>{_POINT})", _between),
    (rf"(?:(?:in|during|over|for|of)\s+)?(?:the\s+)?week\s+(?:of|from|beginning|starting|"
     rf"commencing)\s+(?:the\s+)?(?:mon(?:day)?\s+)?(?P<one>{_DAY}|{_SPOKEN_DAY})", _week_of_day),
    (rf"(?:(?:in|during|over|for|of)\s+)?(?:the\s+)?(?P<place>first|1st|second|2nd|third|3rd|"
     rf"last)\s+week\s+(?:of|in)\s+(?P<one>{MONTH_WORD}(?:\s+(?:of\s+)?{YEAR})?)",
     _week_of_month),
    (r"(?:(?:in|during|over|for|of)\s+)?(?:the\s+)?(?P<one>(?:first|second|1st|2nd) half|Q[1-4])"
     r"\s+of\s+this\s+year", _in_point),
    (rf"(?:(?:in|during|over|for|of|on)\s+)?(?P<one>Q[1-4]|H[12]|(?:first|second|1st|2nd) half|"
     rf"{MONTH_WORD}|spring|summer|autumn|winter)\s+(?:of\s+)?(?:last year|(?:a|one) year ago|"
     rf"the year before|the previous year)", _year_before),
    (rf"(?:since|after|from)\s+(?:the\s+)?(?P<one>{_POINT})", _since_point),
    (rf"(?:(?:in|during|over|for|of)\s+)?(?:the\s+)?(?P<when>last|past|previous|this)\s+"
     rf"(?P<one>{MONTH_WORD}|spring|summer|autumn|winter)", _last_point),
    (rf"{_LEADS}(?P<one>{_POINT})", _in_point),
    (rf"(?:(?:in|during|over|for|since|within)\s+)?(?:the\s+)?(?:last|past|"
     rf"previous)\s+{_COUNT}\s+{_UNIT}",
     _rolling),
    (rf"(?:the\s+)?{_COUNT}\s+{_UNIT}\s+(?:up\s+)?(?:to|till|until)\s+(?:now|today|date)",
     _rolling),
    (rf"(?:since|over)\s+(?:about\s+)?{_COUNT}\s+{_UNIT}\s+(?:ago|back)", _rolling),
    (rf"(?:(?P<since>since)\s+(?:the\s+)?|(?:in|during|over|for)\s+)?(?:the\s+)?"
     rf"(?P<when>last|past|previous|this|current)\s+{_UNIT}", _calendar),
    (r"(?:since\s+|on\s+)?(?:yesterday|today)", _spoken),
    (rf"(?P<one>{_SURE})", _in_point),
)  # fmt: skip
_PATTERNS: tuple[tuple[re.Pattern[str], _Meaning], ...] = tuple(
    (re.compile(rf"(?<![\w<-])(?:{form})(?![\w>-])", re.IGNORECASE), meaning)
    for form, meaning in _FORMS
)


def _point(text: str, today: date) -> tuple[date, date] | None:
    """The first day, and the first day after; a month without a year is the latest that began."""
    folded = text.casefold()
    if re.fullmatch(_DAY, text):
        day = _day(text)
        return (day, day + timedelta(days=1)) if day else None
    if re.fullmatch(_YEAR_MONTH, text):
        first = _day(f"{text}-01")
        return (first, shifted(first, 1)) if first else None
    found = re.search(YEAR, text)
    year = int(found.group()) if found else None
    if folded == str(year):
        return date(int(folded), 1, 1), date(int(folded) + 1, 1, 1)
    for season, month in _SEASONS.items():
        if season in folded:
            return _months(year, month, 3, today)
    part = re.search(r"q([1-4])|(first|second|1st|2nd) half|h([12])", folded)
    if part:
        if part[1]:
            return _months(year, int(part[1]) * 3 - 2, 3, today)
        second = (part[2] or part[3]) in ("second", "2nd", "2")
        return _months(year, 7 if second else 1, 6, today)
    return _named_month(folded, year, today)


def _named_month(folded: str, year: int | None, today: date) -> tuple[date, date] | None:
    named = re.search(MONTH_WORD, folded)
    if named is None:
        return None
    low, high = _months(year, month_number(named.group()), 1, today)
    number = re.search(r"(?<!\d)(\d{1,2})(?!\d)", folded)
    if number is None:
        return low, high
    day = low + timedelta(days=int(number[1]) - 1)
    return (day, day + timedelta(days=1)) if low <= day < high else None


def _months(year: int | None, month: int, count: int, today: date) -> tuple[date, date]:
    """So many months from this one on; without a year the latest that began."""
    if year is None:
        year = today.year if (month, 1) <= (today.month, today.day) else today.year - 1
    first = date(year, month, 1)
    return first, shifted(first, count)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _checked(since: date, until: date | None, today: date) -> Stretch | None:
    """A stretch that is not over yet ends now."""
    if until is not None and until > today:
        until = None
    if until is not None and since >= until:
        return None
    return Stretch(since, until)


def _unit_start(day: date, unit: str) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _months_back(day: date, months: int) -> date:
    return shifted(day.replace(day=1), -months)


def shifted(day: date, months: int) -> date:
    """The same day of another month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))


_A_MONTH = 32  # days; whatever is longer is told by itself
_TOGETHER = re.compile(r"\b(?:together|combined|in total|altogether|plus|sum|both)\b", re.I)
_APART = re.compile(r"\b(?:each|every|by|per|split|separately|versus|compare\w*)\b", re.I)


def joined(periods: tuple[Stretch, ...], text: str) -> tuple[Stretch, ...]:
    """ "November and December together", "June, July, August": stretches that meet are one."""
    several = sorted(periods, key=lambda stretch: stretch.since)
    meet = len(several) > 1 and all(a.until == b.since for a, b in pairwise(several))
    short = all(one.until and (one.until - one.since).days < _A_MONTH for one in several)
    run = len(several) > 2 and short and not _APART.search(text)
    if meet and (run or _TOGETHER.search(text)):
        return (Stretch(several[0].since, several[-1].until),)
    return periods
