"""A message that is being written: its state, and what its chunks add up to."""

from dataclasses import dataclass, field
from typing import Literal

from evals.peers.slack.arguments import Json, Refusal

StreamState = Literal["in_progress", "completed", "expired", "stopped_by_user"]
Mode = Literal["markdown_text", "chunks"]


@dataclass
class Stream:
    """Slack closes a stream a fixed time after its start, however often it is fed."""

    started_at: float
    expires_at: float
    display: str = "timeline"
    recipient: str | None = None
    state: StreamState = "in_progress"
    mode: Mode | None = None
    plan: str = ""
    tasks: dict[str, Json] = field(default_factory=dict)

    def age(self, now: float) -> None:
        if self.state == "in_progress" and now >= self.expires_at:
            self.state = "expired"

    def require_open(self, now: float) -> None:
        self.age(now)
        if self.state == "stopped_by_user":
            raise Refusal("stopped_by_user")
        if self.state != "in_progress":
            raise Refusal("message_not_in_streaming_state")

    def require_mode(self, mode: Mode) -> None:
        """A stream begun with text goes on with text, one begun with chunks with chunks."""
        if self.mode not in {None, mode}:
            raise Refusal("streaming_mode_mismatch")
        self.mode = mode

    def take(self, chunks: list[Json]) -> tuple[str, list[Json]]:
        """Follow the plan and the tasks; give back the text and the blocks that were added."""
        text = ""
        blocks: list[Json] = []
        for chunk in chunks:
            if chunk["type"] == "markdown_text":
                text += chunk["text"]
            elif chunk["type"] == "plan_update":
                self.plan = chunk["title"]
            elif chunk["type"] == "task_update":
                self._follow(chunk)
            else:
                blocks += chunk["blocks"]
        return text, blocks

    def _follow(self, chunk: Json) -> None:
        """Title and status replace what the task had; details and output are added to it."""
        task = self.tasks.setdefault(chunk["id"], {"id": chunk["id"]})
        task["title"], task["status"] = chunk["title"], chunk["status"]
        for part in ("details", "output"):
            if chunk.get(part):
                task[part] = task.get(part, "") + str(chunk[part])
        if chunk.get("sources"):
            task["sources"] = [*task.get("sources", []), *chunk["sources"]]
