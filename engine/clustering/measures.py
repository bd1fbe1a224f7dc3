"""What is measured about one way to cut the customers, each a figure with one meaning.

All are taken from the points of the candidate's feature space.

silhouette          how far apart the segments are, -1..1, on a fixed sample
cohesion            mean distance of a customer to the others of the own segment, same sample
separation          mean distance of a customer to the nearest other segment, same sample
overlap             share of the sample that lies closer to another segment than to the own
gaps                how empty it is between the segments, whatever their form, -1..1; see gaps.py
davies_bouldin      width of the segments against their distance; lower is better
touching            the same with all distances in deviations within the segments, so that long
                    segments side by side are as good as round ones; lower is better
calinski_harabasz   spread between the segments against the spread within
wcss                sum of the squared distances to the middle of the own segment (the elbow)
bic                 of mixtures: how badly the bells fit, and a price for each of their numbers
segments, smallest, largest     number, smallest and largest share of the customers
noise               share of the customers that a density method left outside of its groups
stability           agreement (adjusted Rand) of refits on 80 % of the customers
assignability       how well a tree of four questions tells the segments apart
persistence         agreement with the segments that the same customers were in on an earlier day
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from engine.clustering.gaps import SAMPLE as GAPS_SAMPLE
from engine.clustering.gaps import gaps
from engine.clustering.method import FittedMethod, Labels, Method
from engine.clustering.mixture import FittedMixture
from engine.clustering.witnesses import Witnesses
from engine.errors import NotPossible
from engine.preparation import Array

SILHOUETTE_SAMPLE = 3000
# The most customers that a method is fitted to where much is tried: a candidate before it has held
# the checks that cost little, and null tables.
SCOUTED = 4_000
REFITS = 4
REFIT_SHARE = 0.8
TREE_DEPTH = 4
LEAST_SCATTER = 0.01  # of the mean over all directions
FOLDS = 3


@dataclass(frozen=True, eq=False)
class Distances:
    """All distances within a sample that the seed fixes: measured once for a whole space."""

    kept: npt.NDArray[np.int64]
    matrix: npt.NDArray[np.float32]

    @classmethod
    def measured(cls, points: Array, seed: int) -> Self:
        from scipy.spatial.distance import cdist

        kept = np.arange(len(points))
        if len(points) > SILHOUETTE_SAMPLE:
            generator = np.random.default_rng(seed)
            kept = np.sort(generator.choice(len(points), SILHOUETTE_SAMPLE, replace=False))
        return cls(kept, cdist(points[kept], points[kept]).astype(np.float32))

    def around(self, labels: Labels) -> "Surroundings | None":
        """None when there is nothing to compare: fewer than two segments in the sample."""
        present, own = np.unique(labels[self.kept], return_inverse=True)
        if not 2 <= len(present) < len(own):
            return None
        members = np.eye(len(present), dtype=np.float32)[own]
        sizes = members.sum(axis=0)
        sums = (self.matrix @ members).astype(np.float64)
        rows = np.arange(len(own))
        others = sums / sizes
        others[rows, own] = np.inf
        alone = sizes[own] == 1
        within = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
        return Surroundings(within, others.min(axis=1), alone)

    def gaps(self, labels: Labels, dimensions: int) -> float:
        """On a part of the sample: it costs the square, and a candidate must not wait for it."""
        part = np.arange(len(self.kept))
        if len(part) > GAPS_SAMPLE:
            part = np.linspace(0, len(part) - 1, GAPS_SAMPLE).astype(np.int64)
        return gaps(self.matrix[np.ix_(part, part)], labels[self.kept[part]], dimensions)


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Of each customer of the sample: the mean distance to the others of the own segment and to
    the nearest other segment; and who is alone in a segment, which counts as neither near nor
    far."""

    within: Array
    nearest: Array
    alone: npt.NDArray[np.bool_]

    @property
    def silhouettes(self) -> Array:
        wider = np.maximum(self.within, self.nearest)
        found = np.zeros_like(wider)
        np.divide(self.nearest - self.within, wider, out=found, where=(wider > 0) & ~self.alone)
        return found


def silhouette(points: Array, labels: Labels, seed: int) -> float | None:
    around = Distances.measured(points, seed).around(labels)
    return None if around is None else float(around.silhouettes.mean())


def shape_measures(points: Array, labels: Labels, k: int, distances: Distances) -> dict[str, float]:
    """The cheap ones, that every candidate gets."""
    sizes = np.bincount(labels, minlength=k)
    present, own = np.unique(labels, return_inverse=True)
    middles = _middles(points, own, sizes[present])
    squares = ((points - middles[own]) ** 2).sum(axis=1)
    found = {
        "segments": float(len(present)),
        "smallest": float(sizes.min() / len(labels)),
        "largest": float(sizes.max() / len(labels)),
        "wcss": float(squares.sum()),
    }
    around = distances.around(labels)
    if around is None:
        return found
    silhouettes = around.silhouettes
    return found | {
        "silhouette": float(silhouettes.mean()),
        "cohesion": float(around.within.mean()),
        "separation": float(around.nearest.mean()),
        "overlap": float((silhouettes < 0).mean()),
        "gaps": distances.gaps(labels, points.shape[1]),
        "davies_bouldin": _davies_bouldin(middles, _widths(squares, own)),
        "touching": _touching(_in_deviations(points, points - middles[own]), own),
        "calinski_harabasz": _calinski_harabasz(points, middles, sizes[present], squares.sum()),
    }  # fmt: skip


def _middles(points: Array, own: Labels, sizes: Labels) -> Array:
    sums = np.array([np.bincount(own, weights=column) for column in points.T])
    return sums.reshape(points.shape[1], len(sizes)).T / sizes[:, None]


def _in_deviations(points: Array, scattered: Array) -> Array:
    """Turned and scaled so that the scatter within the segments is one in every direction; with a
    floor, for in some direction there may be next to none."""
    within = scattered.T @ scattered / len(points)
    values, vectors = np.linalg.eigh(within)
    floor = LEAST_SCATTER * values.mean()
    return np.asarray(points @ vectors / np.sqrt(values + floor)) if floor > 0 else points


def _touching(points: Array, own: Labels) -> float:
    middles = _middles(points, own, np.bincount(own))
    return _davies_bouldin(middles, _widths(((points - middles[own]) ** 2).sum(axis=1), own))


def _widths(squares: Array, own: Labels) -> Array:
    """The mean distance to the middle, of each segment."""
    return np.bincount(own, np.sqrt(squares)) / np.bincount(own)


def _davies_bouldin(middles: Array, widths: Array) -> float:
    """For each segment the worst other: both widths against the way between their middles."""
    apart = np.sqrt(((middles[:, None] - middles) ** 2).sum(axis=2))
    np.fill_diagonal(apart, np.inf)
    both = widths[:, None] + widths
    ratios = np.where(apart > 0, both / np.where(apart > 0, apart, 1.0), 0.0)
    return float(ratios.max(axis=1).mean())


def _calinski_harabasz(points: Array, middles: Array, sizes: Labels, within: float) -> float:
    between = float((sizes * ((middles - points.mean(axis=0)) ** 2).sum(axis=1)).sum())
    if within <= 0:
        return 1.0
    return between / (len(sizes) - 1) * (len(points) - len(sizes)) / float(within)


def own_measures(points: Array, fitted: FittedMethod) -> dict[str, float]:
    """What only some methods can say of themselves."""
    if isinstance(fitted, FittedMixture):
        return {"bic": fitted.bic(points)}
    return {"noise": fitted.noise} if isinstance(fitted, Witnesses) else {}


def fit_to_some(
    points: Array, method: Method, k: int, seed: int, most: int | None = None
) -> FittedMethod:
    """To no more customers than the method is made for, and no more than `most`."""
    size = min(method.fitted_on, most or method.fitted_on)
    if len(points) > size:
        generator = np.random.default_rng(seed)
        points = points[np.sort(generator.choice(len(points), size, replace=False))]
    return method.fit(points, k, seed)


def stability(points: Array, labels: Labels, method: Method, k: int, seed: int) -> float:
    """Mean agreement of the labels with those of refits on parts, all customers assigned; a part
    in which the method finds nothing agrees with nothing."""
    generator = np.random.default_rng(seed)
    agreements = []
    for refit in range(REFITS):
        size = round(REFIT_SHARE * len(points))
        kept = np.sort(generator.choice(len(points), size, replace=False))
        try:
            fitted = fit_to_some(points[kept], method, k, seed + 1 + refit)
        except NotPossible:
            agreements.append(0.0)
            continue
        told = fitted.probabilities(points).argmax(axis=1)
        agreements.append(agreement(labels, told))
    return float(np.mean(agreements))


def agreement(labels: Labels, others: Labels) -> float:
    """Adjusted Rand: 1 for the same segments, 0 for what chance would make of them."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(labels, others))


def assignability(answers: Array, labels: Labels, seed: int) -> float | None:
    """Balanced accuracy of the tree, which asks about these columns, on customers it has not
    seen; None when there is nothing to ask, or a segment has too few customers to be in every
    fold."""
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.model_selection import StratifiedKFold
    from sklearn.tree import DecisionTreeClassifier

    if answers.shape[1] == 0 or np.unique(labels, return_counts=True)[1].min() < FOLDS:
        return None
    told = np.empty_like(labels)
    folds: Any = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for taught, asked in folds.split(answers, labels):
        # By information: with eight segments the usual measure finds worse questions (.70, .85).
        tree = DecisionTreeClassifier(
            criterion="entropy",
            max_depth=TREE_DEPTH,
            class_weight="balanced",
            random_state=seed,
        )
        told[asked] = tree.fit(answers[taught], labels[taught]).predict(answers[asked])
    return float(balanced_accuracy_score(labels, told))
