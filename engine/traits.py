"""Traits: what sets a segment apart from everybody, feature by feature, the strongest first.

The effect of a number is how far the mean place of the members among all customers is from the
middle: -1 (all others have more) to 1 (all others have less). The effect of a word is its share
among the members less its share in the shop. Both compare with each other, whatever the unit.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.features.feature import Feature, FeatureTable
from engine.features.lines import CHANNEL
from engine.features.products import CATEGORY

if TYPE_CHECKING:
    import pandas as pd

# Words that fewer customers share say nothing of a segment.
FEWEST_OF_A_WORD = 0.02
SHOWN = 3

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Trait:
    """One feature of one segment; `word` where the feature is one, and the values then shares."""

    feature: Feature
    effect: float
    value: float  # the members' median
    everybody: float  # that of all customers
    word: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "feature": self.feature.name,
            "meaning": self.feature.meaning,
            "unit": "share" if self.word else self.feature.unit,
            "word": self.word,
            "effect": self.effect,
            "value": self.value,
            "everybody": self.everybody,
        }


def find_traits(table: FeatureTable, labels: Labels) -> dict[int, tuple[Trait, ...]]:
    """By label; a column that is only the evidence of another is no trait."""
    evidence = {feature.evidence for feature in table.features if feature.evidence}
    found: dict[int, list[Trait]] = {int(label): [] for label in np.unique(labels)}
    for feature in table.features:
        if feature.name in evidence and feature.group != "rfm":
            continue
        column = table.frame[feature.name]
        traits = _of_words if feature.unit == "word" else _of_numbers
        for label, trait in traits(feature, column, labels):
            found[label].append(trait)
    return {label: tuple(sorted(traits, key=_strongest)) for label, traits in found.items()}


def _strongest(trait: Trait) -> tuple[float, str]:
    """First; the last digits of a sum decide nothing."""
    return -round(abs(trait.effect), 9), trait.feature.name


def _of_numbers(
    feature: Feature, column: "pd.Series[Any]", labels: Labels
) -> list[tuple[int, Trait]]:
    from scipy.stats import rankdata

    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(values)
    if not known.any() or np.ptp(values[known]) == 0:
        return []
    places = np.full(len(values), np.nan)
    places[known] = (rankdata(values[known]) - 0.5) / known.sum()
    everybody = float(np.median(values[known]))
    found = []
    for label in np.unique(labels):
        mine = known & (labels == label)
        if mine.any():
            effect = 2 * float(places[mine].mean()) - 1
            trait = Trait(feature, effect, float(np.median(values[mine])), everybody)
            found.append((int(label), trait))
    return found


def _of_words(
    feature: Feature, column: "pd.Series[Any]", labels: Labels
) -> list[tuple[int, Trait]]:
    """Of each segment the word that it has most of beyond the shop."""
    words = column.astype("string").fillna("").to_numpy(dtype=str)
    present, counts = np.unique(words[words != ""], return_counts=True)
    kept = present[counts >= FEWEST_OF_A_WORD * len(words)]
    found = []
    for label in np.unique(labels):
        mine = words[labels == label]
        shares = [(float((mine == w).mean()), float((words == w).mean()), str(w)) for w in kept]
        if shares:
            share, everybody, word = max(shares, key=lambda s: (s[0] - s[1], s[2]))
            found.append((int(label), Trait(feature, share - everybody, share, everybody, word)))
    return found


# feature -> what is said of those who have less of it, and more
SPOKEN = {
    "age": ("younger", "older"),
    "recency": ("bought recently", "last bought long ago"),
    "frequency": ("buy rarely", "buy often"),
    "monetary": ("spent little", "spent a lot"),
    "tenure": ("customers for a short time", "customers for a long time"),
    "discount_share": ("rarely buy at a discount", "often buy at a discount"),
    "average_order": ("place small orders", "place large orders"),
    "views_per_order": ("buy without looking around", "look around a lot"),
    "return_share": ("send little back", "send a lot back"),
    "units_per_order": ("buy few pieces at a time", "buy many pieces at a time"),
    "lines_per_order": ("buy few products at a time", "buy many products at a time"),
    "repeat_share": ("seldom buy the same again", "often buy the same again"),
    "price_level": ("choose what is cheap for its kind", "choose what is dear for its kind"),
    "weekend_share": ("buy on weekdays", "buy at weekends"),
    "morning_share": ("rarely buy in the morning", "buy in the morning"),
    "evening_share": ("rarely buy in the evening", "buy in the evening"),
    "year_end_lean": ("rarely buy around the turn of the year", "buy around the turn of the year"),
    "complaint_share": ("rarely complain", "often complain"),
}
RFM = frozenset({"age", "recency", "frequency", "monetary", "tenure"})
# feature -> what is said of those who have more of it; the rest of its name follows
SHARES = {CHANNEL: "prefer the channel", CATEGORY: "buy a lot of"}
PLACES = frozenset({"country", "home_country", "region", "city"})


def spoken_trait(trait: Trait) -> str:
    """ "younger", "high income", "from Leeds": without a figure."""
    feature = trait.feature.name
    if trait.word:
        word = _plain(trait.word)
        if feature in PLACES:
            return f"from {word}"
        return word if feature == "gender" else f"{word} {_plain(feature)}"
    if feature in SPOKEN:
        return SPOKEN[feature][trait.effect > 0]
    return f"{'high' if trait.effect > 0 else 'low'} {_plain(feature)}"


def spoken_habit(trait: Trait) -> str:
    """ "send a lot back", of what people do and nobody counts first; empty for all else."""
    feature = trait.feature.name
    for start, said in SHARES.items():
        if feature.startswith(start) and trait.effect > 0:
            return f"{said} {_plain(feature.removeprefix(start))}"
    return SPOKEN[feature][trait.effect > 0] if feature in SPOKEN and feature not in RFM else ""


def _plain(text: str) -> str:
    """A name as people say it: no figures, no signs."""
    words = "".join(letter if letter.isalpha() else " " for letter in text).split()
    return " ".join(words) or "something else"
