"""The agent's events as they go over the wire."""

from collections.abc import Mapping
from typing import Any

from agent.events import Answer, Event, Restarted, Sentence, Status, ToolUsed
from engine.facts import Fact
from engine.grounding import Rendered

DOING = {
    "describe_dataset": "Counting the whole shop",
    "list_segments": "Looking at the segments",
    "churn_by_segment": "Looking at the churn scores",
    "search_notes": "Searching the notes",
    "stream_status": "Looking at the stream",
    "calculate": "Calculating",
}


def to_wire(event: Event) -> tuple[str, dict[str, Any]]:
    """The event's name and its data."""
    match event:
        case Status(text):
            return "status", {"text": text}
        case ToolUsed(name, arguments, seconds):
            return "tool", {
                "name": name,
                "text": DOING.get(name, name),
                "arguments": arguments,
                "seconds": seconds,
            }
        case Sentence():
            return "sentence", event.to_json()
        case Restarted(reason):
            return "restarted", {"reason": reason}
        case Answer():
            return "done", event.to_json()


def rendered_to_wire(found: Rendered, facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {
        "text": found.text,
        "spans": [
            {"start": start, "end": end, "fact": fact, "receipt": facts[fact].receipt}
            for start, end, fact in found.spans
        ],
    }
