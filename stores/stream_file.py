"""stream.db of a dataset: the SQLite file that holds what its stream has brought.

It lies beside the dataset's records, because the two change together: whoever commits to the Delta
table of a dataset with a stream holds the write lock of this file. The hot path talks to SQLite
through its driver; sorted `executemany` costs half of what a query builder does.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import NotPossible
from stores.live_connection import Move, Order, Row

if TYPE_CHECKING:
    import polars as pl

_BUSY_SECONDS = 60

# Oldest first; the file carries the number of those it has seen.
_MIGRATIONS = (
    """
    CREATE TABLE customers (
        customer_id TEXT PRIMARY KEY, orders INTEGER NOT NULL, revenue INTEGER NOT NULL,
        first_day INTEGER, last_day INTEGER, last_return INTEGER, last_event INTEGER NOT NULL,
        dirty INTEGER NOT NULL, segment_id TEXT
    ) WITHOUT ROWID;
    CREATE TABLE orders (
        customer_id TEXT NOT NULL, order_id TEXT NOT NULL, PRIMARY KEY (customer_id, order_id)
    ) WITHOUT ROWID;
    CREATE TABLE events (event_id BLOB PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE moves (
        move_id INTEGER PRIMARY KEY, customer_id TEXT NOT NULL, before TEXT, after TEXT,
        at INTEGER NOT NULL, cause TEXT NOT NULL
    );
    CREATE INDEX moves_in_time ON moves (at);
    CREATE TABLE positions (
        topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
        epoch INTEGER NOT NULL, "end" INTEGER, PRIMARY KEY (topic, partition)
    ) WITHOUT ROWID;
    CREATE TABLE log (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, positions TEXT NOT NULL,
        rows INTEGER NOT NULL, logged_at INTEGER NOT NULL, body BLOB NOT NULL
    );
    CREATE TABLE dead (
        dead_id INTEGER PRIMARY KEY, place TEXT NOT NULL UNIQUE, reason TEXT NOT NULL,
        detail TEXT NOT NULL, value BLOB, at INTEGER NOT NULL
    );
    CREATE TABLE outbox (
        outbox_id INTEGER PRIMARY KEY, topic TEXT NOT NULL, key TEXT NOT NULL UNIQUE,
        reason TEXT NOT NULL, value BLOB
    );
    CREATE TABLE notes (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
    """,
)


_ROWS_OF = """
    SELECT customer_id, orders, revenue, first_day, last_day, last_return, last_event, dirty,
    segment_id FROM customers WHERE customer_id IN (SELECT value FROM json_each(?))
"""
_SAVE = """
    INSERT INTO customers (customer_id, orders, revenue, first_day, last_day, last_return,
    last_event, dirty, segment_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (customer_id) DO UPDATE SET orders = excluded.orders, revenue = excluded.revenue,
    first_day = excluded.first_day, last_day = excluded.last_day,
    last_return = excluded.last_return, last_event = excluded.last_event, dirty = excluded.dirty,
    segment_id = excluded.segment_id
"""
# The ids come as one value of 16 bytes each: one statement for all is faster than one for each.
_KEEP_IDS = """
    WITH RECURSIVE place (at) AS (SELECT 1 WHERE ?2 > 0 UNION ALL
    SELECT at + 16 FROM place WHERE at + 16 < ?2)
    INSERT OR IGNORE INTO events SELECT substr(?1, at, 16) FROM place
"""
_ADD_MOVE = "INSERT INTO moves (customer_id, before, after, at, cause) VALUES (?, ?, ?, ?, ?)"
_COPY = {
    "customers": "INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "orders": "INSERT INTO orders VALUES (?, ?)",
    "events": "INSERT INTO events VALUES (?)",
    "moves": "INSERT INTO moves VALUES (?, ?, ?, ?, ?, ?)",
    "positions": "INSERT INTO positions VALUES (?, ?, ?, ?, ?)",
    "log": "INSERT INTO log VALUES (?, ?, ?, ?, ?)",
    "dead": "INSERT INTO dead VALUES (?, ?, ?, ?, ?, ?)",
    "outbox": "INSERT INTO outbox VALUES (?, ?, ?, ?, ?)",
    "notes": "INSERT INTO notes VALUES (?, ?)",
}
_LAST_SEQUENCE = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'log'"


class StreamFile(sqlite3.Connection):
    """A live connection to one file."""

    def begin(self, writes: bool) -> None:
        self.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    def roll_back(self) -> None:
        self.execute("ROLLBACK")

    def commit(self) -> None:
        self.execute("COMMIT")

    def keep_ids(self, event_ids: Sequence[bytes]) -> list[bool]:
        joined, before = b"".join(sorted(event_ids)), self.total_changes
        self.execute("SAVEPOINT ids")
        self.execute(_KEEP_IDS, (joined, len(joined)))
        if self.total_changes - before == len(event_ids):
            self.execute("RELEASE ids")
            return [True] * len(event_ids)
        self.execute("ROLLBACK TO ids")
        self.execute("RELEASE ids")
        found = self.execute(_KEEP_IDS + "RETURNING event_id", (joined, len(joined)))
        new = {event_id for (event_id,) in found}
        return [event_id in new for event_id in event_ids]

    def keep_orders(self, orders: Sequence[Order]) -> list[bool]:
        execute = self.execute
        return [
            execute("INSERT OR IGNORE INTO orders VALUES (?, ?)", order).rowcount == 1
            for order in orders
        ]

    def rows_of(self, customers: Sequence[str]) -> list[Row]:
        import json

        return self.execute(_ROWS_OF, (json.dumps(customers),)).fetchall()

    def save_rows(self, rows: "pl.DataFrame") -> None:
        self.executemany(_SAVE, rows.rows())

    def save_segments(self, customers: Sequence[str], segments: Sequence[str]) -> None:
        self.executemany(
            "UPDATE customers SET segment_id = ? WHERE customer_id = ?",
            list(zip(segments, customers, strict=True)),
        )

    def add_orders(self, orders: Sequence[Order]) -> None:
        self.executemany(_COPY["orders"], orders)

    def add_moves(self, moves: Sequence[Move]) -> None:
        self.executemany(_ADD_MOVE, moves)

    def save_notes(self, notes: Iterable[tuple[str, Any]]) -> None:
        self.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?)", notes)

    def copy_rows(self, table: str, rows: Iterable[Row]) -> None:
        self.executemany(_COPY[table], rows)

    def last_sequence(self) -> int:
        found: int = self.execute(_LAST_SEQUENCE).fetchone()[0]
        return found

    def go_on_after(self, last: int) -> None:
        self.execute("DELETE FROM sqlite_sequence WHERE name = 'log'")
        self.execute("INSERT INTO sqlite_sequence VALUES ('log', ?)", (last,))


def open_stream_file(file: Path) -> StreamFile:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        file, timeout=_BUSY_SECONDS, isolation_level=None, factory=StreamFile
    )
    connection.execute("PRAGMA journal_mode = WAL")
    # A tail lost with the power takes its offsets along, so it is read again.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -131072")  # KiB
    connection.execute("PRAGMA wal_autocheckpoint = 16384")  # pages of 4 KiB
    try:
        _migrate(connection, file)
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection, file: Path) -> None:
    if _revision(connection) == len(_MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    revision = _revision(connection)
    if revision > len(_MIGRATIONS):
        raise NotPossible(
            f"{file} was made by a newer Segue (its schema is {revision}, this one knows up to "
            f"{len(_MIGRATIONS)}).",
            "Install that Segue again, or go back to a copy of the home.",
        )
    for script in _MIGRATIONS[revision:]:
        for statement in script.split(";"):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
    connection.execute("COMMIT")


def _revision(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found
