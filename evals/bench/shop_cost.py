"""What a synthetic shop costs to write, and whether one seed gives the same bytes.

Every shop is written by a process of its own: from its start to its end, with all that it imports.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from evals.bench.bars import Setting

_GIBIBYTE = 1 << 30


@dataclass(frozen=True)
class Cost:
    seconds: float
    peak_bytes: int
    transactions: int


def measure_same_bytes(setting: Setting) -> float:
    """Files that differ between a process with one thread and one with four."""
    customers = 60_000 if setting.full else 3_000
    with tempfile.TemporaryDirectory() as folder:
        for threads in ("1", "4"):
            _write(customers, Path(folder) / threads, threads)
        one, four = (_digests(Path(folder) / threads) for threads in ("1", "4"))
    setting.say(f"{len(one)} files of a shop of {customers:,} customers, written twice")
    return float(sum(one.get(name) != four.get(name) for name in one.keys() | four.keys()))


def measure_speed(setting: Setting) -> float:
    """Seconds for 12,000 customers; the median of three."""
    found = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            cost = _write(12_000, Path(folder))
        setting.say(f"{cost.transactions:,} rows in {cost.seconds:.2f} s")
        found.append(cost.seconds)
    return round(sorted(found)[1], 2)


def measure_memory(setting: Setting) -> float:
    """GiB at the highest; a million customers, or a tenth of them."""
    customers = 1_000_000 if setting.full else 100_000
    with tempfile.TemporaryDirectory() as folder:
        cost = _write(customers, Path(folder))
    setting.say(f"{customers:,} customers, {cost.transactions:,} rows in {cost.seconds:.0f} s")
    return round(cost.peak_bytes / _GIBIBYTE, 2)


def _write(customers: int, folder: Path, threads: str | None = None) -> Cost:
    command = [sys.executable, "-m", "evals.bench.shop_cost", str(customers), str(folder)]
    limits = {"POLARS_MAX_THREADS", "OMP_NUM_THREADS"} if threads else set()
    environment = os.environ | {name: str(threads) for name in limits}
    environment["PYTHONHASHSEED"] = threads or "0"
    started = time.perf_counter()
    found = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    seconds = time.perf_counter() - started
    return Cost(seconds, **json.loads(found.stdout))


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    digests = {}
    for path in files:
        with path.open("rb") as file:
            digests[str(path.relative_to(folder))] = hashlib.file_digest(file, "sha256").hexdigest()
    return digests


def _generate(customers: int, folder: Path) -> dict[str, int]:
    import resource

    from engine.synthetic import Recipe, generate_shop

    written = generate_shop(Recipe(customers, seed=7), folder)
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"peak_bytes": kibibytes * 1024, "transactions": written.transactions}


if __name__ == "__main__":
    print(json.dumps(_generate(int(sys.argv[1]), Path(sys.argv[2]))))
