"""Notes recalled by the tool: definitions, segments, the run; figures of now, with receipts."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from engine.metrics import METRICS
from stores.notes import NoteStore
from stores.receipts import ReceiptStore
from stores.schema import notes
from tools.catalog import Called, call, rerun
from tools.context import Context
from tools.glossary import definitions, sayings, write_glossary
from tools.renaming import rename_to
from tools.segmenting import SegmentRequest, run_segmentation

NOW = datetime(2026, 1, 2, 9, tzinfo=UTC)


def search(context: Context, query: str, **more: object) -> Called:
    return call(context, "search_notes", {"query": query, **more})


def reopened(context: Context) -> Context:
    return Context.open(context.home, "local", None, NOW)


def test_a_word_is_defined_as_its_metric_is(context: Context) -> None:
    called = search(context, "how is churn defined?", limit=1)
    [text] = called.texts
    assert (text["kind"], text["about"], text["match"]) == ("term", "churn", "name")
    assert text["note"] == f"Churn: {METRICS['churn'].meaning}."
    assert called.facts == ()


def test_every_metric_is_defined_once() -> None:
    found = definitions(NOW)
    names = [note.names[0] for note in found]
    assert len(set(names)) == len(names)
    assert {name.replace("_", " ") for name in METRICS} <= set(names)
    assert {note.text for note in found} == sayings()


def test_definitions_are_noted_once_and_anew_when_they_change(context: Context) -> None:
    store = NoteStore(context.home, context.home.embedder())
    assert write_glossary(store, NOW) == 0  # the first run had
    with context.home.write() as connection:
        churn = notes.c.about.startswith("churn|")
        connection.execute(sa.update(notes).where(churn).values(text="Churn: something else."))
        connection.execute(
            sa.update(notes).where(notes.c.about.startswith("digest")).values(about="telegram")
        )
    assert write_glossary(store, NOW) == 2
    told = [note.text for note in store.of(None, "term") if note.names[0] == "churn"]
    assert told == [f"Churn: {METRICS['churn'].meaning}."]
    assert "telegram" not in {note.about for note in store.of(None, "term")}


def test_a_segment_is_told_with_figures_of_the_tool_that_counts_them(context: Context) -> None:
    segment = context.segments[0]
    called = search(context, f"what are {segment.name} like?", kind="segment", limit=1)
    [text] = called.texts
    assert text["segment"] == segment.name
    assert text["note"].startswith(f"{segment.name}: {segment.profile}.")
    size = called.facts[0]
    assert f"{segment.name} have [[{size.id}]] customers" in text["note"]
    assert size.figure.value == int((context.members.segment_id == segment.segment_id).sum())
    receipt = ReceiptStore(context.home).get("local", size.receipt)
    assert receipt.tool == "list_segments"
    assert rerun(reopened(context), receipt) == size.figure


def test_a_renamed_segment_is_found_by_its_new_name(context: Context) -> None:
    before = context.segments[0]
    rename_to(context, before.name, "Our darlings")
    [text] = search(reopened(context), "Our darlings", kind="segment", limit=1).texts
    assert text["note"].startswith(f"Our darlings: {before.profile}.")
    assert before.name not in text["note"]


def test_after_a_newer_run_the_notes_of_the_older_are_of_the_past(context: Context) -> None:
    [card] = search(context, "how were the segments found?", kind="run", limit=1).texts
    request = SegmentRequest(method="rules", names="tiers")
    run_segmentation(context.home, context.dataset, request, NOW, lambda text: None)
    now = reopened(context)
    assert now.run.run_id != context.run.run_id
    told = search(now, "how were the segments found?", kind="run", limit=10).texts
    assert [text["id"] == card["id"] for text in told] == [False]
    both = search(now, "how were the segments found?", kind="run", limit=10, past=True)
    old = next(text for text in both.texts if text["id"] == card["id"])
    assert old["was_true"].endswith("of other records than those of now")
    assert "[[" not in old["note"]
    names = {segment.name for segment in now.segments}
    assert {t["segment"] for t in search(now, "who?", kind="segment", limit=10).texts} == names


def test_where_nothing_is_noted_it_is_said(context: Context) -> None:
    [text] = search(context, "what did the report say?", kind="report").texts
    assert text["found"] == "Nothing is noted that answers this."
    assert text["searched"].startswith("in the state")


def test_words_are_defined_before_there_are_segments(context: Context) -> None:
    early = replace(context, snapshot=None)
    assert search(early, "what is a holdout?", limit=1).texts[0]["about"] == "holdout"
    assert search(early, "who is that?", kind="segment").texts[0]["found"]


def test_a_line_whose_figure_is_no_more_is_left_out(context: Context) -> None:
    segment = context.segments[0]
    with context.home.write() as connection:
        mine = notes.c.segment_id == segment.segment_id
        source = {"tool": "list_segments", "arguments": {}, "operands": [],
                  "key": ["segment", "segment_0", "customers", "", ""]}  # fmt: skip
        connection.execute(sa.update(notes).where(mine).values(sources=[source] * 4))
    called = search(context, segment.name, kind="segment", limit=1)
    assert called.texts[0]["note"] == f"{segment.name}: {segment.profile}."
    assert called.facts == ()


@pytest.mark.parametrize("given", [{"limit": 0}, {"kind": "letter"}, {"query": ""}])
def test_what_is_no_search_is_refused(context: Context, given: dict[str, object]) -> None:
    from engine.errors import BadInput

    with pytest.raises(BadInput):
        call(context, "search_notes", {"query": "churn"} | given)
