"""Scripted conversations of several tools through the real loop, on a mock endpoint (llmock).

Each script is what a model does: the tools it calls, one after the other or at once, and what it
writes in the end, with references to the facts. Each is run in both wire formats, streamed. Schemas
that are offered, results that are given back and the final answer are looked at; every tool that an
answer may use is called at least once.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from agent.events import Answer
from agent.langchain_tools import ASKING
from agent.loop import answer
from agent.model import Wire
from evals.bench.bars import Setting
from evals.bench.demo_shop import NOW, demo_shop
from evals.peers.mock_model import WIRES, open_mock
from stores.threads import ThreadStore
from tools.catalog import catalogue
from tools.context import Context, FactBook

if TYPE_CHECKING:
    from llmock.testing import LLMockServer

SCRIPTS = Path(__file__).with_name("trajectories.yaml")
Script = dict[str, Any]


@lru_cache(maxsize=1)
def scripts() -> tuple[Script, ...]:
    found: list[Script] = yaml.safe_load(SCRIPTS.read_text(encoding="utf-8"))
    return tuple(found)


def measure(setting: Setting) -> float:
    from llmock.testing import LLMockServer

    found: list[str] = []
    with demo_shop(300, seed=8) as context, LLMockServer() as server:
        for wire in WIRES:
            for script in scripts():
                wrong = wrongs_of(script, context, server, wire)
                found += [f"{wire}, {script['asked']}: {what}" for what in wrong]
    found += [f"never called: {name}" for name in sorted(offered() - called(scripts()))]
    for what in found:
        setting.say(what)
    setting.say(f"{len(scripts())} scripts in {len(WIRES)} wire formats, {len(offered())} tools")
    return len(found)


def offered() -> set[str]:
    """The tools that an answer may use."""
    return {name for name, tool in catalogue().items() if tool.effect != "changes"}


def called(every: Sequence[Script]) -> set[str]:
    return {call["tool"] for script in every for step in script["steps"] for call in step}


def wrongs_of(script: Script, context: Context, server: "LLMockServer", wire: Wire) -> list[str]:
    from llmock.scenarios import Reply, ToolCall

    filled = _filled(script, context)
    server.state.reset()
    for step in filled["steps"]:
        calls = tuple(ToolCall(call["tool"], call.get("arguments", {})) for call in step)
        server.state.scenarios.add(Reply(tool_calls=calls))
    server.state.scenarios.add(Reply(text=filled["says"], times=None))
    found = asyncio.run(_ask(filled["asked"], replace(context, book=FactBook()), server, wire))
    bodies = [record.body for record in server.state.journal.records(wait=5)]
    return [*_wrong_requests(bodies, filled), *_wrong_answer(found, filled)]


def _filled(script: Script, context: Context) -> Script:
    """Names of this shop in the places of a script."""
    members = context.members.sort_index()
    names = {
        "first": context.segments[0].name, "second": context.segments[1].name,
        "customer": str(members.index[0]), "shop": context.dataset.name,
        "other": str(members.index[1]),
    }  # fmt: skip
    text = json.dumps(script)
    for name, value in names.items():
        text = text.replace(f"<{name}>", value)
    filled: Script = json.loads(text)
    return filled


async def _ask(question: str, context: Context, server: "LLMockServer", wire: Wire) -> Answer:
    model = open_mock(server, wire)
    thread = ThreadStore(context.home).make("local", context.dataset.dataset_id, NOW)
    events = [event async for event in answer(question, context, thread, model)]
    await model.let_go()
    last = events[-1]
    assert isinstance(last, Answer)
    return last


def _wrong_requests(bodies: list[Any], script: Script) -> list[str]:
    """One request a step and one for the answer, each with all schemas and all results so far."""
    wrong = []
    if len(bodies) != len(script["steps"]) + 1:
        wrong.append(f"{len(bodies)} requests for {len(script['steps'])} steps")
    for number, body in enumerate(bodies):
        schemas = {tool.get("name") or tool["function"]["name"] for tool in body["tools"]}
        if schemas != offered() | {"ask_back", *ASKING} or not body["stream"]:
            wrong.append(f"request {number} offers {sorted(schemas)}")
        given = [result for result in _results(body) if "<data>" in result]
        due = sum(len(step) for step in script["steps"][:number])
        if len(given) != due:
            wrong.append(f"request {number} gives {len(given)} results back, not {due}")
    return wrong


def _results(body: Any) -> list[str]:
    items = body.get("messages") or body.get("input")
    return [
        str(item.get("content") or item.get("output"))
        for item in items
        if item.get("role") == "tool" or item.get("type") == "function_call_output"
    ]


def _wrong_answer(found: Answer, script: Script) -> list[str]:
    wanted = [call["tool"] for step in script["steps"] for call in step if not call.get("fails")]
    shown = {fact.figure.metric for fact in found.facts}
    checks = {
        f"kind {found.kind}: {found.text!r}": found.kind == script.get("kind", "answer"),
        f"answered by {found.model}: {found.happened}": not found.fell_back,
        f"tools {[tool.name for tool in found.tools]}": _same(found, wanted),
        f"shows {shown}": shown == set(script.get("shows", [])),
        f"says {found.text!r}": all(word in found.text for word in script.get("words", [])),
        "a reference is left standing": "[[" not in found.text,
        "no tokens counted": bool(found.tokens.get("output_tokens")),
    }
    return [what for what, holds in checks.items() if not holds]


def _same(found: Answer, wanted: list[str]) -> bool:
    """Calls of one step run side by side, so their order is free."""
    return sorted(tool.name for tool in found.tools) == sorted(wanted)
