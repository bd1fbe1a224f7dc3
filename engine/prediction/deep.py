"""Deep models: a multi-layer perceptron (MLP) and a recurrent network (LSTM) over the months.

They are trained by TensorFlow in a process of their own (`training.py`) and kept as plain weights;
here they predict with NumPy, so that nothing that serves ever loads TensorFlow. Neither outcome
weighs more than the other: no class weights, no made-up customers.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from engine.errors import Defect, NotPossible
from engine.prediction.linear import logs, scaled
from engine.prediction.months import COLUMNS, sequence, without_months

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from engine.prediction.target import Floats, Kind

    Weights = list[NDArray[np.float64]]

Shape = Literal["MLP", "LSTM"]
_LONGEST = 1800  # seconds that a training may take
_SAME = 1e-3  # between TensorFlow's predictions and ours: it counts in single precision


@dataclass(frozen=True)
class DeepModel:
    """`shape` says how the months are read: all at once, or one after the other."""

    name: str
    shape: Shape
    kinds: "tuple[Kind, ...]" = ("chance", "money")

    def fit(self, features: "pd.DataFrame", truth: "Floats", kind: "Kind", seed: int) -> Any:
        """The newest customers, which are the last rows, say when to stop."""
        import numpy as np
        import pandas as pd

        columns = without_months(features.columns)
        levels = pd.DataFrame(logs(features[columns]))
        months = np.log1p(sequence(features).clip(0)).reshape(len(features), -1)
        body = {
            "shape": self.shape,
            "kind": kind,
            "columns": columns,
            "middle": levels.mean().fillna(0).tolist(),
            "spread": levels.std().fillna(0).replace(0, 1).tolist(),
            "month_spread": [max(one, 1e-6) for one in _by_kind(months).tolist()],
            "scale": 1.0 if kind == "chance" else max(float(truth.clip(0).mean()), 1.0),
        }
        label = truth if kind == "chance" else np.log1p(truth.clip(0) / body["scale"])
        fixed, steps = self._inputs(body, features)
        weights, epochs, said = _train(self.shape, kind, fixed, steps, label, seed)
        body |= {"weights": [one.tolist() for one in weights], "epochs": epochs}
        body["apart"] = _apart(self.name, said, forward(self.shape, kind, weights, fixed, steps))
        if kind == "money":  # the mean of logarithms is not the logarithm of the mean
            whole = float(self.predict(body | {"factor": 1.0}, features).sum())
            body["factor"] = float(truth.sum()) / whole if whole > 0 else 1.0
        return body

    def predict(self, body: Any, features: "pd.DataFrame") -> "Floats":
        import numpy as np

        weights = [np.array(one) for one in body["weights"]]
        fixed, steps = self._inputs(body, features)
        found = forward(self.shape, body["kind"], weights, fixed, steps)
        if body["kind"] == "chance":
            return found
        money: Floats = np.expm1(found.clip(0, 20)) * body["scale"] * max(body["factor"], 0.0)
        return money

    def _inputs(self, body: Any, features: "pd.DataFrame") -> "tuple[Floats, Floats]":
        """In standard deviations: what is known of each customer, and the months."""
        import numpy as np

        steps = np.log1p(sequence(features).clip(0)) / np.array(body["month_spread"])
        return scaled(body, features[body["columns"]]), steps


DEEP: tuple[DeepModel, ...] = (DeepModel("MLP", "MLP"), DeepModel("LSTM", "LSTM"))


def _by_kind(months: "Floats") -> "Floats":
    """The spread of orders and of spend, over all months."""
    width = months.shape[1] * 2 // len(COLUMNS)
    found: Floats = months.reshape(-1, width).std(axis=0)
    return found


# ---- the forward pass ----------------------------------------------------------------------------


def forward(
    shape: Shape, kind: "Kind", weights: "Weights", fixed: "Floats", steps: "Floats"
) -> "Floats":
    """What the network says: a chance, or the logarithm of money."""
    import numpy as np

    if shape == "MLP":
        level, layers = np.column_stack([fixed, steps.reshape(len(steps), -1)]), weights
    else:
        level, layers = np.column_stack([_recurrent(weights[:3], steps), fixed]), weights[3:]
    for kernel, bias in zip(layers[:-2:2], layers[1:-2:2], strict=True):
        level = np.maximum(level @ kernel + bias, 0)
    margin: Floats = (level @ layers[-2] + layers[-1])[:, 0]
    return _sigmoid(margin) if kind == "chance" else margin


def _recurrent(weights: "Weights", steps: "Floats") -> "Floats":
    """The state of an LSTM after the last month; gates in the order of Keras."""
    import numpy as np

    kernel, again, bias = weights
    state = memory = np.zeros((len(steps), again.shape[0]))
    for month in range(steps.shape[1]):
        gates = steps[:, month] @ kernel + state @ again + bias
        let_in, keep, new, let_out = np.split(gates, 4, axis=1)
        memory = _sigmoid(keep) * memory + _sigmoid(let_in) * np.tanh(new)
        state = _sigmoid(let_out) * np.tanh(memory)
    found: Floats = state
    return found


def _sigmoid(margin: "Floats") -> "Floats":
    import numpy as np

    found: Floats = 1 / (1 + np.exp(-margin.clip(-60, 60)))
    return found


# ---- the process that trains ---------------------------------------------------------------------


def _train(
    shape: Shape, kind: "Kind", fixed: "Floats", steps: "Floats", label: "Floats", seed: int
) -> "tuple[Weights, list[dict[str, float]], Floats]":
    """The weights, what each epoch came to, and what TensorFlow says of the same customers."""
    import numpy as np

    with TemporaryDirectory() as name:
        folder = Path(name)
        np.savez(folder / "inputs.npz", fixed=fixed, steps=steps, label=label)
        settings = {"shape": shape, "kind": kind, "seed": seed}
        (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        _run(folder)
        with np.load(folder / "weights.npz") as found:
            weights = [found[f"arr_{n}"].astype("float64") for n in range(len(found.files) - 1)]
            said = found["said"].astype("float64")
        epochs = json.loads((folder / "epochs.json").read_text(encoding="utf-8"))
    return weights, epochs, said


def _run(folder: Path) -> None:
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    quiet = {"PYTHONPATH": paths, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    try:
        found = subprocess.run(  # noqa: S603  our own module, in a folder of ours
            [sys.executable, "-m", "engine.prediction.training", str(folder)],
            env=os.environ | quiet, capture_output=True, text=True, timeout=_LONGEST, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotPossible(
            f"Training a deep model took more than {_LONGEST // 60} minutes and was stopped.",
            "Score without --deep, or name fewer --targets.",
        ) from None
    if found.returncode:
        last = (found.stderr.strip().splitlines() or ["no word of why"])[-1]
        raise NotPossible(
            f"A deep model could not be trained: {last}",
            "Score without --deep; segue doctor says whether TensorFlow is installed.",
        )


def _apart(name: str, theirs: "Floats", ours: "Floats") -> float:
    """How far the exported model is at most from what was trained; refused where it is another."""
    apart = float(abs(theirs - ours).max()) if len(ours) else 0.0
    if not apart <= _SAME:
        raise Defect(f"The exported {name} says {apart:.2g} other than what was trained.")
    return apart
