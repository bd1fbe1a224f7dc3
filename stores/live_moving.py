"""The live state of a dataset from one home's database to another's, in either direction."""

from collections.abc import Iterator

from engine.errors import Conflict
from stores.home import Home
from stores.live import LiveStore, LiveTransaction
from stores.live_connection import Row

TABLES = ("customers", "orders", "events", "moves", "positions", "log", "dead", "outbox", "notes")
_ALL = {
    "customers": "SELECT * FROM customers",
    "orders": "SELECT * FROM orders",
    "events": "SELECT * FROM events",
    "moves": "SELECT * FROM moves ORDER BY move_id",
    "positions": "SELECT * FROM positions",
    "log": "SELECT * FROM log ORDER BY sequence",
    "dead": "SELECT * FROM dead ORDER BY dead_id",
    "outbox": "SELECT * FROM outbox ORDER BY outbox_id",
    "notes": "SELECT * FROM notes",
}
_COUNTS = {
    "customers": "SELECT count(*) FROM customers",
    "orders": "SELECT count(*) FROM orders",
    "events": "SELECT count(*) FROM events",
    "moves": "SELECT count(*) FROM moves",
    "positions": "SELECT count(*) FROM positions",
    "log": "SELECT count(*) FROM log",
    "dead": "SELECT count(*) FROM dead",
    "outbox": "SELECT count(*) FROM outbox",
    "notes": "SELECT count(*) FROM notes",
}


def move_live(source: Home, target: Home, dataset_id: str) -> int:
    """How many rows were copied; 0 when the dataset has no stream, or it was copied before.

    The source is locked against writing meanwhile and stays as it is; the target gets everything in
    one transaction, or nothing.
    """
    origin, goal = LiveStore(source, dataset_id), LiveStore(target, dataset_id)
    if not origin.exists:
        return 0
    with origin.writing() as held, goal.writing() as empty:
        if _is_there(held, empty, dataset_id):
            return 0
        copied = sum(_copy(held, empty, table) for table in TABLES)
        empty.connection.go_on_after(held.connection.last_sequence())
    return copied


def _copy(held: LiveTransaction, empty: LiveTransaction, table: str) -> int:
    count = 0

    def rows() -> Iterator[Row]:
        nonlocal count
        for row in held.connection.execute(_ALL[table]):
            count += 1
            yield tuple(row)

    empty.connection.copy_rows(table, rows())
    return count


def _is_there(held: LiveTransaction, other: LiveTransaction, dataset_id: str) -> bool:
    """An earlier move may have been killed after this part of it."""
    if not other.notes() and not other.positions():
        return False
    if _account(held) != _account(other):
        raise Conflict(
            f"There is another live state of {dataset_id} already where it would go.",
            "Nothing was copied. Remove it there first, or go on using it.",
        )
    return True


def _account(live: LiveTransaction) -> tuple[object, ...]:
    counts = [live.connection.execute(_COUNTS[table]).fetchone()[0] for table in TABLES]
    return live.positions(), live.notes(), counts, live.connection.last_sequence()
