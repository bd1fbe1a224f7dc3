"""Who is in an audience at a snapshot: worked out once for each, with who came and who went."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from engine.errors import Fixable
from engine.holdout import held_out
from stores.audiences import Audience, AudienceList, AudienceStore
from stores.datasets import Dataset
from stores.home import Home, new_id
from stores.snapshots import Snapshot, SnapshotStore
from tools.context import Context
from tools.selection import Selection, select_customers

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class People:
    """An audience at a moment: whom it reaches, and whom it holds out. Nobody who opted out."""

    reached: frozenset[str]
    held_out: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.reached | self.held_out


def part(audience_id: str, customers: frozenset[str], share: float) -> People:
    kept_apart = held_out(audience_id, customers, share)
    return People(customers - kept_apart, kept_apart)


def people_of(context: Context, found: AudienceList) -> People:
    """The people of a list, without those who have opted out since."""
    people = AudienceStore(context.home).people(found)
    people = people[~people["customer_id"].isin(list(context.opted_out))]
    apart = frozenset(people.loc[people["held_out"], "customer_id"])
    return People(frozenset(people["customer_id"]) - apart, apart)


def bring_up(context: Context, audience: Audience) -> AudienceList:
    """The list of the context's snapshot, after those of every snapshot since the last list."""
    store = AudienceStore(context.home)
    known = store.lists(audience)
    wanted = context.need_snapshot()
    for snapshot in _missing(context, known, wanted):
        then = context if snapshot == wanted else replace(context, snapshot=snapshot)
        selection = select_customers(then, audience.filter)
        known.append(_add_list(context, audience, known, snapshot, selection))
    return next(one for one in known if one.snapshot_id == wanted.snapshot_id)


def list_all(home: Home, dataset: Dataset, snapshot: Snapshot, now: datetime) -> None:
    """A new snapshot's list of everybody's audiences, so that who came and went is known although
    nobody looked. One that cannot be worked out any more says so when somebody looks at it."""
    store = AudienceStore(home)
    for audience in store.of_dataset(dataset.dataset_id):
        known = store.lists(audience)
        if known and snapshot.as_of < known[-1].as_of:
            continue  # backfilled
        context = Context.open(home, audience.owner, dataset.name, now)
        with suppress(Fixable):
            bring_up(replace(context, snapshot=snapshot), audience)


def first_list(context: Context, audience: Audience, selection: Selection) -> AudienceList:
    """Of an audience that was just saved, from what was shown before."""
    return _add_list(context, audience, [], context.need_snapshot(), selection)


def _missing(
    context: Context, known: Sequence[AudienceList], wanted: Snapshot
) -> Sequence[Snapshot]:
    """Snapshots of the run after the last list, oldest first; the wanted one last."""
    seen = {one.snapshot_id for one in known}
    if wanted.snapshot_id in seen:
        return ()
    since = known[-1].as_of if known else wanted.as_of
    between = [
        snapshot
        for snapshot in SnapshotStore(context.home).all(wanted.dataset_id)
        if snapshot.run_id == wanted.run_id
        and since < snapshot.as_of < wanted.as_of
        and snapshot.snapshot_id not in seen
    ]
    return (*between, wanted)


def _add_list(
    context: Context,
    audience: Audience,
    known: Sequence[AudienceList],
    snapshot: Snapshot,
    selection: Selection,
) -> AudienceList:
    store = AudienceStore(context.home)
    before = frozenset(store.people(known[-1])["customer_id"]) if known else selection.customers
    people = part(audience.audience_id, selection.customers, audience.holdout)
    made = AudienceList(
        list_id=new_id("list"),
        audience_id=audience.audience_id,
        snapshot_id=snapshot.snapshot_id,
        as_of=snapshot.as_of,
        customers=len(people.all),
        held_out=len(people.held_out),
        entered=len(people.all - before),
        left=len(before - people.all),
        created_at=context.now,
    )
    return store.add_list(made, _table(people))


def _table(people: People) -> "pd.DataFrame":
    import pandas as pd

    customers = sorted(people.all)
    apart = [one in people.held_out for one in customers]
    return pd.DataFrame(
        {
            "customer_id": pd.array(customers, dtype="str"),
            "held_out": pd.array(apart, dtype="bool"),
        }
    )
