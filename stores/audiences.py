"""Audiences: saved selections, and who was in each at every snapshot it was looked at.

The people of a list lie in a Parquet file, audiences/<list_id>.parquet: customer_id, held_out. An
audience is its owner's: for anybody else it does not exist.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.errors import BadInput, NotFound, NotPossible
from stores.erasing import Traces
from stores.home import Home
from stores.schema import audience_lists, audiences, pushes

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Audience:
    audience_id: str
    owner: str
    dataset_id: str
    name: str
    filter: dict[str, Any]  # as engine.filters keeps it
    where_text: str
    sentence: str
    holdout: float
    created_at: datetime


@dataclass(frozen=True)
class AudienceList:
    """Who the filter meant at one snapshot; entered and left are against the list before."""

    list_id: str
    audience_id: str
    snapshot_id: str
    as_of: datetime
    customers: int
    held_out: int
    entered: int
    left: int
    created_at: datetime


class AudienceStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def add(self, audience: Audience) -> None:
        try:
            with self._home.write() as connection:
                connection.execute(audiences.insert().values(**vars(audience)))
        except sa.exc.IntegrityError:
            raise BadInput(
                f"There is an audience '{audience.name}' already.",
                f"Choose another name, or delete it first: segue audience delete '{audience.name}'",
            ) from None

    def all(self, owner: str, dataset_id: str) -> list[Audience]:
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(audiences).where(
                    audiences.c.owner == owner, audiences.c.dataset_id == dataset_id
                )
            ).all()
        # Sorted here: databases do not agree on the order of texts.
        return sorted((Audience(**row._mapping) for row in rows), key=lambda one: one.name)

    def of_dataset(self, dataset_id: str) -> list[Audience]:
        """Everybody's, oldest first."""
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(audiences)
                .where(audiences.c.dataset_id == dataset_id)
                .order_by(audiences.c.created_at, audiences.c.audience_id)
            ).all()
        return [Audience(**row._mapping) for row in rows]

    def get(self, owner: str, dataset_id: str, name: str) -> Audience:
        """By its name, whatever the case, or its id."""
        found = self.all(owner, dataset_id)
        for audience in found:
            if name == audience.audience_id or name.casefold() == audience.name.casefold():
                return audience
        raise NotFound.named("audience", name, [audience.name for audience in found])

    def delete(self, audience: Audience) -> None:
        """With its lists, and what is remembered of its pushes."""
        files = [_file(one.list_id) for one in self.lists(audience)]
        own = pushes.c.audience_id == audience.audience_id
        with self._home.read() as connection:
            files += [_file(i) for i in connection.scalars(sa.select(pushes.c.push_id).where(own))]
        with self._home.write(alone=audience.audience_id) as connection:
            for table in (pushes, audience_lists, audiences):
                connection.execute(
                    table.delete().where(table.c.audience_id == audience.audience_id)
                )
        for file in files:
            self._home.files.delete(file)

    def lists(self, audience: Audience) -> list[AudienceList]:
        """Oldest first; of two of the same moment, the one made first."""
        return self._lists(audience_lists.c.audience_id == audience.audience_id)

    def get_list(self, list_id: str) -> AudienceList:
        return self._lists(audience_lists.c.list_id == list_id)[0]

    def add_list(self, made: AudienceList, people: "pd.DataFrame") -> AudienceList:
        """The list of that snapshot: this one, or what another process made of it meanwhile.

        The file comes first: a row without its file is never seen.
        """
        self._home.files.write(people, _file(made.list_id))
        same = (
            audience_lists.c.audience_id == made.audience_id,
            audience_lists.c.snapshot_id == made.snapshot_id,
        )
        with self._home.write(alone=made.audience_id) as connection:
            known = connection.execute(sa.select(audience_lists).where(*same)).one_or_none()
            if known is None:
                connection.execute(audience_lists.insert().values(**vars(made)))
                return made
        self._home.files.delete(_file(made.list_id))
        return AudienceList(**known._mapping)

    def people(self, found: AudienceList) -> "pd.DataFrame":
        """customer_id, held_out."""
        return read_people(self._home, found.list_id)

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        return [
            {"list": one.list_id, "as_of": one.as_of.isoformat(), "held_out": bool(is_held_out)}
            for one, people in self._with(customer)
            for is_held_out in people.loc[people["customer_id"] == customer.customer, "held_out"]
        ]

    def erase(self, customer: Traces) -> int:
        found = list(self._with(customer))
        for one, people in found:
            left = people[people["customer_id"] != customer.customer]
            self._home.files.write(left, _file(one.list_id))
            sizes = {"customers": len(left), "held_out": int(left["held_out"].sum())}
            with self._home.write() as connection:
                connection.execute(
                    audience_lists.update()
                    .where(audience_lists.c.list_id == one.list_id)
                    .values(**sizes)
                )
        return len(found)

    def _with(self, customer: Traces) -> "Iterator[tuple[AudienceList, pd.DataFrame]]":
        of_dataset = sa.select(audiences.c.audience_id).where(
            audiences.c.dataset_id == customer.dataset_id
        )
        for one in self._lists(audience_lists.c.audience_id.in_(of_dataset)):
            if self._home.files.find(_file(one.list_id)) is None:
                continue
            people = self.people(one)
            if (people["customer_id"] == customer.customer).any():
                yield one, people

    def _lists(self, wanted: sa.ColumnElement[bool]) -> list[AudienceList]:
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(audience_lists)
                .where(wanted)
                .order_by(audience_lists.c.as_of, audience_lists.c.created_at)
            ).all()
        return [AudienceList(**row._mapping) for row in rows]


def read_people(home: Home, name: str) -> "pd.DataFrame":
    """The file of a list or of a push, by its id."""
    import pandas as pd

    file = home.files.find(_file(name))
    if file is None:
        raise NotPossible(
            f"The file {_file(name)} is missing from the home.",
            f"Bring it back into {home.files.place} from a copy, or delete the audience.",
        )
    return pd.read_parquet(file)


def _file(name: str) -> str:
    return f"audiences/{name}.parquet"
