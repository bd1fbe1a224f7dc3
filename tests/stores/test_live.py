import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from engine.errors import Conflict, NotPossible, OutOfReach
from engine.folding import live_schema
from evals.peers.postgres import PostgresServer
from stores import event_log
from stores.datasets import Dataset, DatasetStore
from stores.flushing import take_log
from stores.home import Home, Places
from stores.live import DeadLetter, LiveStore, Position
from stores.live_moving import TABLES, move_live
from stores.record_table import RecordTable
from stores.schema import datasets
from stores.versions import MOST_SMALL_FILES
from tests.shops import transactions

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as started:
        yield started


OpenHome = Callable[[str], Home]


@pytest.fixture
def open_home(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OpenHome]:
    """A new home on either database."""
    opened: list[Home] = []

    def open_on(kind: str) -> Home:
        folder, places = tmp_path / f"home{len(opened)}", Places()
        if kind == "postgres":
            server: PostgresServer = request.getfixturevalue("server")
            name = f"t{abs(hash((request.node.name, len(opened)))) % 10**12}"
            places = Places(database=server.new_database(name))
        opened.append(Home.open(folder, places))
        return opened[-1]

    yield open_on
    for home in opened:
        home.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.full)])
def empty(open_home: OpenHome, request: pytest.FixtureRequest) -> Home:
    return open_home(request.param)


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
    table = records_of(empty, dataset).open()
    assert table is not None
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
            take_log(records_of(empty, dataset), live)
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
    assert len(files) <= MOST_SMALL_FILES
    assert ids_of(empty, dataset) == 70


def test_tables_of_a_newer_segue_are_refused(empty: Home, store: LiveStore) -> None:
    newer = "PRAGMA user_version = 99" if empty.is_sqlite else "UPDATE revision SET number = 99"
    with store.writing() as live:
        live.connection.execute(newer)
    with pytest.raises(NotPossible, match="made by a newer Segue"), store.reading():
        pass


def test_a_stream_is_there_once_something_was_written(store: LiveStore) -> None:
    assert not store.exists
    with store.log_lock() as live:
        assert live is None
    with store.writing():
        pass
    assert store.exists


def test_rows_are_saved_over_what_was_there_and_found_by_customer(store: LiveStore) -> None:
    first = rows(("anna", 1, 500, None), ("ben", 2, 700, "s1"), ('quote",\n', 1, 5, ""))
    with store.writing() as live:
        live.save_rows(first)
        live.save_rows(rows(("ben", 3, -900, "s2")))
        live.save_segments(["anna"], ["s9"])
    with store.reading() as live:
        found = live.rows_of(["ben", "anna", "nobody", 'quote",\n']).sort("customer_id")
        assert found.equals(live.rows().sort("customer_id"))
    assert found.select("customer_id", "orders", "revenue", "segment_id").rows() == [
        ("anna", 1, 500, "s9"), ("ben", 3, -900, "s2"), ('quote",\n', 1, 5, ""),
    ]  # fmt: skip
    assert found["last_return"].to_list() == [None] * 3


def test_notes_keep_their_kind_and_counts_add_up(store: LiveStore) -> None:
    with store.writing() as live:
        live.note(speed=None, day="2026-01-02", rate=1.5, newest=1_767_312_000_000_000)
        live.count({"events": 2, "late": 0})
        live.count({"events": 3})
        live.note(speed=2.5)
        live.drop_note("day")
    with store.reading() as live:
        assert live.notes() == {
            "speed": 2.5, "rate": 1.5, "newest": 1_767_312_000_000_000, "events": 5,
        }  # fmt: skip


def test_one_writes_at_a_time_and_what_it_wrote_is_known_to_the_next(store: LiveStore) -> None:
    other = LiveStore(store._home, store._dataset_id)
    found: list[list[bool]] = []

    def second() -> None:
        with other.writing() as live:
            found.append(live.keep_new_events([b"a" * 16, b"b" * 16]))

    with store.writing() as live:
        thread = threading.Thread(target=second)
        thread.start()
        live.keep_new_events([b"a" * 16])
        thread.join(0.3)
        assert found == []
    thread.join(30)
    assert found == [[False, True]]


def test_a_reader_sees_one_moment(store: LiveStore) -> None:
    with store.writing() as live:
        live.note(at=1)
    other = LiveStore(store._home, store._dataset_id)
    with store.reading() as early:
        assert early.notes() == {"at": 1}
        with other.writing() as live:
            live.note(at=2)
        assert early.notes() == {"at": 1}
    with store.reading() as late:
        assert late.notes() == {"at": 2}


@pytest.mark.full
@pytest.mark.parametrize(
    ("origin", "goal"), [("sqlite", "postgres"), ("postgres", "sqlite"), ("postgres", "postgres")]
)
def test_moved_it_is_the_same_and_goes_on(open_home: OpenHome, origin: str, goal: str) -> None:
    source, target = open_home(origin), open_home(goal)
    here, there = LiveStore(source, "dataset_1"), LiveStore(target, "dataset_1")
    assert move_live(source, target, "dataset_1") == 0
    assert not there.exists
    here.claim("orders", [0, 1])
    for name in "abc":
        log(here, some_rows(name, 2), {})
    with here.writing() as live:
        event_log.clear(live.connection, 2)
        live.keep_new_events([bytes(range(16)), b"\0" * 16])
        live.keep_new_orders([("anna", "1")])
        live.save_rows(rows(("anna", 1, 500, None)))
        live.add_moves([("anna", None, "s1", 5, "event"), ("ben", "s1", None, 6, "sweep")])
        live.bury([DeadLetter("orders:0:7", "not UTF-8", "", b"\xff\0", 1)], "orders.dead")
        live.advance([Position("orders", 1, 70, 1, end=90)])
        live.note(covered=3, swept_day="2026-01-02", speed=0.1)
    copied = move_live(source, target, "dataset_1")
    assert contents(there) == contents(here)
    assert copied == sum(len(found) for found in contents(here).values()) == 14
    assert move_live(source, target, "dataset_1") == 0  # it is there
    # Numbers go on above all that were ever given: Delta knows them by these.
    log(there, some_rows("d", 1), {})
    with there.writing() as live:
        assert [entry.sequence for entry in event_log.entries(live.connection)] == [3, 4]
        event_log.clear(live.connection, 4)
        live.add_moves([("cleo", None, "s1", 7, "event")])
        live.bury([DeadLetter("orders:0:8", "no value", "", None, 1)], "orders.dead")
    with pytest.raises(Conflict, match="already where it would go"):
        move_live(source, target, "dataset_1")
    back = open_home(origin)
    move_live(target, back, "dataset_1")
    again = LiveStore(back, "dataset_1")
    assert contents(again) == contents(there)
    log(again, some_rows("e", 1), {})
    with again.reading() as live:
        assert [entry.sequence for entry in event_log.entries(live.connection)] == [5]


@pytest.mark.full
def test_a_server_that_goes_away_is_told_and_nothing_of_the_batch_stays(
    open_home: OpenHome, server: PostgresServer
) -> None:
    store = LiveStore(open_home("postgres"), "dataset_1")
    with store.writing() as live:
        live.note(at=1)

    def take() -> None:
        with store.kept_open(), store.writing() as live:
            live.note(at=2)
            server.halt()
            live.note(at=3)

    try:
        with pytest.raises(OutOfReach, match="cannot be used|does not answer"):
            take()
        with pytest.raises(OutOfReach, match="cannot be used|does not answer"), store.log_lock():
            pass
    finally:
        server.start()
    with store.writing() as live:
        assert live.notes() == {"at": 1}


def rows(*given: tuple[str, int, int, str | None]) -> pl.DataFrame:
    schema = live_schema() | {"segment_id": pl.String()}
    full = [(who, n, money, 1, 2, None, 3, 0, segment) for who, n, money, segment in given]
    return pl.DataFrame(full, schema=schema, orient="row")


def contents(store: LiveStore) -> dict[str, list[tuple[object, ...]]]:
    with store.reading() as live:
        return {
            table: sorted(map(tuple, live.connection.execute(f"SELECT * FROM {table}")), key=repr)  # noqa: S608  (our own names)
            for table in TABLES
        }


def records_of(home: Home, dataset: Dataset) -> RecordTable:
    return RecordTable(home.files, f"datasets/{dataset.dataset_id}/transactions")


def ids_of(home: Home, dataset: Dataset) -> int:
    """How many records there are, each with an id of its own."""
    table = records_of(home, dataset).open()
    assert table is not None
    ids: Sequence[str] = table.to_pyarrow_table()["event_id"]
    assert len(set(ids)) == len(ids)
    return len(ids)
