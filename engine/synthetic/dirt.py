"""What a real export holds besides clean sales, planted in known numbers.

Shares are about those of the UCI Online Retail files. Rows are only added, or written differently:
what the customers really bought stays in the file as it was. The counts use the names of the
cleaning rules, so that a ledger can be compared with them; lines that are kept as they are
(postage, cancelled) are counted too.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.cleaning.rules import (
    COUNTRY_ALIAS,
    EXACT_DUPLICATE,
    FLOAT_ID,
    LOWER_CASE_CODE,
    MISSING_CUSTOMER,
    NEGATIVE_PRICE,
    PADDED_TEXT,
    TEST_ROW,
    ZERO_PRICE,
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
    PADDED_TEXT: 0.19,
    FLOAT_ID: 0.05,
    LOWER_CASE_CODE: 0.003,
    EXACT_DUPLICATE: 0.011,
}
_ALIASES = {"Ireland": "EIRE", "South Africa": "RSA", "United States": "USA"}
_ALIAS_SHARE = 0.5  # of the rows of those countries


@dataclass
class Dirt:
    """Plants one kind after another and counts the rows of each."""

    rng: "np.random.Generator"
    last_second: int
    next_order: int
    planted: dict[str, int] = field(default_factory=dict)

    def add_orders(self, lines: "pl.DataFrame") -> "pl.DataFrame":
        """More orders and lines, before orders get their numbers. Adds the column `cancels`."""
        import polars as pl

        lines = lines.with_columns(cancels=pl.lit(False))
        mistaken = self._mistaken(lines)
        lines = pl.concat([lines, self._guests(lines)])
        lines = pl.concat([lines, self._postage(lines)])
        return pl.concat([lines, mistaken, *self._unusable(lines)])

    def spoil(self, rows: "pl.DataFrame") -> "pl.DataFrame":
        """Rows written carelessly, and rows written twice; the order of rows is kept."""
        import polars as pl

        usable = (pl.col("pence") > 0) & ~pl.col("product_id").str.starts_with("TEST")
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
        return self._repeated(rows, usable)

    # ---- more orders -------------------------------------------------------------------------

    def _guests(self, lines: "pl.DataFrame") -> "pl.DataFrame":
        """Orders like those of known customers, on other days, of people who gave no name."""
        import polars as pl

        orders = self._some_orders(lines, _SHARES[MISSING_CUSTOMER])
        days = self.rng.integers(-20, 21, len(orders))
        moved = orders.with_columns(pl.Series("moved", days) * DAY)
        guests = self._copied(lines, moved).with_columns(customer_id=pl.lit(None, dtype=pl.String))
        clock = pl.col("second") % DAY
        inside = pl.col("second").clip(0, self.last_second) // DAY * DAY + clock
        return self._counted(MISSING_CUSTOMER, guests.with_columns(second=inside))

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
            cancels=pl.lit(True),
        )
        return pl.concat([placed, self._counted(CANCELLED, cancelling)])

    def _postage(self, lines: "pl.DataFrame") -> "pl.DataFrame":
        import polars as pl

        orders = self._some_orders(lines, _SHARES[POSTAGE])
        last = lines.group_by("order", maintain_order=True).last()
        postage = last.join(orders, on="order", how="semi", maintain_order="left")
        guests = int(postage["customer_id"].null_count())
        self.planted[MISSING_CUSTOMER] = self.planted.get(MISSING_CUSTOMER, 0) + guests
        return self._counted(
            POSTAGE,
            postage.with_columns(
                line=pl.col("line") + 1,
                product_id=pl.lit("POST"),
                product=pl.lit("Postage"),
                category=pl.lit(None, dtype=pl.String),
                quantity=pl.lit(1, pl.Int64),
                pence=pl.lit(495, pl.Int64),
            ),
        )

    def _unusable(self, lines: "pl.DataFrame") -> list["pl.DataFrame"]:
        """Stock corrections, bad debt and tests: rows of nobody, each with a number of its own."""
        import polars as pl

        zero = self._stray(lines, ZERO_PRICE).with_columns(pence=pl.lit(0, pl.Int64))
        debt = self._stray(lines, NEGATIVE_PRICE).with_columns(
            product_id=pl.lit("B"), product=pl.lit("Adjust bad debt"), pence=-pl.col("pence")
        )
        test = self._stray(lines, TEST_ROW).with_columns(
            product_id=pl.lit("TEST001"), product=pl.lit("This is a test product")
        )
        return [zero, debt, test]

    def _stray(self, lines: "pl.DataFrame", reason: str) -> "pl.DataFrame":
        import polars as pl

        sales = lines.filter(pl.col("quantity") > 0)
        stray = sales[self._some(len(sales), _SHARES[reason])]
        stray = stray.with_columns(
            order=self._new_orders(len(stray)),
            line=pl.lit(1, pl.Int64),
            customer_id=pl.lit(None, dtype=pl.String),
        )
        return self._counted(reason, stray)

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
        marked = pl.int_range(pl.len()).is_in(chosen.implode())
        self.planted[reason] = len(chosen)
        return rows.with_columns(
            **{name: pl.when(marked).then(value).otherwise(name) for name, value in values.items()}
        )

    def _repeated(self, rows: "pl.DataFrame", usable: "pl.Expr") -> "pl.DataFrame":
        import numpy as np
        import polars as pl

        candidates = rows.select(usable.arg_true()).to_series().to_numpy()
        chosen = candidates[self._some(len(candidates), _SHARES[EXACT_DUPLICATE])]
        self.planted[EXACT_DUPLICATE] = len(chosen)
        return rows[pl.Series(np.sort(np.concatenate([np.arange(len(rows)), chosen])))]

    def _some(self, count: int, share: float) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """Positions of at least one, when there is one to choose."""
        import numpy as np

        wanted = min(count, max(1, round(count * share)))
        return np.sort(self.rng.choice(count, size=wanted, replace=False))

    def _counted(self, reason: str, rows: "pl.DataFrame") -> "pl.DataFrame":
        self.planted[reason] = self.planted.get(reason, 0) + len(rows)
        return rows
