"""What is measured about one way to cut the customers, each a figure with one meaning.

silhouette          how far apart the segments are, -1..1, on a fixed sample
davies_bouldin      width of the segments against their distance; lower is better
calinski_harabasz   spread between the segments against the spread within
segments, smallest, largest     number, smallest and largest share of the customers
stability           agreement (adjusted Rand) of refits on 80 % of the customers
assignability       how well a tree of four questions tells the segments apart
"""

from typing import TYPE_CHECKING

import numpy as np

from engine.clustering.method import Labels, Method, SegmentModel
from engine.preparation import Array, column_values

if TYPE_CHECKING:
    import pandas as pd

SILHOUETTE_SAMPLE = 3000
REFITS = 4
REFIT_SHARE = 0.8
TREE_DEPTH = 4
FOLDS = 3


def silhouette(points: Array, labels: Labels, seed: int) -> float | None:
    """None when there is nothing to compare: fewer than two segments in the sample."""
    from sklearn.metrics import silhouette_score

    kept = np.arange(len(points))
    if len(points) > SILHOUETTE_SAMPLE:
        generator = np.random.default_rng(seed)
        kept = np.sort(generator.choice(len(points), SILHOUETTE_SAMPLE, replace=False))
    if not 2 <= len(np.unique(labels[kept])) < len(kept):
        return None
    return float(silhouette_score(points[kept], labels[kept]))


def shape_measures(points: Array, labels: Labels, k: int, seed: int) -> dict[str, float]:
    """The cheap ones, that every candidate gets."""
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

    shares = np.bincount(labels, minlength=k) / len(labels)
    found = {
        "segments": float(np.count_nonzero(shares)),
        "smallest": float(shares.min()),
        "largest": float(shares.max()),
    }
    separation = silhouette(points, labels, seed)
    if separation is None:
        return found
    return found | {
        "silhouette": separation,
        "davies_bouldin": float(davies_bouldin_score(points, labels)),
        "calinski_harabasz": float(calinski_harabasz_score(points, labels)),
    }


def stability(
    features: "pd.DataFrame", labels: Labels, space: str, method: Method, k: int, seed: int
) -> float:
    """Mean agreement of the labels with those of refits, preparation and all, on parts."""
    from sklearn.metrics import adjusted_rand_score

    generator = np.random.default_rng(seed)
    agreements = []
    for refit in range(REFITS):
        size = round(REFIT_SHARE * len(features))
        kept = np.sort(generator.choice(len(features), size, replace=False))
        model = SegmentModel.fit(features.iloc[kept], space, method, k, seed + 1 + refit)
        agreements.append(adjusted_rand_score(labels, model.assign(features)[0]))
    return float(np.mean(agreements))


def assignability(
    features: "pd.DataFrame", columns: list[str], labels: Labels, seed: int
) -> float | None:
    """Balanced accuracy of the tree on customers it has not seen; None when a segment has too
    few customers to be in every fold."""
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.tree import DecisionTreeClassifier

    if np.unique(labels, return_counts=True)[1].min() < FOLDS:
        return None
    values = np.column_stack([column_values(features, column) for column in columns])
    tree = DecisionTreeClassifier(max_depth=TREE_DEPTH, random_state=seed)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    told = cross_val_predict(tree, values, labels, cv=folds)
    return float(balanced_accuracy_score(labels, told))
