"""What a method call brought, and how Slack says no to it."""

import json
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

# A form or a query carries these as JSON text; a JSON body carries them as they are.
STRUCTURED = frozenset(
    {"attachments", "blocks", "chunks", "files", "loading_messages", "metadata", "prompts"}
)


class Refusal(Exception):
    """A call that Slack answers with `{"ok": false, "error": ...}`."""

    def __init__(self, error: str, *details: str) -> None:
        super().__init__(error, *details)
        self.error = error
        self.details = details

    def to_body(self) -> Json:
        body: Json = {"ok": False, "error": self.error}
        if self.details:
            messages = [f"[ERROR] {detail}" for detail in self.details]
            body["response_metadata"] = {"messages": messages}
        return body


class Arguments:
    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = {name: _read(name, value) for name, value in values.items()}

    def has(self, name: str) -> bool:
        value = self.values.get(name)
        return value is not None and value != ""

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return "" if value is None else str(value)

    def required(self, *names: str) -> list[str]:
        missing = [name for name in names if not self.has(name)]
        if missing:
            details = [f"missing required field: {name}" for name in missing]
            raise Refusal("invalid_arguments", *details)
        return [self.text(name) for name in names]

    def optional(self, name: str) -> str | None:
        return self.text(name) or None

    def structure(self, name: str) -> Any:
        return self.values.get(name)

    def truth(self, name: str) -> bool:
        return self.text(name).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not value.isdigit():
            raise Refusal("invalid_arguments", f"must be a number: {name}")
        return int(value)


def _read(name: str, value: Any) -> Any:
    if name not in STRUCTURED or not isinstance(value, str) or not value:
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value  # the rule for this field names the fault
