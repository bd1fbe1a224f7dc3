"""Commands about one customer: what is held, and its erasure."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli import Door, command

if TYPE_CHECKING:
    from tools.erasing import Held


@command
@click.argument("customer_id", metavar="ID")
@click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="A folder of files.")
def person(door: Door, customer_id: str, dataset: str | None, out: Path | None) -> None:
    """Everything that is held on one customer, and where it came from."""
    from stores.datasets import DatasetStore
    from tools.erasing import find_held
    from tools.holdings import holdings, write_holdings

    home = door.services.home
    of = DatasetStore(home).get(dataset)
    held = find_held(home, of, customer_id)
    found = holdings(home, of, held)
    if out is not None:
        found["files"] = [str(file) for file in write_holdings(found, out)]
    door.show(found, lambda: _held_words(held, out))


@command
@click.argument("customer_id", metavar="CUSTOMER")
@click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
@click.option("--yes", is_flag=True, help="Without asking.")
def erase(door: Door, customer_id: str, dataset: str | None, yes: bool) -> None:
    """Remove a customer everywhere, for good; done again, it finishes what was cut short."""
    from engine.errors import Unconfirmed
    from stores.datasets import DatasetStore
    from stores.erasing import ERASED
    from tools.erasing import erase_customer, erasure_question, find_held

    services = door.services
    of = DatasetStore(services.home).get(dataset)
    if not yes:
        question = erasure_question(find_held(services.home, of, customer_id))
        if not sys.stdin.isatty():
            raise Unconfirmed(question, "Add --yes to agree.")
        click.confirm(question, abort=True, err=True)
    by = services.local_person.person_id
    found = erase_customer(services.home, of, customer_id, by, services.now(), door.progress)

    def words() -> str:
        places = ", ".join(f"{count:,} {name}" for name, count in found["counts"].items())
        return (
            f"Erased: {places or 'nothing was left'}. Texts say {ERASED} where it was named.\n"
            "What was sent out before (to Slack, webhooks, exports) is out of reach."
        )

    door.show(found, words)


def _held_words(held: "Held", out: Path | None) -> str:
    lines = [f"{count:>8,}  {name}" for name, count in held.counts.items()]
    then = f"Written to {out}." if out else "All of it: add --json, or --out FOLDER."
    return "\n".join([*lines, then])


COMMANDS = (person, erase)
