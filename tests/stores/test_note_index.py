"""The index of the notes: it only proposes, so whatever becomes of it, the answer is the same."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.embedding import TermEmbedder, open_embedder
from evals.peers.chroma import ChromaServer
from stores.datasets import DatasetStore
from stores.home import Home, Places
from stores.note_index import NoteIndex
from stores.notes import NoteStore, Standing
from stores.runs import RunStore
from stores.schema import notes


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def told(home: Home, index: NoteIndex | None) -> list[str]:
    """The ids of the notes that answer best, all true."""
    dataset = DatasetStore(home).get().dataset_id
    standing = Standing(dataset, 1, RunStore(home).published_id(dataset))
    found = NoteStore(home, open_embedder()).search(standing, "who spends most?", 3, index)
    assert len(found.notes) == 3 and all(true for _, true in found.notes)
    return [note.note_id for note, _ in found.notes]


def test_the_folder_gives_what_the_state_gives_and_has_one_holder(home: Home) -> None:
    index = NoteIndex.open(home)
    assert index is not None
    assert NoteIndex.open(home) is None
    assert told(home, index) == told(home, None)
    assert index.sync(NoteStore(home, open_embedder())) == 0  # the search had brought it up
    with home.write() as connection:
        connection.execute(sa.delete(notes).where(notes.c.note_id == told(home, None)[0]))
    assert told(home, index) == told(home, None)
    index.close()
    again = NoteIndex.open(home)
    assert again is not None
    again.close()


def test_nobody_at_the_address_changes_no_answer(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = replace(home, places=Places(chroma="http://127.0.0.1:9"))
    index = NoteIndex.open(nowhere)
    for _ in range(3):
        assert told(nowhere, index) == told(home, None)
    assert len([r for r in caplog.records if "The Chroma server cannot be used" in r.message]) == 1
    odd = replace(home, places=Places(chroma="chroma:8000"))
    assert told(odd, NoteIndex.open(odd)) == told(home, None)
    assert "address of the Chroma server is not understood" in caplog.text


def test_a_refused_token_is_named_and_never_shown(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    class Guarded(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_known = self.headers["Authorization"] == "Bearer open sesame"
            self.send_response(500 if is_known else 401)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Guarded)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    places = Places(chroma=f"http://127.0.0.1:{server.server_port}", chroma_token="a wrong one")
    known = replace(places, chroma_token="open sesame")
    try:
        for given, said in ((places, "refuses the token"), (known, "500")):
            guarded = replace(home, places=given)
            assert told(guarded, NoteIndex.open(guarded)) == told(home, None)
            assert said in caplog.text
        assert "a wrong one" not in f"{caplog.text}{places!r}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def server() -> Iterator[ChromaServer]:
    with ChromaServer() as running:
        yield running


def at_server(home: Home, server: ChromaServer, clock: Clock) -> NoteIndex:
    index = NoteIndex.open(replace(home, places=Places(chroma=server.url)))
    assert index is not None
    index._clock = clock
    return index


@pytest.mark.full
def test_a_server_down_slow_or_wiped_changes_no_answer_and_heals(
    home: Home, server: ChromaServer
) -> None:
    clock, store, truth = Clock(), NoteStore(home, open_embedder()), told(home, None)
    one, two = at_server(home, server, clock), at_server(home, server, clock)
    many = len(store.rows())
    assert one.sync(store) == many
    assert two.sync(store) == 0  # it found what the other wrote
    assert told(home, one) == told(home, two) == truth
    server.kill()
    assert told(home, one) == truth
    assert one.sync(store) is None
    server.start()
    clock.now += 60
    assert one.sync(store) == 0
    assert told(home, one) == truth
    server.wipe()
    clock.now += 60
    assert told(home, one) == truth
    clock.now += 60
    assert one.sync(store) in (0, many)
    assert two.sync(store) == 0
    server.pause()
    try:
        assert told(home, one) == truth
    finally:
        server.resume()
    clock.now += 60
    assert one.sync(store) == 0
    one.close()
    two.close()


@pytest.mark.full
def test_two_installations_on_one_server_stay_apart(
    home: Home, server: ChromaServer, tmp_path: Path
) -> None:
    shutil.copytree(home.root, tmp_path / "other")
    other = Home.open(tmp_path / "other")
    with other.write() as connection:  # another installation has ids of its own
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.execute(sa.update(notes).values(note_id="x" + notes.c.note_id))
        for table in (
            "datasets",
            "loads",
            "runs",
            "segments",
            "snapshots",
            "score_models",
            "notes",
        ):
            named = sa.table(table, sa.column("dataset_id"))
            connection.execute(sa.update(named).values(dataset_id="dataset_other"))
    here, there = at_server(home, server, Clock()), at_server(other, server, Clock())
    assert told(home, here) == told(home, None)
    assert told(other, there) == told(other, None)
    assert here.sync(NoteStore(home, open_embedder())) == 0  # the other took nothing away
    here.close()
    there.close()
    other.close()


_HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from stores.home import Home, new_id
from stores.note_index import NoteIndex
from stores.notes import Note, NoteStore

now = datetime(2026, 1, 2, 9, tzinfo=UTC)
home = Home.open(Path(sys.argv[1]))
store, index = NoteStore(home, home.embedder()), NoteIndex.open(home)
for number in range(10_000):
    about = f"killed word {number}"
    store.save([Note(new_id("note"), "term", about, f"{about}: it spends.", valid_from=now)], now)
    index.sync(store)
    print(number, flush=True)
"""


@pytest.mark.full
def test_killed_while_it_writes_the_index_is_whole_or_made_anew(home: Home) -> None:
    """The state is the truth: whatever the index had got when its holder died."""
    if not home.is_sqlite:
        pytest.skip("the index in a folder is the same wherever the state is")
    for written in (1, 4, 9):
        holder = subprocess.Popen(
            [sys.executable, "-c", _HOLDER, str(home.root)], text=True, stdout=subprocess.PIPE
        )
        assert holder.stdout is not None
        with holder, holder.stdout:
            for _ in range(written):
                holder.stdout.readline()
            assert NoteIndex.open(home) is None  # it is held
            truth = told(home, None)
            os.kill(holder.pid, signal.SIGKILL)
        index = NoteIndex.open(home)
        assert index is not None
        assert told(home, index) == told(home, None)
        assert truth
        assert index.sync(NoteStore(home, open_embedder())) == 0
        index.close()
    shutil.rmtree(home.index_folder / "chroma")
    index = NoteIndex.open(home)
    assert index is not None
    assert told(home, index) == told(home, None)
    index.close()


def test_vectors_of_another_model_are_not_kept_in_the_index(home: Home) -> None:
    index = NoteIndex.open(home)
    assert index is not None
    index.sync(NoteStore(home, open_embedder()))
    other = NoteStore(home, TermEmbedder())
    assert other.renew() == len(other.rows())
    assert index.sync(other) == len(other.rows())
    assert index._client is not None
    assert [one.name for one in index._client.list_collections()] == ["notes-terms-1024"]
    index.close()
