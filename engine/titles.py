"""Titles: the names that marketers know, each with its place in recency, frequency and revenue."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.preparation import Quantile, column_values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Standing:
    """Where the medians of a segment stand in its shop."""

    recency: float
    frequency: float
    monetary: float
    tenure: float
    orders: float


@dataclass(frozen=True)
class Title:
    """A name, its place (recency, frequency, monetary) and what must hold for it."""

    name: str
    place: tuple[float, float, float]
    fits: Callable[[Standing], bool] = lambda standing: True


# "New" can mean a third of the shop at most.
TITLES: tuple[Title, ...] = (
    Title("Champions", (0.90, 0.90, 0.90), lambda s: min(s.recency, s.monetary) > 0.6),
    Title("Loyal", (0.65, 0.75, 0.75), lambda s: s.recency > 0.35 and s.frequency > 0.5),
    Title("Big spenders", (0.60, 0.45, 0.90), lambda s: s.monetary > s.frequency + 0.15),
    Title("Frequent small baskets", (0.70, 0.80, 0.40), lambda s: s.frequency > s.monetary + 0.15),
    Title("Promising", (0.85, 0.50, 0.50), lambda s: s.recency > 0.5),
    Title("New", (0.70, 0.25, 0.25), lambda s: s.tenure < 1 / 3 and s.recency > 0.4),
    Title("Needs attention", (0.50, 0.45, 0.45), lambda s: 0.4 < s.recency < 0.7),
    Title("At risk", (0.30, 0.75, 0.75), lambda s: s.recency < 0.5 and s.frequency > 0.5),
    Title("Lapsing", (0.30, 0.45, 0.45), lambda s: s.recency < 0.5),
    Title("Hibernating", (0.15, 0.35, 0.35), lambda s: s.recency < 0.4),
    Title("One-time buyers", (0.35, 0.15, 0.20), lambda s: s.orders <= 1),
    Title("Lost", (0.10, 0.15, 0.15), lambda s: s.recency < 0.35),
    Title("Occasional", (0.60, 0.30, 0.30), lambda s: s.tenure >= 1 / 3 and s.recency >= 1 / 3),
)
UNFIT = 10.0
NO_TITLE_LEFT = ("Second", "Third", "Fourth", "Fifth")


def find_standings(
    features: "pd.DataFrame", labels: npt.NDArray[np.int64], present: list[int]
) -> dict[int, Standing]:
    columns = {
        name: column_values(features, name)
        for name in ("recency", "frequency", "monetary", "tenure")
    }
    columns["recency"] = -columns["recency"]
    shares = {name: Quantile.fit(values) for name, values in columns.items()}
    found = {}
    for label in present:
        medians = {name: np.median(values[labels == label]) for name, values in columns.items()}
        places = {
            name: float(shares[name].apply(np.array([median]))[0])
            for name, median in medians.items()
        }
        found[label] = Standing(**places, orders=float(medians["frequency"]))
    return found


def choose_titles(
    unnamed: list[int], standings: Mapping[int, Standing], taken: Set[str]
) -> dict[int, str]:
    from scipy.optimize import linear_sum_assignment

    if not unnamed:
        return {}
    titles = [title for title in TITLES if title.name not in taken]
    names = [title.name for title in titles]
    costs = np.array([[_distance(standings[x], title) for title in titles] for x in unnamed])
    # More segments than names: a name may serve again with an ordinal, but only then.
    for again, ordinal in enumerate(NO_TITLE_LEFT, start=1):
        names += [f"{ordinal} {title.name.lower()}" for title in titles]
        costs = np.hstack([costs, costs[:, : len(titles)] + 100 * again])
    rows, columns = linear_sum_assignment(costs)
    return {unnamed[row]: names[column] for row, column in zip(rows, columns, strict=True)}


def _distance(standing: Standing, title: Title) -> float:
    point = np.array([standing.recency, standing.frequency, standing.monetary])
    return float(np.linalg.norm(point - title.place)) + (0 if title.fits(standing) else UNFIT)


def title_profile(standing: Standing) -> str:
    """ "bought recently, often, and spent a lot": no figures, and nothing that compares."""
    money = _third(standing.monetary, "spent little", "spent a middling amount", "spent a lot")
    if standing.orders <= 1:
        when = _third(standing.recency, "a long time ago", "some time ago", "recently")
        return f"bought once, {when}, and {money}"
    often = _third(standing.frequency, "rarely", "now and then", "often")
    if standing.recency < 1 / 3:
        return f"bought {often} but not for a long time, and {money}"
    when = "recently" if standing.recency >= 2 / 3 else "some time ago"
    return f"bought {when}, {often}, and {money}"


def _third(place: float, low: str, middle: str, high: str) -> str:
    return low if place < 1 / 3 else middle if place < 2 / 3 else high
