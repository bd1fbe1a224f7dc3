"""What every tool call is given: who asks, about which records, as of when.

Version, moment and snapshot are settled once for a question, so that all its figures speak of the
same records; a receipt keeps them, and a re-run puts them back.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.errors import NotFound, NotPossible
from engine.facts import Fact, Figure, Period, Subject
from engine.records import RecordKind
from stores.consents import consent_of
from stores.datasets import Dataset, DatasetStore
from stores.home import Home
from stores.note_index import NoteIndex
from stores.runs import Run, RunStore, Segment
from stores.snapshots import Snapshot, SnapshotStore

if TYPE_CHECKING:
    import pandas as pd


class FactBook:
    """The facts of one answer, numbered as they are found."""

    def __init__(self) -> None:
        self.facts: dict[str, Fact] = {}
        self._by_receipt: dict[str, Fact] = {}

    def add(self, figure: Figure, receipt: str) -> Fact:
        fact = Fact(f"f{len(self.facts) + 1}", figure, receipt)
        self.facts[fact.id] = fact
        self._by_receipt[receipt] = fact
        return fact

    def holds(self, fact_or_receipt: str) -> bool:
        return fact_or_receipt in self.facts or fact_or_receipt in self._by_receipt

    def get(self, fact_or_receipt: str) -> Fact:
        found = self.facts.get(fact_or_receipt) or self._by_receipt.get(fact_or_receipt)
        if found is None:
            known = ", ".join(list(self.facts)[:12]) or "none yet"
            raise NotFound(f"There is no fact '{fact_or_receipt}'.", f"Known facts: {known}.")
        return found


@dataclass(frozen=True)
class Context:
    person: str
    home: Home
    now: datetime
    dataset: Dataset
    version: int
    as_of: Moment
    snapshot: Snapshot | None
    index: NoteIndex | None = None
    book: FactBook = field(default_factory=FactBook)
    has_dates: bool = True  # without, `as_of` is the moment of the newest load

    @classmethod
    def open(
        cls,
        home: Home,
        person: str,
        dataset_name: str | None,
        now: datetime,
        index: NoteIndex | None = None,
    ) -> "Context":
        """The newest version of a dataset, and the latest snapshot of its published run."""
        store = DatasetStore(home)
        dataset = store.get(dataset_name)
        version = store.version(dataset)
        run = RunStore(home).published(dataset.dataset_id)
        snapshot = None
        if run is not None:
            snapshot = SnapshotStore(home).latest(dataset.dataset_id, run.run_id)
        as_of, has_dates = (
            store.known_until(dataset, version), store.has_dates(dataset, version)
        )  # fmt: skip
        return cls(person, home, now, dataset, version, as_of, snapshot, index, has_dates=has_dates)

    @cached_property
    def files(self) -> list[str]:
        """Of the orders."""
        return list(self.files_of("transactions"))

    @property
    def opted_out(self) -> frozenset[str]:
        """Who is in no list of people now."""
        consent = consent_of(self.home, self.dataset, self.version)
        return consent.opted_out(Moment.of(max(self.as_of.at, self.now), self.dataset.shop.zone))

    def files_of(self, kind: RecordKind) -> list[str]:
        return list(DatasetStore(self.home).files(self.dataset, self.version, kind))

    @cached_property
    def counts(self) -> dict[RecordKind, int]:
        """How many records of each kind there are."""
        return DatasetStore(self.home).counts(self.dataset, self.version)

    def need_dates(self, what: str) -> None:
        """Refuses what cannot be said of a dataset without dates."""
        if not self.has_dates:
            DatasetStore(self.home).newest(self.dataset, self.version, what)

    @property
    def subject(self) -> Subject:
        return Subject("dataset", self.dataset.dataset_id, self.dataset.name)

    def need_snapshot(self) -> Snapshot:
        if self.snapshot is None:
            raise NotPossible(
                f"The dataset '{self.dataset.name}' is not segmented yet.",
                "Find its segments first: segue segment",
            )
        return self.snapshot

    @cached_property
    def run(self) -> Run:
        return RunStore(self.home).get(self.need_snapshot().run_id)

    @cached_property
    def segments(self) -> list[Segment]:
        """The segments of the snapshot's run; none when there is no snapshot."""
        return [] if self.snapshot is None else RunStore(self.home).segments_of(self.run)

    @cached_property
    def members(self) -> "pd.DataFrame":
        return SnapshotStore(self.home).members(self.need_snapshot())

    def snapshot_period(self) -> Period:
        return Period(end=self.snapshot_moment.local)

    def lifetime_period(self) -> Period:
        """From the first sale that the snapshot knows to its moment; without sales the moment."""
        from datetime import timedelta

        if "tenure" not in self.members:
            return self.snapshot_period()
        longest = timedelta(days=int(self.members["tenure"].max()))
        end = self.snapshot_moment.local
        return Period(start=end - longest, end=end)

    @property
    def snapshot_moment(self) -> Moment:
        return Moment.of(self.need_snapshot().as_of, self.dataset.shop.zone)


def segment_subject(segment: Segment) -> Subject:
    return Subject("segment", segment.segment_id, segment.name)
