"""Bounds that a question sets on customers ("spent over 500"), as the text of a filter."""

import re
from datetime import date

from agent.times import MARK as PERIOD
from agent.times import Stretch, shifted

MARK = "<BOUND>"
_NUMBER = (
    r"(?:[£€$]\s?)?(?P<n>\d[\d,]*(?:\.\d+)?)\s?(?P<k>k\b|thousand\b|grand\b)?(?:\s?(?:£|€|\$|gbp|"
    r"eur|usd|"
    r"pounds?|euros?|dollars?|bucks|quid))?"
)
_MONEY = (  # with a sign or a word of money
    r"(?:[£€$]\s?(?P<n>\d[\d,]*(?:\.\d+)?)\s?(?P<k>k\b|thousand\b|grand\b)?|"
    r"(?P<m>\d[\d,]*(?:\.\d+)?)"
    r"\s?(?P<k2>k|thousand|grand)?\s?(?:£|€|\$|gbp|eur|usd|pounds?|euros?|dollars?|bucks|quid))"
)
_NO_ORDER = (
    r"(?<!order )(?<!orders )(?<!invoices )(?<!baskets )(?<!basket )(?<!purchases )(?<!sales )"
    r"(?<!products )(?<!anything )(?<!items )(?<!price )"
)
_MORE = r"(?:over|above|more than|at least|exceeding|upwards? of|>=?|greater than)"
_LESS = r"(?:under|below|less than|fewer than|at most|up to|<=?|no more than)"
_WORDS = {
    "one": 1,
    "once": 1,
    "a single": 1,
    "one single": 1,
    "two": 2,
    "twice": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "ten": 10,
}
_COUNT = rf"(?P<n>\d[\d,]*|{'|'.join(_WORDS)})"
_DAYS = (
    r"(?P<n>\d{1,4}|a|one|two|three|four|five|six|nine|twelve|thirty|sixty|ninety)\s+"
    r"(?P<unit>days?|weeks?|months?|years?)"
)
_MOST_MONTHS = 12 * 50
_SPENT = (
    r"(?:sp[ae]n[dt]\w*|left|forked out|shelled out|laid out|parted with|worth|paid|"
    r"brought(?: in)?|revenue(?: of)?|value(?: of)?)"
)
_BOUGHT = (
    r"(?:bought|buy|ordered|order|purchased?|placed? an order|shop(?:ped)?|been (?:here|active)|"
    r"come(?: back)?|been (?:back|in|seen)|returned|visit(?:ed)?|"
    r"bought anything)"
)
_OF_TIME = {"nine": 9, "twelve": 12, "thirty": 30, "sixty": 60, "ninety": 90}
_AT_LEAST = ("at least", ">=", "+", "or more", "and more", "and up", "plus")
_AT_MOST = ("at most", "up to", "<=", "no more than")

_FORMS: tuple[tuple[str, str, str], ...] = (
    ("monetary", "+", rf"{_SPENT}\s+(?P<how>{_MORE})\s+(?:a total of\s+)?{_NUMBER}(?!\s*(?:orders|"
                      rf"times|days))"),
    ("monetary", "+", rf"{_NO_ORDER}(?P<how>{_MORE})\s+{_MONEY}"),
    ("monetary", "-", rf"{_NO_ORDER}(?P<how>{_LESS})\s+{_MONEY}"),
    ("monetary", "+", rf"{_SPENT}\s+(?:a total of\s+)?{_NUMBER}\s?(?P<how>\+|or more|and more|"
                      rf"and up)"),
    ("frequency", "+", rf"{_COUNT}\s?(?P<how>\+|plus|or more)\s*(?:orders?|purchases?|times)"),
    ("monetary", "-", rf"{_SPENT}\s+(?P<how>{_LESS})\s+{_NUMBER}(?!\s*(?:orders|times|days))"),
    ("frequency", "+", rf"(?:with|have|has|had|placed|made|ordered|bought|"
                       rf"of)?\s*(?P<how>{_MORE})\s+{_COUNT}\s*(?:orders?|purchases?|times)"),
    ("frequency", "-", rf"(?:with|have|has|had|placed|made|ordered|"
                       rf"bought)?\s*(?P<how>{_LESS})\s+{_COUNT}\s*(?:orders?|purchases?|times)"),
    ("frequency", "+", r"(?:bought|ordered|purchased)\s+(?P<how>more than)\s+(?P<n>once|twice)"),
    ("frequency", "=", r"(?:(?:have |has )?(?:only |just )?(?:bought|ordered|purchased|"
                       r"shopped)\s+(?:only |just |exactly )?(?P<n>once|twice)|(?:exactly |only |"
                       r"just |(?:(?<=\()|(?:with|have|has|made|placed) )(?=a single|one single))"
                       r"(?P<m>one single|a single|one|two|three|\d+) (?:orders?|purchases?))"),
    ("recency", "+", rf"(?:not|n't|n’t|haven't|hasn't|never|nothing|no (?:orders?|"
                     rf"purchases?))\s+(?:{_BOUGHT}\s+)?(?:anything\s+)?(?:for|in|since|within|"
                     rf"over)\s+(?:the (?:last|past)\s+)?(?P<how>over\s+|more than\s+|"
                     rf"at least\s+)?{_DAYS}"),
    ("recency", "+", rf"(?:not|n't|n’t|nt|never|nothing|nobody)\b(?:\s+\w+){{0,6}}?"
                     rf"\s+(?:for|in|since|within|over)\s+(?:the (?:last|past)\s+)?"
                     rf"(?P<how>over\s+|more than\s+|at least\s+)?{_DAYS}"
                     rf"(?:\s?\+|\s+or (?:more|longer)|\s+plus)?"),
    ("recency", "+", rf"(?:inactive|silent|quiet|absent|dormant|away|asleep|cold|missing)\s+"
                     rf"(?:(?:for|since)\s+)?(?P<how>over\s+|>=?\s*|more than\s+|"
                     rf"at least\s+)?{_DAYS}"),
    ("recency", "+", rf"(?P<how>over|more than|at least)\s+{_DAYS}\s+(?:with(?:out)?\s+)?(?:no|an|"
                     rf"any)?\s*(?:orders?|purchases?)"),
    ("recency", "+", rf"(?P<how>over|>=?|more than|at least)\s*{_DAYS}\s+since\s+(?:their |the |"
                     rf"his |her )?(?:last |latest )?(?:{_BOUGHT}|order|purchase|visit)"),
    ("recency", "+", rf"last\s+(?:{_BOUGHT}|order(?:ed)?|purchase)\s+(?:(?:was|"
                     rf"is)\s+)?(?P<how>more than|"
                     rf"over|at least)\s+{_DAYS}\s+ago"),
)  # fmt: skip
_PATTERNS = tuple((field, way, re.compile(form, re.IGNORECASE)) for field, way, form in _FORMS)


# "Leaving aside anyone with two or more orders": those with fewer.
_LEFT_OUT = re.compile(
    r"\b(?:leav\w+ (?:aside|out)|exclud\w+|excl\.?|ignor\w+|not counting|except(?: for)?|other "
    r"than)(?:\s+(?!<)[\w']+){0,4}\s*$",
    re.IGNORECASE,
)
_TURNED = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "=": "!="}
_SUM = r"[£€$]?\s?{}(?:\s?(?:£|€|\$|gbp|eur|usd|pounds?|euros?|dollars?))?"
_BETWEEN = re.compile(
    rf"{_SPENT}\s+(?:between\s+|from\s+)?{_SUM.format('(?P<low>[0-9][0-9,.]*)')}\s*(?:and|to|-|"
    rf"–)\s*"
    rf"{_SUM.format('(?P<high>[0-9][0-9,]*)')}(?![\d%]|\s*(?:orders|times|days))",
    re.IGNORECASE,
)


def read_thresholds(question: str, today: date) -> tuple[str, str]:
    """The filter, empty when nothing bounds, and the question with marks in the bounds' places.

    Months and years are those of the calendar, back from `today`.
    """
    found: list[str] = []
    if both := _BETWEEN.search(question):
        low, high = (float(each.replace(",", "")) for each in (both["low"], both["high"]))
        found.append(f"monetary >= {low:g} and monetary <= {high:g}")
        question = question[: both.start()] + f" {MARK} " + question[both.end() :]
    for field, way, pattern in _PATTERNS:
        match = pattern.search(question)
        if match is None:
            continue
        operator = _operator(match, way)
        if _LEFT_OUT.search(question[: match.start()]):
            operator = _TURNED[operator]
        found.append(f"{field} {operator} {_value(match, today)}")
        question = question[: match.start()] + f" {MARK} " + question[match.end() :]
    return " and ".join(found), question


_ABSENT = re.compile(
    rf"(?:not|n['’]?t|never|nothing|nobody|no (?:orders?|purchases?))\b(?: \w+){{0,4}}?"
    rf"(?: {_BOUGHT}| ordered| orders?| anything)(?: (?:a thing|anything|owt|something|with us|"
    rf"from us|"
    rf"at all))*\s+{PERIOD}",
    re.IGNORECASE,
)


def read_absence(
    masked: str, periods: tuple[Stretch, ...], today: date
) -> tuple[str, str, tuple[Stretch, ...]]:
    """ "Who has not bought since the summer": their last order is from before, and the days are
    spent on that."""
    if len(periods) != 1 or periods[0].until or not (match := _ABSENT.search(masked)):
        return "", masked, periods
    days = (today - periods[0].since).days
    return f"recency > {days}", f"{masked[: match.start()]}{MARK}{masked[match.end() :]}", ()


def _operator(match: re.Match[str], way: str) -> str:
    how = (match.groupdict().get("how") or "").strip().casefold()
    if way == "=":
        return "="
    if way == "+":
        return ">=" if how in _AT_LEAST else ">"
    return "<=" if how in _AT_MOST else "<"


def _value(match: re.Match[str], today: date) -> str:
    found = match.groupdict()
    text = (found.get("n") or found.get("m") or "").replace(",", "").casefold()
    number = float({"a": 1, **_OF_TIME, **_WORDS}.get(text, text) or 0)
    number *= 1000 if found.get("k") or found.get("k2") else 1
    if unit := found.get("unit"):
        number = _days(unit, int(number), today)
    return f"{number:g}" if number < 1e6 else f"{number:.0f}"


def _days(unit: str, count: int, today: date) -> int:
    months = {"m": 1, "y": 12}.get(unit[0].casefold())
    if months is None:
        return count * (7 if unit[0].casefold() == "w" else 1)
    return (today - shifted(today, -min(months * count, _MOST_MONTHS))).days
