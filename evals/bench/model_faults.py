"""Every way an endpoint breaks, in both wire formats: what a person is shown in the end.

A fault that passes is waited out and the model answers; one that stays makes the planner answer.
Either way the answer is right, whole, and says what happened.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.events import Answer, Event, Restarted, Sentence, ToolUsed
from agent.loop import answer
from agent.model import Wire
from evals.bench.bars import Setting
from evals.bench.demo_shop import NOW, demo_shop
from evals.peers.mock_model import NAME, WIRES, open_mock
from stores.threads import ThreadStore
from tools.context import Context, FactBook

if TYPE_CHECKING:
    from llmock.scenarios import Behavior
    from llmock.testing import LLMockServer

QUESTION = "how many customers does the shop have?"
_SAYS = "The shop has [[f1]] customers. That is what the records say, and all that they say."
_SILENCE = 1.5  # seconds until the client gives a silent endpoint up


@dataclass(frozen=True)
class Fault:
    """`behaviors` break what comes before the tool's call, or after it; `said` is told of it."""

    name: str
    behaviors: Callable[[], "list[Behavior]"]
    said: str
    falls_back: bool
    after_tool: bool = True


def faults() -> list[Fault]:
    from llmock.scenarios import Fail, StreamFault, ToolFault

    def cut(kind: str, times: int | None = 1, after: int = 14) -> "Callable[[], list[Behavior]]":
        return lambda: [
            StreamFault(kind, after_chunks=after, stall_seconds=5, times=times)  # type: ignore[arg-type]
        ]

    return [
        Fault("401", lambda: [Fail(401, times=None)], "refused the key", True, False),
        Fault("401 later", lambda: [Fail(401, times=None)], "refused the key", True),
        Fault("404", lambda: [Fail(404, times=None)], "knows no such model", True, False),
        Fault("429 once", lambda: [Fail(429, retry_after=0.3)], "more requests", False),
        Fault("429 stays", lambda: [Fail(429, retry_after=600, times=None)], "more requests", True),
        Fault("500 twice", lambda: [Fail(500, times=2)], "an error of its own", False),
        Fault("500 stays", lambda: [Fail(500, times=None)], "an error of its own", True),
        Fault("stall", cut("stall"), "stopped sending", False),
        Fault("stall stays", cut("stall", None, 2), "stopped sending", True),
        Fault("disconnect", cut("disconnect"), "could not be reached", False),
        Fault("disconnect stays", cut("disconnect", None), "could not be reached", True),
        Fault("truncate", cut("truncate"), "stopped in the middle", False),
        Fault("malformed", cut("malformed"), "cannot be read", False),
        Fault("malformed stays", cut("malformed", None), "cannot be read", True),
        Fault("half-sent arguments", lambda: [ToolFault("malformed_arguments")], "not whole", False,
              False),
        Fault("unknown tool", lambda: [ToolFault("unknown_tool")], "", False, False),
    ]  # fmt: skip


def measure(setting: Setting) -> float:
    from llmock.testing import LLMockServer

    found: list[str] = []
    with demo_shop(300, seed=8) as context, LLMockServer() as server:
        for wire in WIRES:
            for fault in faults():
                wrong = wrongs_of(context, server, wire, fault)
                found += [f"{wire}, {fault.name}: {what}" for what in wrong]
    for what in found:
        setting.say(what)
    setting.say(f"{len(faults())} faults in {len(WIRES)} wire formats")
    return len(found)


def wrongs_of(context: Context, server: "LLMockServer", wire: Wire, fault: Fault) -> list[str]:
    """What is wrong with the one answer, and with how the client took the fault."""
    from llmock.scenarios import Reply, ToolCall
    from llmock.verdict import judge

    server.state.reset()
    call = Reply(tool_calls=(ToolCall("describe_dataset", {}),))
    # A tool call that breaks is made again.
    again = [call] if fault.name in ("half-sent arguments", "unknown tool") else []
    server.state.scenarios.add(call, *again, Reply(text=_SAYS, times=None))
    if not fault.after_tool:
        server.state.scenarios.add(*fault.behaviors())
    fresh = replace(context, book=FactBook())
    events = asyncio.run(_ask(fresh, server, wire, fault))
    found = events[-1]
    assert isinstance(found, Answer)
    verdict = judge(server.state.journal.records(wait=5))
    return [*_wrong_answer(found, events, fault, context), *map(str, verdict.errors)]


async def _ask(context: Context, server: "LLMockServer", wire: Wire, fault: Fault) -> list[Event]:
    model = open_mock(server, wire, timeout=_SILENCE)
    thread = ThreadStore(context.home).make("local", context.dataset.dataset_id, NOW)
    events: list[Event] = []
    async for event in answer(QUESTION, context, thread, model):
        if isinstance(event, ToolUsed) and not events_have_tool(events) and fault.after_tool:
            server.state.scenarios.add(*fault.behaviors())
        events.append(event)
    await model.let_go()
    return events


def events_have_tool(events: list[Event]) -> bool:
    return any(isinstance(event, ToolUsed) for event in events)


def _wrong_answer(found: Answer, events: list[Event], fault: Fault, context: Context) -> list[str]:
    told = " ".join(found.happened)
    by = "planner" if fault.falls_back else NAME
    verb = "had" if fault.falls_back else "has"  # the planner says from when to when
    right = f"The shop {verb} {len(context.members)} customers"
    last = max((n for n, e in enumerate(events) if isinstance(e, Restarted)), default=0)
    shown = "".join(e.text for e in events[last:] if isinstance(e, Sentence)).strip()
    whole = found.text.endswith((".", "?"))  # the planner ends with what to ask next
    checks = {
        f"kind {found.kind}": found.kind == "answer",
        f"answered by {found.model}": (found.model, found.fell_back) == (by, fault.falls_back),
        f"says {found.text!r}": found.text.startswith(right) and whole,
        f"a person sees {shown!r}": shown == found.text,
        f"tells {told!r}": fault.said in told and bool(told) == bool(fault.said),
        "no restart is told": fault.falls_back <= (last > 0),
    }
    return [what for what, holds in checks.items() if not holds]
