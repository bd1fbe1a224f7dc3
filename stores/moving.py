"""A move: the service state of a home goes from SQLite to PostgreSQL, or back.

    nobody else        the old state is locked; a service or a worker on it stops the move
    one transaction    tables, rows, comparison: the new state is there whole or not at all
    the live state     of each dataset that has a stream, which lies beside these tables
    the mark           the old state says where it went, and is never opened as a home again

The mark comes last, so a move that is killed leaves the old state in use; begun again it finishes
what is left. What was left behind under a mark may be overwritten by the move back.
"""

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import Defect, NotPossible
from stores.columns import storable
from stores.database import APPLICATION, json_text
from stores.home import MOVED, REVISIONS, Home, find_revision, moved, refuse_network_disk, upgrade
from stores.live import LiveStore
from stores.live_moving import move_live
from stores.schema import datasets, metadata

Progress = Callable[[str], None]

_ROWS_AT_ONCE = 500
_LOOKS = 50
_SECONDS_BETWEEN_LOOKS = 0.1  # a connection that was closed is listed for a moment
_BUSY = (
    "Another process of Segue works with this state.",
    "Stop segue serve, stream, slack and every other command on it, then move.",
)


@dataclass(frozen=True)
class Moved:
    before: str  # where it was, in words
    after: str
    rows: dict[str, int]  # of each table


def move(source: Home, database: str | None, progress: Progress) -> Moved:
    """Moves the state to PostgreSQL at the URL, or into the home's folder when there is none.
    `source` is closed afterwards."""
    if database is None:
        refuse_network_disk(source.root)
    target = Home.at(source.root, replace(source.places, database=database))
    try:
        with _nobody_else(source) as old:
            streams = old.scalars(sa.select(datasets.c.dataset_id)).all()
            rows = _bring(old, target, progress)
            for dataset_id in streams:
                move_live(source, target, dataset_id)
            _mark(old, target.state_place)
        for dataset_id in streams:
            LiveStore(source, dataset_id).remove()
    finally:
        target.close()
        source.close()
    return Moved(source.state_place, target.state_place, rows)


# ---- the old state -------------------------------------------------------------------------------


@contextmanager
def _nobody_else(home: Home) -> Iterator[sa.Connection]:
    """A transaction that nobody reads or writes beside; whoever opens the home waits for its end
    and then reads the mark."""
    home.close()  # our own idle connections would count as somebody
    if home.is_sqlite:
        with home.engine.connect() as connection:
            try:
                _lock_file(connection)
                connection.execution_options(segue_begin="BEGIN EXCLUSIVE")
                with connection.begin():
                    yield connection
            finally:
                connection.invalidate()  # the file stays locked until this connection closes
        return
    _wait_until_alone(home)
    with home.write(alone="schema") as connection:
        connection.execute(sa.text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        if _others(connection):
            raise NotPossible(*_BUSY)
        yield connection


def _lock_file(connection: sa.Connection) -> None:
    """SQLite leaves its write-ahead log only when no other connection has the file open, and every
    open home has one."""
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA busy_timeout = 1000")
    try:
        raw.execute("PRAGMA locking_mode = EXCLUSIVE")
        mode = raw.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise NotPossible(*_BUSY) from error
    if mode != "delete":
        raise NotPossible(*_BUSY)


def _wait_until_alone(home: Home) -> None:
    for _ in range(_LOOKS):
        with home.read() as connection:
            if not _others(connection):
                return
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    raise NotPossible(*_BUSY)


def _others(connection: sa.Connection) -> int:
    activity = sa.table("pg_stat_activity", *map(sa.column, ("datname", "application_name", "pid")))
    found: int = connection.scalar(
        sa.select(sa.func.count())
        .select_from(activity)
        .where(
            activity.c.datname == sa.func.current_database(),
            activity.c.application_name == APPLICATION,
            activity.c.pid != sa.func.pg_backend_pid(),
        )
    )  # type: ignore[assignment]
    return found


def _mark(connection: sa.Connection, place: str) -> None:
    moved.create(connection)
    connection.execute(moved.insert().values(place=place, revision=REVISIONS[-1]))
    connection.execute(sa.update(_VERSION).values(version_num=MOVED))


# ---- the new state -------------------------------------------------------------------------------

_VERSION = sa.table("alembic_version", sa.column("version_num", sa.String))


def _bring(old: sa.Connection, target: Home, progress: Progress) -> dict[str, int]:
    """Everything into the target in one transaction; the rows of each table."""
    wanted = _account(old)
    with target.write(alone="schema") as new:
        found = find_revision(new)
        if found is not None and found != MOVED:
            _require_same(new, wanted, target.state_place)
        else:
            _prepare(new, found)
            for dataset_id in old.scalars(sa.select(datasets.c.dataset_id)):
                LiveStore(target, dataset_id).remove()  # left behind by a move away
            for table in metadata.sorted_tables:
                progress(f"Moving {table.name}: {wanted[table.name][0]:,} rows")
                _copy(table, old, new)
            progress("Comparing")
            _compare(wanted, _account(new))
    return {name: rows for name, (rows, _) in wanted.items()}


def _prepare(new: sa.Connection, found: str | None) -> None:
    """The tables, of the newest revision and empty."""
    if found == MOVED:
        revision = new.scalar(sa.select(moved.c.revision))
        new.execute(sa.update(_VERSION).values(version_num=revision))
        moved.drop(new)
    upgrade(new, REVISIONS[-1])
    for table in reversed(metadata.sorted_tables):
        new.execute(table.delete())


def _copy(table: sa.Table, old: sa.Connection, new: sa.Connection) -> None:
    found = old.execute(sa.select(table), execution_options={"yield_per": _ROWS_AT_ONCE})
    for some in found.mappings().partitions():
        new.execute(table.insert(), [dict(row) for row in some])


def _require_same(new: sa.Connection, wanted: "Account", place: str) -> None:
    """A move that was killed just before the mark is complete but for the mark."""
    if find_revision(new) != REVISIONS[-1] or _account(new) != wanted:
        raise NotPossible(
            f"There is a state of Segue in {place} already.",
            "Name an empty database, or open that one: set SEGUE_DATABASE_URL to it.",
        )


# ---- whether they are the same -------------------------------------------------------------------

Account = dict[str, tuple[int, str]]  # table -> number of rows, checksum


def _account(connection: sa.Connection) -> Account:
    return {table.name: _sum(connection, table) for table in metadata.sorted_tables}


def _sum(connection: sa.Connection, table: sa.Table) -> tuple[int, str]:
    """A sum over the rows, because databases do not agree on their order."""
    rows, total = 0, 0
    found = connection.execute(sa.select(table), execution_options={"yield_per": _ROWS_AT_ONCE})
    for row in found:
        text = json_text([_plain(value) for value in row])
        total += int.from_bytes(hashlib.sha256(text.encode()).digest())
        rows += 1
    return rows, f"{total % 2**256:064x}"


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


def _compare(wanted: Account, found: Account) -> None:
    for name in wanted:
        if wanted[name] != found[name]:
            raise Defect(
                f"The table {name} differs after the copy ({wanted[name][0]:,} rows before, "
                f"{found[name][0]:,} after); nothing was moved."
            )
