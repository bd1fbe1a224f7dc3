"""Signed HTTP at `segue serve`: what is Slack's is served, everything else is refused."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
import uvicorn
from segue_in_slack import QUICK, answered, on_a_loop, settings_for, words

from api.http import build_app
from api.services import Services
from api.settings import read_settings
from evals.peers.slack import FakeSlack
from stores.home import Home

WHO = "which segment brings most revenue?"


@contextlib.asynccontextmanager
async def served(home: Home, **more: str) -> AsyncIterator[tuple[FakeSlack, str]]:
    """The whole service on a free port, and a fake Slack that sends its events there."""
    async with FakeSlack(QUICK) as slack:
        services = Services(read_settings({}, settings_for(home, slack, **more)), home)
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            build_app(services, "127.0.0.1"), log_config=None, access_log=False, lifespan="on"
        )
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        running = asyncio.create_task(server.serve(sockets=[listening]))
        await slack.wait_until(lambda: server.started, 30, "the service")
        try:
            yield slack, f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


@on_a_loop
async def test_a_signed_mention_is_answered(home: Home) -> None:
    async with served(home) as (slack, address):
        await slack.send_events_to(f"{address}/slack/events")
        posted = slack.mention("sales", "mia", WHO)
        assert words(await answered(slack, posted)).startswith("Champions lead")


@on_a_loop
async def test_what_is_not_slack_s_is_refused_and_leaves_nothing(home: Home) -> None:
    async with served(home) as (slack, address):
        await slack.send_events_to(f"{address}/slack/events")
        posted = slack.mention("sales", "mia", WHO)
        await answered(slack, posted)
        await slack.settled()
        before = len(slack.calls)
        copy = posted.deliveries[0]
        copy.payload["event_id"] = "EvForged"
        copy.payload["event"] |= {"ts": "1.1"}
        for forgery in ("unsigned", "wrong_signature", "tampered", "stale"):
            assert (await slack.forge(forgery, copy)).status == 401
        wrong_team = await slack.forge("wrong_team", copy)
        assert wrong_team.status == 403
        assert wrong_team.headers["x-slack-no-retry"] == "1"
        marker = slack.direct("tom", WHO)
        await answered(slack, marker)
        assert {c.arguments.get("thread_ts") for c in slack.calls[before:]} <= {marker.ts, None}


@on_a_loop
async def test_the_settings_may_let_another_team_in(home: Home) -> None:
    async with served(home, team="T9OTHER, T0STRANGER") as (slack, address):
        await slack.send_events_to(f"{address}/slack/events")
        posted = slack.say("sales", "mia", "hello")
        assert (await slack.forge("wrong_team", posted.deliveries[0])).status == 200
        await slack.settled()
        assert {attempt.outcome for attempt in posted.deliveries[0].attempts} == {"http_error"}


@on_a_loop
async def test_the_page_is_served_when_slack_says_no(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    async with (
        served(home, bot_token="xoxb-revoked") as (_, address),
        aiohttp.ClientSession() as session,
        session.get(f"{address}/health") as answer,
    ):
        assert answer.status == 200
    assert "Slack is off: Slack does not accept the bot token" in capsys.readouterr().err


@pytest.mark.parametrize("secret", [True, False])
@on_a_loop
async def test_the_address_is_there_only_with_a_secret(home: Home, secret: bool) -> None:
    more = {} if secret else {"signing_secret": ""}
    async with served(home, **more) as (_, address), aiohttp.ClientSession() as session:
        strange = {"Host": "segue.example", "Content-Type": "application/json"}
        url = f"{address}/slack/events"
        async with session.post(url, data=b"{}", headers=strange) as answer:
            assert answer.status == (401 if secret else 421)
        async with session.post(f"{address}/v1/questions", data=b"{}", headers=strange) as answer:
            assert answer.status == 421
        async with session.post(url, data=b"x" * 1_000_001) as answer:
            assert answer.status == (413 if secret else 405)
