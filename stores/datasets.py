"""Datasets: cleaned records of one shop each, in versions that stay.

The Delta commit is the only publication. A load's ledger travels in the commit itself, so that a
load killed between the commit and the SQL row is still known: the next one writes that row first.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.concepts import Moment, Shop
from engine.errors import BadInput, Conflict, NotFound, NotPossible
from engine.records import RecordKind
from stores.erasures import erased_from
from stores.flushing import take_log
from stores.home import Home, new_id
from stores.known_records import holds_exactly, without_known
from stores.live import LiveStore, LiveTransaction
from stores.loads import (
    Load,
    LoadBook,
    LoadMode,
    account,
    brought_by,
    dropped_rows,
    keep_dropped,
    load_of,
    load_row,
    not_applied,
    require_some_rows,
)
from stores.pulling import Pull
from stores.record_table import Part, RecordTable, newest_in
from stores.schema import datasets, loads
from stores.sources import SqlSource
from stores.versions import LOAD, Version, compact, versions_of

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

    from engine.cleaning import Cleaned


@dataclass(frozen=True)
class Dataset:
    dataset_id: str
    name: str
    shop: Shop


# Kinds whose records have a moment; what is said of a customer is true at any.
_DATED: tuple[RecordKind, ...] = ("transactions", "events", "texts")
# Kinds that were read with the shop's zone and currency.
_PLACED: tuple[RecordKind, ...] = ("transactions", "events")


class DatasetStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    # ---- datasets ----

    def all(self) -> list[Dataset]:
        with self._home.read() as connection:
            rows = connection.execute(sa.select(datasets)).all()
        # Sorted here: databases do not agree on the order of texts.
        return sorted((_dataset(row) for row in rows), key=lambda one: one.name)

    def get(self, name: str | None = None) -> Dataset:
        """By name; without one, the only dataset."""
        known = self.all()
        if name is None:
            if len(known) == 1:
                return known[0]
            if not known:
                raise NotPossible(
                    "There is no dataset yet.",
                    "Load one: segue load orders.csv (segue generate makes a sample shop).",
                )
            names = ", ".join(dataset.name for dataset in known)
            raise NotPossible(f"There are several datasets: {names}.", "Say --dataset NAME.")
        for dataset in known:
            if name in (dataset.name, dataset.dataset_id):
                return dataset
        raise NotFound.named("dataset", name, [dataset.name for dataset in known])

    def find_or_plan(self, name: str | None, shop: Shop) -> Dataset:
        """The dataset a load goes to. A new one is only planned: its first load makes it."""
        known = self.all()
        wanted = name or (known[0].name if len(known) == 1 else "shop")
        for dataset in known:
            if dataset.name == wanted:
                return dataset
        if name is None and known:
            self.get(None)  # several: says which to name
        _check_name(wanted)
        return Dataset(new_id("dataset"), wanted, shop)

    # ---- loads ----

    def append(
        self,
        planned: Dataset,
        cleaned: "Cleaned",
        load_id: str,
        now: datetime,
        pull: Pull | None = None,
        mode: LoadMode = "append",
    ) -> tuple[Dataset, Load]:
        """Adds what the dataset does not have yet, or puts it in place of all records of the kinds
        that it brings; one load at a time for each dataset.

        A dataset and its first load come into being together, or not at all.
        """
        from engine.cleaning.erased import drop_erased

        planned = replace(planned, shop=cleaned.shop)
        alone = f"loads into {planned.name}"
        with self._home.write(alone) as connection, self.stream_lock(planned) as live:
            dataset = _lock(connection, planned, now)
            dataset = self._settle(connection, dataset, cleaned.shop)
            records, book = self._records(dataset), LoadBook(connection, dataset.dataset_id)
            if live is not None:
                take_log(records, live)
            book.recover(records)
            cleaned = drop_erased(cleaned, erased_from(connection, dataset.dataset_id).among)
            table = records.open()
            same = book.same(cleaned.source.content_hash)
            if same is not None and mode == "append":
                asked = not_applied(same, cleaned)
                return dataset, replace(same, already_loaded=True, not_applied=asked)
            require_some_rows(cleaned, table is None or mode == "replace")
            if table is not None:
                if mode == "append":
                    cleaned = without_known(cleaned, records, table)
                elif holds_exactly(records, table, brought_by(cleaned)):
                    if same is not None:
                        return dataset, replace(same, already_loaded=True)
                    cleaned = without_known(cleaned, records, table)
            brought = brought_by(cleaned)
            if brought:
                records.put_in_parts()
                table = records.open()
            version = -1 if table is None else table.version()
            load = Load(
                load_id=load_id,
                dataset_id=dataset.dataset_id,
                source=cleaned.source.name,
                version=version + 1 if brought else version,
                loaded_at=now,
                ledger=account(cleaned)
                | {"mode": mode}
                | ({"pull": pull.to_json()} if pull else {}),
            )
            keep_dropped(self._home.files, load, cleaned)
            row = load_row(load, cleaned.source.content_hash)
            if brought:
                compact(records, self._commit(records, brought, row))
                if live is not None:
                    live.note(stale=1)  # its rows do not know what this load brings
            book.enter(row)
        return dataset, load

    def is_settled(self, dataset: Dataset) -> bool:
        """Whether it holds what its zone and currency were needed for."""
        records = self._records(dataset)
        table = records.open()
        return table is not None and any(
            kind in _PLACED for kind in records.counts(records.parts(table))
        )

    def _settle(self, connection: sa.Connection, dataset: Dataset, shop: Shop) -> Dataset:
        if self.is_settled(dataset):
            check_shop(dataset, None, shop.currency)
            return dataset
        connection.execute(
            datasets.update()
            .where(datasets.c.dataset_id == dataset.dataset_id)
            .values(zone=shop.zone, currency=shop.currency)
        )
        return replace(dataset, shop=shop)

    # ---- the stream's part ----

    @contextmanager
    def stream_lock(self, dataset: Dataset) -> Iterator[LiveTransaction | None]:
        """The write lock of the dataset's stream, or nothing when it has none."""
        store = LiveStore(self._home, dataset.dataset_id)
        if not store.exists:
            yield None
            return
        with store.writing() as live:
            yield live

    @contextmanager
    def alone(
        self, dataset: Dataset
    ) -> Iterator[tuple[sa.Connection, RecordTable, LiveTransaction | None]]:
        """Nobody else loads, the stream waits, and what its log held is in the records."""
        records = self._records(dataset)
        name = f"loads into {dataset.name}"
        with self._home.write(name) as connection, self.stream_lock(dataset) as live:
            if live is not None:
                take_log(records, live)
            LoadBook(connection, dataset.dataset_id).recover(records)
            yield connection, records, live

    def loads(self, dataset: Dataset) -> list[Load]:
        with self._home.read() as connection:
            return LoadBook(connection, dataset.dataset_id).all()

    def last_pull(self, dataset: Dataset, source: SqlSource) -> tuple[Load, Pull] | None:
        """How far this table was taken into the dataset by this watermark."""
        wanted = (source.scope, source.watermark)
        for load in sorted(self.loads(dataset), key=lambda load: load.loaded_at, reverse=True):
            if load.in_force and (found := load.ledger.get("pull")):
                pull = Pull.from_json(found)
                if pull.mark is not None and (pull.scope, pull.watermark) == wanted:
                    return load, pull
        return None

    def load(self, load_id: str) -> Load:
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(loads).where(loads.c.load_id == load_id)
            ).one_or_none()
            known = connection.scalars(sa.select(loads.c.load_id)).all()
        if row is None:
            raise NotFound.named("load", load_id, known)
        return load_of(row)

    def dropped_rows(self, load: Load) -> "pa.Table":
        return dropped_rows(self._home.files, load)

    # ---- records ----

    def version(self, dataset: Dataset) -> int:
        """The newest version. What the stream's log still holds joins it first, so that a version
        is all that was known and a receipt that names it can be worked out again.
        """
        self.take_log(dataset)
        table = self._records(dataset).open()
        if table is None:
            raise NotPossible(f"The dataset '{dataset.name}' has no records yet.")
        return table.version()

    def versions(self, dataset: Dataset) -> list[Version]:
        """Newest first: when each was made, why, by which load, and how many records it holds."""
        return versions_of(self._records(dataset))

    def take_log(self, dataset: Dataset) -> None:
        """What the stream's log holds, if anything, goes into the records now."""
        with LiveStore(self._home, dataset.dataset_id).log_lock() as live:
            if live is not None:
                take_log(self._records(dataset), live)

    def counts(self, dataset: Dataset, version: int) -> dict[RecordKind, int]:
        """How many records of each kind a version holds; a kind without any is left out."""
        return self._records(dataset).counts(self._parts(dataset, version))

    def files(
        self, dataset: Dataset, version: int, kind: RecordKind = "transactions"
    ) -> Sequence[str]:
        """The Parquet files that hold one kind of a version, as paths on this machine.

        Without any orders there is nothing to work out from them, and this says so.
        """
        found = self._records(dataset).local_files(self._parts(dataset, version), kind)
        if kind == "transactions" and not found:
            raise NotPossible(
                f"The dataset '{dataset.name}' holds no orders, and this is worked out from them.",
                f"Load them: segue load orders.csv --dataset {dataset.name}",
            )
        return found

    def has_dates(self, dataset: Dataset, version: int) -> bool:
        return self._newest(dataset, version) is not None

    def known_until(self, dataset: Dataset, version: int) -> Moment:
        """Just after the newest record; without any date, when the newest load came."""
        found = self._newest(dataset, version)
        if found is not None:
            return _just_after(found, dataset.shop)
        loaded = max(load.loaded_at for load in self.loads(dataset))
        return Moment.of(loaded, dataset.shop.zone)

    def newest(self, dataset: Dataset, version: int, what: str = "when things were") -> Moment:
        """Just after the newest kept record: the moment that questions are about by default."""
        found = self._newest(dataset, version)
        if found is None:
            raise NotPossible(
                f"The dataset '{dataset.name}' has no dates, so {what} cannot be said.",
                "Load orders or events of the same customers, which have dates: "
                f"segue load orders.csv --dataset {dataset.name}",
            )
        return _just_after(found, dataset.shop)

    def moment(self, dataset: Dataset, version: int, text: str | None) -> Moment:
        """The moment a person named, or just after the newest record."""
        newest = self.newest(dataset, version, "what was known at a moment")
        return newest if text is None else Moment.parse(text, dataset.shop.zone)

    def records(self, dataset: Dataset, live: LiveTransaction) -> tuple[int | None, Sequence[str]]:
        """Under the stream's lock: the newest version, its log included, and its transactions."""
        records = self._records(dataset)
        version = take_log(records, live)
        table = None if version is None else records.open(version)
        parts = [] if table is None else records.parts(table)
        return version, records.local_files(parts, "transactions")

    def _newest(self, dataset: Dataset, version: int) -> datetime | None:
        """Of the last year of each kind that has dates."""
        records, parts = self._records(dataset), self._parts(dataset, version)
        dated = [part for part in parts if part.kind in _DATED]
        last = {part.kind: part.year or 0 for part in sorted(dated, key=lambda p: p.year or 0)}
        found = [
            newest_in(file)
            for kind, year in last.items()
            for file in records.local_files(parts, kind, {year or None})
        ]
        return max((moment for moment in found if moment is not None), default=None)

    def _records(self, dataset: Dataset) -> RecordTable:
        return RecordTable(self._home.files, f"datasets/{dataset.dataset_id}/transactions")

    def _parts(self, dataset: Dataset, version: int) -> tuple[Part, ...]:
        found = self._records(dataset).parts_of(version)
        if found is None:
            raise NotPossible(f"The dataset '{dataset.name}' has no records yet.")
        return found

    def _commit(
        self, records: RecordTable, brought: "Mapping[RecordKind, pa.Table]", row: dict[str, Any]
    ) -> "DeltaTable":
        from deltalake import CommitProperties, Transaction

        note = row | {"loaded_at": row["loaded_at"].isoformat()}
        return records.write(
            brought,
            CommitProperties(
                custom_metadata={LOAD: json.dumps(note)},
                app_transactions=[Transaction(row["load_id"], 1)],
            ),
            replace=row["ledger"]["mode"] == "replace",
        )


def _lock(connection: sa.Connection, planned: Dataset, now: datetime) -> Dataset:
    """The dataset's row, made now if need be."""
    found = connection.execute(
        sa.select(datasets).where(datasets.c.name == planned.name)
    ).one_or_none()
    if found is not None:
        return _dataset(found)
    connection.execute(
        datasets.insert().values(
            dataset_id=planned.dataset_id,
            name=planned.name,
            zone=planned.shop.zone,
            currency=planned.shop.currency,
            created_at=now,
        )
    )
    return planned


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > 80 or any(c in name for c in "/\\\n\r\0"):
        raise BadInput(
            f"'{name}' cannot be the name of a dataset.",
            "Use up to 80 letters, digits, spaces, dots, dashes.",
        )


def check_shop(dataset: Dataset, zone: str | None, currency: str | None) -> None:
    """A later load may repeat the dataset's zone and currency, never change them."""
    for what, wanted, settled in (
        ("zone", zone, dataset.shop.zone),
        ("currency", currency, dataset.shop.currency),
    ):
        if wanted is not None and wanted != settled:
            raise Conflict(
                f"The dataset '{dataset.name}' has the {what} {settled}, not {wanted}.",
                f"Leave out --{what}, or load into another dataset with --dataset.",
            )


def _dataset(row: Any) -> Dataset:
    return Dataset(row.dataset_id, row.name, Shop(row.zone, row.currency))


def _just_after(newest: datetime, shop: Shop) -> Moment:
    return Moment.of(newest.replace(microsecond=0) + timedelta(seconds=1), shop.zone)
