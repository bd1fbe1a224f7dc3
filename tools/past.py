"""The past of a shop as a playbook and recommendations learn from it: who was where some days back.

It is worked out anew and kept nowhere: a snapshot that is kept would be one more moment at which
audiences are counted.
"""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.errors import NotPossible
from stores.snapshots import Snapshot
from tools.context import Context
from tools.run_features import has_orders, run_features
from tools.snapshots import assign_members

if TYPE_CHECKING:
    import pandas as pd

DAYS = 30  # how long it is looked what people did; the same as a read-out's


@dataclass(frozen=True)
class PastContext(Context):
    """As of an earlier moment, under the same run and of the same records."""

    @cached_property
    def members(self) -> "pd.DataFrame":
        version, moment = self.need_snapshot().version, self.snapshot_moment
        features = run_features(self.home, self.dataset, version, moment, self.run)
        if features.empty:
            raise NotPossible(f"Nobody had bought anything before {moment.iso()}.")
        return assign_members(self.run, features)


def need_orders(context: Context, what: str) -> None:
    if not has_orders(context.home, context.dataset, context.need_snapshot().version):
        raise NotPossible(
            f"The dataset '{context.dataset.name}' has no orders, so there is no {what}.",
            f"Load them beside it: segue load orders.csv --dataset {context.dataset.name}",
        )


def earlier(context: Context, periods: int = 1) -> PastContext | None:
    """So many times `DAYS` before the context's snapshot; none before the first sale."""
    snapshot = context.need_snapshot()
    moment = context.snapshot_moment.days_before(DAYS * periods)
    kept = {one.name: getattr(context, one.name) for one in fields(context)}
    kept["snapshot"] = Snapshot(
        "", snapshot.dataset_id, snapshot.run_id, snapshot.version, moment.at, 0
    )
    past = PastContext(**kept)
    try:
        _ = past.members
    except NotPossible:
        return None
    return past


def end_of(context: Context) -> Moment:
    """The moment to which what followed is counted."""
    return context.snapshot_moment.days_before(-DAYS)
