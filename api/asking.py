"""`segue ask` in the terminal: sentences as they are released, then where they come from."""

import asyncio
from typing import Any

import click

from agent.events import Answer, Event, Restarted, Sentence, Status, ToolUsed
from agent.loop import answer
from api.cli import Door
from api.logs import working_on
from api.wire import DOING
from stores.threads import ThreadStore


def ask_here(
    door: Door, question: str, dataset: str | None, thread_id: str | None, model: str | None
) -> dict[str, Any]:
    services = door.services
    person = services.local_person
    store = ThreadStore(services.home)
    thread = store.get(person.person_id, thread_id) if thread_id else None
    context = services.context(person, thread.dataset_id if thread else dataset)
    if thread is None:
        thread = store.make(person.person_id, context.dataset.dataset_id, services.now())
    with working_on(thread.thread_id):
        return asyncio.run(_follow(door, answer(question, context, thread, services.model(model))))


async def _follow(door: Door, events: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    async for event in events:
        if isinstance(event, Answer):
            found = event.to_json()
        if not door.json:
            _print(door, event)
    return found


def _print(door: Door, event: Event) -> None:
    if isinstance(event, Status):
        door.progress(event.text)
    elif isinstance(event, ToolUsed):
        door.progress(DOING.get(event.name, event.name))
    elif isinstance(event, Restarted):
        click.echo(f"\n[{event.reason}]", err=True)
    elif isinstance(event, Sentence):
        click.echo(event.text, nl=False)
    else:
        click.echo("\n")
        click.echo("\n".join(_footer(event)))


def _footer(found: Answer) -> list[str]:
    lines = []
    if found.state["notice"]:
        lines.append(found.state["notice"])
    if found.facts:
        first = found.facts[0]
        lines.append(
            f"Every figure has a receipt (--json lists them). {first.text}: "
            f"segue receipt {first.receipt} --rerun"
        )
    by = "the built-in planner" if found.model == "planner" else found.model
    lines.append(
        f"Answered by {by} in {found.seconds:.1f} s; go on with --thread {found.thread_id}"
    )
    return lines
