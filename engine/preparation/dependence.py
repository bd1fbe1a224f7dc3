"""Does a column go together with any other? Told by tables of counts, against shuffled columns.

Each column is cut into a few codes of about the same size (a word is its own codes). For a pair,
chi-squared says how far the table of counts is from that of two columns without relation, less
what is expected by chance, in its standard deviations. A column speaks when its largest value
beside any other column is beyond those of about a thousand shuffled columns. Any form of relation
counts, a missing value on either side leaves the customer out of the pair.
"""

import numpy as np
import numpy.typing as npt

from engine.preparation.step import Array, Quantile

Codes = npt.NDArray[np.int64]

MOST_CODES = 8
SHUFFLED_COLUMNS = 1000
FEWEST_SHUFFLES = 20


def to_codes(values: Array) -> Codes:
    """About equally many customers in each code, equal values together; missing is -1."""
    known = np.isfinite(values)
    codes = np.full(len(values), -1, dtype=np.int64)
    if known.any():
        wanted = int(np.clip(np.sqrt(known.sum() / 20), 2, MOST_CODES))
        below = Quantile.fit(values[known]).apply(values[known])
        codes[known] = np.unique(np.floor(below * wanted), return_inverse=True)[1]
    return codes


def beyond_chance(columns: list[Codes], seed: int) -> list[bool]:
    """For each column, whether it goes together with another one."""
    if len(columns) < 2:
        return [False] * len(columns)
    coded = [_gathered(codes) for codes in columns]
    found = _strongest(coded)
    generator = np.random.default_rng(seed)
    shuffles = max(FEWEST_SHUFFLES, -(-SHUFFLED_COLUMNS // len(coded)))
    level = max(
        float(_strongest([generator.permutation(codes) for codes in coded]).max())
        for _ in range(shuffles)
    )
    return [bool(value > level) for value in found]


def _gathered(codes: Codes) -> Codes:
    """The rarest codes of a word joined into one: a table of rare cells tells of chance."""
    counts = np.bincount(codes[codes >= 0]) if (codes >= 0).any() else np.zeros(1, dtype=np.int64)
    if counts.size <= MOST_CODES:
        return codes
    large = np.argsort(-counts, kind="stable")[: MOST_CODES - 1]
    place = np.full(counts.size, MOST_CODES - 1, dtype=np.int64)
    place[large] = np.arange(large.size)
    return np.where(codes >= 0, place[codes], -1)


def _strongest(columns: list[Codes]) -> Array:
    """The largest standardised chi-squared of each column beside any other."""
    owner, indicators = _indicators(columns)
    members = (owner[:, None] == np.arange(len(columns))).astype(np.float64)
    counts = (indicators.T @ indicators).astype(np.float64)
    sums = counts @ members  # of a code, over the customers who are known in the other column
    both = members.T @ sums
    pairs = np.maximum(both[np.ix_(owner, owner)], 1.0)
    expected = sums[:, owner] * sums[:, owner].T / pairs
    cells = np.divide(
        (counts - expected) ** 2, expected, out=np.zeros_like(counts), where=expected > 0
    )
    chi_squared = members.T @ cells @ members
    used = members.T @ (sums > 0)
    freedom = np.maximum(used - 1, 0) * np.maximum(used - 1, 0).T
    strength = (chi_squared - freedom) / np.sqrt(2 * np.maximum(freedom, 1))
    np.fill_diagonal(strength, -np.inf)
    return np.asarray(strength.max(axis=1))


def _indicators(columns: list[Codes]) -> tuple[Codes, npt.NDArray[np.float32]]:
    """The column of each code, and one column of zeros and ones for each code."""
    sizes = [int(codes.max(initial=-1)) + 1 for codes in columns]
    owner = np.repeat(np.arange(len(columns)), sizes)
    indicators = np.zeros((len(columns[0]), owner.size), dtype=np.float32)
    start = 0
    for codes, size in zip(columns, sizes, strict=True):
        known = np.flatnonzero(codes >= 0)
        indicators[known, start + codes[known]] = 1.0
        start += size
    return owner, indicators
