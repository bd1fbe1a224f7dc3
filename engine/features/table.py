"""The feature table: one row per customer as of a moment, from only what was known then.

Everything is one Ibis expression over the canonical transactions; DuckDB runs it where they lie.
A customer is in the table from the first kept sale on: a sale that no cancellation known by then
takes back. Guests have no row.
"""

from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.consent import EVERYBODY_IN, Consent
from engine.features.known import fetch, kept_sales, known_at, net_revenue

if TYPE_CHECKING:
    import ibis
    import pandas as pd


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


def feature_table(
    transactions: "ibis.Table", moment: Moment, consent: Consent = EVERYBODY_IN
) -> "pd.DataFrame":
    """Without those who had opted out by then: whatever profiles people starts from this table."""
    found = fetch(build_features(transactions, moment)).set_index("customer_id")
    return found[~found.index.isin(list(consent.opted_out(moment)))]
