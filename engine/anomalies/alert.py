"""Alerts: the customers who are most out of the ordinary, as many as somebody can look at."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.anomalies.detector import DETECTORS, GENERAL, Detector
from engine.anomalies.general import Standing, standing
from engine.anomalies.habits import HABITS
from engine.anomalies.measures import measure_customers
from engine.anomalies.rarity import rarity
from engine.anomalies.wording import general_sentence, sentence
from engine.concepts import Moment
from engine.consent import EVERYBODY_IN, Consent
from engine.errors import BadInput
from engine.features import (
    Feature,
    FeatureTable,
    Records,
    full_feature_table,
    offered_features,
)

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_BUDGET = 0.01
MOST_BUDGET = 0.2
LEAST_STRENGTH = 2.0  # what is likelier than one in a hundred is no alert, whatever the budget


@dataclass(frozen=True)
class Alert:
    """`strength` is a power of ten: 3 is as rare as one customer in a thousand, without anomalies.
    It is that of the rarest thing about the customer, by a rule or overall.

    `detector` is None for somebody who is unusual overall; `value` is what its sentence begins
    with, `on` the day of it.
    """

    customer_id: str
    kind: str
    strength: float
    sentence: str
    segment: str | None = None
    detector: Detector | None = None
    value: float | None = None
    on: date | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "customer_id": self.customer_id,
            "kind": self.kind,
            "strength": round(self.strength, 2),
            "sentence": self.sentence,
            "segment": self.segment,
            "on": self.on.isoformat() if self.on else None,
        }


@dataclass(frozen=True, eq=False)
class Watch:
    """What was measured of every customer, and how rare each of it is: a column for each kind."""

    measures: "pd.DataFrame"
    strengths: "pd.DataFrame"
    standing: Standing

    @property
    def strongest(self) -> "pd.Series[float]":
        return self.strengths.max(axis=1)

    def without(self, customers: frozenset[str]) -> "Watch":
        """Everybody else; how rare something is stays as it was found."""
        kept = ~self.measures.index.isin(list(customers))
        return Watch(self.measures[kept], self.strengths[kept], self.standing)

    def most_unusual(self, count: int) -> "pd.Series[float]":
        """So many customers, the strongest first; of equals the first by id."""
        found = self.strongest.sort_values(ascending=False, kind="stable")
        return found.iloc[:count]


def watch_records(records: Records, moment: Moment, consent: Consent = EVERYBODY_IN) -> Watch:
    """Everybody with a sale, as of a moment, by the orders and what is known of the web."""
    known = replace(records, customers=None, texts=None)
    names = [one.name for one in offered_features(known, moment, ()) if one.unit != "word"]
    features = full_feature_table(known, moment, consent, names)
    return watch(measure_customers(known, moment, consent), features)


def watch(measures: "pd.DataFrame", features: FeatureTable) -> Watch:
    """`measures` as measure_customers gives them; `features` of about the same customers."""
    import pandas as pd

    known = [one for one in DETECTORS if one.most in measures]
    sizes = {one.kind: one.size(measures) for one in known}
    habits = {name: size(measures) for name, size in HABITS.items()}
    stands = standing(_with_more(features, pd.DataFrame(sizes | habits, index=measures.index)))
    strengths = pd.DataFrame(
        {kind: rarity(values) for kind, values in sizes.items()}, index=measures.index
    )
    overall = pd.Series(stands.rarity(ruled=sizes), index=stands.index)
    left = (
        np.max([rarity(np.log1p(values)) for values in habits.values()], axis=0) - stands.by_chance
    )
    strengths[GENERAL] = np.maximum(overall.reindex(measures.index).fillna(0.0), left)
    return Watch(measures, strengths, stands)


def _with_more(features: FeatureTable, more: "pd.DataFrame") -> FeatureTable:
    """The features, and beside them how extreme each customer is by each rule and habit."""
    declared = tuple(
        Feature(name, name.replace("_", " "), "number", None, "behaviour", "sweep")
        for name in more.columns
    )
    return FeatureTable(features.frame.join(more), features.features + declared)


def budget_count(budget: float, customers: int) -> int:
    """How many alerts a share of the customers is: one at least."""
    if not 0 < budget <= MOST_BUDGET:
        raise BadInput(
            f"The alert budget is {budget:g}.",
            f"It is a share of the customers: above 0 and at most {MOST_BUDGET:g}, e.g. 0.01.",
        )
    return max(1, int(budget * customers)) if customers else 0


def find_alerts(
    found: Watch, budget: float, segments: "pd.Series[str] | None" = None, currency: str = "XXX"
) -> tuple[Alert, ...]:
    """The strongest first, within the budget. `segments`: each customer's, by name."""
    chosen = found.most_unusual(budget_count(budget, len(found.measures)))
    chosen = chosen[chosen >= LEAST_STRENGTH]
    kinds = _kinds(found.strengths.loc[chosen.index])
    return tuple(
        _alert(found, str(customer), kind, float(strength), segments, currency)
        for customer, kind, strength in zip(chosen.index, kinds, chosen, strict=True)
    )


def _kinds(strengths: "pd.DataFrame") -> "pd.Series[str]":
    """By a rule wherever one tells of the customer: it has more to say than a distance."""
    ruled = strengths.drop(columns=GENERAL)
    return ruled.idxmax(axis=1).where(ruled.max(axis=1) >= LEAST_STRENGTH, GENERAL)


def _alert(
    found: Watch, customer: str, kind: str, strength: float,
    segments: "pd.Series[str] | None", currency: str,
) -> Alert:  # fmt: skip
    segment = None if segments is None else segments.get(customer)
    if kind == GENERAL:
        said = general_sentence(found.standing.stands_out(customer), segment)
        return Alert(customer, kind, strength, said, segment)
    detector = next(one for one in DETECTORS if one.kind == kind)
    peers = found.measures
    if segment is not None and segments is not None:
        peers = peers[segments.reindex(peers.index) == segment]
    row: pd.Series[Any] = found.measures.loc[[customer]].iloc[0]
    said = sentence(detector, row, peers.drop(customer, errors="ignore"), segment, currency)
    return Alert(
        customer, kind, strength, said, segment, detector, float(row[detector.most]),
        _day(row[detector.on]),
    )  # fmt: skip


def _day(found: Any) -> date | None:
    import pandas as pd

    return None if pd.isna(found) else pd.Timestamp(found).date()


def count_kinds(alerts: tuple[Alert, ...]) -> dict[str, int]:
    """The commonest first."""
    return dict(Counter(alert.kind for alert in alerts).most_common())
