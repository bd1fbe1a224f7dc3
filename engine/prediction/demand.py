"""Demand: units and revenue of the next months, for the shop, its categories and its segments.

Every series is of full months, net of returns. A segment's series is of the customers who are in it
when the forecast is made, so that what they did later is theirs; newcomers and guests are in the
shop's series and in no segment's. Every forecast is made from the months before its cut-off. It is
held against the rule that the same month of last year comes again, and refused when it is not
closer (WAPE: what was missed, as a part of what came).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from engine.errors import NotPossible

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from engine.prediction.target import Floats

Dimension = Literal["shop", "category", "segment"]
Measure = Literal["revenue", "units"]
AHEAD = 3  # months that are forecast
YEAR = 12
LEAST_MONTHS = YEAR + AHEAD + 4  # so that the choice and the report each have a year-ago month
_REPORTED = 3  # cut-offs, the latest; the earlier ones choose
_MOST_CHOOSING = 4
_GROWTH = (0.5, 2.0)  # beyond, a group was another one a year ago

# The segment of every customer as of the first day of a month.
MembersAt = Callable[[date], Mapping[str, str]]


@dataclass(frozen=True, eq=False)
class MonthlySales:
    """`rows`: customer_id (null: guests), category (null: none said), month, units, revenue;
    `months` are all full ones, oldest first."""

    rows: "pl.DataFrame"
    months: tuple[date, ...]

    def series(
        self, dimension: Dimension, measure: Measure, members: Mapping[str, str]
    ) -> "dict[str, Floats]":
        """Of each group one number a month."""
        import polars as pl

        rows = self.rows
        if dimension == "shop":
            rows = rows.with_columns(of=pl.lit("shop"))
        elif dimension == "category":
            rows = rows.with_columns(of=pl.col("category"))
        else:
            known = pl.DataFrame(
                {"customer_id": list(members), "of": list(members.values())},
                schema={"customer_id": pl.String, "of": pl.String},
            )
            rows = rows.join(known, on="customer_id")
        sums = rows.drop_nulls("of").group_by("of", "month").agg(pl.col(measure).sum())
        found = {of: self._whole(part, measure) for (of,), part in sums.group_by("of")}
        return {str(of): found[of] for of in sorted(found, key=str)}

    def _whole(self, part: "pl.DataFrame", measure: Measure) -> "Floats":
        """Nothing in the months without a sale."""
        import numpy as np

        known = dict(zip(part["month"], part[measure], strict=True))
        return np.array([float(known.get(month, 0)) for month in self.months])


# ---- ways to forecast ----------------------------------------------------------------------------

# From the months of a group before a cut-off: the next AHEAD months.
Way = Callable[["Floats"], "Floats"]
RULE = "same month last year"


def _last_year(own: "Floats") -> "Floats":
    return own[-YEAR:][:AHEAD]


def _level(own: "Floats") -> "Floats":
    import numpy as np

    return np.full(AHEAD, own[-AHEAD:].mean())


def _grown_lately(own: "Floats") -> "Floats":
    found: Floats = _last_year(own) * _growth(own, AHEAD)
    return found


def _grown(own: "Floats") -> "Floats":
    found: Floats = _last_year(own) * _growth(own, YEAR)
    return found


def _half_grown(own: "Floats") -> "Floats":
    """Half of the growth goes on, in logarithms."""
    found: Floats = _last_year(own) * _growth(own, YEAR) ** 0.5
    return found


def _growth(own: "Floats", most: int) -> float:
    """The last months beside the same months a year before: as many as are known of both."""
    months = min(most, len(own) - YEAR)
    if months < 1:
        return 1.0
    before = float(own[-YEAR - months : -YEAR].sum())
    if before <= 0:
        return 1.0
    low, high = _GROWTH
    return min(max(float(own[-months:].sum()) / before, low), high)


WAYS: dict[str, Way] = {
    RULE: _last_year,
    "level of three months": _level,
    "last year, grown as in three months": _grown_lately,
    "last year, grown as in a year": _grown,
    "last year, half as much grown": _half_grown,
}


# ---- judged, chosen, made ------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class DemandTrial:
    """What each way said at one cut-off, and what came: a row for each group, a column a month."""

    month: date
    truth: "NDArray[np.float64]"
    said: "dict[str, NDArray[np.float64]]"


@dataclass(frozen=True, eq=False)
class Demand:
    """`forecast`: of each group the next months. `errors`: WAPE of each way as reported."""

    dimension: Dimension
    measure: Measure
    months: tuple[date, ...]
    forecast: "dict[str, Floats]"
    way: str
    refused: bool
    reason: str
    errors: dict[str, float]


def forecast_demand(
    sales: MonthlySales, dimension: Dimension, measure: Measure, members_at: MembersAt
) -> Demand:
    """The way that was closest at earlier cut-offs, if at the latest it beats last year's month."""
    cutoffs = find_cutoffs(sales)
    trials = [try_ways(sales, cutoff, dimension, measure, members_at) for cutoff in cutoffs]
    choosing, reported = trials[:-_REPORTED], trials[-_REPORTED:]
    best = min(WAYS, key=lambda way: wape(choosing, way))
    errors = {way: wape(reported, way) for way in WAYS}
    refused = best == RULE or not errors[best] < errors[RULE]
    way = RULE if refused else best
    next_month = _month_after(sales.months[-1], 1)
    series = sales.series(dimension, measure, members_at(next_month))
    return Demand(
        dimension,
        measure,
        tuple(_month_after(sales.months[-1], ahead) for ahead in range(1, AHEAD + 1)),
        {of: WAYS[way](own).clip(0) for of, own in series.items()},
        way,
        refused,
        _reason(best, refused, errors),
        errors,
    )


def find_cutoffs(sales: MonthlySales) -> list[int]:
    """Positions of months that are forecast first: those that choose have come wholly before the
    first of those that report."""
    months = len(sales.months)
    if months < LEAST_MONTHS:
        raise NotPossible(
            f"There are {months} full months of orders; a forecast of demand takes {LEAST_MONTHS}, "
            "so that it can be held against the same month last year.",
            "Load a longer history.",
        )
    last = months - AHEAD
    reported = list(range(last - _REPORTED + 1, last + 1))
    earlier = range(YEAR, reported[0] - AHEAD + 1)
    return [*earlier[-_MOST_CHOOSING:], *reported]


def try_ways(
    sales: MonthlySales, cutoff: int, dimension: Dimension, measure: Measure, members_at: MembersAt
) -> DemandTrial:
    """Each way sees the months before the cut-off and no other."""
    import numpy as np

    series = list(sales.series(dimension, measure, members_at(sales.months[cutoff])).values())
    if not series:
        raise NotPossible(
            f"No sale says its {dimension}, so there is no demand to forecast by it.",
            "Ask for the demand of the whole shop.",
        )
    said = {
        name: np.array([way(own[:cutoff]).clip(0) for own in series]) for name, way in WAYS.items()
    }
    truth = np.array([own[cutoff : cutoff + AHEAD] for own in series])
    return DemandTrial(sales.months[cutoff], truth, said)


def wape(trials: Sequence[DemandTrial], way: str) -> float:
    """What was missed over all groups and months, as a part of what came."""
    missed = sum(float(abs(trial.truth - trial.said[way]).sum()) for trial in trials)
    came = sum(float(abs(trial.truth).sum()) for trial in trials)
    return missed / came if came else 0.0


def _reason(best: str, refused: bool, errors: dict[str, float]) -> str:
    figures = (
        f"it missed {errors[best]:.1%} of what came, the same month last year {errors[RULE]:.1%}"
    )
    if refused and best == RULE:
        return f"No way was closer than the same month last year, which missed {errors[RULE]:.1%}."
    if refused:
        return f"The same month last year serves. Best by then was: {best}; {figures}."
    return f"Served by: {best}; {figures}."


def _month_after(month: date, ahead: int) -> date:
    number = month.year * 12 + month.month - 1 + ahead
    return date(number // 12, number % 12 + 1, 1)
