"""Commands that talk: ask, receipt."""

import click

from api.cli import Door, command


@command
@click.argument("question")
@click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
@click.option("--thread", metavar="ID", help="Go on with an earlier thread.")
@click.option("--model", metavar="NAME", help="A language model, or planner.")
def ask(
    door: Door, question: str, dataset: str | None, thread: str | None, model: str | None
) -> None:
    """Ask a question about the customers."""
    from api.asking import ask_here

    found = ask_here(door, question, dataset, thread, model)
    if door.json:
        door.show(found, str)


@command
@click.argument("receipt_id", metavar="RECEIPT")
@click.option("--rerun", is_flag=True, help="Work it out again from the records.")
def receipt(door: Door, receipt_id: str, rerun: bool) -> None:
    """Where a figure comes from; with --rerun, whether it still comes out the same."""
    from tools.receipts import receipt_card

    services = door.services
    found = receipt_card(
        services.home, services.local_person.person_id, receipt_id, services.now(), rerun
    )

    def words() -> str:
        lines = [
            f"{found['text']}  ({found['metric']} of {found['subject']['name']}, "
            f"{found['period']['words']})",
            f"  how:      {found['formula']}",
            f"  from:     {found['rows']:,} rows of dataset version {found['version']}",
            f"  tool:     {found['tool']}",
        ]
        if found["snapshot"]:
            lines.append(f"  snapshot: {found['snapshot']}")
        if rerun:
            same = found["rerun_value"] == found["value"]
            lines.append(f"  re-run:   {'the same value' if same else found['rerun_text']}")
        return "\n".join(lines)

    door.show(found, words)


COMMANDS = (ask, receipt)
