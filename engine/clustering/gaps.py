"""How empty it is between the segments, whatever their form (after DBCV, Moulavi et al. 2014).

A crescent around another has its middle in the other, and everything that goes by middles or mean
distances calls the cut good that halves both. What tells them apart is the gap: one walks through a
segment in short steps, and needs a wide one to leave it.

Steps are as long as the distance, and at least as long as each end's distance to its own few
neighbours, so that a stray customer is no bridge. For each segment, the shortest step to another is
held against the longest that the segment itself needs: 1 where nothing is in between, 0 where both
are the same, less where a cut runs through a crowd. The mean over the customers is the measure.
"""

import numpy as np
import numpy.typing as npt

from engine.clustering.method import Labels

SAMPLE = 1000
NEIGHBOURS = 5
NEARER = 1e-4  # of the distance: among equal steps the one to the nearer customer is taken

Matrix = npt.NDArray[np.floating]


def gaps(distances: Matrix, labels: Labels, dimensions: int) -> float:
    """-1..1, of all distances within a sample and the segment of each; -1 for a single segment."""
    segments = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    if len(segments) < 2:
        return -1.0
    steps = _steps(distances, segments, max(NEIGHBOURS, 2 * dimensions))
    walks = [_walk(steps[np.ix_(segment, segment)]) for segment in segments]
    within = [longest for _, longest in walks]
    cores = [segment[inner] for segment, (inner, _) in zip(segments, walks, strict=True)]
    found = [
        _share(_way_out(steps, core, np.concatenate(cores[:place] + cores[place + 1 :])), longest)
        for place, (core, longest) in enumerate(zip(cores, within, strict=True))
    ]
    return float(np.average(found, weights=[len(segment) for segment in segments]))


def _steps(distances: Matrix, segments: list[Labels], neighbours: int) -> Matrix:
    crowd = np.zeros(len(distances), dtype=distances.dtype)
    for segment in segments:
        own = distances[np.ix_(segment, segment)]
        place = min(neighbours, len(segment) - 1)
        crowd[segment] = np.partition(own, place, axis=1)[:, place]
    steps = np.maximum(distances, np.maximum(crowd[:, None], crowd))
    return np.asarray(steps + NEARER * distances)


def _walk(steps: Matrix) -> tuple[npt.NDArray[np.bool_], float]:
    """The shortest way to reach every customer of a segment (Prim's tree): who lies on the way to
    somebody else, and the longest step between two of these. Where nobody does, all count."""
    size = len(steps)
    nearest, comes_from = steps[0].copy(), np.zeros(size, dtype=np.int64)
    nearest[0] = np.inf
    reached = np.zeros(size, dtype=bool)
    reached[0] = True
    links = np.zeros((size - 1, 2), dtype=np.int64)
    for place in range(size - 1):
        new = int(nearest.argmin())
        links[place] = comes_from[new], new
        reached[new] = True
        closer = (steps[new] < nearest) & ~reached
        nearest[closer] = steps[new][closer]
        comes_from[closer] = new
        nearest[new] = np.inf
    inner = np.bincount(links.ravel(), minlength=size) > 1
    between = links[inner[links].all(axis=1)]
    if not len(between):
        inner, between = np.ones(size, dtype=bool), links
    return inner, float(max((steps[a, b] for a, b in between), default=0.0))


def _way_out(steps: Matrix, core: Labels, others: Labels) -> float:
    return float(steps[np.ix_(core, others)].min())


def _share(way_out: float, longest: float) -> float:
    wider = max(way_out, longest)
    return (way_out - longest) / wider if wider > 0 else 0.0
