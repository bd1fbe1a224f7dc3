"""The records of a dataset as they lie, to hold one dataset against another."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from evals.bench.export import CURRENCY, ZONE
from stores.datasets import DatasetStore
from stores.home import Home
from tools.datasets import LoadRequest

if TYPE_CHECKING:
    import polars as pl


def request_of(file: Path) -> LoadRequest:
    return LoadRequest(file, zone=ZONE, currency=CURRENCY)


def records_of(folder: Path) -> "pl.DataFrame":
    """Every kept row of the only dataset, but for the load that brought it, with its copies."""
    import polars as pl

    home = Home.open(folder)
    try:
        store = DatasetStore(home)
        dataset = store.get()
        rows = pl.read_parquet(list(store.files(dataset, store.version(dataset))))
    finally:
        home.close()
    return rows.drop("load_id").group_by(pl.all()).len("copies")


def rows_that_differ(left: "pl.DataFrame", right: "pl.DataFrame") -> int:
    """Rows of one and not of the other, both ways."""
    names = left.columns
    alone = [
        a.join(b.select(names), on=names, how="anti", nulls_equal=True)
        for a, b in ((left, right), (right, left))
    ]
    return int(sum(part["copies"].sum() for part in alone))


def fresh_copy(folder: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(folder, target))
