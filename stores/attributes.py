"""What is told of customers as of a moment (city, gender, ...), looked up once in a process."""

from functools import lru_cache
from typing import TYPE_CHECKING

from stores.datasets import Dataset, DatasetStore
from stores.home import Home

if TYPE_CHECKING:
    from engine.concepts import Moment
    from engine.features.attributes import Attributes


def attributes_held(
    home: Home, dataset: Dataset, version: int, moment: "Moment"
) -> "Attributes | None":
    """As this version of the records tells them; none where nothing is told of anybody."""
    store = DatasetStore(home)
    if "customers" not in store.counts(dataset, version):
        return None
    loads = [load.load_id for load in store.loads(dataset)]
    return _read(tuple(store.files(dataset, version, "customers")), tuple(loads), moment)


@lru_cache(maxsize=4)  # a file of records never changes under its name
def _read(files: tuple[str, ...], loads: tuple[str, ...], moment: "Moment") -> "Attributes":
    from engine.features import attributes_of
    from engine.features.records import open_records

    with open_records({"customers": list(files)}, list(loads)) as records:
        found = attributes_of(records, moment)
        _ = found.table  # the records are closed later
    return found
