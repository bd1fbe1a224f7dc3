"""Earlier stretches of the length of the one that is asked about: what is usual in a shop.

From the start of a month to that of another they are the months before, of which snapshots are
kept; else they are as many days long and end where the next one begins. A stretch counts only when
the shop had half as many customers then as now: its first weeks, in which everybody is new, say
nothing of later ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.errors import NotPossible
from stores.datasets import Dataset
from stores.home import Home
from stores.runs import Run
from stores.snapshots import SnapshotStore
from tools.snapshots import find_snapshot, make_snapshot

if TYPE_CHECKING:
    import pandas as pd

    from engine.medians import Pair

MOST = 12
LARGE = 200_000  # customers: above, only snapshots that are there already are used
COMPARABLE = 0.5


@dataclass(frozen=True)
class Stretches:
    """Snapshots of one run and one version of the records; `columns` are read of their members."""

    home: Home
    dataset: Dataset
    run: Run
    version: int
    now: datetime
    columns: Sequence[str] | None = None

    def earlier(self, since: Moment, until: Moment, customers: int) -> "list[Pair]":
        """Before `since`, when there were so many customers; the latest first."""
        found = []
        after = self._members(since, customers)
        for back in range(1, MOST + 1):
            before = self._members(_back(since, until, back), customers)
            if before is None or after is None:
                break
            found.append((before, after))
            after = before
        return found

    def year_ago(self, since: Moment, until: Moment, customers: int) -> "Pair | None":
        start, end = (self._members(_year_before(at), customers) for at in (since, until))
        return None if start is None or end is None else (start, end)

    def _members(self, moment: Moment, customers: int) -> "pd.DataFrame | None":
        """Nothing where the shop was too small then, or nobody knows."""
        at = find_snapshot(self.home, self.dataset, self.run, self.version, moment)
        if at is None and customers <= LARGE:
            try:
                at = make_snapshot(
                    self.home, self.dataset, moment, self.now, self.run, self.version
                )
            except NotPossible:  # nobody had bought anything yet
                return None
        if at is None or at.customers < COMPARABLE * customers:
            return None
        return SnapshotStore(self.home).members(at, self.columns)


def _back(since: Moment, until: Moment, stretches: int) -> Moment:
    months = _whole_months(since, until)
    if months is None:
        days = max((until.local_date - since.local_date).days, 1)
        return since.days_before(days * stretches)
    whole = since.local_date.year * 12 + since.local_date.month - 1 - months * stretches
    return Moment.midnight(date(whole // 12, whole % 12 + 1, 1), since.zone)


def _whole_months(since: Moment, until: Moment) -> int | None:
    """How many, from the start of one month to that of another, or to its eve, where the records
    end on the last day of a month; else None."""
    one, two = since.local_date, until.local_date
    eve = two + timedelta(days=1)
    two = eve if eve.day == 1 else two
    exact = since == Moment.midnight(one, since.zone) and (
        two == eve or until == Moment.midnight(two, until.zone)
    )
    if not exact or (one.day, two.day) != (1, 1):
        return None
    return (two.year - one.year) * 12 + two.month - one.month


def _year_before(moment: Moment) -> Moment:
    local = moment.local.replace(tzinfo=None)
    day = min(local.day, 28) if local.month == 2 else local.day
    return Moment.parse(local.replace(year=local.year - 1, day=day).isoformat(), moment.zone)
