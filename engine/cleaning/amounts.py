"""Numbers read and multiplied exactly: never a float between a price and its minor units.

A quantity and a price keep six decimals (DECIMAL(18, 6), so fewer than thirteen digits before
the point); as integers of millionths each is below 10**18, their product below 10**36, and
128 bits hold 1.7 * 10**38.
"""

from typing import TYPE_CHECKING

from engine.concepts import currency_exponent

if TYPE_CHECKING:
    import polars as pl

DECIMALS = 6


def exact_number(text: "pl.Expr") -> "pl.Expr":
    """Six decimals, half-even; null when it is no number or too long."""
    import polars as pl

    return text.cast(pl.Decimal(18, DECIMALS), strict=False)


def has_long_decimals(text: "pl.Expr") -> "pl.Expr":
    """More digits behind the point than are kept, and not only zeros."""
    return text.str.contains(r"\.\d{6}\d*[1-9]").fill_null(False)


def total_minor(quantity: "pl.Expr", unit_price: "pl.Expr", currency: str) -> "pl.Expr":
    """quantity x unit_price in minor units, half-even; null when 64 bits cannot hold it."""
    import polars as pl

    product = _millionths(quantity) * _millionths(unit_price)
    divisor = pl.lit(10 ** (2 * DECIMALS - currency_exponent(currency)), dtype=pl.Int128)
    return _divide_half_even(product, divisor).cast(pl.Int64, strict=False)


def _millionths(number: "pl.Expr") -> "pl.Expr":
    import polars as pl

    return number.to_physical().cast(pl.Int128)


def _divide_half_even(number: "pl.Expr", divisor: "pl.Expr") -> "pl.Expr":
    """Floor, then up by one when the rest is over half, or is half and the floor is odd."""
    import polars as pl

    floor = number // divisor
    twice_the_rest = (number - floor * divisor) * 2
    odd = (floor % 2) != 0
    up = (twice_the_rest > divisor) | ((twice_the_rest == divisor) & odd)
    return floor + up.cast(pl.Int128)
