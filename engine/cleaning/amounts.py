"""Numbers multiplied exactly: never a float between a price and its minor units.

A quantity and a price keep six decimals (DECIMAL(18, 6), so fewer than thirteen digits before
the point); as integers of millionths each is below 10**18, their product below 10**36, and
128 bits hold 1.7 * 10**38. What a cell says is read in numbers.py.
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

    product = millionths(quantity) * millionths(unit_price)
    divisor = 10 ** (2 * DECIMALS - currency_exponent(currency))
    return divide_half_even(product, pl.lit(divisor, dtype=pl.Int128)).cast(pl.Int64, strict=False)


def minor_units(amount: "pl.Expr", currency: str) -> "pl.Expr":
    """An amount in minor units, half-even."""
    import polars as pl

    divisor = pl.lit(10 ** (DECIMALS - currency_exponent(currency)), dtype=pl.Int128)
    return divide_half_even(millionths(amount), divisor).cast(pl.Int64, strict=False)


def divided(total: "pl.Expr", quantity: "pl.Expr") -> "pl.Expr":
    """The price of one: total / quantity to six decimals, half-even; null for a quantity of 0."""
    import polars as pl

    below = pl.when(quantity != 0).then(millionths(quantity))
    sign = pl.when(below < 0).then(-1).otherwise(1).cast(pl.Int128)
    above = millionths(total) * pl.lit(10**DECIMALS, dtype=pl.Int128)
    return from_millionths(divide_half_even(above * sign, below * sign))


def converted(amount: "pl.Expr", billionths: "pl.Expr") -> "pl.Expr":
    """An amount times a rate in billionths, to six decimals, half-even."""
    import polars as pl

    whole = pl.lit(10**9, dtype=pl.Int128)
    return from_millionths(divide_half_even(millionths(amount) * billionths, whole))


def millionths(number: "pl.Expr") -> "pl.Expr":
    import polars as pl

    return number.to_physical().cast(pl.Int128)


def from_millionths(number: "pl.Expr") -> "pl.Expr":
    """Null when it is too long for a price."""
    import polars as pl

    whole = number.cast(pl.Decimal(38, 0), strict=False).cast(
        pl.Decimal(38, DECIMALS), strict=False
    )
    millionth = pl.lit("0.000001").cast(pl.Decimal(18, DECIMALS))
    return (whole * millionth).cast(pl.Decimal(18, DECIMALS), strict=False)


def divide_half_even(number: "pl.Expr", divisor: "pl.Expr") -> "pl.Expr":
    """Floor, then up by one when the rest is over half, or is half and the floor is odd.

    `divisor` is above 0.
    """
    import polars as pl

    floor = number // divisor
    twice_the_rest = (number - floor * divisor) * 2
    odd = (floor % 2) != 0
    up = (twice_the_rest > divisor) | ((twice_the_rest == divisor) & odd)
    return floor + up.cast(pl.Int128)
