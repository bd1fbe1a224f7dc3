"""stream.db of a dataset: the SQLite file that holds what its stream has brought.

It lies beside the dataset's records, because the two change together: whoever commits to the Delta
table of a dataset with a stream holds the write lock of this file. The hot path talks to SQLite
through its driver; sorted `executemany` costs half of what a query builder does.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import NotPossible

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


@contextmanager
def transaction(connection: sqlite3.Connection, writes: bool) -> Iterator[sqlite3.Connection]:
    """A writing one takes its lock at the start. Any error leaves everything as it was."""
    connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def open_stream_file(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)
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
