"""What every method works on: the workspace, the trouble on order, and the news for the bot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from evals.peers.slack import payloads
from evals.peers.slack.arguments import Arguments, Json, Refusal
from evals.peers.slack.blocks import check_blocks
from evals.peers.slack.faults import Faults
from evals.peers.slack.workspace import Channel, Message, Workspace

# Which subscription brings the messages of a kind of channel.
SUBSCRIPTIONS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


def _nobody(event: Json, subscription: str) -> None:
    """Until a courier listens."""


@dataclass
class Backend:
    workspace: Workspace = field(default_factory=Workspace)
    faults: Faults = field(default_factory=Faults)
    stream_seconds: float = 300.0
    base_url: str = ""
    publish: Callable[[Json, str], None] = _nobody

    def now(self) -> float:
        return self.workspace.now()

    def channel(self, arguments: Arguments, name: str = "channel") -> Channel:
        return self.workspace.channel(arguments.required(name)[0])

    def message(self, channel: Channel, ts: str) -> Message:
        message = channel.messages.get(ts)
        if message is None or message.deleted or message.shown_only_to is not None:
            raise Refusal("message_not_found")
        if message.stream:
            message.stream.age(self.now())
        return message

    def blocks(self, blocks: Any) -> list[Json]:
        """The blocks as they are kept: each with a block_id, each button with an action_id."""
        return [self._labelled(block) for block in check_blocks(blocks, self.faults.refused_blocks)]

    def _labelled(self, block: Json) -> Json:
        labelled: Json = {"block_id": self.workspace.next_id("K")} | block
        if block["type"] in {"actions", "context_actions"}:
            labelled["elements"] = [
                {"action_id": self.workspace.next_id("X")} | element
                for element in block["elements"]
            ]
        return labelled

    def to_json(self, message: Message, metadata: bool = False) -> Json:
        channel = self.workspace.channels[message.channel]
        return payloads.to_message(message, channel, self.base_url, metadata)

    def announce(self, message: Message) -> None:
        """Tell the bot of a new message; Slack tells it of its own ones too."""
        channel = self.workspace.channels[message.channel]
        event = payloads.message_event(message, channel, self.base_url)
        self.publish(event, SUBSCRIPTIONS[channel.kind])

    def announce_mention(self, message: Message) -> None:
        channel = self.workspace.channels[message.channel]
        self.publish(payloads.mention_event(message, channel, self.base_url), "app_mention")

    def announce_change(self, message: Message, before: Json) -> None:
        channel = self.workspace.channels[message.channel]
        after = None if message.deleted else self.to_json(message)
        subtype = "message_deleted" if message.deleted else "message_changed"
        event_ts = self.workspace.next_ts()
        event = payloads.changed_event(subtype, before, after, channel, event_ts)
        self.publish(event, SUBSCRIPTIONS[channel.kind])


Method = Callable[[Backend, Arguments], Json]
