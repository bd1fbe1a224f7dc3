"""Erasures: that somebody was erased, and never who.

The id of an erased customer is kept as a digest keyed with a salt of the dataset, so that a later
load can be asked whether it brings that customer back. Whoever has the state has the salt as well,
and can find out by trying whether a given id was erased; an id that can be guessed is no secret.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from stores.home import Home, new_id
from stores.schema import erased_customers, erasure_salts, erasures

_SALT_BYTES = 32


@dataclass(frozen=True)
class Erasure:
    erasure_id: str
    dataset_id: str
    person_id: str  # who erased
    state: str  # pending, done
    version: int | None
    counts: dict[str, int]
    started_at: datetime
    finished_at: datetime | None

    def to_json(self) -> dict[str, Any]:
        return {
            "erasure_id": self.erasure_id,
            "by": self.person_id,
            "version": self.version,
            "at": (self.finished_at or self.started_at).isoformat(),
            "counts": self.counts,
        }


@dataclass(frozen=True)
class Erased:
    """Who is erased from a dataset, for those who bring an id."""

    salt: str
    digests: frozenset[str]

    def holds(self, customer: str) -> bool:
        return _digest(self.salt, customer) in self.digests

    def among(self, customers: Iterable[str]) -> set[str]:
        return {one for one in customers if self.holds(one)} if self.digests else set()


class ErasureStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def begin(self, dataset_id: str, customer: str, by: str, now: datetime) -> Erasure:
        """From here on no load brings the customer back. One that was cut short goes on."""
        with self._home.write(alone=f"erasures of {dataset_id}") as connection:
            digest = _digest(_salt(connection, dataset_id), customer)
            pending = connection.execute(
                sa.select(erasures).where(
                    erasures.c.dataset_id == dataset_id, erasures.c.digest == digest
                )
            ).one_or_none()
            if pending is not None:
                return _erasure(pending)
            connection.execute(erased_customers.delete().where(*_is(dataset_id, digest)))
            connection.execute(
                erased_customers.insert().values(dataset_id=dataset_id, digest=digest)
            )
            begun = Erasure(new_id("erasure"), dataset_id, by, "pending", None, {}, now, None)
            connection.execute(erasures.insert().values(**vars(begun), digest=digest))
        return begun

    def add(self, erasure: Erasure, counts: dict[str, int]) -> None:
        """What went so far, also of an attempt that was cut short."""
        mine = erasures.c.erasure_id == erasure.erasure_id
        with self._home.write(alone=erasure.erasure_id) as connection:
            known = connection.scalar(sa.select(erasures.c.counts).where(mine)) or {}
            summed = {
                name: known.get(name, 0) + counts.get(name, 0) for name in {**known, **counts}
            }
            connection.execute(erasures.update().where(mine).values(counts=summed))

    def finish(self, erasure: Erasure, version: int | None, now: datetime) -> Erasure:
        """Nothing here says any more whom it was about."""
        mine = erasures.c.erasure_id == erasure.erasure_id
        with self._home.write() as connection:
            connection.execute(
                erasures.update()
                .where(mine)
                .values(state="done", digest=None, version=version, finished_at=now)
            )
            return _erasure(connection.execute(sa.select(erasures).where(mine)).one())

    def is_pending(self, dataset_id: str, customer: str) -> bool:
        erased = self.erased(dataset_id)
        with self._home.read() as connection:
            found = connection.scalar(
                sa.select(sa.func.count()).where(
                    erasures.c.dataset_id == dataset_id,
                    erasures.c.digest == _digest(erased.salt, customer),
                )
            )
        return bool(found)

    def erased(self, dataset_id: str) -> Erased:
        with self._home.read() as connection:
            return erased_from(connection, dataset_id)

    def all(self, dataset_id: str) -> list[Erasure]:
        """Oldest first."""
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(erasures)
                .where(erasures.c.dataset_id == dataset_id)
                .order_by(erasures.c.started_at, erasures.c.erasure_id)
            ).all()
        return [_erasure(row) for row in rows]

    def after(self, dataset_id: str, version: int) -> Erasure | None:
        """The first erasure that took records from this version."""
        later = [
            one for one in self.all(dataset_id) if one.version is not None and one.version > version
        ]
        return min(later, key=lambda one: one.version or 0, default=None)


def erased_from(connection: sa.Connection, dataset_id: str) -> Erased:
    salt = connection.scalar(
        sa.select(erasure_salts.c.salt).where(erasure_salts.c.dataset_id == dataset_id)
    )
    digests = connection.scalars(
        sa.select(erased_customers.c.digest).where(erased_customers.c.dataset_id == dataset_id)
    ).all()
    return Erased(salt or "", frozenset(digests))


def _salt(connection: sa.Connection, dataset_id: str) -> str:
    mine = erasure_salts.c.dataset_id == dataset_id
    found = connection.scalar(sa.select(erasure_salts.c.salt).where(mine))
    if found is None:
        found = secrets.token_hex(_SALT_BYTES)
        connection.execute(erasure_salts.insert().values(dataset_id=dataset_id, salt=found))
    return str(found)


def _digest(salt: str, customer: str) -> str:
    return hashlib.blake2b(customer.encode(), key=salt.encode(), digest_size=32).hexdigest()


def _is(dataset_id: str, digest: str) -> tuple[sa.ColumnElement[bool], ...]:
    return erased_customers.c.dataset_id == dataset_id, erased_customers.c.digest == digest


def _erasure(row: Any) -> Erasure:
    return Erasure(
        row.erasure_id,
        row.dataset_id,
        row.person_id,
        row.state,
        row.version,
        row.counts,
        row.started_at,
        row.finished_at,
    )
