"""Who has opted out of a dataset, from the records of its customers."""

from functools import lru_cache

import sqlalchemy as sa

from engine.consent import EVERYBODY_IN, Consent, read_consent
from stores.datasets import Dataset, DatasetStore
from stores.home import Home
from stores.schema import loads


def consent_of(home: Home, dataset: Dataset, version: int) -> Consent:
    """As this version of the records tells it."""
    store = DatasetStore(home)
    if "customers" not in store.counts(dataset, version):
        return EVERYBODY_IN
    loads = [load.load_id for load in store.loads(dataset)]
    return _read(tuple(store.files(dataset, version, "customers")), tuple(loads))


_read = lru_cache(maxsize=16)(read_consent)  # a file of records never changes under its name


def newest_load(home: Home, dataset: Dataset) -> int:
    """Consent changes with a load, and with nothing else."""
    with home.read() as connection:
        found = connection.scalar(
            sa.select(sa.func.max(loads.c.version)).where(loads.c.dataset_id == dataset.dataset_id)
        )
    return -1 if found is None else int(found)
