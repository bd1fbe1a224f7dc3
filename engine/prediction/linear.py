"""Logistic regression over the logarithms of the columns, kept as plain coefficients."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from engine.prediction.target import Floats, Kind


@dataclass(frozen=True)
class Logistic:
    name: str = "logistic regression"
    kinds: "tuple[Kind, ...]" = ("chance",)

    def fit(self, features: "pd.DataFrame", truth: "Floats", kind: "Kind", seed: int) -> Any:
        import pandas as pd
        from sklearn.linear_model import LogisticRegression

        levels = pd.DataFrame(logs(features))
        middle = levels.mean().fillna(0)
        spread = levels.std().fillna(0).replace(0, 1)
        body = {"middle": middle.tolist(), "spread": spread.tolist()}
        model = LogisticRegression(C=0.3, max_iter=300).fit(scaled(body, features), truth > 0)
        return body | {
            "intercept": float(model.intercept_[0]),
            "coefficients": model.coef_[0].tolist(),
        }

    def predict(self, body: Any, features: "pd.DataFrame") -> "Floats":
        import numpy as np

        margin = self.contributions(body, features).sum(axis=1)
        found: Floats = 1 / (1 + np.exp(-margin))
        return found

    def contributions(self, body: Any, features: "pd.DataFrame") -> "Floats":
        """What each column adds to the margin, the constant last."""
        import numpy as np

        parts = scaled(body, features) * np.array(body["coefficients"])
        return np.column_stack([parts, np.full(len(features), body["intercept"])])


def logs(features: "pd.DataFrame") -> "Floats":
    import numpy as np

    values = features.to_numpy("float64")
    found: Floats = np.sign(values) * np.log1p(np.abs(values))
    return found


def scaled(body: Any, features: "pd.DataFrame") -> "Floats":
    """In standard deviations, five at most; what is not known is the mean."""
    import numpy as np

    scaled = (logs(features) - np.array(body["middle"])) / np.array(body["spread"])
    found: Floats = np.nan_to_num(scaled).clip(-5, 5)
    return found
