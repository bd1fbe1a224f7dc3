"""Datasets: cleaned records of one shop each, append-only in a Delta table.

The Delta commit is the only publication. A load's ledger travels in the commit itself, so that a
load killed between the commit and the SQL row is still known: the next one writes that row first.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.concepts import Moment, Shop
from engine.errors import BadInput, Conflict, NotFound, NotPossible
from engine.records import conform
from stores.flushing import event_ids, take_log
from stores.home import Home, new_id
from stores.live import LiveStore, LiveTransaction
from stores.pulling import Pull
from stores.record_table import RecordTable
from stores.schema import datasets, loads
from stores.sources import SqlSource

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

    from engine.cleaning import Cleaned

_COMMIT_KEY = "segue_load"


@dataclass(frozen=True)
class Dataset:
    dataset_id: str
    name: str
    shop: Shop


@dataclass(frozen=True)
class Load:
    load_id: str
    dataset_id: str
    source: str
    version: int
    loaded_at: datetime
    ledger: dict[str, Any]
    already_loaded: bool = False


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
    ) -> tuple[Dataset, Load]:
        """Adds what the dataset does not have yet; one load at a time for each dataset.

        A dataset and its first load come into being together, or not at all.
        """
        from engine.cleaning import drop_known

        content_hash = cleaned.source.content_hash
        planned = replace(planned, shop=cleaned.shop)
        alone = f"loads into {planned.name}"
        with self._home.write(alone) as connection, self.stream_lock(planned) as live:
            dataset = _lock(connection, planned, now)
            check_shop(dataset, None, cleaned.shop.currency)
            if live is not None:
                take_log(self._records(dataset), live)
            self._recover(connection, dataset)
            same = connection.execute(
                sa.select(loads).where(
                    loads.c.dataset_id == dataset.dataset_id, loads.c.content_hash == content_hash
                )
            ).one_or_none()
            if same is not None:
                return dataset, _load(same, already_loaded=True)
            table = self._records(dataset).open()
            if table is not None:
                cleaned = drop_known(cleaned, event_ids(self._records(dataset).local_files(table)))
            _require_some_rows(cleaned, table is None)
            version = -1 if table is None else table.version()
            adds = len(cleaned.rows) > 0
            load = Load(
                load_id=load_id,
                dataset_id=dataset.dataset_id,
                source=cleaned.source.name,
                version=version + 1 if adds else version,
                loaded_at=now,
                ledger=account(cleaned) | ({"pull": pull.to_json()} if pull else {}),
            )
            self._keep_dropped(load, cleaned.dropped)
            row = _load_row(load, content_hash)
            if adds:
                self._commit(dataset, cleaned.rows, row)
                if live is not None:
                    live.note(stale=1)  # its rows do not know what this load brings
            connection.execute(loads.insert().values(**row))
        return dataset, load

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

    def loads(self, dataset: Dataset) -> list[Load]:
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(loads)
                .where(loads.c.dataset_id == dataset.dataset_id)
                .order_by(loads.c.version)
            ).all()
        return [_load(row) for row in rows]

    def last_pull(self, dataset: Dataset, source: SqlSource) -> tuple[Load, Pull] | None:
        """How far this table was taken into the dataset by this watermark."""
        wanted = (source.scope, source.watermark)
        for load in sorted(self.loads(dataset), key=lambda load: load.loaded_at, reverse=True):
            if found := load.ledger.get("pull"):
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
        return _load(row)

    def dropped_rows(self, load: Load) -> "pa.Table":
        import pyarrow.parquet as pq

        return pq.read_table(self._home.files.get(_dropped_file(load)))

    # ---- records ----

    def version(self, dataset: Dataset) -> int:
        """The newest version. What the stream's log still holds joins it first, so that a version
        is all that was known and a receipt that names it can be worked out again.
        """
        self.take_log(dataset)
        return self._existing(dataset).version()

    def take_log(self, dataset: Dataset) -> None:
        """What the stream's log holds, if anything, goes into the records now."""
        with LiveStore(self._home, dataset.dataset_id).log_lock() as live:
            if live is not None:
                take_log(self._records(dataset), live)

    def files(self, dataset: Dataset, version: int) -> Sequence[str]:
        """The Parquet files that make up one version, as paths on this machine."""
        return self._records(dataset).local_files(self._existing(dataset, version))

    def newest(self, dataset: Dataset, version: int) -> Moment:
        """Just after the newest kept record: the moment that questions are about by default."""
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        newest = max(
            pc.max(pq.read_table(file, columns=["occurred_at"])["occurred_at"]).as_py()
            for file in self.files(dataset, version)
        )
        return Moment.of(newest.replace(microsecond=0) + timedelta(seconds=1), dataset.shop.zone)

    def moment(self, dataset: Dataset, version: int, text: str | None) -> Moment:
        """The moment a person named, or just after the newest record."""
        if text is None:
            return self.newest(dataset, version)
        return Moment.parse(text, dataset.shop.zone)

    def records(self, dataset: Dataset, live: LiveTransaction) -> tuple[int | None, Sequence[str]]:
        """Under the stream's lock: the newest version, its log included, and its files."""
        version = take_log(self._records(dataset), live)
        return version, [] if version is None else self.files(dataset, version)

    def _records(self, dataset: Dataset) -> RecordTable:
        return RecordTable(self._home.files, f"datasets/{dataset.dataset_id}/transactions")

    def _existing(self, dataset: Dataset, version: int | None = None) -> "DeltaTable":
        table = self._records(dataset).open(version)
        if table is None:
            raise NotPossible(f"The dataset '{dataset.name}' has no records yet.")
        return table

    def _keep_dropped(self, load: Load, dropped: "pa.Table") -> None:
        import pyarrow.parquet as pq

        with self._home.files.writing(_dropped_file(load)) as file:
            pq.write_table(dropped, file)

    def _commit(self, dataset: Dataset, rows: "pa.Table", row: dict[str, Any]) -> None:
        from deltalake import CommitProperties, Transaction

        note = row | {"loaded_at": row["loaded_at"].isoformat()}
        self._records(dataset).append(
            conform(rows),
            CommitProperties(
                custom_metadata={_COMMIT_KEY: json.dumps(note)},
                app_transactions=[Transaction(row["load_id"], 1)],
            ),
            schema_mode="merge",
        )

    def _recover(self, connection: sa.Connection, dataset: Dataset) -> None:
        """Writes the SQL row of a load that was killed just after its Delta commit."""
        table = self._records(dataset).open()
        if table is None:
            return
        newest = connection.scalar(
            sa.select(sa.func.max(loads.c.version)).where(loads.c.dataset_id == dataset.dataset_id)
        )
        missing = table.version() - (-1 if newest is None else newest)
        if missing <= 0:
            return
        with self._home.files.speaking():
            commits = table.history(limit=missing)
        for commit in commits:
            if _COMMIT_KEY in commit:
                row = json.loads(commit[_COMMIT_KEY])
                row["loaded_at"] = datetime.fromisoformat(row["loaded_at"])
                connection.execute(loads.insert().values(**row))


def _dropped_file(load: Load) -> str:
    return f"datasets/{load.dataset_id}/dropped/{load.load_id}.parquet"


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


def account(cleaned: "Cleaned") -> dict[str, Any]:
    """The ledger with what else a person asks of a load."""
    return cleaned.ledger.to_json() | {
        "customers": cleaned.ledger.impact["customers_saved"].counts["customers"],
        "mapping": cleaned.source.mapping,
        "ignored": list(cleaned.source.ignored),
    }


def _require_some_rows(cleaned: "Cleaned", first: bool) -> None:
    if first and not len(cleaned.rows):
        reasons = cleaned.ledger.dropped_reasons
        why = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())
        raise BadInput(
            f"No row of {cleaned.source.name} can be kept: {why}.",
            "Look at the columns with --dry-run, and name them with --map.",
        )


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


def _load(row: Any, already_loaded: bool = False) -> Load:
    return Load(
        row.load_id,
        row.dataset_id,
        row.source,
        row.version,
        row.loaded_at,
        row.ledger,
        already_loaded,
    )


def _load_row(load: Load, content_hash: str) -> dict[str, Any]:
    return {
        "load_id": load.load_id,
        "dataset_id": load.dataset_id,
        "source": load.source,
        "content_hash": content_hash,
        "version": load.version,
        "loaded_at": load.loaded_at,
        "ledger": load.ledger,
    }
