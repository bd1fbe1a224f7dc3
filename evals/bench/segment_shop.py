"""The feature tables that bars about segments are measured on: of a made shop, or an export."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.synthetic import SyntheticShop, write_shop

if TYPE_CHECKING:
    import pandas as pd

    from engine.features.feature import FeatureTable

    Tables = tuple[FeatureTable, FeatureTable | None, "pd.Series[float] | None"]

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = ("transactions", "customers", "events")


def shop_tables(shop: SyntheticShop) -> "Tables":
    """Features now, features a while ago, and what came after, as a run sees them."""
    with tempfile.TemporaryDirectory() as folder:
        files = write_shop(shop, Path(folder))
        return _loaded({kind: files[kind] for kind in KINDS}, Path(folder) / "home")


def export_tables(file: Path) -> "Tables":
    """Of a file of orders."""
    with tempfile.TemporaryDirectory() as folder:
        return _loaded({"transactions": file}, Path(folder) / "home")


def _loaded(files: Mapping[str, Path], folder: Path) -> "Tables":
    from stores.datasets import DatasetStore
    from stores.home import Home
    from tools.datasets import LoadRequest, load_file
    from tools.segmenting import read_tables

    home = Home.open(folder)
    for file in files.values():
        load_file(home, LoadRequest(file, zone="Europe/London", currency="GBP"), _NOW)
    store = DatasetStore(home)
    dataset = store.get()
    version = store.version(dataset)
    tables = read_tables(home, dataset, version, store.known_until(dataset, version))
    home.close()
    return tables
