"""Live state: the row and the segment of each customer, and how far the stream has been read.

Rows, orders, event ids, moves, offsets, log and dead letters of a batch change in one transaction.
Each partition has an epoch: whoever takes the partition over raises it, and a worker that was
thought dead finds on its next batch that its epoch is gone, keeps nothing, and stops.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import Conflict
from engine.folding import COLUMNS, live_schema
from stores import event_log
from stores.erasing import Traces
from stores.home import Home
from stores.live_connection import LiveConnection, Move, Order, Row, transaction

if TYPE_CHECKING:
    import polars as pl

_MOVE = ("customer_id", "before", "after", "at", "cause")
_ROWS = """
    SELECT customer_id, orders, revenue, first_day, last_day, last_return, last_event, dirty,
    segment_id FROM customers
"""
_DIRTY = """
    SELECT customer_id, orders, revenue, first_day, last_day, last_return, last_event, dirty,
    segment_id FROM customers WHERE dirty = 1
"""
_SINCE = """
    SELECT customer_id, orders, revenue, first_day, last_day, last_return, last_event, dirty,
    segment_id FROM customers WHERE last_event >= ?
"""


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
    """In stream.db beside the dataset's records, or in the PostgreSQL that the home names."""

    def __init__(self, home: Home, dataset_id: str) -> None:
        self._home = home
        self._dataset_id = dataset_id
        self._kept: LiveConnection | None = None

    @property
    def exists(self) -> bool:
        if self._home.is_sqlite:
            return self._home.stream_file(self._dataset_id).exists()
        from stores.stream_schema import has_schema

        return has_schema(self._home, self._dataset_id)

    def remove(self) -> None:
        """Everything of the stream, for good."""
        if self._home.is_sqlite:
            file = self._home.stream_file(self._dataset_id)
            for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
                file.with_name(name).unlink(missing_ok=True)
            return
        from stores.stream_schema import drop_schema

        drop_schema(self._home, self._dataset_id)

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """One connection for many transactions, which keeps its pages in memory between them."""
        with closing(self._open()) as self._kept:
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

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        """The live row, the moves, and the dead letters that name the customer."""
        if not self.exists:
            return []
        with self.reading() as live:
            rows = live.rows_of([customer.customer]).to_dicts()
            moves = [dict(zip(_MOVE, one, strict=True)) for one in live.moves()
                     if one[0] == customer.customer]  # fmt: skip
            dead = [
                {"place": place, "reason": reason, "value": _text(value)}
                for _, place, reason, value in live.letters_naming(customer)
            ]
        return [*rows, *moves, *dead]

    def erase(self, customer: Traces) -> int:
        """Everything but what waits in the log, which goes to the records first."""
        if not self.exists:
            return 0
        with self.writing() as live:
            return live.erase(customer)

    def _open(self) -> LiveConnection:
        if self._home.is_sqlite:
            from stores.stream_file import open_stream_file

            return open_stream_file(self._home.stream_file(self._dataset_id))
        from stores.stream_schema import open_stream_schema

        return open_stream_schema(self._home, self._dataset_id)

    @contextmanager
    def _connection(self) -> Iterator[LiveConnection]:
        with self._told_when_away():
            if self._kept is not None:
                yield self._kept
                return
            with closing(self._open()) as opened:
                yield opened

    def _told_when_away(self) -> AbstractContextManager[None]:
        if self._home.is_sqlite:
            return nullcontext()
        from stores.stream_schema import told_when_away

        return told_when_away(self._home)

    @contextmanager
    def log_lock(self) -> Iterator["LiveTransaction | None"]:
        """The write lock when the log holds anything, else nothing."""
        if self.exists and self._log_waits():
            with self.writing() as live:
                yield live
        else:
            yield None

    def _log_waits(self) -> bool:
        if not self._home.is_sqlite:
            from stores.stream_schema import log_waits

            return log_waits(self._home, self._dataset_id)
        with self.reading() as live:
            return event_log.waiting(live.connection)[0] > 0

    def claim(self, topic: str, partitions: Sequence[int]) -> list[Position]:
        """Takes the partitions over from whoever had them; their epoch rises."""
        with self.writing() as live:
            for partition in partitions:
                live.connection.execute(
                    "INSERT INTO positions (topic, partition, next, epoch) VALUES (?, ?, 0, 1) "
                    "ON CONFLICT (topic, partition) DO UPDATE SET epoch = positions.epoch + 1",
                    (topic, partition),
                )
            return [p for p in live.positions() if p.topic == topic and p.partition in partitions]

    def resume(self, owned: Sequence[Position]) -> list[Position]:
        """Where these partitions stand, unless somebody took one over in the meantime."""
        with self.reading() as live:
            found = {(p.topic, p.partition): p for p in live.positions()}
        for position in owned:
            if found[position.topic, position.partition].epoch != position.epoch:
                raise taken_over(position)
        return [found[position.topic, position.partition] for position in owned]

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
    connection: LiveConnection

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
                raise taken_over(position)

    def positions(self) -> list[Position]:
        found = self.connection.execute(
            'SELECT topic, partition, next, epoch, "end" FROM positions ORDER BY topic, partition'
        )
        return [Position(*row) for row in found]

    # ---- what is new ----

    def keep_new_events(self, event_ids: Sequence[bytes]) -> list[bool]:
        """Which of these different ids were not known; they are from now on."""
        return self.connection.keep_ids(event_ids)

    def keep_new_orders(self, orders: Sequence[Order]) -> list[bool]:
        return self.connection.keep_orders(orders)

    # ---- customers ----

    def rows_of(self, customers: Sequence[str]) -> "pl.DataFrame":
        return _frame(self.connection.rows_of(customers))

    def rows(self) -> "pl.DataFrame":
        return _frame(self.connection.execute(_ROWS).fetchall())

    def dirty(self) -> "pl.DataFrame":
        return _frame(self.connection.execute(_DIRTY).fetchall())

    def rows_since(self, at: int) -> "pl.DataFrame":
        """Rows that hold an event at or after a moment (microseconds)."""
        return _frame(self.connection.execute(_SINCE, (at,)).fetchall())

    def save_rows(self, rows: "pl.DataFrame") -> None:
        """Rows with their `segment_id`, sorted by customer."""
        self.connection.save_rows(rows.select(*COLUMNS, "segment_id"))

    def save_segments(self, customers: Sequence[str], segments: Sequence[str]) -> None:
        self.connection.save_segments(customers, segments)

    def replace_orders(self, customers: Sequence[str], orders: Sequence[Order]) -> None:
        """The orders that count, for these customers and no other."""
        self.connection.executemany(
            "DELETE FROM orders WHERE customer_id = ?", [(one,) for one in customers]
        )
        self.connection.add_orders(orders)

    def add_moves(self, moves: Sequence[Move]) -> None:
        self.connection.add_moves(moves)

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
                "INSERT INTO dead (place, reason, detail, value, at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                row,
            ).rowcount
            if topic is not None:
                self.connection.execute(
                    "INSERT INTO outbox (topic, key, reason, value) VALUES (?, ?, ?, ?) "
                    "ON CONFLICT DO NOTHING",
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
        known = self.notes()
        self.note(**{name: known.get(name, 0) + count for name, count in counts.items() if count})

    def note(self, **values: Any) -> None:
        self.connection.save_notes(values.items())

    def drop_note(self, name: str) -> None:
        self.connection.execute("DELETE FROM notes WHERE name = ?", (name,))

    def notes(self) -> dict[str, Any]:
        return dict(self.connection.execute("SELECT name, value FROM notes").fetchall())

    # ---- one customer, for good ----

    def letters_naming(self, customer: Traces) -> list[Row]:
        """Number, place, reason and value of dead letters."""
        found = self.connection.execute("SELECT dead_id, place, reason, value FROM dead")
        return [row for row in found if customer.are_in(_text(row[3]))]

    def erase(self, customer: Traces) -> int:
        count = 0
        for query in (
            "DELETE FROM customers WHERE customer_id = ?",
            "DELETE FROM orders WHERE customer_id = ?",
            "DELETE FROM moves WHERE customer_id = ?",
        ):
            count += self.connection.execute(query, (customer.customer,)).rowcount
        for number, place, _, _ in self.letters_naming(customer):
            self.connection.execute("DELETE FROM outbox WHERE key = ?", (place,))
            self.connection.execute(
                "UPDATE dead SET detail = ?, value = ? WHERE dead_id = ?", ("", None, number)
            )
            count += 1
        return count

    def forget_events(self, event_ids: Sequence[bytes]) -> None:
        self.connection.executemany(
            "DELETE FROM events WHERE event_id = ?", [(one,) for one in event_ids]
        )

    def forget(self) -> None:
        """Everything that can be worked out again from the records."""
        self.connection.execute("DELETE FROM customers")
        self.connection.execute("DELETE FROM orders")
        self.connection.execute("DELETE FROM events")


def _text(value: bytes | None) -> str:
    """A message as people would read it: JSON may write any character as a number."""
    plain = b"" if value is None else bytes(value)
    try:
        return json.dumps(json.loads(plain), ensure_ascii=False)
    except (ValueError, RecursionError):
        return plain.decode("utf-8", "replace")


def taken_over(position: Position) -> Conflict:
    return Conflict(
        f"Another worker has taken over partition {position.partition} of {position.topic}.",
        "This one kept nothing of its last batch and stops; only one is needed.",
    )


def _frame(found: list[Row]) -> "pl.DataFrame":
    import polars as pl

    schema = live_schema() | {"segment_id": pl.String()}
    return pl.DataFrame(found, schema=schema, orient="row")
