"""What the features of a large shop cost, beside a hand-written query for all the same features.

The query is the faster of two that were written apart: `features.sql` and `features_grouped.sql`.

Each is worked out by a process of its own, from the same Parquet files to a pandas table. It
works once on the first file before, so that the seconds leave out the imports; the peak is of the
whole process. The shop is a generated one of a year, many times over with other ids.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment, Shop
from engine.errors import Defect
from evals.bench.bars import Setting

if TYPE_CHECKING:
    import pandas as pd

_GIBIBYTE = 1 << 30
_AT = Moment.of(datetime(2025, 11, 1, tzinfo=UTC), "Europe/London")
_CUSTOMERS, _FIRST, _LAST = 3_000, date(2024, 10, 15), date(2025, 10, 31)
_COPIES, _FULL_COPIES = 10, 352  # about 0.57 and 20 million rows of 30,000 and a million customers
_ROUNDS, _FULL_ROUNDS = 3, 1
_OURS, _QUERIES = "ours", ("features", "features_grouped")


@dataclass(frozen=True)
class Cost:
    seconds: float
    peak_bytes: int


def measure_speed(setting: Setting) -> float:
    """Median seconds of ours by those of the faster query, after a look that all say the same."""
    seconds: dict[str, list[float]] = {who: [] for who in (_OURS, *_QUERIES)}
    with tempfile.TemporaryDirectory() as folder:
        _write_shop(setting, Path(folder))
        for _ in range(_FULL_ROUNDS if setting.full else _ROUNDS):
            for who, found in seconds.items():
                cost = _run(who, folder)
                setting.say(f"{who}: {cost.seconds:.2f} s, {cost.peak_bytes / _GIBIBYTE:.2f} GiB")
                found.append(cost.seconds)
        _check_same(Path(folder), setting)
    ours, *queries = (median(found) for found in seconds.values())
    return round(ours / min(queries), 2)


def measure_memory(setting: Setting) -> float:
    """GiB that the process of ours takes at the highest."""
    with tempfile.TemporaryDirectory() as folder:
        _write_shop(setting, Path(folder))
        cost = _run(_OURS, folder)
    setting.say(f"{cost.seconds:.2f} s")
    return round(cost.peak_bytes / _GIBIBYTE, 2)


def _write_shop(setting: Setting, folder: Path) -> None:
    """Canonical transactions, a file a copy."""
    import polars as pl

    from engine.cleaning import clean
    from engine.reading import read_source
    from engine.synthetic import Recipe, generate_shop

    recipe = Recipe(_CUSTOMERS, seed=7, start=_FIRST, end=_LAST)
    shop = generate_shop(recipe, folder / "shop", "parquet")
    source = read_source(shop.files["transactions"])
    rows = pl.DataFrame(clean(source, Shop("Europe/London", "GBP"), "load_1", _AT.at).rows)
    copies = _FULL_COPIES if setting.full else _COPIES
    for copy in range(copies):
        mark = pl.lit(f"{copy:03d}")
        shifted = rows.with_columns(
            pl.col("customer_id") + mark, pl.col("order_id") + mark,
            event_id=mark + pl.col("event_id").str.slice(3),
        )  # fmt: skip
        shifted.write_parquet(folder / f"part-{copy:03d}.parquet")
    setting.say(f"{rows.height * copies:,} rows of {_CUSTOMERS * copies:,} customers")


def _run(who: str, folder: "str | Path") -> Cost:
    command = [sys.executable, "-m", "evals.bench.features_cost", who, str(folder)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return Cost(**json.loads(found.stdout))


def _check_same(folder: Path, setting: Setting) -> None:
    """Counts, money and words exactly, all else to 1e-9."""
    import pandas as pd

    ours = pd.read_parquet(folder / f"{_OURS}.found")
    setting.say(f"{len(ours):,} customers, {ours.shape[1]} columns")
    exact = [name for name in ours if str(ours[name].dtype).startswith(("int", "str"))]
    for query in _QUERIES:
        theirs = pd.read_parquet(folder / f"{query}.found")[list(ours)]
        try:
            pd.testing.assert_frame_equal(ours[exact], theirs[exact], check_dtype=False)
            pd.testing.assert_frame_equal(ours, theirs, check_dtype=False, rtol=1e-9, atol=1e-12)
        except AssertionError as error:
            raise Defect(f"The features and {query}.sql say different things: {error}") from None


def _ours(files: list[str]) -> "pd.DataFrame":
    from engine.features import full_feature_table, open_records

    with open_records({"transactions": files}) as records:
        return full_feature_table(records, _AT).frame


def _query(name: str, files: list[str]) -> "pd.DataFrame":
    import duckdb

    query = Path(__file__).with_name(f"{name}.sql").read_text("utf-8")
    with duckdb.connect() as connection:
        values = {"files": files, "at": _AT.at, "today": _AT.local_date}
        rows: Any = connection.execute(query, values).to_arrow_table()
    found: pd.DataFrame = rows.to_pandas()
    return found.set_index("customer_id")


def _measure(who: str, folder: Path) -> Cost:
    files = sorted(str(file) for file in folder.glob("part-*.parquet"))
    work = _ours if who == _OURS else partial(_query, who)
    work(files[:1])
    started = time.perf_counter()
    frame = work(files)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    frame.to_parquet(folder / f"{who}.found")
    return Cost(seconds, peak)


if __name__ == "__main__":
    cost = _measure(sys.argv[1], Path(sys.argv[2]))
    print(json.dumps({"seconds": cost.seconds, "peak_bytes": cost.peak_bytes}))
