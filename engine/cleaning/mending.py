"""Text, ids, codes and countries put right: each mend sets the value and marks the row.

A mark is a boolean column named after its reason in rules.FIXED_REASONS.
"""

from typing import TYPE_CHECKING

from engine.cleaning.rules import (
    COUNTRY_ALIAS,
    FLOAT_ID,
    LOWER_CASE_CODE,
    MISSING_CUSTOMER,
    MISSING_ORDER,
    PADDED_TEXT,
)
from engine.reading.columns import GIVEN

if TYPE_CHECKING:
    import polars as pl

_IDS = ("customer_id", "order_id", "product_id")
_NOBODY = ("nan", "null", "none", "n/a")  # what programs write for a missing customer
_FLOAT = r"^(\d+)\.0+$"
_DIGITS_AND_LETTERS = r"^\d+[A-Za-z]{1,3}$"  # 85123a beside 85123A

COUNTRIES: dict[str, str] = {
    "eire": "Ireland",
    "rsa": "South Africa",
    "uk": "United Kingdom",
    "u.k.": "United Kingdom",
    "gb": "United Kingdom",
    "great britain": "United Kingdom",
    "us": "United States",
    "u.s.": "United States",
    "usa": "United States",
    "u.s.a.": "United States",
    "united states of america": "United States",
    "uae": "United Arab Emirates",
    "holland": "Netherlands",
    "the netherlands": "Netherlands",
    "deutschland": "Germany",
}

# Lines that are no product, in capitals: postage, charges, discounts, vouchers, adjustments.
FEE_CODES: frozenset[str] = frozenset({
    "POST", "POSTAGE", "DOT", "C2", "C3", "SHIPPING", "CARRIAGE", "FREIGHT", "HANDLING",
    "M", "MANUAL", "D", "DISCOUNT", "S", "SAMPLES", "B", "ADJUST", "ADJUST2",
    "BANK CHARGES", "AMAZONFEE", "CRUK", "FEE", "TIP",
})  # fmt: skip
_VOUCHER = "GIFT_0001_"  # gift_0001_20 and its like
_TEST_CODE = r"(?i)^test[-_ ]?\d*$"
_CANCELLED = r"^[Cc]\d"


def mend(rows: "pl.DataFrame") -> "pl.DataFrame":
    """All given columns, as trimmed text or null, with one mark a reason."""
    import polars as pl

    had_orders = "order_id" in rows.columns
    absent = [pl.lit(None, dtype=pl.String).alias(n) for n in GIVEN if n not in rows.columns]
    mended = _trimmed(rows).with_columns(absent)
    mended = _with_whole_ids(mended)
    mended = mended.with_columns(
        pl.col("customer_id").is_null().alias(MISSING_CUSTOMER),
        pl.col("order_id").is_null().and_(had_orders).alias(MISSING_ORDER),
    )
    return _with_known_countries(_with_capital_codes(mended))


def is_fee() -> "pl.Expr":
    import polars as pl

    code = pl.col("product_id").str.to_uppercase()
    fee = code.is_in(sorted(FEE_CODES)) | code.str.starts_with(_VOUCHER)
    return fee.fill_null(False)


def is_test_row() -> "pl.Expr":
    import polars as pl

    return pl.col("product_id").str.contains(_TEST_CODE).fill_null(False)


def is_cancelled_order() -> "pl.Expr":
    import polars as pl

    return pl.col("order_id").str.contains(_CANCELLED).fill_null(False)


def _trimmed(rows: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    trimmed = {name: pl.col(name).str.strip_chars() for name in rows.columns}
    padded = pl.any_horizontal(
        (text != "") & (text != pl.col(name)) for name, text in trimmed.items()
    )
    emptied = {name: pl.when(text != "").then(text) for name, text in trimmed.items()}
    return rows.with_columns(**emptied, **{PADDED_TEXT: padded.fill_null(False)})


def _with_whole_ids(rows: "pl.DataFrame") -> "pl.DataFrame":
    """A customer that a program wrote as nan is nobody; 13085.0 is 13085."""
    import polars as pl

    nobody = pl.col("customer_id").str.to_lowercase().is_in(_NOBODY)
    rows = rows.with_columns(customer_id=pl.when(~nobody).then("customer_id"))
    floats = pl.any_horizontal(pl.col(_IDS).str.contains(_FLOAT))
    return rows.with_columns(
        *(pl.col(name).str.replace(_FLOAT, "$1") for name in _IDS),
        floats.fill_null(False).alias(FLOAT_ID),
    )


def _with_capital_codes(rows: "pl.DataFrame") -> "pl.DataFrame":
    """Codes are mended to capitals where capitals are this shop's custom.

    They are when the form says so (digits, then letters) or most of the file's codes with letters
    are in capitals; a shop of lower-case codes keeps them.
    """
    import polars as pl

    code = pl.col("product_id")
    lower = (code != code.str.to_uppercase()) & ~is_fee()
    distinct = rows.select(code.unique()).filter(code.str.contains(r"\p{L}"))
    in_capitals = distinct.select((code == code.str.to_uppercase()).mean()).item()
    custom = in_capitals is not None and in_capitals > 0.5
    mended = (lower & (code.str.contains(_DIGITS_AND_LETTERS) | custom)).fill_null(False)
    return rows.with_columns(
        pl.when(mended).then(code.str.to_uppercase()).otherwise(code).alias("product_id"),
        mended.alias(LOWER_CASE_CODE),
    )


def _with_known_countries(rows: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    known = pl.col("country").str.to_lowercase().replace_strict(COUNTRIES, default=None)
    return rows.with_columns(
        pl.coalesce(known, "country").alias("country"),
        known.is_not_null().alias(COUNTRY_ALIAS),
    )
