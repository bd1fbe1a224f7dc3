"""What a dataset holds as a whole, up to a moment."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.features.known import fetch, kept_sales, known_at

if TYPE_CHECKING:
    import ibis


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
