"""The days between a customer's orders, and whether the next one is overdue."""

from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.features.definition import Definition, Part, Ratio
from engine.features.feature import Feature
from engine.features.records import Records

if TYPE_CHECKING:
    import ibis

# A customer's usual gap is theirs and this many of the shop's mean gap, taken together.
SHOP_GAPS = 2

RHYTHM = (
    Definition(
        Feature("order_days", "days with an order", "count", True, "rhythm", "sweep",
                says="have bought on {} days"),
    ),
    Definition(
        Feature("gap_mean", "days from one day with an order to the next, mean", "days", False,
                "rhythm", "sweep",
                says="buy again after {} on average"),
        Ratio("span", "gaps"),
    ),
    Definition(
        Feature("gap_variation", "deviation of these gaps divided by their mean: 0 is clockwork",
                "ratio", False, "rhythm", "sweep",
                says="have a variation of their gaps of {}"),
        Ratio("gap_deviation", "span"),
    ),
    Definition(
        Feature("overdue", "days since the last order divided by the usual gap: above 1 is late",
                "ratio", False, "rhythm", "sweep",
                says="have waited {} times their usual gap"),
        Ratio("since_last", "usual_gap"),
    ),
)  # fmt: skip

_COLUMNS = frozenset({"order_days", "span", "gaps", "gap_deviation", "since_last", "usual_gap"})


def rhythm_part(records: Records, moment: Moment) -> Part:
    return Part(_COLUMNS, lambda asked: _rhythm(records, moment).select("customer_id", *asked))


def _rhythm(records: Records, moment: Moment) -> "ibis.Table":
    """Every customer with a kept sale; `span` is the sum of the gaps."""
    import ibis

    today = ibis.literal(moment.local_date)
    days = records.visits.select("customer_id", "local_date").distinct()
    before = days.local_date.lag().over(group_by=days.customer_id, order_by=days.local_date)
    days = days.mutate(before=before)
    days = days.mutate(gap=days.local_date.delta(days.before, unit="day").cast("int64"))
    found = days.group_by("customer_id").aggregate(
        order_days=days.count(),
        gaps=days.gap.count(),
        span=days.gap.sum().cast("int64"),
        squares=(days.gap * days.gap).sum().cast("int64"),
        since_last=today.delta(days.local_date.max(), unit="day").cast("int64"),
    )
    # In whole numbers until the root, so that no engine rounds: gaps * sqrt(variance) is the root.
    spread = found.gaps * found.squares - found.span * found.span
    deviation = spread.cast("float64").sqrt()
    shop = found.aggregate(gap=found.span.sum().cast("float64") / found.gaps.sum().nullif(0))
    own = found.span.fill_null(0).cast("float64")
    usual = (own + SHOP_GAPS * shop.as_scalar()) / (found.gaps + SHOP_GAPS)
    several = found.gaps > 1
    return found.mutate(
        gap_deviation=ibis.ifelse(several, deviation, ibis.null("float64")), usual_gap=usual
    )
