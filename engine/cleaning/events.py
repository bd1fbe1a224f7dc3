"""Source rows to what people did: looked at, put in carts, searched for.

A row that sells (purchase, order, buy) is a line of an order and goes to the transactions.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.cleaning import rules as named
from engine.cleaning.cells import Cells
from engine.cleaning.mending import mend_codes, mend_ids
from engine.cleaning.money import priced
from engine.cleaning.rules import CleaningRules
from engine.cleaning.words import ACTIONS, meant, unlike
from engine.cleaning.worked import Worked, cells_of, first_reason, moment_columns, with_times
from engine.concepts import Shop
from engine.reading import Source

if TYPE_CHECKING:
    import polars as pl

_TEXTS = ("product", "category", "brand", "session_id", "channel")


def is_purchase(source: Source) -> "pl.Series":
    import polars as pl

    if "action" not in source.mapping.values():
        return pl.repeat(False, len(source.table), dtype=pl.Boolean, eager=True)
    cells = Cells.of(source.rows["action"].str.strip_chars())
    return cells.marked((meant(cells, ACTIONS, "_") == "purchase").fill_null(False))


def work_events(source: Source, shop: Shop, now: datetime, rules: CleaningRules) -> Worked:
    import polars as pl

    cells, padded = cells_of(source)
    cells = with_times(cells)
    for name in ("customer_id", "product_id", "action", "minutes", *_TEXTS):
        cells.setdefault(name, Cells.absent(name, len(source.table)))
    moments, assumed = moment_columns(cells, source, shop.zone, rules)
    customers, floats = mend_ids(cells["customer_id"])
    products, lower = mend_codes(mend_ids(cells["product_id"], powers=False)[0])
    actions = _actions(cells["action"])
    prices, unread, shop, said = _prices(cells, source, shop, rules)
    minutes = cells["minutes"].values.str.replace(",", ".", literal=True)
    spent = cells["minutes"].spread(_finite(minutes))
    rows = pl.DataFrame([
        *moments.values(), padded, prices,
        *(cells[name].texts().alias(name) for name in _TEXTS),
        customers.texts().alias("customer_id"), products.texts().alias("product_id"),
        cells["action"].spread(actions).alias("action"), spent.alias("minutes"),
    ]).with_columns(
        floats.alias(named.FLOAT_ID),
        lower.alias(named.LOWER_CASE_CODE),
        (unread | (cells["minutes"].codes.is_not_null() & spent.is_null()))
        .alias(named.UNREAD_VALUE),
        cells["action"].marked(unlike(cells["action"].values, actions)).alias(named.OTHER_WORD),
        customers.codes.is_null().alias("anonymous"),
    )  # fmt: skip
    rows = rows.with_columns(first_reason(_drop_conditions(now, rules), rules))
    anonymous = int((rows["anonymous"] & rows["reason"].is_null()).sum())
    noted = {named.ANONYMOUS: anonymous} if anonymous else {}
    return Worked(rows, shop, assumed | said, noted)


def _drop_conditions(now: datetime, rules: CleaningRules) -> dict[str, "pl.Expr"]:
    import polars as pl

    conditions = {
        named.MISSING_DATE: ~pl.col("dated"),
        named.UNPARSABLE_DATE: pl.col("moment").is_null(),
        named.FUTURE_DATE: pl.col("moment") > now + timedelta(days=1),
        named.MISSING_ACTION: pl.col("action").is_null(),
    }
    if rules.guests == "drop":
        conditions[named.NO_CUSTOMER] = pl.col("anonymous")
    return conditions


def _actions(actions: Cells) -> "pl.Series":
    """Our word where we have one, else theirs in small letters with underscores."""
    import polars as pl

    own = actions.values.str.to_lowercase().str.replace_all(r"[\s-]+", "_")
    return pl.select(pl.coalesce(meant(actions, ACTIONS, "_"), own).alias("action"))["action"]


def _prices(
    cells: dict[str, Cells], source: Source, shop: Shop, rules: CleaningRules
) -> tuple["pl.Series", "pl.Series", Shop, dict[str, str]]:
    """The prices, which rows hold one that cannot be read, and the shop with its currency."""
    import polars as pl

    if "unit_price" not in cells:
        nothing = pl.repeat(None, len(source.table), dtype=pl.Decimal(18, 6), eager=True)
        return nothing.alias("price"), nothing.is_not_null(), shop, {}
    names = ("unit_price", "currency")
    money_cells: dict[str, Cells] = {name: cells[name] for name in names if name in cells}
    money, currency, said = priced(money_cells, source, shop, rules)
    price = money["unit_price"].alias("price")
    said = {topic: words for topic, words in said.items() if topic != "quantity"}
    unread = cells["unit_price"].codes.is_not_null() & price.is_null()
    return price, unread, replace(shop, currency=currency), said


def _finite(text: "pl.Series") -> "pl.Series":
    import polars as pl

    number = text.cast(pl.Float64, strict=False)
    return number.set(~(number.is_finite() & (number >= 0)), None)
