"""chat.startStream, chat.appendStream, chat.stopStream."""

from evals.peers.slack import rules
from evals.peers.slack.arguments import Arguments, Json, Refusal
from evals.peers.slack.backend import Backend, Method
from evals.peers.slack.blocks import BLOCK_LIMIT
from evals.peers.slack.streams import Stream
from evals.peers.slack.workspace import BOT_USER, TEAM, Channel, Message, Status

DISPLAYS = frozenset({"timeline", "plan", "dense"})


def start(backend: Backend, arguments: Arguments) -> Json:
    channel = backend.channel(arguments)
    arguments.required("thread_ts")
    _check_recipient(backend, channel, arguments)
    display = arguments.text("task_display_mode") or "timeline"
    if display not in DISPLAYS:
        raise Refusal("invalid_arguments", f"task_display_mode must be one of {sorted(DISPLAYS)}")
    content = _content(backend, arguments)
    _check_room([], content)
    thread_ts = backend.workspace.parent(
        channel, arguments.text("thread_ts"), "cannot_reply_to_message"
    )
    now = backend.now()
    stream = Stream(now, now + backend.stream_seconds, display)
    stream.recipient = arguments.optional("recipient_user_id")
    message = backend.workspace.add(channel, BOT_USER, "", thread_ts)
    message.stream = stream
    _append(message, stream, content)
    _set_session(backend, message, "processing")
    backend.announce(message)
    return {"channel": channel.id, "ts": message.ts}


def append(backend: Backend, arguments: Arguments) -> Json:
    channel, message, stream = _open_stream(backend, arguments)
    content = _content(backend, arguments)
    if not content:
        raise Refusal("no_text")
    _append(message, stream, content)
    return {"channel": channel.id, "ts": message.ts}


def stop(backend: Backend, arguments: Arguments) -> Json:
    channel, message, stream = _open_stream(backend, arguments)
    content = _content(backend, arguments)
    # A limit of their own, apart from the blocks that came in chunks.
    blocks = backend.blocks(arguments.structure("blocks"))
    metadata = rules.read_metadata(arguments)
    session = rules.read_session_status(arguments, "session_status")
    before = backend.to_json(message)
    _append(message, stream, content)
    message.blocks = [*message.blocks, *blocks]
    message.metadata = metadata or message.metadata
    stream.state = "completed"
    _set_session(backend, message, session or "active")
    backend.announce_change(message, before)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": backend.to_json(message, metadata=True),
    }


def _open_stream(backend: Backend, arguments: Arguments) -> tuple[Channel, Message, Stream]:
    channel = backend.channel(arguments)
    message = backend.message(channel, arguments.required("ts")[0])
    if not message.by_bot:
        raise Refusal("message_not_owned_by_app")
    if message.stream is None:
        raise Refusal("message_not_in_streaming_state")
    message.stream.require_open(backend.now())
    return channel, message, message.stream


def _content(backend: Backend, arguments: Arguments) -> list[Json]:
    """The chunks of this call; a plain text is told apart by its type "text"."""
    chunks = rules.read_chunks(arguments)
    text = rules.read_markdown(arguments)
    if text and chunks:
        raise Refusal("cannot_provide_both_markdown_text_and_chunks")
    if text:
        return [{"type": "text", "text": text}]
    return [
        chunk | {"blocks": backend.blocks(chunk["blocks"])} if chunk["type"] == "blocks" else chunk
        for chunk in chunks
    ]


def _append(message: Message, stream: Stream, content: list[Json]) -> None:
    if not content:
        return
    if content[0]["type"] == "text":
        stream.require_mode("markdown_text")
        message.text += content[0]["text"]
        return
    _check_room(message.blocks, content)
    stream.require_mode("chunks")
    text, blocks = stream.take(content)
    message.text += text
    message.blocks = [*message.blocks, *blocks]


def _check_room(present: list[Json], content: list[Json]) -> None:
    arriving = sum(len(chunk["blocks"]) for chunk in content if chunk["type"] == "blocks")
    if len(present) + arriving > BLOCK_LIMIT:
        raise Refusal("msg_blocks_too_many")


def _check_recipient(backend: Backend, channel: Channel, arguments: Arguments) -> None:
    if channel.kind != "im":
        for name in ("recipient_team_id", "recipient_user_id"):
            if not arguments.has(name):
                raise Refusal(f"missing_{name}")
    if arguments.has("recipient_team_id") and arguments.text("recipient_team_id") != TEAM:
        raise Refusal("team_not_found")
    user = arguments.optional("recipient_user_id")
    if user is not None and user not in backend.workspace.users:
        raise Refusal("user_not_found")


def _set_session(backend: Backend, message: Message, status: str) -> None:
    """A stream moves the session by itself: processing while it runs, then active."""
    thread_ts = message.thread_ts or message.ts
    backend.workspace.sessions[message.channel, thread_ts] = status
    line = Status(backend.now(), message.channel, thread_ts, "stream", status)
    backend.workspace.session_log.append(line)


METHODS: dict[str, Method] = {
    "chat.startStream": start,
    "chat.appendStream": append,
    "chat.stopStream": stop,
}
