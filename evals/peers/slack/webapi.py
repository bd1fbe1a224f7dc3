"""The Web API's door: reads a call, checks its token, meets its fault, keeps a record."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from evals.peers.slack import agents, chat, conversations, streaming, uploads
from evals.peers.slack.arguments import Arguments, Json, Refusal
from evals.peers.slack.backend import Backend, Method
from evals.peers.slack.faults import CallFault

METHODS: dict[str, Method] = {
    **agents.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **streaming.METHODS,
    **uploads.METHODS,
}
OPEN_SOCKET = "apps.connections.open"


@dataclass(frozen=True)
class Call:
    """One call as the bot made it. An outcome is "ok", an error's name or a fault's."""

    method: str
    arguments: dict[str, Any]
    at: float
    outcome: str
    status: int

    def to_json(self) -> Json:
        return {"method": self.method, "arguments": self.arguments, "at": self.at,
                "outcome": self.outcome, "status": self.status}  # fmt: skip


class WebApi:
    def __init__(
        self,
        backend: Backend,
        bot_token: str,
        app_token: str,
        socket_url: Callable[[], str],
        changed: Callable[[], None],
    ) -> None:
        self.calls: list[Call] = []
        self._backend = backend
        self._bot_token, self._app_token = bot_token, app_token
        self._socket_url = socket_url
        self._changed = changed

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        at = self._backend.now()
        values, malformed = await _read_values(request)
        token = _token(request, values)
        fault = self._backend.faults.next_call(method)
        if fault is not None:
            if fault.trouble == "slow":
                await asyncio.sleep(fault.seconds)
            elif fault.trouble != "dropped_after":
                self._record(method, values, at, fault.trouble, _status(fault))
                return _broken(request, fault)
        body = malformed or self._answer(method, values, token)
        lost = fault is not None and fault.trouble == "dropped_after"
        outcome = "ok" if body["ok"] else body["error"]
        self._record(method, values, at, f"{outcome}, answer lost" if lost else outcome, 200)
        if lost:
            return _hang_up(request)
        return web.json_response(body)

    def _answer(self, method: str, values: dict[str, Any], token: str) -> Json:
        try:
            if method == OPEN_SOCKET:
                _check_token(token, self._app_token, self._bot_token)
                return {"ok": True, "url": self._socket_url()}
            if method not in METHODS:
                raise Refusal("unknown_method")
            _check_token(token, self._bot_token, self._app_token)
            return {"ok": True} | METHODS[method](self._backend, Arguments(values))
        except Refusal as refusal:
            return refusal.to_body()

    def _record(
        self, method: str, values: dict[str, Any], at: float, outcome: str, status: int
    ) -> None:
        self.calls.append(Call(method, Arguments(values).values, at, outcome, status))
        self._changed()


async def _read_values(request: web.Request) -> tuple[dict[str, Any], Json | None]:
    """Arguments from the query and from a form or JSON body; an empty body holds none."""
    values: dict[str, Any] = dict(request.query)
    raw = await request.read()
    if request.content_type == "application/json":
        if not raw.strip():
            return values, None
        try:
            data = json.loads(raw)
        except json.JSONDecodeError:
            return values, Refusal("invalid_json").to_body()
        if not isinstance(data, dict):
            return values, Refusal("json_not_object").to_body()
        return values | data, None
    return values | dict(await request.post()), None


def _token(request: web.Request, values: dict[str, Any]) -> str:
    """The token, taken out of the arguments so that no record shows it."""
    given = str(values.pop("token", ""))
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    return bearer.strip() if scheme == "Bearer" else given


def _check_token(token: str, wanted: str, other: str) -> None:
    if not token:
        raise Refusal("not_authed")
    if token == other:
        raise Refusal("not_allowed_token_type")
    if token != wanted:
        raise Refusal("invalid_auth")


def _status(fault: CallFault) -> int:
    return {"rate_limited": 429, "server_error": 500, "dropped": 0}.get(fault.trouble, 200)


def _broken(request: web.Request, fault: CallFault) -> web.StreamResponse:
    if fault.trouble == "rate_limited":
        headers = {"Retry-After": str(fault.retry_after)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    if fault.trouble == "server_error":
        return web.Response(status=500, text="Internal Server Error")
    if fault.trouble == "dropped":
        return _hang_up(request)
    return web.json_response(Refusal(fault.error).to_body())


def _hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection under the call; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()
