"""Confirmations: what somebody was asked to agree to, until they do.

A token stands for one change by one person, is good once and for a few minutes. Only its hash is
kept; it is 24 random bytes, so a plain SHA-256 cannot be searched.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.errors import Refused
from stores.home import Home
from stores.schema import confirmations

GOOD_FOR = timedelta(minutes=5)
# A token that comes too late is still told apart from one that never was.
_KEPT_FOR = timedelta(days=1)
_AGAIN = "Ask for the change again, without a confirmation."


class ConfirmationStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def ask(self, owner: str, bound_to: str, now: datetime) -> tuple[str, datetime]:
        """A token for what `bound_to` says, and until when it is good."""
        token = f"confirmation_{secrets.token_hex(24)}"
        expires_at = now + GOOD_FOR
        with self._home.write() as connection:
            connection.execute(
                confirmations.delete().where(confirmations.c.expires_at < now - _KEPT_FOR)
            )
            connection.execute(
                confirmations.insert().values(
                    token_hash=_hash(token),
                    owner=owner,
                    bound_to=_hash(bound_to),
                    expires_at=expires_at,
                )
            )
        return token, expires_at

    def spend(self, token: str, owner: str, bound_to: str, now: datetime) -> None:
        """Once; a token that fails any of its conditions changes nothing."""
        c = confirmations.c
        with self._home.write() as connection:
            spent = connection.execute(
                confirmations.update()
                .where(
                    c.token_hash == _hash(token),
                    c.owner == owner,
                    c.bound_to == _hash(bound_to),
                    c.spent_at.is_(None),
                    c.expires_at > now,
                )
                .values(spent_at=now)
            )
        if spent.rowcount != 1:
            raise Refused(self._why_not(token, owner, now), _AGAIN)

    def _why_not(self, token: str, owner: str, now: datetime) -> str:
        """Somebody else's token does not exist, as far as the asker can tell."""
        c = confirmations.c
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(confirmations).where(c.token_hash == _hash(token), c.owner == owner)
            ).one_or_none()
        if row is None:
            return "This confirmation is not known here."
        if row.spent_at is not None:
            return "This confirmation was used already."
        if row.expires_at <= now:
            return "This confirmation came too late."
        return "This confirmation was given for something else, or the records changed since."


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
