"""The fake Slack's methods, called by the real slack_sdk."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from evals.peers.slack import FakeSlack, Pace, Posted

QUICK = Pace(ack=2.0, retries=(0.0, 0.02, 0.05))


def on_a_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    @wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*arguments, **named), 30))

    return run


@asynccontextmanager
async def a_client(**named: Any) -> AsyncIterator[tuple[FakeSlack, AsyncWebClient, Posted]]:
    """A fake Slack with one question in #sales, and a client to answer it."""
    async with FakeSlack(QUICK, subscriptions=frozenset(), **named) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.base_url)
        yield slack, client, slack.say("sales", "mia", "How many orders?")


def answers(slack: FakeSlack, posted: Posted) -> list[str]:
    return [message.text for message in slack.transcript(posted.channel).answers(posted.thread_ts)]


async def refused(call: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def section(length: int) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def chart(slices: int, label: str = "a") -> dict[str, Any]:
    segments = [{"label": label, "value": 1}] * slices
    return {
        "type": "data_visualization",
        "title": "t",
        "chart": {"type": "pie", "segments": segments},
    }


@on_a_loop
async def test_tokens_and_methods_are_checked() -> None:
    async with a_client() as (slack, client, _):
        assert (await client.auth_test())["team_id"] == slack.team_id
        assert await refused(AsyncWebClient(base_url=slack.base_url).auth_test()) == "not_authed"
        stranger = AsyncWebClient("xoxb-other", base_url=slack.base_url)
        assert await refused(stranger.auth_test()) == "invalid_auth"
        app = AsyncWebClient(slack.app_token, base_url=slack.base_url)
        assert await refused(app.auth_test()) == "not_allowed_token_type"
        opening = client.apps_connections_open(app_token=slack.bot_token)
        assert await refused(opening) == "not_allowed_token_type"
        assert await refused(client.api_call("chat.scribble")) == "unknown_method"
        assert slack.calls[-1].outcome == "unknown_method"
        assert not any(slack.bot_token in str(call.arguments) for call in slack.calls)


@on_a_loop
async def test_a_stream_keeps_to_its_states() -> None:
    async with a_client() as (slack, client, posted):
        place: dict[str, Any] = {"channel": posted.channel, "thread_ts": posted.ts}
        to: dict[str, Any] = {
            "recipient_team_id": slack.team_id,
            "recipient_user_id": posted.message.user,
        }
        missing = client.chat_startStream(**place)
        assert await refused(missing) == "missing_recipient_team_id"
        missing = client.chat_startStream(**place, recipient_team_id=slack.team_id)
        assert await refused(missing) == "missing_recipient_user_id"
        begun = await client.chat_startStream(**place, **to, markdown_text="One ")
        stream = {"channel": posted.channel, "ts": begun["ts"]}
        chunk = {"type": "markdown_text", "text": "two"}
        assert await refused(client.chat_appendStream(**stream, chunks=[chunk])) == (
            "streaming_mode_mismatch"
        )
        assert await refused(client.chat_update(**stream, text="x")) == "streaming_state_conflict"
        assert await refused(client.chat_delete(**stream)) == "cant_delete_message"
        long = client.chat_appendStream(**stream, markdown_text="x" * 12_001)
        assert await refused(long) == "msg_too_long"
        await client.chat_appendStream(**stream, markdown_text="two")
        bad = client.chat_stopStream(**stream, metadata={"event_type": "answer"})
        assert await refused(bad) == "invalid_metadata_schema"
        metadata = {"event_type": "answer", "event_payload": {"id": "a1"}}
        await client.chat_stopStream(**stream, metadata=metadata)
        late = client.chat_appendStream(**stream, markdown_text="three")
        assert await refused(late) == "message_not_in_streaming_state"
        assert answers(slack, posted) == ["One two"]
        replies = await client.conversations_replies(
            channel=posted.channel, ts=posted.ts, include_all_metadata=True
        )
        assert replies["messages"][1]["metadata"] == metadata
        posting = await client.chat_postMessage(**place, text="no stream")
        plain = {"channel": posted.channel, "ts": posting["ts"]}
        assert await refused(client.chat_stopStream(**plain)) == "message_not_in_streaming_state"


@on_a_loop
async def test_a_stream_that_slack_ended_can_be_finished_by_an_update() -> None:
    async with a_client() as (slack, client, posted):
        stream = await client.chat_stream(
            channel=posted.channel,
            thread_ts=posted.ts,
            recipient_team_id=slack.team_id,
            recipient_user_id=posted.message.user,
        )
        await stream.append(markdown_text="x" * 256)
        (message,) = slack.transcript("sales").answers(posted.ts)
        slack.expire_stream(message)
        assert await refused(stream.stop(markdown_text="y")) == "message_not_in_streaming_state"
        await client.chat_update(channel=posted.channel, ts=str(stream.ts), text="whole")
        assert answers(slack, posted) == ["whole"]
        assert message.edits[0].text == "x" * 256


@on_a_loop
async def test_a_stream_ends_by_age_however_often_it_is_fed() -> None:
    moment = [1_800_000_000.0]
    async with a_client() as (slack, client, posted):
        slack.workspace.now = lambda: moment[0]
        begun = await client.chat_startStream(
            channel=posted.channel,
            thread_ts=posted.ts,
            recipient_team_id=slack.team_id,
            recipient_user_id=posted.message.user,
        )
        stream = {"channel": posted.channel, "ts": begun["ts"], "markdown_text": "more "}
        for _ in range(4):
            moment[0] += 70
            await client.chat_appendStream(**stream)
        moment[0] += 20
        late = client.chat_appendStream(**stream)
        assert await refused(late) == "message_not_in_streaming_state"


@on_a_loop
async def test_tasks_and_plan_are_followed() -> None:
    async with a_client() as (slack, client, posted):
        stream = await client.chat_stream(
            channel=posted.channel,
            thread_ts=posted.ts,
            recipient_team_id=slack.team_id,
            recipient_user_id=posted.message.user,
            task_display_mode="plan",
        )
        task = {"type": "task_update", "id": "1", "title": "Reading"}
        await stream.append(
            chunks=[
                {"type": "plan_update", "title": "Answer"},
                task | {"status": "in_progress", "details": "orders "},
            ]
        )
        wrong = stream.append(chunks=[task | {"status": "completed"}])
        assert await refused(wrong) == "invalid_chunks"
        await stream.append(chunks=[task | {"status": "complete", "details": "and returns"}])
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "*3* orders"}}
        await stream.stop(chunks=[{"type": "blocks", "blocks": [section]}])
        (message,) = slack.transcript("sales").answers(posted.ts)
        assert message.stream is not None
        assert message.stream.plan == "Answer"
        assert message.stream.tasks["1"] == {
            "id": "1", "title": "Reading", "status": "complete", "details": "orders and returns",
        }  # fmt: skip
        assert message.blocks[0]["text"]["text"] == "*3* orders"


@on_a_loop
async def test_threads_are_kept_to_their_channel_and_their_parent() -> None:
    async with a_client() as (slack, client, posted):
        place = {"channel": posted.channel, "text": "x"}
        nowhere = client.chat_postMessage(**place, thread_ts="1.000001")
        assert await refused(nowhere) == "cannot_reply_to_message"
        other = slack.say("other", "mia", "elsewhere")
        assert await refused(client.chat_postMessage(**place, thread_ts=other.ts)) == (
            "cannot_reply_to_message"
        )
        reply = await client.chat_postMessage(**place, thread_ts=posted.ts)
        assert await refused(client.chat_postMessage(**place, thread_ts=reply["ts"])) == (
            "cannot_reply_to_message"
        )
        assert await refused(client.chat_postMessage(channel="C404", text="x")) == (
            "channel_not_found"
        )
        thread = await client.conversations_replies(channel=posted.channel, ts=posted.ts, limit=1)
        assert thread["has_more"]
        pages = [page["messages"] async for page in thread]
        assert [message["text"] for page in pages for message in page] == ["How many orders?", "x"]
        top = await client.conversations_history(channel=posted.channel)
        assert [message["reply_count"] for message in top["messages"]] == [1]
        lost = client.conversations_replies(channel=posted.channel, ts="1.000001")
        assert await refused(lost) == "thread_not_found"
        assert answers(slack, posted) == ["x"]


@on_a_loop
async def test_texts_keep_their_lengths() -> None:
    async with a_client() as (slack, client, posted):
        place = {"channel": posted.channel, "thread_ts": posted.ts}
        empty = client.api_call("chat.postMessage", json=place | {"text": " "})
        assert await refused(empty) == "no_text"
        both = client.chat_postMessage(**place, text="x", markdown_text="x")
        assert await refused(both) == "markdown_text_conflict"
        cut = await client.chat_postMessage(**place, text="x" * 40_001)
        assert cut["response_metadata"]["warnings"] == ["message_truncated"]
        (message,) = slack.transcript("sales").answers(posted.ts)
        assert message.truncated
        assert len(message.text) == 40_000
        update = {"channel": posted.channel, "ts": message.ts}
        assert await refused(client.chat_update(**update, text="x" * 4_001)) == "msg_too_long"
        theirs = client.chat_update(channel=posted.channel, ts=posted.ts, text="x")
        assert await refused(theirs) == "cant_update_message"
        await client.chat_delete(**update)
        assert answers(slack, posted) == []
        assert await refused(client.chat_delete(**update)) == "message_not_found"
        private = {"channel": posted.channel, "user": posted.message.user, "text": "psst"}
        await client.chat_postEphemeral(**private, thread_ts=posted.ts)
        assert answers(slack, posted) == []
        assert slack.transcript("sales").messages[-1].shown_only_to == posted.message.user


@on_a_loop
async def test_blocks_are_checked_at_the_door_and_a_type_can_be_refused() -> None:
    async with a_client() as (slack, client, posted):
        place: dict[str, Any] = {"channel": posted.channel, "text": "fallback"}
        assert await refused(client.chat_postMessage(**place, blocks=[section(3001)])) == (
            "invalid_blocks"
        )
        await client.chat_postMessage(**place, blocks=[chart(2)])
        slack.faults.refuse_blocks("data_visualization")
        assert await refused(client.chat_postMessage(**place, blocks=json.dumps([chart(2)]))) == (
            "invalid_blocks"
        )
        await client.chat_postMessage(**place, blocks=[section(3)])


@on_a_loop
async def test_a_status_is_shown_until_an_answer_or_two_minutes() -> None:
    async with a_client() as (slack, client, posted):
        where = {"channel_id": posted.channel, "thread_ts": posted.ts}

        def shown() -> str:
            return slack.workspace.status(posted.channel, posted.ts)

        await client.assistant_threads_setStatus(**where, status="is counting...")
        assert shown() == "is counting..."
        await client.chat_postMessage(channel=posted.channel, thread_ts=posted.ts, text="3")
        assert shown() == ""
        await client.assistant_threads_setStatus(**where, status="is counting...")
        later = slack.workspace.now() + 121
        slack.workspace.now = lambda: later
        assert shown() == ""
        wrong = {"channel_id": posted.channel, "thread_ts": "1.000001"}
        assert await refused(client.assistant_threads_setStatus(**wrong, status="x")) == (
            "invalid_thread_ts"
        )
        many = client.assistant_threads_setStatus(**where, status="x", loading_messages=["y"] * 11)
        assert await refused(many) == "invalid_arguments"
        await client.assistant_threads_setTitle(**where, title="Orders")
        await client.agents_sessions_setStatus(**where, status="suspended")
        assert await refused(client.agents_sessions_setStatus(**where, status="done")) == (
            "invalid_arguments"
        )
        transcript = slack.transcript("sales")
        assert transcript.titles == {posted.ts: "Orders"}
        assert [status.status for status in transcript.sessions] == ["suspended"]
        prompts = [{"title": "Orders", "message": "How many orders?"}]
        await client.assistant_threads_setSuggestedPrompts(**where, prompts=prompts)
        assert slack.transcript("sales").prompts == []  # with thread_ts Slack shows nothing
        await client.assistant_threads_setSuggestedPrompts(
            channel_id=posted.channel, prompts=prompts
        )
        assert slack.transcript("sales").prompts == prompts


@on_a_loop
async def test_a_file_goes_round() -> None:
    async with a_client() as (slack, client, posted):
        content = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
        await client.files_upload_v2(
            file=content,
            filename="chart.png",
            title="Orders",
            channel=posted.channel,
            thread_ts=posted.ts,
            initial_comment="Here it is",
        )
        (message,) = slack.transcript("sales").answers(posted.ts)
        assert (message.text, message.thread_ts) == ("Here it is", posted.ts)
        assert [(f.name, f.title, f.content) for f in message.files] == [
            ("chart.png", "Orders", content)
        ]
        again = client.files_completeUploadExternal(
            files=[{"id": message.files[0].id}], channel_id=posted.channel
        )
        assert await refused(again) == "file_not_found"
        reply = client.files_upload_v2(
            content="x", filename="x.txt", channel=posted.channel, thread_ts=message.ts
        )
        assert await refused(reply) == "invalid_thread_ts"
        ticket = await client.files_getUploadURLExternal(filename="x.txt", length=3)
        async with (
            aiohttp.ClientSession() as session,
            session.post(ticket["upload_url"], data=b"four") as answer,
        ):
            assert answer.status == 400


@on_a_loop
async def test_people_and_channels_can_be_read() -> None:
    async with a_client() as (slack, client, posted):
        user = await client.users_info(user=posted.message.user)
        assert user["user"]["name"] == "mia"
        channel = await client.conversations_info(channel=posted.channel)
        assert channel["channel"]["name"] == "sales"
        opened = await client.conversations_open(users=posted.message.user)
        sent = await client.chat_postMessage(channel=posted.message.user, text="in private")
        assert sent["channel"] == opened["channel"]["id"]
        react = {"channel": posted.channel, "timestamp": posted.ts, "name": "eyes"}
        await client.reactions_add(**react)
        assert await refused(client.reactions_add(**react)) == "already_reacted"
        assert posted.message.reactions == {"eyes": [slack.bot_user]}


@on_a_loop
async def test_a_rate_limit_says_when_to_come_back() -> None:
    async with a_client() as (slack, client, posted):
        slack.faults.on_call("chat.postMessage", "rate_limited", call=2, retry_after=7)
        await client.chat_postMessage(channel=posted.channel, text="one")
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=posted.channel, text="two")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "7"
        slack.faults.on_call("chat.postMessage", "rate_limited", retry_after=0)
        client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
        await client.chat_postMessage(channel=posted.channel, text="three")
        outcomes = [call.outcome for call in slack.calls]
        assert outcomes == ["ok", "rate_limited", "rate_limited", "ok"]


@on_a_loop
async def test_a_lost_answer_is_not_a_lost_message() -> None:
    async with a_client() as (slack, client, posted):
        client.retry_handlers.clear()
        for trouble, standing in (("dropped", 0), ("dropped_after", 1)):
            slack.faults.on_call("chat.postMessage", trouble)
            with pytest.raises(aiohttp.ClientError):
                await client.chat_postMessage(
                    channel=posted.channel, thread_ts=posted.ts, text="once?"
                )
            assert len(answers(slack, posted)) == standing
        slack.faults.on_call("chat.postMessage", "server_error")
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=posted.channel, text="x")
        assert caught.value.response.status_code == 500
        slack.faults.on_call("chat.postMessage", "error", error="fatal_error")
        assert await refused(client.chat_postMessage(channel=posted.channel, text="x")) == (
            "fatal_error"
        )


@on_a_loop
async def test_a_slow_call_is_done_although_nobody_waits_for_it() -> None:
    async with a_client() as (slack, client, posted):
        slack.faults.on_call("chat.postMessage", "slow", seconds=0.2)
        call = client.chat_postMessage(channel=posted.channel, thread_ts=posted.ts, text="late")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(call, 0.05)
        await slack.wait_until(lambda: answers(slack, posted) == ["late"])


@on_a_loop
async def test_the_address_of_a_click_replaces_its_message_five_times() -> None:
    async with a_client() as (slack, client, posted):
        button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
        await client.chat_postMessage(
            channel=posted.channel,
            thread_ts=posted.ts,
            text="Send it?",
            blocks=[{"type": "actions", "elements": [button]}],
        )
        (message,) = slack.transcript("sales").answers(posted.ts)
        address = slack.click(message, "tom").payload["response_url"]
        statuses = []
        async with aiohttp.ClientSession() as session:
            for number in range(6):
                body = {"text": f"Sent {number}", "replace_original": True}
                async with session.post(address, json=body) as answer:
                    statuses.append(answer.status)
        assert statuses == [200] * 5 + [404]
        assert answers(slack, posted) == ["Sent 4"]
        assert message.blocks == []
