"""The records of a dataset's version, of all kinds, opened to be worked with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stores.datasets import Dataset, DatasetStore
from stores.home import Home

if TYPE_CHECKING:
    from engine.features.records import Engine, Records


@contextmanager
def open_dataset(
    home: Home, dataset: Dataset, version: int, engine: "Engine" = "duckdb"
) -> "Iterator[Records]":
    """A kind that the version does not hold is None."""
    from engine.features.records import open_records

    store = DatasetStore(home)
    kinds = store.counts(dataset, version)
    files = {kind: store.files(dataset, version, kind) for kind in kinds}
    loads = [load.load_id for load in store.loads(dataset)]
    with open_records(files, loads, engine) as records:
        yield records
