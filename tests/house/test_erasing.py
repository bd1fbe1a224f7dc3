"""Every store either erases, or says why there is no customer in it."""

import ast
import inspect
from pathlib import Path

from stores.dataset_erasing import RecordErasing
from stores.datasets import DatasetStore
from stores.home import Home
from tools.erasing import erasing_stores

STORES = Path(inspect.getfile(DatasetStore)).parent
# What RecordErasing does for DatasetStore's records, and the note index follows its notes.
HOLDS_NOBODY = {
    "ConfirmationStore": "hashes of what was agreed to",
    "DatasetStore": "its records and dropped rows are RecordErasing's",
    "DigestStore": "names, times and addresses of digests",
    "ErasureStore": "keyed digests, which are there so that nobody comes back",
    "FeedbackStore": "good or bad, beside the id of an answer",
    "KeyStore": "hashes of keys",
    "ObjectStore": "the place of files that other stores name",
    "PeopleStore": "people of the installation, who are no customers",
    "ResultStore": "files that KeptFiles removes, all of them",
    "RunStore": "what all customers have in common",
    "SlackPeopleStore": "people of the installation",
    "SlackThreadStore": "ids of threads",
}


def stores() -> set[str]:
    return {
        node.name
        for file in STORES.glob("*.py")
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name.endswith("Store")
    }


def test_every_store_erases_or_holds_nobody(home: Home) -> None:
    found = erasing_stores(home, DatasetStore(home).get())
    erasing = {type(store).__name__ for store in found.values()}
    assert all(callable(store.erase) and callable(store.held) for store in found.values())
    assert stores() <= erasing | set(HOLDS_NOBODY)
    assert set(HOLDS_NOBODY) <= stores()
    assert not erasing & set(HOLDS_NOBODY)
    assert list(found.values())[-1].__class__ is RecordErasing  # only they know the name
