"""Null tables: shops that differ from this one only in having no groups.

A null table has the same margins (the very same values in each prepared column) and the same rank
correlations, joined by a Gaussian copula: one smooth cloud. What a method, with the
same number of segments, finds in it is what it finds in any shop. Groups are natural only where
they stand further apart than that.

They have to pass three levels: the 95th percentile of the tables; what one more groupless shop
exceeds once in a hundred if their separations scatter as a bell does; and the mean of the tables
by a margin. The last two are there because the candidate that comes here was picked among many, and
because the optima that chance offers come in kinds, a rare one of which lies well above the others
(measured: uniform cubes of 800 customers, five times the scatter of their null tables, yet only 7 %
above their mean; what a real shop does makes its spaces up to 14 % further apart than theirs, and
planted segments twice as far).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.clustering.ground import Ground
from engine.clustering.measures import SCOUTED, fit_to_some, silhouette
from engine.clustering.method import METHODS, Method
from engine.clustering.workers import each
from engine.errors import NotPossible
from engine.preparation import Array

TABLES = 20
PERCENTILE = 95
RARE = 0.01
MARGIN = 1.25
ROUNDS = 4


@dataclass(frozen=True)
class NullEvidence:
    """The silhouettes of the null tables, and the level that a natural grouping must pass."""

    silhouettes: tuple[float, ...]
    mean: float
    percentile_95: float
    level: float


def measure_null(
    ground: Ground, method: Method, k: int, seed: int, count: int = TABLES, workers: int = 1
) -> NullEvidence:
    """`k` segments were found. Each table shows the better of what the method makes of it and what
    KMeans does: the method's own may be poor where its shapes do not fit. One that makes its own
    number would find another, or none, which says nothing of these: then KMeans alone."""
    methods = dict.fromkeys((METHODS[0], method) if method.sizes else METHODS[:1])

    def show(table: Array) -> float:
        points = ground.turn(table)
        return max(_null_silhouette(points, tried, k, seed) for tried in methods)

    tables = list(null_tables(ground.coordinates, count, seed))
    found = list(each(show, tables, workers))
    # "weibull" places the percentile so that one more null table exceeds it once in twenty;
    # the usual rule would let nearly one in ten through.
    percentile = float(np.percentile(found, PERCENTILE, method="weibull"))
    mean = float(np.mean(found))
    level = max(percentile, _rarely_exceeded(found), MARGIN * mean)
    return NullEvidence(tuple(found), mean, percentile, level)


def _rarely_exceeded(found: list[float]) -> float:
    """The upper prediction limit for one more value of a normal sample."""
    from scipy.stats import t

    count = len(found)
    wide = float(t.ppf(1 - RARE, count - 1)) * np.sqrt(1 + 1 / count)
    return float(np.mean(found) + wide * np.std(found, ddof=1))


def _null_silhouette(table: Array, method: Method, k: int, seed: int) -> float:
    try:
        labels = fit_to_some(table, method, k, seed, SCOUTED).probabilities(table).argmax(axis=1)
    except NotPossible:
        return -1.0
    found = silhouette(table, labels, seed)
    return -1.0 if found is None else found


def null_tables(points: Array, count: int, seed: int) -> Iterator[Array]:
    generator = np.random.default_rng(seed)
    margins = np.sort(points, axis=0)
    correlation = _latent_correlation(points, margins, generator)
    for _ in range(count):
        yield _joined(margins, generator.standard_normal(margins.shape), correlation)


def _joined(margins: Array, normals: Array, correlation: Array) -> Array:
    """The margins in the order of correlated normals: each value is used exactly once."""
    ranks = (normals @ np.linalg.cholesky(correlation).T).argsort(axis=0).argsort(axis=0)
    return np.take_along_axis(margins, ranks, axis=0)


def _latent_correlation(points: Array, margins: Array, generator: np.random.Generator) -> Array:
    """The correlation of the normals that gives the table's own rank correlations.

    2 sin(pi r / 6) is exact without ties; equal values (one order, one order, ...) weaken it, so
    it is mended by what a trial table shows, a few times on the same normals.
    """
    wanted = _as_normal(_rank_correlation(points))
    normals = generator.standard_normal(margins.shape)
    latent = _valid(wanted)
    for _ in range(ROUNDS):
        got = _as_normal(_rank_correlation(_joined(margins, normals, latent)))
        latent = _valid(latent + wanted - got)
    return latent


def _rank_correlation(points: Array) -> Array:
    """Spearman's; nothing goes along with a constant column."""
    from scipy.stats import rankdata

    ranks = rankdata(points, axis=0)
    ranks -= ranks.mean(axis=0)
    spread = np.sqrt((ranks**2).sum(axis=0))
    ranks /= np.where(spread > 0, spread, 1.0)
    found = ranks.T @ ranks
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)


def _as_normal(rank_correlation: Array) -> Array:
    return np.asarray(2 * np.sin(np.pi * rank_correlation / 6), dtype=np.float64)


def _valid(correlation: Array) -> Array:
    """The nearest-by-eigenvalues matrix that is a correlation: positive, with a diagonal of 1."""
    values, vectors = np.linalg.eigh((correlation + correlation.T) / 2)
    mended = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    spread = np.sqrt(np.diagonal(mended))
    return np.asarray(mended / np.outer(spread, spread))
