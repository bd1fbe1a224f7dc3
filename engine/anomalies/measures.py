"""What is measured of every customer to tell whether something is out of the ordinary.

Each measure sets the most extreme thing a customer did beside what this customer usually does: the
largest order beside the others, the busiest day beside the others, the longest silence beside the
other gaps. Whoever has hardly a past of their own is measured by the shop's, in the measure in
which their own is missing. Sales count here whether or not they were taken back later, for an
order that is sent back was placed all the same.
"""

from typing import TYPE_CHECKING

from engine.anomalies.habits import place_measures, streak_measures
from engine.concepts import Moment
from engine.consent import EVERYBODY_IN, Consent
from engine.features import Records, fetch

if TYPE_CHECKING:
    import ibis
    import pandas as pd

# The shop's mean counts as so many orders, lines, days or gaps of the customer's own.
SHOP_TIMES = 2
_LEAST_PRICE = 0.01  # what is given away counts as nearly so


def measure_customers(
    records: Records, moment: Moment, consent: Consent = EVERYBODY_IN
) -> "pd.DataFrame":
    """One row per customer with a sale, by customer_id; what is not known of one is missing.

    Those who had opted out are left out, after the shop's usual was found with them.
    """
    known = records.until(moment)
    parts = [
        order_measures, line_measures, return_measures, day_measures, gap_measures,
        place_measures, streak_measures,
    ]  # fmt: skip
    if known.events is not None:
        parts.append(web_measures)
    found = fetch(parts[0](known)).set_index("customer_id")
    for part in parts[1:]:
        found = found.join(fetch(part(known)).set_index("customer_id"))
    found["lines_returned"] = found["lines_returned"].fillna(0)
    lines = found[["lines_sold", "lines_returned"]].max(axis=1)  # some came back from before
    found["returned_share"] = found["lines_returned"] / lines
    return found[~found.index.isin(list(consent.opted_out(moment)))].sort_index()


def order_measures(records: Records) -> "ibis.Table":
    """The largest order, when it was, and what an order of this customer is worth otherwise.

    "Otherwise" is the geometric mean: one more large order does not move it far.
    """
    orders = _orders(records)
    found = orders.group_by("customer_id").aggregate(
        orders=orders.count(),
        largest_order=orders.worth.max(),
        largest_on=orders.day.argmax(orders.worth),
        total=orders.log_worth.sum(),
        most=orders.log_worth.max(),
    )
    otherwise = _otherwise(found, "orders").exp()
    return found.mutate(usual_order=otherwise).drop("total", "most")


def line_measures(records: Records) -> "ibis.Table":
    """Pieces of one product in one line, and the price of one beside what others pay for it."""
    sales = _priced(records)
    step = sales.price_step.abs()
    found = sales.group_by("customer_id").aggregate(
        lines_sold=sales.count(),
        most_pieces=sales.quantity.max(),
        pieces_on=sales.local_date.argmax(sales.quantity),
        price_ratio=sales.price_step.argmax(step).exp(),
        priced_on=sales.local_date.argmax(step),
        total=sales.log_pieces.sum(),
        most=sales.log_pieces.max(),
    )
    otherwise = _otherwise(found, "lines_sold").exp()
    return found.mutate(usual_pieces=otherwise).drop("total", "most")


def return_measures(records: Records) -> "ibis.Table":
    """Lines sent back, and the latest day on which any was."""
    goods = records.goods
    returns = goods.filter(goods.line_kind == "return")
    return returns.group_by("customer_id").aggregate(
        lines_returned=returns.count(), returned_on=returns.local_date.max()
    )


def day_measures(records: Records) -> "ibis.Table":
    """The busiest day, and how many orders a day this customer places otherwise."""
    days = _days(records)
    found = days.group_by("customer_id").aggregate(
        order_days=days.count(),
        most=days.orders.max(),
        busiest_on=days.local_date.argmax(days.orders),
        total=days.orders.sum(),
    )
    otherwise = _otherwise(found, "order_days")
    return found.mutate(usual_day=otherwise).rename(busiest_day="most").drop("total")


def gap_measures(records: Records) -> "ibis.Table":
    """The longest silence between two days with orders, and what came on the day it ended."""
    days = _days(records)
    before = days.local_date.lag().over(group_by=days.customer_id, order_by=days.local_date)
    gaps = days.mutate(gap=days.local_date.delta(before, unit="day").cast("int64"))
    gaps = gaps.filter(gaps.gap.notnull())
    found = gaps.group_by("customer_id").aggregate(
        gaps=gaps.count(),
        most=gaps.gap.max(),
        woke_on=gaps.local_date.argmax(gaps.gap),
        woken_orders=gaps.orders.argmax(gaps.gap),
        total=gaps.gap.sum(),
    )
    otherwise = _otherwise(found, "gaps")
    return found.mutate(usual_gap=otherwise).rename(longest_gap="most").drop("total")


def web_measures(records: Records) -> "ibis.Table":
    """The most products looked at within an hour of the clock, and how many otherwise."""
    events = records.need("events")
    views = events.filter((events.action == "view") & events.customer_id.notnull())
    hours = views.group_by("customer_id", "local_date", "local_hour").aggregate(views=views.count())
    found = hours.group_by("customer_id").aggregate(
        hours=hours.count(),
        most=hours.views.max(),
        fastest_on=hours.local_date.argmax(hours.views),
        total=hours.views.sum(),
    )
    otherwise = _otherwise(found, "hours")
    return found.mutate(usual_hour=otherwise).rename(fastest_hour="most").drop("total")


def _otherwise(found: "ibis.Table", count: str) -> "ibis.Value":
    """The mean of all but the most, as if the shop's mean had been seen SHOP_TIMES besides."""
    shop = found.aggregate(usual=found.total.sum() / found[count].sum()).usual.as_scalar()
    return (found.total - found.most + SHOP_TIMES * shop) / (found[count] - 1 + SHOP_TIMES)


def _orders(records: Records) -> "ibis.Table":
    sales = records.sales
    orders = sales.group_by("customer_id", "order_id").aggregate(
        worth=sales.total_minor.sum().cast("int64"), day=sales.local_date.min()
    )
    return orders.mutate(log_worth=_log(orders.worth))


def _days(records: Records) -> "ibis.Table":
    sales = records.sales
    return sales.group_by("customer_id", "local_date").aggregate(orders=sales.order_id.nunique())


def _priced(records: Records) -> "ibis.Table":
    """Sales with the step from what the product usually costs to what was paid."""
    import ibis

    sales = records.sales
    price = sales.unit_price.cast("float64")
    sales = sales.mutate(
        log_pieces=_log(sales.quantity), log_price=ibis.greatest(price, _LEAST_PRICE).ln()
    )
    products = sales.group_by("product_id").aggregate(usual_price=sales.log_price.median())
    priced = sales.left_join(products, "product_id")
    return priced.mutate(price_step=(priced.log_price - priced.usual_price).fill_null(0.0))


def _log(amount: "ibis.Column") -> "ibis.Value":
    """Of nothing, or less, as of one."""
    import ibis

    return ibis.greatest(amount.cast("float64"), 1.0).ln()
