"""Notes: true until overtaken, found by words when no vectors can be had, renewed when they can."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import sqlalchemy as sa

from engine.embedding import TermEmbedder
from engine.errors import OutOfReach
from stores.erasing import Traces
from stores.home import Home
from stores.notes import Note, NoteStore, Source, Standing
from stores.schema import notes
from tools.context import Context
from tools.knowledge import standing

NOW = datetime(2026, 1, 2, 9, tzinfo=UTC)


class Counted(TermEmbedder):
    """Counts what it embeds; out of reach when it is told so."""

    id = "counted"
    away = False
    embedded = 0

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        if self.away:
            raise OutOfReach("It does not answer.")
        self.embedded += len(texts)
        return super().embed(texts)


@pytest.fixture
def context(home: Home) -> Context:
    return Context.open(home, "local", None, NOW)


def story(context: Context, text: str, **changes: object) -> Note:
    snapshot = context.need_snapshot()
    made = Note(
        f"note_{text}", "shift", "what moved", text, context.dataset.dataset_id,
        snapshot.snapshot_id, None, context.version, snapshot.as_of,
        sources=(Source("calculate", {"operation": "sum"}, ("a", "b"),
                        (Source("list_segments", {}, ("c",)),)),),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def told(store: NoteStore, at: Standing, past: bool = False) -> dict[str, bool]:
    found = store.search(at, "what moved?", 10, kind="shift", past=past)
    return {note.text: true for note, true in found.notes}


def test_a_newer_story_takes_the_place_of_the_one_before(context: Context) -> None:
    store, at = NoteStore(context.home, TermEmbedder()), standing(context)
    store.save([story(context, "one")], NOW)
    assert told(store, at) == {"one": True}
    store.save([story(context, "two")], NOW)
    assert told(store, at) == {"two": True}
    assert told(store, at, past=True) == {"one": False, "two": True}
    [kept] = store.of(context.dataset.dataset_id, "shift")
    assert kept == story(context, "two")  # with its sources, as it was given


def test_what_moved_is_true_of_one_snapshot_of_one_version(context: Context) -> None:
    store, at = NoteStore(context.home, TermEmbedder()), standing(context)
    store.save([story(context, "one")], NOW)
    assert told(store, replace(at, version=at.version + 1)) == {}
    assert told(store, replace(at, snapshot_id="snapshot_2")) == {}
    assert told(store, replace(at, dataset_id="another"), past=True) == {}
    newer = replace(at, snapshot_id="snapshot_2", version=at.version + 1)
    segments = store.search(newer, "who is that?", 10, kind="segment").notes
    assert len(segments) == len(context.segments)  # they are what they are while the run stands
    assert store.search(replace(newer, run_id="run_2"), "who?", 10, kind="segment").notes == ()


def test_a_term_ends_only_its_own_forerunner(context: Context) -> None:
    store = NoteStore(context.home, TermEmbedder())
    store.save([Note("n1", "term", "alpha", "Alpha: one.", valid_from=NOW)], NOW)
    store.save([Note("n2", "term", "beta", "Beta: two.", valid_from=NOW)], NOW)
    store.save([Note("n3", "term", "alpha", "Alpha: three.", valid_from=NOW)], NOW)
    own = {note.about: note.text for note in store.of(None, "term") if note.note_id[0] == "n"
           and note.about in ("alpha", "beta")}  # fmt: skip
    assert own == {"alpha": "Alpha: three.", "beta": "Beta: two."}


def test_another_embedder_makes_the_vectors_anew_once(context: Context) -> None:
    embedder = Counted()
    store, at = NoteStore(context.home, embedder), standing(context)
    first = store.search(at, "who spends a lot?", 3)
    many = embedder.embedded
    assert many > len(context.segments)
    assert store.search(at, "who spends a lot?", 3) == first
    assert embedder.embedded == many + 1  # the question alone
    with context.home.read() as connection:
        made = connection.scalars(sa.select(notes.c.embedder).distinct()).all()
    assert made == ["counted"]


def test_out_of_reach_the_words_are_searched_and_it_is_said(context: Context) -> None:
    embedder = Counted()
    store, at = NoteStore(context.home, embedder), standing(context)
    embedder.away = True
    store.save([story(context, "People went to and fro.")], NOW)
    found = store.search(at, "who went to and fro?", 1)
    assert found.notes[0][0].text == "People went to and fro."
    assert found.by == "by words only: It does not answer."
    embedder.away = False
    assert store.search(at, "who went to and fro?", 1).by.startswith("in the state")
    assert store.renew() == 0  # the search had made all of them alike


def test_a_note_that_names_a_customer_is_erased(context: Context) -> None:
    store = NoteStore(context.home, TermEmbedder())
    store.save([story(context, "Customer 10034 moved."), story(context, "b", kind="report")], NOW)
    traces = Traces(context.dataset.dataset_id, "10034")
    assert [row["text"] for row in store.held(traces)] == ["Customer 10034 moved."]
    assert (store.erase(traces), store.erase(traces)) == (1, 0)
    assert told(store, standing(context)) == {}
