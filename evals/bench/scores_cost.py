"""What scores cost: memory of a whole `score`, and seconds beside the models' own predictions.

A large shop is a generated one, many times over with other ids. Memory is that of a process of its
own, which reads the records, judges, fits and scores. Seconds go from the features in memory to
the scores; the least is what the same models take to predict from a matrix that lies ready.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from evals.bench.bars import Setting
from evals.bench.export import CURRENCY, ZONE

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from engine.prediction.learning import Fitted

_GIBIBYTE = 1 << 30
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_CUSTOMERS = 2_000
_ROUNDS = 3


def measure_memory(setting: Setting) -> float:
    """GiB at the highest; 200,000 customers, or a tenth of them."""
    copies = 100 if setting.full else 10
    with tempfile.TemporaryDirectory() as folder:
        home = _large_home(Path(folder), copies)
        setting.say(f"scoring {_CUSTOMERS * copies:,} customers")
        command = [sys.executable, "-m", "evals.bench.scores_cost", str(home)]
        found = subprocess.run(command, check=True, capture_output=True, text=True)
    cost: dict[str, Any] = json.loads(found.stdout)
    setting.say(f"{cost['customers']:,} customers, {', '.join(cost['made'])} in "
                f"{cost['seconds']:.0f} s")  # fmt: skip
    return round(float(cost["peak_bytes"]) / _GIBIBYTE, 2)


def measure_speed(setting: Setting) -> float:
    """A million customers, or a tenth of them; the median of three rounds."""
    from engine.prediction.scoring import score_target
    from engine.prediction.target import TARGETS
    from evals.bench.scores_judged import _history, _lookout

    history, until = _history(setting.data, False, setting)
    served, features = [], {}
    customers = 1_000_000 if setting.full else 100_000
    for target in (one for one in TARGETS if one.kind != "segment"):
        lookout = _lookout(history, until, target.horizon(90))
        found = score_target(lookout, target, 0, lambda text: None)
        setting.say(f"{target.name}: {found.report['model']}")
        features[lookout.horizon_days] = _many(lookout.features(until), customers)
        served.append((found, features[lookout.horizon_days]))
    ratios = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        for found, of in served:
            found.scores(of)
        ours = time.perf_counter() - started
        bare = sum(_bare(found.fitted, of) for found, of in served)
        setting.say(f"{customers:,} customers: scores {ours:.2f} s, bare {bare:.2f} s")
        ratios.append(ours / bare)
    return round(median(ratios), 2)


def _many(features: "pd.DataFrame", customers: int) -> "pd.DataFrame":
    """The customers over and over, each a little different, under ids of their own."""
    import numpy as np

    draw = np.random.default_rng(0)
    found = features.sample(customers, replace=True, random_state=0)
    days = np.floor(draw.random(customers) * 30)
    found = found.assign(recency=found["recency"] + days, tenure=found["tenure"] + days)
    found.index = found.index.__class__([f"c{number:07}" for number in range(customers)])
    return found


def _bare(fitted: "Fitted", features: "pd.DataFrame") -> float:
    """Seconds of the models' predictions alone; what they read is made, and trees are restored,
    before the clock starts."""
    ready = [_ready(fitted, name, features) for name in fitted.bodies]
    started = time.perf_counter()
    for predict in ready:
        predict()
    return time.perf_counter() - started


def _ready(fitted: "Fitted", name: str, features: "pd.DataFrame") -> "Callable[[], Any]":
    from engine.prediction.models import model_named
    from engine.prediction.trees import restore

    body, matrix = fitted.bodies[name], fitted.matrix(features)
    if "trees" not in body:
        return lambda: model_named(name).predict(body, matrix)
    booster, values = restore(body), matrix.to_numpy("float32")
    return lambda: booster.inplace_predict(values)


# ---- a large shop --------------------------------------------------------------------------------


def _large_home(folder: Path, copies: int) -> Path:
    """A home with the shop loaded so many times over, and segments of it."""
    import polars as pl

    from engine.synthetic import Recipe, generate_shop
    from stores.datasets import DatasetStore
    from stores.home import Home
    from tools.datasets import load_file
    from tools.load_request import LoadRequest
    from tools.segmenting import SegmentRequest, run_segmentation

    shop = generate_shop(Recipe(_CUSTOMERS, seed=7), folder / "shop", "parquet")
    rows = pl.read_parquet(shop.files["transactions"])
    with closing(Home.open(folder / "home")) as home:
        for copy in range(copies):
            mark = pl.lit(f"-{copy:03d}")
            file = folder / f"part-{copy:03d}.parquet"
            rows.with_columns(
                pl.col("customer_id") + mark, pl.col("order_id") + mark
            ).write_parquet(file)
            load_file(home, LoadRequest(file, dataset="shop", zone=ZONE, currency=CURRENCY), _NOW)
        dataset = DatasetStore(home).get("shop")
        request = SegmentRequest(None, "kmeans", 6, features="recency,frequency,monetary")
        run_segmentation(home, dataset, request, _NOW, lambda text: None)
    return folder / "home"


def _score(root: Path) -> dict[str, Any]:
    from stores.datasets import DatasetStore
    from stores.home import Home
    from tools.scoring import ScoreRequest, make_scores

    with closing(Home.open(root)) as home:
        started = time.perf_counter()
        dataset = DatasetStore(home).get("shop")
        found = make_scores(home, dataset, ScoreRequest(), _NOW, lambda text: None)
        seconds = time.perf_counter() - started
    return {
        "customers": found["customers"],
        "made": [name for name, target in found["targets"].items() if target["model"]],
        "seconds": seconds,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


if __name__ == "__main__":
    print(json.dumps(_score(Path(sys.argv[1]))))
