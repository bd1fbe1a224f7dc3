"""The feature tables that bars about segments are measured on: of a made shop, or an export."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.synthetic import Recipe, SyntheticShop, draw_shop, write_shop

if TYPE_CHECKING:
    import pandas as pd

    from engine.features.feature import FeatureTable
    from stores.home import Home

    Tables = tuple[FeatureTable, FeatureTable | None, "pd.Series[float] | None"]

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = ("transactions", "customers", "events")
RECORD_KINDS = (*KINDS, "texts")
SMALL = 1_500


def shop_tables(shop: SyntheticShop) -> "Tables":
    """Features now, features a while ago, and what came after, as a run sees them."""
    with tempfile.TemporaryDirectory() as folder:
        files = write_shop(shop, Path(folder))
        (found,) = _loaded({kind: files[kind] for kind in KINDS}, Path(folder) / "home", [0])
        return found


def shop_features(shop: SyntheticShop) -> "FeatureTable":
    """All features of the shop's records of every kind."""
    from engine.features import full_feature_table
    from stores.datasets import DatasetStore
    from stores.records import open_dataset

    with tempfile.TemporaryDirectory() as folder:
        files = write_shop(shop, Path(folder))
        home = _home_of({kind: files[kind] for kind in RECORD_KINDS}, Path(folder) / "home")
        store = DatasetStore(home)
        dataset = store.get()
        version = store.version(dataset)
        with open_dataset(home, dataset, version) as records:
            table = full_feature_table(records, store.known_until(dataset, version))
        home.close()
    return table


def export_tables(file: Path) -> "Tables":
    """Of a file of orders."""
    (found,) = cut_tables(file, [0])
    return found


def cut_tables(file: Path | None, days_back: Sequence[int]) -> "Iterator[Tables]":
    """The same as of so many days before the newest record: of a file of orders, or without one
    of a small synthetic shop."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"transactions": file} if file else write_shop(_small_shop(), Path(folder))
        kept = {kind: files[kind] for kind in KINDS if kind in files}
        yield from _loaded(kept, Path(folder) / "home", days_back)


def _small_shop() -> SyntheticShop:
    return draw_shop(Recipe(SMALL, seed=7))


def _loaded(
    files: Mapping[str, Path], folder: Path, days_back: Sequence[int]
) -> "Iterator[Tables]":
    from stores.datasets import DatasetStore
    from tools.segmenting import read_tables

    home = _home_of(files, folder)
    store = DatasetStore(home)
    dataset = store.get()
    version = store.version(dataset)
    newest = store.known_until(dataset, version)
    for days in days_back:
        yield read_tables(home, dataset, version, newest.days_before(days))
    home.close()


def _home_of(files: Mapping[str, Path], folder: Path) -> "Home":
    from stores.home import Home
    from tools.datasets import LoadRequest, load_file

    home = Home.open(folder)
    for file in files.values():
        load_file(home, LoadRequest(file, zone="Europe/London", currency="GBP"), _NOW)
    return home
