"""What comes in, and what becomes of it: mentions, direct messages, commands, clicks, stops."""

import asyncio

from segue_in_slack import answered, finals, footer, on_a_loop, segue_in_slack, words

from agent.loop import NamedModel
from evals.peers.slack import Message, Repeat
from stores.feedback import FeedbackStore
from stores.home import Home
from stores.people import PeopleStore
from stores.slack import SlackPeopleStore

WHO = "which segment brings most revenue?"


def private(messages: list[Message]) -> list[str]:
    return [message.text for message in messages if message.shown_only_to]


@on_a_loop
async def test_a_mention_is_answered_once_in_its_thread_with_a_chart(home: Home) -> None:
    async with segue_in_slack(home) as (slack, _):
        slack.faults.repeat_events(Repeat(copies=2, event_type="app_mention"))
        posted = slack.mention("sales", "mia", WHO)
        message = await answered(slack, posted)
        assert message.thread_ts == posted.ts
        assert message.stream is not None and message.stream.state == "completed"
        assert words(message).startswith("Champions lead with £")
        tasks = message.stream.tasks.values()
        assert [task["title"] for task in tasks][:2] == [
            "Reading the question", "Looking at the segments",
        ]  # fmt: skip
        assert {task["status"] for task in tasks} == {"complete"}
        assert "each with a receipt" in footer(message)
        assert "Answered by the built-in planner in" in footer(message)

        def chart() -> list[Message]:
            return [m for m in slack.transcript("sales").answers(posted.ts) if m.files]

        (drawn,) = await slack.wait_until(chart, 30, "a chart")
        assert drawn.files[0].content is not None
        assert drawn.files[0].content.startswith(b"\x89PNG")
        assert drawn.files[0].alt_text.startswith(drawn.files[0].title)
        await slack.settled()
        assert len(finals(slack, posted)) == 1
        assert len(slack.transcript("sales").answers(posted.ts)) == 2


@on_a_loop
async def test_the_first_sign_comes_before_any_work(home: Home) -> None:
    async with segue_in_slack(home) as (slack, _):
        posted = slack.mention("sales", "mia", WHO)
        await answered(slack, posted)
        said = [call.method for call in slack.calls if "chat." in call.method or "Status" in
                call.method]  # fmt: skip
        assert said[:2] == ["assistant.threads.setStatus", "chat.startStream"]


@on_a_loop
async def test_a_direct_message_goes_on_in_its_thread(home: Home) -> None:
    async with segue_in_slack(home) as (slack, _):
        first = slack.direct("mia", WHO)
        await answered(slack, first)
        second = slack.direct("mia", "and which is likely to leave?", thread_ts=first.ts)
        message = await answered(slack, second, 2)
        assert message.thread_ts == first.ts
        assert "churn" in words(message).lower()


@on_a_loop
async def test_what_is_not_said_to_us_is_left_alone(home: Home) -> None:
    async with segue_in_slack(home) as (slack, _):
        slack.say("sales", "mia", "who has the numbers?")
        asked = slack.mention("sales", "mia", WHO)
        await answered(slack, asked)
        slack.say("sales", "tom", "thanks!", thread_ts=asked.ts)
        slack.edit(asked.message, f"{asked.message.text} please")
        await slack.settled()
        marker = slack.direct("tom", WHO)
        await answered(slack, marker)
        assert len(finals(slack, asked)) == 1
        tops = [m for m in slack.transcript("sales").messages if m.by_bot and not m.thread_ts]
        assert tops == []


@on_a_loop
async def test_a_setting_takes_every_reply_of_a_thread_for_a_question(home: Home) -> None:
    async with segue_in_slack(home, replies="thread") as (slack, _):
        asked = slack.mention("sales", "mia", WHO)
        await answered(slack, asked)
        reply = slack.say("sales", "tom", "and which is likely to leave?", thread_ts=asked.ts)
        await answered(slack, reply, 2)
        slack.say("sales", "tom", "lunch?")
        await slack.settled()
        assert len([m for m in slack.transcript("sales").messages if m.by_bot and m.text]) == 2


@on_a_loop
async def test_each_author_of_a_thread_has_a_thread_of_their_own(home: Home) -> None:
    async with segue_in_slack(home) as (slack, segue):
        mia = slack.mention("sales", "mia", WHO)
        tom = slack.mention("sales", "tom", "who is likely to leave?", thread_ts=mia.ts)
        await answered(slack, tom, 2)
        threads = {
            str(segue.desk.store.of_answer(m.metadata["event_payload"]["answer"]).user_id)
            for m in finals(slack, mia)
        }
        assert threads == {mia.message.user, tom.message.user}


@on_a_loop
async def test_a_command_is_answered_where_only_the_asker_sees_it(home: Home) -> None:
    async with segue_in_slack(home) as (slack, _):
        slack.command("sales", "mia", "/segue", WHO)
        mia = slack.workspace.user_named("mia")
        channel = slack.workspace.direct_channel(mia)

        def done() -> list[Message]:
            return [m for m in slack.transcript(channel.id).messages if m.metadata and m.stream]

        (message,) = await slack.wait_until(done, 30, "an answer")
        (root,) = [m for m in slack.transcript(channel.id).messages if m.ts == message.thread_ts]
        assert root.text == f"You asked: {WHO}"
        await slack.settled()
        assert private(slack.transcript("sales").messages) == [
            "I answer in our direct messages, where only you see it."
        ]


@on_a_loop
async def test_only_the_asker_judges_an_answer(home: Home) -> None:
    async with segue_in_slack(home) as (slack, segue):
        posted = slack.mention("sales", "mia", WHO)
        message = await answered(slack, posted)
        assert message.metadata is not None
        answer_id = message.metadata["event_payload"]["answer"]
        slack.click(message, "tom", value=f"bad:{answer_id}")
        await slack.wait_until(lambda: private(slack.transcript("sales").messages))
        (refusal,) = private(slack.transcript("sales").messages)
        assert refusal.startswith(f"Only <@{posted.message.user}>, who asked, can")
        assert FeedbackStore(home).of(answer_id) == {}
        for value in ("bad", "good"):
            slack.click(message, "mia", value=f"{value}:{answer_id}")
            await slack.wait_until(lambda: FeedbackStore(home).of(answer_id))
        await slack.wait_until(lambda: len(private(slack.transcript("sales").messages)) == 3)
        person = SlackPeopleStore(home).person(
            slack.team_id, posted.message.user, segue.desk.services.now()
        )
        assert FeedbackStore(home).of(answer_id) == {person.person_id: "good"}


@on_a_loop
async def test_opening_the_messages_suggests_what_can_be_asked(home: Home) -> None:
    async with segue_in_slack(home) as (slack, _):
        channel = slack.open_messages("mia")
        await slack.wait_until(lambda: slack.workspace.prompts.get(channel.id))
        prompts = slack.workspace.prompts[channel.id]
        assert prompts[-1]["message"] == "What are Champions like?"


@on_a_loop
async def test_people_of_slack_do_not_lock_the_machine_s_own_door(home: Home) -> None:
    async with segue_in_slack(home) as (slack, _):
        await answered(slack, slack.mention("sales", "mia", WHO))
        assert not PeopleStore(home).anybody()


@on_a_loop
async def test_the_asker_may_stop_and_nobody_else(home: Home) -> None:
    model, hold = held_model()
    async with segue_in_slack(home, model) as (slack, _):
        posted = slack.mention("sales", "mia", WHO)
        await slack.wait_until(hold.is_set, what="the model at work")
        slack.say("sales", "tom", "what is it doing?", thread_ts=posted.ts)
        slack.press_stop("sales", "tom", posted.ts)
        await slack.wait_until(lambda: private(slack.transcript("sales").messages))
        assert "can stop it" in private(slack.transcript("sales").messages)[0]
        slack.press_stop("sales", "mia", posted.ts)
        message = await answered(slack, posted)
        assert words(message) == "Stopped, as you asked. Nothing was changed."
        await slack.settled()
        assert len(finals(slack, posted)) == 1


def held_model() -> tuple[NamedModel, asyncio.Event]:
    """A model that begins and does not end, and the sign that it has begun."""
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import ChatResult

    begun = asyncio.Event()

    class Held(BaseChatModel):
        @property
        def _llm_type(self) -> str:
            return "held"

        def bind_tools(self, tools: object, **more: object) -> "Held":  # type: ignore[override]
            return self

        def _generate(self, messages: list[BaseMessage], **more: object) -> ChatResult:  # type: ignore[override]
            raise NotImplementedError

        async def _agenerate(self, messages: list[BaseMessage], **more: object) -> ChatResult:  # type: ignore[override]
            begun.set()
            await asyncio.Event().wait()
            raise AssertionError

    return NamedModel("held", Held()), begun
