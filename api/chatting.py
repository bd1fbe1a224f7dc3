"""`segue chat`: one thread after another question, in a terminal or from a pipe."""

import sys
from collections.abc import Mapping
from typing import Any

import click

from api.asking import ask
from api.cli import Door
from engine.errors import Fixable

_ENDS = ("/quit", "/exit", "/q")


def chat(
    door: Door, dataset: str | None, thread: str | None, model: str | None
) -> list[dict[str, Any]]:
    """Until /quit or the end of what is typed; an error is told, and the talk goes on."""
    typed = sys.stdin
    by_hand = typed.isatty() and not door.json
    if by_hand:
        click.echo("Ask about your customers; /quit ends.")
    answers: list[dict[str, Any]] = []
    while True:
        if by_hand:
            click.echo("> ", nl=False)
        line = typed.readline()
        question = line.strip()
        if not line or question in _ENDS:
            return answers
        if question:
            try:
                answers.append(ask(door, question, dataset, thread, model))
            except Fixable as error:
                click.echo(f"{error}\n", err=True)
                continue
            thread = answers[-1]["thread"]
            if not door.json:
                click.echo(f"[about: {about(answers[-1]['state'])}]\n")


def about(state: Mapping[str, Any]) -> str:
    """What the next question may lean on, in one line."""
    names = [*state.get("segment", ()), *(f"customer {each}" for each in state.get("customer", ()))]
    for values in (*state.get("filters", {}).values(), *state.get("people", {}).values()):
        names += values
    names += [f"without {name}" for name in state.get("without", ())]
    parts = [", ".join(names) or "the whole shop", ", ".join(state.get("metrics", ()))]
    parts += [_days(each) for each in state.get("periods", ())]
    return "; ".join(part.replace("_", " ") for part in (*parts, state.get("where", "")) if part)


def _days(stretch: Mapping[str, Any]) -> str:
    until = f" until {stretch['until']}" if stretch["until"] else ""
    return f"from {stretch['since']}{until}"
