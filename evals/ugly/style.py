"""How one ugly file is written: everything that exports disagree about, drawn from a seed."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from engine.records import RecordKind

Form = Literal["comma", "semicolon", "tab", "pipe", "xlsx", "jsonl", "parquet"]
Guests = Literal["impute", "keep", "drop"]

_FORMS: tuple[Form, ...] = ("comma", "semicolon", "tab", "pipe", "xlsx", "jsonl", "parquet")
_KINDS: tuple[RecordKind, ...] = ("transactions", "customers", "events", "texts")
_DATES = ("iso", "iso z", "dmy /", "dmy .", "mdy /", "words", "epoch", "compact")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MARKS = ((".", ""), (".", ","), (".", "'"), (",", ""), (",", "."), (",", " "))
_GUESTS: tuple[Guests, ...] = ("impute", "keep", "drop")


@dataclass(frozen=True)
class Style:
    kind: RecordKind
    form: Form
    gzipped: bool
    encoding: str
    line_end: str
    title_lines: int
    language: str
    decimal: str
    group: str  # between thousands
    sign: str  # beside every price; empty for none
    dates: str
    zone: str
    currency: str
    currency_column: bool
    guests: Guests

    def number(self, value: Decimal) -> str:
        digits, _, fraction = f"{abs(value):f}".partition(".")
        whole = f"{int(digits):,}".replace(",", self.group) if self.group else digits
        return ("-" if value < 0 else "") + whole + (self.decimal + fraction if fraction else "")

    def price(self, value: Decimal) -> str:
        """The sign stands before the number in English, behind it elsewhere."""
        if not self.sign:
            return self.number(value)
        if self.language == "en":
            return ("-" if value < 0 else "") + self.sign + self.number(abs(value))
        return f"{self.number(value)} {self.sign}"

    def is_written(self, text: str) -> bool:
        """Whether a number carries more than digits, a minus before them and a decimal sign."""
        return bool(set(text.lstrip("-")) - set("0123456789" + self.decimal))

    def moment(self, at: datetime) -> str:
        utc, local = at.astimezone(UTC), at.astimezone(ZoneInfo(self.zone))
        clock = f"{local:%H:%M}"
        if self.dates == "iso z":
            return f"{utc:%Y-%m-%dT%H:%M:%SZ}"
        if self.dates == "epoch":
            return str(int(utc.timestamp()))
        if self.dates == "compact":
            return f"{local:%Y%m%d%H%M%S}"
        if self.dates == "words":
            return f"{local.day} {_MONTHS[local.month - 1]} {local.year} {clock}"
        if self.dates == "mdy /":
            return f"{local.month}/{local.day}/{local.year} {local:%I:%M %p}"
        if self.dates.startswith("dmy"):
            return f"{local:%d/%m/%Y} {clock}".replace("/", self.dates[-1])
        return f"{local:%Y-%m-%d %H:%M:%S}"


def draw_style(seed: int) -> Style:
    """Forms and kinds go round, so that a few seeds meet them all; the rest is drawn."""
    draw = random.Random(seed)  # noqa: S311  (no secret)
    form = _FORMS[seed % len(_FORMS)]
    kind = _KINDS[0] if seed % 2 == 0 else _KINDS[(seed // 2) % len(_KINDS)]
    language = draw.choice(("en", "de", "fr", "es", "nl", "pl"))
    encodings = ["utf-8", "utf-8-sig", "utf-16", "cp1252"][: 3 if language == "pl" else 4]
    is_text = form not in ("xlsx", "jsonl", "parquet")
    decimal, group = draw.choice(_MARKS)
    sign, currency = draw.choice((("", "GBP"), ("", "EUR"), ("£", "GBP"), ("€", "EUR")))
    return Style(
        kind=kind,
        form=form,
        gzipped=draw.random() < 0.3,
        encoding=draw.choice(encodings) if is_text else "utf-8",
        line_end=draw.choice(("\n", "\r\n")),
        title_lines=draw.choice((0, 0, 1, 2)) if is_text or form == "xlsx" else 0,
        language=language,
        decimal=decimal,
        group=group,
        sign=sign,
        dates=draw.choice(_DATES),
        zone=draw.choice(("Europe/London", "America/New_York", "Asia/Kolkata", "UTC")),
        currency=currency,
        currency_column=not sign and draw.random() < 0.5,
        guests=draw.choice(_GUESTS),
    )
