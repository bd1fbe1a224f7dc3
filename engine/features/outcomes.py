"""What customers did after a moment: the truth that forecasts and segments are judged by."""

from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.features.known import fetch, kept_sales, known_at, net_revenue

if TYPE_CHECKING:
    import ibis
    import pandas as pd


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
