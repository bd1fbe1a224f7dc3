"""One reply in a Slack thread, from its first words to its one final message.

While an answer comes about it is a stream: steps and text are appended. A stream may end under our
hands (five minutes, a stop button, a lost call), so in the end the message is either the stream,
closed with nothing missing, or rewritten as a whole. It carries its question's event id as
metadata; whoever takes a question over finds in the thread what is there already.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from api.slack import blocks
from api.slack.blocks import Final, Form, safe, split
from api.slack.client import Json, NotAllowed, Unclear, once, repeated
from stores.slack import SlackQuestion

EVENT_TYPE = "segue_answer"
_BUFFER = 256  # characters; one append a few words apart would meet the rate limit
_STEP_LIMIT = 250  # of 256 characters
_MOST_REWRITES = 4


class Reply:
    """`remember` is told the message's ts as soon as there is one; `others` are the ts of messages
    in the thread that belong to other questions."""

    def __init__(
        self,
        client: AsyncWebClient,
        bot_user: str,
        question: SlackQuestion,
        remember: Callable[[str], Any],
        others: Callable[[], Any],
    ) -> None:
        self._client, self._bot_user, self._question = client, bot_user, question
        self._remember, self._others = remember, others
        self.ts = question.reply_ts or ""
        self.parts: dict[int, str] = {}  # the final messages that stand, by their number
        self.files: set[str] = set()
        self._sent = ""
        self._buffer = ""
        self._steps: list[str] = []
        self._open = False  # the stream takes more
        self._whole = True  # what it holds is known, to the letter

    @property
    def is_final(self) -> bool:
        return 0 in self.parts

    # ---- while the answer comes about: nothing here may keep the answer from being finished ----

    async def begin(self, step: str) -> None:
        """Opens the stream with its first step; the message of an earlier attempt is reused."""
        if self.ts:
            return
        self._steps.append(step)
        try:
            await self._start([self._task(1, "in_progress")])
        except (NotAllowed, Unclear):
            self._open = False

    async def step(self, text: str, done: bool = True) -> None:
        """Closes the steps before, and shows this one."""
        closed = self._closed_steps()
        self._steps.append(text)
        chunk = self._task(len(self._steps), "complete" if done else "in_progress")
        await self._append([*closed, chunk])

    async def write(self, text: str) -> None:
        self._buffer += safe(text) if self._sent or self._buffer else safe(text.lstrip())
        if len(self._buffer) >= _BUFFER:
            await self._flush()

    def void(self) -> None:
        """What was written does not count any more; the final text will replace it."""
        self._buffer = ""
        self._whole = self._whole and not self._sent

    async def _flush(self) -> None:
        text, self._buffer = self._buffer, ""
        if len(self._sent) + len(text) > blocks.STREAM_LIMIT:
            self._whole = False
            return
        if text and await self._append([{"type": "markdown_text", "text": text}]):
            self._sent += text

    async def _append(self, chunks: list[Json]) -> bool:
        if not (self._open and self._whole):
            return False
        try:
            await once(
                lambda: self._client.chat_appendStream(
                    channel=self._question.channel, ts=self.ts, chunks=chunks
                )
            )
        except NotAllowed:
            self._open = False
            return False
        except Unclear:
            self._whole = False
            return False
        return True

    async def _start(self, chunks: list[Json]) -> None:
        """Not made again before the thread has been looked at: it may be there already."""
        question = self._question
        for _ in range(_MOST_REWRITES):
            try:
                found = await once(
                    lambda: self._client.chat_startStream(
                        channel=question.channel,
                        thread_ts=question.thread_ts,
                        recipient_user_id=question.user_id,
                        recipient_team_id=question.team_id,
                        chunks=chunks,
                    )
                )
                await self._take(str(found["ts"]))
                self._open = True
                return
            except Unclear:
                await self.find()
                if self.ts:
                    self._open = True
                    return

    async def _take(self, ts: str) -> None:
        self.ts = ts
        await self._remember(ts)

    def _task(self, number: int, status: str) -> Json:
        title = self._steps[number - 1][:_STEP_LIMIT]
        return {"type": "task_update", "id": f"step-{number}", "title": title, "status": status}

    def _closed_steps(self) -> list[Json]:
        return [self._task(number, "complete") for number in range(1, len(self._steps) + 1)][-1:]

    # ---- the end: exactly one final message, or an error for another attempt --------------------

    async def finish(self, final: Final) -> None:
        """Raises Unclear when Slack cannot be reached, NotAllowed when there is no place left."""
        if self._open and await self._close_stream(final):
            return
        refusal: NotAllowed | None = None
        for form in blocks.FORMS:
            try:
                await self._put(final, form)
                return
            except NotAllowed as error:
                if error.gone:
                    raise
                refusal = error
        if refusal is not None:
            raise refusal

    async def _close_stream(self, final: Final) -> bool:
        """True when the stream, with what is missing from it, became the final message."""
        missing = self._missing(final)
        if missing is None:
            return False
        chunks = self._closed_steps()
        if missing:
            chunks.append({"type": "markdown_text", "text": missing})
        ending = blocks.ending(final)
        for end in dict.fromkeys((len(ending), 1, 0)):
            try:
                await once(
                    lambda end=end: self._client.chat_stopStream(  # type: ignore[misc]
                        channel=self._question.channel,
                        ts=self.ts,
                        chunks=chunks,
                        blocks=ending[:end],
                        metadata=self._metadata(0, final),
                    )
                )
                self.parts[0] = self.ts
                return True
            except NotAllowed as error:
                if "block" not in error.error:
                    return False
            except Unclear:
                return False
        return False

    def _missing(self, final: Final) -> str | None:
        """What of a text the stream does not hold yet; None when it holds something else."""
        if not self._whole or len(final.text) > blocks.STREAM_LIMIT:
            return None
        if self._sent.rstrip() == final.text:
            return ""
        return final.text[len(self._sent) :] if final.text.startswith(self._sent) else None

    async def _put(self, final: Final, form: Form) -> None:
        parts = split(final.text, form.limit)
        for number, part in enumerate(parts):
            arguments = form.to_arguments(part, final, number == len(parts) - 1)
            arguments["metadata"] = self._metadata(number, final)
            ts = self.parts.get(number) or (self.ts if number == 0 else "")
            if ts:
                await self._rewrite(ts, arguments)
                self.parts[number] = ts
            else:
                await self._post(number, arguments)

    async def _rewrite(self, ts: str, arguments: Json) -> None:
        channel = self._question.channel
        for attempt in range(_MOST_REWRITES):
            await self._end_stream(ts)
            try:
                await repeated(
                    lambda: self._client.chat_update(channel=channel, ts=ts, **arguments)
                )
                return
            except NotAllowed as error:
                if error.error != "streaming_state_conflict" or attempt == _MOST_REWRITES - 1:
                    raise

    async def _end_stream(self, ts: str) -> None:
        """A message that is still being streamed cannot be rewritten."""
        if not self._open and ts in self.parts.values():
            return
        with suppress(NotAllowed):  # it has ended already, and that is all we want
            await repeated(
                lambda: self._client.chat_stopStream(channel=self._question.channel, ts=ts)
            )
        self._open = False

    async def _post(self, number: int, arguments: Json) -> None:
        question = self._question
        for _ in range(_MOST_REWRITES):
            try:
                found = await once(
                    lambda: self._client.chat_postMessage(
                        channel=question.channel,
                        thread_ts=question.thread_ts,
                        unfurl_links=False,
                        unfurl_media=False,
                        **arguments,
                    )
                )
                self.parts[number] = str(found["ts"])
                if number == 0:
                    await self._take(self.parts[0])
                return
            except Unclear:
                await self.find()
                if number in self.parts:
                    return
        raise Unclear("chat.postMessage")

    def _metadata(self, number: int, final: Final) -> Json:
        payload = {"event": self._question.event_id, "part": number, "answer": final.answer_id}
        return {"event_type": EVENT_TYPE, "event_payload": payload}

    # ---- what is there already ------------------------------------------------------------------

    async def find(self) -> None:
        """Looks in the thread for what this question has there: messages by metadata, a stream
        that nobody else claims, files."""
        others = await self._others()
        for message in await self._own_messages():
            self.files.update(str(file.get("name", "")) for file in message.get("files", []))
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            ts = str(message["ts"])
            if metadata.get("event_type") == EVENT_TYPE:
                if payload.get("event") == self._question.event_id:
                    self.parts[int(payload.get("part", 0))] = ts
            elif "streaming_state" in message and ts not in others and not self.ts:
                await self._take(ts)
        if 0 in self.parts:
            self.ts = self.parts[0]

    async def _own_messages(self) -> list[Json]:
        question = self._question
        found: list[Json] = []
        cursor = ""
        while True:
            page = await repeated(
                lambda cursor=cursor: self._client.conversations_replies(  # type: ignore[misc]
                    channel=question.channel,
                    ts=question.thread_ts,
                    oldest=question.message_ts,
                    include_all_metadata=True,
                    limit=200,
                    **({"cursor": cursor} if cursor else {}),
                )
            )
            found += [m for m in page["messages"] if m.get("user") == self._bot_user]
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return found
