"""Commands about the installation: serve, slack, mcp, key, move, doctor, config, eval."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from api.cli import Door, command

if TYPE_CHECKING:
    from api.findings import Finding


@command
@click.option("--service", metavar="URL", help="Only ask whether the service at URL is up.")
def doctor(door: Door, service: str | None) -> None:
    """What is installed, where things are, where data goes, what is wrong (exit 2)."""
    from dataclasses import asdict

    findings, variant = _examined(door, service)
    wrong = [finding.name for finding in findings if not finding.ok]

    def words() -> str:
        lines = []
        for finding in findings:
            mark = click.style("ok", fg="green") if finding.ok else click.style("no", fg="red")
            hint = f"  -> {finding.hint}" if finding.hint else ""
            lines.append(f"{mark}  {finding.name}: {finding.found}{hint}")
        return "\n".join(lines)

    found = {"ok": not wrong, "variant": variant, "findings": [asdict(f) for f in findings]}
    door.show(found, words)
    if wrong:
        click.echo(f"Something has to be put right: {', '.join(wrong)}.", err=True)
        sys.exit(2)


def _examined(door: Door, service: str | None) -> "tuple[list[Finding], str | None]":
    if service is not None:
        from api.findings import SECONDS
        from api.servers import check_service

        return [check_service(service, SECONDS)], None
    from api.doctor import examine, variant

    return examine(door.settings), variant(door.settings)


@command
def config(door: Door) -> None:
    """Every setting, its value, and where the value came from."""
    from api.settings import SECRETS
    from api.words import table

    settings = [
        {
            "name": s.name,
            "value": "(set)" if s.name in SECRETS and s.value else s.value,
            "source": s.source,
            "meaning": s.meaning,
        }
        for s in door.settings.sources
    ]
    rows = [(s["name"], s["value"] or "", s["source"], s["meaning"]) for s in settings]
    door.show({"settings": settings}, lambda: table(("setting", "value", "from", "meaning"), rows))


@command
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True)
def serve(door: Door, host: str, port: int) -> None:
    """Serve the page and the API; on loopback nobody else can reach it."""
    from api.http import serve as run

    run(door.services, host, port)


@command
def slack(door: Door) -> None:
    """Answer questions in Slack, over a socket that needs no public address."""
    from api.slack.app import run

    run(door.services, lambda: door.progress("Listening to Slack"))


@command
def mcp(door: Door) -> None:
    """Offer the tools over MCP on standard streams, for a program that starts this command."""
    from api.mcp import serve_stdio

    serve_stdio(door.services)


@command
@click.argument("action", type=click.Choice(["make", "list", "revoke"]))
@click.argument("name", required=False)
@click.option("--role", type=click.Choice(["member", "admin"]), default="member")
@click.option("--days", type=click.IntRange(1, 3650), help="Days until it expires.")
@click.option("--label", default="", help="What it is for.")
def key(
    door: Door,
    action: str,
    name: str | None,
    role: Literal["member", "admin"],
    days: int | None,
    label: str,
) -> None:
    """Make a key for NAME, list the keys, or revoke the key NAME."""
    from api.keys import key_row, list_keys, make_key
    from engine.errors import BadInput
    from stores.people import KeyStore

    services = door.services
    if action == "list":
        found = {"keys": list_keys(services)}
        door.show(found, lambda: "\n".join(key_row(k) for k in found["keys"]) or "No keys yet.")
        return
    if name is None:
        raise BadInput(f"segue key {action} needs a name.", "Say whose, or which key.")
    if action == "make":
        made = make_key(services, name, role, label, days)
        words = f"{made['secret']}\nShown only now. Send it as Authorization: Bearer KEY."
        door.show(made, lambda: words)
        return
    revoked = KeyStore(services.home).revoke(name, services.now())
    door.show({"key_id": revoked.key_id, "revoked": True}, lambda: f"Revoked {revoked.key_id}.")


@command
@click.option("--database", metavar="URL", help="postgresql://..., or sqlite: back to the home.")
@click.option("--files", metavar="URL", help="s3://bucket/folder, or home: back to the home.")
def move(door: Door, database: str | None, files: str | None) -> None:
    """Move the service state from the home to PostgreSQL, or back with --database sqlite.

    Without --database it goes to the database of SEGUE_DATABASE_URL. With --files the records,
    snapshots and reports are copied to an object store instead, each compared with what arrived.
    A move that is interrupted has changed nothing; begin it again.
    """
    from api.moving import move_records, move_state

    if files is not None:
        if database is not None:
            raise click.UsageError("Move one at a time: --database, then --files.")
        copied = move_records(door.settings, files, door.progress)
        door.show(copied, lambda: (
            f"Copied {copied['files']:,} files ({copied['bytes'] / 1e6:,.1f} MB) from "
            f"{copied['from']} to {copied['to']}; {copied['already_there']:,} were there.\n"
            + ("Leave SEGUE_FILES_URL empty from now on." if files == "home" else
               f"From now on SEGUE_FILES_URL has to be {files}.")
        ))  # fmt: skip
        return
    found = move_state(door.settings, database, door.progress)

    def words() -> str:
        rows = sum(found["tables"].values())
        then = "Leave SEGUE_DATABASE_URL empty from now on."
        if database != "sqlite":
            then = "From now on SEGUE_DATABASE_URL has to name that database."
        return f"Moved {rows:,} rows from {found['from']} to {found['to']}.\n{then}"

    door.show(found, words)


@command
@click.option("--model", metavar="NAME", help="Which model answers; default: the planner.")
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Online Retail II, for the questions about it.",
)
@click.option("--split", metavar="S,...", help="Of own, strangers, languages, dialogues.")
@click.option("--customers", type=click.IntRange(200), help="Of the shop that is made up.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it."
)
@click.option("--judge", metavar="NAME", help="Another model that reads how answers are put.")
@click.option(
    "--questions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Verified answers of this home (segue feedback cases), asked again.",
)
def evaluate(door: Door, **asked: str | Path | int | None) -> None:
    """Ask the question benchmark, count right answers and wrong figures, write a report.

    It makes homes of its own and touches no other; with --questions it asks only the verified
    answers of this home again, of the records they were verified on, and says what changed.
    Exit 1: a wrong figure was shown, or an answer changed.
    """
    import subprocess

    # A process of its own: the benchmark looks at Segue from outside, and nothing here imports it.
    options = [f"--{name}={value}" for name, value in asked.items() if value is not None]
    options += ["--json"] if door.json else []
    if asked["questions"] is not None:
        options.append(f"--home={door.settings.home}")
    command_line = [sys.executable, "-m", "evals", *options]
    done = subprocess.run(command_line)  # noqa: S603  our own Python, and values of our options
    sys.exit(done.returncode)


evaluate.name = "eval"  # `eval` itself is a word of Python

COMMANDS = (serve, slack, mcp, key, move, doctor, config, evaluate)
