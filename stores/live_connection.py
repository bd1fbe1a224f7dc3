"""What the live state asks of the database that keeps it, SQLite or PostgreSQL.

The SQL of the live state is the same for both, with `?` where values go. What only one of them can
do fast, or says in another way, each does under a name that is listed here.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import polars as pl

Row = tuple[Any, ...]
Order = tuple[str, str]  # customer, order
Move = tuple[str, str | None, str | None, int, str]  # customer, before, after, at, cause


class Cursor(Protocol):
    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class LiveConnection(Protocol):
    def execute(self, query: str, values: Sequence[Any] = (), /) -> Cursor: ...

    def executemany(self, query: str, rows: Iterable[Sequence[Any]], /) -> object: ...

    def begin(self, writes: bool) -> None:
        """A writing one has the write lock from its start; a reading one sees one moment."""

    def roll_back(self) -> None: ...

    def commit(self) -> None: ...

    def close(self) -> None: ...

    def keep_ids(self, event_ids: Sequence[bytes]) -> list[bool]:
        """Which of these different ids of 16 bytes were not known; they are from now on."""

    def keep_orders(self, orders: Sequence[Order]) -> list[bool]: ...

    def rows_of(self, customers: Sequence[str]) -> list[Row]: ...

    def save_rows(self, rows: "pl.DataFrame") -> None:
        """Rows of customers, sorted by customer, in place of what was there."""

    def save_segments(self, customers: Sequence[str], segments: Sequence[str]) -> None: ...

    def add_orders(self, orders: Sequence[Order]) -> None: ...

    def add_moves(self, moves: Sequence[Move]) -> None: ...

    def save_notes(self, notes: Iterable[tuple[str, Any]]) -> None: ...

    def copy_rows(self, table: str, rows: Iterable[Row]) -> None:
        """Whole rows, as `SELECT * FROM table` of either database gives them."""

    def last_sequence(self) -> int:
        """The highest number that the log ever gave an entry: Delta remembers numbers too."""

    def go_on_after(self, last: int) -> None:
        """New rows get numbers above those that were copied; those of the log above `last`."""


@contextmanager
def transaction(connection: LiveConnection, writes: bool) -> Iterator[LiveConnection]:
    """Any error leaves everything as it was."""
    connection.begin(writes)
    try:
        yield connection
    except BaseException:
        connection.roll_back()
        raise
    connection.commit()
