"""Examples: what was known of customers at a moment, and what they did within the horizon after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.consent import EVERYBODY_IN, Consent
from engine.errors import Defect
from engine.prediction.bgnbd import BuyTillYouDie, fit_buy_till_you_die
from engine.prediction.columns import features_at
from engine.prediction.history import History

if TYPE_CHECKING:
    import pandas as pd

# Further columns as of a moment, from what is known until another; indexed by customer_id.
Further = Callable[[Moment, Moment], "pd.DataFrame"]
STEP_DAYS = 30  # between the moments that are looked back from
LEAST_DAYS = 60  # of history before the first of them


@dataclass(frozen=True, eq=False)
class Examples:
    """`outcomes`: bought, revenue (minor units), next_days (NaN: not within the horizon), and
    beside them what was spent so far."""

    moment: Moment
    horizon_days: int
    features: "pd.DataFrame"
    outcomes: "pd.DataFrame"

    @property
    def known_from(self) -> Moment:
        """When the outcomes had become known."""
        return self.moment.days_before(-self.horizon_days)

    @property
    def day(self) -> str:
        return self.moment.local_date.isoformat()


@dataclass(frozen=True, eq=False)
class Lookout:
    """Makes examples of one horizon at any moment of a history; each is made once.

    Who has opted out by the end of the history is in none.
    """

    history: History
    until: Moment
    horizon_days: int
    consent: Consent = EVERYBODY_IN
    further: Further | None = None
    people: "pd.DataFrame | None" = None  # gender, age, country by customer: to audit, not to learn

    _made: dict[Moment, Examples] = field(default_factory=dict, init=False)
    _buying: dict[Moment, BuyTillYouDie] = field(default_factory=dict, init=False)

    def features(self, moment: Moment) -> "pd.DataFrame":
        found = features_at(self.history, moment, self.horizon_days)
        out = self.consent.opted_out(moment) | self.consent.opted_out(self.until)
        found = found[~found.index.isin(list(out))]
        if self.further is None:
            return found
        joining = self.further(moment, self.until).select_dtypes("number")
        return found.join(joining[joining.columns.difference(found.columns)])

    def at(self, moment: Moment) -> Examples:
        if moment not in self._made:
            features = self.features(moment)
            outcomes = outcomes_at(self.history, moment, self.horizon_days, features.index)
            outcomes = outcomes.assign(spent=features["monetary"])
            self._made[moment] = Examples(moment, self.horizon_days, features, outcomes)
        return self._made[moment]

    def buying(self, moment: Moment, seed: int) -> BuyTillYouDie:
        """Buy till you die, fitted to the orders known at the moment."""
        if moment not in self._buying:
            self._buying[moment] = fit_buy_till_you_die(self.at(moment).features, seed)
        return self._buying[moment]

    def moments(self, cutoff: Moment) -> list[Moment]:
        """Those whose outcomes are known at the cut-off, oldest first."""
        first = self.history.first.days_before(-LEAST_DAYS)
        found, moment = [], cutoff.days_before(self.horizon_days)
        while moment.at >= first.at:
            found.append(moment)
            moment = moment.days_before(STEP_DAYS)
        return found[::-1]

    def before(self, cutoff: Moment) -> list[Examples]:
        found = [self.at(moment) for moment in self.moments(cutoff)]
        require_known(found, cutoff)
        return [examples for examples in found if len(examples.features)]


def outcomes_at(
    history: History, moment: Moment, horizon_days: int, customers: "pd.Index[str]"
) -> "pd.DataFrame":
    """What these customers did in the horizon, as somebody at its end sees it."""
    import polars as pl

    end = moment.days_before(-horizon_days)
    rows = history.until(end).rows.filter(pl.col("at") >= moment.at)
    kept = pl.col("sale") & pl.col("cancelled_at").is_null()
    days = (pl.col("day") - pl.lit(moment.local_date)).dt.total_days()
    found = rows.group_by("customer_id").agg(
        bought=kept.any(), revenue=pl.col("spend").sum(), next_days=days.filter(kept).min()
    )
    outcomes = found.to_pandas().set_index("customer_id").reindex(customers)
    return outcomes.assign(
        bought=outcomes["bought"].eq(True),
        revenue=outcomes["revenue"].fillna(0).astype("int64"),
        next_days=outcomes["next_days"].astype("float64"),
    )


# ---- guards ------------------------------------------------------------------------------------


def require_known(training: Sequence[Examples], cutoff: Moment) -> None:
    """No example whose outcome was still open at the cut-off."""
    for examples in training:
        if examples.known_from.at > cutoff.at:
            raise Defect(
                f"The examples of {examples.day} leak: their outcome is known from "
                f"{examples.known_from.local_date} on, after the cut-off {cutoff.local_date}."
            )


def require_past(lookout: Lookout, moment: Moment, given: "pd.DataFrame | None" = None) -> None:
    """No feature changes when all that came after the moment is taken away.

    A future column, or a cancellation that was known only later, gives another value then.
    """
    given = lookout.features(moment) if given is None else given
    known = replace(lookout, history=lookout.history.until(moment), until=moment)
    past = known.features(moment)
    if not given.index.isin(past.index).all():
        raise Defect(f"The features of {moment.local_date} leak: they hold later customers.")
    past = past.reindex(index=given.index, columns=given.columns)
    same = (given == past) | (given.isna() & past.isna())
    leaking = [str(name) for name in given.columns if not same[name].all()]
    if leaking:
        raise Defect(
            f"The features of {moment.local_date} leak: {', '.join(leaking)} "
            "would have been different without what came later."
        )
