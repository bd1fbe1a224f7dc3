"""Knowledge: notes that are kept for recall, each true for one snapshot."""

from datetime import datetime

from pydantic import Field

from engine.embedding import open_embedder
from stores.datasets import Dataset
from stores.home import Home, new_id
from stores.note_index import NoteIndex
from stores.notes import Note, NoteStore
from stores.runs import Segment
from stores.snapshots import Snapshot
from tools.context import Context
from tools.tool import Arguments, Result


class SearchNotes(Arguments):
    query: str = Field(min_length=1, max_length=300)
    limit: int = Field(default=3, ge=1, le=10)


def search_notes(context: Context, arguments: SearchNotes) -> Result:
    """Notes about the segments, found by meaning.

    When to use: what a segment is like in words, or which segment fits a description ("who buys
    rarely but spends a lot?"). Not for figures: notes hold none.
    Arguments: query, in plain words; limit, how many notes.
    Result: texts, the best match first, each with the segment it is about.
    """
    context.need_snapshot()
    # Notes are written with a run, for its first snapshot; later ones of the run share them.
    first: str = context.run.evidence["snapshot_id"]
    store = NoteStore(context.home, open_embedder())
    found = store.search(first, arguments.query, arguments.limit, context.index)
    names = {segment.segment_id: segment.name for segment in context.segments}
    return Result(
        texts=tuple(
            {"segment": names.get(note.segment_id, note.segment_id), "note": note.text}
            for note, _ in found
        )
    )


def write_segment_notes(
    home: Home, dataset: Dataset, snapshot: Snapshot, segments: list[Segment], now: datetime
) -> None:
    """One note a segment, in the state; and in the index when no other process holds it."""
    store = NoteStore(home, open_embedder())
    store.save(
        [
            Note(
                new_id("note"),
                dataset.dataset_id,
                snapshot.snapshot_id,
                segment.segment_id,
                f"{segment.name}: {segment.profile}",
            )
            for segment in segments
        ],
        now,
    )
    index = NoteIndex.open(home)
    if index is not None:
        index.sync(store)
        index.close()
