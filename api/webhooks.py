"""Posting to a webhook: only where a webhook may lie, and recognisable when it comes again.

Every attempt of one delivery carries the same Idempotency-Key. The host's addresses are looked up
once, all of them checked, and the connection made to these and no others, so that a name that
points elsewhere a moment later leads nowhere. Redirects are not followed.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from api.outside import NotSent, TryLater
from engine.errors import BadInput

if TYPE_CHECKING:
    from aiohttp.abc import AbstractResolver

TIMEOUT_SECONDS = 15
BODY_LIMIT = 256 * 1024
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})

# They carry another address inside, which the checks below would not see.
_WRAPPED = tuple(
    ipaddress.IPv6Network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::ffff:0:0/96",
                    "::/96")
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    scheme: str
    host: str
    port: int

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.host, f"{self.host}:{self.port}"})


def read_place(url: str, allowed: frozenset[str] = frozenset()) -> Place:
    """`allowed`: hosts, or host:port, that may be inside and may be spoken to without TLS."""
    hint = "Give an https address that can be reached from outside."
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise BadInput(f"'{url}' is no address of a webhook.", hint) from None
    if parts.scheme not in ("https", "http") or not host:
        raise BadInput(f"'{url}' is no address of a webhook.", hint)
    if parts.username is not None or parts.password is not None:
        raise BadInput("The address of a webhook must not hold a user or a password.", hint)
    place = Place(parts.scheme, host, port or (443 if parts.scheme == "https" else 80))
    if place.names & allowed:
        return place
    if parts.scheme != "https":
        raise BadInput(f"The webhook at {host} is not https.", f"{hint} {_ALLOW}")
    _refuse_inside(host, [host] if _is_address(host) else [])
    return place


_ALLOW = "A host of your own network has to be named in the setting webhook_hosts."


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _refuse_inside(host: str, addresses: Sequence[str]) -> None:
    for text in addresses:
        if not is_outside(text):
            raise BadInput(f"The webhook host {host} lies at {text}, inside a network.", _ALLOW)


def is_outside(text: str) -> bool:
    """Whether an address is one of the public internet: not private, loopback, link-local..."""
    address = ipaddress.ip_address(text.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and any(address in net for net in _WRAPPED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def look_up(host: str, port: int) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class WebhookPoster:
    allowed: frozenset[str] = frozenset()
    resolve: Resolve = look_up

    async def post(
        self,
        url: str,
        delivery_id: str,
        body: bytes,
        more_headers: Mapping[str, str] = _NO_HEADERS,
    ) -> int:
        """The status that was answered."""
        import aiohttp

        if len(body) > BODY_LIMIT:
            raise NotSent(f"The message is larger than a webhook is given ({BODY_LIMIT} bytes).")
        place, addresses = await self._settle(url)
        connector = aiohttp.TCPConnector(resolver=_settled(addresses), use_dns_cache=False)
        headers = {"Content-Type": "application/json", "Idempotency-Key": delivery_id}
        headers |= more_headers
        try:
            async with (
                aiohttp.ClientSession(
                    connector=connector, timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
                ) as session,
                session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                status, wait = answer.status, answer.headers.get("Retry-After", "")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TryLater(
                f"The webhook at {place.host} could not be reached ({type(error).__name__})."
            ) from None
        return _judged(status, wait, place)

    async def _settle(self, url: str) -> tuple[Place, Sequence[str]]:
        """Where the webhook lies now; refused when it has come to lie inside."""
        from yarl import URL

        try:
            place = read_place(url, self.allowed)
            if (URL(url).host or "").rstrip(".") != place.host:  # two readers, two hosts
                raise BadInput(f"'{url}' is no plain address of a webhook.")
            try:
                addresses = await self.resolve(place.host, place.port)
            except OSError:
                raise TryLater(f"The webhook host {place.host} has no address now.") from None
            if not place.names & self.allowed:
                _refuse_inside(place.host, addresses)
        except BadInput as error:
            raise NotSent(str(error)) from None
        return place, addresses


def _judged(status: int, wait: str, place: Place) -> int:
    if 200 <= status < 300:
        return status
    told = f"The webhook at {place.host} answered {status}."
    if status in (408, 425, 429) or status >= 500:
        raise TryLater(told, float(wait) if wait.isdigit() else 0.0)
    if 300 <= status < 400:
        raise NotSent(f"{told} Redirects are not followed: give the final address.")
    raise NotSent(f"{told} Look at what it expects.")


def _settled(addresses: Sequence[str]) -> "AbstractResolver":
    """Answers aiohttp's question for the host with what was checked."""
    from aiohttp.abc import AbstractResolver, ResolveResult

    class Settled(AbstractResolver):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            return [
                ResolveResult(
                    hostname=host,
                    host=address,
                    port=port,
                    family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                    proto=0,
                    flags=socket.AI_NUMERICHOST,
                )
                for address in addresses
            ]

        async def close(self) -> None:
            return None

    return Settled()
