"""The fake Slack: one object that a test or a demo starts, drives and reads."""

import asyncio
import secrets
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from evals.peers.slack import control, payloads, view
from evals.peers.slack.arguments import Json
from evals.peers.slack.backend import Backend
from evals.peers.slack.deliveries import Courier, Delivery, Pace
from evals.peers.slack.faults import Faults
from evals.peers.slack.people import People
from evals.peers.slack.responses import Responses
from evals.peers.slack.signed import Answer, Forgery, SignedRequests
from evals.peers.slack.sockets import Sockets
from evals.peers.slack.transcript import Transcript, read_transcript
from evals.peers.slack.uploads import take_upload
from evals.peers.slack.webapi import Call, WebApi
from evals.peers.slack.workspace import BOT_USER, TEAM, Message, Workspace

ALL_EVENTS = frozenset({
    "agent_session_stopped", "app_home_opened", "app_mention",
    "message.channels", "message.groups", "message.im",
})  # fmt: skip
LARGEST_UPLOAD = 50 * 1024 * 1024
Found = TypeVar("Found")


class FakeSlack(People):
    """`async with FakeSlack() as slack:` serves on a free port of 127.0.0.1.

    `people` do things by its methods (say, mention, direct, click, command, ...); the bot comes
    by `base_url` with `bot_token` and `app_token`. Events go over its sockets, or to its URL after
    `send_events_to`. `faults` may be ordered at any time.
    """

    def __init__(
        self,
        pace: Pace | None = None,
        faults: Faults | None = None,
        subscriptions: frozenset[str] = ALL_EVENTS,
        host: str = "127.0.0.1",
        port: int = 0,
        bot_token: str = "",
        app_token: str = "",
        signing_secret: str = "",
    ) -> None:
        self.pace = pace or Pace()
        self.faults = faults or Faults()
        self.bot_token = bot_token or f"xoxb-{secrets.token_hex(12)}"
        self.app_token = app_token or f"xapp-{secrets.token_hex(12)}"
        self.signing_secret = signing_secret or secrets.token_hex(16)
        self.team_id, self.bot_user = TEAM, BOT_USER
        self.workspace = Workspace()
        self.sockets = Sockets(self.pace.ack)
        self._subscriptions = subscriptions
        self._host, self._port = host, port
        self._news = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.backend = Backend(self.workspace, self.faults, self.pace.stream)
        self.backend.publish = self._tell
        self.responses = Responses(self.backend)
        self.courier = Courier(
            self.sockets, self.pace, self.faults, self.workspace.now, self.changed
        )
        self.courier.answered = self.hear
        self.api = WebApi(
            self.backend, self.bot_token, self.app_token, self._open_socket_url, self.changed
        )
        super().__init__(self.backend, self.courier, self.responses, self._tell)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        self._runner = web.AppRunner(self._routes(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]
        self.backend.base_url = f"http://{self._host}:{self._port}"

    async def stop(self) -> None:
        await self.courier.stop()
        await self.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def address(self) -> str:
        return self.backend.base_url

    @property
    def base_url(self) -> str:
        """What AsyncWebClient takes as base_url."""
        return f"{self.address}/api/"

    @property
    def calls(self) -> list[Call]:
        """Every API call, in order."""
        return self.api.calls

    @property
    def deliveries(self) -> list[Delivery]:
        return self.courier.deliveries

    def _routes(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_UPLOAD)
        app.router.add_route("*", "/api/{method}", self.api.handle)
        app.router.add_get("/link/", self.sockets.handle)
        app.router.add_post("/upload/v1/{file}", self._upload)
        app.router.add_get("/files/{file}/{name}", self._download)
        app.router.add_post("/response/{key}", self._respond)
        control.add_routes(app, self)
        view.add_routes(app, self)
        return app

    def _open_socket_url(self) -> str:
        return self.address.replace("http", "ws", 1) + self.sockets.issue_path()

    def _tell(self, event: Json, subscription: str) -> None:
        if subscription in self._subscriptions:
            self.send_event(event)
        self.changed()

    def send_event(self, event: Json, team: str = TEAM) -> Delivery:
        """Any event at all, as if from this team."""
        event_id = self.workspace.next_fresh_id("Ev")
        payload = payloads.event_callback(event, event_id, self.workspace.now(), team)
        return self.courier.send(Delivery("events_api", payload))

    async def _upload(self, request: web.Request) -> web.Response:
        content = await request.read()
        if request.content_type == "multipart/form-data":
            field = (await request.post()).get("file")
            content = field.file.read() if isinstance(field, web.FileField) else b""
        if not take_upload(self.backend, request.match_info["file"], content):
            return web.Response(status=400, text="The upload does not match what was announced.")
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.Response:
        """A file for the bot; without its token Slack sends a sign-in page, with status 200."""
        if request.headers.get("Authorization") != f"Bearer {self.bot_token}":
            return web.Response(text="<title>Sign in</title>", content_type="text/html")
        file = self.workspace.files.get(request.match_info["file"])
        if file is None or file.content is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def _respond(self, request: web.Request) -> web.Response:
        body = self.responses.take(request.match_info["key"], await request.json())
        self.changed()
        return web.json_response(body, status=200 if body["ok"] else 404)

    async def send_events_to(self, url: str) -> None:
        """Use signed HTTP from now on; the URL must echo a challenge first."""
        requests = SignedRequests(self.signing_secret, self.pace.ack, url)
        if not await requests.verify_url():
            raise ValueError(f"{url} did not echo the challenge.")
        self.courier.carrier = requests

    async def forge(self, forgery: Forgery, posted: Delivery) -> Answer:
        """Send a forged form of an event to the bot's URL, once, and see the answer."""
        if not isinstance(self.courier.carrier, SignedRequests):
            raise TypeError("Only a bot behind a URL can be sent a forged request.")
        return await self.courier.carrier.forge(forgery, posted)

    def expire_stream(self, message: Message) -> None:
        """End a stream now, as Slack does after about five minutes."""
        if message.stream is None:
            raise LookupError(f"Message {message.ts} is no stream.")
        message.stream.expires_at = self.workspace.now()
        message.stream.age(self.workspace.now())

    def transcript(self, channel: str) -> Transcript:
        return read_transcript(self.workspace, channel)

    def changed(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def wait_until(
        self, predicate: Callable[[], Found], timeout: float = 10.0, what: str = ""
    ) -> Found:
        """Wait for a condition; it is looked at after every change, and 20 times a second."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not (found := predicate()):
            left = end - loop.time()
            if left <= 0:
                last = [f"{call.method}: {call.outcome}" for call in self.calls[-5:]]
                raise TimeoutError(f"Not within {timeout} s: {what or predicate}. Last: {last}")
            try:
                await asyncio.wait_for(self._news.wait(), min(left, 0.05))
            except TimeoutError:
                continue
        return found

    async def settled(self, timeout: float = 10.0) -> None:
        """Wait until every delivery is acknowledged or given up."""
        await self.wait_until(lambda: self.courier.idle, timeout, "all deliveries done")
