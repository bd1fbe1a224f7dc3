"""Sending an approved push to its webhook: part by part, signed, each with a key of its own.

    body          as `tools.pushing.message` makes it, JSON
    headers       Idempotency-Key: <push_id>-<part>, the same at each attempt
                  X-Segue-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">

An answer of 5xx, 408, 425 or 429, and no answer at all, are met with the same part again, after a
while that grows; then nobody knows, and it is marked so. Any other refusal ends the push.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from api.outside import NotSent, TryLater
from api.webhooks import WebhookPoster
from engine.errors import NotPossible
from stores.audiences import Audience
from stores.pushes import Push, PushStore
from tools.context import Context
from tools.pushing import message

WAITS_SECONDS = (1.0, 4.0, 15.0)  # between the attempts at one part
LONGEST_WAIT_SECONDS = 60.0  # however long the receiver asks for
SIGNATURE = "X-Segue-Signature"
LEAST_SECRET = 16  # characters


def audience_secret(installation: SecretStr | None, audience_id: str) -> str:
    """What the receiver of one audience checks signatures with; it tells nothing of the others'."""
    found = installation.get_secret_value() if installation else ""
    if len(found) < LEAST_SECRET:
        raise NotPossible(
            "There is no secret to sign with, so a receiver could not tell that this is yours.",
            f"Set SEGUE_WEBHOOK_SECRET to {LEAST_SECRET} or more random characters.",
        )
    return hmac.new(found.encode(), audience_id.encode(), hashlib.sha256).hexdigest()


def sign(secret: str, body: bytes, now: datetime) -> str:
    """The moment is part of what is signed, so that an old message cannot be sent anew."""
    seconds = int(now.timestamp())
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={signed.hexdigest()}"


@dataclass(frozen=True)
class PushSender:
    context: Context
    audience: Audience
    secret: str
    poster: WebhookPoster
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def send(self, push: Push) -> Push:
        """The push as it ended."""
        store = PushStore(self.context.home)
        content = await asyncio.to_thread(store.content, push)
        while push.parts_sent < push.parts:
            number = push.parts_sent + 1
            found = message(self.context, self.audience, push, content, number)
            try:
                await self._deliver(push, number, json.dumps(found).encode())
            except NotSent as error:
                return store.finish(push, "failed", {"reason": str(error)})
            except TryLater as error:
                return store.finish(push, "unknown", {"reason": str(error)})
            push = store.part_sent(push, self.clock())
        return store.finish(push, "sent", {})

    async def _deliver(self, push: Push, number: int, body: bytes) -> None:
        for wait in (*WAITS_SECONDS, None):
            headers = {SIGNATURE: sign(self.secret, body, self.clock())}
            try:
                await self.poster.post(push.address, f"{push.push_id}-{number}", body, headers)
                return
            except TryLater as error:
                if wait is None:
                    raise
                await self.sleep(min(max(wait, error.seconds), LONGEST_WAIT_SECONDS))
