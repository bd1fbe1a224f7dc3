"""Snapshots: who belonged to which segment as of a moment, with the features; never changed.

The rows lie in one Parquet file each, columns customer_id, segment_id, confidence, the features,
and p_<segment_id> for every segment of the run.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.errors import NotFound, NotPossible
from stores.erasing import Traces
from stores.home import Home
from stores.schema import snapshots

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Snapshot:
    snapshot_id: str
    dataset_id: str
    run_id: str
    version: int
    as_of: datetime
    customers: int


class SnapshotStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def save(self, snapshot: Snapshot, members: "pd.DataFrame", now: datetime) -> None:
        self.write_members(snapshot, members)
        with self._home.write() as connection:
            insert_snapshot(connection, snapshot, now)

    def write_members(self, snapshot: Snapshot, members: "pd.DataFrame") -> None:
        """The file comes first: a row without its file is never seen."""
        self._home.files.write(members, _file(snapshot))

    def get(self, snapshot_id: str) -> Snapshot:
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(snapshots).where(snapshots.c.snapshot_id == snapshot_id)
            ).one_or_none()
        if row is None:
            raise NotFound(f"There is no snapshot '{snapshot_id}'.")
        return _snapshot(row)

    def all(self, dataset_id: str) -> list[Snapshot]:
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(snapshots)
                .where(snapshots.c.dataset_id == dataset_id)
                .order_by(snapshots.c.as_of, snapshots.c.created_at)
            ).all()
        return [_snapshot(row) for row in rows]

    def latest(self, dataset_id: str, run_id: str) -> Snapshot:
        """The newest moment of a run."""
        found = [s for s in self.all(dataset_id) if s.run_id == run_id]
        if not found:
            raise NotPossible("The published run has no snapshot.", "Make one: segue segment")
        return found[-1]

    def members(self, snapshot: Snapshot, columns: Sequence[str] | None = None) -> "pd.DataFrame":
        """Indexed by customer_id; all columns, or these alone."""
        import pandas as pd

        file = self._home.files.find(_file(snapshot))
        if file is None:
            raise NotPossible(
                f"The file of snapshot {snapshot.snapshot_id} is missing from the home.",
                f"Bring {_file(snapshot)} back into {self._home.files.place} from a copy of it.",
            )
        return pd.read_parquet(file, columns=None if columns is None else list(columns))

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        """The customer's row of every snapshot, oldest first."""
        return [
            {"snapshot": snapshot.snapshot_id, "as_of": snapshot.as_of.isoformat()}
            | json.loads(members.loc[customer.customer].to_json())
            for snapshot, members in self._with(customer)
        ]

    def erase(self, customer: Traces) -> int:
        """A snapshot's file is written anew, under its name: it is the same one, less a row."""
        found = self._with(customer)
        for snapshot, members in found:
            self.write_members(snapshot, members.drop(index=customer.customer))
            with self._home.write() as connection:
                connection.execute(
                    snapshots.update()
                    .where(snapshots.c.snapshot_id == snapshot.snapshot_id)
                    .values(customers=len(members) - 1)
                )
        return len(found)

    def raise_version(self, dataset_id: str, version: int) -> None:
        """Earlier versions of the records are gone: totals beside a snapshot come from this one."""
        with self._home.write() as connection:
            connection.execute(
                snapshots.update()
                .where(snapshots.c.dataset_id == dataset_id, snapshots.c.version < version)
                .values(version=version)
            )

    def _with(self, customer: Traces) -> "list[tuple[Snapshot, pd.DataFrame]]":
        there = [s for s in self.all(customer.dataset_id) if self._home.files.find(_file(s))]
        found = ((snapshot, self.members(snapshot)) for snapshot in there)
        return [(snapshot, members) for snapshot, members in found
                if customer.customer in members.index]  # fmt: skip


def _file(snapshot: Snapshot) -> str:
    return f"snapshots/{snapshot.snapshot_id}.parquet"


def insert_snapshot(connection: sa.Connection, snapshot: Snapshot, now: datetime) -> None:
    connection.execute(snapshots.insert().values(**asdict(snapshot), created_at=now))


def _snapshot(row: Any) -> Snapshot:
    return Snapshot(
        row.snapshot_id, row.dataset_id, row.run_id, row.version, row.as_of, row.customers
    )
