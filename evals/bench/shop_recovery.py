"""How much of the planted segments can be found in what the shop shows of its customers.

A forest learns the true segments of some customers and tells those of the others, by the feature
table alone, as `segue features` writes it. Beside the value, KMeans says what recency, frequency
and money show: planted truth is there to be found, and not obvious.
"""

from typing import TYPE_CHECKING

from engine.synthetic import Recipe, draw_shop
from evals.bench.bars import Setting
from evals.bench.segment_shop import shop_features

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from engine.features import FeatureTable

RFM = ("recency", "frequency", "monetary")
_MOST_WORDS = 20  # of a column of words, those that most customers have


def measure(setting: Setting) -> float:
    from sklearn.metrics import adjusted_rand_score

    shop = draw_shop(Recipe(12_000 if setting.full else 8_000, seed=7))
    table = shop_features(shop)
    planted = dict(shop.truth.select("customer_id", "segment").iter_rows())
    truth = [planted[customer] for customer in table.frame.index]
    setting.say(f"{len(table.frame):,} customers, {len(table.features)} features")
    simple = _cluster(table.frame[list(RFM)].to_numpy("float64"))
    setting.say(f"KMeans on RFM alone: ARI {adjusted_rand_score(truth, simple):.3f}")
    return round(float(adjusted_rand_score(truth, _tell(to_numbers(table), truth))), 3)


def to_numbers(table: "FeatureTable") -> "NDArray[np.float64]":
    """The numbers, shares shrunk too, and a column for each usual word; -1: nothing is known."""
    import numpy as np
    import pandas as pd

    from tools.features import shrunk

    words = [feature.name for feature in table.features if feature.unit == "word"]
    columns = [shrunk(table)[0].drop(columns=words).astype("float64").fillna(-1)]
    for name in words:
        usual = table.frame[name].value_counts().index[:_MOST_WORDS]
        columns += [(table.frame[name] == word).astype("float64") for word in usual]
    return np.asarray(pd.concat(columns, axis=1), dtype=np.float64)


def _cluster(rfm: "NDArray[np.float64]") -> "NDArray[np.int64]":
    from sklearn.cluster import KMeans
    from sklearn.preprocessing import quantile_transform

    found: NDArray[np.int64] = KMeans(8, n_init=3, random_state=7).fit_predict(
        quantile_transform(rfm)
    )
    return found


def _tell(numbers: "NDArray[np.float64]", truth: "Sequence[str]") -> "NDArray[np.str_]":
    """Each fifth of the customers by a forest that learnt from the other four."""
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.model_selection import cross_val_predict

    forest = ExtraTreesClassifier(200, min_samples_leaf=2, max_features=0.5, random_state=7)
    found: NDArray[np.str_] = cross_val_predict(forest, numbers, list(truth), cv=5)
    return found
