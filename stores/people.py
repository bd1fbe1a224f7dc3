"""Who may ask, and the keys by which programs and other machines ask for them.

On one machine with nobody registered there is just `local`. A key is shown once, when it is made;
only its hash is kept. It is 32 random bytes, so a plain SHA-256 cannot be searched.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from engine.errors import BadInput, NotFound, Refused
from stores.home import Home, new_id
from stores.schema import keys, people, slack_people

Role = Literal["admin", "member"]

LOCAL = "local"


@dataclass(frozen=True)
class Person:
    person_id: str
    name: str
    role: str


@dataclass(frozen=True)
class Key:
    key_id: str
    person_id: str
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class PeopleStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def get(self, person_id: str) -> Person:
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(people).where(people.c.person_id == person_id)
            ).one_or_none()
        if row is None:
            raise NotFound(f"Nobody is known as '{person_id}'.")
        return Person(row.person_id, row.name, row.role)

    def ensure_local(self, now: datetime) -> Person:
        """The person at this machine: the owner of everything while nobody else is known."""
        with self._home.read() as connection:
            found = connection.scalar(
                sa.select(people.c.person_id).where(people.c.person_id == LOCAL)
            )
        if found is None:
            with self._home.write(alone="people") as connection:
                taken = connection.scalar(
                    sa.select(people.c.person_id).where(people.c.person_id == LOCAL)
                )
                if taken is None:
                    connection.execute(
                        people.insert().values(
                            person_id=LOCAL, name="You", role="admin", created_at=now
                        )
                    )
        return self.get(LOCAL)

    def add(self, name: str, role: Role, now: datetime) -> Person:
        """Finds a person by name, or adds one."""
        if not name.strip() or name == LOCAL:
            raise BadInput(f"'{name}' cannot be the name of a person.", "Give another name.")
        with self._home.write(alone="people") as connection:
            row = connection.execute(
                sa.select(people).where(people.c.name == name, people.c.person_id != LOCAL)
            ).one_or_none()
            if row is not None:
                return Person(row.person_id, row.name, row.role)
            person = Person(new_id("person"), name, role)
            connection.execute(
                people.insert().values(
                    person_id=person.person_id, name=name, role=role, created_at=now
                )
            )
        return person

    def anybody(self) -> bool:
        """Whether anybody is registered beside the person at this machine.

        Who is known from Slack alone has no key and cannot come in by any other door.
        """
        p = people.c.person_id
        from_slack = p.in_(sa.select(slack_people.c.person_id))
        with_key = p.in_(sa.select(keys.c.person_id))
        with self._home.read() as connection:
            found = connection.scalar(
                sa.select(p).where(p != LOCAL, sa.or_(sa.not_(from_slack), with_key)).limit(1)
            )
        return found is not None


class KeyStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def make(
        self, person: Person, label: str, now: datetime, expires_at: datetime | None
    ) -> tuple[Key, str]:
        """The key, and its secret: the only time anybody sees it."""
        secret = secrets.token_hex(32)
        key = Key(new_id("key"), person.person_id, label, now, expires_at, None)
        with self._home.write() as connection:
            connection.execute(
                keys.insert().values(
                    key_id=key.key_id,
                    person_id=person.person_id,
                    label=label,
                    hash=_hash(secret),
                    created_at=now,
                    expires_at=expires_at,
                )
            )
        return key, f"segue_{key.key_id}_{secret}"

    def owner(self, shown: str, now: datetime) -> Person:
        """Whose key it is; refuses what is no key, revoked or expired."""
        key_id, _, secret = shown.removeprefix("segue_").rpartition("_")
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(keys, people)
                .join(people, people.c.person_id == keys.c.person_id)
                .where(keys.c.key_id == key_id)
            ).one_or_none()
        if row is None or not hmac.compare_digest(row.hash, _hash(secret)):
            raise Refused("This key is not known here.", "Ask for one: segue key make")
        if row.revoked_at is not None:
            raise Refused("This key was revoked.", "Ask for a new one: segue key make")
        if row.expires_at is not None and row.expires_at <= now:
            raise Refused("This key has expired.", "Ask for a new one: segue key make")
        return Person(row.person_id, row.name, row.role)

    def all(self) -> list[tuple[Key, Person]]:
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(keys, people.c.name, people.c.role)
                .join(people, people.c.person_id == keys.c.person_id)
                .order_by(keys.c.created_at)
            ).all()
        return [(_key(row), Person(row.person_id, row.name, row.role)) for row in rows]

    def revoke(self, key_id: str, now: datetime) -> Key:
        known = {key.key_id: key for key, _ in self.all()}
        if key_id not in known:
            raise NotFound.named("key", key_id, known)
        with self._home.write() as connection:
            connection.execute(
                keys.update()
                .where(keys.c.key_id == key_id, keys.c.revoked_at.is_(None))
                .values(revoked_at=now)
            )
        return next(key for key, _ in self.all() if key.key_id == key_id)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Any) -> Key:
    return Key(row.key_id, row.person_id, row.label, row.created_at, row.expires_at, row.revoked_at)
