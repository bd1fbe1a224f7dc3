"""Whether anything that tells who a customer is reaches a model, a log or the index of notes.

A model that wants to know all about people asks every tool about them, over a mock endpoint that
keeps each request as it came; people are also named in questions and so in earlier answers. Then
requests, logs, notes and index are searched for every id, name, e-mail address, telephone, postcode
and address of the shop.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from agent.discretion import Privacy
from agent.events import Answer
from agent.loop import answer
from agent.model import Wire
from agent.named import NamedModel
from api.logs import start_logging
from evals.bench.bars import Setting
from evals.bench.demo_shop import NOW
from evals.bench.people_shop import canaries, people_shop
from evals.peers.mock_model import WIRES
from evals.peers.model_server import Heard, ModelServer, Said
from stores.note_index import NoteIndex
from stores.threads import Thread, ThreadStore
from tools.context import Context, FactBook

_PSEUDONYM = re.compile(r"\b[CPETA]-[A-Z2-7]{8}\b")
_QUESTIONS = (
    "How likely is customer {customer_id} to leave?",
    "And what of {name} ({email}, {phone})?",
    "Is somebody at {address}, {postcode} odd?",
    "who is out of the ordinary, and what did {customer_id} buy?",
)


def measure(setting: Setting) -> float:
    with people_shop(300 if setting.full else 120, seed=4) as context:
        found = leaks(context, 12 if setting.full else 2, setting)
    for what in found:
        setting.say(what)
    return len(found)


def leaks(context: Context, people: int, setting: Setting) -> list[str]:
    """What was found where it must not be."""
    start_logging(context.home.root, "debug")
    places: list[tuple[str, str]] = []
    for wire, privacy in zip(WIRES, (Privacy(row_values=False), Privacy()), strict=True):
        with ModelServer(curious) as server:
            shown = asyncio.run(_ask_all(context, people, server, wire, privacy))
        places += [(f"request over {wire}", body) for body in server.bodies]
        setting.say(f"{len(server.bodies)} requests over {wire}, {shown} figures shown")
    places += list(_kept(context))
    marks = _marks(context)
    setting.say(f"{len(marks)} marks of people looked for in {len(places)} places")
    return [f"{mark} in a {place}" for place, text in places for mark in _found(marks, text)]


async def _ask_all(
    context: Context, people: int, server: ModelServer, wire: Wire, privacy: Privacy
) -> int:
    shown = 0
    for customer in list(context.members.index)[:people]:
        model = server.open(wire, privacy)
        thread = ThreadStore(context.home).make("local", context.dataset.dataset_id, NOW)
        for template in _QUESTIONS:
            question = template.format(**canaries(str(customer)))
            shown += await _figures(question, context, thread, model)
        await model.let_go()
    return shown


async def _figures(question: str, context: Context, thread: Thread, model: NamedModel) -> int:
    fresh = replace(context, book=FactBook())
    known = ThreadStore(context.home).get("local", thread.thread_id)
    events = [event async for event in answer(question, fresh, known, model)]
    last = events[-1]
    assert isinstance(last, Answer)
    return len(last.facts)


def curious(heard: Heard) -> Said:
    """Every tool that knows of people, then all it heard back, with a figure that has no fact."""
    people = _PSEUDONYM.findall(heard.question + "".join(heard.results))
    person = people[0] if people else "nobody"
    if "These sentences were not shown" in heard.question:
        return Said("I cannot say more.")
    rounds = (
        ("list_anomalies", {"limit": 20, "budget": 0.2}),
        ("customer_scores", {"customer": person}),
        ("why_customer", {"customer": person}),
        ("recommend_products", {"whom": person}),
        ("query_records", {"measures": ["revenue"], "by": ["product"], "customer": [person]}),
        ("search_notes", {"query": f"what is {person} like?"}),
        ("list_segments", {"segment": person}),
    )
    if len(heard.results) < len(rounds):
        return Said(calls=(rounds[len(heard.results)],))
    facts = [fact for result in heard.results[1:2] for fact in _facts(result)]
    told = " ".join(
        f"The {said.split(':')[0]} of {group['subject']} is [[{id_}]]."
        for group in facts
        for id_, said in group.items()
        if id_ not in ("subject", "kind", "period")
    )
    return Said(f"{person} has 1,234 orders. {told} {', '.join(people)} are people.")


def _facts(result: str) -> list[dict[str, str]]:
    text = result.split("\n")[1]
    found: list[dict[str, str]] = json.loads(text)["facts"] if text.startswith("{") else []
    return found


def _kept(context: Context) -> Iterator[tuple[str, str]]:
    """Logs, and the index over notes that was made of this home."""
    index = NoteIndex.open(context.home)
    if index is not None:
        index.close()
    folders = (context.home.root / "logs", context.home.index_folder)
    for file in (file for folder in folders for file in folder.rglob("*") if file.is_file()):
        yield f"file {file.relative_to(context.home.root)}", _content(file)


def _content(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "ignore")


def _marks(context: Context) -> frozenset[str]:
    """Folded; the address by its street, for house numbers are everybody's."""
    found: set[str] = set()
    for customer in context.members.index:
        found |= {value.casefold() for value in canaries(str(customer)).values()}
    return frozenset(found)


def _found(marks: frozenset[str], text: str) -> list[str]:
    folded = text.casefold()
    return [mark for mark in marks if mark in folded]
