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
_CUSTOMERS = 2_000  # of the generator; typing errors make nearly 2,900 ids of them
_COPIES, _FULL_COPIES = 7, 70
_ROUNDS = 3


def measure_memory(setting: Setting) -> float:
    """GiB at the highest; 200,000 customers, or a tenth of them."""
    copies = _FULL_COPIES if setting.full else _COPIES
    with tempfile.TemporaryDirectory() as folder:
        _run("load", folder, copies)
        cost: dict[str, Any] = json.loads(_run("score", folder))
    setting.say(f"{cost['customers']:,} customers, {', '.join(cost['made'])} in "
                f"{cost['seconds']:.0f} s")  # fmt: skip
    return round(int(cost["peak_bytes"]) / _GIBIBYTE, 2)


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


def _run(what: str, *arguments: object) -> str:
    """In a process of its own, so that one's memory is not counted with the other's."""
    command = [sys.executable, "-m", "evals.bench.scores_cost", what, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _load(folder: Path, copies: int) -> None:
    """A home with the shop so many times over; its segments are those of the first."""
    import polars as pl

    from engine.synthetic import Recipe, generate_shop
    from stores.datasets import DatasetStore
    from stores.home import Home
    from tools.datasets import load_file
    from tools.load_request import LoadRequest
    from tools.segmenting import SegmentRequest, run_segmentation

    shop = generate_shop(Recipe(_CUSTOMERS, seed=7), folder / "shop", "parquet")
    rows = pl.read_parquet(shop.files["transactions"])
    file = folder / "copy.parquet"
    with closing(Home.open(folder / "home")) as home:
        for copy in range(copies):
            mark = pl.lit(f"-{copy:03d}")
            ours = rows.with_columns(pl.col("customer_id") + mark, pl.col("order_id") + mark)
            ours.write_parquet(file)
            load_file(home, LoadRequest(file, dataset="shop", zone=ZONE, currency=CURRENCY), _NOW)
            if not copy:
                asked = SegmentRequest(None, "kmeans", 6, features="recency,frequency,monetary")
                dataset = DatasetStore(home).get("shop")
                run_segmentation(home, dataset, asked, _NOW, lambda text: None)


def _score(folder: Path) -> dict[str, Any]:
    from stores.datasets import DatasetStore
    from stores.home import Home
    from tools.scoring import ScoreRequest, make_scores

    with closing(Home.open(folder / "home")) as home:
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
    if sys.argv[1] == "load":
        _load(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        print(json.dumps(_score(Path(sys.argv[2]))))
