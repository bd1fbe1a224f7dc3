from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from engine.errors import Conflict, NotPossible
from stores import event_log
from stores.datasets import Dataset, DatasetStore
from stores.flushing import take_log
from stores.home import Home
from stores.live import DeadLetter, LiveStore, Position
from stores.schema import datasets
from tests.shops import transactions

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    return Home.open(tmp_path / "home")


@pytest.fixture
def dataset(empty: Home) -> Dataset:
    with empty.write() as connection:
        connection.execute(
            datasets.insert().values(
                dataset_id="dataset_1", name="shop", zone="UTC", currency="GBP", created_at=NOW
            )
        )
    return DatasetStore(empty).get("shop")


@pytest.fixture
def store(empty: Home, dataset: Dataset) -> LiveStore:
    return LiveStore(empty, dataset.dataset_id)


def some_rows(name: str, count: int) -> pa.Table:
    lines = [(f"{name}{n}", "anna", "2025-01-05 10:00", "P", 1.0, "1.50") for n in range(count)]
    return transactions(list(lines), load_id=name)


def log(store: LiveStore, rows: pa.Table, positions: dict[str, int]) -> None:
    with store.writing() as live:
        event_log.append(live.connection, rows, positions, now=0)


def test_only_events_and_orders_that_are_new_are_new(store: LiveStore) -> None:
    with store.writing() as live:
        assert live.keep_new_events([b"b" * 16, b"a" * 16]) == [True, True]
    with store.writing() as live:
        assert live.keep_new_events([b"c" * 16, b"a" * 16, b"d" * 16]) == [True, False, True]
        assert live.keep_new_events([b"c" * 16]) == [False]
        assert live.keep_new_orders([("anna", "1"), ("ben", "1")]) == [True, True]
        assert live.keep_new_orders([("anna", "1"), ("anna", "2")]) == [False, True]


def test_a_batch_that_fails_leaves_nothing_behind(store: LiveStore) -> None:
    def fail() -> None:
        with store.writing() as live:
            live.keep_new_events([b"a" * 16])
            live.count({"events": 1})
            raise Conflict("another")

    pytest.raises(Conflict, fail)
    with store.reading() as live:
        assert live.notes() == {}
        assert live.connection.execute("SELECT count(*) FROM events").fetchone() == (0,)


def test_the_worker_that_was_taken_over_keeps_nothing(store: LiveStore) -> None:
    [old] = store.claim("orders", [0])
    [new] = store.claim("orders", [0])
    assert (old.next, old.epoch, new.epoch) == (0, 1, 2)
    with pytest.raises(Conflict, match="taken over partition 0"), store.writing() as live:
        live.keep_new_events([b"a" * 16])
        live.advance([Position("orders", 0, 50, old.epoch)])
    with store.writing() as live:
        live.advance([Position("orders", 0, 20, new.epoch, end=30)])
        assert live.keep_new_events([b"a" * 16]) == [True]
    assert store.claim("orders", [0]) == [Position("orders", 0, 20, 3, end=30)]


def test_dead_letters_are_kept_once_and_wait_to_be_sent(store: LiveStore) -> None:
    letter = DeadLetter("orders:0:7", "not UTF-8", "", b"\xff", 1)
    with store.writing() as live:
        assert live.bury([letter, letter], "orders.dead") == 1
        assert live.dead(10) == [letter]
        assert live.dead_reasons() == {"not UTF-8": 1}
    [(number, *sent)] = store.outbox()
    assert sent == ["orders.dead", "orders:0:7", "not UTF-8", b"\xff"]
    store.sent([number])
    assert store.outbox() == []


def test_the_log_goes_to_delta_once_with_its_offsets(
    empty: Home, dataset: Dataset, store: LiveStore
) -> None:
    log(store, some_rows("a", 3), {"orders:0": 2})
    log(store, some_rows("b", 2), {"orders:0": 4, "orders:1": 0})
    log(store, some_rows("c", 1), {})
    assert DatasetStore(empty).version(dataset) == 0
    assert ids_of(empty, dataset) == 6
    table = DeltaTable(str(path_of(empty, dataset)))
    assert [table.transaction_version(a) for a in ("orders:0", "orders:1", "api")] == [4, 0, 3]
    with store.reading() as live:
        assert event_log.waiting(live.connection) == (0, None)
    # Nothing waits, so nothing is written.
    assert DatasetStore(empty).version(dataset) == 0


def test_a_kill_between_the_two_commits_adds_nothing_twice(
    empty: Home, dataset: Dataset, store: LiveStore
) -> None:
    log(store, some_rows("a", 3), {"orders:0": 2})

    def die() -> None:
        with store.writing() as live:
            take_log(path_of(empty, dataset), live)
            raise KeyboardInterrupt

    pytest.raises(KeyboardInterrupt, die)
    log(store, some_rows("b", 2), {"orders:0": 4})
    assert DatasetStore(empty).version(dataset) == 1
    assert ids_of(empty, dataset) == 5


def test_many_small_files_are_written_together(
    empty: Home, dataset: Dataset, store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(70):
        log(store, some_rows(f"a{number}", 1), {"orders:0": number})
        version = DatasetStore(empty).version(dataset)
    files = DatasetStore(empty).files(dataset, version)
    assert len(files) < 10
    assert ids_of(empty, dataset) == 70


def test_a_file_of_a_newer_segue_is_refused(store: LiveStore) -> None:
    with store.writing() as live:
        live.connection.execute("PRAGMA user_version = 99")
    with pytest.raises(NotPossible, match="made by a newer Segue"), store.reading():
        pass


def path_of(home: Home, dataset: Dataset) -> Path:
    return home.dataset_folder(dataset.dataset_id) / "transactions"


def ids_of(home: Home, dataset: Dataset) -> int:
    """How many records there are, each with an id of its own."""
    ids: Sequence[str] = DeltaTable(str(path_of(home, dataset))).to_pyarrow_table()["event_id"]
    assert len(set(ids)) == len(ids)
    return len(ids)
