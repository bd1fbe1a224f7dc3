"""Live state: the row and the segment of each customer, and how far the stream has been read.

Rows, orders, event ids, moves, offsets, log and dead letters of a batch change in one transaction.
Each partition has an epoch: whoever takes the partition over raises it, and a worker that was
thought dead finds on its next batch that its epoch is gone, keeps nothing, and stops.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import Conflict
from engine.folding import COLUMNS, live_schema
from stores import event_log
from stores.home import Home
from stores.stream_file import open_stream_file, transaction

if TYPE_CHECKING:
    import polars as pl

_ROWS = """
    SELECT customer_id, orders, revenue, first_day, last_day, last_return, last_event, dirty,
    segment_id FROM customers
"""
_ROWS_OF = """
    SELECT customer_id, orders, revenue, first_day, last_day, last_return, last_event, dirty,
    segment_id FROM customers WHERE customer_id IN (SELECT value FROM json_each(?))
"""
_DIRTY = """
    SELECT customer_id, orders, revenue, first_day, last_day, last_return, last_event, dirty,
    segment_id FROM customers WHERE dirty = 1
"""
_SINCE = """
    SELECT customer_id, orders, revenue, first_day, last_day, last_return, last_event, dirty,
    segment_id FROM customers WHERE last_event >= ?
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
_COUNT = """
    INSERT INTO notes VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
"""
Move = tuple[str, str | None, str | None, int, str]  # customer, before, after, at, cause


@dataclass(frozen=True)
class Position:
    topic: str
    partition: int
    next: int  # the offset that is read next
    epoch: int
    end: int | None = None  # of the partition, when the worker last looked


@dataclass(frozen=True)
class DeadLetter:
    place: str  # topic:partition:offset
    reason: str
    detail: str
    value: bytes | None
    at: int


class LiveStore:
    def __init__(self, home: Home, dataset_id: str) -> None:
        self.file: Path = home.stream_file(dataset_id)
        self._kept: sqlite3.Connection | None = None

    @property
    def exists(self) -> bool:
        return self.file.exists()

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """One connection for many transactions, which keeps its pages in memory between them."""
        with closing(open_stream_file(self.file)) as self._kept:
            try:
                yield
            finally:
                self._kept = None

    @contextmanager
    def writing(self) -> Iterator["LiveTransaction"]:
        with self._connection() as opened, transaction(opened, writes=True) as connection:
            yield LiveTransaction(connection)

    @contextmanager
    def reading(self) -> Iterator["LiveTransaction"]:
        with self._connection() as opened, transaction(opened, writes=False) as connection:
            yield LiveTransaction(connection)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if self._kept is not None:
            yield self._kept
            return
        with closing(open_stream_file(self.file)) as opened:
            yield opened

    @contextmanager
    def log_lock(self) -> Iterator["LiveTransaction | None"]:
        """The write lock when the log holds anything, else nothing."""
        if self.exists:
            with self.reading() as live:
                rows, _ = event_log.waiting(live.connection)
            if rows:
                with self.writing() as live:
                    yield live
                return
        yield None

    def claim(self, topic: str, partitions: Sequence[int]) -> list[Position]:
        """Takes the partitions over from whoever had them; their epoch rises."""
        with self.writing() as live:
            for partition in partitions:
                live.connection.execute(
                    "INSERT INTO positions (topic, partition, next, epoch) VALUES (?, ?, 0, 1) "
                    "ON CONFLICT DO UPDATE SET epoch = epoch + 1",
                    (topic, partition),
                )
            return [p for p in live.positions() if p.topic == topic and p.partition in partitions]

    def outbox(self, limit: int = 1000) -> list[tuple[int, str, str, str, bytes | None]]:
        with self.reading() as live:
            found = live.connection.execute("SELECT * FROM outbox ORDER BY outbox_id LIMIT ?",
                                            (limit,))  # fmt: skip
            return found.fetchall()

    def sent(self, outbox_ids: Sequence[int]) -> None:
        with self.writing() as live:
            live.connection.executemany(
                "DELETE FROM outbox WHERE outbox_id = ?", [(one,) for one in outbox_ids]
            )


@dataclass(frozen=True)
class LiveTransaction:
    connection: sqlite3.Connection

    # ---- positions ----

    def advance(self, positions: Sequence[Position]) -> None:
        """Each position's `next` is kept if its epoch still holds; else nothing of the batch is."""
        for position in positions:
            moved = self.connection.execute(
                'UPDATE positions SET next = ?, "end" = coalesce(?, "end") '
                "WHERE topic = ? AND partition = ? AND epoch = ?",
                (position.next, position.end, position.topic, position.partition, position.epoch),
            )
            if moved.rowcount != 1:
                raise Conflict(
                    f"Another worker has taken over partition {position.partition} of "
                    f"{position.topic}.",
                    "This one kept nothing of its last batch and stops; only one is needed.",
                )

    def positions(self) -> list[Position]:
        found = self.connection.execute(
            'SELECT topic, partition, next, epoch, "end" FROM positions ORDER BY topic, partition'
        )
        return [Position(*row) for row in found]

    # ---- what is new ----

    def keep_new_events(self, event_ids: Sequence[bytes]) -> list[bool]:
        """Which of these different ids were not known; they are from now on."""
        joined, before = b"".join(sorted(event_ids)), self.connection.total_changes
        self.connection.execute("SAVEPOINT ids")
        self.connection.execute(_KEEP_IDS, (joined, len(joined)))
        if self.connection.total_changes - before == len(event_ids):
            self.connection.execute("RELEASE ids")
            return [True] * len(event_ids)
        self.connection.execute("ROLLBACK TO ids")
        self.connection.execute("RELEASE ids")
        found = self.connection.execute(_KEEP_IDS + "RETURNING event_id", (joined, len(joined)))
        new = {event_id for (event_id,) in found}
        return [event_id in new for event_id in event_ids]

    def keep_new_orders(self, orders: Sequence[tuple[str, str]]) -> list[bool]:
        execute = self.connection.execute
        return [
            execute("INSERT OR IGNORE INTO orders VALUES (?, ?)", order).rowcount == 1
            for order in orders
        ]

    # ---- customers ----

    def rows_of(self, customers: Sequence[str]) -> "pl.DataFrame":
        import json

        return _frame(self.connection.execute(_ROWS_OF, (json.dumps(customers),)).fetchall())

    def rows(self) -> "pl.DataFrame":
        return _frame(self.connection.execute(_ROWS).fetchall())

    def dirty(self) -> "pl.DataFrame":
        return _frame(self.connection.execute(_DIRTY).fetchall())

    def rows_since(self, at: int) -> "pl.DataFrame":
        """Rows that hold an event at or after a moment (microseconds)."""
        return _frame(self.connection.execute(_SINCE, (at,)).fetchall())

    def save_rows(self, rows: "pl.DataFrame") -> None:
        """Rows with their `segment_id`, sorted by customer."""
        self.connection.executemany(_SAVE, rows.select(*COLUMNS, "segment_id").rows())

    def save_segments(self, customers: Sequence[str], segments: Sequence[str]) -> None:
        self.connection.executemany(
            "UPDATE customers SET segment_id = ? WHERE customer_id = ?",
            list(zip(segments, customers, strict=True)),
        )

    def replace_orders(self, customers: Sequence[str], orders: Sequence[tuple[str, str]]) -> None:
        """The orders that count, for these customers and no other."""
        self.connection.executemany(
            "DELETE FROM orders WHERE customer_id = ?", [(one,) for one in customers]
        )
        self.connection.executemany("INSERT INTO orders VALUES (?, ?)", orders)

    def add_moves(self, moves: Sequence[Move]) -> None:
        self.connection.executemany(
            "INSERT INTO moves (customer_id, before, after, at, cause) VALUES (?, ?, ?, ?, ?)",
            moves,
        )

    def moves(self) -> list[Move]:
        return self.connection.execute(
            "SELECT customer_id, before, after, at, cause FROM moves ORDER BY move_id"
        ).fetchall()

    # ---- what could not be used, and what was counted ----

    def bury(self, letters: Sequence[DeadLetter], topic: str | None) -> int:
        """Keeps dead letters; with a topic they also wait to be sent there. How many are new."""
        added = 0
        for one in letters:
            row = (one.place, one.reason, one.detail, one.value, one.at)
            added += self.connection.execute(
                "INSERT OR IGNORE INTO dead (place, reason, detail, value, at) "
                "VALUES (?, ?, ?, ?, ?)",
                row,
            ).rowcount
            if topic is not None:
                self.connection.execute(
                    "INSERT OR IGNORE INTO outbox (topic, key, reason, value) VALUES (?, ?, ?, ?)",
                    (topic, one.place, one.reason, one.value),
                )
        return added

    def dead(self, limit: int) -> list[DeadLetter]:
        found = self.connection.execute(
            "SELECT place, reason, detail, value, at FROM dead ORDER BY dead_id DESC LIMIT ?",
            (limit,),
        )
        return [DeadLetter(*row) for row in found]

    def dead_reasons(self) -> dict[str, int]:
        query = "SELECT reason, count(*) FROM dead GROUP BY reason ORDER BY reason"
        return dict(self.connection.execute(query).fetchall())

    def count(self, counts: Mapping[str, int]) -> None:
        self.connection.executemany(_COUNT, [(n, c) for n, c in counts.items() if c])

    def note(self, **values: Any) -> None:
        self.connection.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?)", values.items())

    def drop_note(self, name: str) -> None:
        self.connection.execute("DELETE FROM notes WHERE name = ?", (name,))

    def notes(self) -> dict[str, Any]:
        return dict(self.connection.execute("SELECT name, value FROM notes").fetchall())

    def forget(self) -> None:
        """Everything that can be worked out again from the records."""
        self.connection.execute("DELETE FROM customers")
        self.connection.execute("DELETE FROM orders")
        self.connection.execute("DELETE FROM events")


def _frame(found: list[tuple[Any, ...]]) -> "pl.DataFrame":
    import polars as pl

    schema = live_schema() | {"segment_id": pl.String()}
    return pl.DataFrame(found, schema=schema, orient="row")
