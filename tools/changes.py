"""What changed between two moments under one run: the shifts, and the members on both sides."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.errors import BadInput
from stores.datasets import Dataset
from stores.home import Home
from stores.runs import Run
from stores.snapshots import SnapshotStore
from tools.snapshots import make_snapshot
from tools.stretches import Stretches

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.method import SegmentModel
    from engine.shifts import Shifts


def settle_moment(dataset: Dataset, newest: Moment, text: str | None) -> Moment:
    """A date, a month (its first day) or a moment; the newest record's when nothing is said."""
    if text is None:
        return newest
    whole = f"{text}-01" if len(text) == len("2025-11") and text[4:5] == "-" else text
    moment = Moment.parse(whole, dataset.shop.zone)
    last = newest.local_date.toordinal() + 1
    if moment.at > Moment.midnight(date.fromordinal(last), dataset.shop.zone).at:
        raise BadInput(
            f"The records of '{dataset.name}' end at {newest.iso()}; nothing is known of {text}.",
            "Choose an earlier moment, or load newer orders first.",
        )
    return moment


@dataclass(frozen=True, eq=False)
class Changes:
    """The shifts, and the members on both sides."""

    shifts: "Shifts"
    before: "pd.DataFrame"
    after: "pd.DataFrame"
    model: "SegmentModel"


def find_changes(
    home: Home,
    dataset: Dataset,
    run: Run,
    version: int,
    since: Moment,
    until: Moment,
    now: datetime,
) -> Changes:
    """Compared with the shop's earlier stretches of the same length, where it has any."""
    from engine.clustering.method import SegmentModel
    from engine.shifts import find_shifts

    if since.at >= until.at:
        raise BadInput(
            f"{since.iso()} does not lie before {until.iso()}.", "Give the earlier moment first."
        )
    store = SnapshotStore(home)
    before, after = (
        store.members(make_snapshot(home, dataset, moment, now, run, version))
        for moment in (since, until)
    )
    model = SegmentModel.from_json(run.model)
    features = compared_features(model, before)
    stretches = Stretches(home, dataset, run, version, now, ("segment_id", *features))
    earlier = stretches.earlier(since, until, len(before))
    year_ago = stretches.year_ago(since, until, len(before)) if earlier else None
    shifts = find_shifts(before, after, run.segment_ids, earlier, year_ago, features)
    return Changes(shifts, before, after, model)


def compared_features(model: "SegmentModel", members: "pd.DataFrame") -> list[str]:
    """Numbers that the run compares, and what customers have spent."""
    from pandas.api.types import is_numeric_dtype

    names = dict.fromkeys([column.name for column in model.preparation.columns] + ["monetary"])
    return [name for name in names if name in members and is_numeric_dtype(members[name])]
