"""Who is asking over HTTP: a key's owner, or the person at this machine.

While nobody is registered and the service listens on loopback only, any or no bearer acts as the
person `local`. A page of another site must not use that: the Host header has to be a loopback name
and an Origin, where there is one, this very service. Forwarded headers are never read.
"""

import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem
from api.services import Services
from engine.errors import NotPossible, Refused
from stores.people import KeyStore, PeopleStore, Person

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def is_loopback(host: str) -> bool:
    return host in _LOOPBACK


def require_admin_key(services: Services, host: str) -> None:
    """A service that others can reach starts only when it can tell them apart."""
    if is_loopback(host):
        return
    now = services.now()
    for key, person in KeyStore(services.home).all():
        usable = key.revoked_at is None and (key.expires_at is None or key.expires_at > now)
        if person.role == "admin" and usable:
            return
    raise NotPossible(
        f"Listening on {host} lets other machines in, and nobody holds an admin key yet.",
        "Make one first: segue key make NAME --role admin",
    )


def who_asks(services: Services, connection: HTTPConnection) -> Person:
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    bearer = bearer.strip() if scheme.casefold() == "bearer" else ""
    if bearer.startswith("segue_key_"):
        return KeyStore(services.home).owner(bearer, services.now())
    if hmac.compare_digest(bearer.encode(), services.own_token.encode()):
        return services.local_person
    if PeopleStore(services.home).anybody():
        raise Refused("This service wants a key.", "Send it as Authorization: Bearer KEY.")
    return services.local_person


@dataclass(frozen=True)
class SameSite:
    """Lets a request in only under a name of this service, and from no other site's page."""

    app: ASGIApp
    hosts: frozenset[str]  # names that a Host header may carry; empty: any (keys decide)
    signed: frozenset[str] = frozenset()  # paths whose every request carries a signature

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in self.signed:
            refusal = self._refusal(HTTPConnection(scope))
            if refusal is not None:
                await problem(421 if "Host" in refusal else 403, refusal)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _refusal(self, connection: HTTPConnection) -> str | None:
        host = connection.headers.get("host", "")
        name = urlsplit(f"//{host}").hostname or ""
        if self.hosts and name not in self.hosts:
            return f"The Host header '{host[:80]}' is not a name of this service."
        origin = connection.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return f"Pages of {origin[:80]} may not use this service."
        return None
