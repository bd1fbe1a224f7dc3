"""Null tables: shops that differ from this one only in having no groups.

A null table has the same margins (the very same values in each column) and the same rank
correlations, joined by a Gaussian copula: one smooth cloud. What a method, in the same space and
with the same number of segments, finds in it is what it finds in any shop. Groups are natural
only where they stand further apart than that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.clustering.measures import silhouette
from engine.clustering.method import Method, SegmentModel
from engine.errors import NotPossible
from engine.preparation import Array, column_values, columns_of

if TYPE_CHECKING:
    import pandas as pd

TABLES = 20
PERCENTILE = 95
ROUNDS = 4


@dataclass(frozen=True)
class NullEvidence:
    """The silhouettes of the null tables, and the level that a natural grouping must pass."""

    silhouettes: tuple[float, ...]
    mean: float
    percentile_95: float


def measure_null(
    features: "pd.DataFrame", space: str, method: Method, k: int, seed: int
) -> NullEvidence:
    found = [
        _null_silhouette(table, space, method, k, seed)
        for table in null_tables(features, columns_of(features, space), TABLES, seed)
    ]
    # "weibull" places the percentile so that one more null table exceeds it once in twenty;
    # the usual rule would let nearly one in ten through.
    level = float(np.percentile(found, PERCENTILE, method="weibull"))
    return NullEvidence(tuple(found), float(np.mean(found)), level)


def _null_silhouette(table: "pd.DataFrame", space: str, method: Method, k: int, seed: int) -> float:
    try:
        model = SegmentModel.fit(table, space, method, k, seed)
    except NotPossible:
        return -1.0
    found = silhouette(model.preparation.apply(table), model.assign(table)[0], seed)
    return -1.0 if found is None else found


def null_tables(
    features: "pd.DataFrame", columns: list[str], count: int, seed: int
) -> Iterator["pd.DataFrame"]:
    generator = np.random.default_rng(seed)
    margins = np.sort(np.column_stack([column_values(features, name) for name in columns]), axis=0)
    correlation = _latent_correlation(features, columns, margins, generator)
    for _ in range(count):
        normals = generator.standard_normal(margins.shape)
        values = _joined(margins, normals, correlation)
        yield features.assign(**dict(zip(columns, values.T, strict=True)))


def _joined(margins: Array, normals: Array, correlation: Array) -> Array:
    """The margins in the order of correlated normals: each value is used exactly once."""
    ranks = (normals @ np.linalg.cholesky(correlation).T).argsort(axis=0).argsort(axis=0)
    return np.take_along_axis(margins, ranks, axis=0)


def _latent_correlation(
    features: "pd.DataFrame", columns: list[str], margins: Array, generator: np.random.Generator
) -> Array:
    """The correlation of the normals that gives the table's own rank correlations.

    2 sin(pi r / 6) is exact without ties; equal values (one order, one order, ...) weaken it, so
    it is mended by what a trial table shows, a few times on the same normals.
    """
    wanted = _as_normal(features[columns].corr(method="spearman").fillna(0.0).to_numpy())
    normals = generator.standard_normal(margins.shape)
    latent = _valid(wanted)
    for _ in range(ROUNDS):
        values = _joined(margins, normals, latent)
        trial = features.assign(**dict(zip(columns, values.T, strict=True)))[columns]
        got = _as_normal(trial.corr(method="spearman").fillna(0.0).to_numpy())
        latent = _valid(latent + wanted - got)
    return latent


def _as_normal(rank_correlation: Array) -> Array:
    return np.asarray(2 * np.sin(np.pi * rank_correlation / 6), dtype=np.float64)


def _valid(correlation: Array) -> Array:
    """The nearest-by-eigenvalues matrix that is a correlation: positive, with a diagonal of 1."""
    values, vectors = np.linalg.eigh((correlation + correlation.T) / 2)
    mended = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    spread = np.sqrt(np.diagonal(mended))
    return np.asarray(mended / np.outer(spread, spread))
