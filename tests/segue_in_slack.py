"""Segue in Slack: the real door and desk against a fake server, over a socket or signed HTTP."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import wraps
from typing import Any

from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from agent.loop import NamedModel
from api.services import Services
from api.settings import read_settings
from api.slack.app import Slack, open_slack
from api.slack.client import open_client
from evals.peers.slack import FakeSlack, Message, Pace, Posted
from stores.home import Home

QUICK = Pace(ack=2.0, retries=(0.0, 0.05, 0.1))


def on_a_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    @wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*arguments, **named), 180))

    return run


def settings_for(home: Home, slack: FakeSlack, **more: str) -> dict[str, str]:
    """The environment in which Segue finds this fake workspace."""
    return {
        "SEGUE_HOME": str(home.root),
        "SEGUE_SLACK_BOT_TOKEN": slack.bot_token,
        "SEGUE_SLACK_APP_TOKEN": slack.app_token,
        "SEGUE_SLACK_SIGNING_SECRET": slack.signing_secret,
        "SEGUE_SLACK_URL": slack.base_url,
        **{f"SEGUE_SLACK_{name.upper()}": value for name, value in more.items()},
    }


class Modelled(Services):
    """Services whose answers come from a model that a test brings."""

    named: NamedModel

    def model(self, name: str | None = None) -> NamedModel:
        return self.named


@contextlib.asynccontextmanager
async def segue_in_slack(
    home: Home, model: NamedModel | None = None, pace: Pace = QUICK, **more: str
) -> AsyncIterator[tuple[FakeSlack, Slack]]:
    """With a socket already connected."""
    async with FakeSlack(pace) as slack:
        settings = read_settings({}, settings_for(home, slack, **more))
        services = Modelled(settings, home)
        object.__setattr__(services, "named", model or NamedModel())
        async with open_slack(services) as segue:
            client = open_client(SecretStr(slack.bot_token), slack.base_url)
            handler = AsyncSocketModeHandler(
                segue.app, slack.app_token, web_client=client, ping_interval=0.2
            )
            await handler.connect_async()
            await slack.wait_until(lambda: slack.sockets.connections, what="a socket")
            try:
                yield slack, segue
            finally:
                await handler.close_async()


def finals(slack: FakeSlack, posted: Posted) -> list[Message]:
    """The final messages in the thread of a question, whoever asked there."""
    found = slack.transcript(posted.channel).answers(posted.thread_ts)
    return [m for m in found if (m.metadata or {}).get("event_type") == "segue_answer"]


async def answered(slack: FakeSlack, posted: Posted, count: int = 1) -> Message:
    """Waits until the questions of the thread are through; gives the last final message."""
    await slack.wait_until(lambda: len(finals(slack, posted)) >= count, 60, "a final message")
    return finals(slack, posted)[-1]


def words(message: Message) -> str:
    """What a reader sees of the text, whichever form it has."""
    shown = [
        block["text"] if block["type"] == "markdown" else block["text"]["text"]
        for block in message.blocks
        if block["type"] in ("markdown", "section")
    ]
    return "\n".join(shown) or message.text


def footer(message: Message) -> str:
    return " ".join(
        element["text"]
        for block in message.blocks
        if block["type"] == "context"
        for element in block["elements"]
    )
