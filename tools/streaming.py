"""The stream of a dataset: batches of events taken, live rows kept true, all customers swept.

A broker's worker and the API bring their events through the same `take`; what a batch changes, it
changes in one transaction.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.cleaning.rules import ERASED_CUSTOMER
from engine.concepts import Moment
from engine.consent import EVERYBODY_IN
from engine.errors import Defect, NotPossible
from engine.events import Dead, decode_events, without_erased
from engine.features import feature_table, open_transactions
from engine.folding import fold, goods_of, live_features, micros_of, orders_of
from stores import event_log
from stores.consents import consent_of, newest_load
from stores.datasets import Dataset, DatasetStore
from stores.erasures import ErasureStore
from stores.home import Home
from stores.live import DeadLetter, LiveStore, LiveTransaction, Position
from stores.runs import RunStore
from tools.rebuilding import mend, rebuild
from tools.run_features import PLAIN, kept_columns

if TYPE_CHECKING:
    import ibis
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from engine.clustering.method import SegmentModel

LOAD_ID = "stream"
# A stream whose newest event is this near to the clock is live: its days pass without events too.
_LIVE_WITHIN = timedelta(days=7)


@dataclass(frozen=True, eq=False)
class Batch:
    """Messages as they came; `positions` are where the next batch starts, none for the API."""

    values: Sequence[bytes | None]
    place_of: Callable[[int], str]
    positions: tuple[Position, ...] = ()
    dead_topic: str | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    messages: int
    kept: int
    duplicates: int
    late: int
    dead: tuple[Dead, ...]
    moves: int
    needs_sweep: bool


@dataclass(frozen=True)
class Model:
    run_id: str
    segments: "SegmentModel"
    segment_ids: "list[str]"

    def assign(self, features: "pd.DataFrame") -> "pd.Series":
        import numpy as np
        import pandas as pd

        labels, _ = self.segments.assign(features)
        return pd.Series(np.array(self.segment_ids)[labels], index=features.index)


class Stream:
    def __init__(self, home: Home, dataset: Dataset) -> None:
        self.home = home
        self.dataset = dataset
        self.live = LiveStore(home, dataset.dataset_id)
        self._model: Model | None = None
        self._opted_out: tuple[tuple[int, date], frozenset[str]] | None = None

    # ---- a batch ----

    def take(self, batch: Batch, now: datetime) -> Taken:
        """One transaction: all of the batch, or nothing of it."""
        decoded = decode_events(batch.values, self.dataset.shop, LOAD_ID, now)
        with self.live.writing() as live:
            # Under the lock: an erasure that is under way has said so before it took it.
            erased = ErasureStore(self.home).erased(self.dataset.dataset_id)
            if erased.digests:
                decoded = without_erased(decoded, batch.values, erased.among)
            live.advance(batch.positions)
            notes = live.notes()
            if "covered" not in notes or "stale" in notes:
                self._rebuild(live)
                notes = live.notes()
            rows = _new_rows(live, decoded.rows)
            counts = {
                "events": len(batch.values),
                "duplicates": len(decoded.rows) - len(rows),
                "late": _late(rows, notes.get("swept")),
            }
            buried = live.bury(_letters(batch, decoded.dead, now), batch.dead_topic)
            moves = self._fold(live, rows, notes, now)
            live.count(counts | {"dead_letters": buried})
            live.note(last_batch=micros_of(now), **batch.notes)
            if len(rows):
                positions = {f"{p.topic}:{p.partition}": p.next - 1 for p in batch.positions}
                event_log.append(live.connection, rows, positions, micros_of(now))
            return Taken(
                messages=len(batch.values),
                kept=len(rows),
                duplicates=counts["duplicates"],
                late=counts["late"],
                dead=decoded.dead,
                moves=moves,
                needs_sweep=self._needs_sweep(live, now),
            )

    def _fold(
        self, live: LiveTransaction, rows: "pa.Table", notes: Mapping[str, Any], now: datetime
    ) -> int:
        import polars as pl

        goods = goods_of(rows)
        if not len(goods):
            return 0
        known = live.rows_of(goods["customer_id"].unique().to_list())
        orders = orders_of(goods)
        new = live.keep_new_orders(orders.rows())
        folded = fold(
            goods, known.drop("segment_id"), orders.filter(pl.Series(new, dtype=pl.Boolean))
        )
        newest = max(int(folded["last_event"].max()), notes.get("newest", 0))  # type: ignore[arg-type]
        live.note(newest=newest)
        folded = folded.join(
            known.select("customer_id", "segment_id"), "customer_id", how="left",
            maintain_order="left",
        )  # fmt: skip
        model = self.model()
        if model is None or notes.get("run") != model.run_id:
            live.save_rows(folded)
            return 0
        clock = self._clock(newest, now)
        folded, moves = _assign(folded, model, clock, "event", self.opted_out(live, clock))
        live.save_rows(folded)
        live.add_moves(moves)
        return len(moves)

    # ---- a sweep ----

    def sweep(self, now: datetime) -> int:
        """Re-assigns all customers under the published run; how many moved."""
        with self.live.writing() as live:
            return self._sweep(live, now)

    def needs_sweep(self, now: datetime) -> bool:
        with self.live.reading() as live:
            return self._needs_sweep(live, now)

    def _needs_sweep(self, live: LiveTransaction, now: datetime) -> bool:
        """A new day in the shop, another published run, or records from elsewhere."""
        notes = live.notes()
        model = self.model()
        day = self._clock(notes.get("newest", 0), now).local_date.isoformat()
        return (
            "stale" in notes
            or notes.get("swept_day") != day
            or (model is not None and notes.get("run") != model.run_id)
        )

    def _sweep(self, live: LiveTransaction, now: datetime) -> int:
        """Under the lock: log to Delta, dirty rows mended, then everybody assigned."""
        version, files = DatasetStore(self.home).records(self.dataset, live)
        notes = live.notes()
        if version is not None and (notes.get("covered") != version or "stale" in notes):
            rebuild(live, version, files)
        elif files:
            mend(live, files)
        rows = live.rows()
        newest = int(rows["last_event"].max() or 0)  # type: ignore[arg-type]
        clock = self._clock(newest, now)
        midnight = Moment.midnight(clock.local_date, clock.zone)
        live.note(newest=newest, swept=micros_of(midnight.at),
                  swept_day=clock.local_date.isoformat())  # fmt: skip
        model = self.model()
        if model is None or not len(rows):
            return 0
        assigned, moves = _assign(rows, model, clock, "sweep", self.opted_out(live, clock))
        changed = assigned.filter(
            assigned["segment_id"].ne_missing(rows.sort("customer_id")["segment_id"])
        )
        live.save_segments(changed["customer_id"].to_list(), changed["segment_id"].to_list())
        same_run = notes.get("run") == model.run_id
        if same_run:  # another cut is no move of a customer
            live.add_moves(moves)
        live.note(run=model.run_id)
        return len(moves) if same_run else 0

    def _rebuild(self, live: LiveTransaction) -> None:
        version, files = DatasetStore(self.home).records(self.dataset, live)
        rebuild(live, -1 if version is None else version, files)

    # ---- as of a moment ----

    def features_at(self, moment: Moment) -> "pd.DataFrame":
        """The feature table at a moment: from live rows, and from the records where an event at or
        after the moment is already in the row.
        """
        import pandas as pd

        with self.live.writing() as live:
            version, files = DatasetStore(self.home).records(self.dataset, live)
            if live.notes().get("covered") != version or "stale" in live.notes():
                self._rebuild(live)
            else:
                mend(live, files)
            later = live.rows_since(micros_of(moment.at))
            rows = live.rows()
        consent = EVERYBODY_IN
        if version is not None:
            consent = consent_of(self.home, self.dataset, version)
        rows = rows.join(later.select("customer_id"), "customer_id", how="anti")
        table = live_features(rows, moment.local_date)
        table = table[~table.index.isin(list(consent.opted_out(moment)))]
        if not len(later):
            return table
        with open_transactions(files) as transactions:
            exact = feature_table(_records_of(transactions, later), moment, consent)
        return pd.concat([table, exact]).sort_index()

    # ---- consent, the run and the clock ----

    def opted_out(self, live: LiveTransaction, clock: Moment) -> frozenset[str]:
        """Whoever has by the end of the day; read anew when a load or a day has come."""
        covered = live.notes().get("covered", -1)
        if covered < 0:
            return frozenset()
        key = newest_load(self.home, self.dataset), clock.local_date
        if self._opted_out is None or self._opted_out[0] != key:
            consent = consent_of(self.home, self.dataset, covered)
            tomorrow = Moment.midnight(clock.local_date + timedelta(days=1), clock.zone)
            self._opted_out = key, consent.opted_out(tomorrow)
        return self._opted_out[1]

    def model(self) -> Model | None:
        """The published run's frozen transform; read again only when another run is published."""
        from engine.clustering.method import SegmentModel

        store = RunStore(self.home)
        run_id = store.published_id(self.dataset.dataset_id)
        if run_id is None:
            self._model = None
        elif self._model is None or self._model.run_id != run_id:
            run = store.get(run_id)
            segments = SegmentModel.from_json(run.model)
            _require_live(segments)
            self._model = Model(run_id, segments, run.segment_ids)
        return self._model

    def need_model(self) -> Model:
        RunStore(self.home).need_published(self.dataset.dataset_id)
        found = self.model()
        if found is None:
            raise Defect("The published run went away while it was read.")
        return found

    def _clock(self, newest: int, now: datetime) -> Moment:
        """The stream's own time: its newest event, or the clock's while the two go together."""
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=newest)
        if newest and now - at > _LIVE_WITHIN:
            return Moment.of(at, self.dataset.shop.zone)
        return Moment.of(max(at, now), self.dataset.shop.zone)


def _require_live(model: "SegmentModel") -> None:
    """A stream assigns customers by what it keeps of everybody."""
    missing = [name for name in kept_columns(model) if name not in PLAIN]
    if missing:
        raise NotPossible(
            f"The published segments compare {', '.join(missing[:3])}, which a stream does not "
            "keep.",
            "Find segments that it can follow: segue segment --features 'quantile RFM'",
        )


def live_snapshot(home: Home, dataset: Dataset, moment: Moment) -> "pd.DataFrame":
    """The members of every segment at a moment, as a snapshot keeps them."""
    import numpy as np

    stream = Stream(home, dataset)
    model = stream.need_model()
    members = stream.features_at(moment)
    labels, probabilities = model.segments.assign(members)
    members["segment_id"] = np.array(model.segment_ids)[labels]
    members["confidence"] = probabilities.max(axis=1)
    for column, segment_id in enumerate(model.segment_ids):
        members[f"p_{segment_id}"] = probabilities[:, column]
    return members


def _new_rows(live: LiveTransaction, rows: "pa.Table") -> "pa.Table":
    """Without the events that were here before, and one of each that came twice."""
    import polars as pl

    ids = pl.Series(rows["event_id"])
    first = ids.is_first_distinct()
    if not first.all():
        rows, ids = rows.filter(first.to_arrow()), ids.filter(first)
    new = live.keep_new_events(ids.str.decode("hex").to_list())
    return rows if all(new) else rows.filter(pl.Series(new, dtype=pl.Boolean).to_arrow())


def _late(rows: "pa.Table", swept: int | None) -> int:
    """Events of a day that was swept already."""
    import pyarrow.compute as pc

    if swept is None or not len(rows):
        return 0
    at = rows["occurred_at"].cast("int64")
    return int(pc.sum(pc.less(at, swept)).as_py() or 0)


def _letters(batch: Batch, dead: Sequence[Dead], now: datetime) -> list[DeadLetter]:
    return [
        DeadLetter(
            batch.place_of(d.place),
            d.reason,
            d.detail,
            None if d.reason == ERASED_CUSTOMER else batch.values[d.place],
            micros_of(now),
        )
        for d in dead
    ]


def _assign(
    rows: "pl.DataFrame", model: Model, clock: Moment, cause: str, opted_out: Collection[str]
) -> "tuple[pl.DataFrame, list[Any]]":
    """Rows with the segment of today, sorted by customer, and who moved; dirty rows wait, and who
    has opted out is in none."""
    import polars as pl

    out = rows["customer_id"].is_in(sorted(opted_out))
    rows = rows.with_columns(out=out, segment_id=pl.when(~out).then("segment_id"))
    rows = rows.sort("customer_id")
    certain = rows.filter(~pl.col("out") & (pl.col("dirty") == 0))
    rows = rows.drop("out")
    features = live_features(certain, clock.local_date)
    if not len(features):
        return rows, []
    found = model.assign(features)
    now = pl.DataFrame({"customer_id": found.index.to_list(), "now": found.to_list()})
    joined = rows.join(now, "customer_id", how="left", maintain_order="left")
    moved = joined.filter(
        pl.col("now").is_not_null() & pl.col("now").ne_missing(pl.col("segment_id"))
    )
    at = micros_of(clock.at)
    moves = [
        (customer, before, after, at, cause)
        for customer, before, after in moved.select("customer_id", "segment_id", "now").rows()
    ]
    return joined.with_columns(segment_id=pl.coalesce("now", "segment_id")).drop("now"), moves


def _records_of(transactions: "ibis.Table", rows: "pl.DataFrame") -> "ibis.Table":
    import ibis

    wanted = ibis.memtable(rows.select("customer_id").to_arrow())
    return transactions.semi_join(wanted, "customer_id")
