"""The desk: takes questions in, gives a first sign, and works on each until it is answered.

A question is in SQL before Slack is told that it arrived. Whichever process claims it holds a
lease while it works; one that was left in the middle is taken over, and what is already in the
thread is found and completed rather than said twice.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from agent.events import Answer, Restarted, Sentence, Status, ToolUsed
from agent.loop import answer
from api.logs import working_on
from api.problems import report_defect
from api.routes.questions import Question, open_question
from api.services import Services
from api.slack import blocks
from api.slack.blocks import Final
from api.slack.client import Json, NotAllowed, Unclear, once, repeated
from api.slack.identity import Workspace
from api.slack.pictures import Pictures, calls_for_chart, chart_of
from api.slack.streaming import Reply
from api.wire import doing
from engine.errors import BadInput, Fixable, OutOfReach
from stores.slack import SlackPeopleStore, SlackQuestion, SlackQuestionStore, SlackThreadStore
from stores.threads import Thread, ThreadStore
from tools.context import Context

MOST_ATTEMPTS = 5
_AT_ONCE = 8
_LOOK_EVERY_SECONDS = 0.5
_WATCH_EVERY_SECONDS = 1.0
_RETRY_AFTER = timedelta(seconds=2)
_LONGEST_QUESTION = 2000
# What Slack took without saying so may be shown a little later; only then it is sent again.
_UNTIL_SHOWN = (0.0, 1.0, 2.0)
_PICTURE_TRIES = 3
_READING = "Reading the question"
_STOPPED = Final("Stopped, as you asked. Nothing was changed.")
_INTERRUPTED = Final(
    "I was interrupted several times while I worked on this and stopped trying. Please ask again."
)
_WHAT_TO_ASK = Final(
    "Ask me about the shop's customers, for example: which segment brings most revenue, "
    "and who is likely to leave?"
)
_log = logging.getLogger("segue.slack")
_Found = TypeVar("_Found")


class Desk:
    def __init__(
        self, services: Services, client: AsyncWebClient, workspace: Workspace, pictures: Pictures
    ) -> None:
        self.services, self.client, self.workspace = services, client, workspace
        self.store = SlackQuestionStore(services.home)
        self._pictures = pictures
        self._working: set[asyncio.Task[None]] = set()
        self._signs: set[asyncio.Task[None]] = set()
        self._changed: dict[str, asyncio.Event] = {}
        self._wake = asyncio.Event()

    # ---- in ----------------------------------------------------------------------------------

    async def take_in(self, question: SlackQuestion) -> bool:
        """Claims the question in SQL; the first sign follows without waiting for its turn."""
        if not await asyncio.to_thread(self.store.take_in, question):
            return False
        if question.channel:
            sign = asyncio.create_task(self._sign(question))
            self._signs.add(sign)
            sign.add_done_callback(self._signs.discard)
        self._wake.set()
        return True

    async def _sign(self, question: SlackQuestion) -> None:
        with contextlib.suppress(NotAllowed, Unclear):
            await repeated(
                lambda: self.client.assistant_threads_setStatus(
                    channel_id=question.channel,
                    thread_ts=question.thread_ts,
                    status="is reading the question ...",
                )
            )

    async def stop(self, question: SlackQuestion) -> None:
        await asyncio.to_thread(self.store.ask_stop, question)
        if question.event_id in self._changed:
            self._changed[question.event_id].set()
        self._wake.set()

    # ---- at work -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Claims questions until it is cancelled; then puts back what it has not answered."""
        try:
            while True:
                self._wake.clear()
                while len(self._working) < _AT_ONCE:
                    question = await asyncio.to_thread(self._claim)
                    if question is None:
                        break
                    task = asyncio.create_task(self._work(question))
                    self._working.add(task)
                    task.add_done_callback(self._working.discard)
                    task.add_done_callback(lambda _: self._wake.set())
                # Not wait_for: before Python 3.12 it loses a cancellation that comes with the wake.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                        await self._wake.wait()
        finally:
            tasks = [*self._working, *self._signs]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _claim(self) -> SlackQuestion | None:
        """None as well while the database is out of reach: it may come back."""
        try:
            return self.store.claim(self.services.now())
        except OutOfReach as error:
            _log.warning("no question can be claimed: %s", error)
            return None

    async def _work(self, question: SlackQuestion) -> None:
        """The one place where anything that goes wrong with a question ends."""
        with working_on(question.event_id):
            try:
                await self._see_through(question)
            except asyncio.CancelledError:
                self.store.put_back(question, None)
                raise
            except NotAllowed as refusal:
                _log.error("question %s: Slack says %s", question.event_id, refusal.error)
                if refusal.gone:
                    self.store.end(question, "failed")
                else:
                    self.store.put_back(question, self.services.now() + _RETRY_AFTER)
            except Unclear as trouble:
                _log.warning("question %s: no word from Slack (%s)", question.event_id, trouble)
                self.store.put_back(question, self.services.now() + _RETRY_AFTER)
            except OutOfReach as error:  # when the lease has run out it is tried again
                _log.warning("question %s is left: %s", question.event_id, error)
            except Exception as error:
                report_defect(error)
                self.store.put_back(question, self.services.now() + _RETRY_AFTER)

    async def _see_through(self, question: SlackQuestion) -> None:
        question = await self._placed(question)
        reply = self._reply(question)
        if question.attempt > 1 or question.reply_ts:
            await reply.find()
        speaking = asyncio.create_task(self._speak(question, reply))
        watching = asyncio.create_task(self._watch(question))
        try:
            await asyncio.wait({speaking, watching}, return_when=asyncio.FIRST_COMPLETED)
            if speaking.done():
                body = speaking.result()
            elif watching.result() == "lost":
                return
            else:
                await _cancelled(speaking)
                await self._say_stopped(question, reply)
                return
            if body is not None and not watching.done():
                await self._show_picture(question, body, reply)
            await asyncio.to_thread(self.store.end, question, "answered")
        finally:
            await _cancelled(speaking)
            await _cancelled(watching)

    async def _watch(self, question: SlackQuestion) -> str:
        """Keeps the lease; comes back when the asker wants it stopped, or it is ours no more."""
        changed = self._changed[question.event_id] = asyncio.Event()
        try:
            while True:
                state = await asyncio.to_thread(self.store.renew, question, self.services.now())
                if state != "working":
                    return state
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_WATCH_EVERY_SECONDS):
                        await changed.wait()
        finally:
            self._changed.pop(question.event_id, None)

    async def _say_stopped(self, question: SlackQuestion, reply: Reply) -> None:
        """A stop that comes after the answer changes nothing any more."""
        await reply.find()
        if not reply.is_final:
            await reply.finish(_STOPPED)
            await asyncio.to_thread(self.store.end, question, "stopped")
        else:
            await asyncio.to_thread(self.store.end, question, "answered")

    async def _speak(self, question: SlackQuestion, reply: Reply) -> Json | None:
        """Up to the final message; gives the answer's body when there is one."""
        kept = await asyncio.to_thread(self._kept, question)
        if reply.is_final:
            return kept
        if kept is None and question.attempt > MOST_ATTEMPTS:
            await reply.finish(_INTERRUPTED)
            return None
        body, final = kept, _INTERRUPTED
        if body is None:
            body, final = await self._answered(question, reply)
        if body is not None:
            await asyncio.to_thread(self.store.keep, question, answer_id=str(body["answer_id"]))
            final = blocks.of_answer(body)
        await reply.finish(final)
        return body

    async def _answered(self, question: SlackQuestion, reply: Reply) -> tuple[Json | None, Final]:
        """The answer's body, or the sentence that says why there is none."""
        await reply.begin(_READING)
        if not question.text:
            return None, _WHAT_TO_ASK
        try:
            return await self._ask(question, reply), _INTERRUPTED
        except (NotAllowed, Unclear, OutOfReach):
            raise
        except Fixable as error:
            return None, blocks.of_error(error.message, error.hint)
        except Exception as error:
            return None, blocks.of_error(*report_defect(error))

    async def _ask(self, question: SlackQuestion, reply: Reply) -> Json:
        """The same loop as everywhere: what customers wrote is never an instruction."""
        if len(question.text) > _LONGEST_QUESTION:
            raise BadInput(
                f"That question has {len(question.text):,} characters.",
                f"Ask in at most {_LONGEST_QUESTION:,}.",
            )
        context, thread = await asyncio.to_thread(self._open, question)
        model = self.services.model()
        body: Json = {}
        async for event in answer(question.text, context, thread, model):
            match event:
                case Status(text) if text != _READING:
                    await reply.step(text, done=False)
                case ToolUsed():
                    await reply.step(doing(event.name))
                case Sentence():
                    await reply.write(event.text)
                case Restarted():
                    reply.void()
                case Answer():
                    body = event.to_json()
        return body

    # ---- whose thread, whose answer -----------------------------------------------------------

    def _open(self, question: SlackQuestion) -> tuple[Context, Thread]:
        """The thread of this author in this Slack thread, made when it is the first question."""
        home, now = self.services.home, self.services.now()
        person = SlackPeopleStore(home).person(question.team_id, question.user_id, now)
        threads = SlackThreadStore(home)
        known = threads.find(question, person)
        asked = Question(
            question=question.text, thread=known, dataset=self.services.settings.slack_dataset
        )
        context, thread = open_question(self.services, person, asked)
        if known is None:
            threads.keep(question, person, thread.thread_id)
        return context, thread

    def _kept(self, question: SlackQuestion) -> Json | None:
        """The answer that an earlier attempt found and could not bring."""
        if question.answer_id is None:
            return None
        _, thread = self._open(question)
        turns = ThreadStore(self.services.home).turns(thread)
        return next((t.body for t in turns if t.answer_id == question.answer_id), None)

    def _reply(self, question: SlackQuestion) -> Reply:
        def in_a_thread(call: Callable[[], _Found]) -> Any:
            return asyncio.to_thread(call)

        return Reply(
            self.client,
            self.workspace.bot_user,
            question,
            lambda ts: in_a_thread(lambda: self.store.keep(question, reply_ts=ts)),
            lambda: in_a_thread(lambda: self.store.replies_to_others(question)),
        )

    async def _placed(self, question: SlackQuestion) -> SlackQuestion:
        """A command leaves no message; its question is put into the asker's direct messages."""
        if question.channel:
            return question
        opened = await repeated(lambda: self.client.conversations_open(users=question.user_id))
        channel = str(opened["channel"]["id"])
        ts = await self._put_question(question, channel)
        await asyncio.to_thread(
            self.store.keep, question, channel=channel, message_ts=ts, thread_ts=ts
        )
        return replace(question, channel=channel, message_ts=ts, thread_ts=ts)

    async def _put_question(self, question: SlackQuestion, channel: str) -> str:
        metadata = {"event_type": "segue_question", "event_payload": {"event": question.event_id}}
        text = f"You asked: {blocks.safe(question.text)}"
        for _ in range(MOST_ATTEMPTS):
            history = await repeated(
                lambda: self.client.conversations_history(
                    channel=channel, limit=50, include_all_metadata=True
                )
            )
            for message in history["messages"]:
                if message.get("metadata") == metadata:
                    return str(message["ts"])
            with contextlib.suppress(Unclear):
                found = await once(
                    lambda: self.client.chat_postMessage(
                        channel=channel, text=text, metadata=metadata
                    )
                )
                return str(found["ts"])
        raise Unclear("chat.postMessage")

    async def _show_picture(self, question: SlackQuestion, body: Json, reply: Reply) -> None:
        """The chart is a help beside the answer: when it fails, the answer still stands."""
        name = f"segments-{question.event_id}.png"
        if not calls_for_chart(body) or name in reply.files:
            return
        try:
            context, _ = await asyncio.to_thread(self._open, question)
            chart = await asyncio.to_thread(chart_of, context)
            picture = await self._pictures.draw(chart)
            # An earlier try, or whoever had the question before, may have brought it unheard.
            pauses: Sequence[float] = (0.0,) if question.attempt > 1 else ()
            for _ in range(_PICTURE_TRIES):
                if await _is_shown(name, reply, pauses):
                    return
                pauses = _UNTIL_SHOWN
                with contextlib.suppress(Unclear):
                    await once(
                        lambda: self.client.files_upload_v2(
                            channel=question.channel,
                            thread_ts=question.thread_ts,
                            filename=name,
                            content=picture.content,
                            title=picture.title,
                            alt_txt=picture.summary,
                        )
                    )
                    return
        except (NotAllowed, Unclear) as trouble:
            _log.warning("question %s: no chart (%s)", question.event_id, trouble)
        except Exception as error:
            report_defect(error)


async def _is_shown(name: str, reply: Reply, pauses: Sequence[float]) -> bool:
    for seconds in pauses:
        await asyncio.sleep(seconds)
        await reply.find()
        if name in reply.files:
            return True
    return False


async def _cancelled(task: "asyncio.Task[Any]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
