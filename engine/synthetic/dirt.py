"""What a real export holds besides clean sales, planted and remembered row by row.

Shares are about those of the UCI Online Retail files. Rows are only added, or written differently:
what the customers really bought stays in the file as it was. Each row remembers in `marks` why it
is not clean, under the names of the cleaning rules, so that a ledger can be compared; lines that
are kept as they are (postage, cancelled) are remembered too.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.cleaning.rules import (
    COUNTRY_ALIAS,
    EXACT_DUPLICATE,
    FLOAT_ID,
    LOWER_CASE_CODE,
    MISSING_CUSTOMER,
    MISSING_DATE,
    MISSING_PRICE,
    MISSING_QUANTITY,
    NEGATIVE_PRICE,
    PADDED_TEXT,
    POSITIVE_CANCELLATION,
    TEST_ROW,
    UNPARSABLE_DATE,
    ZERO_PRICE,
    ZERO_QUANTITY,
)
from engine.synthetic.purchases import DAY

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

POSTAGE = "postage line"
CANCELLED = "cancelled line"

_SHARES = {
    MISSING_CUSTOMER: 0.28,  # of orders, on top: about a fifth of all rows
    CANCELLED: 0.03,  # of orders
    POSTAGE: 0.05,  # of orders
    ZERO_PRICE: 0.006,  # of rows, from here on
    NEGATIVE_PRICE: 0.00001,
    TEST_ROW: 0.00003,
    MISSING_DATE: 0.0001,
    UNPARSABLE_DATE: 0.0001,
    MISSING_QUANTITY: 0.0001,
    ZERO_QUANTITY: 0.0002,
    MISSING_PRICE: 0.0002,
    PADDED_TEXT: 0.19,
    FLOAT_ID: 0.05,
    LOWER_CASE_CODE: 0.003,
    POSITIVE_CANCELLATION: 0.03,  # of cancelled rows
    EXACT_DUPLICATE: 0.011,
}
_UNUSABLE = (ZERO_PRICE, NEGATIVE_PRICE, TEST_ROW, MISSING_DATE, UNPARSABLE_DATE,
             MISSING_QUANTITY, ZERO_QUANTITY, MISSING_PRICE)  # fmt: skip
REASONS = (*_SHARES, COUNTRY_ALIAS)
_ALIASES = {"Ireland": "EIRE", "South Africa": "RSA", "United States": "USA"}
_ALIAS_SHARE = 0.5  # of the rows of those countries


def mark(reason: str) -> int:
    """The bit of `marks` that says this reason."""
    return 1 << REASONS.index(reason)


def marked(reason: str) -> "pl.Expr":
    import polars as pl

    return (pl.col("marks") & mark(reason)) != 0


def planted_rows(rows: "pl.DataFrame") -> "pl.DataFrame":
    """row (from 1, without the heading) and reason, for every row that is not clean."""
    import polars as pl

    numbered = rows.select("marks", row=pl.int_range(1, pl.len() + 1))
    return pl.concat(
        [numbered.filter(marked(r)).select("row", reason=pl.lit(r)) for r in REASONS]
    ).sort("row", maintain_order=True)


@dataclass
class Dirt:
    """Plants one kind after another, each in rows that are marked with it."""

    rng: "np.random.Generator"
    last_second: int
    next_order: int

    def add_orders(self, lines: "pl.DataFrame") -> "pl.DataFrame":
        """More orders and lines, before orders get their numbers."""
        import polars as pl

        mistaken = self._mistaken(lines)
        lines = pl.concat([lines, self._guests(lines)])
        lines = pl.concat([lines, self._postage(lines)])
        return pl.concat([lines, mistaken, *self._unusable(lines)])

    def spoil(self, rows: "pl.DataFrame") -> "pl.DataFrame":
        """Rows written carelessly, and rows written twice; the order of rows is kept."""
        import polars as pl

        unusable = sum(map(mark, _UNUSABLE))
        usable = (pl.col("marks") & unusable) == 0
        goods = usable & (pl.col("product_id") != "POST")
        text = pl.col("product")
        rows = self._rewritten(rows, LOWER_CASE_CODE, goods, product_id=pl.col("product_id")
                               .str.to_lowercase())  # fmt: skip
        rows = self._rewritten(rows, PADDED_TEXT, goods, product=pl.format("{}  ", text))
        named = usable & pl.col("customer_id").is_not_null()
        floated = pl.format("{}.0", "customer_id")
        rows = self._rewritten(rows, FLOAT_ID, named, customer_id=floated)
        abroad = usable & pl.col("country").is_in(list(_ALIASES))
        alias = pl.col("country").replace(_ALIASES)
        rows = self._rewritten(rows, COUNTRY_ALIAS, abroad, country=alias)
        back = pl.col("quantity").abs()
        rows = self._rewritten(rows, POSITIVE_CANCELLATION, marked(CANCELLED), quantity=back)
        return self._repeated(rows, usable)

    # ---- more orders -------------------------------------------------------------------------

    def _guests(self, lines: "pl.DataFrame") -> "pl.DataFrame":
        """Orders like those of known customers, on other days, of people who gave no name."""
        import polars as pl

        orders = self._some_orders(lines, _SHARES[MISSING_CUSTOMER])
        days = self.rng.integers(-20, 21, len(orders))
        moved = orders.with_columns(pl.Series("moved", days) * DAY)
        guests = self._copied(lines, moved).with_columns(customer_id=pl.lit(None, dtype=pl.String))
        guests = _with_mark(guests, MISSING_CUSTOMER)
        clock = pl.col("second") % DAY
        inside = pl.col("second").clip(0, self.last_second) // DAY * DAY + clock
        return guests.with_columns(second=inside)

    def _mistaken(self, lines: "pl.DataFrame") -> "pl.DataFrame":
        """An order placed by mistake before the one that stands, cancelled minutes later."""
        import polars as pl

        orders = self._some_orders(lines, _SHARES[CANCELLED])
        earlier = -60 * self.rng.integers(30, 60, len(orders))
        placed = self._copied(lines, orders.with_columns(pl.Series("moved", earlier)))
        minutes = 60 * (2 + placed["order"].to_numpy() % 20)
        cancelling = placed.with_columns(
            second=pl.col("second") + pl.Series(minutes),
            quantity=-pl.col("quantity"),
        )
        return pl.concat([placed, _with_mark(cancelling, CANCELLED)])

    def _postage(self, lines: "pl.DataFrame") -> "pl.DataFrame":
        import polars as pl

        orders = self._some_orders(lines, _SHARES[POSTAGE])
        last = lines.group_by("order", maintain_order=True).last()
        postage = last.join(orders, on="order", how="semi", maintain_order="left")
        postage = postage.with_columns(
            line=pl.col("line") + 1,
            product_id=pl.lit("POST"),
            product=pl.lit("Postage"),
            category=pl.lit(None, dtype=pl.String),
            quantity=pl.lit(1, pl.Int64),
            pence=pl.lit(495, pl.Int64),
            discount=pl.lit(0, pl.Int64),
        )
        return _with_mark(postage, POSTAGE)

    def _unusable(self, lines: "pl.DataFrame") -> list["pl.DataFrame"]:
        """Stock corrections, bad debt and tests: rows of nobody, each with a number of its own.

        What has no date gets one here and loses it when it is written: it has a place in the file.
        """
        import polars as pl

        nothing, zero = pl.lit(None, pl.Int64), pl.lit(0, pl.Int64)
        debt = {"product": pl.lit("Adjust bad debt"), "product_id": pl.lit("B")}
        test = {"product": pl.lit("This is a test product"), "product_id": pl.lit("TEST001")}
        changed: dict[str, dict[str, pl.Expr]] = {
            ZERO_PRICE: {"pence": zero, "discount": zero},
            NEGATIVE_PRICE: {"pence": -pl.col("pence"), "discount": zero} | debt,
            TEST_ROW: test,
            MISSING_DATE: {},
            UNPARSABLE_DATE: {},
            MISSING_QUANTITY: {"quantity": nothing},
            ZERO_QUANTITY: {"quantity": zero},
            MISSING_PRICE: {"pence": nothing},
        }
        return [self._stray(lines, reason).with_columns(**changed[reason]) for reason in _UNUSABLE]

    def _stray(self, lines: "pl.DataFrame", reason: str) -> "pl.DataFrame":
        import polars as pl

        sales = lines.filter(pl.col("quantity") > 0)
        stray = sales[self._some(len(sales), _SHARES[reason])]
        return stray.with_columns(
            order=self._new_orders(len(stray)),
            line=pl.lit(1, pl.Int64),
            customer_id=pl.lit(None, dtype=pl.String),
            marks=pl.lit(mark(reason), pl.Int64),
        )

    def _some_orders(self, lines: "pl.DataFrame", share: float) -> "pl.DataFrame":
        import polars as pl

        orders = lines.filter(pl.col("quantity") > 0).select(
            pl.col("order").unique(maintain_order=True)
        )
        return orders[self._some(len(orders), share)]

    def _new_orders(self, count: int) -> "pl.Series":
        import polars as pl

        first, self.next_order = self.next_order, self.next_order + count
        return pl.int_range(first, first + count, eager=True)

    def _copied(self, lines: "pl.DataFrame", orders: "pl.DataFrame") -> "pl.DataFrame":
        """The lines of those orders under new numbers, `moved` seconds away."""
        import polars as pl

        numbered = orders.with_columns(new=self._new_orders(len(orders)))
        copied = lines.join(numbered, on="order", maintain_order="left")
        return copied.with_columns(order="new", second=pl.col("second") + pl.col("moved")).select(
            lines.columns
        )

    # ---- careless writing --------------------------------------------------------------------

    def _rewritten(
        self, rows: "pl.DataFrame", reason: str, where: "pl.Expr", **values: "pl.Expr"
    ) -> "pl.DataFrame":
        import polars as pl

        share = _SHARES.get(reason, _ALIAS_SHARE)
        candidates = rows.select(where.fill_null(False).arg_true()).to_series()
        chosen = candidates[self._some(len(candidates), share)]
        values["marks"] = pl.col("marks") | mark(reason)
        here = pl.int_range(pl.len()).is_in(chosen.implode())
        return rows.with_columns(
            **{name: pl.when(here).then(value).otherwise(name) for name, value in values.items()}
        )

    def _repeated(self, rows: "pl.DataFrame", usable: "pl.Expr") -> "pl.DataFrame":
        """The copy comes right after; its only fault is that it is one."""
        import numpy as np
        import polars as pl

        candidates = rows.select(usable.arg_true()).to_series().to_numpy()
        chosen = candidates[self._some(len(candidates), _SHARES[EXACT_DUPLICATE])]
        order = np.sort(np.concatenate([np.arange(len(rows)), chosen]))
        copy = pl.Series(np.concatenate([[False], order[1:] == order[:-1]]))
        only = pl.lit(mark(EXACT_DUPLICATE), pl.Int64)
        return rows[pl.Series(order)].with_columns(
            marks=pl.when(copy).then(only).otherwise("marks")
        )

    def _some(self, count: int, share: float) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """Positions of at least one, when there is one to choose."""
        import numpy as np

        wanted = min(count, max(1, round(count * share)))
        return np.sort(self.rng.choice(count, size=wanted, replace=False))


def _with_mark(rows: "pl.DataFrame", reason: str) -> "pl.DataFrame":
    import polars as pl

    return rows.with_columns(marks=pl.col("marks") | mark(reason))
