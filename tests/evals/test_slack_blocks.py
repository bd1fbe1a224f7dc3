"""Block Kit's limits, and the page that shows blocks."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.web.async_client import AsyncWebClient

from evals.peers.slack import FakeSlack
from evals.peers.slack.arguments import Refusal
from evals.peers.slack.blocks import check_blocks
from evals.peers.slack.view import to_pieces

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


def section(length: int) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def markdown(length: int) -> dict[str, Any]:
    return {"type": "markdown", "text": "x" * length}


def table(rows: int, cells: int) -> dict[str, Any]:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells] * rows}


def chart(slices: int, label: str = "a") -> dict[str, Any]:
    segments = [{"label": label, "value": 1}] * slices
    return {
        "type": "data_visualization",
        "title": "t",
        "chart": {"type": "pie", "segments": segments},
    }


BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
TASK = {"type": "task_card", "task_id": "1", "title": "t", "status": "complete"}


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "divider"}] * 50,
        [section(3000)],
        [markdown(6000), markdown(6000)],
        [table(100, 20)],
        [chart(12), chart(1)],
        [{"type": "actions", "elements": [BUTTON]}],
        [FEEDBACK],
        [{"type": "plan", "title": "p", "tasks": [TASK]}],
        [{"type": "container", "title": {"type": "plain_text", "text": "t"},
          "child_blocks": [section(1)]}],
    ],
)  # fmt: skip
def test_blocks_within_their_limits_pass(blocks: list[dict[str, Any]]) -> None:
    assert check_blocks(blocks) == blocks


@pytest.mark.parametrize(
    ("blocks", "error", "words"),
    [
        ([{"type": "divider"}] * 51, "invalid_blocks", "no more than 50"),
        ([{"type": "blink"}], "invalid_blocks", "unsupported type: blink"),
        ([section(3001)], "invalid_blocks", "less than 3001"),
        ([section(0)], "invalid_blocks", "missing required field: text"),
        ([markdown(12_001)], "invalid_blocks", "less than 12001"),
        ([markdown(6000), markdown(6001)], "msg_blocks_too_long", "12001 of 12000"),
        ([table(101, 1)], "invalid_blocks", "no more than 100"),
        ([table(1, 21)], "invalid_blocks", "no more than 20"),
        ([table(1, 1), table(1, 1)], "invalid_attachments", "only_one_table_allowed"),
        ([chart(13)], "invalid_blocks", "no more than 12"),
        ([chart(1)] * 3, "invalid_blocks", "no more than 2 data_visualization"),
        ([chart(1, "x" * 21)], "invalid_blocks", "less than 21"),
        ([{"type": "actions", "elements": [BUTTON, BUTTON]}], "invalid_blocks", "already exists"),
        ([{"type": "context_actions", "elements": [BUTTON]}], "invalid_blocks", "unsupported"),
        ([{"type": "context_actions", "elements": [{"type": "feedback_buttons"}]}],
         "invalid_blocks", "positive_button"),
        ([TASK, {"type": "plan", "title": "p"}], "invalid_blocks", "plan and task_card"),
        ([TASK | {"status": "completed"}], "invalid_blocks", "unknown status"),
        ([{"type": "divider", "block_id": "a"}] * 2, "invalid_blocks", "block_id already"),
        ("text", "invalid_blocks_format", "array"),
        ([1], "invalid_blocks_format", "array"),
    ],
)  # fmt: skip
def test_blocks_beyond_their_limits_are_refused(blocks: Any, error: str, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_blocks(blocks)
    assert caught.value.error == error
    assert words in " ".join(caught.value.details)


@on_a_loop
async def test_the_page_shows_the_conversation_and_runs_nothing() -> None:
    async with FakeSlack(subscriptions=frozenset()) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.base_url)
        posted = slack.say("sales", "mia", "How many orders?")
        slack.say("sales", "mia", "<script>alert(1)</script>", thread_ts=posted.ts)
        await client.chat_postMessage(
            channel=posted.channel,
            thread_ts=posted.ts,
            text="There are **3** orders",
            blocks=[section(3), table(1, 2), {"type": "actions", "elements": [BUTTON]}, FEEDBACK],
        )
        await client.files_upload_v2(
            file=b"png", filename="chart.png", channel=posted.channel, thread_ts=posted.ts
        )
        async with aiohttp.ClientSession(slack.address) as session:
            async with session.get("/", params={"channel": "sales"}) as answer:
                page = await answer.text()
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
            assert "<script" not in page
            assert '<span class="button">Go</span>' in page
            assert '<span class="button">Good</span>' in page
            (message,) = [m for m in slack.transcript("sales").messages if m.files]
            image = f"/view/files/{message.files[0].id}"
            assert f'src="{image}"' in page
            async with session.get(image) as answer:
                assert (answer.content_type, await answer.read()) == ("image/png", b"png")
            async with session.get("/view/style.css") as answer:
                assert answer.content_type == "text/css"


def test_a_text_is_cut_at_its_marks() -> None:
    pieces = to_pieces("a **b** `c` <https://x.test|d><@U01> <https://y.test>")
    assert [(piece.look, piece.text) for piece in pieces if piece.text.strip()] == [
        ("plain", "a "), ("strong", "b"), ("code", "c"), ("link", "d"), ("person", "U01"),
        ("plain", " <https://y.test>"),
    ]  # fmt: skip


@given(st.text())
def test_no_text_is_lost_in_cutting(text: str) -> None:
    marks = {"strong": "**{}**", "code": "`{}`", "plain": "{}", "person": "<@{}>"}
    pieces = [piece for piece in to_pieces(text) if piece.look != "link"]
    whole = "".join(marks[piece.look].format(piece.text) for piece in pieces)
    assert whole == text or "<http" in text
