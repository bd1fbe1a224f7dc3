"""The history of a shop's orders, small enough to look back from many moments quickly.

A row is what one customer sold or sent back in one order at one instant. A sale that a return takes
back carries the moment of that return, so that looking back from before it the sale still counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.errors import NotPossible
from engine.features.known import cancellations, known_at

if TYPE_CHECKING:
    import ibis
    import polars as pl


@dataclass(frozen=True, eq=False)
class History:
    """`rows`: customer_id, order_id, at, day, sale, spend (minor units), products, cancelled_at;
    sorted by customer and time. Guests have none."""

    rows: "pl.DataFrame"
    zone: str

    @property
    def first(self) -> Moment:
        """Midnight of the first day with a sale."""
        import polars as pl

        days = self.rows.filter(pl.col("sale"))["day"]
        if days.is_empty():
            raise NotPossible("No customer has bought anything yet.")
        return Moment.midnight(days.min(), self.zone)  # type: ignore[arg-type]

    def until(self, moment: Moment) -> "History":
        """What was known at the moment: later rows are gone, later cancellations unknown."""
        import polars as pl

        known = self.rows.filter(pl.col("at") < moment.at)
        at = pl.col("cancelled_at")
        return replace(self, rows=known.with_columns(pl.when(at < moment.at).then(at)))

    def sample(self, most: int, seed: int) -> "History":
        """Of all customers, or of so many drawn from them."""
        import numpy as np

        customers = self.rows["customer_id"].unique().sort()
        if len(customers) <= most:
            return self
        return self.of(np.random.default_rng(seed).choice(customers, most, replace=False).tolist())

    def of(self, customers: Sequence[str]) -> "History":
        import polars as pl

        return replace(self, rows=self.rows.filter(pl.col("customer_id").is_in(list(customers))))


def read_history(transactions: "ibis.Table", until: Moment) -> History:
    """Everything known at `until`, from the canonical transactions."""
    import polars as pl

    marked = _with_cancellations(known_at(transactions, until))
    grouped = marked.group_by(
        "customer_id", "order_id", "occurred_at", "local_date", "sale", "cancelled_at"
    ).aggregate(
        spend=marked.total_minor.sum().cast("int64"),
        products=marked.product_id.nunique().cast("int32"),
    )
    rows = pl.DataFrame(grouped.to_pyarrow()).rename({"occurred_at": "at", "local_date": "day"})
    return History(rows.sort("customer_id", "at", "order_id", "sale", "cancelled_at"), until.zone)


def _with_cancellations(known: "ibis.Table") -> "ibis.Table":
    """Sales and returns of customers; of a sale also when a return took it back."""
    lines = known.filter(known.line_kind.isin(["sale", "return"]) & known.customer_id.notnull())
    taken = cancellations(lines)
    return lines.left_join(taken, lines.event_id == taken.sale_id).select(
        "customer_id",
        "order_id",
        "occurred_at",
        "local_date",
        "product_id",
        "total_minor",
        "cancelled_at",
        sale=lines.line_kind == "sale",
    )
