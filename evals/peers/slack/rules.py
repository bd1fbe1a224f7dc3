"""What may be written: lengths, metadata, chunks, prompts. Blocks have their own file."""

from typing import Any

from evals.peers.slack.arguments import Arguments, Json, Refusal

TEXT_LIMIT = 40_000  # chat.postMessage cuts what is longer, and says so in a warning
UPDATE_TEXT_LIMIT = 4_000
MARKDOWN_LIMIT = 12_000
TASK_FIELD_LIMIT = 256
METADATA_LIMIT = 16_000
PROMPT_LIMIT = 4
LOADING_LIMIT = 10
TITLE_LIMIT = 200
TASK_STATES = frozenset({"pending", "in_progress", "complete", "error"})
SESSION_STATES = frozenset({"processing", "active", "suspended", "closed"})


def read_markdown(arguments: Arguments) -> str:
    text = arguments.text("markdown_text")
    if len(text) > MARKDOWN_LIMIT:
        raise Refusal("msg_too_long", f"markdown_text has {len(text)} of {MARKDOWN_LIMIT}")
    return text


def read_metadata(arguments: Arguments) -> Json | None:
    metadata = arguments.structure("metadata")
    if metadata is None or metadata == "":
        return None
    if not isinstance(metadata, dict):
        raise Refusal("invalid_metadata_format")
    if metadata and not (
        isinstance(metadata.get("event_type"), str)
        and metadata["event_type"]
        and isinstance(metadata.get("event_payload"), dict)
        and set(metadata) <= {"event_type", "event_payload", "entities"}
    ):
        raise Refusal("invalid_metadata_schema")
    if len(str(metadata)) > METADATA_LIMIT:
        raise Refusal("metadata_too_large")
    return metadata


def read_chunks(arguments: Arguments) -> list[Json]:
    chunks = arguments.structure("chunks")
    if chunks is None or chunks == "":
        return []
    if not isinstance(chunks, list):
        raise Refusal("invalid_chunks", "chunks must be an array")
    for chunk in chunks:
        check_chunk(chunk)
    return chunks


def check_chunk(chunk: Any) -> None:
    kind = chunk.get("type") if isinstance(chunk, dict) else None
    if kind == "markdown_text":
        text = _words(chunk, "text")
        if len(text) > MARKDOWN_LIMIT:
            raise Refusal("msg_too_long", f"a chunk has {len(text)} of {MARKDOWN_LIMIT}")
    elif kind == "task_update":
        _check_task(chunk)
    elif kind == "plan_update":
        _short(chunk, "title")
    elif kind == "blocks":
        if not isinstance(chunk.get("blocks"), list):
            raise Refusal("invalid_chunks", "a blocks chunk needs an array of blocks")
    else:
        raise Refusal("invalid_chunks", f"unknown chunk type: {kind}")


def _check_task(chunk: Json) -> None:
    _short(chunk, "id")
    _short(chunk, "title")
    if chunk.get("status") not in TASK_STATES:
        raise Refusal("invalid_chunks", f"unknown task status: {chunk.get('status')}")
    for part in ("details", "output"):
        if chunk.get(part) is not None:
            _short(chunk, part)


def _short(chunk: Json, name: str) -> None:
    if len(_words(chunk, name)) > TASK_FIELD_LIMIT:
        raise Refusal("invalid_chunks", f"{name} is over {TASK_FIELD_LIMIT} characters")


def _words(chunk: Json, name: str) -> str:
    value = chunk.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal("invalid_chunks", f"{chunk.get('type')} needs {name}")
    return value


def read_prompts(arguments: Arguments) -> list[Json]:
    prompts = arguments.structure("prompts")
    if not isinstance(prompts, list) or not prompts:
        raise Refusal("invalid_arguments", "prompts must be an array")
    if len(prompts) > PROMPT_LIMIT:
        raise Refusal("invalid_arguments", f"no more than {PROMPT_LIMIT} prompts allowed")
    for prompt in prompts:
        if not (isinstance(prompt, dict) and prompt.get("title") and prompt.get("message")):
            raise Refusal("invalid_arguments", "a prompt needs title and message")
    return prompts


def read_loading_messages(arguments: Arguments) -> tuple[str, ...]:
    messages = arguments.structure("loading_messages") or []
    if not isinstance(messages, list) or not all(isinstance(line, str) for line in messages):
        raise Refusal("invalid_arguments", "loading_messages must be an array of strings")
    if len(messages) > LOADING_LIMIT:
        raise Refusal("invalid_arguments", f"no more than {LOADING_LIMIT} loading_messages")
    return tuple(messages)


def read_session_status(arguments: Arguments, name: str) -> str | None:
    status = arguments.optional(name)
    if status is not None and status not in SESSION_STATES:
        raise Refusal("invalid_arguments", f"{name} must be one of {sorted(SESSION_STATES)}")
    return status
