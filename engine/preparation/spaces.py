"""Feature spaces: which columns are compared, and the steps that each goes through.

Measurements decide the scales. Recency, frequency and revenue alone are steadiest as shares of
customers below. Shares and ratios are drawn towards the shop's mean first, then bent, never ranked,
because ranks stretch what does not differ; beside those, logarithms of recency, frequency and
revenue find the planted segments of made shops a little better than ranks do (agreement .68 and .70
against .66 and .68). What customers buy is a space of its own: its many columns, independent of how
they buy, would drown that (.66 became .30). How much and how recently somebody bought hides what
they are like: without it, what they do and who they are together find more than all of it (.82
against .75).

A space is offered where the table has its columns.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import BadInput, NotFound
from engine.features.feature import FEATURES, Feature, FeatureTable, Group
from engine.preparation.source import column_type, loose_values
from engine.preparation.step import Array

if TYPE_CHECKING:
    import pandas as pd

RFM = ("recency", "frequency", "monetary")
BEHAVIOUR: tuple[Group, ...] = ("behaviour", "habits", "basket", "web", "texts")
ORDERS = "frequency"
# It falls with every order, since what is bought again counts once: how often rather than what.
OF_FREQUENCY = "products_per_order"
PERSONAL: tuple[Group, ...] = ("demographic", "psychographic")
ATTRIBUTES: tuple[Group, ...] = ("demographic", "geographic", "psychographic")
# From this skewness on a number that is never below zero is taken as its logarithm.
SKEWED = 1.0
# What makes an attribute worth dividing a shop by, where there are no orders.
WORTH = ("income", "spend", "value", "revenue", "salary", "score")


@dataclass(frozen=True)
class Recipe:
    """A column and the steps for its numbers, in order."""

    feature: Feature
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Space:
    """`plan` gives the recipes for a table; none: the table has not got what it needs.

    `components`: the prepared columns are turned to their principal components.
    """

    name: str
    meaning: str
    plan: Callable[[FeatureTable], tuple[Recipe, ...]]
    components: bool = False


def as_table(features: "pd.DataFrame | FeatureTable") -> FeatureTable:
    """A bare frame is a table whose undeclared columns are attributes of the customers."""
    if isinstance(features, FeatureTable):
        return features
    declared = {feature.name: feature for feature in FEATURES}
    found = [declared.get(str(name)) or _attribute(features, str(name)) for name in features]
    return FeatureTable(features, tuple(found))


def _attribute(frame: "pd.DataFrame", name: str) -> Feature:
    import pandas as pd

    unit = "number" if pd.api.types.is_numeric_dtype(frame[name]) else "word"
    return Feature(name, name.replace("_", " "), unit, None, "demographic", "sweep")  # type: ignore[arg-type]


# ---- what a table gives a space ---------------------------------------------------------------


def _rfm(*steps: str) -> Callable[[FeatureTable], tuple[Recipe, ...]]:
    def plan(table: FeatureTable) -> tuple[Recipe, ...]:
        found = [feature for feature in table.features if feature.name in RFM]
        recipes = tuple(Recipe(f, _turned(f, steps)) for f in sorted(found, key=_rfm_place))
        return recipes if len(recipes) == len(RFM) else ()

    return plan


def _rfm_place(feature: Feature) -> int:
    return RFM.index(feature.name)


def _turned(feature: Feature, steps: tuple[str, ...]) -> tuple[str, ...]:
    """With what makes higher better; the logarithm comes before it, for it wants no negatives."""
    if feature.higher_is_better is not False:
        return steps
    return ("log", "negate", *steps[1:]) if steps[0] == "log" else ("negate", *steps)


def _behaviour(table: FeatureTable) -> tuple[Recipe, ...]:
    found = [f for f in table.features if f.group in BEHAVIOUR and f.name != OF_FREQUENCY]
    return _relative(table, [feature for feature in found if not _topic(feature)])


def _character(table: FeatureTable) -> tuple[Recipe, ...]:
    acts, traits = _behaviour(table), _attributes(table, PERSONAL)
    return acts + traits if acts and traits else ()


def _interests(table: FeatureTable) -> tuple[Recipe, ...]:
    return _relative(table, [f for f in table.features if f.group == "products" or _topic(f)])


def _topic(feature: Feature) -> bool:
    return feature.name.startswith("share_topic_")


def _relative(table: FeatureTable, among: list[Feature]) -> tuple[Recipe, ...]:
    """What someone is like, rather than how much of it there is; two columns or none."""
    known = {feature.name for feature in table.features}
    found = [_with_evidence(feature, known) for feature in among]
    recipes = tuple(Recipe(f, _relative_steps(f)) for f in found if _is_relative(f))
    return recipes if len(recipes) > 1 else ()


def _with_evidence(feature: Feature, known: set[str]) -> Feature:
    """What is per order, or the same for all lines of an order, rests on as many orders."""
    of_orders = feature.group == "habits" or (
        feature.group in ("basket", "web") and not feature.evidence
    )
    per_order = feature.unit in ("share", "ratio") or feature.name == "average_order"
    if of_orders and per_order and ORDERS in known:
        return replace(feature, evidence=ORDERS)
    return feature


def _is_relative(feature: Feature) -> bool:
    return feature.unit in ("share", "ratio") or (feature.evidence != "" and feature.unit != "word")


def _relative_steps(feature: Feature) -> tuple[str, ...]:
    if feature.unit == "share":
        return ("arcsine", "standard")
    if feature.evidence:  # its source has taken the logarithm where there is one
        return ("clip deviations", "standard")
    return ("log", "clip deviations", "standard")


def _attributes(table: FeatureTable, groups: tuple[Group, ...] = ATTRIBUTES) -> tuple[Recipe, ...]:
    found = [feature for feature in table.features if feature.group in groups]
    return tuple(Recipe(feature, _attribute_steps(table.frame, feature)) for feature in found)


def _attribute_steps(frame: "pd.DataFrame", feature: Feature) -> tuple[str, ...]:
    kind = column_type(frame, feature)
    if kind == "word":
        return ()
    if kind == "number" and _is_skewed(loose_values(frame, feature.name)):
        return ("log", "clip deviations", "standard")
    return ("standard",) if kind == "flag" else ("clip deviations", "standard")


def _is_skewed(values: Array) -> bool:
    values = values[np.isfinite(values)]
    if values.size == 0 or values.min() < 0 or np.ptp(values) == 0:
        return False
    middle, spread = values.mean(), values.std()
    return bool((((values - middle) / spread) ** 3).mean() > SKEWED)


def _everything(table: FeatureTable) -> tuple[Recipe, ...]:
    rfm, rest = _rfm("log", "standard")(table), _behaviour(table) + _attributes(table)
    return rfm + rest if rfm and rest else ()


def _leading(table: FeatureTable) -> tuple[Recipe, ...]:
    """The one number that the plain bands of a shop without orders are cut by."""
    found = [
        f
        for f in table.features
        if f.group in ATTRIBUTES and column_type(table.frame, f) == "number"
    ]
    best = min(found, key=_worth, default=None)
    return () if best is None else (Recipe(best, _turned(best, ("quantile",))),)


def _worth(feature: Feature) -> tuple[bool, bool, bool]:
    told = any(word in feature.name.casefold() for word in WORTH)
    return feature.unit != "money", not told, feature.higher_is_better is not True


def _every_feature(table: FeatureTable) -> tuple[Recipe, ...]:
    """Each as it is taken where it is compared with others."""
    return tuple(Recipe(feature, _own_steps(table, feature)) for feature in table.features)


def _own_steps(table: FeatureTable, feature: Feature) -> tuple[str, ...]:
    if feature.name in RFM:
        return _turned(feature, ("quantile", "standard"))
    if feature.group in BEHAVIOUR and _is_relative(feature):
        return _relative_steps(feature)
    return _attribute_steps(table.frame, feature)


LEADING = "leading attribute"
CHOSEN = "features of your choice"

SPACES: dict[str, Space] = {
    space.name: space
    for space in (
        Space("quantile RFM", "share of customers below, in recency, frequency and revenue",
              _rfm("quantile")),
        Space("log RFM", "logarithms of recency, frequency and revenue", _rfm("log", "standard")),
        Space("standard RFM", "recency, frequency and revenue as they are, in deviations",
              _rfm("standard")),
        Space("min-max RFM", "recency, frequency and revenue as they are, from 0 to 1",
              _rfm("min-max")),
        Space("behaviour", "shares and ratios of what customers do", _behaviour),
        Space("behaviour PCA", "principal components of behaviour", _behaviour, components=True),
        Space("character", "what customers do and who they are, not how much or where",
              _character),
        Space("interests", "what customers buy and write about", _interests),
        Space("attributes", "who the customers are and where they live", _attributes),
        Space("all", "recency, frequency, revenue, behaviour and attributes", _everything),
        Space("all PCA", "principal components of all", _everything, components=True),
        Space(LEADING, "the attribute that is worth most", _leading),
        Space(CHOSEN, "the features that somebody named", _every_feature),
    )
}  # fmt: skip


def find_space(name: str) -> Space:
    if name not in SPACES:
        raise NotFound.named("feature space", name, SPACES)
    return SPACES[name]


def offered_spaces(features: "pd.DataFrame | FeatureTable") -> tuple[str, ...]:
    """The spaces whose columns the table has; that of the bands is always among them, and that of
    somebody's own choice never."""
    table = as_table(features)
    spaces = (space for space in SPACES.values() if space.name != CHOSEN)
    return tuple(s.name for s in spaces if s.name == LEADING or s.plan(table))


def plan_space(space: Space, table: FeatureTable) -> tuple[Recipe, ...]:
    recipes = space.plan(table)
    if not recipes and space.name != LEADING:
        present = ", ".join(map(str, table.frame.columns)) or "no column"
        raise BadInput(
            f"The feature table has not got the columns of the space '{space.name}': "
            f"it has {present}.",
            "Choose another space: " + ", ".join(offered_spaces(table)) + ".",
        )
    return recipes


def columns_of(features: "pd.DataFrame | FeatureTable", space: str) -> list[str]:
    """The columns of the table that a space compares."""
    recipes = plan_space(find_space(space), as_table(features))
    return [recipe.feature.name for recipe in recipes]


def compared_features(features: "pd.DataFrame | FeatureTable") -> tuple[Feature, ...]:
    """Every feature that some space of the table compares, with the evidence that it rests on
    there, in the order of the table."""
    table = as_table(features)
    used = {r.feature.name: r.feature for s in SPACES.values() for r in s.plan(table)}
    return tuple(used[feature.name] for feature in table.features if feature.name in used)
