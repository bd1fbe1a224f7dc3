"""Reasons: what moved one customer's score, in sentences, with the value of a typical customer.

Trees tell what each column added to the margin (XGBoost's own contributions, which sum to it);
a logistic regression is a sum as it stands; BG/NBD is told by what it looks at.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.concepts import Money
from engine.facts import count_text, money_text, ratio_text, share_text
from engine.prediction.bgnbd import BUYING
from engine.prediction.columns import column_of
from engine.prediction.deep import DeepModel
from engine.prediction.learning import Fitted
from engine.prediction.linear import Logistic
from engine.prediction.models import model_named
from engine.prediction.rules import BuyTillYouDieModel, Curve, Share
from engine.prediction.trees import contributions

if TYPE_CHECKING:
    import pandas as pd

    from engine.prediction.target import Floats

_SHOWN = 5
_SAMPLE = 500  # customers, to say what matters on the whole
_SEEN_BY_BUYING = ("recency", "buying_days", "tenure")


@dataclass(frozen=True)
class Reason:
    """`effect` is in the units of the margin: above 0 it raised the prediction."""

    column: str
    value: float | None
    typical: float | None
    effect: float | None
    sentence: str


def find_reasons(
    fitted: Fitted, features: "pd.DataFrame", customer: str, typical: "pd.Series", currency: str
) -> list[Reason]:
    """The strongest first; `typical` holds the median of the customer's segment by column."""
    own = features.loc[[customer]]
    effects = _effects(fitted, own)
    matrix = fitted.matrix(own).iloc[0]
    names = sorted(effects, key=lambda name: -abs(effects[name] or 0))
    return [
        _reason(name, float(matrix[name]), typical.get(name), effects[name], currency)
        for name in names
        if name not in BUYING
    ][:_SHOWN]


def global_drivers(fitted: Fitted, features: "pd.DataFrame", seed: int) -> dict[str, float]:
    """The mean size of what each column adds, of a sample; the largest first, as parts of one."""
    import numpy as np

    sample = features.sample(min(len(features), _SAMPLE), random_state=seed)
    sizes = dict.fromkeys(fitted.columns, 0.0)
    for parts in _parts(fitted, sample):
        whole = np.abs(parts[:, :-1]).mean(axis=0)
        for name, size in zip(fitted.columns, whole / max(whole.sum(), 1e-12), strict=True):
            sizes[name] += float(size)
    total = sum(sizes.values())
    ranked = sorted(sizes.items(), key=lambda item: -item[1])
    return {name: size / total for name, size in ranked if total and size > 0}


def _effects(fitted: Fitted, own: "pd.DataFrame") -> dict[str, float | None]:
    """By column, the mean over the models that serve; None: looked at, by how much is not told."""
    import numpy as np

    parts = _parts(fitted, own)
    found: dict[str, float | None] = {}
    if parts:
        mean = np.sum([part[0, :-1] for part in parts], axis=0) / len(fitted.bodies)
        found |= {n: float(v) for n, v in zip(fitted.columns, mean, strict=True) if v}
    for name in fitted.bodies:
        for column in _looked_at(name):
            found.setdefault(column, None)
    return found


def _parts(fitted: Fitted, features: "pd.DataFrame") -> "list[Floats]":
    """Of each model that can say: what every column adds to the margin, the constant last."""
    matrix = fitted.matrix(features)
    found = []
    for name, body in fitted.bodies.items():
        model: Any = model_named(name)
        if "trees" in body:
            found.append(contributions(body, matrix)[0])
        elif isinstance(model, Logistic):
            found.append(model.contributions(body, matrix))
    return found


def _looked_at(name: str) -> tuple[str, ...]:
    model = model_named(name)
    if isinstance(model, BuyTillYouDieModel):
        return _SEEN_BY_BUYING
    if isinstance(model, DeepModel):
        return ("recency", "orders_365", "spend_365")
    if isinstance(model, Curve | Share):
        return (model.column,)
    return ("gap", "recency") if "days" in model.kinds else ()


def _reason(name: str, value: float, typical: Any, effect: float | None, currency: str) -> Reason:
    own = None if value != value else value
    usual = None if typical is None or typical != typical else float(typical)
    said = column_of(name).says.format(_words(name, own, currency))
    compared = "" if usual is None else f" (typical here: {_words(name, usual, currency)})"
    way = ""
    if effect is not None:
        way = ", which raises it" if effect > 0 else ", which lowers it"
    return Reason(name, own, usual, effect, f"The customer {said}{compared}{way}.")


def _words(name: str, value: float | None, currency: str) -> str:
    if value is None:
        return "an unknown number"
    unit = column_of(name).unit
    if unit == "money":
        return money_text(Money(round(value), currency))
    if unit == "share":
        return share_text(value)
    if unit == "days":
        return f"{round(value):,} {'day' if round(value) == 1 else 'days'}"
    return ratio_text(value) if unit == "ratio" else count_text(float(round(value, 1)))
