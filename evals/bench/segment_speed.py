"""How long a million customers take from features in memory to evidence and labels, beside one
KMeans of scikit-learn on the same columns, in the same run."""

import resource
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from evals.bench.bars import Setting

if TYPE_CHECKING:
    import pandas as pd

_GIB = 2**20  # of the kibibytes that the system counts
_MOST_GIB = 4
_FEWEST_CANDIDATES = 30
_THREADS = 2


def measure(setting: Setting) -> float:
    from engine.clustering.choice import choose_segmentation

    frame = _shop(1_000_000 if setting.full else 100_000)
    later = _later(frame)
    baseline = _baseline(frame)
    setting.say(f"KMeans(6, n_init=10) in float32 on two threads: {baseline:.1f} s")
    started = perf_counter()
    found = choose_segmentation(frame, frame, later, 0, workers=_THREADS)
    seconds = perf_counter() - started
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _GIB
    setting.say(f"{found.verdict}, {found.method}, {len(found.candidates)} candidates in "
                f"{seconds:.1f} s, {gib:.2f} GiB")  # fmt: skip
    if len(found.candidates) < _FEWEST_CANDIDATES or gib > _MOST_GIB:
        return float("inf")
    return round(seconds / baseline, 2)


def _baseline(frame: "pd.DataFrame") -> float:
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    points = frame[["recency", "frequency", "monetary"]].rank(pct=True).to_numpy(np.float32)
    started = perf_counter()
    with threadpool_limits(_THREADS):
        KMeans(6, n_init=10, random_state=0).fit(points)
    return perf_counter() - started


def _shop(customers: int) -> "pd.DataFrame":
    import pandas as pd

    draw = np.random.default_rng(0)
    active = draw.normal(size=customers)
    noise = draw.normal(size=(customers, 3)) * 0.7
    recency = np.minimum(np.exp(4.5 - active + noise[:, 0]), 900).astype(np.int64)
    return pd.DataFrame(
        {
            "recency": recency,
            "frequency": np.maximum(np.exp(1 + active + noise[:, 1]).round(), 1).astype(np.int64),
            "monetary": np.exp(8 + active + noise[:, 2]).astype(np.int64),
            "tenure": recency + 100,
        },
        index=[f"c{place:07}" for place in range(customers)],
    )


def _later(frame: "pd.DataFrame") -> "pd.Series[float]":
    import pandas as pd

    draw = np.random.default_rng(1)
    again = np.log(frame["recency"].to_numpy() + 1) + draw.normal(size=len(frame)) < 4
    spent = frame["monetary"].to_numpy() / frame["frequency"].to_numpy()
    return pd.Series(np.where(again, spent, 0.0), index=frame.index)
