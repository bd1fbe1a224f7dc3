"""From the event log to the Delta table, each entry exactly once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.records import conform
from stores import event_log
from stores.event_log import Entry
from stores.known_records import known_ids
from stores.live import LiveTransaction
from stores.record_table import RecordTable
from stores.versions import compact

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable


def take_log(records: RecordTable, live: LiveTransaction) -> int | None:
    """Moves the log into the Delta table; the version after it, None without a table.

    A kill between the Delta commit and ours leaves the entries in the log; their offsets in the
    table tell that they are there. `covered` is the version that the live rows account for:
    another one means that a load came in between, or that a commit of ours was not noted, and the
    live rows are worked out anew.
    """
    table = records.open()
    version = None if table is None else table.version()
    found = event_log.entries(live.connection)
    if not found:
        return version
    new = found if table is None else event_log.missing(found, table.transaction_version)
    covered = live.notes().get("covered")
    if new:
        after = _commit(records, new, None if covered == version else table)
        if covered == version:
            live.note(covered=after)
        version = after
    event_log.clear(live.connection, found[-1].sequence)
    return version


def event_ids(files: Sequence[str]) -> "pa.ChunkedArray":
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = [pq.read_table(file, columns=["event_id"], partitioning=None) for file in files]
    return pa.concat_tables(tables)["event_id"]


def _commit(records: RecordTable, entries: Sequence[Entry], strange: "DeltaTable | None") -> int:
    """`strange`: the table, when it may hold records that the stream has not seen."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from deltalake import CommitProperties, Transaction

    rows = pa.concat_tables([conform(entry.rows) for entry in entries])
    if strange is not None:
        files = records.local_files(records.parts(strange), "transactions")
        known = pc.is_in(rows["event_id"], value_set=known_ids(files, rows["event_id"]))
        rows = rows.filter(pc.invert(known))
    positions = event_log.newest_positions(entries)
    table = records.write(
        {"transactions": rows},
        CommitProperties(
            app_transactions=[Transaction(app, last) for app, last in positions.items()]
        ),
    )
    return compact(records, table).version()
