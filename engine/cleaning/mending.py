"""Ids, codes, countries and descriptions put right, one distinct text at a time.

A customer is missing when the cell is empty or holds what programs write for nothing (NULL, nan,
None, n/a, ...). "0" is an id: shops that number from nought have such a customer.
"""

from typing import TYPE_CHECKING

from engine.cleaning.cells import Cells
from engine.cleaning.countries import COUNTRIES, NO_COUNTRIES

if TYPE_CHECKING:
    import polars as pl

NOBODY: frozenset[str] = frozenset((
    "nan", "null", "(null)", "none", "nil", "n/a", "#n/a", "na", "<na>", "nat", "undefined",
    "-", "?",
))  # fmt: skip
_FLOAT = r"^(\d+)\.0+$"
_POWER = r"^\d+(?:\.\d+)?[eE]\+?\d{1,2}$"
_DIGITS_AND_LETTERS = r"^\d+[A-Za-z]{1,3}$"  # 85123a beside 85123A

# Lines that are no product, in capitals: postage, charges, discounts, vouchers, adjustments.
FEE_CODES: frozenset[str] = frozenset({
    "POST", "POSTAGE", "DOT", "C2", "C3", "SHIPPING", "CARRIAGE", "FREIGHT", "HANDLING",
    "M", "MANUAL", "D", "DISCOUNT", "S", "SAMPLES", "B", "ADJUST", "ADJUST2",
    "BANK CHARGES", "AMAZONFEE", "CRUK", "FEE", "TIP",
})  # fmt: skip
_VOUCHER = "GIFT_0001_"  # gift_0001_20 and its like
_TEST_CODE = r"(?i)^test[-_ ]?\d*$"
_CANCELLED = r"^[Cc]\d"


def mend_ids(ids: Cells, powers: bool = True) -> tuple[Cells, "pl.Series"]:
    """13085.0 and (with `powers`) 1.3085e4 as 13085; and which rows were written so.

    What programs write for nothing is no id; neither is a mend of one.
    """
    import polars as pl

    text = ids.values
    whole = text.str.replace(_FLOAT, "$1")
    if powers:
        number = pl.when(text.str.contains(_POWER)).then(text.cast(pl.Decimal(38, 6), strict=False))
        spelt = pl.select(number.cast(pl.String).alias("spelt"))["spelt"]
        whole_number = spelt.str.extract(r"^(\d+)\.0+$")
        whole = pl.select(pl.coalesce(whole_number, whole).alias("id"))["id"]
    floats = ids.marked(whole != text)
    nothing = text.str.to_lowercase().is_in(sorted(NOBODY))
    return ids.mended(whole.set(nothing, None)), floats


def mend_codes(codes: Cells) -> tuple[Cells, "pl.Series"]:
    """Codes in capitals where capitals are this shop's custom; and which rows had others.

    They are when the form says so (digits, then letters) or most of the file's codes with letters
    are in capitals; a shop of lower-case codes keeps them. A code that stands for no product stays.
    """
    import polars as pl

    code = pl.col("code")
    capitals = code.str.to_uppercase()
    lettered = codes.values.str.contains(r"\p{L}")
    upper = codes.values == codes.values.str.to_uppercase()
    custom = (upper & lettered).sum() > lettered.sum() / 2
    lower = (code != capitals) & ~is_fee(code)
    mend = lower & (code.str.contains(_DIGITS_AND_LETTERS) | custom)
    found = codes.values.alias("code").to_frame().select(
        text=pl.when(mend).then(capitals).otherwise(code), mend=mend
    )  # fmt: skip
    return codes.mended(found["text"]), codes.marked(found["mend"])


def mend_countries(countries: Cells) -> tuple[Cells, "pl.Series"]:
    import polars as pl

    known = [COUNTRIES.get(text.casefold(), text) for text in countries.values]
    names = pl.Series("country", known, dtype=pl.String)
    return countries.mended(names), countries.marked(names != countries.values)


def are_no_countries(countries: Cells) -> "pl.Series":
    return countries.marked(countries.values.str.to_lowercase().is_in(sorted(NO_COUNTRIES)))


def are_notes(products: Cells) -> "pl.Series":
    """Descriptions in small letters where the shop writes capitals: what staff jotted down."""
    lower = (products.values == products.values.str.to_lowercase()) & products.values.str.contains(
        r"\p{L}"
    )
    upper = products.values == products.values.str.to_uppercase()
    return products.marked(lower & bool(upper.sum() > len(upper) / 2))


def are_wordless(products: Cells) -> "pl.Series":
    return products.marked(~products.values.str.contains(r"\p{L}"))


def is_fee(code: "pl.Expr") -> "pl.Expr":
    upper = code.str.to_uppercase()
    return (upper.is_in(sorted(FEE_CODES)) | upper.str.starts_with(_VOUCHER)).fill_null(False)


def is_test_row(code: "pl.Expr") -> "pl.Expr":
    return code.str.contains(_TEST_CODE).fill_null(False)


def is_cancelled_order(order: "pl.Expr") -> "pl.Expr":
    return order.str.contains(_CANCELLED).fill_null(False)
