"""assistant.threads.* and agents.sessions.*: what is shown beside a thread while we think."""

from evals.peers.slack import rules
from evals.peers.slack.arguments import Arguments, Json, Refusal
from evals.peers.slack.backend import Backend, Method
from evals.peers.slack.workspace import Status


def set_status(backend: Backend, arguments: Arguments) -> Json:
    channel = backend.channel(arguments, "channel_id")
    arguments.required("thread_ts")
    if arguments.structure("status") is None:  # "" clears it
        raise Refusal("invalid_arguments", "missing required field: status")
    messages = rules.read_loading_messages(arguments)
    thread_ts = backend.workspace.parent(channel, arguments.text("thread_ts"), "invalid_thread_ts")
    status = Status(
        backend.now(),
        channel.id,
        str(thread_ts),
        "assistant.threads.setStatus",
        arguments.text("status"),
        messages,
    )
    backend.workspace.statuses.append(status)
    return {}


def set_title(backend: Backend, arguments: Arguments) -> Json:
    channel = backend.channel(arguments, "channel_id")
    _, title = arguments.required("thread_ts", "title")
    if len(title) > rules.TITLE_LIMIT:
        raise Refusal("invalid_arguments", f"title is over {rules.TITLE_LIMIT} characters")
    thread_ts = backend.workspace.parent(channel, arguments.text("thread_ts"), "invalid_thread_ts")
    backend.workspace.titles[channel.id, str(thread_ts)] = title
    return {}


def set_suggested_prompts(backend: Backend, arguments: Arguments) -> Json:
    """An agent's messages tab takes prompts without a thread.

    With thread_ts Slack answers ok and shows nothing, so nothing is kept here either.
    """
    channel = backend.channel(arguments, "channel_id")
    prompts = rules.read_prompts(arguments)
    if not arguments.has("thread_ts"):
        backend.workspace.prompts[channel.id] = prompts
    return {}


def set_session_status(backend: Backend, arguments: Arguments) -> Json:
    channel = backend.channel(arguments, "channel_id")
    arguments.required("thread_ts", "status")
    status = rules.read_session_status(arguments, "status") or ""
    title = arguments.text("title")
    if len(title) > rules.TITLE_LIMIT:
        raise Refusal("invalid_arguments", f"title is over {rules.TITLE_LIMIT} characters")
    thread_ts = backend.workspace.parent(channel, arguments.text("thread_ts"), "invalid_thread_ts")
    key = (channel.id, str(thread_ts))
    if title and key not in backend.workspace.sessions:  # later titles go through rename
        backend.workspace.titles[key] = title
    backend.workspace.sessions[key] = status
    line = Status(backend.now(), *key, "agents.sessions.setStatus", status)
    backend.workspace.session_log.append(line)
    return {"status": status, "title": backend.workspace.titles.get(key, "")}


def rename_session(backend: Backend, arguments: Arguments) -> Json:
    channel = backend.channel(arguments, "channel_id")
    _, title = arguments.required("thread_ts", "title")
    if len(title) > rules.TITLE_LIMIT:
        raise Refusal("invalid_arguments", f"title is over {rules.TITLE_LIMIT} characters")
    key = (channel.id, arguments.text("thread_ts"))
    if key not in backend.workspace.sessions:
        raise Refusal("session_not_found")
    backend.workspace.titles[key] = title
    return {"title": title}


METHODS: dict[str, Method] = {
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setTitle": set_title,
    "assistant.threads.setSuggestedPrompts": set_suggested_prompts,
    "agents.sessions.setStatus": set_session_status,
    "agents.sessions.rename": rename_session,
}
