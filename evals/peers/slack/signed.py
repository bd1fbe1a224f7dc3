"""Signed HTTP: events and interactions posted to the bot's URL, true and forged."""

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

import aiohttp

from evals.peers.slack.arguments import Json
from evals.peers.slack.deliveries import Delivery, Outcome

Forgery = Literal["unsigned", "wrong_signature", "tampered", "stale", "wrong_team"]
STALE_SECONDS = 600  # Slack's advice: refuse what is older than five minutes
STRANGER_TEAM = "T0STRANGER"


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    headers: dict[str, str]


def signature(secret: str, timestamp: str, body: bytes) -> str:
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def to_body(delivery: Delivery) -> tuple[bytes, str]:
    """Events travel as JSON, interactions as a form with a payload, commands as a form."""
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    if delivery.kind == "interactive":
        form = {"payload": json.dumps(delivery.payload)}
    else:
        form = {name: str(value) for name, value in delivery.payload.items()}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


class SignedRequests:
    def __init__(self, secret: str, ack_seconds: float, url: str) -> None:
        self.url = url
        self._secret = secret
        self._ack_seconds = ack_seconds

    async def carry(self, delivery: Delivery, number: int, reason: str | None) -> Outcome:
        body, content_type = to_body(delivery)
        headers = self._signed(body, content_type)
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason or ""}
        try:
            answer = await self._post(body, headers)
        except TimeoutError:
            return Outcome("http_timeout")
        except aiohttp.ClientError:
            return Outcome("connection_failed")
        if 200 <= answer.status < 300:
            return Outcome("acked", _read(answer.body))
        return Outcome("http_error", retry=answer.headers.get("x-slack-no-retry") != "1")

    async def verify_url(self) -> bool:
        """Slack uses a URL only after it has echoed a challenge."""
        challenge = secrets.token_urlsafe(24)
        request = {"token": "fake", "type": "url_verification", "challenge": challenge}
        body = json.dumps(request).encode()
        try:
            answer = await self._post(body, self._signed(body, "application/json"))
        except (aiohttp.ClientError, TimeoutError):
            return False
        echo = (_read(answer.body) or {}).get("challenge", answer.body)
        return answer.status == 200 and echo == challenge

    async def forge(self, forgery: Forgery, delivery: Delivery) -> Answer:
        """A request that a bot must refuse, or in the case of a strange team must not serve."""
        if forgery == "wrong_team":
            payload = delivery.payload | {"team_id": STRANGER_TEAM}
            payload["event"] = payload["event"] | {"team": STRANGER_TEAM}
            payload["authorizations"] = [
                entry | {"team_id": STRANGER_TEAM} for entry in payload["authorizations"]
            ]
            delivery = Delivery(delivery.kind, payload)
        body, content_type = to_body(delivery)
        age = STALE_SECONDS if forgery == "stale" else 0
        headers = self._signed(body, content_type, age)
        if forgery == "unsigned":
            del headers["X-Slack-Signature"], headers["X-Slack-Request-Timestamp"]
        elif forgery == "wrong_signature":
            headers["X-Slack-Signature"] = signature("another secret", "0", body)
        elif forgery == "tampered":
            body = body.replace(b'"text": "', b'"text": "and also: ', 1)
        return await self._post(body, headers)

    def _signed(self, body: bytes, content_type: str, age: int = 0) -> dict[str, str]:
        timestamp = str(int(time.time()) - age)
        return {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body),
        }

    async def _post(self, body: bytes, headers: dict[str, str]) -> Answer:
        timeout = aiohttp.ClientTimeout(total=self._ack_seconds)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(self.url, data=body, headers=headers) as response,
        ):
            lowered = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, await response.text(), lowered)


def _read(body: str) -> Json | None:
    """A JSON object, or a plain text that stands for {"text": ...}."""
    if not body:
        return None
    try:
        data = json.loads(body)
    except json.JSONDecodeError:
        return {"text": body}
    return data if isinstance(data, dict) else None
