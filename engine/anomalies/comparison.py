"""What other detectors would have flagged: evidence beside the alerts, never alerts themselves.

Each looks at the same deviations of the features. A forest flags as many as there are alerts;
noise of the density methods is as much as they call so. On large shops a sample is compared.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.anomalies.general import Standing
from engine.anomalies.rarity import Array

_MOST_CUSTOMERS = 4000
_NEIGHBOURS = 10
_DENSE_SHARE = 0.95  # of the customers have so many neighbours within DBSCAN's reach
_SMALLEST_GROUP = 15

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Compared:
    detector: str
    flagged: int
    shared: int  # with the alerts
    customers: int

    def to_json(self) -> dict[str, Any]:
        return {"detector": self.detector, "flagged": self.flagged, "shared": self.shared,
                "customers": self.customers}  # fmt: skip


def compare_detectors(stands: Standing, alerts: Collection[str], seed: int) -> tuple[Compared, ...]:
    """`alerts`: the customers of the alerts."""
    rows = np.arange(len(stands.index))
    if rows.size > _MOST_CUSTOMERS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, _MOST_CUSTOMERS, replace=False))
    points = stands.deviations[rows]
    alerted = stands.index[rows].isin(list(alerts))
    if rows.size <= _SMALLEST_GROUP or points.shape[1] == 0:
        return ()
    count = max(1, int(alerted.sum()))
    flags = {
        "mahalanobis": _highest(stands.distance[rows], count),
        "isolation_forest": _highest(_isolation(points, seed), count),
        "dbscan_noise": _dbscan_noise(points),
        "hdbscan_noise": _hdbscan_noise(points),
    }
    return tuple(
        Compared(name, int(found.sum()), int((found & alerted).sum()), rows.size)
        for name, found in flags.items()
    )


def _highest(values: Array, count: int) -> Flags:
    found = np.zeros(values.shape, dtype=np.bool_)
    found[np.argsort(-values, kind="stable")[:count]] = True
    return found


def _isolation(points: Array, seed: int) -> Array:
    from sklearn.ensemble import IsolationForest

    found: Array = -IsolationForest(random_state=seed).fit(points).score_samples(points)
    return found


def _dbscan_noise(points: Array) -> Flags:
    """Who has too few neighbours within the reach, and is not one of somebody who has enough."""
    from sklearn.cluster import DBSCAN
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=min(_NEIGHBOURS, len(points))).fit(points)
    reach = float(np.quantile(near.kneighbors(points)[0][:, -1], _DENSE_SHARE))
    if reach <= 0:
        return np.zeros(len(points), dtype=np.bool_)
    return np.asarray(DBSCAN(eps=reach, min_samples=_NEIGHBOURS).fit_predict(points) == -1)


def _hdbscan_noise(points: Array) -> Flags:
    from sklearn.cluster import HDBSCAN

    found = HDBSCAN(min_cluster_size=_SMALLEST_GROUP, copy=True).fit_predict(points)
    return np.asarray(found == -1)
