"""What a conversation looks like now: messages in order, and what was shown beside them."""

from dataclasses import dataclass

from evals.peers.slack.arguments import Json
from evals.peers.slack.workspace import Message, Status, User, Workspace


@dataclass(frozen=True)
class Transcript:
    channel: str
    name: str
    messages: list[Message]  # all ever written, also the ephemeral and the deleted ones
    statuses: list[Status]
    sessions: list[Status]
    titles: dict[str, str]  # by thread
    prompts: list[Json]
    people: dict[str, User]

    def thread(self, thread_ts: str) -> list[Message]:
        """A thread as everybody in the channel sees it."""
        return [
            message
            for message in self.messages
            if thread_ts in {message.ts, message.thread_ts}
            and not message.deleted
            and message.shown_only_to is None
        ]

    def answers(self, thread_ts: str) -> list[Message]:
        """What the bot left standing in a thread."""
        return [message for message in self.thread(thread_ts) if message.by_bot]

    def to_json(self) -> Json:
        return {
            "channel": self.channel,
            "name": self.name,
            "messages": [self._to_message(message) for message in self.messages],
            "statuses": [vars(status) for status in self.statuses],
            "sessions": [vars(status) for status in self.sessions],
            "titles": self.titles,
            "prompts": self.prompts,
        }

    def _to_message(self, message: Message) -> Json:
        return {
            "ts": message.ts,
            "thread_ts": message.thread_ts,
            "at": message.at,
            "user": self.people[message.user].name,
            "by_bot": message.by_bot,
            "text": message.text,
            "blocks": message.blocks,
            "metadata": message.metadata,
            "stream": message.stream.state if message.stream else None,
            "plan": message.stream.plan if message.stream else "",
            "tasks": list(message.stream.tasks.values()) if message.stream else [],
            "edits": [vars(edit) for edit in message.edits],
            "reactions": message.reactions,
            "shown_only_to": message.shown_only_to,
            "deleted": message.deleted,
            "truncated": message.truncated,
            "files": [
                {"id": file.id, "name": file.name, "title": file.title, "size": file.length}
                for file in message.files
            ],
        }


def read_transcript(workspace: Workspace, channel_name: str) -> Transcript:
    """The transcript of a channel of this name or id; there must be one."""
    for channel in workspace.channels.values():
        if channel_name in {channel.id, channel.name}:
            break
    else:
        raise LookupError(f"No channel {channel_name!r} in the fake Slack.")
    for message in channel.messages.values():
        if message.stream:
            message.stream.age(workspace.now())
    return Transcript(
        channel.id,
        channel.name,
        list(channel.messages.values()),
        [status for status in workspace.statuses if status.channel == channel.id],
        [status for status in workspace.session_log if status.channel == channel.id],
        {
            thread: title
            for (where, thread), title in workspace.titles.items()
            if where == channel.id
        },
        workspace.prompts.get(channel.id, []),
        dict(workspace.users),
    )
