"""files.getUploadURLExternal, the upload itself, files.completeUploadExternal, files.info."""

from evals.peers.slack import payloads, rules
from evals.peers.slack.arguments import Arguments, Json, Refusal
from evals.peers.slack.backend import Backend, Method
from evals.peers.slack.workspace import BOT_USER, Channel, File

ALT_TEXT_LIMIT = 1_000


def get_upload_url(backend: Backend, arguments: Arguments) -> Json:
    name, _ = arguments.required("filename", "length")
    length = arguments.number("length", 0)
    if length == 0:
        raise Refusal("missing_argument", "length")
    alt_text = arguments.text("alt_txt")
    if len(alt_text) > ALT_TEXT_LIMIT:
        raise Refusal("alt_txt_too_large")
    file = File(backend.workspace.next_id("F"), name, name, length, BOT_USER, alt_text)
    backend.workspace.files[file.id] = file
    return {"upload_url": f"{backend.base_url}/upload/v1/{file.id}", "file_id": file.id}


def take_upload(backend: Backend, file_id: str, content: bytes) -> bool:
    """The bytes arrive once, and as many as were announced."""
    file = backend.workspace.files.get(file_id)
    if file is None or file.content is not None or len(content) != file.length:
        return False
    file.content = content
    return True


def complete_upload(backend: Backend, arguments: Arguments) -> Json:
    files = _files(backend, arguments)
    channels = _channels(backend, arguments)
    thread_ts = arguments.optional("thread_ts")
    if thread_ts and len(channels) != 1:
        raise Refusal("invalid_arguments", "thread_ts needs exactly one channel")
    for channel in channels:
        backend.workspace.parent(channel, thread_ts, "invalid_thread_ts")
    for file, title in files:
        file.complete, file.title = True, title or file.title
    comment = arguments.text("initial_comment")[: rules.TEXT_LIMIT]
    for channel in channels:
        message = backend.workspace.add(channel, BOT_USER, comment, thread_ts)
        message.files = [file for file, _ in files]
        backend.announce(message)
    return {"files": [payloads.to_file(file, backend.base_url) for file, _ in files]}


def _files(backend: Backend, arguments: Arguments) -> list[tuple[File, str]]:
    wanted = arguments.structure("files")
    if not isinstance(wanted, list) or not wanted:
        raise Refusal("invalid_arguments", "files must be an array")
    found = []
    for entry in wanted:
        file = backend.workspace.files.get(entry.get("id", "") if isinstance(entry, dict) else "")
        if file is None or file.content is None or file.complete:
            raise Refusal("file_not_found")
        found.append((file, str(entry.get("title") or "")))
    return found


def _channels(backend: Backend, arguments: Arguments) -> list[Channel]:
    names = [name.strip() for name in arguments.text("channels").split(",") if name.strip()]
    if arguments.has("channel_id"):
        names.append(arguments.text("channel_id"))
    return [backend.workspace.channel(name) for name in dict.fromkeys(names)]


def info(backend: Backend, arguments: Arguments) -> Json:
    file = backend.workspace.files.get(arguments.required("file")[0])
    if file is None or not file.complete:
        raise Refusal("file_not_found")
    return {"file": payloads.to_file(file, backend.base_url)}


METHODS: dict[str, Method] = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
}
