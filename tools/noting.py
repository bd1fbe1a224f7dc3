"""What a published run writes down: each of its segments in words, and how it was chosen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from stores.datasets import Dataset
from stores.home import Home, new_id
from stores.note_index import NoteIndex
from stores.notes import Note, NoteStore, Source
from stores.runs import Segment
from stores.snapshots import Snapshot
from tools.context import Context
from tools.glossary import write_glossary

_RUN = "run card|segmentation|how the segments were found|why these segments|algorithm|method"
_VERDICTS = {
    "natural": "The groups are natural: further apart than shops without groups would show",
    "useful": "The groups are useful cuts of a continuum: not natural, and yet they tell apart "
    "what people spend later",
    "rules": "Plain rules tell the customers apart",
}


def write_run_notes(
    home: Home, dataset: Dataset, snapshot: Snapshot, segments: Sequence[Segment],
    card: dict[str, Any], now: datetime,
) -> None:  # fmt: skip
    """In the state; and in the index when no other process holds it."""
    store = NoteStore(home, home.embedder())
    write_glossary(store, now)
    has_orders = any(row["revenue"] for row in card["segments"])
    found = [segment_note(dataset, snapshot, one, has_orders) for one in segments]
    store.save([*found, _run_note(dataset, snapshot, card)], now)
    index = NoteIndex.open(home)
    if index is not None:
        index.sync(store)
        index.close()


def segment_note(dataset: Dataset, snapshot: Snapshot, segment: Segment, has_orders: bool) -> Note:
    name = segment.name
    lines = [f"{name}: {segment.profile}.",
             f"{name} have [[1]] customers, which is [[2]] of customers."]  # fmt: skip
    metrics = ["customers", "share_of_customers"]
    if has_orders:
        lines.append(f"{name} bring [[3]] in revenue, which is [[4]] of revenue.")
        metrics += ["revenue", "share_of_revenue"]
    sources = tuple(
        Source("list_segments", {}, ("segment", segment.segment_id, metric, "", ""))
        for metric in metrics
    )
    return Note(
        new_id("note"), "segment", name, "\n".join(lines), dataset.dataset_id,
        snapshot.snapshot_id, segment.segment_id, snapshot.version, snapshot.as_of,
        sources=sources,
    )  # fmt: skip


def note_new_name(context: Context, before: Segment, after: Segment) -> None:
    """The note of a segment that was renamed says its new name."""
    store = NoteStore(context.home, context.home.embedder())
    found = [
        note for note in store.of(context.dataset.dataset_id, "segment")
        if note.segment_id == before.segment_id
    ]  # fmt: skip
    renamed = [
        replace(
            note,
            note_id=new_id("note"),
            about=after.name,
            text="\n".join(_renamed(line, before, after) for line in note.text.split("\n")),
        )
        for note in found
    ]
    store.end(found, context.now)
    store.save(renamed, context.now)


def _renamed(line: str, before: Segment, after: Segment) -> str:
    rest = line.removeprefix(before.name)
    return line if rest == line else f"{after.name}{rest}"


def _run_note(dataset: Dataset, snapshot: Snapshot, card: dict[str, Any]) -> Note:
    way = f"{card['method']} on {card['feature_space']}"
    lines = [
        f"How the segments were found: by {way}.",
        f"{_VERDICTS[card['verdict']]}.",
        card["reason"],
        f"{way} has a separation of [[1]] and a stability of [[2]].",
    ]
    sources = tuple(
        Source("segment_evidence", {}, ("candidate", f"{way} {card['k']}", metric, "", ""))
        for metric in ("separation", "stability")
    )
    return Note(
        new_id("note"), "run", _RUN, "\n".join(lines), dataset.dataset_id,
        snapshot.snapshot_id, None, snapshot.version, snapshot.as_of, sources=sources,
    )  # fmt: skip
