"""The command line. Importing it loads nothing heavy; each command imports what it needs."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import uuid4

import click

from api.guard import ShadowedPackage, check_packages

if TYPE_CHECKING:
    from api.services import Services
    from api.settings import Settings


@dataclass
class Door:
    """What a command works with: the services, and how to speak to person or program."""

    home: str | None
    json: bool
    _said: str = ""

    @cached_property
    def settings(self) -> "Settings":
        from api.settings import read_settings

        return read_settings({"home": self.home})

    @cached_property
    def services(self) -> "Services":
        from api.services import Services

        return Services.open(self.settings)

    def progress(self, text: str) -> None:
        if text == self._said:
            return
        self._said = text
        click.echo(click.style(f"  {text} ...", dim=True), err=True)

    def show(self, found: Mapping[str, Any], words: Callable[[], str]) -> None:
        """The object for a program, or the words for a person."""
        if self.json:
            click.echo(json.dumps(found, ensure_ascii=False))
        else:
            click.echo(words())


def command(function: Callable[..., None]) -> click.Command:
    """A command that takes --home and --json after its name as well as before."""

    @click.pass_context
    def run(context: click.Context, /, home: str | None, as_json: bool, **options: Any) -> None:
        outer: Door = context.obj
        function(Door(home or outer.home, as_json or outer.json), **options)

    made = click.command(function.__name__, help=function.__doc__)(run)
    made.params = [
        *reversed(getattr(function, "__click_params__", [])),
        click.Option(["--home"], metavar="DIR", help="Folder of the installation."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON object."),
    ]
    return made


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--home", metavar="DIR", help="Folder of the installation (or SEGUE_HOME).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.version_option(package_name="segue", prog_name="segue")
@click.pass_context
def segue(context: click.Context, home: str | None, as_json: bool) -> None:
    """Ask about a shop's customers; every number has a receipt.

    Start with:  segue generate --out shop, segue load shop/transactions.csv, segue segment,
    segue ask "which segment brings most revenue?"
    """
    context.obj = Door(home, as_json)


def _add_commands() -> None:
    from api.commands import (
        anomalies,
        answers,
        audiences,
        data,
        digests,
        features,
        house,
        notes,
        playbook,
        privacy,
        query,
        scores,
        segments,
        stream,
        tools,
    )

    asking = (scores, query, audiences, playbook, stream, tools, answers, notes)
    for module in (data, features, segments, anomalies, *asking, digests, privacy, house):
        for found in module.COMMANDS:
            segue.add_command(found)


def main() -> NoReturn:
    """Exit 0 done, 2 a person can fix it, 1 our bug."""
    try:
        check_packages()
    except ShadowedPackage as error:
        _fail(error.message, error.hint)
    from engine.errors import Fixable

    _add_commands()
    try:
        segue.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        hint = "See segue --help."
        if isinstance(error, click.UsageError) and error.ctx is not None:
            hint = f"See {error.ctx.command_path} --help."
        _fail(error.format_message(), hint)
    except Fixable as error:
        _fail(error.message, error.hint)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        _report_defect(error)
    sys.exit(0)


def _fail(message: str, hint: str) -> NoReturn:
    if "--json" in sys.argv:
        click.echo(json.dumps({"error": {"message": message, "hint": hint}}, ensure_ascii=False))
    click.echo(f"{message} {hint}".strip(), err=True)
    sys.exit(2)


def _report_defect(error: Exception) -> NoReturn:
    """Our bug: a reference for the log, no traceback on the screen."""
    import logging

    reference = uuid4().hex[:8]
    logging.getLogger("segue.cli").error("defect %s", reference, exc_info=error)
    message = f"Something went wrong inside Segue ({type(error).__name__}, reference {reference})."
    hint = "The details are in the log of the home: segue doctor says where."
    if "--json" in sys.argv:
        click.echo(json.dumps({"error": {"message": message, "hint": hint}}))
    click.echo(f"{message} {hint}", err=True)
    sys.exit(1)
