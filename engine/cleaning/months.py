"""Dates with the month as a word, brought to year-month-day: 5 janvier 2024, Dec 5, 2024."""

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

# A word is a month when it starts like one of these and they allow no other month.
_NAMES = (
    ("jan", "januar", "january", "janvier", "enero", "ene", "gennaio", "gen", "januari",
     "janeiro", "styczen", "stycznia", "sty", "leden"),
    ("feb", "februar", "february", "fevrier", "fev", "febrero", "febbraio", "februari",
     "fevereiro", "luty", "lutego", "lut", "fevr"),
    ("mar", "march", "marz", "maerz", "mrz", "mars", "marzo", "maart", "mrt", "marco",
     "marzec", "marca"),
    ("apr", "april", "avril", "avr", "abril", "abr", "aprile", "kwiecien", "kwietnia", "kwi"),
    ("may", "mai", "mayo", "maggio", "mag", "mei", "maio", "maj", "maja"),
    ("jun", "june", "juni", "juin", "junio", "giugno", "giu", "junho", "czerwiec", "czerwca",
     "cze"),
    ("jul", "july", "juli", "juillet", "juil", "julio", "luglio", "lug", "julho", "lipiec",
     "lipca", "lip"),
    ("aug", "august", "aout", "agosto", "ago", "augustus", "sierpien", "sierpnia", "sie"),
    ("sep", "sept", "september", "septembre", "septiembre", "settembre", "set", "setembro",
     "wrzesien", "wrzesnia", "wrz"),
    ("oct", "okt", "october", "oktober", "octobre", "octubre", "ottobre", "ott", "outubro",
     "out", "pazdziernik", "pazdziernika", "paz"),
    ("nov", "november", "novembre", "noviembre", "novembro", "listopad", "listopada", "lis"),
    ("dec", "dez", "december", "dezember", "decembre", "diciembre", "dic", "dicembre",
     "dezembro", "grudzien", "grudnia", "gru"),
)  # fmt: skip
MONTHS: dict[str, int] = {
    name: number for number, names in enumerate(_NAMES, start=1) for name in names
}
_YEAR = r"(?P<year>[12]\d{3}|'?\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|re|\.|o|º|ª)?"
_MONTH = r"(?P<month>[^\W\d_]{3,})\.?"
_GAP = r"(?:[\s.,/-]|\bde\b|\bdel\b|\bof\b|\bdi\b)+"
_WEEKDAY = r"^(?:[^\W\d_]+\.?,?\s+)?"
_REST = r"(?P<rest>(?:[,T\s]|\bat\b|\bum\b|\bà\b)*\d{1,2}:.*)?$"
_FORMS = tuple(
    re.compile(pattern + _REST)
    for pattern in (
        _WEEKDAY + _DAY + _GAP + _MONTH + _GAP + _YEAR,
        _WEEKDAY + _MONTH + _GAP + _DAY + _GAP + _YEAR,
        r"^(?P<year>[12]\d{3})" + _GAP + _MONTH + _GAP + _DAY,
    )
)
_CENTURY_TURN = 70  # a two-digit year from here on is 19xx


def with_numbered_months(texts: "pl.Series") -> "pl.Series":
    """Texts that name a month as year-month-day and the time; others as they are."""
    named = texts.str.contains(r"\p{L}{3}").fill_null(False)
    if not named.any():
        return texts
    numbered = texts.filter(named).to_list()
    return texts.clone().scatter(named.arg_true(), [_numbered(text) for text in numbered])


def _numbered(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.strip().casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    for form in _FORMS:
        found = form.match(plain)
        month = MONTHS.get(found["month"]) if found else None
        if found and month:
            rest = (found["rest"] or "").lstrip(",t ").replace("at ", "").replace("um ", "")
            return f"{_full_year(found['year'])}-{month}-{found['day']} {rest}".strip()
    return text


def _full_year(written: str) -> str:
    digits = written.lstrip("'")
    if len(digits) == 4:
        return digits
    return str(int(digits) + (1900 if int(digits) >= _CENTURY_TURN else 2000))
