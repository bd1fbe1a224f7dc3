"""Snapshots: who belongs to which segment as of any moment, under a run's frozen transform.

A snapshot is made from what was known at its moment alone, so it can be made afterwards: one that
lies before its run's own moment is backfilled, names that run, and trains nothing.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.errors import NotPossible
from engine.features import feature_table, open_transactions
from stores.consents import consent_of
from stores.datasets import Dataset, DatasetStore
from stores.home import Home, new_id
from stores.runs import Run, RunStore
from stores.snapshots import Snapshot, SnapshotStore
from tools.audience_lists import list_all
from tools.run_features import run_features

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.method import Labels
    from engine.preparation import Array


def make_snapshot(
    home: Home,
    dataset: Dataset,
    moment: Moment,
    now: datetime,
    run: Run | None = None,
    version: int | None = None,
) -> Snapshot:
    """Of the published run and the newest version, unless others are given.

    The same run, version and moment give the same rows, so what is there already is used again.
    """
    store = DatasetStore(home)
    published = RunStore(home).published_id(dataset.dataset_id)
    run = run or RunStore(home).need_published(dataset.dataset_id)
    version = store.version(dataset) if version is None else version
    known = find_snapshot(home, dataset, run, version, moment)
    if known is not None:
        return known
    features = run_features(home, dataset, version, moment, run)
    if features.empty:
        raise NotPossible(
            f"Nobody had bought anything before {moment.iso()}.",
            "Choose a later moment: segue datasets says from when to when the records go.",
        )
    members = assign_members(run, features)
    snapshot = Snapshot(
        new_id("snapshot"), dataset.dataset_id, run.run_id, version, moment.at, len(members)
    )
    SnapshotStore(home).save(snapshot, members, now)
    if run.run_id == published:
        list_all(home, dataset, snapshot, now)
    return snapshot


def find_snapshot(
    home: Home, dataset: Dataset, run: Run, version: int, moment: Moment
) -> Snapshot | None:
    wanted = (run.run_id, version, moment.at)
    found = SnapshotStore(home).all(dataset.dataset_id)
    return next((s for s in found if (s.run_id, s.version, s.as_of) == wanted), None)


def assign_members(run: Run, features: "pd.DataFrame") -> "pd.DataFrame":
    from engine.clustering.method import SegmentModel

    labels, probabilities = SegmentModel.from_json(run.model).assign(features)
    return to_members(features, run.segment_ids, labels, probabilities)


def to_members(
    features: "pd.DataFrame", segment_ids: Sequence[str], labels: "Labels", probabilities: "Array"
) -> "pd.DataFrame":
    """The features, with each customer's segment and a probability for every segment."""
    import numpy as np

    members = features.copy()
    members["segment_id"] = np.array(segment_ids)[labels]
    members["confidence"] = probabilities.max(axis=1)
    for column, segment_id in enumerate(segment_ids):
        members[f"p_{segment_id}"] = probabilities[:, column]
    return members


def monthly_snapshots(
    home: Home,
    dataset: Dataset,
    now: datetime,
    progress: Callable[[str], None] = lambda sentence: None,
) -> list[Snapshot]:
    """One at each shop-local month start after the first order, up to the newest record.

    The latest first, as they are what people ask for; given back oldest first.
    """
    store = DatasetStore(home)
    version = store.version(dataset)
    newest, zone = store.newest(dataset, version), dataset.shop.zone
    with open_transactions(store.files(dataset, version)) as transactions:
        features = feature_table(transactions, newest, consent_of(home, dataset, version))
    if features.empty:
        return []
    first = newest.days_before(int(features["tenure"].max())).local_date
    months = []
    month = next_month(first)
    while month <= newest.local_date:
        months.append(Moment.midnight(month, zone))
        month = next_month(month)
    made = []
    for number, moment in enumerate(reversed(months), 1):
        progress(f"Looking who was where on {moment.local_date} ({number} of {len(months)})")
        made.append(make_snapshot(home, dataset, moment, now))
    return made[::-1]


def next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def snapshot_rows(home: Home, dataset: Dataset) -> list[dict[str, Any]]:
    """Oldest first; a backfilled one lies before the moment of the run it names."""
    runs = RunStore(home)
    run_moments: dict[str, datetime] = {}
    rows = []
    for snapshot in SnapshotStore(home).all(dataset.dataset_id):
        if snapshot.run_id not in run_moments:
            run_moments[snapshot.run_id] = runs.get(snapshot.run_id).as_of
        rows.append(
            {
                "snapshot_id": snapshot.snapshot_id,
                "as_of": Moment.of(snapshot.as_of, dataset.shop.zone).iso(),
                "customers": snapshot.customers,
                "run_id": snapshot.run_id,
                "version": snapshot.version,
                "backfilled": snapshot.as_of < run_moments[snapshot.run_id],
            }
        )
    return rows
