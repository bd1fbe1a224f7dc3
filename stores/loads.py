"""The loads of a dataset: what each brought, and by which rules."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from engine.errors import BadInput
from engine.records import RecordKind
from stores.files import Files
from stores.record_erasing import with_columns
from stores.record_table import RecordTable
from stores.schema import loads
from stores.versions import LOAD

if TYPE_CHECKING:
    import pyarrow as pa

    from engine.cleaning import Cleaned

LoadMode = Literal["append", "replace"]
# Joins the content hash of a load whose records were replaced: the same content may come again.
_UNTIL = " until "


@dataclass(frozen=True)
class Load:
    """`in_force`: no later load has put its records in place of these. `not_applied`: what was
    asked for now, when the content was in the dataset already.
    """

    load_id: str
    dataset_id: str
    source: str
    version: int
    loaded_at: datetime
    ledger: dict[str, Any]
    already_loaded: bool = False
    in_force: bool = True
    not_applied: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class LoadBook:
    """The rows of a dataset's loads, within one transaction."""

    connection: sa.Connection
    dataset_id: str

    def all(self) -> list[Load]:
        rows = self.connection.execute(
            sa.select(loads).where(loads.c.dataset_id == self.dataset_id).order_by(loads.c.version)
        )
        return [load_of(row) for row in rows]

    def same(self, content_hash: str) -> Load | None:
        """The load that brought this content, while it is in force."""
        row = self.connection.execute(
            sa.select(loads).where(
                loads.c.dataset_id == self.dataset_id, loads.c.content_hash == content_hash
            )
        ).one_or_none()
        return None if row is None else load_of(row)

    def enter(self, row: dict[str, Any]) -> None:
        if row["ledger"].get("mode") == "replace":
            self._retire(row)
        self.connection.execute(loads.insert().values(**row))

    def recover(self, records: RecordTable) -> None:
        """Writes the row of a load that was killed just after its Delta commit."""
        table = records.open()
        if table is None:
            return
        newest = self.connection.scalar(
            sa.select(sa.func.max(loads.c.version)).where(loads.c.dataset_id == self.dataset_id)
        )
        missing = table.version() - (-1 if newest is None else newest)
        if missing <= 0:
            return
        with records.files.speaking():
            commits = table.history(limit=missing)
        for commit in reversed(commits):  # the oldest first
            if LOAD in commit:
                row = json.loads(commit[LOAD])
                row["loaded_at"] = datetime.fromisoformat(row["loaded_at"])
                self.enter(row)

    def _retire(self, by: dict[str, Any]) -> None:
        """Every load that brought a kind that is replaced now."""
        rows = self.connection.execute(
            sa.select(loads).where(loads.c.dataset_id == self.dataset_id)
        ).all()
        for row in rows:
            if _UNTIL not in row.content_hash and _kinds(row.ledger) & _kinds(by["ledger"]):
                self.connection.execute(
                    loads.update()
                    .where(loads.c.load_id == row.load_id)
                    .values(content_hash=f"{row.content_hash}{_UNTIL}{by['load_id']}")
                )


def load_of(row: Any) -> Load:
    return Load(
        load_id=row.load_id,
        dataset_id=row.dataset_id,
        source=row.source,
        version=row.version,
        loaded_at=row.loaded_at,
        ledger=row.ledger,
        in_force=_UNTIL not in row.content_hash,
    )


def load_row(load: Load, content_hash: str) -> dict[str, Any]:
    return {
        "load_id": load.load_id,
        "dataset_id": load.dataset_id,
        "source": load.source,
        "content_hash": content_hash,
        "version": load.version,
        "loaded_at": load.loaded_at,
        "ledger": load.ledger,
    }


def account(cleaned: "Cleaned") -> dict[str, Any]:
    """The ledger with what else a person asks of a load."""
    return cleaned.ledger.to_json() | {
        "customers": cleaned.ledger.impact["customers_saved"].counts["customers"],
        "mapping": cleaned.source.mapping,
        "ignored": list(cleaned.source.ignored),
        "kind": cleaned.source.kind,
        "kinds": {kind: len(rows) for kind, rows in cleaned.tables.items()},
    }


def not_applied(load: Load, cleaned: "Cleaned") -> tuple[str, ...]:
    """What is asked for now and was otherwise when this content was loaded."""
    before, now = load.ledger, cleaned.ledger
    found = [
        f"{rule}: {choice}"
        for rule, choice in now.rules.items()
        if before.get("rules", {}).get(rule, choice) != choice
    ]
    if before.get("mapping", cleaned.source.mapping) != cleaned.source.mapping:
        named = sorted(cleaned.source.mapping.items())
        found.append("columns: " + ", ".join(f"{theirs} as {ours}" for theirs, ours in named))
    if before.get("kind", cleaned.source.kind) != cleaned.source.kind:
        found.append(f"kind: {cleaned.source.kind}")
    return tuple(found)


def _kinds(ledger: dict[str, Any]) -> set[str]:
    """That a load brought; an earlier Segue only knew transactions."""
    return set(ledger.get("kinds", ["transactions"]))


def brought_by(cleaned: "Cleaned") -> "dict[RecordKind, pa.Table]":
    return {kind: rows for kind, rows in cleaned.tables.items() if len(rows)}


def require_some_rows(cleaned: "Cleaned", needed: bool) -> None:
    if needed and not brought_by(cleaned):
        reasons = cleaned.ledger.dropped_reasons
        why = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())
        raise BadInput(
            f"No row of {cleaned.source.name} can be kept: {why}.",
            "Look at the columns with --dry-run, and name them with --map.",
        )


# ---- the rows that it dropped --------------------------------------------------------------------


def keep_dropped(files: Files, load: Load, cleaned: "Cleaned") -> None:
    import pyarrow.parquet as pq

    noted = with_columns(cleaned.dropped, cleaned.source)
    with files.writing(_dropped_file(load)) as file:
        pq.write_table(noted, file)


def dropped_rows(files: Files, load: Load) -> "pa.Table":
    import pyarrow.parquet as pq

    return pq.read_table(files.get(_dropped_file(load)))


def _dropped_file(load: Load) -> str:
    return f"datasets/{load.dataset_id}/dropped/{load.load_id}.parquet"
