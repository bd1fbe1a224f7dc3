"""`segue ask` in the terminal: sentences as they are released, then where they come from.

When the service runs on this home it answers: it is warm, and holds the index of the notes.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import click

from api.cli import Door
from api.logs import working_on
from api.running import RunningService, find_service
from api.words import facts_table, new_tables
from stores.threads import ThreadStore

Wired = tuple[str, Mapping[str, Any]]


def ask(
    door: Door, question: str, dataset: str | None, thread: str | None, model: str | None
) -> dict[str, Any]:
    asked = {"question": question, "dataset": dataset, "thread": thread}
    # A model named for this one question is this process's own business.
    service = find_service(door.settings.home) if model is None else None
    events = _ask_service(service, asked) if service else _ask_here(door, asked, model)
    return asyncio.run(_follow(door, events))


AGREED = "Yes"


def thread_to_agree(door: Door, answer_id: str) -> str:
    """The thread of an answer that waits for the person's yes; refused when it asked nothing, or
    when something else was said there since."""
    from engine.errors import Conflict

    person, store = door.services.local_person, ThreadStore(door.services.home)
    thread, body = store.answer(person.person_id, answer_id)
    change = body["state"].get("change")
    if not change or thread.state.get("change") != change:
        raise Conflict(
            f"The answer '{answer_id}' waits for no yes, or no longer.",
            f"Ask for it again: segue ask ... --thread {thread.thread_id}",
        )
    return thread.thread_id


async def _follow(door: Door, events: AsyncIterator[Wired]) -> dict[str, Any]:
    from engine.errors import NotPossible

    found: dict[str, Any] = {}
    async for name, data in events:
        if name == "done":
            found = dict(data)
        elif name == "error":
            raise NotPossible(data["message"], data["hint"])
        if not door.json:
            _print(door, name, data)
    return found


async def _ask_here(
    door: Door, asked: Mapping[str, str | None], model: str | None
) -> AsyncIterator[Wired]:
    from agent.loop import answer
    from api.wire import to_wire

    services = door.services
    person = services.local_person
    store = ThreadStore(services.home)
    thread = store.get(person.person_id, asked["thread"]) if asked["thread"] else None
    context = services.context(person, thread.dataset_id if thread else asked["dataset"])
    if thread is None:
        thread = store.make(person.person_id, context.dataset.dataset_id, services.now())
    used = services.model(model)
    with working_on(thread.thread_id):
        async for event in answer(str(asked["question"]), context, thread, used):
            yield to_wire(event)
    await used.let_go()


async def _ask_service(
    service: RunningService, asked: Mapping[str, str | None]
) -> AsyncIterator[Wired]:
    """Reads the service's events; blank lines end one."""
    name = ""
    for line in service.post_lines("/v1/questions", asked):
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def _print(door: Door, name: str, data: Mapping[str, Any]) -> None:
    if name in ("status", "tool_started"):
        door.progress(data["text"])
    elif name == "restarted":
        click.echo(f"\n[{data['reason']}]", err=True)
    elif name == "sentence":
        click.echo(data["text"], nl=False)
    elif name == "done":
        for table in new_tables(data):
            click.echo(f"\n\n{facts_table(table)}", nl=False)
        click.echo("\n")
        click.echo("\n".join(_footer(data)))


def _footer(found: Mapping[str, Any]) -> list[str]:
    lines = [found["state"]["notice"]] if found["state"]["notice"] else []
    if found["facts"]:
        first = found["facts"][0]
        lines.append(
            f"Every figure has a receipt (--json lists them). {first['text']}: "
            f"segue receipt {first['receipt']} --rerun"
        )
    if about := found["state"].get("about"):
        lines.append(f"This thread is about: {about}.")
    if found["kind"] == "confirm":
        lines.append(f"To agree: segue ask --confirm {found['answer_id']}")
    lines += [f"The file: {one['file']} in the home" for one in found["state"].get("files", [])]
    lines += found.get("happened", [])
    if found.get("recalled"):
        lines.append("The same question on the same records was answered before: as then.")
    lines.append(f"Answered by {_by(found)}; go on with --thread {found['thread']}")
    return lines


def _by(found: Mapping[str, Any]) -> str:
    """Who answered, and what that took."""
    by = "the built-in planner" if found["model"] == "planner" else found["model"]
    tokens = found["tokens"].get("total_tokens")
    counted = f", {tokens:,} tokens" if tokens else ""
    cost = f", cost {found['cost']:g}" if found["cost"] else ""
    return f"{by} in {found['seconds']:.1f} s{counted}{cost}"
