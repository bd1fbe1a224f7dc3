"""The feature table: one row per customer as of a moment, from only what was known then.

Everything is one Ibis expression over the canonical transactions; DuckDB runs it where they lie.
A customer is in the table from the first kept sale on: a sale that no cancellation known by then
takes back. Guests have no row.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.concepts import Moment
from engine.consent import EVERYBODY_IN, Consent

if TYPE_CHECKING:
    import ibis
    import pandas as pd

# A return takes a sale back when customer, product and quantity agree within this many days.
CANCEL_WITHIN_DAYS = 3


@dataclass(frozen=True)
class Feature:
    name: str
    meaning: str
    unit: Literal["days", "count", "money"]
    higher_is_better: bool
    live: Literal["sums", "sweep"]  # foldable event by event, or recomputed at sweeps


FEATURES: tuple[Feature, ...] = (
    Feature("recency", "shop days since the last kept sale", "days", False, "sweep"),
    Feature("frequency", "orders with at least one kept sale", "count", True, "sums"),
    Feature("monetary", "sales less returns, in minor units", "money", True, "sums"),
    Feature("tenure", "shop days since the first kept sale", "days", True, "sweep"),
)


@contextmanager
def open_transactions(files: Sequence[str]) -> Iterator["ibis.Table"]:
    """The canonical transactions of these Parquet files, as one lazy table."""
    import ibis

    connection = ibis.duckdb.connect()
    try:
        yield connection.read_parquet(list(files), union_by_name=True)
    finally:
        connection.disconnect()


def known_at(transactions: "ibis.Table", moment: Moment) -> "ibis.Table":
    return transactions.filter(transactions.occurred_at < moment.at)


def kept_sales(known: "ibis.Table") -> "ibis.Table":
    """Sales that no return in `known` takes back.

    A return takes back the latest matching sale before it, and a sale is taken back once. The
    rule looks only backwards, so a table cut at an earlier moment gives what was known then, and
    the order of loads does not matter: the mark is never stored, its `known_at` is the return.
    """
    import ibis

    sales = known.filter(known.line_kind == "sale")
    returns = known.filter(
        (known.line_kind == "return") & known.customer_id.notnull() & known.product_id.notnull()
    ).select(
        "customer_id",
        "product_id",
        taken=-known.quantity,
        return_id=known.event_id,
        returned_at=known.occurred_at,
    )
    pairs = sales.inner_join(
        returns,
        [
            sales.customer_id == returns.customer_id,
            sales.product_id == returns.product_id,
            sales.quantity == returns.taken,
            sales.occurred_at <= returns.returned_at,
            sales.occurred_at >= returns.returned_at - ibis.interval(days=CANCEL_WITHIN_DAYS),
        ],
    ).select(
        sale_id=sales.event_id,
        sold_at=sales.occurred_at,
        return_id=returns.return_id,
        returned_at=returns.returned_at,
    )
    latest_sale = ibis.row_number().over(
        group_by=pairs.return_id, order_by=[pairs.sold_at.desc(), pairs.sale_id]
    )
    pairs = pairs.mutate(nth_sale=latest_sale)
    pairs = pairs.filter(pairs.nth_sale == 0)
    cancelled = pairs.select("sale_id").distinct()
    return sales.anti_join(cancelled, sales.event_id == cancelled.sale_id)


def build_features(transactions: "ibis.Table", moment: Moment) -> "ibis.Table":
    """recency, frequency, monetary and tenure of every customer as of `moment`."""
    import ibis

    known = known_at(transactions, moment)
    sales = kept_sales(known)
    today = ibis.literal(moment.local_date)
    bought = (
        sales.filter(sales.customer_id.notnull())
        .group_by("customer_id")
        .aggregate(
            recency=lambda t: today.delta(t.local_date.max(), unit="day").cast("int32"),
            frequency=lambda t: t.order_id.nunique().cast("int32"),
            tenure=lambda t: today.delta(t.local_date.min(), unit="day").cast("int32"),
        )
    )
    money = net_revenue(known)
    return (
        bought.inner_join(money, "customer_id")
        .select("customer_id", "recency", "frequency", "monetary", "tenure")
        .order_by("customer_id")
    )


def net_revenue(lines: "ibis.Table") -> "ibis.Table":
    """Sales less returns per customer; lines that are no product do not count."""
    return (
        lines.filter(lines.line_kind.isin(["sale", "return"]) & lines.customer_id.notnull())
        .group_by("customer_id")
        .aggregate(monetary=lambda t: t.total_minor.sum().cast("int64"))
    )


def feature_table(
    transactions: "ibis.Table", moment: Moment, consent: Consent = EVERYBODY_IN
) -> "pd.DataFrame":
    """Without those who had opted out by then: whatever profiles people starts from this table."""
    found = fetch(build_features(transactions, moment)).set_index("customer_id")
    return found[~found.index.isin(list(consent.opted_out(moment)))]


def fetch(expression: "ibis.Table") -> "pd.DataFrame":
    found: pd.DataFrame = expression.to_pyarrow().to_pandas()
    return found


def later_outcomes(
    transactions: "ibis.Table", since: Moment, until: Moment, customers: "pd.Index[str]"
) -> "pd.DataFrame":
    """What these customers did in [since, until): `revenue` and whether they `bought` at all.

    A sale that was cancelled within the stretch is no purchase; this is what a person looking
    back from `until` sees.
    """
    known = known_at(transactions, until)
    sales = kept_sales(known)
    recent = sales.filter((sales.occurred_at >= since.at) & sales.customer_id.notnull())
    buyers = fetch(recent.select("customer_id").distinct())
    money = fetch(net_revenue(known.filter(known.occurred_at >= since.at)))
    found = money.set_index("customer_id")["monetary"].reindex(customers, fill_value=0)
    outcomes: pd.DataFrame = found.rename("revenue").to_frame()
    outcomes["bought"] = outcomes.index.isin(buyers["customer_id"])
    return outcomes


def revenue_until(transactions: "ibis.Table", moment: Moment) -> int:
    """Sales less returns of the whole shop, guests included, in minor units."""
    known = known_at(transactions, moment)
    goods = known.line_kind.isin(["sale", "return"])
    found = fetch(known.aggregate(revenue=known.total_minor.sum(where=goods).fill_null(0)))
    return int(found["revenue"][0])


@dataclass(frozen=True)
class Totals:
    """What a dataset holds up to a moment; money in minor units."""

    rows: int
    customers: int
    orders: int
    products: int
    revenue: int
    gross_revenue: int
    guest_revenue: int
    first_day: str
    last_day: str


def dataset_totals(transactions: "ibis.Table", moment: Moment) -> Totals:
    known = known_at(transactions, moment)
    sales = kept_sales(known)
    sold = fetch(
        sales.aggregate(
            customers=sales.customer_id.nunique(),
            orders=sales.order_id.concat("|", sales.customer_id.fill_null("")).nunique(),
            products=sales.product_id.nunique(),
            first_day=sales.local_date.min().cast("string"),
            last_day=sales.local_date.max().cast("string"),
        )
    )
    goods = known.line_kind.isin(["sale", "return"])
    money = fetch(
        known.aggregate(
            rows=known.count(),
            revenue=known.total_minor.sum(where=goods).fill_null(0),
            gross=known.total_minor.sum(where=known.line_kind == "sale").fill_null(0),
            guests=known.total_minor.sum(where=goods & known.customer_id.isnull()).fill_null(0),
        )
    )
    return Totals(
        rows=int(money["rows"][0]),
        customers=int(sold["customers"][0]),
        orders=int(sold["orders"][0]),
        products=int(sold["products"][0]),
        revenue=int(money["revenue"][0]),
        gross_revenue=int(money["gross"][0]),
        guest_revenue=int(money["guests"][0]),
        first_day=str(sold["first_day"][0]),
        last_day=str(sold["last_day"][0]),
    )
