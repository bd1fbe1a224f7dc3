"""Erasing a customer everywhere, and showing everything that is held on one.

An erasure goes over every store, over those that hold words twice: once before the records go,
because only they know the customer's name, and once after, for what came in meanwhile. When it is
cut short, the same again finishes it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import Conflict, NotFound
from stores.audiences import AudienceStore
from stores.dataset_erasing import RecordErasing
from stores.datasets import Dataset, DatasetStore
from stores.digests import DeliveryStore
from stores.erasing import Erasing, Traces
from stores.erasures import ErasureStore
from stores.home import STATE_FILE, Home
from stores.jobs import JobStore
from stores.kept_files import KeptFiles, scrub_sqlite
from stores.live import LiveStore
from stores.models import ModelStore
from stores.note_index import NoteIndex
from stores.notes import NoteStore
from stores.pushes import PushStore
from stores.receipts import ReceiptStore
from stores.slack import SlackQuestionStore
from stores.snapshots import SnapshotStore
from stores.threads import ThreadStore

Progress = Callable[[str], None]
_RECORDS = "records"


@dataclass(frozen=True)
class Held:
    """Everything held on one customer, by store."""

    customer: Traces
    found: dict[str, list[dict[str, Any]]]
    removable: dict[str, int]  # files that go unread

    @property
    def counts(self) -> dict[str, int]:
        records: dict[str, int] = {}
        for row in self.found[_RECORDS]:
            kind = row.get("kind", "dropped rows")
            records[kind] = records.get(kind, 0) + 1
        others = {name: len(rows) for name, rows in self.found.items() if name != _RECORDS}
        return {name: count for name, count in (records | others).items() if count}


def erasing_stores(home: Home, dataset: Dataset) -> dict[str, Erasing]:
    """Every store that may hold something on a customer; the records last."""
    return {
        "answers": ThreadStore(home),
        "receipts": ReceiptStore(home),
        "jobs": JobStore(home),
        "deliveries": DeliveryStore(home),
        "questions in Slack": SlackQuestionStore(home),
        "notes": NoteStore(home, home.embedder()),
        "snapshots": SnapshotStore(home),
        "scores": ModelStore(home),
        "audiences": AudienceStore(home),
        "pushes": PushStore(home),
        "files": KeptFiles(home),
        "stream": LiveStore(home, dataset.dataset_id),
        _RECORDS: RecordErasing(home, dataset),
    }


def held_on(home: Home, dataset: Dataset, customer_id: str) -> Held:
    customer = RecordErasing(home, dataset).traces(customer_id)
    found = {name: store.held(customer) for name, store in erasing_stores(home, dataset).items()}
    return Held(customer, found, KeptFiles(home).removable())


def find_held(home: Home, dataset: Dataset, customer_id: str) -> Held:
    """Of a customer of whom something is held, or whose erasure was cut short."""
    held = held_on(home, dataset, customer_id)
    if held.counts or ErasureStore(home).is_pending(dataset.dataset_id, customer_id):
        return held
    raise NotFound(
        f"Nothing is held on a customer '{customer_id}' in the dataset '{dataset.name}'.",
        "Write the id as the shop writes it: segue members all --out members.csv lists them.",
    )


def erasure_question(held: Held) -> str:
    """What an erasure would touch, for who has to agree."""
    places = ", ".join(f"{count:,} in {name}" for name, count in held.counts.items())
    files = ", ".join(f"{count:,} {name}" for name, count in held.removable.items() if count)
    also = f" It also removes all files of {files}." if files else ""
    return (
        f"Erasing customer '{held.customer.customer}' removes for good: {places or 'what is left'}."
        f"{also} Earlier versions of the records can be read no more."
    )


def erase_customer(
    home: Home, dataset: Dataset, customer_id: str, by: str, now: datetime, progress: Progress
) -> dict[str, Any]:
    """Removes the customer from every place; what was removed, and the erasure that remembers."""
    held = find_held(home, dataset, customer_id)
    store = ErasureStore(home)
    erasure = store.begin(dataset.dataset_id, customer_id, by, now)
    stores = erasing_stores(home, dataset)
    for name, one in [*stores.items(), *stores.items()]:
        progress(f"Looking through the {name}")
        count = one.erase(held.customer)
        if count:
            store.add(erasure, {name: count})
    version = DatasetStore(home).version(dataset)
    SnapshotStore(home).raise_version(dataset.dataset_id, version)
    _forget_index(home)
    progress("Writing the databases anew")
    scrub(home, dataset)
    done = store.finish(erasure, version, now)
    return {"dataset": dataset.name, **done.to_json()}


def _forget_index(home: Home) -> None:
    """Where another process holds the index, it follows at that one's next search."""
    index = NoteIndex.open(home)
    if index is not None:
        index.sync(NoteStore(home, home.embedder()))
        index.close()


def scrub(home: Home, dataset: Dataset) -> None:
    """SQLite leaves what was deleted in its pages until they are written anew. PostgreSQL does so
    on its own, when it vacuums."""
    if not home.is_sqlite:
        return
    for file in (home.root / STATE_FILE, home.stream_file(dataset.dataset_id)):
        if not scrub_sqlite(file):
            raise Conflict(
                f"Another process of Segue is reading {file.name}, so its write-ahead log could "
                "not be emptied.",
                "Everything else is done. Do the same again when that process is done.",
            )
