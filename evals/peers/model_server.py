"""An endpoint whose model is a function: it reads a request and says what it answers.

It speaks both wire formats, streamed, and keeps every request as it came, so that a measurement can
read what really went out. It answers any number of requests at once, each by itself.
"""

import itertools
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from pydantic import SecretStr

from agent.ceilings import Ceilings, Prices
from agent.discretion import Privacy
from agent.model import FAILURES, Wire, open_language_model
from agent.named import NamedModel

NAME = "gpt-function"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Heard:
    """One request, of either wire format, as a model reads it."""

    instructions: str
    said: tuple[tuple[str, str], ...]  # role and text: user, assistant, tool
    tools: frozenset[str]

    @property
    def question(self) -> str:
        return next(text for role, text in reversed(self.said) if role == "user")

    @property
    def results(self) -> tuple[str, ...]:
        """What the tools gave since the question."""
        found: list[str] = []
        for role, text in reversed(self.said):
            if role == "user":
                break
            if role == "tool":
                found.insert(0, text)
        return tuple(found)

    @property
    def everything(self) -> str:
        return "\n".join([self.instructions, *(text for _, text in self.said)])


@dataclass(frozen=True)
class Said:
    """A text, or `endless` in its place: pieces that may never stop coming. `arguments` are such
    pieces as well, of the one call that is made with them."""

    text: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    endless: Iterator[str] | None = None
    arguments: Iterator[str] | None = None

    @property
    def pieces(self) -> Iterator[str]:
        if self.endless is not None:
            return self.endless
        return iter(_pieces(self.text) if self.text else [])

    def parts(self, place: int) -> Iterator[str]:
        """Of the arguments of a call."""
        if self.arguments is not None:
            return self.arguments
        return iter([json.dumps(self.calls[place][1])])

    def ids(self) -> list[str]:
        """A new one for each call."""
        return [f"call_{next(_numbers)}" for _ in self.calls]


Speaks = Callable[[Heard], Said]


@dataclass
class ModelServer:
    speaks: Speaks
    bodies: list[str] = field(default_factory=list)  # as they came

    def __enter__(self) -> Self:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                server.bodies.append(body)
                asked = json.loads(body)
                chat = self.path.endswith("/chat/completions")
                heard = _heard_chat(asked) if chat else _heard_responses(asked)
                events = _chat_events if chat else _responses_events
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):  # who asked has heard enough
                    for event in events(server.speaks(heard)):
                        self.wfile.write(f"data: {event}\n\n".encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def open(
        self, wire: Wire = "chat", privacy: Privacy | None = None,
        ceilings: Ceilings | None = None, prices: Prices | None = None,
    ) -> NamedModel:  # fmt: skip
        url = f"http://127.0.0.1:{self._server.server_port}/v1"
        model = open_language_model(NAME, url, SecretStr("mock"), wire)
        return NamedModel(
            NAME, model, FAILURES, model.root_async_client.close,
            ceilings=ceilings or Ceilings(), prices=prices, privacy=privacy or Privacy(),
        )  # fmt: skip


def _heard_chat(body: dict[str, Any]) -> Heard:
    said = [(one["role"], _text(one.get("content"))) for one in body["messages"]]
    instructions = "\n".join(text for role, text in said if role in ("system", "developer"))
    talk = tuple(one for one in said if one[0] in ("user", "assistant", "tool"))
    tools = frozenset(tool["function"]["name"] for tool in body.get("tools", []))
    return Heard(instructions, talk, tools)


def _heard_responses(body: dict[str, Any]) -> Heard:
    instructions, said = [body.get("instructions") or ""], []
    for item in body["input"]:
        if item.get("type") == "function_call_output":
            said.append(("tool", _text(item["output"])))
        elif item.get("role") in ("system", "developer"):
            instructions.append(_text(item["content"]))
        elif "role" in item:
            said.append((item["role"], _text(item["content"])))
    tools = frozenset(tool["name"] for tool in body.get("tools", []))
    return Heard("\n".join(instructions), tuple(said), tools)


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content)
    return str(content or "")


def _pieces(text: str) -> list[str]:
    return re.findall(r"\S*\s*", text)[:-1] or [text]


def _chat_events(said: Said) -> Iterator[str]:
    def chunk(delta: dict[str, Any], reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 0,
                           "model": NAME, "choices": [choice]})  # fmt: skip

    yield chunk({"role": "assistant", "content": ""})
    for piece in said.pieces:
        yield chunk({"content": piece})
    ids = said.ids()
    for place, (name, _) in enumerate(said.calls):
        function = {"name": name, "arguments": ""}
        call = {"index": place, "id": ids[place], "type": "function", "function": function}
        yield chunk({"tool_calls": [call]})
        for part in said.parts(place):
            yield chunk({"tool_calls": [{"index": place, "function": {"arguments": part}}]})
    yield chunk({}, "tool_calls" if said.calls else "stop")
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    last = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": NAME}
    yield json.dumps(last | {"choices": [], "usage": usage})
    yield "[DONE]"


def _responses_events(said: Said) -> Iterator[str]:
    for number, event in enumerate(_responses_parts(said)):
        yield json.dumps(event | {"sequence_number": number})


def _responses_parts(said: Said) -> Iterator[dict[str, Any]]:
    text = {"type": "output_text", "text": said.text, "annotations": [], "logprobs": []}
    message = {"type": "message", "id": "msg", "role": "assistant", "status": "completed",
               "content": [text]}  # fmt: skip
    calls = [
        {"type": "function_call", "id": f"fc_{place}", "call_id": own, "name": name,
         "arguments": json.dumps(arguments), "status": "completed"}
        for place, (own, (name, arguments)) in enumerate(zip(said.ids(), said.calls, strict=True))
    ]  # fmt: skip
    speaks = said.text or said.endless is not None
    items: list[dict[str, Any]] = [*([message] if speaks else []), *calls]
    usage = {"input_tokens": 100, "input_tokens_details": {"cached_tokens": 0},
             "output_tokens": 10, "output_tokens_details": {"reasoning_tokens": 0},
             "total_tokens": 110}  # fmt: skip
    whole = {"id": "resp", "object": "response", "created_at": 0, "model": NAME, "output": items,
             "status": "completed", "parallel_tool_calls": True, "tool_choice": "auto",
             "tools": [], "usage": usage}  # fmt: skip
    begun = {"output": [], "status": "in_progress"}
    yield {"type": "response.created", "response": whole | begun}
    for place, item in enumerate(items):
        empty: dict[str, Any] = {"arguments": ""} if "arguments" in item else {"content": []}
        yield {"type": "response.output_item.added", "output_index": place, "item": item | empty}
        at = {"output_index": place, "item_id": item["id"]}
        if item["type"] == "function_call":
            arguments = {"type": "response.function_call_arguments.delta", **at}
            for part in said.parts(place - len(items) + len(calls)):
                yield arguments | {"delta": part}
        else:
            for piece in said.pieces:
                delta = {"type": "response.output_text.delta", "content_index": 0, **at}
                yield delta | {"delta": piece, "logprobs": []}
        yield {"type": "response.output_item.done", "output_index": place, "item": item}
    yield {"type": "response.completed", "response": whole}
