"""A home whose files lie on a real object store: everything as on disk, from several machines."""

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from conftest import NOW
from deltalake import CommitProperties
from services import PATIENCE_SECONDS

from engine.concepts import Shop
from engine.errors import Conflict, NotPossible
from engine.synthetic import make_shop, write_shop
from evals.peers.objects.store import ObjectServer
from stores.datasets import DatasetStore
from stores.file_moving import move_files
from stores.files import Files, check_files
from stores.home import Home, Places
from stores.models import ModelStore
from stores.record_table import RecordTable
from stores.snapshots import SnapshotStore
from tools.datasets import LoadRequest, dataset_summary, load_file

pytestmark = pytest.mark.full
HEAD = "order_id,customer_id,occurred_at,product_id,quantity,unit_price\n"


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectServer]:
    with ObjectServer() as running:
        yield running


@pytest.fixture
def url(server: ObjectServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder of the store that no other test knows."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return f"{server.bucket}/{tmp_path.name}"


def shell(home: Path, url: str | None, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"SEGUE_HOME": str(home)} | ({"SEGUE_FILES_URL": url} if url else {})
    return subprocess.run(
        [str(Path(sys.executable).with_name("segue")), *arguments, "--json"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def read(home: Path, url: str | None, *arguments: str) -> dict[str, Any]:
    done = shell(home, url, *arguments)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def orders(folder: Path, name: str, first: int, count: int) -> Path:
    lines = [f"{n},c{n % 7},2025-01-03 10:00,tea,1,2.50\n" for n in range(first, first + count)]
    file = folder / name
    file.write_text(HEAD + "".join(lines), encoding="utf-8")
    return file


def open_home(folder: Path, url: str | None) -> Home:
    return Home.open(folder, Places(files=url))


def test_the_whole_path_gives_the_figures_of_a_home_on_disk(tmp_path: Path, url: str) -> None:
    files = write_shop(make_shop(300, seed=5), tmp_path / "shop")
    told: list[list[tuple[Any, ...]]] = []
    for home, place in ((tmp_path / "disk", None), (tmp_path / "objects", url)):
        arguments = ("--zone", "Europe/London", "--currency", "GBP")
        loaded = read(home, place, "load", str(files["transactions"]), *arguments)
        ledger = read(home, place, "ledger", loaded["load_id"], "--dropped")
        segments = read(home, place, "segment", "--method", "rules")["segments"]
        answer = read(home, place, "ask", "which segment brings most revenue?")
        again = read(home, place, "receipt", answer["facts"][0]["receipt"], "--rerun")
        assert again["rerun_value"] == again["value"]
        told.append(
            [
                (loaded["kept"], loaded["dropped_reasons"], len(ledger["rows"])),
                tuple((s["name"], s["customers"], s["revenue"]["minor"]) for s in segments),
                tuple((f["metric"], f["text"]) for f in answer["facts"]),
            ]
        )
    assert told[0] == told[1]
    home = tmp_path / "objects"
    assert not [
        folder for folder in ("datasets", "snapshots", "scores") if (home / folder).exists()
    ]
    # The cache is only a copy: without it the same is told.
    shutil.rmtree(home / "cache")
    answer = read(home, url, "ask", "which segment brings most revenue?")
    assert tuple((f["metric"], f["text"]) for f in answer["facts"]) == told[1][2]


def commit(root: str, url: str, number: int, ready: Any, done: Any) -> None:
    """Tells each number that the table took."""
    table = RecordTable(Files(Path(root), url), "datasets/d/transactions")
    ready.wait()
    try:
        for turn in range(5):
            with contextlib.suppress(Conflict):
                table.append(pa.table({"n": [number * 100 + turn]}), CommitProperties())
                done.put(number * 100 + turn)
    finally:
        done.put(None)


def test_no_two_writers_ever_commit_the_same_version(tmp_path: Path, url: str) -> None:
    """Without any lock of ours: the store itself refuses the second."""
    table = RecordTable(Files(tmp_path, url), "datasets/d/transactions")
    table.append(pa.table({"n": [-1]}), CommitProperties())
    spawn = multiprocessing.get_context("spawn")
    ready, done = spawn.Barrier(3), spawn.Queue()
    writers = [
        spawn.Process(target=commit, args=(str(tmp_path / str(n)), url, n, ready, done))
        for n in range(3)
    ]
    for writer in writers:
        writer.start()
    taken = list(chain.from_iterable(iter(partial(done.get, True, PATIENCE_SECONDS), None)
                                     for _ in writers))  # fmt: skip
    for writer in writers:
        writer.join(PATIENCE_SECONDS)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    found = table.open()
    assert found is not None
    kept = found.to_pyarrow_table()["n"].to_pylist()
    assert len(taken) >= 5
    assert set(taken) <= set(kept)
    files = table.local_files(table.parts(found))
    assert len(set(kept)) == len(kept) == found.version() + 1 == len(files)


def test_two_processes_that_load_at_once_both_land(tmp_path: Path, url: str) -> None:
    home = tmp_path / "home"
    first = orders(tmp_path, "first.csv", 0, 50)
    load = [str(Path(sys.executable).with_name("segue")), "load", "--currency", "GBP", "--json"]
    environment = os.environ | {"SEGUE_HOME": str(home), "SEGUE_FILES_URL": url}
    read(home, url, "load", str(first), "--currency", "GBP")
    running = [
        subprocess.Popen([*load, str(orders(tmp_path, f"{n}.csv", n * 100, 40))],
                         env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for n in (1, 2)
    ]  # fmt: skip
    said = [process.communicate(timeout=PATIENCE_SECONDS) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    opened = open_home(home, url)
    store = DatasetStore(opened)
    assert store.version(store.get()) == 2
    assert dataset_summary(opened, store.get())["rows"] == 130
    opened.close()


def test_a_killed_load_leaves_the_old_or_the_new(tmp_path: Path, url: str) -> None:
    home = tmp_path / "home"
    read(home, url, "load", str(orders(tmp_path, "a.csv", 0, 50)), "--currency", "GBP")
    second = orders(tmp_path, "b.csv", 1000, 20_000)
    environment = os.environ | {"SEGUE_HOME": str(home), "SEGUE_FILES_URL": url}
    command = [str(Path(sys.executable).with_name("segue")), "load", str(second), "--json"]
    for seconds in (1.2, 1.6, 2.0):
        running = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
        opened = open_home(home, url)
        found = dataset_summary(opened, DatasetStore(opened).get())["rows"]
        opened.close()
        assert found in (50, 20_050)
    assert read(home, url, "load", str(second))["dataset"] == "shop"
    opened = open_home(home, url)
    assert dataset_summary(opened, DatasetStore(opened).get())["rows"] == 20_050
    opened.close()


def test_another_machine_reads_what_one_wrote(small_shop: Path, tmp_path: Path, url: str) -> None:
    """Two folders with the same state: what two services on one database are to the files."""
    shutil.copytree(small_shop, tmp_path / "one")
    here, there = open_home(tmp_path / "one", None), open_home(tmp_path / "one", url)
    move_files(here, there)
    assert move_files(here, there).files == 0
    shutil.copytree(small_shop, tmp_path / "two")
    for folder in ("datasets", "snapshots", "scores"):
        shutil.rmtree(tmp_path / "two" / folder)
    other = open_home(tmp_path / "two", url)
    store = DatasetStore(other)
    assert dataset_summary(other, store.get()) == dataset_summary(here, DatasetStore(here).get())
    snapshot = SnapshotStore(other).all(store.get().dataset_id)[0]
    members = SnapshotStore(other).members(snapshot)
    assert members.equals(SnapshotStore(here).members(snapshot))
    models = [ModelStore(home).latest(store.get().dataset_id, "churn") for home in (here, other)]
    assert ModelStore(other).scores(models[1]).equals(ModelStore(here).scores(models[0]))
    back = open_home(tmp_path / "three", None)
    moved = move_files(other, back)
    assert moved.files == move_files(here, back).already_there
    assert back.files.all("snapshots") == here.files.all("snapshots")
    # A file that is gone from the store leaves the copies of it too.
    gone = f"snapshots/{snapshot.snapshot_id}.parquet"
    there.files.delete(gone)
    assert other.files.find(gone) is not None
    assert other.files.tidy("snapshots") == 1
    assert other.files.find(gone) is None
    for home in (here, there, other, back):
        home.close()


def test_a_copy_that_came_in_part_is_never_used(tmp_path: Path, url: str) -> None:
    one, two = Files(tmp_path / "one", url), Files(tmp_path / "two", url)
    with one.writing("scores/m.parquet") as file:
        file.write_bytes(b"0123456789")
    folder = tmp_path / "two" / "cache" / "scores"
    folder.mkdir(parents=True)
    (folder / "m.parquet.1234.part").write_bytes(b"0123")  # of a download that was killed
    assert two.get("scores/m.parquet").read_bytes() == b"0123456789"
    assert two.find("scores/other.parquet") is None


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9", "cannot be reached"),
        ("AWS_SECRET_ACCESS_KEY", "wrong", "refuses our credentials"),
    ],
)
def test_a_store_out_of_reach_is_one_sentence(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    assert check_files(tmp_path, url).startswith(f"at {url}; ")
    read(tmp_path / "home", url, "load", str(orders(tmp_path, "a.csv", 0, 9)), "--currency", "GBP")
    monkeypatch.setenv(name, value)
    with pytest.raises(NotPossible, match=f"object store of {url} {reason}"):
        check_files(tmp_path, url)
    for arguments in (("load", str(orders(tmp_path, "b.csv", 50, 9))), ("datasets",)):
        done = shell(tmp_path / "home", url, *arguments)
        assert done.returncode == 2, done.stderr
        assert reason in json.loads(done.stdout)["error"]["message"]
        assert "Traceback" not in done.stderr


def test_a_missing_bucket_is_named(tmp_path: Path, url: str) -> None:
    with pytest.raises(NotPossible, match="has no bucket of that name.*Make the bucket"):
        check_files(tmp_path, "s3://nobody-made-it/segue")


def test_a_store_that_dies_and_comes_back_keeps_everything(
    server: ObjectServer, tmp_path: Path, url: str
) -> None:
    home = open_home(tmp_path / "home", url)
    request = LoadRequest(orders(tmp_path, "a.csv", 0, 20), currency="GBP")
    load_file(home, request, NOW)
    server.kill()
    try:
        with pytest.raises(NotPossible, match="cannot be reached"):
            load_file(home, LoadRequest(orders(tmp_path, "b.csv", 50, 20)), NOW)
    finally:
        server.start()
    assert load_file(home, LoadRequest(tmp_path / "b.csv"), NOW)["kept"] == 20
    store = DatasetStore(home)
    assert store.find_or_plan(None, Shop("UTC", "GBP")).name == "shop"
    assert dataset_summary(home, store.get())["rows"] == 40
    home.close()
