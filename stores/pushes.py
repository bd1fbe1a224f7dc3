"""Pushes: what somebody approved to be sent of an audience to an address, and how far it came.

A push goes   sending -> sent | failed | unknown.   Its content is fixed when it is approved: a file
audiences/<push_id>.parquet with customer_id, what (stays, added, removed) and the part it goes in.
The same content is approved once: a second approval finds the first. Whoever sends holds a lease on
an attempt; when that process dies, the lease runs out and the same push may be taken up again,
from the part after the last that surely arrived. `failed`: refused, it will not arrive by itself.
`unknown`: it may have arrived. `unknown` is sent again only when a person asks for that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.errors import Conflict
from stores.audiences import Audience, read_people
from stores.erasing import Traces
from stores.home import Home
from stores.schema import audiences, pushes

if TYPE_CHECKING:
    import pandas as pd

LEASE = timedelta(minutes=5)  # longer than all attempts at one part together
_COLUMNS = [column for column in pushes.c if column.name != "lease_until"]


@dataclass(frozen=True)
class Push:
    push_id: str
    audience_id: str
    number: int  # of the audience's pushes, from 1; 0 before it is approved
    list_id: str
    address: str
    content: str
    approved_by: str
    state: str
    added: int
    removed: int
    parts: int
    parts_sent: int
    attempt: int
    outcome: dict[str, Any] | None
    created_at: datetime

    @property
    def may_have_arrived(self) -> bool:
        """At least a part of it did, or nobody knows."""
        return self.state != "failed" or self.parts_sent > 0


class PushStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def all(self, audience: Audience) -> list[Push]:
        """Oldest first."""
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(*_COLUMNS)
                .where(pushes.c.audience_id == audience.audience_id)
                .order_by(pushes.c.number)
            ).all()
        return [Push(**row._mapping) for row in rows]

    def latest(self, audience: Audience, address: str) -> Push | None:
        """What the receiver at the address last had of it, or may have had."""
        found = [p for p in self.all(audience) if p.address == address and p.may_have_arrived]
        return found[-1] if found else None

    def approve(self, push: Push, content: "pd.DataFrame", now: datetime) -> Push:
        """Takes the push up as its first attempt, or the very same one of an approval before."""
        self._home.files.write(content, _file(push))
        with self._home.write(alone=push.audience_id) as connection:
            known = connection.execute(
                sa.select(*_COLUMNS).where(
                    pushes.c.audience_id == push.audience_id,
                    pushes.c.address == push.address,
                    pushes.c.content == push.content,
                )
            ).one_or_none()
            if known is None:
                numbered = replace(push, number=_next_number(connection, push.audience_id))
                row = vars(numbered) | {"lease_until": now + LEASE}
                connection.execute(pushes.insert().values(**row))
                return numbered
        self._home.files.delete(_file(push))
        return Push(**known._mapping)

    def take_up(self, push: Push, now: datetime) -> Push:
        """As its next attempt; refused while another process is at it, or when it was sent."""
        with self._home.write() as connection:
            taken = connection.execute(
                pushes.update()
                .where(
                    pushes.c.push_id == push.push_id,
                    pushes.c.attempt == push.attempt,
                    pushes.c.state != "sent",
                    sa.or_(pushes.c.lease_until.is_(None), pushes.c.lease_until < now),
                )
                .values(state="sending", attempt=push.attempt + 1, lease_until=now + LEASE)
            )
        if taken.rowcount == 0:
            raise Conflict("This is being sent right now.", "Look in a minute: segue audience list")
        return replace(push, state="sending", attempt=push.attempt + 1)

    def part_sent(self, push: Push, now: datetime) -> Push:
        """One more has surely arrived; the lease starts again."""
        self._write(push, parts_sent=push.parts_sent + 1, lease_until=now + LEASE)
        return replace(push, parts_sent=push.parts_sent + 1)

    def finish(self, push: Push, state: str, outcome: Mapping[str, Any]) -> Push:
        self._write(push, state=state, outcome=dict(outcome), lease_until=None)
        return replace(push, state=state, outcome=dict(outcome))

    def content(self, push: Push) -> "pd.DataFrame":
        """customer_id, what, part."""
        return read_people(self._home, push.push_id)

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        return [
            {"push": push.push_id, "at": push.created_at.isoformat(), "address": push.address,
             "what": str(what)}
            for push, content in self._with(customer)
            for what in content.loc[content["customer_id"] == customer.customer, "what"]
        ]  # fmt: skip

    def erase(self, customer: Traces) -> int:
        found = list(self._with(customer))
        for push, content in found:
            left = content[content["customer_id"] != customer.customer]
            self._home.files.write(left, _file(push))
        return len(found)

    def _write(self, push: Push, **values: Any) -> None:
        """Only while the attempt is still the latest."""
        with self._home.write() as connection:
            written = connection.execute(
                pushes.update()
                .where(pushes.c.push_id == push.push_id, pushes.c.attempt == push.attempt)
                .values(**values)
            )
        if written.rowcount == 0:
            raise Conflict("Another process has taken this push over.", "Look again in a minute.")

    def _with(self, customer: Traces) -> "Iterator[tuple[Push, pd.DataFrame]]":
        of_dataset = sa.select(audiences.c.audience_id).where(
            audiences.c.dataset_id == customer.dataset_id
        )
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(*_COLUMNS).where(pushes.c.audience_id.in_(of_dataset))
            ).all()
        for push in (Push(**row._mapping) for row in rows):
            if self._home.files.find(_file(push)) is None:
                continue
            content = self.content(push)
            if (content["customer_id"] == customer.customer).any():
                yield push, content


def _next_number(connection: sa.Connection, audience_id: str) -> int:
    own = pushes.c.audience_id == audience_id
    return (connection.scalar(sa.select(sa.func.max(pushes.c.number)).where(own)) or 0) + 1


def _file(push: Push) -> str:
    return f"audiences/{push.push_id}.parquet"
