"""Digests and their deliveries: what is to be told when, and whether it reached anybody.

A delivery goes   composing -> pending -> sent | failed | unknown.   Opening it is claiming its
occurrence: the digest's next moment is moved on and the row inserted in one transaction, so of all
processes one opens it. Whoever works on a delivery holds a lease on an attempt; when that process
dies the lease runs out and the next one takes it as the next attempt, and an earlier attempt can
no longer write. `unknown`: it may have arrived, and there is no way to look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, NotFound
from stores.erasing import Traces, blot_rows, rows_naming
from stores.home import Home, new_id
from stores.schema import deliveries, digests

COMPOSE_LEASE = timedelta(minutes=5)  # a snapshot of a large shop
SEND_LEASE = timedelta(minutes=1)  # longer than every time limit of a sender
FINAL = ("sent", "failed", "unknown")
_SAYING = ("body", "outcome")


@dataclass(frozen=True)
class Digest:
    digest_id: str
    owner: str
    dataset_id: str
    name: str
    cron: str
    zone: str
    target: dict[str, str]  # kind: slack or webhook; address: a channel or a URL
    state: str  # active, paused
    last_snapshot_id: str | None
    next_at: datetime
    created_at: datetime


@dataclass(frozen=True)
class Delivery:
    delivery_id: str
    digest_id: str
    occurrence: str
    state: str
    body: dict[str, Any]
    attempts: int
    outcome: dict[str, Any] | None
    created_at: datetime


class DigestStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def add(self, digest: Digest) -> None:
        try:
            with self._home.write() as connection:
                connection.execute(digests.insert().values(**vars(digest)))
        except sa.exc.IntegrityError:
            raise BadInput(
                f"There is a digest '{digest.name}' already.",
                f"Choose another name, or delete it first: segue digest delete {digest.name}",
            ) from None

    def get(self, owner: str, name: str) -> Digest:
        known = {digest.name: digest for digest in self.all(owner)}
        if name not in known:
            raise NotFound.named("digest", name, known)
        return known[name]

    def of_delivery(self, delivery: Delivery) -> Digest | None:
        """None when it was deleted meanwhile."""
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(digests).where(digests.c.digest_id == delivery.digest_id)
            ).one_or_none()
        return None if row is None else Digest(**row._mapping)

    def all(self, owner: str) -> list[Digest]:
        with self._home.read() as connection:
            rows = connection.execute(sa.select(digests).where(digests.c.owner == owner)).all()
        # Sorted here: databases do not agree on the order of texts.
        return sorted((Digest(**row._mapping) for row in rows), key=lambda one: one.name)

    def due(self, now: datetime) -> list[Digest]:
        """The active ones whose moment has come, longest waiting first."""
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(digests)
                .where(digests.c.state == "active", digests.c.next_at <= now)
                .order_by(digests.c.next_at)
            ).all()
        return [Digest(**row._mapping) for row in rows]

    def set_state(self, digest: Digest, state: str, next_at: datetime) -> None:
        with self._home.write() as connection:
            connection.execute(
                digests.update()
                .where(digests.c.digest_id == digest.digest_id)
                .values(state=state, next_at=next_at)
            )

    def delete(self, digest: Digest) -> None:
        """With its deliveries, those that wait included."""
        with self._home.write(alone=digest.digest_id) as connection:
            for table in (deliveries, digests):
                connection.execute(table.delete().where(table.c.digest_id == digest.digest_id))


class DeliveryStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def open(self, digest: Digest, next_at: datetime, now: datetime) -> Delivery | None:
        """Claims the digest's occurrence and moves it on; None when another process did."""
        with self._home.write(alone=digest.digest_id) as connection:
            moved = connection.execute(
                digests.update()
                .where(
                    digests.c.digest_id == digest.digest_id,
                    digests.c.next_at == digest.next_at,
                    digests.c.state == "active",
                )
                .values(next_at=next_at)
            )
            if moved.rowcount == 0:
                return None
            return _insert(connection, digest, digest.next_at.isoformat(), now)

    def open_now(self, digest: Digest, now: datetime) -> Delivery:
        """Beside the schedule, because a person asked."""
        with self._home.write(alone=digest.digest_id) as connection:
            return _insert(connection, digest, f"asked {now.isoformat()}", now)

    def take(self, now: datetime, delivery_id: str | None = None) -> Delivery | None:
        """The delivery that has waited longest and that nobody works on, or this one if it may be
        tried; as its next attempt."""
        wanted = [
            deliveries.c.state.in_(("composing", "pending")),
            deliveries.c.try_after <= now,
            sa.or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until < now),
        ]
        if delivery_id is not None:
            wanted.append(deliveries.c.delivery_id == delivery_id)
        with self._home.write() as connection:
            row = connection.execute(
                sa.select(deliveries)
                .where(*wanted)
                .order_by(deliveries.c.try_after)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            return None if row is None else _lease(connection, row, now)

    def composed(
        self, delivery: Delivery, body: Mapping[str, Any], snapshot_id: str, now: datetime
    ) -> bool:
        """From here on it is sent as it is; the digest's next one starts where it ends."""
        with self._home.write(alone=delivery.digest_id) as connection:
            written = connection.execute(
                deliveries.update()
                .where(*_still_mine(delivery))
                .values(
                    state="pending",
                    body=dict(body),
                    attempts=0,
                    try_after=now,
                    lease_until=None,
                    outcome=None,
                )
            )
            if written.rowcount == 1:
                connection.execute(
                    digests.update()
                    .where(digests.c.digest_id == delivery.digest_id)
                    .values(last_snapshot_id=snapshot_id)
                )
        return written.rowcount == 1

    def finish(self, delivery: Delivery, state: str, outcome: Mapping[str, Any]) -> bool:
        return self._write(delivery, state=state, outcome=dict(outcome), lease_until=None)

    def postpone(self, delivery: Delivery, until: datetime, outcome: Mapping[str, Any]) -> bool:
        return self._write(delivery, try_after=until, outcome=dict(outcome), lease_until=None)

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        return [
            {"delivery": row.delivery_id, "body": row.body, "outcome": row.outcome}
            for row in rows_naming(self._home, deliveries, customer, _SAYING)
        ]

    def erase(self, customer: Traces) -> int:
        """The delivery stays, because an occurrence that is gone would be sent again."""
        found = rows_naming(self._home, deliveries, customer, _SAYING)
        return blot_rows(self._home, deliveries, customer, found, _SAYING)

    def get(self, delivery_id: str) -> Delivery:
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(deliveries).where(deliveries.c.delivery_id == delivery_id)
            ).one_or_none()
        if row is None:
            raise NotFound(f"There is no delivery '{delivery_id}'.")
        return _delivery(row)

    def latest(self, digest: Digest, limit: int = 5) -> list[Delivery]:
        """Newest first."""
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(deliveries)
                .where(deliveries.c.digest_id == digest.digest_id)
                .order_by(deliveries.c.created_at.desc())
                .limit(limit)
            ).all()
        return [_delivery(row) for row in rows]

    def _write(self, delivery: Delivery, **values: Any) -> bool:
        with self._home.write() as connection:
            written = connection.execute(
                deliveries.update().where(*_still_mine(delivery)).values(**values)
            )
        return written.rowcount == 1


def _insert(connection: sa.Connection, digest: Digest, occurrence: str, now: datetime) -> Delivery:
    """Whoever opens it is the first to compose it."""
    row: dict[str, Any] = {
        "delivery_id": new_id("delivery"),
        "digest_id": digest.digest_id,
        "occurrence": occurrence,
        "state": "composing",
        "body": {},
        "attempts": 1,
        "outcome": None,
        "created_at": now,
    }
    lease = {"try_after": now, "lease_until": now + COMPOSE_LEASE}
    connection.execute(deliveries.insert().values(**row, **lease))
    return Delivery(**row)


def _lease(connection: sa.Connection, row: Any, now: datetime) -> Delivery:
    length = COMPOSE_LEASE if row.state == "composing" else SEND_LEASE
    values = {"attempts": row.attempts + 1, "lease_until": now + length}
    connection.execute(
        deliveries.update().where(deliveries.c.delivery_id == row.delivery_id).values(**values)
    )
    return _delivery(row, attempts=row.attempts + 1)


def _still_mine(delivery: Delivery) -> list[sa.ColumnElement[bool]]:
    return [
        deliveries.c.delivery_id == delivery.delivery_id,
        deliveries.c.state == delivery.state,
        deliveries.c.attempts == delivery.attempts,
    ]


def _delivery(row: Any, attempts: int | None = None) -> Delivery:
    return Delivery(
        row.delivery_id,
        row.digest_id,
        row.occurrence,
        row.state,
        row.body,
        row.attempts if attempts is None else attempts,
        row.outcome,
        row.created_at,
    )
