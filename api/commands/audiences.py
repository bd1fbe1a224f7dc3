"""Commands about audiences: look, save, list, export, push, readout, secret, delete."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli import Door, command

if TYPE_CHECKING:
    from tools.context import Context

_DATASET = click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
_FILE = click.Path(dir_okay=False, path_type=Path)
_OUT = click.option("--out", type=_FILE, help="Write customer ids and segments to this CSV.")
_EMAILS = click.option("--emails", type=_FILE, help="Write SHA-256 of their addresses to this CSV.")


@click.group(invoke_without_command=True)
@click.option("--where", metavar="EXPR", help='Whom, e.g. "recency > 60 and monetary >= 500".')
@click.option("--say", metavar="TEXT", help='Or in words: "champions in Germany who ...".')
@click.option("--name", metavar="NAME", help="What it is called; needed to save it.")
@click.option("--holdout", type=float, default=0.0, help="Share of people to leave alone: 0.1.")
@click.option("--save", "saved", is_flag=True, help="Keep it under its name.")
@_OUT
@_EMAILS
@_DATASET
@click.option("--home", metavar="DIR", help="Folder of the installation.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def audience(
    context: click.Context,
    where: str | None,
    say: str | None,
    name: str | None,
    holdout: float,
    saved: bool,
    out: Path | None,
    emails: Path | None,
    dataset: str | None,
    home: str | None,
    as_json: bool,
) -> None:
    """Choose customers by a filter, look, save, export, push, and tell what it brought.

    Shows how many they are, what they are worth and who, as one sentence; nothing is saved without
    --save. Write the filter as the README shows, or say it: --say "champions in Germany who did
    not buy for 60 days".
    """
    outer: Door = context.obj
    door = Door(home or outer.home, as_json or outer.json)
    if context.invoked_subcommand is not None:
        context.obj = door
        return
    if (where is None) == (say is None):
        raise click.UsageError("Say whom you mean with --where or --say, or give a command.")
    if saved and name is None:
        raise click.UsageError("To save it, give it a --name.")
    _look(door, dataset, where, say, name, holdout, saved, out, emails)


def _look(
    door: Door,
    dataset: str | None,
    where: str | None,
    say: str | None,
    name: str | None,
    holdout: float,
    saved: bool,
    out: Path | None,
    emails: Path | None,
) -> None:
    from api.audiences import preview, save, understand

    context = _context(door, dataset)
    where = where or understand(context, say or "")
    found = preview(context, where, name, holdout, out, emails)
    if saved and name is not None:
        found |= save(context, name, where, holdout)
    found |= {"saved": saved}
    door.show(found, lambda: audience_words(found))


@command
@_DATASET
def list_(door: Door, dataset: str | None) -> None:
    """The saved audiences, who came and went, and what was pushed."""
    from api.audiences import all_cards

    found = all_cards(_context(door, dataset))
    shown = [audience_words(one) for one in found["audiences"]]
    door.show(found, lambda: "\n\n".join(shown) or "No audiences yet. Save one: segue audience -h")


@command
@click.argument("name")
@_OUT
@_EMAILS
@_DATASET
def export(
    door: Door, name: str, out: Path | None, emails: Path | None, dataset: str | None
) -> None:
    """Write audience NAME to files, without its holdout and whoever opted out.

    Addresses are trimmed and lower-cased, then hashed; dots in Gmail addresses stay.
    """
    from api.audiences import export as write

    if out is None and emails is None:
        raise click.UsageError("Say where to: --out FILE, --emails FILE, or both.")
    found = write(_context(door, dataset), name, out, emails)
    door.show(found, lambda: "\n".join(_file_lines(found)))


@command
@click.argument("name")
@click.option("--to", required=True, metavar="URL", help="An https address of the receiver.")
@click.option("--yes", is_flag=True, help="Approve what is shown without being asked.")
@click.option("--again", is_flag=True, help="Send once more what may have arrived already.")
@_DATASET
def push(door: Door, name: str, to: str, yes: bool, again: bool, dataset: str | None) -> None:
    """Send what changed in audience NAME since the last push to a webhook, once approved."""
    from api.audiences import push as send
    from api.audiences import push_difference

    context, services = _context(door, dataset), door.services
    shown = push_difference(services, context, name, to)
    if shown["state"] == "nothing":
        door.show(shown | {"sent": False}, lambda: "The receiver has it all: nothing to send.")
        return
    if not yes:
        _ask(door, shown)
    door.progress(f"Sending to {to}")
    found = send(services, context, name, to, shown["approve"], again)
    words = "Nothing was sent: this was sent before."
    if found["sent"]:
        words = f"Sent: {found['added']:,} added, {found['removed']:,} removed."
    door.show(shown | found, lambda: words)


def _ask(door: Door, shown: Mapping[str, Any]) -> None:
    from engine.errors import Unconfirmed

    question = (
        f"Send to {shown['to']}: {shown['added']:,} added, {shown['removed']:,} removed, "
        f"{shown['stays']:,} stay as they are."
    )
    if door.json or not sys.stdin.isatty():
        raise Unconfirmed(question, "Add --yes to approve it.")
    click.confirm(f"{question} Approve?", abort=True, err=True)


@command
@click.argument("name")
@click.option("--after", "days", type=click.IntRange(1, 730), default=30, show_default=True,
              metavar="DAYS", help="How long after the push, or the saving, to look.")  # fmt: skip
@_DATASET
def readout(door: Door, name: str, days: int, dataset: str | None) -> None:
    """What audience NAME did beyond its holdout, and how sure that is."""
    from api.audiences import readout as read

    found = read(_context(door, dataset), name, days)
    door.show(found, lambda: readout_words(found))


@command
@click.argument("name")
@_DATASET
def secret(door: Door, name: str, dataset: str | None) -> None:
    """The secret by which a receiver of audience NAME checks that a push is yours."""
    from api.audiences import signing_secret

    found = signing_secret(door.services, _context(door, dataset), name)
    door.show(found, lambda: str(found["secret"]))


@command
@click.argument("name")
@_DATASET
def delete(door: Door, name: str, dataset: str | None) -> None:
    """Forget audience NAME, its lists and its pushes; what was sent stays where it is."""
    from api.audiences import delete as forget

    found = forget(_context(door, dataset), name)
    door.show(found, lambda: f"Deleted '{found['audience']}'.")


def _context(door: Door, dataset: str | None) -> "Context":
    return door.services.context(door.services.local_person, dataset)


def audience_words(found: Mapping[str, Any]) -> str:
    from api.words import money

    if "trouble" in found:
        return f"{found['audience']}\n{found['sentence']}\n  {found['trouble']}"
    head = [f"{found['audience']}"] if found["audience"] else []
    lines = [
        *head,
        str(found["sentence"]),
        f"  {found['customers']:,} customers, worth {money(found['value'])} so far, as of "
        f"{found['as_of'][:10]}; {found['holdout']:,} of them held out",
    ]
    if found.get("sample"):
        lines.append(f"  such as {', '.join(found['sample'])}")
    if found.get("lists"):
        lines.append(
            f"  {found['entered']:,} entered and {found['left']:,} left since the list before"
        )
    for push in found.get("pushes", ()):
        reason = (push["outcome"] or {}).get("reason", "")
        lines.append(
            f"  {push['state']:<7} {push['at'][:16]}  {push['to']}  {push['added']:,} added, "
            f"{push['removed']:,} removed  {reason}".rstrip()
        )
    if "saved" in found:
        lines.append("  Saved." if found["saved"] else "  Not saved: --name NAME --save keeps it.")
    return "\n".join(lines + _file_lines(found))


def _file_lines(found: Mapping[str, Any]) -> list[str]:
    lines = []
    if "file" in found:
        lines.append(f"Wrote {found['rows']:,} customers to {found['file']}.")
    if "emails_file" in found:
        lines.append(
            f"Wrote hashed addresses to {found['emails_file']}; {found['without_email']:,} people "
            "have none."
        )
    return lines


def readout_words(found: Mapping[str, Any]) -> str:
    from api.words import table

    rows = [
        (fact["subject"]["name"], fact["metric"].replace("_", " "), fact["text"])
        for fact in found["facts"]
    ]
    period = found["facts"][0]["period"]["words"]
    return f"{found['verdict']}\n{period}\n\n{table(('whose', 'what', 'value'), rows)}"


list_.name = "list"
for _command in (list_, export, push, readout, secret, delete):
    audience.add_command(_command)
COMMANDS = (audience,)
