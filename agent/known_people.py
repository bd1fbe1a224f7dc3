"""Who is in a dataset's records: ids, names, addresses of every kind, to be kept from a model.

Read once for each version and kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from stores.datasets import DatasetStore
from stores.home import Home
from stores.records import open_dataset

if TYPE_CHECKING:
    import ibis

    from stores.datasets import Dataset
    from tools.context import Context

_MARKS = {"name": "P", "email": "E", "phone": "T", "postcode": "A"}


@dataclass(frozen=True)
class KnownPeople:
    """`marks` gives for each name or address, folded, what kind it is, as one letter."""

    ids: frozenset[str] = frozenset()
    marks: Mapping[str, str] = field(default_factory=dict)
    longest: int = 1  # words of a mark


def people_of(context: "Context") -> KnownPeople:
    return _read(context.dataset.dataset_id, context.version, _Held(context.home, context.dataset))


def hide_everybody(home: Home, text: str) -> str:
    """The text without anything that tells who a customer of any dataset is."""
    from agent.disguise import Disguise

    store = DatasetStore(home)
    for dataset in store.all():
        version = store.version(dataset)
        found = partial(_read, dataset.dataset_id, version, _Held(home, dataset))
        text = Disguise(found, dataset.dataset_id).hide(text)
    return text


class _Held:
    """Brings the home along; a version never changes, so it is no part of the key."""

    def __init__(self, home: Home, dataset: "Dataset") -> None:
        self.home = home
        self.dataset = dataset

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self.home.root == other.home.root

    def __hash__(self) -> int:
        return hash(self.home.root)


@lru_cache(maxsize=4)
def _read(dataset_id: str, version: int, held: _Held) -> KnownPeople:
    ids: set[str] = set()
    marks: dict[str, str] = {}
    with open_dataset(held.home, held.dataset, version) as records:
        for table in (records.transactions, records.customers, records.events, records.texts):
            if table is not None:
                ids.update(_values(table, "customer_id"))
        if records.customers is not None:
            for column, letter in _MARKS.items():
                marks |= {_folded(value): letter for value in _values(records.customers, column)}
    # A name of one word is a word of the language too often.
    marks = {mark: letter for mark, letter in marks.items() if letter != "P" or " " in mark}
    longest = max((len(mark.split()) for mark in marks), default=1)
    return KnownPeople(frozenset(ids), marks, longest)


def _values(table: "ibis.Table", column: str) -> Iterator[str]:
    found = table.select(column).distinct().drop_null(column).to_pyarrow()[column].to_pylist()
    return (str(value) for value in found if str(value).strip())


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
