"""One reply, whatever happens to its calls: the text is whole, and the message is one."""

import pytest
from segue_in_slack import answered, finals, footer, on_a_loop, segue_in_slack, words

from agent.loop import NamedModel
from api.slack.blocks import Final
from api.slack.streaming import Reply
from evals.peers.slack import FakeSlack, Message, Posted
from evals.peers.slack.faults import Trouble
from stores.home import Home
from stores.slack import SlackQuestion

WHO = "how many customers are in each segment?"
START, APPEND, STOP = "chat.startStream", "chat.appendStream", "chat.stopStream"
UPDATE, POST = "chat.update", "chat.postMessage"


def texts(slack: FakeSlack, posted: Posted) -> list[Message]:
    """All that stands in the thread but charts, final or not."""
    return [m for m in slack.transcript(posted.channel).answers(posted.thread_ts) if not m.files]


def is_whole(message: Message) -> bool:
    said = words(message)
    return said.startswith("There are 7 segments; ") and said.count("\n- ") == 7


TROUBLES: list[tuple[str, Trouble, int]] = [
    (method, trouble, call)
    for method in (START, APPEND, STOP)
    for trouble in ("server_error", "dropped", "dropped_after", "rate_limited")
    for call in ((1, 2) if method == APPEND else (1,))
]


@pytest.mark.parametrize(("method", "trouble", "call"), TROUBLES)
@on_a_loop
async def test_a_call_that_goes_wrong_leaves_one_whole_message(
    home: Home, method: str, trouble: Trouble, call: int
) -> None:
    async with segue_in_slack(home) as (slack, _):
        slack.faults.on_call(method, trouble, call)
        posted = slack.mention("sales", "mia", WHO)
        message = await answered(slack, posted)
        assert is_whole(message)
        assert "Answered by" in footer(message)
        assert len(texts(slack, posted)) == 1


@pytest.mark.parametrize("method", [UPDATE, POST])
@pytest.mark.parametrize("trouble", ["server_error", "dropped", "dropped_after"])
@on_a_loop
async def test_trouble_on_the_way_around_trouble(home: Home, method: str, trouble: Trouble) -> None:
    async with segue_in_slack(home) as (slack, _):
        if method == UPDATE:
            slack.faults.on_call(STOP, "dropped")
        else:
            slack.faults.on_call(START, "error", error="method_not_supported_for_channel_type")
        slack.faults.on_call(method, trouble)
        posted = slack.mention("sales", "mia", WHO)
        assert is_whole(await answered(slack, posted))
        assert len(texts(slack, posted)) == 1


@on_a_loop
async def test_a_stream_that_slack_ends_is_rewritten_as_a_whole(home: Home) -> None:
    async with segue_in_slack(home) as (slack, _):
        slack.faults.on_call(APPEND, "slow", seconds=0.4)
        posted = slack.mention("sales", "mia", WHO)
        (stream,) = await slack.wait_until(lambda: texts(slack, posted))
        slack.expire_stream(stream)
        message = await answered(slack, posted)
        assert message is stream
        assert is_whole(message)
        assert len(texts(slack, posted)) == 1


@pytest.mark.parametrize(
    "refused", [("context_actions",), ("context_actions", "context"), ("markdown",),
                ("markdown", "context", "context_actions"),
                ("markdown", "section", "context", "context_actions")],
)  # fmt: skip
@pytest.mark.parametrize("streamed", [True, False])
@on_a_loop
async def test_blocks_that_a_workspace_lacks_cost_no_words(
    home: Home, refused: tuple[str, ...], streamed: bool
) -> None:
    async with segue_in_slack(home) as (slack, _):
        slack.faults.refuse_blocks(*refused)
        if not streamed:
            slack.faults.on_call(START, "error", error="method_not_supported_for_channel_type")
        posted = slack.mention("sales", "mia", WHO)
        assert is_whole(await answered(slack, posted))
        assert len(texts(slack, posted)) == 1


@on_a_loop
async def test_when_slack_is_away_the_question_waits_for_it(home: Home) -> None:
    async with segue_in_slack(home) as (slack, _):
        for method in (START, "conversations.replies", UPDATE, POST, STOP):
            slack.faults.on_call(method, "server_error", times=7)
        posted = slack.mention("sales", "mia", WHO)
        assert is_whole(await answered(slack, posted))
        assert len(texts(slack, posted)) == len(finals(slack, posted)) == 1


@on_a_loop
async def test_a_question_that_is_deleted_is_not_answered(home: Home) -> None:
    async with segue_in_slack(home) as (slack, segue):
        slack.faults.on_call(START, "slow", seconds=0.5)
        posted = slack.mention("sales", "mia", WHO)
        await slack.wait_until(lambda: segue.desk.store.open_in(
            slack.team_id, posted.channel, posted.ts))  # fmt: skip
        slack.delete(posted.message)
        await slack.wait_until(lambda: not segue.desk.store.open_in(
            slack.team_id, posted.channel, posted.ts))  # fmt: skip
        assert texts(slack, posted) == []


@on_a_loop
async def test_an_answer_longer_than_a_message_goes_on_in_the_next(home: Home) -> None:
    async with segue_in_slack(home) as (slack, segue):
        posted = slack.say("sales", "mia", "tell me everything")
        question = SlackQuestion(
            event_id="EvLong", team_id=slack.team_id, channel=posted.channel,
            message_ts=posted.ts, thread_ts=posted.ts, user_id=posted.message.user, text="",
            state="working", attempt=1, answer_id=None, reply_ts=None,
            created_at=segue.desk.services.now(),
        )  # fmt: skip
        text = "\n".join(f"Line {number} of a long answer." for number in range(1000))
        for _ in range(2):  # the second time it is all there already
            reply = Reply(segue.desk.client, slack.bot_user, question, nothing, nobody)
            slack.faults.on_call(POST, "dropped_after", 2)
            await reply.find()
            await reply.begin("Reading the question")
            for line in text.splitlines(keepends=True):
                await reply.write(line)
            await reply.finish(Final(text, "The end", "answer_1"))
        parts = texts(slack, posted)
        assert len(parts) == 3
        assert "".join("".join(map(words, parts)).split()) == "".join(text.split())
        assert [bool(footer(part)) for part in parts] == [False, False, True]


async def nothing(ts: str) -> None:
    """Whoever finds the message finds it by its metadata."""


async def nobody() -> set[str]:
    return set()


@on_a_loop
async def test_a_model_that_fails_is_replaced_and_the_answer_says_so(home: Home) -> None:
    async with segue_in_slack(home, broken_model()) as (slack, _):
        posted = slack.mention("sales", "mia", WHO)
        message = await answered(slack, posted)
        assert is_whole(message)
        assert "The built-in planner answers instead" in footer(message)
        assert len(texts(slack, posted)) == 1


def broken_model() -> NamedModel:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import ChatResult

    class Broken(BaseChatModel):
        @property
        def _llm_type(self) -> str:
            return "broken"

        def bind_tools(self, tools: object, **more: object) -> "Broken":  # type: ignore[override]
            return self

        def _generate(
            self, messages: list[BaseMessage], *rest: object, **more: object
        ) -> ChatResult:  # type: ignore[override]
            raise ConnectionError("nobody is there")

    return NamedModel("broken", Broken(), (ConnectionError,))
