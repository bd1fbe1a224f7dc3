"""The engine's totals and ledger beside counts made in other code (`evals/truth.py`)."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from evals.bench.bars import Setting
from evals.bench.export import CURRENCY, ZONE, export_as_csv
from evals.truth import count_dirt, count_truth, read_export
from stores.datasets import DatasetStore
from stores.home import Home
from tools.datasets import LoadRequest, dataset_summary, load_file

# Where the ledger has another word for what a person counts in the file.
_LEDGER_NAMES = {
    "fee": "non-product code kept as fee",
    "cancellation": "cancelled sale matched",
    "negative quantity, no cancellation": "return unmatched",
    "missing description": "description without a letter",
}


def measure_totals(setting: Setting) -> float:
    """The largest relative difference of net revenue, buyers, orders and kept rows."""
    with tempfile.TemporaryDirectory() as folder:
        file, home, _ = _loaded(setting, Path(folder))
        truth = count_truth(read_export(file))
        found = dataset_summary(home, DatasetStore(home).get())
        home.close()
    pairs = {
        "net revenue": (found["revenue"]["minor"] / 100, truth.net_revenue),
        "buyers": (found["customers"], truth.buyers),
        "orders": (found["orders"], truth.orders),
        "rows kept": (found["rows"], truth.rows),
    }
    for name, (ours, independent) in pairs.items():
        setting.say(f"{name}: {ours:,} here, {independent:,} counted independently")
    return float(max(abs(ours - true) / abs(true) for ours, true in pairs.values()))


def measure_dirt(setting: Setting) -> float:
    """Kinds of dirt that the file shows and the ledger does not name."""
    with tempfile.TemporaryDirectory() as folder:
        file, home, ledger = _loaded(setting, Path(folder))
        home.close()
        dirt = count_dirt(read_export(file))
    named = {**ledger["fixed_reasons"], **ledger["dropped_reasons"], **ledger["noted"]}
    told = {kind: named.get(_LEDGER_NAMES.get(kind, kind), 0) for kind in dirt}
    for kind, count in dirt.items():
        setting.say(f"{kind}: {count:,} rows in the file, {told[kind]:,} in the ledger")
    return sum(count > 0 and not told[kind] for kind, count in dirt.items())


def _loaded(setting: Setting, folder: Path) -> tuple[Path, Home, dict[str, dict[str, int]]]:
    file = export_as_csv(setting, folder)
    home = Home.open(folder / "home")
    request = LoadRequest(file, zone=ZONE, currency=CURRENCY)
    return file, home, load_file(home, request, datetime.now(UTC))
