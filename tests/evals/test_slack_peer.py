"""The fake Slack, met by the real slack_bolt over sockets and over signed HTTP."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import wraps
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from evals.peers.slack import Chances, FakeSlack, Faults, Pace, Posted, Repeat

QUICK = Pace(ack=2.0, retries=(0.0, 0.02, 0.05))
STOP = "chat.stopStream"
FEEDBACK = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "feedback",
            "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "good"},
            "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "bad"},
        }
    ],
}


def on_a_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    @wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*arguments, **named), 30))

    return run


class EchoBot:
    """Answers a mention with a stream and counts what reached it."""

    def __init__(self, slack: FakeSlack, remember: bool = True) -> None:
        self.client = AsyncWebClient(slack.bot_token, base_url=slack.base_url)
        self.app = AsyncApp(
            client=self.client,
            signing_secret=slack.signing_secret,
            logger=_quiet("bolt"),
            raise_error_for_unhandled_request=False,
        )
        self.remember = remember
        self.seen: list[str] = []
        self.clicks: list[dict[str, Any]] = []
        self.commands: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.app.event("app_mention")(self.answer)
        self.app.event("message")(self.note)
        self.app.action("feedback")(self.clicked)
        self.app.command("/segue")(self.commanded)

    async def answer(self, body: dict[str, Any], event: dict[str, Any], say_stream: Any) -> None:
        again = body["event_id"] in self.seen
        self.seen.append(body["event_id"])
        if again and self.remember:
            return
        stream = await say_stream(thread_ts=event.get("thread_ts") or event["ts"], buffer_size=4)
        await stream.append(markdown_text="You said: ")
        await stream.append(markdown_text=event["text"])
        await stream.stop(blocks=[FEEDBACK])

    async def note(self, event: dict[str, Any]) -> None:
        self.messages.append(event)

    async def clicked(self, ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        self.clicks.append(body)
        await respond(text="Thank you.", response_type="ephemeral")

    async def commanded(self, ack: Any, command: dict[str, Any]) -> None:
        self.commands.append(command)
        await ack(f"Heard {command['text']}")


def _quiet(name: str) -> logging.Logger:
    logger = logging.getLogger(f"test.{name}")
    logger.setLevel(logging.CRITICAL)
    return logger


@asynccontextmanager
async def by_socket(slack: FakeSlack, bot: EchoBot) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(
        bot.app, slack.app_token, logger=_quiet("socket"), ping_interval=0.2
    )
    before = slack.sockets.opened
    await handler.connect_async()
    await slack.wait_until(lambda: slack.sockets.opened > before, what="a socket")
    try:
        yield handler
    finally:
        await handler.close_async()


@asynccontextmanager
async def by_url(slack: FakeSlack, bot: EchoBot) -> AsyncIterator[str]:
    runner = web.AppRunner(bot.app.web_app("/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    await slack.send_events_to(url)
    try:
        yield url
    finally:
        await runner.cleanup()


def answers(slack: FakeSlack, posted: Posted) -> list[str]:
    return [message.text for message in slack.transcript(posted.channel).answers(posted.thread_ts)]


async def answered(slack: FakeSlack, posted: Posted, count: int = 1) -> list[str]:
    def complete() -> bool:
        found = slack.transcript(posted.channel).answers(posted.thread_ts)
        done = [m for m in found if m.stream is None or m.stream.state != "in_progress"]
        return len(done) >= count

    await slack.wait_until(complete, what=f"{count} answers")
    await slack.settled()
    return answers(slack, posted)


async def refused(call: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


@on_a_loop
async def test_a_mention_is_answered_by_a_stream_over_a_socket() -> None:
    async with FakeSlack(QUICK) as slack:
        bot = EchoBot(slack)
        async with by_socket(slack, bot):
            posted = slack.mention("sales", "mia", "hello")
            assert await answered(slack, posted) == [f"You said: {posted.message.text}"]
            (message,) = slack.transcript("sales").answers(posted.ts)
            assert message.stream is not None
            assert message.stream.state == "completed"
            assert message.thread_ts == posted.ts
            assert message.blocks[0]["type"] == "context_actions"
            states = [status.status for status in slack.transcript("sales").sessions]
            assert states == ["processing", "active"]
            methods = [call.method for call in slack.calls if call.method.startswith("chat.")]
            assert methods[0] == "chat.startStream"
            assert methods[-1] == "chat.stopStream"
            assert all(call.outcome == "ok" for call in slack.calls)


@on_a_loop
async def test_a_mention_is_answered_by_a_stream_over_signed_http() -> None:
    async with FakeSlack(QUICK) as slack:
        bot = EchoBot(slack)
        async with by_url(slack, bot):
            posted = slack.mention("sales", "mia", "hello")
            assert await answered(slack, posted) == [f"You said: {posted.message.text}"]
            assert [attempt.outcome for attempt in posted.deliveries[0].attempts] == ["acked"]


@on_a_loop
async def test_a_mention_comes_as_two_events_with_their_own_ids() -> None:
    async with FakeSlack(QUICK) as slack:
        bot = EchoBot(slack)
        async with by_socket(slack, bot):
            posted = slack.mention("sales", "mia", "hello")
            assert [d.event_type for d in posted.deliveries] == ["app_mention", "message"]
            assert len({d.event_id for d in posted.deliveries}) == 2
            await answered(slack, posted)
            # The bot's own message and its change come too; bolt passes over both.
            own = [d.payload["event"].get("subtype") for d in slack.deliveries[2:]]
            assert own == [None, "message_changed"]
            assert [message["user"] for message in bot.messages] == [posted.message.user]


@on_a_loop
async def test_direct_messages_replies_edits_and_deletions_reach_the_bot() -> None:
    async with FakeSlack(QUICK) as slack:
        bot = EchoBot(slack)
        async with by_socket(slack, bot):
            question = slack.direct("mia", "orders?", files=[("orders.csv", b"id\n1\n")])
            reply = slack.direct("mia", "and returns?", thread_ts=question.ts)
            slack.edit(reply.message, "and refunds?")
            slack.delete(reply.message)
            await slack.wait_until(lambda: len(bot.messages) == 4)
            by_subtype = {message.get("subtype"): message for message in bot.messages}
            assert set(by_subtype) == {"file_share", None, "message_changed", "message_deleted"}
            assert by_subtype[None]["channel_type"] == "im"
            assert by_subtype[None]["thread_ts"] == question.ts
            assert by_subtype["message_changed"]["previous_message"]["text"] == "and returns?"
            (file,) = by_subtype["file_share"]["files"]
            async with aiohttp.ClientSession() as session:
                headers = {"Authorization": f"Bearer {slack.bot_token}"}
                async with session.get(file["url_private_download"], headers=headers) as got:
                    assert await got.read() == b"id\n1\n"
                async with session.get(file["url_private_download"]) as got:
                    assert "Sign in" in await got.text()


@pytest.mark.parametrize("way", [by_socket, by_url])
@on_a_loop
async def test_clicks_and_commands_are_answered(way: Any) -> None:
    async with FakeSlack(QUICK) as slack:
        bot = EchoBot(slack)
        async with way(slack, bot):
            posted = slack.mention("sales", "mia", "hello")
            await answered(slack, posted)
            (message,) = slack.transcript("sales").answers(posted.ts)
            click = slack.click(message, "tom", value="bad")
            command = slack.command("sales", "tom", "/segue", "digest")
            await slack.wait_until(lambda: bot.clicks and bot.commands)
            await slack.settled()
            assert bot.clicks[0]["actions"][0]["value"] == "bad"
            assert bot.clicks[0]["message"]["ts"] == message.ts
            assert (click.state, command.state) == ("acked", "acked")
            private = [m for m in slack.transcript("sales").messages if m.shown_only_to]
            assert {m.text for m in private} == {"Thank you.", "Heard digest"}
            with pytest.raises(LookupError, match="has no button 'delete'"):
                slack.click(message, "tom", action_id="delete")


@on_a_loop
async def test_the_stop_button_ends_the_stream_and_tells_the_bot() -> None:
    async with FakeSlack(QUICK) as slack:
        bot = EchoBot(slack)
        stops: list[dict[str, Any]] = []

        async def stopped(event: dict[str, Any]) -> None:
            stops.append(event)

        bot.app.event("agent_session_stopped")(stopped)
        async with by_socket(slack, bot):
            posted = slack.direct("mia", "a long one")
            stream = await bot.client.chat_stream(channel=posted.channel, thread_ts=posted.ts)
            await stream.append(markdown_text="x" * 300)
            slack.press_stop(posted.channel, "mia", posted.ts)
            await slack.wait_until(lambda: stops)
            assert stops[0]["streaming_message_ts"] == [stream.ts]
            assert await refused(stream.stop()) == "stopped_by_user"


@pytest.mark.parametrize("way", [by_socket, by_url])
@on_a_loop
async def test_a_repeated_event_catches_a_bot_that_keeps_no_ids(way: Any) -> None:
    for remember, expected in ((False, 3), (True, 1)):
        async with FakeSlack(QUICK) as slack:
            slack.faults.repeat_events(Repeat(copies=2, event_type="app_mention"))
            bot = EchoBot(slack, remember)
            async with way(slack, bot):
                posted = slack.mention("sales", "mia", "hello")
                await slack.wait_until(lambda: len(bot.seen) == 3)  # noqa: B023
                assert len(set(bot.seen)) == 1
                assert len(await answered(slack, posted, expected)) == expected


@pytest.mark.parametrize(("way", "reason"), [(by_socket, "timeout"), (by_url, "http_timeout")])
@on_a_loop
async def test_a_late_acknowledgement_brings_the_event_again(way: Any, reason: str) -> None:
    async with FakeSlack(Pace(ack=0.4, retries=(0.0, 0.02, 0.05))) as slack:
        bot = EchoBot(slack)
        held: list[int] = []

        async def slow_at_first(next_: Any, body: dict[str, Any], request: Any) -> None:
            if body.get("event", {}).get("type") == "app_mention":
                held.append(int(request.headers.get("x-slack-retry-num", ["0"])[0]))
                if len(held) < 3:
                    await asyncio.sleep(0.6)
            await next_()

        bot.app.middleware(slow_at_first)
        async with way(slack, bot):
            posted = slack.mention("sales", "mia", "hello")
            (delivery, _) = posted.deliveries
            await answered(slack, posted)
            assert held == [0, 1, 2]
            outcomes = [attempt.outcome for attempt in delivery.attempts]
            assert outcomes == [reason, reason, "acked"]
            assert len(answers(slack, posted)) == 1


@on_a_loop
async def test_an_event_nobody_acknowledges_is_given_up_after_three_retries() -> None:
    statuses: list[str | None] = []

    async def fail(request: web.Request) -> web.Response:
        data = await request.json()
        if data["type"] == "url_verification":
            return web.json_response({"challenge": data["challenge"]})
        statuses.append(request.headers.get("X-Slack-Retry-Num"))
        headers = {"X-Slack-No-Retry": "1"} if len(statuses) > 4 else {}
        return web.Response(status=500, headers=headers)

    app = web.Application()
    app.router.add_post("/", fail)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with FakeSlack(QUICK) as slack:
        await slack.send_events_to(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        given_up = slack.say("sales", "mia", "hello").deliveries[0]
        await slack.settled()
        assert given_up.state == "given_up"
        assert statuses == [None, "1", "2", "3"]
        once = slack.say("sales", "mia", "hello again").deliveries[0]
        await slack.settled()
        assert len(once.attempts) == 1  # X-Slack-No-Retry
    await runner.cleanup()


@on_a_loop
async def test_a_lost_acknowledgement_is_not_a_lost_event() -> None:
    async with FakeSlack(QUICK) as slack:
        slack.faults.lose_acks(1)
        bot = EchoBot(slack)
        async with by_url(slack, bot):
            posted = slack.mention("sales", "mia", "hello")
            await answered(slack, posted)
            outcomes = [[a.outcome for a in d.attempts] for d in posted.deliveries]
            assert sorted(outcomes, key=len) == [["acked"], ["http_timeout", "acked"]]
            assert len(answers(slack, posted)) == 1


@on_a_loop
async def test_the_bot_comes_back_after_each_kind_of_disconnect() -> None:
    async with FakeSlack(QUICK) as slack:
        bot = EchoBot(slack)
        async with by_socket(slack, bot):
            for times, leave in enumerate(
                (
                    lambda: slack.sockets.ask_to_leave("refresh_requested"),
                    lambda: slack.sockets.ask_to_leave("warning", close=False),
                    slack.sockets.cut,
                ),
                start=2,
            ):
                await leave()
                await slack.wait_until(lambda n=times: slack.sockets.opened >= n, what="a return")
                posted = slack.mention("sales", "mia", f"number {times}")
                assert len(await answered(slack, posted)) == 1


@on_a_loop
async def test_an_envelope_in_flight_when_a_socket_ends_goes_to_the_next() -> None:
    async with FakeSlack(QUICK) as slack, aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=slack.base_url)

        async def connect() -> aiohttp.ClientWebSocketResponse:
            opened = await client.apps_connections_open(app_token=slack.app_token)
            socket = await session.ws_connect(opened["url"])
            assert (await socket.receive_json())["type"] == "hello"
            return socket

        first = await connect()
        posted = slack.say("sales", "mia", "hello")
        envelope = await first.receive_json()
        assert envelope["retry_attempt"] == 0
        await first.close()
        second = await connect()
        again = await second.receive_json()
        assert again["payload"] == envelope["payload"]
        assert again["envelope_id"] != envelope["envelope_id"]
        assert (again["retry_attempt"], again["retry_reason"]) == (1, "connection_failed")
        await second.send_json({"envelope_id": again["envelope_id"]})
        await slack.settled()
        assert posted.deliveries[0].state == "acked"
        await second.close()


@on_a_loop
async def test_several_connections_take_turns_and_an_eleventh_is_one_too_many() -> None:
    async with FakeSlack(QUICK) as slack, aiohttp.ClientSession() as session, AsyncExitStack():
        client = AsyncWebClient(base_url=slack.base_url)
        sockets = []
        for _ in range(11):
            opened = await client.apps_connections_open(app_token=slack.app_token)
            sockets.append(await session.ws_connect(opened["url"]))
        hellos = [await socket.receive_json() for socket in sockets]
        assert [hello.get("num_connections") for hello in hellos[:10]] == list(range(1, 11))
        assert hellos[10]["reason"] == "too_many_websockets"
        for number in range(10):
            slack.say("sales", "mia", f"number {number}")
        envelopes = [await socket.receive_json() for socket in sockets[:10]]
        texts = {envelope["payload"]["event"]["text"] for envelope in envelopes}
        assert texts == {f"number {number}" for number in range(10)}
        with pytest.raises(aiohttp.WSServerHandshakeError):  # a ticket opens one connection
            await session.ws_connect(opened["url"])
        for socket in sockets:
            await socket.close()


@on_a_loop
async def test_bolt_refuses_every_forgery_and_serves_the_true_request() -> None:
    async with FakeSlack(QUICK) as slack:
        bot = EchoBot(slack)
        async with by_url(slack, bot):
            posted = slack.mention("sales", "mia", "hello")
            await answered(slack, posted)
            event = posted.deliveries[0]
            for forgery in ("unsigned", "wrong_signature", "tampered", "stale"):
                assert (await slack.forge(forgery, event)).status == 401, forgery
            assert bot.seen == [event.event_id]
            # A strange team is signed well: to see that it is not ours is the bot's own work.
            assert (await slack.forge("wrong_team", event)).status == 200
            await slack.wait_until(lambda: len(bot.seen) == 2)


@on_a_loop
async def test_a_strange_team_can_come_over_a_socket() -> None:
    async with FakeSlack(QUICK) as slack:
        bot = EchoBot(slack)
        teams: list[str] = []

        async def note_team(next_: Any, body: dict[str, Any]) -> None:
            teams.append(body["team_id"])
            await next_()

        bot.app.middleware(note_team)
        async with by_socket(slack, bot):
            event = {"type": "message", "channel": "C1", "user": "U9", "text": "x", "ts": "1.0"}
            slack.send_event(event, team="T0STRANGER")
            await slack.settled()
            assert teams == ["T0STRANGER"]


@on_a_loop
async def test_a_url_that_does_not_echo_the_challenge_is_not_used() -> None:
    async with FakeSlack(QUICK) as slack:
        with pytest.raises(ValueError, match="did not echo"):
            await slack.send_events_to(f"{slack.address}/view/style.css")
        with pytest.raises(ValueError, match="did not echo"):
            await slack.send_events_to("http://127.0.0.1:1/")


@given(seed=st.integers(), method=st.sampled_from(["chat.update", "chat.stopStream"]))
def test_a_seed_brings_the_same_trouble_again(seed: int, method: str) -> None:
    chances = Chances(rate_limited=0.25, server_error=0.25, dropped=0.25, repeated_event=0.5)
    runs = []
    for _ in range(2):
        faults = Faults(seed=seed, chances=chances)
        calls = [fault.trouble if (fault := faults.next_call(method)) else "" for _ in range(20)]
        runs.append((calls, [faults.next_event("message") is None for _ in range(20)]))
    assert runs[0] == runs[1]


@on_a_loop
async def test_a_careful_bot_answers_once_through_seeded_repetitions() -> None:
    chances = Chances(0, 0, 0, 0, repeated_event=0.5, lost_ack=0.3)
    async with FakeSlack(QUICK, Faults(seed=3, chances=chances)) as slack:
        bot = EchoBot(slack)
        async with by_socket(slack, bot):
            asked = [slack.mention("sales", "mia", f"number {n}") for n in range(8)]
            for posted in asked:
                assert await answered(slack, posted) == [f"You said: {posted.message.text}"]
            assert len(bot.seen) > len(asked)  # there were repetitions


@on_a_loop
async def test_the_control_plane_drives_and_reads() -> None:
    async with FakeSlack(QUICK) as slack, aiohttp.ClientSession(slack.address) as session:
        bot = EchoBot(slack)

        async def act(action: str, **values: Any) -> dict[str, Any]:
            async with session.post(f"/control/{action}", json=values) as answer:
                body: dict[str, Any] = await answer.json()
                assert answer.status == 200, body
                return body

        async with by_socket(slack, bot):
            await act("faults", repeat={"event_type": "app_mention"})
            posted = await act("mention", channel="sales", user="mia", text="hello")
            await slack.wait_until(lambda: len(bot.seen) == 2)
            await slack.wait_until(lambda: slack.calls and slack.calls[-1].method == STOP)
            async with session.get("/control/transcript", params={"channel": "sales"}) as answer:
                question, reply = (await answer.json())["messages"]
            assert reply["thread_ts"] == posted["ts"] == question["ts"]
            assert reply["stream"] == "completed"
            await act("click", channel="sales", ts=reply["ts"], user="mia", value="good")
            await slack.wait_until(lambda: bot.clicks)
            await slack.settled()
            await act("disconnect", silently=True)
            await slack.wait_until(lambda: slack.sockets.opened == 2)
            await slack.settled()
        async with session.get("/control/calls") as answer:
            assert (await answer.json())["calls"][-1]["outcome"] == "ok"
        async with session.get("/control/deliveries") as answer:
            assert {d["state"] for d in (await answer.json())["deliveries"]} == {"acked"}
        for path, data, status in (
            ("/control/dance", "{}", 404),
            ("/control/say", '{"channel": "sales"}', 400),
            ("/control/click", '{"channel": "no", "ts": "1", "user": "mia"}', 400),
        ):
            headers = {"Content-Type": "application/json"}
            async with session.post(path, data=data, headers=headers) as answer:
                assert answer.status == status
        async with session.post("/control/say", data={"channel": "sales"}) as answer:
            assert answer.status == 415
