"""chat.postMessage, chat.update, chat.delete, chat.postEphemeral."""

from evals.peers.slack import rules
from evals.peers.slack.arguments import Arguments, Json, Refusal
from evals.peers.slack.backend import Backend, Method
from evals.peers.slack.workspace import BOT_USER, Channel, Edit


def _content(backend: Backend, arguments: Arguments) -> tuple[str, list[Json]]:
    """The text and the blocks of a new message."""
    markdown = rules.read_markdown(arguments)
    if markdown and (arguments.has("text") or arguments.structure("blocks")):
        raise Refusal("markdown_text_conflict")
    blocks = backend.blocks(arguments.structure("blocks"))
    text = arguments.text("text") or markdown
    if not text.strip() and not blocks and not arguments.structure("attachments"):
        raise Refusal("no_text")
    return text, blocks


def _attachments(arguments: Arguments) -> list[Json]:
    attachments = arguments.structure("attachments")
    if attachments is None or attachments == "":
        return []
    if not isinstance(attachments, list):
        raise Refusal("invalid_attachments")
    return attachments


def _destination(backend: Backend, arguments: Arguments) -> Channel:
    """A channel; a person's id means the direct channel with that person."""
    (name,) = arguments.required("channel")
    user = backend.workspace.users.get(name)
    return backend.workspace.direct_channel(user) if user else backend.workspace.channel(name)


def post_message(backend: Backend, arguments: Arguments) -> Json:
    channel = _destination(backend, arguments)
    text, blocks = _content(backend, arguments)
    metadata = rules.read_metadata(arguments)
    attachments = _attachments(arguments)
    thread_ts = backend.workspace.parent(
        channel, arguments.optional("thread_ts"), "cannot_reply_to_message"
    )
    message = backend.workspace.add(channel, BOT_USER, text[: rules.TEXT_LIMIT], thread_ts)
    message.blocks, message.metadata = blocks, metadata
    message.attachments = attachments
    message.truncated = len(text) > rules.TEXT_LIMIT
    backend.announce(message)
    body: Json = {
        "channel": channel.id,
        "ts": message.ts,
        "message": backend.to_json(message, metadata=True),
    }
    if message.truncated:
        body["response_metadata"] = {"warnings": ["message_truncated"]}
    return body


def update(backend: Backend, arguments: Arguments) -> Json:
    channel = backend.channel(arguments)
    message = backend.message(channel, arguments.required("ts")[0])
    if not message.by_bot:
        raise Refusal("cant_update_message")
    if message.stream and message.stream.state == "in_progress":
        raise Refusal("streaming_state_conflict")
    if len(arguments.text("text")) > rules.UPDATE_TEXT_LIMIT:
        raise Refusal("msg_too_long", f"text is over {rules.UPDATE_TEXT_LIMIT} characters")
    text, blocks = _content(backend, arguments)
    metadata = rules.read_metadata(arguments)
    before = backend.to_json(message)
    message.edits.append(Edit(backend.now(), message.text, message.blocks))
    if text or blocks:  # blocks stay only when neither comes
        message.text, message.blocks = text or message.text, blocks
    if arguments.structure("attachments") is not None:
        message.attachments = _attachments(arguments)
    if metadata is not None:
        message.metadata = metadata or None
    backend.announce_change(message, before)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": backend.to_json(message, metadata=True),
    }


def delete(backend: Backend, arguments: Arguments) -> Json:
    channel = backend.channel(arguments)
    message = backend.message(channel, arguments.required("ts")[0])
    streaming = message.stream is not None and message.stream.state == "in_progress"
    if not message.by_bot or streaming:
        raise Refusal("cant_delete_message")
    before = backend.to_json(message)
    message.deleted = True
    backend.announce_change(message, before)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(backend: Backend, arguments: Arguments) -> Json:
    channel = backend.channel(arguments)
    (user,) = arguments.required("user")
    if user not in channel.members:
        raise Refusal("user_not_in_channel")
    if len(arguments.text("text")) > rules.TEXT_LIMIT:
        raise Refusal("msg_too_long")
    text, blocks = _content(backend, arguments)
    attachments = _attachments(arguments)
    thread_ts = backend.workspace.parent(
        channel, arguments.optional("thread_ts"), "cannot_reply_to_message"
    )
    message = backend.workspace.add(channel, BOT_USER, text, thread_ts)
    message.blocks, message.shown_only_to = blocks, user
    message.attachments = attachments
    return {"message_ts": message.ts}


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
}
