"""Rules: what anybody would guess without a model, each fitted to the past with one number or two.

A model that does not beat the best of them is not served. BG/NBD is a rule in form only (it reads
one column that `bgnbd` worked out) and counts as a model.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from engine.prediction.target import Floats, Kind


@dataclass(frozen=True)
class Everybody:
    """The same for everybody: the share, or the mean, of the past."""

    name: str = "everybody alike"
    kinds: "tuple[Kind, ...]" = ("chance", "money")

    def fit(self, features: "pd.DataFrame", truth: "Floats", kind: "Kind", seed: int) -> Any:
        return {"mean": float(truth.mean())}

    def predict(self, body: Any, features: "pd.DataFrame") -> "Floats":
        import numpy as np

        return np.full(len(features), body["mean"])


@dataclass(frozen=True)
class Curve:
    """A logistic curve over the logarithm of one column."""

    name: str
    column: str
    kinds: "tuple[Kind, ...]" = ("chance",)

    def fit(self, features: "pd.DataFrame", truth: "Floats", kind: "Kind", seed: int) -> Any:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=1e4).fit(self._levels(features).reshape(-1, 1), truth > 0)
        return {"intercept": float(model.intercept_[0]), "slope": float(model.coef_[0][0])}

    def predict(self, body: Any, features: "pd.DataFrame") -> "Floats":
        import numpy as np

        level = body["intercept"] + body["slope"] * self._levels(features)
        found: Floats = 1 / (1 + np.exp(-level))
        return found

    def _levels(self, features: "pd.DataFrame") -> "Floats":
        import numpy as np

        found: Floats = np.log1p(np.nan_to_num(features[self.column].to_numpy("float64")).clip(0))
        return found


@dataclass(frozen=True)
class Share:
    """A fixed part of one column of money; `per` is the column of days that it is spread over."""

    name: str
    column: str
    per: str = ""
    kinds: "tuple[Kind, ...]" = ("money",)

    def fit(self, features: "pd.DataFrame", truth: "Floats", kind: "Kind", seed: int) -> Any:
        level = self._levels(features)
        return {"part": float(truth.sum() / max(level.sum(), 1.0))}

    def predict(self, body: Any, features: "pd.DataFrame") -> "Floats":
        found: Floats = body["part"] * self._levels(features)
        return found

    def _levels(self, features: "pd.DataFrame") -> "Floats":
        import numpy as np

        level: Floats = np.nan_to_num(features[self.column].to_numpy("float64")).clip(0)
        if self.per:
            level = level / (features[self.per].to_numpy("float64") + 90)  # calms newcomers
        return level


@dataclass(frozen=True)
class UsualGap:
    """The usual time between purchases after the last one; who is overdue: as long as so far."""

    name: str = "usual time between purchases"
    kinds: "tuple[Kind, ...]" = ("days",)

    def fit(self, features: "pd.DataFrame", truth: "Floats", kind: "Kind", seed: int) -> Any:
        return {"gap": float(features["gap"].median())}

    def predict(self, body: Any, features: "pd.DataFrame") -> "Floats":
        import numpy as np

        recency = features["recency"].to_numpy("float64")
        left = features["gap"].fillna(body["gap"]).to_numpy("float64") - recency
        found: Floats = np.where(left > 0, left, np.maximum(recency, 1))
        return found


@dataclass(frozen=True)
class BuyTillYouDieModel:
    """BG/NBD with Gamma-Gamma, as fitted to the orders alone; it never sees an outcome."""

    name: str = "BG/NBD"
    kinds: "tuple[Kind, ...]" = ("chance", "money", "days")

    def fit(self, features: "pd.DataFrame", truth: "Floats", kind: "Kind", seed: int) -> Any:
        """Whether the truth is that somebody stays away: the sign of the two together."""
        import numpy as np

        if kind != "chance":
            return {"column": "bg_value" if kind == "money" else "bg_next"}
        quiet = features["bg_quiet"].to_numpy("float64")
        away = float(np.mean((quiet - quiet.mean()) * (truth - truth.mean()))) >= 0
        return {"column": "bg_quiet", "away": away}

    def predict(self, body: Any, features: "pd.DataFrame") -> "Floats":
        found: Floats = features[body["column"]].to_numpy("float64")
        return found if body.get("away", True) else 1 - found
