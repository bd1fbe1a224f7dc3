"""Currencies as they stand in cells, and amounts brought to the shop's own.

A sign that several currencies share ($, kr, ¥) is the shop's own currency when the shop has one of
them, else the first that is listed.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.concepts import UNKNOWN_CURRENCY
from engine.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

_SIGNS: dict[str, tuple[str, ...]] = {
    "£": ("GBP",), "€": ("EUR",), "$": ("USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD"),
    "US$": ("USD",), "C$": ("CAD",), "CA$": ("CAD",), "A$": ("AUD",), "AU$": ("AUD",),
    "NZ$": ("NZD",), "R$": ("BRL",), "¥": ("JPY", "CNY"), "￥": ("JPY", "CNY"), "元": ("CNY",),
    "₹": ("INR",), "RS": ("INR", "PKR", "LKR"), "RS.": ("INR", "PKR", "LKR"), "₩": ("KRW",),
    "₽": ("RUB",), "₺": ("TRY",), "₪": ("ILS",), "₴": ("UAH",), "₫": ("VND",), "₱": ("PHP",),
    "฿": ("THB",), "ZŁ": ("PLN",), "KČ": ("CZK",), "FT": ("HUF",), "LEI": ("RON",),
    "KR": ("SEK", "NOK", "DKK", "ISK"), "KR.": ("DKK", "NOK", "SEK", "ISK"), "FR": ("CHF",),
    "FR.": ("CHF",), "SFR.": ("CHF",), "EURO": ("EUR",), "EUROS": ("EUR",), "ЛВ": ("BGN",),
    "РУБ": ("RUB",), "РУБ.": ("RUB",), "TL": ("TRY",),
}  # fmt: skip
CODES: frozenset[str] = frozenset((
    "AED", "ARS", "AUD", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK",
    "EGP", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "IQD", "ISK", "JOD", "JPY", "KES",
    "KRW", "KWD", "LKR", "LYD", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "OMR", "PEN", "PHP",
    "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD",
    "UAH", "USD", "UYU", "VND", "XAF", "XOF", "ZAR",
))  # fmt: skip
RATE_DECIMALS = 9


def currency_of(written: str, shop_currency: str) -> str | None:
    """The code that a sign, a code or both stand for; None for what is no currency."""
    word = written.strip().upper()
    if word in CODES or word == shop_currency:
        return word
    meant = _SIGNS.get(word, ())
    if not meant:
        return None
    return shop_currency if shop_currency in meant else meant[0]


def settle_currency(
    counts: Mapping[str, int], shop_currency: str, rates: Mapping[str, Decimal] | None, where: str
) -> tuple[str, dict[str, str]]:
    """The currency that the rows come to, and how that was settled; refuses a mixture.

    `counts`: rows of each currency that the source names.
    """
    others = {code: count for code, count in counts.items() if code != shop_currency}
    if not others:
        return shop_currency, {"currency": _words(shop_currency, bool(counts))}
    if rates is not None and shop_currency != UNKNOWN_CURRENCY:
        _require_rates(others, rates, shop_currency, where)
        told = ", ".join(f"{_rows(count)} of {code} at {rates[code]}" for code, count in
                         sorted(others.items()))  # fmt: skip
        return shop_currency, {"currency": f"all amounts in {shop_currency}: {told}"}
    if len(counts) == 1 and shop_currency == UNKNOWN_CURRENCY:
        [code] = counts
        return code, {"currency": f"all amounts are {code}, as the source says"}
    found = ", ".join(f"{_rows(count)} of {code}" for code, count in sorted(counts.items()))
    if len(counts) == 1:
        raise BadInput(
            f"{where} is in another currency than the dataset's {shop_currency}: {found}.",
            "Give rates (--rates), or load it into a dataset of its own with --dataset.",
        )
    raise BadInput(
        f"{where} mixes currencies: {found}.",
        "Give rates with --rates (and the shop's currency with --currency), or load one currency "
        "at a time.",
    )


def _require_rates(
    others: Mapping[str, int], rates: Mapping[str, Decimal], shop_currency: str, where: str
) -> None:
    missing = sorted(code for code in others if code not in rates)
    if missing:
        raise BadInput(
            f"{where} has {_rows(others[missing[0]])} of {missing[0]}, and no rate for it.",
            f"Say how many {shop_currency} one {missing[0]} is worth.",
        )
    for code in others:
        rate = rates[code]
        if not (rate.is_finite() and 0 < rate < 10**9) or rate != round(rate, RATE_DECIMALS):
            raise BadInput(
                f"The rate of {code}, {rate}, cannot be used.",
                f"Give a number above 0 with at most {RATE_DECIMALS} decimals.",
            )


def rate_expression(
    code: "pl.Expr", shop_currency: str, rates: Mapping[str, Decimal] | None
) -> "pl.Expr":
    """Billionths of the shop's currency for one unit of the row's."""
    import polars as pl

    billion = 10**RATE_DECIMALS
    known = {name: int(rate * billion) for name, rate in (rates or {}).items()}
    known[shop_currency] = billion
    found = code.replace_strict(known, default=billion, return_dtype=pl.Int64)
    return found.fill_null(billion).cast(pl.Int128)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _words(currency: str, named: bool) -> str:
    if currency == UNKNOWN_CURRENCY:
        return "currency unknown; amounts are counted with two decimals"
    return f"all amounts are {currency}" + (", as the source says" if named else "")
