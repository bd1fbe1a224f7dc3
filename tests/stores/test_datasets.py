"""The records of a dataset: by kind and year, compacted, recovered, of an earlier Segue."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import NOW
from deltalake import CommitProperties, Transaction, write_deltalake

from stores import versions
from stores.datasets import Dataset, DatasetStore
from stores.home import Home
from stores.loads import LoadBook
from stores.record_table import RecordTable
from stores.schema import loads
from tools.datasets import dataset_summary, dataset_versions, load_file
from tools.load_request import LoadRequest

HEAD = "order_id,customer_id,occurred_at,product_id,product,quantity,unit_price\n"
DECEMBER = HEAD + "1,ann,2024-12-31 10:00,tea,Green tea,2,5.00\n"
JANUARY = HEAD + "2,bob,2025-01-04 10:00,cup,Cup,1,3.50\n"
EVENTS = (
    "customer_id,occurred_at,action,product_id,price\n"
    "ann,2025-02-01 09:00:00,view,tea,5.00\n"
    "ann,2025-02-01 09:02:00,purchase,tea,5.00\n"
)


@pytest.fixture
def home(tmp_path: Path, open_home: Callable[[Path], Home]) -> Home:
    return open_home(tmp_path / "home")


def load(home: Home, folder: Path, text: str, name: str = "file.csv", **asked: Any) -> Any:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return load_file(home, LoadRequest(file, currency="GBP", **asked), NOW)


def only(home: Home) -> tuple[DatasetStore, Dataset]:
    store = DatasetStore(home)
    return store, store.get()


def ids(files: Sequence[str]) -> list[str]:
    return sorted(
        one
        for file in files
        for one in pq.read_table(file, columns=["order_id"], partitioning=None)[
            "order_id"
        ].to_pylist()
    )


def log_of(home: Home) -> str:
    folder = home.root / "datasets" / only(home)[1].dataset_id / "transactions" / "_delta_log"
    return "".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.json")))


def test_a_file_holds_one_kind_of_one_year(home: Home, tmp_path: Path) -> None:
    load(home, tmp_path, DECEMBER + JANUARY.removeprefix(HEAD))
    store, dataset = only(home)
    files = store.files(dataset, 0)
    assert [ids([file]) for file in sorted(files)] == [["1"], ["2"]]
    assert store.files(dataset, 0, "customers") == []


def test_a_version_is_looked_up_once(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(home, tmp_path, DECEMBER)
    store, dataset = only(home)
    before = store.files(dataset, 0), store.counts(dataset, 0)
    opened: list[int | None] = []
    monkeypatch.setattr(RecordTable, "open", lambda self, version=None: opened.append(version))
    assert (store.files(dataset, 0), store.counts(dataset, 0)) == before and opened == []


def test_a_version_whose_log_is_another_one_is_looked_up_anew(home: Home, tmp_path: Path) -> None:
    load(home, tmp_path, DECEMBER)
    store, dataset = only(home)
    before = store.files(dataset, 0)
    table = home.root / "datasets" / dataset.dataset_id / "transactions"
    rows = pa.concat_tables([pq.read_table(file, partitioning=None) for file in before])
    shutil.rmtree(table)
    write_deltalake(table, rows)
    assert store.files(dataset, 0) != before and ids(store.files(dataset, 0)) == ["1"]


def test_the_log_of_the_table_holds_nothing_of_a_person(home: Home, tmp_path: Path) -> None:
    """It outlives an erasure."""
    load(home, tmp_path, DECEMBER.replace("ann", "Ann-Smith").replace("Green tea", "Ann's tea"))
    load(home, tmp_path, "customer_id,name,city\nAnn-Smith,Ann,Leeds\n", "people.csv")
    said = log_of(home)
    assert "numRecords" in said
    for word in ("Ann-Smith", "Ann's tea", "Leeds"):
        assert word not in said


def test_many_small_files_are_written_together(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "MOST_SMALL_FILES", 2)
    for day in (1, 2, 3):
        load(home, tmp_path, JANUARY.replace("2025-01-04", f"2025-01-0{day}"))
    store, dataset = only(home)
    assert [v["what"] for v in dataset_versions(home, None)["versions"]] == [
        "compaction", "load", "load", "load",
    ]  # fmt: skip
    assert [v["rows"] for v in dataset_versions(home, None)["versions"]] == [3, 3, 2, 1]
    assert len(store.files(dataset, 3)) == 1 and len(store.files(dataset, 2)) == 3
    assert load(home, tmp_path, DECEMBER)["version"] == 4
    assert [one.version for one in store.loads(dataset)] == [0, 1, 2, 4]


# ---- a load that is killed ----------------------------------------------------------------------

KILLED = """
import os, sys
from pathlib import Path
from datetime import datetime, UTC
from stores.home import Home, Places
from stores import datasets, loads, record_table
from tools.datasets import LoadRequest, load_file

table, book = record_table.RecordTable, loads.LoadBook
owner, name = {"before": (table, "write"), "laid": (table, "append"),
               "after": (book, "enter"), "compacting": (datasets, "compact")}[sys.argv[1]]
work = getattr(owner, name)

def die(*given, **more):
    if sys.argv[1] == "compacting":
        work(*given, **more)
    os._exit(9)

setattr(owner, name, die)
home = Home.open(Path(sys.argv[2]), Places(sys.argv[4] or None))
load_file(home, LoadRequest(Path(sys.argv[3]), mode=sys.argv[5]), datetime(2026, 1, 2, tzinfo=UTC))
"""


@pytest.mark.parametrize("mode", ["append", "replace"])
@pytest.mark.parametrize(
    ("point", "is_there"),
    [("before", False), ("laid", False), ("after", True), ("compacting", True)],
)
def test_a_killed_load_is_there_or_not_never_between(
    home: Home, tmp_path: Path, point: str, is_there: bool, mode: str
) -> None:
    load(home, tmp_path, DECEMBER, "first.csv")
    file = tmp_path / "second.csv"
    file.write_text(EVENTS, encoding="utf-8")
    where = [str(tmp_path / "home"), str(file), home.places.database or "", mode]
    killed = subprocess.run([sys.executable, "-c", KILLED, point, *where], check=False)
    assert killed.returncode == 9
    store, dataset = only(home)
    old = {"transactions": 1}
    new = {"transactions": 2 if mode == "append" else 1, "events": 1}
    assert store.counts(dataset, store.version(dataset)) == (new if is_there else old)
    again = load_file(home, LoadRequest(file), NOW)
    assert again["already_loaded"] is is_there
    assert store.counts(dataset, store.version(dataset)) == (
        new if is_there else {"transactions": 2, "events": 1}
    )
    if mode == "replace" and is_there:  # what was replaced is known to be away
        assert load(home, tmp_path, DECEMBER, "first.csv")["already_loaded"] is False


# ---- a table of an earlier Segue ---------------------------------------------------------------


@pytest.fixture
def earlier(home: Home, tmp_path: Path) -> Home:
    """The records in one part, as they were kept before there were kinds; and a ledger of then."""

    found = load(home, tmp_path, DECEMBER + JANUARY.removeprefix(HEAD))
    store, dataset = only(home)
    rows = pa.concat_tables(
        [pq.read_table(file, partitioning=None) for file in store.files(dataset, 0)]
    )
    folder = home.root / "datasets" / dataset.dataset_id / "transactions"
    commit = json.loads(
        next((folder / "_delta_log").glob("*.json")).read_text("utf-8").splitlines()[0]
    )
    note = json.loads(commit["commitInfo"]["segue_load"])
    for key in ("kind", "kinds", "mode", "rules"):
        del note["ledger"][key]
    shutil.rmtree(folder)
    write_deltalake(
        folder, rows, schema_mode="merge", mode="append",
        commit_properties=CommitProperties(
            custom_metadata={"segue_load": json.dumps(note)},
            app_transactions=[Transaction(found["load_id"], 1)],
        ),
    )  # fmt: skip
    with home.write() as connection:
        connection.execute(loads.update().values(ledger=note["ledger"]))
    return home


def test_an_earlier_dataset_is_read_as_it_is(earlier: Home, tmp_path: Path) -> None:
    store, dataset = only(earlier)
    summary = dataset_summary(earlier, dataset)
    assert (summary["version"], summary["rows"], summary["kinds"]) == (0, 2, {"transactions": 2})
    assert store.newest(dataset, 0).iso() == "2025-01-04T10:00:01+00:00"
    assert load(earlier, tmp_path, DECEMBER + JANUARY.removeprefix(HEAD))["already_loaded"]
    assert store.version(dataset) == 0


def test_the_first_write_puts_an_earlier_dataset_into_parts(earlier: Home, tmp_path: Path) -> None:
    store, dataset = only(earlier)
    before = store.files(dataset, 0)
    found = load(earlier, tmp_path, EVENTS + "ann,2024-12-31 09:00:00,view,tea,5.00\n")
    known = load(earlier, tmp_path, JANUARY, "again.csv")
    assert known["dropped_reasons"] == {"already in the dataset": 1}
    assert store.counts(dataset, found["version"]) == {"transactions": 3, "events": 2}
    assert ids(store.files(dataset, 0)) == ["1", "2"] and store.files(dataset, 0) == before
    assert [v["what"] for v in dataset_versions(earlier, None)["versions"]] == [
        "load", "layout", "layout", "load",
    ]  # fmt: skip


def test_an_earlier_dataset_can_be_replaced(earlier: Home, tmp_path: Path) -> None:
    load(earlier, tmp_path, JANUARY, mode="replace")
    store, dataset = only(earlier)
    assert ids(store.files(dataset, store.version(dataset))) == ["2"]
    assert ids(store.files(dataset, 0)) == ["1", "2"]
    with earlier.read() as connection:
        assert [one.in_force for one in LoadBook(connection, dataset.dataset_id).all()] == [
            False, True,
        ]  # fmt: skip
