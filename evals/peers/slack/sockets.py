"""Socket Mode: hello, envelopes, acknowledgements, disconnects, several connections."""

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import WSMsgType, web

from evals.peers.slack.arguments import Json
from evals.peers.slack.deliveries import Delivery, Outcome
from evals.peers.slack.workspace import APP

CONNECTION_LIMIT = 10
Disconnect = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]
WITH_PAYLOAD = frozenset({"interactive", "slash_commands"})


@dataclass(eq=False)
class Connection:
    socket: web.WebSocketResponse
    request: web.Request
    waiting: dict[str, "asyncio.Future[Outcome]"] = field(default_factory=dict)

    def take(self, text: str) -> None:
        """An acknowledgement names its envelope; anything else is not for us."""
        try:
            message = json.loads(text)
        except json.JSONDecodeError:
            return
        envelope_id = message.get("envelope_id") if isinstance(message, dict) else None
        future = self.waiting.pop(str(envelope_id), None)
        if future is not None and not future.done():
            payload = message.get("payload")
            future.set_result(Outcome("acked", payload if isinstance(payload, dict) else None))

    def lose(self) -> None:
        for future in self.waiting.values():
            if not future.done():
                future.set_result(Outcome("connection_failed"))
        self.waiting.clear()


class Sockets:
    def __init__(self, ack_seconds: float) -> None:
        self.connections: list[Connection] = []
        self.opened = 0  # connections ever made
        self._ack_seconds = ack_seconds
        self._tickets: set[str] = set()
        self._turn = 0
        self._present = asyncio.Event()

    def issue_path(self) -> str:
        """A path that opens one connection, once."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return f"/link/?ticket={ticket}&app_id={APP}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="This ticket opens nothing.")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        if len(self.connections) >= CONNECTION_LIMIT:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
            return socket
        connection = Connection(socket, request)
        await self._talk(connection)
        return socket

    async def _talk(self, connection: Connection) -> None:
        await connection.socket.send_json(_hello(len(self.connections) + 1))
        self.connections.append(connection)
        self.opened += 1
        self._present.set()
        try:
            async for message in connection.socket:
                if message.type == WSMsgType.TEXT:
                    connection.take(message.data)
        finally:
            self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        if not self.connections:
            self._present.clear()
        connection.lose()

    async def carry(self, delivery: Delivery, number: int, reason: str | None) -> Outcome:
        """One envelope to one connection, in turn; while there is none it waits for one."""
        await self._present.wait()
        self._turn += 1
        connection = self.connections[self._turn % len(self.connections)]
        envelope_id = secrets.token_hex(16)
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = future
        try:
            await connection.socket.send_json(_envelope(envelope_id, delivery, number, reason))
            return await asyncio.wait_for(future, self._ack_seconds)
        except TimeoutError:
            connection.waiting.pop(envelope_id, None)
            return Outcome("timeout")
        except ConnectionError:
            self._forget(connection)
            return Outcome("connection_failed")

    async def ask_to_leave(self, reason: Disconnect, close: bool = True) -> None:
        """Announce the end of every connection, and end it unless only a warning is wanted."""
        for connection in list(self.connections):
            await connection.socket.send_json(_disconnect(reason))
            if close:
                self._forget(connection)
                await connection.socket.close()

    async def cut(self) -> None:
        """End every connection without a word, as a failing network does."""
        for connection in list(self.connections):
            self._forget(connection)
            if connection.request.transport is not None:
                connection.request.transport.close()

    async def close(self) -> None:
        for connection in list(self.connections):
            self._forget(connection)
            await connection.socket.close()


def _hello(count: int) -> Json:
    return {
        "type": "hello",
        "num_connections": count,
        "debug_info": {
            "host": "fake-slack",
            "build_number": 1,
            "approximate_connection_time": 18060,
        },
        "connection_info": {"app_id": APP},
    }


def _disconnect(reason: Disconnect) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "fake-slack"}}


def _envelope(envelope_id: str, delivery: Delivery, number: int, reason: str | None) -> Json:
    envelope: Json = {
        "envelope_id": envelope_id,
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind in WITH_PAYLOAD,
    }
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": number, "retry_reason": reason or ""}
    return envelope
