"""A customer of a dataset: who it is, what its records say, and how they go.

The records of every kind go first, then the rows that loads dropped. It happens under the lock
that loads and the stream take, so that neither brings back what is being removed.
"""

from typing import Any

import sqlalchemy as sa

from engine.records import COLUMNS, RecordKind
from stores.datasets import Dataset, DatasetStore
from stores.erasing import Traces
from stores.home import Home
from stores.record_erasing import (
    blot_dropped,
    erase_records,
    event_ids_of,
    named_in,
    newest_version,
)
from stores.schema import loads


class RecordErasing:
    def __init__(self, home: Home, dataset: Dataset) -> None:
        self._home = home
        self._dataset = dataset
        self._store = DatasetStore(home)

    def traces(self, customer: str) -> Traces:
        """With the names, addresses and texts of the customer's own records."""
        records = self.records(customer)

        def known(kind: RecordKind, column: str) -> tuple[str, ...]:
            found = {str(row[column]) for row in records.get(kind, []) if row[column]}
            return tuple(sorted(found))

        return Traces(
            self._dataset.dataset_id,
            customer,
            names=known("customers", "name"),
            emails=known("customers", "email"),
            phones=known("customers", "phone"),
            texts=known("texts", "text"),
        )

    def records(self, customer: str) -> dict[RecordKind, list[dict[str, Any]]]:
        """Every record of the customer, by kind; each says which load brought it."""
        import pyarrow.parquet as pq

        found: dict[RecordKind, list[dict[str, Any]]] = {}
        version = self._store.version(self._dataset)
        for kind in self._store.counts(self._dataset, version):
            names = {name for name, *_ in COLUMNS[kind]}
            for file in self._store.files(self._dataset, version, kind):
                rows = pq.read_table(
                    file, filters=[("customer_id", "==", customer)], partitioning=None
                )
                rows = rows.select([name for name in rows.column_names if name in names])
                found.setdefault(kind, []).extend(rows.to_pylist())
        for rows in found.values():
            rows.sort(key=lambda row: str(row["occurred_at"] or ""))
        return {kind: rows for kind, rows in found.items() if rows}

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        records = self.records(customer.customer)
        rows = [{"kind": kind} | row for kind, some in records.items() for row in some]
        return rows + self._dropped(customer)

    def _dropped(self, customer: Traces) -> list[dict[str, Any]]:
        found = []
        for load in self._store.loads(self._dataset):
            table = self._store.dropped_rows(load)
            theirs = table.filter(named_in(table, customer).to_arrow())
            found += [{"dropped_by": load.load_id} | row for row in theirs.to_pylist()]
        return found

    def erase(self, customer: Traces) -> int:
        """Records and dropped rows; how many."""
        with self._store.alone(self._dataset) as (connection, records, live):
            before = newest_version(records)
            event_ids = event_ids_of(records, customer)
            count, version = erase_records(records, customer)
            if live is not None:
                live.forget_events(event_ids)
                # The live rows lack nothing else, unless they lacked something before.
                known = {"covered": version} if live.notes().get("covered") == before else {}
                live.note(**(known or {"stale": 1}))
            self._blot_loads(connection, customer)
        folder = f"datasets/{self._dataset.dataset_id}/dropped"
        return count + blot_dropped(self._home.files, folder, customer)

    def _blot_loads(self, connection: sa.Connection, customer: Traces) -> None:
        """A file may be called after the customer."""
        mine = loads.c.dataset_id == self._dataset.dataset_id
        for row in connection.execute(sa.select(loads).where(mine)).all():
            if customer.are_in(row.source) or customer.are_in(row.ledger):
                connection.execute(
                    loads.update()
                    .where(loads.c.load_id == row.load_id)
                    .values(
                        source=customer.blotted(row.source), ledger=customer.blotted(row.ledger)
                    )
                )
