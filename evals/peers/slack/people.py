"""What people do in the workspace: write, reply, edit, click, command, stop, look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.peers.slack import payloads
from evals.peers.slack.arguments import Json
from evals.peers.slack.backend import Backend
from evals.peers.slack.deliveries import Courier, Delivery
from evals.peers.slack.responses import Responses
from evals.peers.slack.workspace import BOT_USER, Channel, File, Message

MENTION = f"<@{BOT_USER}>"


@dataclass(frozen=True)
class Posted:
    """A person's message and the events that told the bot of it."""

    message: Message
    deliveries: list[Delivery]

    @property
    def ts(self) -> str:
        return self.message.ts

    @property
    def channel(self) -> str:
        return self.message.channel

    @property
    def thread_ts(self) -> str:
        """The thread in which an answer belongs."""
        return self.message.thread_ts or self.message.ts


class People:
    def __init__(
        self,
        backend: Backend,
        courier: Courier,
        responses: Responses,
        publish: Callable[[Json, str], None],
    ) -> None:
        self._backend, self._courier, self._responses = backend, courier, responses
        self._publish = publish

    def say(
        self,
        channel: str,
        user: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Posted:
        """Write in a channel; a text that mentions the bot comes to it as app_mention too."""
        return self._say(
            self._backend.workspace.channel_named(channel), user, text, thread_ts, files
        )

    def mention(self, channel: str, user: str, text: str, thread_ts: str | None = None) -> Posted:
        return self.say(channel, user, f"{MENTION} {text}", thread_ts)

    def direct(
        self,
        user: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Posted:
        person = self._backend.workspace.user_named(user)
        channel = self._backend.workspace.direct_channel(person)
        return self._say(channel, user, text, thread_ts, files)

    def _say(
        self,
        channel: Channel,
        user: str,
        text: str,
        thread_ts: str | None,
        files: Sequence[tuple[str, bytes]],
    ) -> Posted:
        workspace, before = self._backend.workspace, len(self._courier.deliveries)
        person = workspace.user_named(user)
        channel.members.add(person.id)
        parent = workspace.parent(channel, thread_ts, "thread_not_found")
        message = workspace.add(channel, person.id, text, parent)
        message.files = [self._keep(person.id, name, content) for name, content in files]
        if MENTION in text and channel.kind != "im":
            self._backend.announce_mention(message)
        self._backend.announce(message)
        return Posted(message, self._courier.deliveries[before:])

    def _keep(self, user: str, name: str, content: bytes) -> File:
        file_id = self._backend.workspace.next_id("F")
        file = File(file_id, name, name, len(content), user, "", content, complete=True)
        self._backend.workspace.files[file_id] = file
        return file

    def edit(self, message: Message, text: str) -> None:
        before = self._backend.to_json(message)
        message.text = text
        self._backend.announce_change(message, before)

    def delete(self, message: Message) -> None:
        before = self._backend.to_json(message)
        message.deleted = True
        self._backend.announce_change(message, before)

    def click(
        self, message: Message, user: str, action_id: str | None = None, value: str | None = None
    ) -> Delivery:
        """Press the button of this action or value; LookupError when the message has none."""
        person = self._backend.workspace.user_named(user)
        channel = self._backend.workspace.channels[message.channel]
        channel.members.add(person.id)
        payload = payloads.block_actions(
            person,
            channel,
            self._backend.to_json(message, metadata=True),
            _find_action(message, action_id, value)
            | {"action_ts": self._backend.workspace.next_ts()},
            self._responses.open(channel, person.id, message),
            self._backend.workspace.next_fresh_id("TR"),
        )
        return self._courier.send(Delivery("interactive", payload))

    def command(self, channel: str, user: str, command: str, text: str = "") -> Delivery:
        person = self._backend.workspace.user_named(user)
        place = self._backend.workspace.channel_named(channel)
        place.members.add(person.id)
        payload = payloads.slash_command(
            person,
            place,
            command,
            text,
            self._responses.open(place, person.id),
            self._backend.workspace.next_fresh_id("TR"),
        )
        return self._courier.send(Delivery("slash_commands", payload))

    def hear(self, delivery: Delivery) -> None:
        """Show a command's user what its acknowledgement said."""
        if delivery.kind == "slash_commands" and delivery.answer:
            channel = self._backend.workspace.channels[delivery.payload["channel_id"]]
            self._responses.answer_command(channel, delivery.payload["user_id"], delivery.answer)

    def press_stop(self, channel: str, user: str, thread_ts: str) -> None:
        """The stop button of a working agent: its streams end, and it is told."""
        person = self._backend.workspace.user_named(user)
        place = self._backend.workspace.channel_named(channel)
        stopped = []
        for message in place.thread(thread_ts):
            if message.stream and message.stream.state == "in_progress":
                message.stream.state = "stopped_by_user"
                stopped.append(message.ts)
        event = {
            "type": "agent_session_stopped",
            "channel": place.id,
            "thread_ts": thread_ts,
            "user": person.id,
            "streaming_message_ts": stopped,
            "event_ts": self._backend.workspace.next_ts(),
        }
        self._publish(event, "agent_session_stopped")

    def open_messages(self, user: str) -> Channel:
        """Open the bot's messages tab."""
        person = self._backend.workspace.user_named(user)
        channel = self._backend.workspace.direct_channel(person)
        event = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": channel.id,
            "tab": "messages",
            "event_ts": self._backend.workspace.next_ts(),
        }
        self._publish(event, "app_home_opened")
        return channel


def _find_action(message: Message, action_id: str | None, value: str | None) -> Json:
    for block in message.blocks:
        for element in [*block.get("elements", []), block.get("accessory")]:
            for action in _actions(element):
                if action_id in {None, action["action_id"]} and value in {None, action["value"]}:
                    return action | {"block_id": block["block_id"]}
    raise LookupError(f"Message {message.ts} has no button {action_id or value!r}.")


def _actions(element: object) -> list[Json]:
    """The presses that an element offers: a button one, feedback buttons two."""
    if not isinstance(element, dict) or "action_id" not in element:
        return []
    kind, name = element["type"], element["action_id"]
    if kind == "feedback_buttons":
        buttons = [element["positive_button"], element["negative_button"]]
    elif kind in {"button", "icon_button"}:
        buttons = [element]
    else:
        return []
    return [
        {"type": kind, "action_id": name, "value": button.get("value", ""), "text": button["text"]}
        for button in buttons
    ]
