"""The versions of a dataset's records: what made each, and small files written together."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stores.record_table import WHAT, RecordTable

if TYPE_CHECKING:
    from deltalake import DeltaTable

LOAD = "segue_load"  # of a commit: the row of the load that made it
# More small files than that in one part (kind and year) are written together.
MOST_SMALL_FILES = 24
SMALL_BYTES = 32 << 20


@dataclass(frozen=True)
class Version:
    """`what`: load, replace, stream, compaction, erasure, or layout (laid out in another way)."""

    version: int
    at: str
    what: str
    load_id: str | None
    rows: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def versions_of(records: RecordTable) -> list[Version]:
    """Newest first. Those whose files are gone since are still listed."""
    table = records.open()
    if table is None:
        return []
    with records.files.speaking():
        commits = table.history()
    return [_version(records, commit) for commit in commits]


def compact(records: RecordTable, table: "DeltaTable") -> "DeltaTable":
    """Parts with too many small files, each written together in a version of its own."""
    small = Counter(
        (part.kind, part.year) for part in records.parts(table) if part.size < SMALL_BYTES
    )
    for (kind, year), count in small.items():
        if count > MOST_SMALL_FILES:
            place = [("kind", "=", kind), ("year", "=", "" if year is None else str(year))]
            with records.files.speaking():
                table.optimize.compact(partition_filters=place)
                table.update_incremental()
    return table


def _version(records: RecordTable, commit: dict[str, Any]) -> Version:
    version = records.open(commit["version"])
    load = json.loads(commit[LOAD]) if LOAD in commit else None
    return Version(
        version=commit["version"],
        at=datetime.fromtimestamp(commit["timestamp"] / 1000, UTC).isoformat(),
        what=_what(commit, load),
        load_id=None if load is None else load["load_id"],
        rows=0 if version is None else sum(part.rows for part in records.parts(version)),
    )


def _what(commit: dict[str, Any], load: dict[str, Any] | None) -> str:
    if WHAT in commit:
        return str(commit[WHAT])
    if load is not None:
        return "replace" if load["ledger"].get("mode") == "replace" else "load"
    if commit["operation"] == "OPTIMIZE":
        return "compaction"
    if commit["operation"] == "SET TBLPROPERTIES":
        return "layout"
    appended = commit.get("operationParameters", {}).get("mode") == "Append"
    return "stream" if appended else "erasure"
