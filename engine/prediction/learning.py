"""Learning at a cut-off: examples joined to one matrix, models fitted to it, the season put in.

What is fitted is plain numbers; `Fitted.to_json` is all of a stored model.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.prediction.bgnbd import BuyTillYouDie
from engine.prediction.columns import YEAR
from engine.prediction.examples import STEP_DAYS, Examples, Lookout
from engine.prediction.models import BLEND, Model, model_named, seen_by
from engine.prediction.months import without_months
from engine.prediction.season import correct, find_shift
from engine.prediction.target import Target

if TYPE_CHECKING:
    import pandas as pd

    from engine.prediction.target import Floats, Kind

MOST_ROWS = 15_000  # of training; more costs time and gains little
_LEAST_BEFORE = 180  # days of history before the year-ago moment, so that models know something


@dataclass(frozen=True, eq=False)
class Fitted:
    """Models of one target as of one cut-off; `shift` corrects the level for the season."""

    kind: "Kind"
    horizon_days: int
    buying: BuyTillYouDie
    columns: tuple[str, ...]
    bodies: dict[str, Any]
    shift: float | None = None

    def matrix(self, features: "pd.DataFrame") -> "pd.DataFrame":
        """What every model but the deep ones reads."""
        return self._plain(self._whole(features))

    def _whole(self, features: "pd.DataFrame") -> "pd.DataFrame":
        return features.assign(**self.buying.columns(features, self.horizon_days))

    def _plain(self, whole: "pd.DataFrame") -> "pd.DataFrame":
        return whole[list(self.columns)]

    def predict(self, features: "pd.DataFrame") -> "dict[str, Floats]":
        """By every model, without the season."""
        whole = self._whole(features)
        return {
            name: model_named(name).predict(body, whole if "shape" in body else self._plain(whole))
            for name, body in self.bodies.items()
        }

    def serve(self, features: "pd.DataFrame") -> "Floats":
        """By the mean of the models that are here, the season in."""
        mixed = mix(self.kind, list(self.predict(features).values()))
        return mixed if self.shift is None else correct(self.kind, mixed, self.shift)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "horizon_days": self.horizon_days,
            "buying": self.buying.to_json(),
            "columns": list(self.columns),
            "bodies": self.bodies,
            "shift": self.shift,
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "Fitted":
        return cls(
            found["kind"],
            found["horizon_days"],
            BuyTillYouDie(**found["buying"]),
            tuple(found["columns"]),
            found["bodies"],
            found["shift"],
        )


@dataclass(frozen=True, eq=False)
class Learner:
    """Fits models of one target on what a cut-off knew; `most_rows` bounds the time it takes."""

    lookout: Lookout
    target: Target
    seed: int
    most_rows: int = MOST_ROWS
    excluded: tuple[str, ...] = ()
    _shifts: dict[Any, float | None] = field(default_factory=dict, init=False)

    def fit(self, cutoff: Moment, models: Sequence[Model]) -> Fitted:
        return self._fit(cutoff, self.lookout.before(cutoff), models)

    def shift(self, cutoff: Moment, names: Sequence[str]) -> float | None:
        """What a model that never saw the season a year ago missed then; None without a year."""
        key = (cutoff, tuple(names))
        if key not in self._shifts:
            self._shifts[key] = self._find_shift(cutoff, names)
        return self._shifts[key]

    def _find_shift(self, cutoff: Moment, names: Sequence[str]) -> float | None:
        import numpy as np

        year_ago = cutoff.days_before(YEAR)
        if year_ago.days_before(_LEAST_BEFORE).at < self.lookout.history.first.at:
            return None
        known = [e for e in self.lookout.before(cutoff) if _apart(e.moment, year_ago) >= STEP_DAYS]
        then = self.lookout.at(year_ago)
        if not known or not len(then.features):
            return None
        fitted = self._fit(cutoff, known, [model_named(name) for name in names])
        predicted = mix(self.target.kind, list(fitted.predict(self.features(then)).values()))
        truth = self.target.truth(then.outcomes)
        told = np.isfinite(truth)
        return find_shift(self.target.kind, truth[told], predicted[told])

    def features(self, examples: Examples) -> "pd.DataFrame":
        unread = [*self.excluded, *self.target.unread]
        return examples.features.drop(columns=unread, errors="ignore")

    def _fit(self, cutoff: Moment, training: Sequence[Examples], models: Sequence[Model]) -> Fitted:
        from threadpoolctl import threadpool_limits

        kind, horizon = self.target.kind, self.lookout.horizon_days
        buying = self.lookout.buying(cutoff, self.seed)
        features, truth = self._drawn(training)
        features = features.assign(**buying.columns(features, horizon))
        # A column that nothing was known of yet teaches nothing, and some models mind it.
        features = features.fillna(dict.fromkeys(features.columns[features.isna().all()], 0.0))
        with threadpool_limits(1):  # the same sums whatever the machine
            bodies = {
                model.name: model.fit(seen_by(model.name, features), truth, kind, self.seed)
                for model in models
            }
        columns = tuple(without_months(features.columns))
        return Fitted(kind, horizon, buying, columns, bodies)

    def _drawn(self, training: Sequence[Examples]) -> "tuple[pd.DataFrame, Floats]":
        """Of all the examples as many as are learnt from; only those are joined."""
        import numpy as np
        import pandas as pd

        truths = [self.target.truth(examples.outcomes) for examples in training]
        truth = np.concatenate(truths)
        chosen = _sample(np.isfinite(truth), self.most_rows, self.seed)
        ends = np.cumsum([len(one) for one in truths])
        starts = ends - [len(one) for one in truths]
        parts = np.split(chosen, np.searchsorted(chosen, ends[:-1]))
        frames = [
            self.features(examples).iloc[part - start]
            for examples, part, start in zip(training, parts, starts, strict=True)
        ]
        return pd.concat(frames), truth[chosen]


def mix(kind: "Kind", predicted: "Sequence[Floats]") -> "Floats":
    """The mean: of chances in log-odds, so that a sure model is heard; of money and days as is."""
    import numpy as np

    if len(predicted) == 1:
        return predicted[0]
    if kind != "chance":
        found: Floats = np.mean(predicted, axis=0)
        return found
    clipped = np.clip(predicted, 1e-6, 1 - 1e-6)
    odds = np.log(clipped / (1 - clipped)).mean(axis=0)
    chance: Floats = 1 / (1 + np.exp(-odds))
    return chance


def name_of(members: Sequence[str]) -> str:
    return members[0] if len(members) == 1 else f"{BLEND} of {', '.join(members)}"


def _apart(one: Moment, other: Moment) -> int:
    return abs((one.local_date - other.local_date).days)


def _sample(usable: Any, most: int, seed: int) -> Any:
    import numpy as np

    rows = np.flatnonzero(usable)
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
