"""Knowledge: notes that are kept for recall, and definitions of the words that Segue uses."""

from typing import Literal

from pydantic import Field

from engine.facts import day_text
from engine.recall import is_named
from stores.notes import Note, NoteStore, Recalled, Source, Standing
from tools.citing import NUMBER
from tools.context import Context
from tools.glossary import write_glossary
from tools.tool import Arguments, Result

NOTHING = "Nothing is noted that answers this."


class SearchNotes(Arguments):
    query: str = Field(min_length=1, max_length=300)
    limit: int = Field(default=3, ge=1, le=10)
    kind: Literal["", "term", "segment", "run", "shift", "report", "answer"] = ""
    past: bool = False


def search_notes(context: Context, arguments: SearchNotes) -> Result:
    """Notes found by meaning, words and names: definitions, segments in words, how the segments
    were found, what moved last, what the last report said, answers that a person verified.

    When to use: what a word means or how a figure is defined ("how is churn defined?"), what a
    segment is like in words, or which segment fits a description ("who buys rarely but spends a
    lot?"), what was reported or verified before. Figures of now come from the other tools.
    Arguments: query, in plain words; limit, how many notes; kind, to look among one kind only;
    past, to be told also of what was true before.
    Result: texts, the best match first, each with its kind and what it is about; the figures that
    they show, as of now. A note with `was_true` is of the past: never tell it as true now.
    """
    store = NoteStore(context.home, context.home.embedder())
    write_glossary(store, context.now)
    found = store.search(
        standing(context), arguments.query, arguments.limit, context.index, arguments.kind,
        arguments.past,
    )  # fmt: skip
    if not found.notes:
        return Result(texts=({"found": NOTHING, "searched": found.by},))
    return _told(context, arguments.query, found)


def standing(context: Context) -> Standing:
    """What a note has to be true of."""
    snapshot = context.snapshot
    return Standing(
        context.dataset.dataset_id,
        context.version,
        snapshot.run_id if snapshot else None,
        snapshot.snapshot_id if snapshot else None,
    )


def _told(context: Context, query: str, found: Recalled) -> Result:
    texts: list[dict[str, str]] = []
    sources: list[Source] = []
    for note, true in found.notes:
        shown = note.text if true else _without_figures(note.text)
        told = _text(context, note, _numbered(shown, len(sources)), true)
        by_name = is_named(query, note.names)
        texts.append(told | {"match": "name" if by_name else "meaning", "searched": found.by})
        sources += note.sources if true else ()
    return Result(texts=tuple(texts), sources=tuple(sources))


def _text(context: Context, note: Note, text: str, true: bool) -> dict[str, str]:
    names = {segment.segment_id: segment.name for segment in context.segments}
    told = {"id": note.note_id, "kind": note.kind, "about": note.names[0], "note": text}
    if note.segment_id:
        told["segment"] = names.get(note.segment_id, note.about)
    if not true:
        told["was_true"] = _when(note)
    return told


def _when(note: Note) -> str:
    since = f"from {day_text(note.valid_from.date())}" if note.valid_from else "before"
    until = f" until {day_text(note.valid_until.date())}" if note.valid_until else ""
    return f"{since}{until}, of other records than those of now"


def _numbered(text: str, before: int) -> str:
    """Its figures counted on from those of the notes before it."""
    return NUMBER.sub(lambda found: f"[[{int(found[1]) + before}]]", text)


def _without_figures(text: str) -> str:
    """What was true once shows no figure: one of now would be another."""
    return "\n".join(line for line in text.split("\n") if not NUMBER.search(line))
