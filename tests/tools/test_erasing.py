"""One customer of a small shop, erased: what goes, what stays, and who does not come back."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from engine.errors import NotFound
from engine.facts import Fact, value_to_json
from stores.datasets import Dataset, DatasetStore
from stores.erasing import ERASED
from stores.erasures import ErasureStore
from stores.home import Home
from stores.jobs import JobStore
from stores.live import LiveStore
from stores.people import PeopleStore
from stores.receipts import ReceiptStore
from stores.snapshots import SnapshotStore
from stores.threads import ThreadStore, Turn
from tools import erasing
from tools.catalog import call
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.erasing import erase_customer, find_held, held_on
from tools.holdings import holdings, write_holdings
from tools.receipts import receipt_card
from tools.streaming import Batch, Stream

NOW = datetime(2025, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 1, 2, 9, tzinfo=UTC)
HEAD = "order_id,customer_id,occurred_at,product_id,quantity,unit_price\n"
ROWS = [
    f"o{number},{who},2025-0{1 + number % 2}-0{1 + number % 9} 10:00:00,tea,{1 + number},5.00"
    for number, who in enumerate(
        ["13085", "13085", "anna-lee", "anna-lee", "12001", "12002", "12003", "12004", "12005"]
    )
]
BAD = [
    "o90,13085,not a day,tea,1,5.00",
    "o91,13085.0,2025-01-01 10:00:00,tea,0,5.00",
    "o92,12001,2025-01-01 10:00:00,13085,0,5.00",  # of somebody else
]


def write(file: Path, rows: list[str]) -> Path:
    file.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def load(home: Home, file: Path) -> dict[str, Any]:
    return load_file(home, LoadRequest(file, dataset="corner", currency="GBP"), NOW)


@pytest.fixture
def shop(open_home: Any, tmp_path: Path) -> Home:
    home: Home = open_home(tmp_path / "home")
    PeopleStore(home).ensure_local(NOW)
    load(home, write(tmp_path / "orders.csv", ROWS + BAD))
    return home


@pytest.fixture
def dataset(shop: Home) -> Dataset:
    return DatasetStore(shop).get()


def erase(home: Home, customer: str) -> dict[str, Any]:
    return erase_customer(home, DatasetStore(home).get(), customer, "local", NOW, lambda text: None)


def kept(home: Home) -> list[str]:
    store = DatasetStore(home)
    files = store.files(store.get(), store.version(store.get()))
    found = [row for file in files for row in pq.read_table(file)["customer_id"].to_pylist()]
    return sorted(found)


def test_the_records_go_and_those_of_others_stay(shop: Home) -> None:
    before = kept(shop)
    assert before.count("13085") == 2
    found = erase(shop, "13085")
    assert kept(shop) == [one for one in before if one != "13085"]
    assert found["counts"]["records"] == 4  # two records and two dropped rows
    with pytest.raises(NotFound, match="Nothing is held on a customer '13085'"):
        erase(shop, "13085")


def test_dropped_rows_keep_their_line_and_lose_their_text(shop: Home, dataset: Dataset) -> None:
    erase(shop, "13085")
    store = DatasetStore(shop)
    rows = store.dropped_rows(store.loads(dataset)[0]).to_pylist()
    assert [(row["line"], row["text"]) for row in rows] == [
        (11, ERASED), (12, ERASED), (13, BAD[2])
    ]  # fmt: skip


def test_no_file_of_the_table_holds_the_customer(shop: Home, dataset: Dataset) -> None:
    load(shop, write(shop.root / "more.csv", ["o20,13085,2025-02-20 10:00:00,cup,1,3.00"]))
    erase(shop, "13085")
    folder = shop.dataset_folder(dataset.dataset_id)
    (shop.root / "more.csv").unlink()
    for file in (folder / "transactions").rglob("*"):
        if file.suffix == ".parquet":
            assert "'13085'" not in str(pq.read_table(file, partitioning=None).to_pylist())
        elif file.is_file():
            assert b"13085" not in file.read_bytes()


def test_a_load_does_not_bring_the_customer_back(shop: Home, tmp_path: Path) -> None:
    erase(shop, "13085")
    after = kept(shop)
    again = load(shop, write(tmp_path / "again.csv", [*ROWS, *BAD, "o30,12009,2025-02-03,tea,1,5"]))
    assert again["dropped_reasons"]["erased customer"] == 4
    assert again["rows_in"] == again["kept"] + again["fixed"] + again["dropped"]
    assert kept(shop) == sorted([*after, "12009"])
    store = DatasetStore(shop)
    rows = store.dropped_rows(store.load(again["load_id"])).to_pylist()
    texts = [row["text"] for row in rows if row["reason"] == "erased customer"]
    assert texts == ["", "", "", ""]


def test_another_dataset_keeps_its_customer_of_that_id(shop: Home, tmp_path: Path) -> None:
    file = write(tmp_path / "other.csv", ROWS)
    load_file(shop, LoadRequest(file, dataset="market", currency="GBP"), NOW)
    erase_customer(shop, DatasetStore(shop).get("corner"), "13085", "local", NOW, print)
    assert held_on(shop, DatasetStore(shop).get("market"), "13085").counts == {"transactions": 2}


def test_snapshots_and_scores_lose_a_row_and_still_answer(home: Home) -> None:
    dataset = DatasetStore(home).get()
    context = Context.open(home, "local", None, LATER)
    before = call(context, "list_segments", {})
    customer, customers = context.members.index[7], len(context.members)
    found = erase(home, customer)["counts"]
    assert (found["snapshots"], found["scores"]) == (1, 5)
    context = Context.open(home, "local", None, LATER)
    assert customer not in context.members.index
    assert SnapshotStore(home).all(dataset.dataset_id)[0].customers == customers - 1
    after = call(context, "list_segments", {})
    assert sum(_customers(fact) for fact in after.facts) == customers - 1
    card = receipt_card(home, "local", before.facts[1].receipt, LATER, again=True)
    assert card["value"] == value_to_json(before.facts[1].figure.value)
    assert card["rerun_value"] is None
    (erasure,) = ErasureStore(home).all(dataset.dataset_id)
    assert card["changed_by"]["erasure_id"] == erasure.erasure_id
    card = receipt_card(home, "local", after.facts[1].receipt, LATER, again=True)
    assert card["rerun_value"] == card["value"] and card["changed_by"] is None


def _customers(fact: Fact) -> int:
    value = fact.figure.value
    return value if fact.figure.metric == "customers" and isinstance(value, int) else 0


def test_what_was_said_of_the_customer_goes(shop: Home, dataset: Dataset) -> None:
    threads = ThreadStore(shop)
    thread = threads.make("local", dataset.dataset_id, NOW)
    threads.add_turn(thread, Turn("a1", "How is anna-lee?", "Well.", {}, NOW), {"of": "anna-lee"})
    threads.add_turn(thread, Turn("a2", "And revenue?", "£13,085.", {}, NOW), {"of": "anna-lee"})
    job = JobStore(shop).add("local", "load", {"name": "anna-lee.csv"}, NOW)
    context = Context.open(shop, "local", None, NOW)
    total = call(context, "describe_dataset", {}).facts[0].receipt
    asked = erase(shop, "anna-lee")["counts"]
    assert (asked["answers"], asked["jobs"]) == (2, 1)
    thread = threads.get("local", thread.thread_id)
    assert [turn.answer_id for turn in threads.turns(thread)] == ["a2"]
    assert thread.state == {"of": ERASED}
    assert JobStore(shop).get("local", job.job_id).arguments == {"name": f"{ERASED}.csv"}
    assert ReceiptStore(shop).get("local", total).id == total


def test_files_that_cannot_be_searched_are_removed(shop: Home) -> None:
    with shop.files.writing("uploads/upload_1/content") as file:
        file.write_text("anna-lee", encoding="utf-8")
    (shop.root / "backups").mkdir()
    (shop.root / "backups" / "state-before-0005.db").write_bytes(b"old")
    (shop.root / "logs").mkdir()
    log = shop.root / "logs" / "segue.log"
    log.write_text('{"what": "asked of anna-lee"}\n{"what": "well"}\n', encoding="utf-8")
    erase(shop, "anna-lee")
    assert shop.files.all("uploads") == {} and not list((shop.root / "backups").iterdir())
    assert log.read_text("utf-8") == f'{{"what": "asked of {ERASED}"}}\n{{"what": "well"}}\n'


def event(number: int, customer: str, **changes: Any) -> bytes:
    found = {
        "event_id": f"{number:032x}", "order_id": f"s{number}", "customer_id": customer,
        "occurred_at": "2025-02-10T10:00:00Z", "product_id": "tea", "quantity": 1,
        "unit_price": "5.00",
    }  # fmt: skip
    return json.dumps(found | changes).encode()


def test_the_stream_forgets_the_customer_and_takes_nobody_back(
    shop: Home, dataset: Dataset
) -> None:
    stream = Stream(shop, dataset)
    sent = [event(1, "anna-lee"), event(2, "12001"), event(3, "anna-lee", quantity=0)]
    stream.take(Batch(sent, lambda place: f"t:0:{place}"), NOW)
    erase(shop, "anna-lee")
    again = stream.take(Batch([*sent, event(4, "anna-lee")], lambda place: f"t:1:{place}"), NOW)
    assert (again.kept, again.duplicates) == (0, 1)
    assert [one.reason for one in again.dead] == ["erased customer"] * 3
    with LiveStore(shop, dataset.dataset_id).reading() as live:
        assert sorted(live.rows()["customer_id"]) == [
            "12001", "12002", "12003", "12004", "12005", "13085"
        ]  # fmt: skip
        assert all(letter.value is None for letter in live.dead(10))
        assert live.notes()["covered"] == DatasetStore(shop).version(dataset)
    assert "anna-lee" not in kept(shop)


def test_an_erasure_that_was_cut_short_is_finished_by_the_same_again(
    shop: Home, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "scrub", kill)
        with pytest.raises(Killed):
            erase(shop, "13085")
    assert ErasureStore(shop).is_pending(dataset.dataset_id, "13085")
    assert erase(shop, "13085")["counts"]["records"] == 4
    assert not ErasureStore(shop).is_pending(dataset.dataset_id, "13085")
    assert [one.state for one in ErasureStore(shop).all(dataset.dataset_id)] == ["done"]


def test_everything_held_comes_as_files_that_a_spreadsheet_may_open(
    shop: Home, dataset: Dataset, tmp_path: Path
) -> None:
    load(shop, write(tmp_path / "f.csv", ["=1+1,13085,2025-02-20 10:00:00,cup,1,3.00"]))
    found = holdings(shop, dataset, find_held(shop, dataset, "13085"))
    assert found["counts"] == {"transactions": 3, "dropped rows": 2}
    assert [load["source"] for load in found["loads"]] == ["orders.csv", "f.csv"]
    files = write_holdings(found, tmp_path / "person")
    assert [file.name for file in files] == [
        "person.json", "transactions.csv", "dropped rows.csv", "loads.csv"
    ]  # fmt: skip
    with files[1].open(encoding="utf-8", newline="") as opened:
        assert [row["order_id"] for row in csv.DictReader(opened)] == ["o0", "o1", "'=1+1"]
