"""What a feature is, and the declared list of those that every shop has."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Unit = Literal["days", "count", "money", "share", "ratio", "number", "minutes", "word"]
Group = Literal[
    "rfm", "rhythm", "basket", "behaviour", "habits", "place", "products", "web", "texts",
    "demographic", "geographic", "psychographic",
]  # fmt: skip


@dataclass(frozen=True)
class Feature:
    """`evidence` names the count column that a share rests on: with little of it the share is
    drawn towards the shop's mean before customers are compared (engine.features.shrinkage)."""

    name: str
    meaning: str  # one plain sentence's worth
    unit: Unit
    higher_is_better: bool | None  # None: neither
    group: Group
    live: Literal["sums", "sweep"]  # foldable event by event, or recomputed at sweeps
    evidence: str = ""
    says: str = ""  # how a sentence puts it, its verb first: "have spent {}"; empty: by the name


FEATURES: tuple[Feature, ...] = (
    Feature(
        "recency",
        "shop days since the last kept sale",
        "days",
        False,
        "rfm",
        "sweep",
        says="last bought {} ago",
    ),
    Feature(
        "frequency",
        "orders with at least one kept sale",
        "count",
        True,
        "rfm",
        "sums",
        says="have ordered {} times",
    ),
    Feature(
        "monetary",
        "sales less returns, in minor units",
        "money",
        True,
        "rfm",
        "sums",
        says="have spent {}",
    ),
    Feature(
        "tenure",
        "shop days since the first kept sale",
        "days",
        True,
        "rfm",
        "sweep",
        says="first bought {} ago",
    ),
)


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """One row per customer, indexed by customer_id, and what each of its columns means.

    Numbers are float64 or integers with NaN where nothing is known; words are strings or None.
    Columns that are only evidence are features too (units "count").
    """

    frame: "pd.DataFrame"
    features: tuple[Feature, ...]

    def of(self, name: str) -> Feature:
        return next(feature for feature in self.features if feature.name == name)
