"""Quantity, price, discount and total of each line, exactly and in one currency.

A source gives the price of one, or the total of the row; the price of one is then the total by the
quantity, to six decimals, and the total stays as it was given.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.cleaning import rules as named
from engine.cleaning.amounts import converted, divided, minor_units, total_minor
from engine.cleaning.cells import Cells
from engine.cleaning.currencies import currency_of, rate_expression, settle_currency
from engine.cleaning.numbers import Numbers, read_numbers
from engine.cleaning.rules import CleaningRules
from engine.cleaning.worked import place_of_choice
from engine.concepts import Shop
from engine.errors import NeedsChoice
from engine.reading import Source

if TYPE_CHECKING:
    import polars as pl

_NUMBERS = ("quantity", "unit_price", "total", "discount")
_PER_ROW = ("line", "total")  # in the name of a discount that is taken off the whole row


def priced(
    cells: Mapping[str, Cells], source: Source, shop: Shop, rules: CleaningRules
) -> tuple["pl.DataFrame", str, dict[str, str]]:
    """quantity, unit_price, total and discount as numbers, with marks; the currency that they are
    in; and what was assumed. `counted`, `charged`: the row says how many, and for how much.
    """
    import polars as pl

    columns = {name: cells[name] for name in _NUMBERS if name in cells}
    if not columns:  # a sale among events, which give no price
        columns = {"unit_price": Cells.absent("unit_price", len(source.table))}
    try:
        numbers, assumed = read_numbers(columns, rules.decimal)
    except NeedsChoice as error:
        raise place_of_choice(error, source, columns) from error
    money = pl.DataFrame(
        [series for name, found in numbers.items() for series in _spread(name, found, shop)]
    )
    missing = [name for name in _NUMBERS if name not in numbers]
    money = money.with_columns(_nothing(name) for name in missing)
    money = money.with_columns(**_marks(money, cells), **_presence(cells))
    money, currency, said = _in_one_currency(money, cells, source, shop, rules)
    if "quantity" in missing:
        one = pl.when(pl.col("total") < 0).then(-1).otherwise(1).cast(pl.Decimal(18, 6))
        money = money.with_columns(quantity=one)
        assumed["quantity"] = "one of each: the source has no quantity"
    if "unit_price" in missing:
        assumed["unit_price"] = "the total of the row by its quantity, to six decimals"
    if "discount" in columns:
        money, assumed["discount"] = _with_discount(money, source, rules)
    return money.select(*_NUMBERS, *_KEPT), currency, assumed | said


_KEPT = ("counted", "charged", named.LONG_DECIMALS, named.WRITTEN_NUMBER, named.CONVERTED,
         named.UNREAD_VALUE)  # fmt: skip


def with_totals(rows: "pl.DataFrame", currency: str) -> "pl.DataFrame":
    """`amount` and `price` with their signs settled, and the total in minor units."""
    import polars as pl

    negative = pl.col("total") < 0
    by_total = pl.col("unit_price").is_null() & pl.col("total").is_not_null()
    many = pl.col("quantity") > 0
    cancelled = (pl.col("cancelling") & many).fill_null(False)
    turned = cancelled | (by_total & negative & many).fill_null(False)
    total = pl.when(pl.col("cancelling") & ~negative).then(-pl.col("total")).otherwise("total")
    rows = rows.with_columns(
        cancelled.alias(named.POSITIVE_CANCELLATION),
        amount=pl.when(turned).then(-pl.col("quantity")).otherwise("quantity"),
        price=pl.col("unit_price"),
    )
    net = pl.col("price") - pl.col("discount").fill_null(0)
    if rows["discount"].null_count() == len(rows):
        net = pl.col("price")
    computed = total_minor(pl.col("amount"), net, currency)
    if rows["total"].null_count() < len(rows):
        one = pl.coalesce(divided(total, pl.col("amount")), total)  # of a zero quantity: the total
        price = pl.when(by_total).then(one).otherwise("price")
        rows = rows.with_columns(price=price)
        computed = pl.when(by_total).then(minor_units(total, currency)).otherwise(computed)
    return rows.with_columns(total_minor=computed).drop("quantity", "unit_price", "total")


# ---- cells to numbers ----------------------------------------------------------------------------


def _spread(name: str, numbers: Numbers, shop: Shop) -> list["pl.Series"]:
    """The number, its currency and its marks for each row; beside a strange word it is none."""
    import polars as pl

    words = {sign: currency_of(sign, shop.currency) for sign in numbers.sign.drop_nulls().unique()}
    if name == "discount" and "%" in words:
        words["%"] = "%"
    meant = numbers.sign.replace_strict(words, default=None, return_dtype=pl.String)
    allowed = numbers.sign.is_null() | (meant.is_not_null() & (name != "quantity"))
    cells = numbers.cells
    marks = {"written": numbers.written & allowed, "long": numbers.long & allowed}
    value = numbers.value.set(~allowed, None)
    return [
        cells.spread(value).alias(name),
        cells.spread(meant).alias(f"{name} currency"),
        *(cells.marked(mark).alias(f"{name} {what}") for what, mark in marks.items()),
    ]


def _nothing(name: str) -> "pl.Expr":
    import polars as pl

    return pl.lit(None, dtype=pl.Decimal(18, 6)).alias(name)


def _marks(money: "pl.DataFrame", cells: Mapping[str, Cells]) -> dict[str, "pl.Expr"]:
    import polars as pl

    def any_of(what: str) -> pl.Expr:
        return pl.any_horizontal(name for name in money.columns if name.endswith(f" {what}"))

    unread = pl.lit(False)
    if "discount" in cells:
        unread = pl.Series(cells["discount"].codes.is_not_null()) & pl.col("discount").is_null()
    return {
        named.LONG_DECIMALS: any_of("long"),
        named.WRITTEN_NUMBER: any_of("written"),
        named.UNREAD_VALUE: unread,
    }


def _presence(cells: Mapping[str, Cells]) -> dict[str, "pl.Series | pl.Expr"]:
    import polars as pl

    def present(name: str) -> pl.Series | None:
        return cells[name].codes.is_not_null() if name in cells else None

    price, total = present("unit_price"), present("total")
    charged = total if price is None else price if total is None else price | total
    counted = present("quantity")
    return {
        "counted": pl.lit(True) if counted is None else counted,
        "charged": pl.lit(False) if charged is None else charged,
    }


# ---- one currency, one price ---------------------------------------------------------------------


def _in_one_currency(
    money: "pl.DataFrame",
    cells: Mapping[str, Cells],
    source: Source,
    shop: Shop,
    rules: CleaningRules,
) -> tuple["pl.DataFrame", str, dict[str, str]]:
    import polars as pl

    stated = [pl.col(f"{n} currency") for n in ("unit_price", "total") if n in cells]
    if "currency" in cells:
        own = cells["currency"]
        codes = [currency_of(text, shop.currency) or text.upper() for text in own.values]
        stated.insert(0, pl.lit(own.spread(pl.Series(codes, dtype=pl.String))))
    nothing = pl.repeat(None, len(money), dtype=pl.String, eager=True)
    code = money.select(pl.coalesce(*stated, nothing).alias("code"))["code"]
    counts: dict[str, int] = dict(code.drop_nulls().value_counts().iter_rows())
    currency, said = settle_currency(counts, shop.currency, rules.rates, source.name)
    foreign = (code != currency).fill_null(False)
    money = money.with_columns(foreign.alias(named.CONVERTED))
    if foreign.any():
        rate = rate_expression(pl.lit(code), currency, rules.rates)
        shares = pl.col("discount currency") == "%" if "discount" in cells else pl.lit(False)
        amounts = {name: converted(pl.col(name), rate) for name in ("unit_price", "total")}
        discount = pl.when(shares).then("discount").otherwise(converted(pl.col("discount"), rate))
        money = money.with_columns(**amounts, discount=discount)
    return money, currency, said


def _with_discount(
    money: "pl.DataFrame", source: Source, rules: CleaningRules
) -> tuple["pl.DataFrame", str]:
    """What comes off the price of one: as given, by the row's quantity, or a share of the price."""
    import polars as pl

    own = next(name for name, ours in source.mapping.items() if ours == "discount")
    per_row = any(word in own.casefold() for word in _PER_ROW)
    one = pl.col("discount").abs()
    if per_row:
        one = divided(one, pl.col("quantity").abs())
    share = (pl.col("discount").abs() * pl.col("unit_price") / 100).cast(pl.Decimal(18, 6))
    discount = pl.when(pl.col("discount currency") == "%").then(share).otherwise(one)
    money = money.with_columns(discount=discount)
    if rules.discounts == "included":
        listed = pl.col("unit_price") + pl.col("discount").fill_null(0)
        money = money.with_columns(unit_price=listed.cast(pl.Decimal(18, 6)))
    words = "of the whole row" if per_row else "of one"
    how = "is off the price already" if rules.discounts == "included" else "comes off the price"
    return money, f"'{own}' is the discount {words} and {how}"
