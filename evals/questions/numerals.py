"""Numbers in a text, found without the gate's code: digits, and words for numbers.

What an answer says in figures has to be the rendering of a fact. What stands outside of its
renderings may repeat the question, name a thing, or say a fact's own days; all else is loose.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|"
    "sixty|seventy|eighty|ninety|hundred|hundreds|thousand|thousands|million|millions|billion|"
    "half|twice|double|doubled|triple|tripled|halved|"
    "zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|hundert|tausend|doppelt|"
    "deux|trois|quatre|cinq|sept|huit|neuf|dix|douze|cent|mille|moitié|double|"
    "dos|tres|cuatro|cinco|siete|ocho|nueve|diez|doce|cien|mil|mitad|doble"
)
_NUMBER = re.compile(r"\d+(?:[.,\u202f\u00a0]\d+)*|\b(?:" + _WORDS + r")\b", re.IGNORECASE)
_LIST_MARK = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)
_DIGITS = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def numbers(text: str) -> list[str]:
    """Every number as it is written, small letters, without separators of thousands."""
    return [_plain(match[0]) for match in _NUMBER.finditer(text)]


def loose_numbers(
    answer: Mapping[str, Any], asked: Sequence[str], known: Iterable[str]
) -> list[str]:
    """Numbers outside of the renderings that nothing allows; `known` are names of the shop."""
    facts = {fact["id"]: fact for fact in answer["facts"]}
    text = "\n".join(_outside(sentence, facts) for sentence in answer["sentences"])
    names = [part for fact in answer["facts"] for part in _names(fact["subject"])]
    for name in sorted({*names, *known}, key=len, reverse=True):
        if _NUMBER.search(name):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text, flags=re.IGNORECASE)
    text = _LIST_MARK.sub(" ", text)
    allowed = {number for question in asked for number in numbers(question)}
    for fact in answer["facts"]:
        allowed |= _days(fact["period"])
    allowed |= _days({"start": None, "end": answer["state"]["as_of"], "horizon_days": None})
    return [number for number in numbers(text) if number not in allowed]


def renders(fact: Mapping[str, Any]) -> bool:
    """Whether the rendering of a fact shows its value, rounded to the digits that are shown."""
    value = fact["value"]
    if isinstance(value, str):
        day = date.fromisoformat(value[:10])
        return str(day.day) in numbers(fact["text"]) and str(day.year) in numbers(fact["text"])
    match = _DIGITS.search(fact["text"].replace("£-", "-").replace("€-", "-").replace("−", "-"))
    if match is None:
        return False
    shown = abs(Decimal(match[0].replace(",", "")))
    exact = abs(Decimal(repr(value["minor"] if isinstance(value, dict) else value)))
    if isinstance(value, dict):
        exact /= 100 if value["currency"] not in ("JPY",) else 1
    elif fact["unit"] == "share":
        exact *= 100
    places = len(match[0].partition(".")[2])
    return abs(shown - exact) <= Decimal("0.5").scaleb(-places)


def _outside(sentence: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """A sentence less its renderings; what does not read as its fact renders stays."""
    text, found = sentence["text"], []
    done = 0
    for span in sorted(sentence["spans"], key=lambda span: span["start"]):
        found.append(text[done : span["start"]])
        shown = text[span["start"] : span["end"]]
        found.append(shown.removeprefix(facts[span["fact"]]["text"]))  # a label may stand behind
        done = span["end"]
    return " ".join((*found, text[done:]))


def _names(subject: Mapping[str, Any]) -> list[str]:
    found = [
        subject["name"],
        subject["id"],
        *re.split(r", | within | among | or ", subject["name"]),
    ]
    for part in subject.get("parts", ()):
        found += _names(part)
    return found


def _days(period: Mapping[str, Any]) -> set[str]:
    """The numbers by which a period may be told: its days, its last day, years, length."""
    found: set[str] = set()
    if period["horizon_days"] is not None:
        found.add(str(period["horizon_days"]))
    ends = [datetime.fromisoformat(period[key]) for key in ("start", "end") if period[key]]
    for moment in ends:
        for day in (moment.date(), moment.date() - timedelta(days=1)):
            found |= {str(day.day), str(day.year), f"{day:%m}", f"{day:%d}", str(day.month)}
    if len(ends) == 2:
        found.add(str((ends[1].date() - ends[0].date()).days))
        found.add(str((ends[0].month - 1) // 3 + 1))
    return found


def _plain(number: str) -> str:
    digits = re.sub(r"(?<=\d)[,\u202f\u00a0](?=\d{3}(?!\d))", "", number.lower())
    return digits
