"""Models of many trees: boosted and bagged by XGBoost, boosted by scikit-learn.

All are kept in XGBoost's own JSON, which is plain numbers: one reader restores them, one predictor
serves them, and each tells what every column contributed.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import xgboost
    from numpy.typing import NDArray

    from engine.prediction.target import Floats, Kind

THREADS = 2  # of prediction
_ROOT = 2147483647  # XGBoost's word for "no parent"


@dataclass(frozen=True)
class BoostedTrees:
    """`weighted`: the rarer outcome counts as much as the commoner."""

    name: str = "boosted trees"
    weighted: bool = False
    kinds: "tuple[Kind, ...]" = ("chance", "money")

    def fit(self, features: "pd.DataFrame", truth: "Floats", kind: "Kind", seed: int) -> Any:
        import xgboost

        settings = {
            **(
                {"objective": "binary:logistic"}
                if kind == "chance"
                else {"objective": "reg:tweedie", "tweedie_variance_power": 1.3}
            ),
            "max_depth": 4,
            "eta": 0.06,
            "subsample": 0.7,
            "colsample_bytree": 0.6,
            "min_child_weight": 20,
            "lambda": 5,
            "seed": seed,
            "nthread": 1,
        }
        if self.weighted:
            settings["scale_pos_weight"] = (1 - truth.mean()) / truth.mean()
        # Money is in units of its mean, so that the settings mean the same in every currency.
        scale = 1.0 if kind == "chance" else max(float(truth.clip(min=0).mean()), 1.0)
        label = truth if kind == "chance" else _capped(truth) / scale
        data = xgboost.DMatrix(_matrix(features), label=label)
        booster = xgboost.train(settings, data, num_boost_round=130)
        return {"scale": scale, "trees": json.loads(booster.save_raw("json").decode())}

    def predict(self, body: Any, features: "pd.DataFrame") -> "Floats":
        return predict_trees(body, features)


@dataclass(frozen=True)
class HistogramTrees:
    name: str = "histogram trees"
    kinds: "tuple[Kind, ...]" = ("chance",)

    def fit(self, features: "pd.DataFrame", truth: "Floats", kind: "Kind", seed: int) -> Any:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from threadpoolctl import threadpool_limits

        model = HistGradientBoostingClassifier(
            max_iter=80,
            learning_rate=0.08,
            max_leaf_nodes=15,
            min_samples_leaf=40,
            l2_regularization=5.0,
            max_features=0.6,
            random_state=seed,
        )
        with threadpool_limits(1):  # its threads wait for each other on a busy machine
            model.fit(_matrix(features), truth > 0)
        trees = [_of_histogram(rounds[0].nodes) for rounds in model._predictors]
        start = float(model._baseline_prediction.ravel()[0]) / len(trees)
        return {"scale": 1.0, "trees": to_xgboost(trees, features.shape[1], start)}

    def predict(self, body: Any, features: "pd.DataFrame") -> "Floats":
        return predict_trees(body, features)


@dataclass(frozen=True)
class RandomForest:
    """One round of many trees, each on a quarter of the customers: their mean is the chance."""

    name: str = "random forest"
    kinds: "tuple[Kind, ...]" = ("chance",)

    def fit(self, features: "pd.DataFrame", truth: "Floats", kind: "Kind", seed: int) -> Any:
        import xgboost

        settings = {
            "objective": "reg:squarederror",
            "base_score": 0.0,
            "num_parallel_tree": 40,
            "subsample": 0.25,
            "colsample_bynode": 0.4,
            "learning_rate": 1.0,
            "max_depth": 10,
            "max_bin": 128,
            "min_child_weight": 20,
            "lambda": 0.0,
            "seed": seed,
            "nthread": 1,
        }
        data = xgboost.DMatrix(_matrix(features), label=truth)
        booster = xgboost.train(settings, data, num_boost_round=1)
        return {"scale": 1.0, "trees": json.loads(booster.save_raw("json").decode())}

    def predict(self, body: Any, features: "pd.DataFrame") -> "Floats":
        return predict_trees(body, features).clip(0, 1)


def predict_trees(body: Any, features: "pd.DataFrame") -> "Floats":
    booster = restore(body)
    found: Floats = booster.inplace_predict(_matrix(features)).astype("float64") * body["scale"]
    return found


def contributions(body: Any, features: "pd.DataFrame") -> "tuple[Floats, Floats]":
    """What each column adds to the margin, the constant last; and the margin itself."""
    import xgboost

    data, booster = xgboost.DMatrix(_matrix(features)), restore(body)
    return booster.predict(data, pred_contribs=True), booster.predict(data, output_margin=True)


def restore(body: Any) -> "xgboost.Booster":
    import xgboost

    booster = xgboost.Booster({"nthread": THREADS})
    booster.load_model(bytearray(json.dumps(body["trees"]).encode()))
    return booster


def _matrix(features: "pd.DataFrame") -> "NDArray[np.float32]":
    found: NDArray[np.float32] = features.to_numpy("float32")
    return found


def _capped(truth: "Floats") -> "Floats":
    """Money that a single customer cannot bend the trees with: cut at the 99.5 % quantile."""
    import numpy as np

    spent = truth.clip(min=0)
    buyers = spent[spent > 0]
    most = np.quantile(buyers, 0.995) if len(buyers) else 0.0
    found: Floats = np.minimum(spent, most)
    return found


# ---- trees of scikit-learn in XGBoost's form -----------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Tree:
    """One array entry a node; `left` is -1 at a leaf, where `value` holds."""

    left: "NDArray[np.int64]"
    right: "NDArray[np.int64]"
    column: "NDArray[np.int64]"
    threshold: "Floats"  # x <= threshold goes left
    missing_left: "NDArray[np.bool_]"
    value: "Floats"
    rows: "Floats"


def _of_histogram(nodes: Any) -> _Tree:
    import numpy as np

    leaf = nodes["is_leaf"].astype(bool)
    return _Tree(
        np.where(leaf, -1, nodes["left"].astype("int64")),
        np.where(leaf, -1, nodes["right"].astype("int64")),
        nodes["feature_idx"].astype("int64"),
        nodes["num_threshold"],
        nodes["missing_go_to_left"].astype(bool),
        nodes["value"],
        nodes["count"].astype("float64"),
    )


def to_xgboost(trees: list[_Tree], columns: int, start: float) -> Any:
    """`start` is added to every leaf. The frame is that of a model that XGBoost itself wrote."""
    import numpy as np
    import xgboost

    frame = xgboost.train(
        {"objective": "binary:logistic", "base_score": 0.5},
        xgboost.DMatrix(np.zeros((2, columns)), label=np.array([0.0, 1.0])),
        num_boost_round=1,
    )
    found = json.loads(frame.save_raw("json").decode())
    learner = found["learner"]
    learner["learner_model_param"]["base_score"] = "[0.5]"  # a margin of nothing
    model = learner["gradient_booster"]["model"]
    model["gbtree_model_param"]["num_trees"] = str(len(trees))
    model["iteration_indptr"] = list(range(len(trees) + 1))
    model["tree_info"] = [0] * len(trees)
    model["trees"] = [
        _to_json(_siblings_together(tree), n, columns, start) for n, tree in enumerate(trees)
    ]
    return found


def _siblings_together(tree: _Tree) -> _Tree:
    """Level by level: XGBoost takes the node after a left child for its sibling."""
    import numpy as np

    order = [0]
    for node in order:  # grows while it is walked through
        if tree.left[node] >= 0:
            order += [int(tree.left[node]), int(tree.right[node])]
    place = np.full(len(tree.left), -1)
    place[order] = np.arange(len(order))
    left, right = tree.left[order], tree.right[order]
    return _Tree(
        np.where(left < 0, -1, place[left]),
        np.where(left < 0, -1, place[right]),
        tree.column[order],
        tree.threshold[order],
        tree.missing_left[order],
        tree.value[order],
        tree.rows[order],
    )


def _to_json(tree: _Tree, number: int, columns: int, start: float) -> dict[str, Any]:
    import numpy as np

    leaf = tree.left < 0
    value = tree.value + start
    nodes = len(leaf)
    parents = np.full(nodes, _ROOT)
    inner = np.flatnonzero(~leaf)
    parents[tree.left[inner]] = inner
    parents[tree.right[inner]] = inner
    zeros = [0] * nodes
    return {
        "base_weights": value.tolist(),
        "categories": [],
        "categories_nodes": [],
        "categories_segments": [],
        "categories_sizes": [],
        "default_left": (tree.missing_left & ~leaf).astype(int).tolist(),
        "id": number,
        "left_children": tree.left.tolist(),
        "loss_changes": [0.0] * nodes,
        "parents": parents.tolist(),
        "right_children": tree.right.tolist(),
        "split_conditions": np.where(leaf, value, _above(tree.threshold)).tolist(),
        "split_indices": np.where(leaf, 0, tree.column).tolist(),
        "split_type": zeros,
        "sum_hessian": tree.rows.tolist(),
        "tree_param": {
            "num_deleted": "0",
            "num_feature": str(columns),
            "num_nodes": str(nodes),
            "size_leaf_vector": "1",
        },
    }


def _above(threshold: "Floats") -> "NDArray[np.float32]":
    """The smallest float32 above: x <= t for float32 x is x < this, and XGBoost asks with <."""
    import numpy as np

    near = threshold.astype(np.float32)
    up = np.nextafter(near, np.float32(np.inf))
    found: NDArray[np.float32] = np.where(near.astype(np.float64) > threshold, near, up)
    most = np.finfo(np.float32).max  # an endless threshold parts only what is missing
    return found.clip(-most, most)
