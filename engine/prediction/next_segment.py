"""The next segment: in which one each customer will be when the horizon has passed.

All of it lives under one run: whoever is where, at every moment, is told by that run's frozen
transform, so that a move is a move of the customer and not of the segments. The rules are that
everybody stays, and that everybody goes where most of their segment went; a model that does not
beat the better of them is not served.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.errors import NotPossible
from engine.prediction.bgnbd import BuyTillYouDie
from engine.prediction.examples import Lookout
from engine.prediction.trees import predict_trees

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from engine.prediction.target import Floats

    Places = NDArray[np.int64]  # of a segment in the run's list

STAYS, USUAL_MOVE = "everybody stays", "usual move of the segment"
TREES, WEIGHTED = "boosted trees", "boosted trees, weighted"
MODELS = (TREES, WEIGHTED)
RULES = (STAYS, USUAL_MOVE)
MOST_MOMENTS = 8  # that are learnt from; the newest
MOST_ROWS = 15_000
_ROUNDS = 60
_NOW = "now_"

# The segment of every customer at a moment, by one run: its id, indexed by customer_id.
Members = Callable[[Moment], "pd.Series[str]"]


@dataclass(frozen=True, eq=False)
class Walk:
    """Customers at a moment, and where they were a horizon later."""

    moment: Moment
    features: "pd.DataFrame"
    now: "Places"
    later: "Places"


@dataclass(frozen=True, eq=False)
class Segmented:
    """A shop looked back on under one run; `segments` are its ids, in its order."""

    lookout: Lookout
    members: Members
    segments: tuple[str, ...]
    _known: "dict[Moment, pd.Series[str]]" = field(default_factory=dict, init=False)

    def places(self, moment: Moment) -> "pd.Series[int]":
        """Where everybody is at a moment, as a position in `segments`."""
        if moment not in self._known:
            self._known[moment] = self.members(moment)
        order = {segment: place for place, segment in enumerate(self.segments)}
        return self._known[moment].map(order).astype("int64")

    def standing(self, moment: Moment) -> "tuple[pd.DataFrame, Places]":
        """Everybody who is in a segment then, and in which."""
        import numpy as np

        features = self.lookout.at(moment).features
        places = self.places(moment)
        features = features[features.index.isin(places.index)]
        now: Places = places[features.index].to_numpy().astype(np.int64)
        return features, now

    def walk(self, moment: Moment) -> Walk:
        import numpy as np

        features, now = self.standing(moment)
        later = self.places(moment.days_before(-self.lookout.horizon_days))
        there = features.index.isin(later.index)
        features, now = features[there], now[there]
        then: Places = later[features.index].to_numpy().astype(np.int64)
        return Walk(moment, features, now, then)

    def before(self, cutoff: Moment) -> list[Walk]:
        """Those that had ended by the cut-off, the newest of them."""
        moments = self.lookout.moments(cutoff)[-MOST_MOMENTS:]
        return [walk for walk in map(self.walk, moments) if len(walk.features)]


@dataclass(frozen=True, eq=False)
class FittedWalk:
    """`usual`: the share of each segment (row) that went to each (column)."""

    segments: tuple[str, ...]
    horizon_days: int
    buying: BuyTillYouDie
    columns: tuple[str, ...]
    usual: list[list[float]]
    trees: dict[str, Any]  # by model, XGBoost's own JSON

    def chances(self, name: str, features: "pd.DataFrame", now: "Places") -> "Floats":
        """Of each segment (column) for each customer (row)."""
        import numpy as np

        if name == STAYS:
            return np.eye(len(self.segments))[now]
        if name == USUAL_MOVE:
            found: Floats = np.array(self.usual)[now]
            return found
        matrix = _matrix(features, now, self.buying, self.horizon_days, len(self.segments))
        return predict_trees({"trees": self.trees[name], "scale": 1.0}, matrix[list(self.columns)])

    def to_json(self) -> dict[str, Any]:
        return {
            "segments": list(self.segments),
            "horizon_days": self.horizon_days,
            "buying": self.buying.to_json(),
            "columns": list(self.columns),
            "usual": self.usual,
            "trees": self.trees,
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "FittedWalk":
        return cls(
            tuple(found["segments"]),
            found["horizon_days"],
            BuyTillYouDie(**found["buying"]),
            tuple(found["columns"]),
            found["usual"],
            found["trees"],
        )


def fit_walk(
    segmented: Segmented, cutoff: Moment, seed: int, models: Sequence[str] = MODELS
) -> FittedWalk:
    """From the walks that had ended by the cut-off."""
    import numpy as np
    import pandas as pd

    walks = segmented.before(cutoff)
    if not walks:
        raise NotPossible(
            f"On {cutoff.local_date} nobody's next segment was known: that takes a history of "
            f"more than {segmented.lookout.horizon_days + 60} days.",
            "Load a longer history, or choose a shorter --horizon.",
        )
    horizon, size = segmented.lookout.horizon_days, len(segmented.segments)
    buying = segmented.lookout.buying(cutoff, seed)
    matrix = pd.concat([_matrix(w.features, w.now, buying, horizon, size) for w in walks])
    now = np.concatenate([walk.now for walk in walks])
    later = np.concatenate([walk.later for walk in walks])
    usual = _usual(now, later, size)
    chosen = np.random.default_rng(seed).permutation(len(later))[:MOST_ROWS]
    trees = {
        name: _grow(matrix.iloc[chosen], later[chosen], size, name == WEIGHTED, seed)
        for name in models
        if name in MODELS
    }
    return FittedWalk(segmented.segments, horizon, buying, tuple(matrix.columns), usual, trees)


def _usual(now: "Places", later: "Places", size: int) -> list[list[float]]:
    """A segment that nobody was in stays."""
    import numpy as np

    counts = np.zeros((size, size))
    np.add.at(counts, (now, later), 1)
    counts += np.eye(size) * (counts.sum(axis=1, keepdims=True) == 0)
    shares: list[list[float]] = (counts / counts.sum(axis=1, keepdims=True)).tolist()
    return shares


def _matrix(
    features: "pd.DataFrame", now: "Places", buying: BuyTillYouDie, horizon_days: int, size: int
) -> "pd.DataFrame":
    """What is known of the customers, and a column of noughts and ones for each segment."""
    import numpy as np
    import pandas as pd

    names = [f"{_NOW}{place}" for place in range(size)]
    marks = pd.DataFrame(np.eye(size)[now], index=features.index, columns=names)
    return features.join(buying.columns(features, horizon_days)).join(marks)


def _grow(features: "pd.DataFrame", later: "Places", size: int, weighted: bool, seed: int) -> Any:
    """`weighted`: every segment counts as much as every other."""
    import json

    import numpy as np
    import xgboost

    counts = np.bincount(later, minlength=size)
    weights = (len(later) / np.maximum(counts, 1))[later] if weighted else None
    data = xgboost.DMatrix(features.to_numpy("float32"), label=later, weight=weights)
    settings = {
        "objective": "multi:softprob",
        "num_class": size,
        "max_depth": 4,
        "eta": 0.1,
        "subsample": 0.7,
        "colsample_bytree": 0.6,
        "lambda": 5,
        "seed": seed,
        "nthread": 1,
    }
    booster = xgboost.train(settings, data, num_boost_round=_ROUNDS)
    return json.loads(booster.save_raw("json").decode())
