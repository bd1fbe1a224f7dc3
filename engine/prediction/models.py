"""The models that compete. One more is one line in RULES or MODELS.

A model fits plain numbers (its body, JSON as it stands) and predicts from them; it keeps nothing
in itself, so that what is stored is all there is.
"""

from typing import TYPE_CHECKING, Any, Protocol

from engine.prediction.deep import DEEP, DeepModel
from engine.prediction.linear import Logistic
from engine.prediction.months import without_months
from engine.prediction.rules import BuyTillYouDieModel, Curve, Everybody, Share, UsualGap
from engine.prediction.trees import BoostedTrees, HistogramTrees, RandomForest

if TYPE_CHECKING:
    import pandas as pd

    from engine.prediction.target import Floats, Kind


class Model(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def kinds(self) -> "tuple[Kind, ...]": ...
    def fit(self, features: "pd.DataFrame", truth: "Floats", kind: "Kind", seed: int) -> Any: ...
    def predict(self, body: Any, features: "pd.DataFrame") -> "Floats": ...


RULES: tuple[Model, ...] = (
    Everybody(),
    Curve("recency rule", "recency"),
    Curve("overdue rule", "overdue"),
    Curve("spend rule", "monetary"),
    Curve("same season last year", "season_orders"),
    Share("spend of the last 90 days", "spend_90"),
    Share("usual rate of spending", "monetary", per="tenure"),
    Share("spend of the same season last year", "season_spend"),
    UsualGap(),
)
MODELS: tuple[Model, ...] = (
    BuyTillYouDieModel(),
    Logistic(),
    RandomForest(),
    HistogramTrees(),
    BoostedTrees(),
)
# Tried beside the plain ones where one outcome is rare.
WEIGHTED: Model = BoostedTrees("boosted trees, weighted", True, ("chance",))
BLEND = "blend"

_BY_NAME: dict[str, Model] = {model.name: model for model in (*RULES, *MODELS, WEIGHTED, *DEEP)}


def model_named(name: str) -> Model:
    return _BY_NAME[name]


def contenders(kind: "Kind", deep: bool = False) -> tuple[tuple[Model, ...], tuple[Model, ...]]:
    """The rules and the models for a kind of target; the deep ones only where they are wanted."""
    rules = tuple(model for model in RULES if kind in model.kinds)
    models: tuple[Model, ...] = (*MODELS, *DEEP) if deep else MODELS
    return rules, tuple(model for model in models if kind in model.kinds)


def seen_by(name: str, features: "pd.DataFrame") -> "pd.DataFrame":
    """All columns; the months are for the deep models alone."""
    if isinstance(model_named(name), DeepModel):
        return features
    return features[without_months(features.columns)]
