"""The workspace behind the fake server: people, channels, messages, files, statuses."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from evals.peers.slack.arguments import Json, Refusal
from evals.peers.slack.streams import Stream

ChannelKind = Literal["channel", "group", "im"]

TEAM = "T0SEGUETEAM"
APP = "A0SEGUEAPP"
BOT_USER = "U0SEGUEBOT"
BOT = "B0SEGUEBOT"
STATUS_SECONDS = 120.0  # Slack removes a status after two minutes without a message


@dataclass
class User:
    id: str
    name: str
    is_bot: bool = False
    zone: str = "Europe/Amsterdam"


@dataclass
class File:
    id: str
    name: str
    title: str
    length: int
    user: str
    alt_text: str = ""
    content: bytes | None = None
    complete: bool = False


@dataclass
class Edit:
    at: float
    text: str
    blocks: list[Json]


@dataclass
class Message:
    ts: str
    channel: str
    user: str
    text: str
    at: float
    thread_ts: str | None = None
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    files: list[File] = field(default_factory=list)
    stream: Stream | None = None
    edits: list[Edit] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    shown_only_to: str | None = None  # an ephemeral message
    deleted: bool = False
    truncated: bool = False

    @property
    def by_bot(self) -> bool:
        return self.user == BOT_USER


@dataclass
class Channel:
    id: str
    name: str
    kind: ChannelKind
    members: set[str]
    messages: dict[str, Message] = field(default_factory=dict)
    archived: bool = False

    def thread(self, thread_ts: str) -> list[Message]:
        """The parent and its replies that are still there, oldest first."""
        return [
            message
            for message in self.messages.values()
            if thread_ts in {message.ts, message.thread_ts}
            and not message.deleted
            and message.shown_only_to is None
        ]


@dataclass(frozen=True)
class Status:
    """What was shown beside a thread from this moment on; "" means cleared."""

    at: float
    channel: str
    thread_ts: str
    method: str
    status: str
    loading_messages: tuple[str, ...] = ()


@dataclass
class Workspace:
    now: Callable[[], float] = time.time
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    statuses: list[Status] = field(default_factory=list)
    session_log: list[Status] = field(default_factory=list)
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    prompts: dict[str, list[Json]] = field(default_factory=dict)
    sessions: dict[tuple[str, str], str] = field(default_factory=dict)
    _last_microsecond: int = 0
    _numbers: dict[str, int] = field(default_factory=dict)
    _start: str = field(default_factory=lambda: secrets.token_hex(3).upper())

    def __post_init__(self) -> None:
        self.users[BOT_USER] = User(BOT_USER, "segue", is_bot=True)

    def next_id(self, prefix: str) -> str:
        self._numbers[prefix] = self._numbers.get(prefix, 0) + 1
        return f"{prefix}0{self._numbers[prefix]:08d}"

    def next_fresh_id(self, prefix: str) -> str:
        """Never the same as in another start of the server: a bot keeps these for good."""
        return self.next_id(f"{prefix}{self._start}")

    def next_ts(self) -> str:
        """A moment in microseconds, never the same twice: it is a message's identity."""
        self._last_microsecond = max(self._last_microsecond + 1, int(self.now() * 1_000_000))
        seconds, microseconds = divmod(self._last_microsecond, 1_000_000)
        return f"{seconds}.{microseconds:06d}"

    def user_named(self, name: str) -> User:
        """The person of this name or id, who joins the workspace when first named."""
        for user in self.users.values():
            if name in {user.id, user.name}:
                return user
        user = User(self.next_id("U"), name)
        self.users[user.id] = user
        return user

    def channel_named(self, name: str, kind: ChannelKind = "channel") -> Channel:
        """The channel of this name or id; a new one has the bot as a member."""
        for channel in self.channels.values():
            if name in {channel.id, channel.name}:
                return channel
        channel = Channel(self.next_id("G" if kind == "group" else "C"), name, kind, {BOT_USER})
        self.channels[channel.id] = channel
        return channel

    def direct_channel(self, user: User) -> Channel:
        for channel in self.channels.values():
            if channel.kind == "im" and user.id in channel.members:
                return channel
        channel = Channel(self.next_id("D"), user.name, "im", {BOT_USER, user.id})
        self.channels[channel.id] = channel
        return channel

    def channel(self, channel_id: str) -> Channel:
        """A channel the bot may write to, by id, as the methods find it."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise Refusal("channel_not_found")
        if channel.archived:
            raise Refusal("is_archived")
        if BOT_USER not in channel.members:
            raise Refusal("not_in_channel")
        return channel

    def parent(self, channel: Channel, thread_ts: str | None, error: str) -> str | None:
        """The thread a reply goes to: a message at the top of this same channel.

        Slack asks for the parent's ts; a reply's ts leads to threads that nobody can see.
        """
        if thread_ts is None:
            return None
        parent = channel.messages.get(thread_ts)
        if parent is None or parent.deleted or parent.thread_ts not in {None, parent.ts}:
            raise Refusal(error, f"no parent message {thread_ts} in {channel.id}")
        return thread_ts

    def add(self, channel: Channel, user: str, text: str, thread_ts: str | None) -> Message:
        message = Message(self.next_ts(), channel.id, user, text, self.now(), thread_ts)
        channel.messages[message.ts] = message
        if message.by_bot and thread_ts:
            self.clear_status(channel.id, thread_ts)
        return message

    def status(self, channel_id: str, thread_ts: str) -> str:
        """What the thread shows now beside its messages."""
        for status in reversed(self.statuses):
            if (status.channel, status.thread_ts) == (channel_id, thread_ts):
                return status.status if self.now() - status.at < STATUS_SECONDS else ""
        return ""

    def clear_status(self, channel_id: str, thread_ts: str) -> None:
        if self.status(channel_id, thread_ts):
            self.statuses.append(Status(self.now(), channel_id, thread_ts, "", ""))
