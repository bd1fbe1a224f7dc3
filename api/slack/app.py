"""What Slack sends, over a socket or over signed HTTP, and what becomes of it.

An event is in SQL before it is acknowledged: Bolt runs a listener's middleware first. So a process
that dies has either claimed the question or not acknowledged it, and Slack sends it again.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from api.problems import report_defect
from api.services import Services
from api.slack.blocks import FEEDBACK
from api.slack.client import Json, NotAllowed, Unclear, open_client, repeated
from api.slack.identity import Workspace, require_owner, team_of
from api.slack.pictures import Pictures
from api.slack.questions import Desk
from engine.errors import BadInput, Fixable, NotPossible
from stores.feedback import FeedbackStore
from stores.slack import SlackPeopleStore, SlackQuestion, SlackThreadStore
from tools.catalog import call

COMMAND = "/segue"
_log = logging.getLogger("segue.slack")
Next = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class Slack:
    """The door while it is open."""

    app: AsyncApp
    desk: Desk
    warming: "asyncio.Task[None]"


@contextlib.asynccontextmanager
async def open_slack(services: Services) -> AsyncIterator[Slack]:
    """The desk at work behind Bolt; how events come in is up to the caller."""
    settings = services.settings
    if settings.slack_bot_token is None:
        raise BadInput(
            "Slack needs the token of the bot.",
            "Set SEGUE_SLACK_BOT_TOKEN (it starts with xoxb-); README.md, Slack, says where it is.",
        )
    client = open_client(settings.slack_bot_token, settings.slack_url)
    pictures = Pictures()
    desk = Desk(services, client, await _introduce(client, settings.slack_team), pictures)
    warming = asyncio.create_task(asyncio.to_thread(_warm_up, services))
    working = asyncio.create_task(desk.run())
    try:
        yield Slack(_build_app(desk), desk, warming)
    finally:
        working.cancel()
        await asyncio.gather(working, warming, return_exceptions=True)
        pictures.close()


def _warm_up(services: Services) -> None:
    """Loads what an answer needs, so that the first question does not wait for it."""
    with contextlib.suppress(Fixable):  # no dataset yet, or several
        context = services.context(services.local_person, services.settings.slack_dataset)
        call(context, "describe_dataset", {})
        call(context, "list_segments", {})


async def _introduce(client: AsyncWebClient, teams: str | None) -> Workspace:
    """Who we are; without an allow-list, only the team that the token belongs to is let in."""
    try:
        found = await repeated(client.auth_test)
    except NotAllowed as refusal:
        raise NotPossible(
            f"Slack does not accept the bot token ({refusal.error}).",
            "Look at SEGUE_SLACK_BOT_TOKEN.",
        ) from None
    except Unclear as trouble:
        raise NotPossible(
            f"Slack cannot be reached ({trouble}).", "Look at the network and at SEGUE_SLACK_URL."
        ) from None
    named = frozenset(team.strip() for team in (teams or "").split(",") if team.strip())
    return Workspace(named or frozenset({found["team_id"]}), found["user_id"], found["bot_id"])


def _build_app(desk: Desk) -> AsyncApp:
    settings, workspace = desk.services.settings, desk.workspace
    secret = settings.slack_signing_secret
    token = settings.slack_bot_token
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=next(iter(workspace.teams)),
        bot_token=token.get_secret_value() if token else None,
        bot_id=workspace.bot_id,
        bot_user_id=workspace.bot_user,
    )

    async def authorize() -> AuthorizeResult:
        return known

    async def let_in(body: Json, next: Next) -> BoltResponse | None:
        if body.get("type") != "url_verification" and not workspace.lets_in(body):
            _log.warning("refused a request of the team %s", team_of(body))
            return BoltResponse(status=403, body="", headers={"x-slack-no-retry": "1"})
        await next()
        return None

    app = AsyncApp(
        client=open_client(None, settings.slack_url),
        signing_secret=secret.get_secret_value() if secret else "unused-on-a-socket",
        authorize=authorize,
        before_authorize=let_in,
        request_verification_enabled=True,
        raise_error_for_unhandled_request=False,
    )
    listeners = _Listeners(desk)
    for kind in ("app_mention", "message"):
        app.event(kind, middleware=[listeners.take_in])(_heard)
    app.event("agent_session_stopped")(listeners.stop)
    app.event("app_home_opened")(listeners.suggest)
    app.event("app_context_changed")(_heard)
    app.action(FEEDBACK)(listeners.feedback)
    app.command(COMMAND)(listeners.command)
    app.error(_report)
    return app


async def _heard() -> None:
    """Everything was done before the acknowledgement."""


async def _report(error: Exception) -> None:
    report_defect(error)


class _Listeners:
    def __init__(self, desk: Desk) -> None:
        self._desk, self._client = desk, desk.client
        self._services = desk.services
        self._home = desk.services.home

    async def take_in(self, body: Json, next: Next) -> None:
        takes_part = await asyncio.to_thread(self._takes_part, body)
        question = self._desk.workspace.reads(body, self._services.now(), takes_part)
        if question is not None:
            await self._desk.take_in(question)
        await next()

    def _takes_part(self, body: Json) -> bool:
        """An unaddressed reply is meant for us only where the settings say so."""
        event = body["event"]
        if self._services.settings.slack_replies != "thread" or not event.get("thread_ts"):
            return False
        where = (team_of(body), str(event["channel"]), str(event["thread_ts"]))
        return SlackThreadStore(self._home).takes_part(*where)

    async def command(self, ack: Any, command: Json) -> None:
        """Answered where only the asker sees it; a mention is the way to ask in a channel."""
        question = SlackQuestion(
            event_id=str(command["trigger_id"]),
            team_id=str(command["team_id"]),
            channel="",
            message_ts=str(command["trigger_id"]),
            thread_ts="",
            user_id=str(command["user_id"]),
            text=self._desk.workspace.plain(str(command.get("text") or "")),
            state="waiting",
            attempt=0,
            answer_id=None,
            reply_ts=None,
            created_at=self._services.now(),
        )
        await self._desk.take_in(question)
        await ack("I answer in our direct messages, where only you see it.")

    async def stop(self, body: Json, event: Json) -> None:
        where = (team_of(body), str(event["channel"]), str(event["thread_ts"]))
        questions = await asyncio.to_thread(self._desk.store.open_in, *where)
        streams = set(map(str, event.get("streaming_message_ts") or []))
        meant = [q for q in questions if q.reply_ts in streams] or questions
        for question in meant:
            try:
                await self._desk.stop(require_owner(question, str(event["user"]), "stop it"))
            except Fixable as error:
                await self._whisper(*where[1:], str(event["user"]), str(error))

    async def feedback(self, ack: Any, body: Json, action: Json) -> None:
        await ack()
        user, message = str(body["user"]["id"]), body["message"]
        value, _, answer_id = str(action["value"]).partition(":")
        try:
            words = await asyncio.to_thread(self._keep_feedback, answer_id, user, value)
        except Fixable as error:
            words = str(error)
        thread_ts = str(message.get("thread_ts") or message["ts"])
        await self._whisper(str(body["channel"]["id"]), thread_ts, user, words)

    def _keep_feedback(self, answer_id: str, user: str, value: str) -> str:
        found = self._desk.store.of_answer(answer_id)
        question = require_owner(found, user, "judge the answer")
        now = self._services.now()
        person = SlackPeopleStore(self._home).person(question.team_id, user, now)
        FeedbackStore(self._home).give(answer_id, person, value, now)
        if value == "good":
            return "Thank you. It is noted as a good answer."
        return "Thank you. It is noted as a bad answer, and somebody can look into it."

    async def suggest(self, body: Json, event: Json) -> None:
        """An agent's messages tab takes prompts without a thread; with one it shows nothing."""
        if event.get("tab") != "messages" or not event.get("channel"):
            return
        prompts = await asyncio.to_thread(self._prompts, team_of(body), str(event["user"]))
        with contextlib.suppress(NotAllowed, Unclear):
            await repeated(
                lambda: self._client.api_call(
                    "assistant.threads.setSuggestedPrompts",
                    json={"channel_id": event["channel"], "prompts": prompts},
                )
            )

    def _prompts(self, team_id: str, user_id: str) -> list[Json]:
        """About what there really is: a segment is named when one is known."""
        found = [
            ("Who brings most revenue?", "Which segment brings most revenue?"),
            ("Who may leave?", "Which segment is most likely to stop buying?"),
            ("The whole shop", "How much revenue does the shop make, from how many customers?"),
        ]
        with contextlib.suppress(Fixable):
            person = SlackPeopleStore(self._home).person(team_id, user_id, self._services.now())
            dataset = self._services.settings.slack_dataset
            for segment in self._services.context(person, dataset).segments[:1]:
                found.append((f"About {segment.name}"[:75], f"What are {segment.name} like?"))
        return [{"title": title, "message": message} for title, message in found]

    async def _whisper(self, channel: str, thread_ts: str, user: str, text: str) -> None:
        """To one person only. Said twice is better here than not at all."""
        with contextlib.suppress(NotAllowed, Unclear):
            await repeated(
                lambda: self._client.chat_postEphemeral(
                    channel=channel, user=user, thread_ts=thread_ts, text=text
                )
            )


def run(services: Services, ready: Callable[[], None]) -> None:
    """Socket Mode until the process is told to stop; what it has not answered is put back."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        listening = loop.create_task(listen(services, ready))
        for sign in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows raises KeyboardInterrupt
                loop.add_signal_handler(sign, listening.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(listening)


async def listen(services: Services, ready: Callable[[], None]) -> None:
    """Socket Mode: connects, says that it is ready, and goes on until it is cancelled."""
    settings = services.settings
    if settings.slack_app_token is None:
        raise BadInput(
            "Socket Mode needs the app-level token.",
            "Set SEGUE_SLACK_APP_TOKEN (it starts with xapp-); or use signed HTTP: set "
            "SEGUE_SLACK_SIGNING_SECRET and run segue serve.",
        )
    async with open_slack(services) as slack:
        token = settings.slack_app_token.get_secret_value()
        handler = AsyncSocketModeHandler(
            slack.app, token, web_client=open_client(settings.slack_bot_token, settings.slack_url)
        )
        await _try_app_token(slack.desk.client, token)
        await asyncio.wait({slack.warming})  # loading would hold up the first signs
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]
            ready()
            await asyncio.Event().wait()
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]


async def _try_app_token(client: AsyncWebClient, token: str) -> None:
    """Bolt would try a wrong one for ever and say so in the log alone."""
    try:
        await repeated(lambda: client.apps_connections_open(app_token=token))
    except NotAllowed as refusal:
        raise NotPossible(
            f"Slack does not accept the app-level token ({refusal.error}).",
            "Look at SEGUE_SLACK_APP_TOKEN.",
        ) from None
    except Unclear as trouble:
        raise NotPossible(f"Slack cannot be reached ({trouble}).", "Look at the network.") from None
