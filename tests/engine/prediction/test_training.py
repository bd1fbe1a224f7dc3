"""Whoever serves a deep model loads no TensorFlow: it is imported by the training process alone."""

import subprocess
import sys

SERVING = """
import sys
import numpy as np, pandas as pd
from engine.prediction.deep import DEEP
from engine.prediction.months import COLUMNS
features = pd.DataFrame({"recency": [3.0], **dict.fromkeys(COLUMNS, 1.0)})
wide = 1 + len(COLUMNS)
body = {"shape": "MLP", "kind": "chance", "columns": ["recency"], "middle": [0.0],
        "spread": [1.0], "month_spread": [1.0, 1.0], "scale": 1.0,
        "weights": [np.zeros((wide, 1)).tolist(), [0.0], [[1.0]], [0.0]]}
assert DEEP[0].predict(body, features).tolist() == [0.5]
print(sorted({"tensorflow", "keras"} & set(sys.modules)))
"""


def test_serving_loads_no_tensorflow() -> None:
    done = subprocess.run([sys.executable, "-c", SERVING], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
