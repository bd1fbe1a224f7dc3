"""Commands that talk: ask, chat, receipt, report."""

from pathlib import Path

import click

from api.cli import Door, command


@command
@click.argument("question", default="")
@click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
@click.option("--thread", metavar="ID", help="Go on with an earlier thread.")
@click.option("--model", metavar="NAME", help="A language model, or planner.")
@click.option("--confirm", metavar="ANSWER", help="Agree to what this answer asked.")
def ask(
    door: Door,
    question: str,
    dataset: str | None,
    thread: str | None,
    model: str | None,
    confirm: str | None,
) -> None:
    """Ask a question about the customers."""
    from api.asking import AGREED, thread_to_agree
    from api.asking import ask as ask_and_print
    from engine.errors import BadInput

    if confirm is not None:
        question, thread = AGREED, thread_to_agree(door, confirm)
    if not question.strip():
        raise BadInput("The question is empty.", 'Ask one: segue ask "who is slipping away?"')
    found = ask_and_print(door, question, dataset, thread, model)
    if door.json:
        door.show(found, str)


@command
@click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
@click.option("--thread", metavar="ID", help="Go on with an earlier thread.")
@click.option("--model", metavar="NAME", help="A language model, or planner.")
def chat(door: Door, dataset: str | None, thread: str | None, model: str | None) -> None:
    """Ask one question after another; each may lean on those before. /quit ends."""
    from api.chatting import chat as talk

    answers = talk(door, dataset, thread, model)
    if door.json:
        door.show({"thread": answers[-1]["thread"] if answers else None, "answers": answers}, str)


@command
@click.argument("receipt_id", metavar="RECEIPT")
@click.option("--rerun", is_flag=True, help="Work it out again from the records.")
def receipt(door: Door, receipt_id: str, rerun: bool) -> None:
    """Where a figure comes from; with --rerun, whether it still comes out the same."""
    from api.words import receipt_words
    from tools.receipts import receipt_card

    services = door.services
    found = receipt_card(
        services.home, services.local_person.person_id, receipt_id, services.now(), rerun
    )

    door.show(found, lambda: receipt_words(found, rerun))


@command
@click.option("--kind", type=click.Choice(["segments"]), default="segments", show_default=True)
@click.option(
    "--format",
    "formats",
    metavar="F,F",
    default="pdf,html",
    show_default=True,
    help="Of pdf, docx, html, md, txt, csv.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
def report(door: Door, kind: str, formats: str, out: Path, dataset: str | None) -> None:
    """Write a report for people: finding, charts, table, advice, receipts."""
    from api.reports import write_report

    services = door.services
    context = services.context(services.local_person, dataset)
    wanted = [name.strip() for name in formats.split(",")]
    files = write_report(context, wanted, out, services.now(), door.progress, services.narrative())
    door.show(
        {"files": files, "kind": kind}, lambda: "\n".join(f"Wrote {f['file']}" for f in files)
    )


COMMANDS = (ask, chat, receipt, report)
