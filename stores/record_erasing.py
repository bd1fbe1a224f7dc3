"""Taking a customer's records out of a dataset so that no file of its table holds them.

Delta keeps what was deleted: in older data files, and in its log, whose entries name the least and
greatest value of every column. So the rows go in one commit, every file that no longer belongs to
the table is removed, a checkpoint says what is there now, and the log before it goes as well.
Earlier versions cannot be read after that; `stores/erasures.py` remembers since which.
"""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from uuid import uuid4

from stores.erasing import ERASED, Traces
from stores.files import Files
from stores.record_table import WHAT, RecordTable

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa
    from deltalake import DeltaTable

    from engine.reading import Source

_COLUMNS = b"columns"  # what the text of a dropped row consists of
_CUSTOMER = b"customer_column"
_POWER = r"\d[eE]\+?\d"


def erase_records(records: RecordTable, customer: Traces) -> tuple[int, int | None]:
    """How many rows went, and the version without them; under the dataset's lock."""
    table = records.open()
    if table is None:
        return 0, None
    with records.files.speaking():
        count = _rewrite(records, table, customer.customer)
        return count, _purge(records)


def _rewrite(records: RecordTable, table: "DeltaTable", customer: str) -> int:
    """The files that hold the customer anew without those rows, all in one commit.

    The new files come without statistics: the log needs none of any value to find them.
    """
    import pyarrow as pa
    from deltalake import CommitProperties
    from deltalake.transaction import AddAction, RemoveAction

    actions: list[AddAction | RemoveAction] = []
    count = 0
    for added in pa.table(table.get_add_actions()).to_pylist():
        name = unquote(added["path"])
        left, gone = _without(records.files.get(f"{records.name}/{name}"), customer)
        if not gone:
            continue
        count += gone
        at, partition = added["modification_time"], _texts(added.get("partition") or {})
        actions.append(RemoveAction(added["path"], True, at, added["size_bytes"], partition))
        if len(left):
            path, size = _write_beside(records, name, left)
            stats = json.dumps({"numRecords": len(left)})
            actions.append(AddAction(path, size, partition, at, True, stats))
    if actions:
        by = table.metadata().partition_columns
        why = CommitProperties(custom_metadata={WHAT: "erasure"})
        table.create_write_transaction(
            actions, "append", table.schema(), by or None, commit_properties=why
        )
    return count


def _texts(partition: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in partition.items()}


def _without(file: Path, customer: str) -> "tuple[pa.Table, int]":
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    theirs = pc.equal(pq.read_table(file, columns=["customer_id"], partitioning=None)[0], customer)
    gone = pc.sum(theirs).as_py() or 0
    if not gone:
        return theirs, 0
    rows = pq.read_table(file, partitioning=None)
    return rows.filter(pc.invert(pc.fill_null(theirs, False))), gone


def _write_beside(records: RecordTable, path: str, rows: "pa.Table") -> tuple[str, int]:
    import pyarrow.parquet as pq

    folder = path.rpartition("/")[0]
    new = f"{folder}/part-{uuid4()}.parquet".lstrip("/")
    with records.files.writing(f"{records.name}/{new}") as file:
        pq.write_table(rows, file)
        return new, file.stat().st_size


def newest_version(records: RecordTable) -> int | None:
    table = records.open()
    return None if table is None else table.version()


def event_ids_of(records: RecordTable, customer: Traces) -> list[bytes]:
    """Of the customer's records, as the stream keeps them."""
    import pyarrow.parquet as pq

    table = records.open()
    found: list[bytes] = []
    for file in [] if table is None else records.local_files(records.parts(table)):
        rows = pq.read_table(
            file,
            columns=["event_id"],
            filters=[("customer_id", "==", customer.customer)],
            partitioning=None,
        )
        found += [bytes.fromhex(one) for one in rows["event_id"].to_pylist()]
    return found


def _purge(records: RecordTable) -> int:
    """Also after an erasure that was cut short: removes whatever is not of the newest version."""
    table = records.open()
    assert table is not None  # noqa: S101  it was there a moment ago
    table.create_checkpoint()
    version = table.version()
    log = f"{records.name}/_delta_log"
    for name in records.files.all(log):
        number = name.removeprefix(f"{log}/")[:20]
        if number.isdigit() and int(number) < version:
            records.files.delete(name)
    _delete_strays(records, table)
    records.files.tidy(records.name)
    return version


def _delete_strays(records: RecordTable, table: "DeltaTable") -> None:
    """Data files of earlier versions, and those that a killed load wrote and never committed."""
    place, _ = records.files.table_place(records.name)
    known = {unquote(uri.removeprefix(place).lstrip("/")) for uri in table.file_uris()}
    for name in records.files.all(records.name):
        inside = name.removeprefix(f"{records.name}/")
        is_data = inside.endswith(".parquet") and "_delta_log" not in inside
        if is_data and inside not in known:
            records.files.delete(name)


# ---- the rows that were dropped -----------------------------------------------------------------


def with_columns(dropped: "pa.Table", source: "Source") -> "pa.Table":
    """The dropped rows of a load with a note of which of their cells names the customer."""
    columns = source.table.columns
    own = next((theirs for theirs, ours in source.mapping.items() if ours == "customer_id"), None)
    place = -1 if own is None else columns.index(own)
    note = {_COLUMNS: json.dumps(columns).encode(), _CUSTOMER: str(place).encode()}
    return dropped.replace_schema_metadata(note)


def blot_dropped(files: Files, folder: str, customer: Traces) -> int:
    """The customer's dropped rows keep their line and reason and lose their text."""
    import pyarrow.parquet as pq

    count = 0
    for name in files.all(folder):
        table = pq.read_table(files.get(name))
        theirs = named_in(table, customer)
        if not theirs.any():
            continue
        count += int(theirs.sum())
        with files.writing(name) as file:
            pq.write_table(_blotted(table, theirs), file)
    return count


def named_in(dropped: "pa.Table", customer: Traces) -> "pl.Series":
    """Which dropped rows are the customer's: by the cell of the customer where the load said which
    it is, by any cell in a file of an earlier Segue; and those that hold name or address."""
    import polars as pl

    place = int((dropped.schema.metadata or {}).get(_CUSTOMER, b"-1"))
    texts = pl.Series("text", dropped["text"]).cast(pl.String).fill_null("")
    wanted = [customer.customer, *customer.words]
    folded = texts.str.to_lowercase()
    likely = folded.str.contains_any([word.lower() for word in wanted])
    likely |= texts.str.contains(_POWER)
    found = [
        bool(maybe) and _is_theirs(text, place, customer)
        for text, maybe in zip(texts, likely, strict=True)
    ]
    return pl.Series("theirs", found, dtype=pl.Boolean)


def _is_theirs(text: str, place: int, customer: Traces) -> bool:
    cells = next(csv.reader([text], strict=False), [])
    looked_at = [cells[place]] if 0 <= place < len(cells) else cells
    if customer.customer in _ids(looked_at):
        return True
    return any(word.casefold() in text.casefold() for word in customer.words)


def _ids(cells: list[str]) -> list[str | None]:
    """Cells as cleaning would read them if they held ids."""
    import polars as pl

    from engine.cleaning.cells import Cells
    from engine.cleaning.mending import mend_ids

    column = Cells.of(pl.Series("customer_id", cells, dtype=pl.String))
    mended, _ = mend_ids(column.trimmed()[0])
    return mended.texts().to_list()


def _blotted(dropped: "pa.Table", theirs: "pl.Series") -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pc.if_else(theirs.to_arrow(), pa.scalar(ERASED), dropped["text"].cast(pa.string()))
    place = dropped.schema.get_field_index("text")
    return dropped.set_column(place, "text", texts)
