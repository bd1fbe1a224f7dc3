"""The command that calls any tool of the catalogue: tool."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from api.cli import Door, command

if TYPE_CHECKING:
    from tools.tool import Tool


class _Catalogue(click.Group):
    """One subcommand a tool; its options are the tool's arguments."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from tools.catalog import catalogue

        return sorted(catalogue())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        from tools.catalog import find_tool

        return _command_of(find_tool(cmd_name))


@click.group("tool", cls=_Catalogue)
def tool() -> None:
    """Call one of the tools that answers are made of, by its name.

    segue tool list_segments --json; segue tool why_customer --customer 10034. What an answer, MCP
    and POST /v1/tools/NAME take, it takes; a list is given item by item or as JSON.
    """


def _command_of(found: "Tool") -> click.Command:
    def run(
        door: Door, dataset: str | None, confirmation: str | None, yes: bool, **given: Any
    ) -> None:
        arguments = {
            name: _value(fields[name], value)
            for name, value in given.items()
            if value is not None and value != ()
        }
        _call(door, found, arguments, dataset, confirmation, yes)

    fields = found.arguments.model_json_schema().get("properties", {})
    run.__name__, run.__doc__ = found.name, found.description
    run.__click_params__ = list(  # type: ignore[attr-defined]
        reversed([*(_option(name, schema) for name, schema in fields.items()), *_OPTIONS])
    )
    made = command(run)
    made.name = found.name
    made.short_help = found.description.splitlines()[0]
    return made


_OPTIONS = (
    click.Option(["--dataset"], metavar="NAME", help="Default: the only dataset."),
    click.Option(["--confirmation"], metavar="TOKEN", help="What was given for the agreement."),
    click.Option(["--yes"], is_flag=True, help="Agree to a change without being asked."),
)


def _option(name: str, schema: dict[str, Any]) -> click.Option:
    flag = f"--{name.replace('_', '-')}"
    return click.Option([flag, name], multiple=_is_list(schema), metavar=_metavar(schema))


def _is_list(schema: dict[str, Any]) -> bool:
    return any(one.get("type") == "array" for one in [schema, *schema.get("anyOf", [])])


def _metavar(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "|".join(str(each) for each in schema["enum"])
    return "ITEM" if _is_list(schema) else str(schema.get("type", "value")).upper()


def _value(schema: dict[str, Any], given: Any) -> Any:
    """The text of an option as the tool takes it: a list, an object as JSON, or the text."""
    if isinstance(given, tuple):
        whole = _from_json(given[0]) if len(given) == 1 else None
        return whole if isinstance(whole, list) else list(given)
    kinds = {one.get("type") for one in [schema, *schema.get("anyOf", [])]}
    found = _from_json(given)
    return found if isinstance(found, dict) or not kinds & {"string", None} else given


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _call(
    door: Door,
    found: "Tool",
    arguments: dict[str, Any],
    dataset: str | None,
    confirmation: str | None,
    yes: bool,
) -> None:
    from api.wire import called_in_words, called_to_wire
    from tools.catalog import ask_confirmation, call

    services = door.services
    context = services.context(services.local_person, dataset)
    if found.effect == "changes" and confirmation is None:
        asked = ask_confirmation(context, found.name, arguments)
        if not yes and (door.json or not sys.stdin.isatty()):
            door.show(asked.to_json(), lambda: f"{asked.question}\nAdd --yes to agree.")
            return
        if not yes:
            click.confirm(asked.question, abort=True, err=True)
        confirmation = asked.token
    called = call(context, found.name, arguments, confirmation)
    door.show(called_to_wire(called, context), lambda: called_in_words(called, context))


COMMANDS = (tool,)
