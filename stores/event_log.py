"""The event log: canonical rows that the stream has taken and the Delta table does not hold yet.

An entry is the rows of one batch. It is written in the batch's own transaction, so that nothing
taken is ever lost, and moved to Delta with others, so that a stream does not make a thousand tiny
files. The Delta commit carries the last offset of each "topic:partition" ("api": the entry's own
number), so that an entry whose deletion was cut short is known and not added twice.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stores.live_connection import LiveConnection

if TYPE_CHECKING:
    import pyarrow as pa

API = "api"
_READ = "SELECT sequence, positions, body FROM log ORDER BY sequence"


@dataclass(frozen=True, eq=False)
class Entry:
    sequence: int
    positions: dict[str, int]
    rows: "pa.Table"


def append(
    connection: LiveConnection, rows: "pa.Table", positions: dict[str, int], now: int
) -> None:
    """`positions`: the last offset of each "topic:partition"; empty for what no broker brought."""
    connection.execute(
        "INSERT INTO log (positions, rows, logged_at, body) VALUES (?, ?, ?, ?)",
        (json.dumps(positions), len(rows), now, _packed(rows)),
    )


def entries(connection: LiveConnection) -> list[Entry]:
    return [
        Entry(sequence, json.loads(positions) or {API: sequence}, _unpacked(body))
        for sequence, positions, body in connection.execute(_READ)
    ]


def missing(found: list[Entry], version_of: Callable[[str], int | None]) -> list[Entry]:
    """The entries that the Delta table has not got; `version_of` tells its last transactions."""

    def is_there(entry: Entry) -> bool:
        kept = [(version_of(app), last) for app, last in entry.positions.items()]
        return all(version is not None and version >= last for version, last in kept)

    return [entry for entry in found if not is_there(entry)]


def newest_positions(found: Sequence[Entry]) -> dict[str, int]:
    newest: dict[str, int] = {}
    for entry in found:
        for app, last in entry.positions.items():
            newest[app] = max(last, newest.get(app, last))
    return newest


def clear(connection: LiveConnection, until: int) -> None:
    connection.execute("DELETE FROM log WHERE sequence <= ?", (until,))


def waiting(connection: LiveConnection) -> tuple[int, int | None]:
    """How many rows wait, and since when (microseconds)."""
    rows, since = connection.execute("SELECT sum(rows), min(logged_at) FROM log").fetchone()
    return rows or 0, since


def _packed(rows: "pa.Table") -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_stream(sink, rows.schema, options=options) as writer:
        writer.write_table(rows)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _unpacked(body: bytes) -> "pa.Table":
    import pyarrow as pa

    with pa.ipc.open_stream(body) as reader:
        return reader.read_all()
