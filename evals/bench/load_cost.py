"""What a load costs beside the least that reading such a file can cost.

The load runs in a process of its own: sniffing, cleaning, the ledger, the Delta commit. The least
is one of two bare programs, whichever is faster: Polars reading every cell as text, dropping
copies, writing Parquet; all at once, or as a stream. Importing libraries is in neither.
"""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from evals.bench.bars import Setting
from evals.bench.export import CURRENCY, ZONE, export_as_csv

_ROUNDS = 3
_GIBIBYTE = 1 << 30


@dataclass(frozen=True)
class Cost:
    seconds: float
    peak_bytes: int


def measure_speed(setting: Setting) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file = export_as_csv(setting, Path(folder))
        ratios = []
        for number in range(_ROUNDS):
            load, bare = _cost(file, Path(folder) / f"home{number}"), _least(file, Path(folder))
            ratios.append(load.seconds / bare)
            setting.say(f"load {load.seconds:.2f} s, bare {bare:.2f} s, ratio {ratios[-1]:.2f}")
        return median(ratios)


def measure_memory(setting: Setting) -> float:
    """GiB at the highest, of the whole process."""
    with tempfile.TemporaryDirectory() as folder:
        file = export_as_csv(setting, Path(folder))
        peaks = [_cost(file, Path(folder) / f"home{n}").peak_bytes for n in range(_ROUNDS)]
        return round(max(peaks) / _GIBIBYTE, 3)


def _cost(file: Path, home: Path) -> Cost:
    command = [sys.executable, "-m", "evals.bench.load_cost", str(file), str(home)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return Cost(**json.loads(found.stdout))


def _least(file: Path, folder: Path) -> float:
    import polars as pl

    started = time.perf_counter()
    pl.read_csv(file, infer_schema=False).unique().write_parquet(folder / "bare.parquet")
    at_once = time.perf_counter()
    pl.scan_csv(file, infer_schema=False).unique().sink_parquet(folder / "bare.parquet")
    return min(at_once - started, time.perf_counter() - at_once)


def _load(file: Path, home: Path) -> Cost:
    import resource
    from datetime import UTC, datetime

    import deltalake  # noqa: F401
    import duckdb  # noqa: F401
    import polars  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    from stores.home import Home
    from tools.datasets import LoadRequest, load_file

    opened = Home.open(home)
    request = LoadRequest(file, zone=ZONE, currency=CURRENCY)
    started = time.perf_counter()
    load_file(opened, request, datetime.now(UTC))
    seconds = time.perf_counter() - started
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Cost(seconds, kibibytes * 1024)


if __name__ == "__main__":
    print(json.dumps(vars(_load(Path(sys.argv[1]), Path(sys.argv[2])))))
