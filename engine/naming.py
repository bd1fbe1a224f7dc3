"""Names and profiles of segments, from the data and without a figure.

Where orders are known, a segment stands where its medians stand among all customers of the shop
(0: lowest, 1: highest; recency turned, so that 1 is the most recent). Each name has a place of its
own in that cube and some a condition; names are handed out all at once so that the sum of the
distances is least, hence no two segments share one and the same data give the same names. A habit
that sets a segment apart more than anything else gives it its name: bargain seekers, browsers.

Where only attributes are known, a name is what sets the segment apart: "Younger, high income".

Figures reach people as facts only, so names and profiles have none.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.features.feature import FeatureTable
from engine.preparation import LEADING, as_table, column_values, columns_of
from engine.titles import choose_titles, find_standings, title_profile
from engine.traits import SHOWN, Trait, find_traits, spoken_habit, spoken_trait

if TYPE_CHECKING:
    import pandas as pd

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SegmentName:
    """`because`: what sets the segment apart most."""

    label: int
    name: str
    profile: str
    because: tuple[Trait, ...] = ()


TIERS = ("Premium", "High-Value", "Core", "Standard", "Basic")
FURTHER_TIERS = ("Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh", "Twelfth",
                 "Thirteenth", "Fourteenth", "Fifteenth")  # fmt: skip
# Below this a segment is hardly another than everybody, and a habit no name.
MARKED, STRIKING = 0.25, 0.5
# feature -> the name of the segment that does it strikingly more than others
HABITS = {
    "discount_share": "Bargain seekers",
    "average_order": "Big tickets",
    "views_per_order": "Browsers",
    "return_share": "Returners",
    "weekend_share": "Weekend shoppers",
    "evening_share": "Evening shoppers",
    "year_end_lean": "Seasonal",
    "complaint_share": "Complainers",
}
MIDDLE = "In between"
ORDINALS = ("Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth",
            "Eleventh", "Twelfth", "Thirteenth", "Fourteenth", "Fifteenth")  # fmt: skip


def name_segments(
    features: "FeatureTable | pd.DataFrame",
    labels: Labels,
    given: Mapping[int, str] | None = None,
) -> list[SegmentName]:
    """One name for each label that occurs, the segment that is worth most first.

    `given` are names that are settled: those that live on from the run before, a person's own, or
    those of the rules' boxes. No other segment gets one of them.
    """
    table = as_table(features)
    traits = find_traits(table, labels)
    settled = {label: name for label, name in (given or {}).items() if label in traits}
    taken = frozenset((given or {}).values())
    unnamed = [label for label in traits if label not in settled]
    if "recency" in table.frame:
        standings = find_standings(table.frame, labels, list(traits))
        habits = _habit_names(unnamed, traits, taken)
        left = [label for label in unnamed if label not in habits]
        names = habits | choose_titles(left, standings, taken | frozenset(habits.values()))
        profiles = {
            label: _with_habit(title_profile(standings[label]), traits[label]) for label in traits
        }
    else:
        names = _attribute_names(unnamed, traits, taken)
        profiles = {label: _attribute_profile(traits[label]) for label in traits}
    return [
        SegmentName(label, (settled | names)[label], profiles[label], traits[label][:SHOWN])
        for label in by_worth(table, labels)
    ]


def name_tiers(
    features: "FeatureTable | pd.DataFrame", labels: Labels, taken: Set[str] = frozenset()
) -> dict[int, str]:
    """Names by worth alone: Premium, High-Value, Core, Standard, Basic, then by their number."""
    table = as_table(features)
    every = (*TIERS, *(f"{ordinal} tier" for ordinal in FURTHER_TIERS))
    names = [name for name in every if name not in taken]
    worth = _worth(table)
    means = {int(x): float(np.nanmean(worth[labels == x])) for x in np.unique(labels)}
    order = sorted(means, key=lambda label: (-means[label], label))
    return dict(zip(order, names, strict=False))


def by_worth(table: FeatureTable, labels: Labels) -> list[int]:
    """The labels, that of the greatest sum of worth first."""
    worth = np.nan_to_num(_worth(table))
    present = [int(label) for label in np.unique(labels)]
    return sorted(present, key=lambda label: (-float(worth[labels == label].sum()), label))


def _worth(table: FeatureTable) -> npt.NDArray[np.float64]:
    """What a customer is worth: revenue; without orders the attribute that says most of it;
    without such a one everybody is worth the same."""
    if "monetary" in table.frame:
        return column_values(table.frame, "monetary")
    leading = columns_of(table, LEADING)
    if not leading:
        return np.ones(len(table.frame))
    return table.frame[leading[0]].to_numpy(dtype=np.float64, na_value=np.nan)


def _with_habit(profile: str, traits: tuple[Trait, ...]) -> str:
    """What they do besides that sets them apart most, if anything does."""
    marks = (trait for trait in traits if abs(trait.effect) >= MARKED)
    habit = next(filter(None, map(spoken_habit, marks)), "")
    return f"{profile}; they {habit}" if habit else profile


def _habit_names(
    unnamed: list[int], traits: Mapping[int, tuple[Trait, ...]], taken: Set[str]
) -> dict[int, str]:
    """To each habit the segment that it marks most, if nothing else marks that one more."""
    marked: dict[str, tuple[float, int]] = {}
    for label in unnamed:
        first = next(iter(traits[label]), None)
        if first is None or first.effect < STRIKING or first.feature.name not in HABITS:
            continue
        name = HABITS[first.feature.name]
        if name not in taken:
            marked[name] = max(marked.get(name, (0.0, label)), (first.effect, label))
    return {label: name for name, (_, label) in marked.items()}


def _attribute_names(
    unnamed: list[int], traits: Mapping[int, tuple[Trait, ...]], taken: Set[str]
) -> dict[int, str]:
    """As many traits as it takes to tell the segments apart, two at least; then ordinals."""
    names: dict[int, str] = {}
    for label in unnamed:
        marks = [trait for trait in traits[label] if abs(trait.effect) >= MARKED]
        used = {*taken, *names.values()}
        longer = [_joined(marks[:count]) for count in range(2, max(len(marks), 2) + 1)]
        first = longer[0]
        again = (f"{ordinal} {first[0].lower()}{first[1:]}" for ordinal in ORDINALS)
        names[label] = next(name for name in (*longer, *again) if name not in used)
    return names


def _joined(marks: list[Trait]) -> str:
    if not marks:
        return MIDDLE
    said = ", ".join(spoken_trait(trait) for trait in marks)
    return said[0].upper() + said[1:]


def _attribute_profile(traits: tuple[Trait, ...]) -> str:
    marks = [spoken_trait(trait) for trait in traits if abs(trait.effect) >= MARKED][:SHOWN]
    return ", ".join(marks) if marks else "close to the middle in everything that is known"
