"""Models that loop, stall or never stop: whether every question ends within its ceilings.

Each manner is the whole of what a mock endpoint does, in both wire formats, and would go on for
ever. A question has to end at the ceiling that the manner runs into, with a labelled partial answer
of whole sentences, and must have taken no more than its ceilings allow.
"""

import asyncio
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Event as Signal

from agent.ceilings import Ceilings, Prices
from agent.events import Answer
from agent.loop import answer
from agent.model import Wire
from evals.bench.bars import Setting
from evals.bench.demo_shop import NOW, demo_shop
from evals.peers.mock_model import WIRES
from evals.peers.model_server import Heard, ModelServer, Said, Speaks
from stores.threads import ThreadStore
from tools.context import Context, FactBook

QUESTION = "how is the shop doing?"
CEILINGS = Ceilings(steps=4, tools=6, tokens=1500, seconds=60, cost=0.5)
_PRICES = Prices(1, 10)
_LATE = 5.0  # seconds beyond the ceiling that a busy machine may take to notice
_OVER = 400  # tokens of the request and the piece at which the ceiling is noticed
_TOLD = "The shop has [[f1]] customers."


@dataclass(frozen=True)
class Manner:
    """What a model does for ever, and the ceiling that it runs into."""

    name: str
    speaks: Speaks
    ceiling: str
    changed: Ceilings = CEILINGS


def manners(over: Signal) -> list[Manner]:
    """`over` lets those go who wait for ever."""

    def look(heard: Heard) -> Said:
        return Said(calls=(("describe_dataset", {}),))

    def look_often(heard: Heard) -> Said:
        return Said(calls=(("describe_dataset", {}),) * 4)

    def tell_and_look(heard: Heard) -> Said:
        return Said(_TOLD if heard.results else "", (("describe_dataset", {}),))

    def err(heard: Heard) -> Said:
        return Said(calls=(("no_such_tool", {}), ("query_records", {"measures": ["happiness"]})))

    def lie(heard: Heard) -> Said:
        return Said(endless=itertools.cycle(["There are ", "1,234 ", "customers. "]))

    def talk(heard: Heard) -> Said:
        return Said(endless=itertools.cycle(["The shop ", "is doing ", "well. "]))

    def never_end_a_sentence(heard: Heard) -> Said:
        return Said(endless=itertools.cycle(["and the shop "]))

    def never_end_arguments(heard: Heard) -> Said:
        pieces = itertools.chain(['{"measures": ["'], itertools.cycle(["revenue "]))
        return Said(calls=(("query_records", {}),), arguments=pieces)

    def fall_silent(heard: Heard) -> Said:
        return Said(endless=_then_nothing("The shop is doing well. And it ", over))

    def dribble(heard: Heard) -> Said:
        return Said(endless=_slowly(over))

    brief = replace(CEILINGS, seconds=2, tokens=10**9, cost=10**9)
    dear = replace(CEILINGS, tokens=10**9, cost=0.01)
    return [
        Manner("looks again and again", look, "steps"),
        Manner("tells, and looks again", tell_and_look, "steps"),
        Manner("makes the same mistake", err, "steps", replace(CEILINGS, tools=100)),
        Manner("looks four times at once", look_often, "tool calls"),
        Manner("talks", talk, "tokens"),
        Manner("lies", lie, "tokens"),
        Manner("ends no sentence", never_end_a_sentence, "tokens"),
        Manner("ends no arguments", never_end_arguments, "tokens"),
        Manner("talks dearly", talk, "in money", dear),
        Manner("falls silent", fall_silent, "seconds", brief),
        Manner("dribbles", dribble, "seconds", brief),
    ]


def _then_nothing(text: str, over: Signal) -> Iterator[str]:
    yield text
    over.wait()


def _slowly(over: Signal) -> Iterator[str]:
    for piece in itertools.cycle(["The shop ", "is doing ", "well. "]):
        yield piece
        if over.wait(0.05):
            return


def measure(setting: Setting) -> float:
    over, found = Signal(), []
    asked = [(wire, manner) for wire in WIRES for manner in manners(over)]
    with demo_shop(200, seed=8) as context:
        for wire, manner in asked:
            wrong = wrongs_of(context, wire, manner, over)
            found += [f"{wire}, {manner.name}: {what}" for what in wrong]
    for what in found:
        setting.say(what)
    setting.say(f"{len(asked)} questions to a model that never stops")
    return len(found)


def wrongs_of(context: Context, wire: Wire, manner: Manner, over: Signal) -> list[str]:
    over.clear()
    with ModelServer(manner.speaks) as server:
        started = time.perf_counter()
        found = asyncio.run(_ask(replace(context, book=FactBook()), server, wire, manner.changed))
        seconds = time.perf_counter() - started
        over.set()
        requests = len(server.bodies)
    return _wrong(found, manner, requests, seconds)


async def _ask(context: Context, server: ModelServer, wire: Wire, ceilings: Ceilings) -> Answer:
    model = server.open(wire, ceilings=ceilings, prices=_PRICES)
    thread = ThreadStore(context.home).make("local", context.dataset.dataset_id, NOW)
    events = [event async for event in answer(QUESTION, context, thread, model)]
    await model.let_go()
    last = events[-1]
    assert isinstance(last, Answer)
    return last


def _wrong(found: Answer, manner: Manner, requests: int, seconds: float) -> list[str]:
    allowed, told = manner.changed, " ".join(found.happened)
    tokens = found.tokens.get("total_tokens", 0)
    checks = {
        f"kind {found.kind}": found.kind == "partial",
        f"tells {told!r}": manner.ceiling in told and "reached its ceiling of" in told,
        f"says {found.text!r}": found.text.rstrip().endswith(".") and told in found.text,
        "half a sentence stands": "And it" not in found.text and "and the shop" not in found.text,
        "a figure that no record stands behind": "1,234" not in found.text,
        f"{requests} requests": requests <= allowed.steps,
        f"{len(found.tools)} tool calls": len(found.tools) <= allowed.tools,
        f"{tokens} tokens": tokens <= allowed.tokens + _OVER,
        f"cost {found.cost}": found.cost is not None and found.cost <= allowed.cost + 0.01,
        f"{seconds:.1f} s": seconds <= allowed.seconds + _LATE,
    }
    return [what for what, holds in checks.items() if not holds]
